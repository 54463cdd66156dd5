"""A past out of the simulator: what was seen of a business, and the truth behind it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from mainstay.params import Simulate
from mainstay.pipeline.world.months import Month as Lived
from mainstay.pipeline.world.months import months
from mainstay.pipeline.world.scenarios import PoisonedMonth, parse
from mainstay.replay import hindsight
from mainstay.replay.history import Happening, History, Month, RawFile
from mainstay.rows import contract_file
from mainstay.rows.contract import OUTCOME
from mainstay.rows.table import write_frame


def history(settings: Simulate, params: Path, contract: Path, store: Path) -> History:
    """`settings.months` months; their files stand in `store`, in the months that the pipeline would simulate."""
    lived = list(months(settings))
    files = [file for month in lived for file in _files(month, store / "raw")]
    refused = [hindsight.unreadable(list(m.customers), contract, _name(m)) for m in lived]
    readable = {_name(month) for month, why in zip(lived, refused, strict=True) if why is None}
    shown = [f for f in files if str(f.place) in readable or f.place.parts[0] == "outcomes"]
    told = hindsight.rows(shown, params, contract, store / "hindsight")
    terms = contract_file.load(contract)
    of_day = dict(hindsight.by_month(told, terms.observed_on))
    true = _true(settings, lived)
    seen = [
        _month(n, m, of_day.get(m.observed_on, told.head(0)), outcomes, why)
        for n, (m, outcomes, why) in enumerate(zip(lived, true, refused, strict=True), 1)
    ]
    return History(terms, tuple(files), tuple(seen), tuple(_happening(s) for s in settings.scenarios))


def _files(month: Lived, raw: Path) -> list[RawFile]:
    made = []
    for table, frame, known_on in (
        ("customers", month.customers, month.observed_on),
        ("outcomes", month.outcomes, month.outcomes_known_on),
    ):
        place = Path(table) / f"{month.observed_on:%Y-%m}.parquet"
        write_frame(frame, raw / place)
        made.append(RawFile(place, raw / place, month.observed_on, known_on))
    return made


def _true(settings: Simulate, lived: list[Lived]) -> list[pd.DataFrame]:
    """What became of the customers, whatever the source said of it: the same world, whose outcomes nobody turned.

    Scenarios of files leave the business as it is.
    """
    kinds = parse(settings.scenarios)
    honest = [s for s, kind in zip(settings.scenarios, kinds, strict=True) if not isinstance(kind, PoisonedMonth)]
    if honest == settings.scenarios:
        return [month.outcomes for month in lived]
    return [month.outcomes for month in months(msgspec.structs.replace(settings, scenarios=honest))]


def _month(number: int, lived: Lived, rows: pd.DataFrame, outcomes: pd.DataFrame, refused: str | None) -> Month:
    who = rows["customer_id"]
    return Month(
        number=number,
        starts_on=lived.observed_on,
        rows=rows.drop(columns=OUTCOME),
        outcome=outcomes.set_index("customer_id")["churned"].reindex(who).to_numpy(dtype=np.float64),
        chance=lived.truth.set_index("customer_id")["p_untreated"].reindex(who).to_numpy(dtype=np.float64),
        unreadable=refused,
    )


def _name(month: Lived) -> str:
    return f"customers/{month.observed_on:%Y-%m}.parquet"


def _happening(scenario: dict[str, object]) -> Happening:
    more = ", ".join(f"{key} {value}" for key, value in scenario.items() if key not in ("kind", "month"))
    return Happening(int(scenario["month"]), str(scenario["kind"]).replace("_", " ") + (f" ({more})" if more else ""))
