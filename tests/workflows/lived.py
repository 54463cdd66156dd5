"""What became of a release's customers: a log of its predictions, and outcomes that go by the release before."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas
from prediction_lines import line as encoded
from scipy.optimize import brentq
from scipy.special import expit, logit

from mainstay.model.file import Model
from mainstay.release import lineup
from mainstay.rows.pseudonym import make_key, pseudonyms, read_key
from mainstay.rows.table import read_frame
from mainstay.serving.prediction_log import ACTIVE
from mainstay.trust.lineup import read, read_model

MONTHS = tuple(datetime.date(2027, month, 1) for month in (1, 2, 3))
TODAY = "2027-05-05"
"""After the tags, which are of today, and after all outcomes are known."""


@dataclass(frozen=True)
class Lived:
    """Paths that a watch is told."""

    root: Path

    @property
    def variables(self) -> dict[str, str]:
        paths = {"LOG": "log", "OUTCOMES": "outcomes", "STATE": "state.json", "KEY_FILE": "key"}
        return {f"WATCH_{name}": str(self.root / path) for name, path in paths.items()}


def lived(root: Path, remote: Path, worse: float, rows: int = 4000, **where: object) -> Lived:
    """Three months of customers of production's current release, who are like those it learned from.

    They leave by what the previous release knows and the current one does not, the more so the bigger `worse` is.
    """
    lineup.run(root, "production", root / "lineup", str(remote), training_rows=True, **where)
    own = read(root / "lineup")
    current, previous = (Model.from_bytes(read_model(root / "lineup", v)[1]) for v in (own.current, own.previous))
    make_key(root / "key")
    (root / "log" / ACTIVE).mkdir(parents=True)
    (root / "outcomes").mkdir()
    seen = read_frame(root / "lineup" / lineup.TRAINING_ROWS)
    for n, month in enumerate(MONTHS):
        frame = moved(seen.sample(rows, replace=True, random_state=n), month, current)
        _live(root, own.current, frame, month, current, previous, worse)
    return Lived(root)


def moved(frame: pandas.DataFrame, month: datetime.date, model: Model) -> pandas.DataFrame:
    """The rows as if observed in `month`, of customers nobody has seen before."""
    by = pandas.to_datetime(month) - pandas.to_datetime(frame["observed_on"])
    dates = {c.name: _shifted(frame[c.name], by) for c in model.contract.used if c.kind == "date"}
    ids = [f"{month:%Y%m}-{n}" for n in range(len(frame))]
    return frame.assign(customer_id=ids, observed_on=month, **dates).reset_index(drop=True)


def _shifted(days: pandas.Series, by: pandas.Series) -> list[datetime.date | None]:
    return [None if pandas.isna(day) else day.date() for day in pandas.to_datetime(days) + by]


def _live(root, release, frame, month, current, previous, worse) -> None:
    scores = [model.score(frame).astype(np.float64) for model in (current, previous)]
    now, before = (logit(score) for score in scores)
    more = before - np.polyval(np.polyfit(now, before, 1), now)
    risk = worse * more / more.std()
    level = brentq(lambda a: expit(a + risk).mean() - scores[1].mean(), -20, 20)
    left = np.random.default_rng(month.month).random(len(frame)) < expit(level + risk)
    key, columns = read_key(root / "key"), [c.name for c in current.contract.used]
    at = datetime.datetime.combine(month, datetime.time(12), datetime.UTC).timestamp()
    values = frame[columns].astype(object).where(frame[columns].notna(), None).to_dict("records")
    whole = [c.name for c in current.contract.used if c.kind == "integer"]
    lines = [
        encoded(release, at, customer, month, float(score), _integers(row, whole))
        for customer, score, row in zip(pseudonyms(key)(frame["customer_id"]), scores[0], values, strict=True)
    ]
    (root / "log" / ACTIVE / f"{month}.ndjson").write_bytes(b"".join(lines))
    told = frame[["customer_id", "observed_on"]].assign(churned=left.astype(int))
    told.to_parquet(root / "outcomes" / f"{month:%Y-%m}.parquet", index=False)


def _integers(row: dict, names: list[str]) -> dict:
    """Integers with gaps are floats in pandas."""
    return {n: int(v) if n in names and v is not None else v for n, v in row.items()}
