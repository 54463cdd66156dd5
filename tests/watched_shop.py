"""A shop under watch: a log, outcomes and a lineup of two models on disk, for as many months as are lived through.

The customers' true risk goes by `champion_band`; `candidate_band` is the same for some and noise for others. A model
of the one is good, one of the other is not.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np
import pandas
import pytest
import yaml
from branches import CONTRACT, model
from imports import ROOT
from prediction_lines import line as encoded

from mainstay.model.file import Model
from mainstay.monitoring import watch
from mainstay.rows.pseudonym import make_key, pseudonyms, read_key
from mainstay.trust import lineup as lineups
from mainstay.trust.lineup import Lineup, Served
from mainstay.trust.manifest import File, Golden, Judged, Manifest

BANDS = np.arange(10)
RATES = np.array([0.02, 0.04, 0.06, 0.08, 0.10, 0.15, 0.20, 0.30, 0.40, 0.60])
GOOD, BAD = model(tuple(RATES)), model(tuple(RATES), "candidate_band")
START = datetime.date(2024, 1, 1)
METRICS = {"roc_auc": 0.77, "positives": 400.0, "rows": 2000.0}


def month(n):
    """The first of the n-th month, from 0."""
    return datetime.date(START.year + n // 12, 1 + n % 12, 1)


@dataclass
class WatchedShop:
    """`current` and `previous` are model files; `clear` is how well candidate_band follows the true one (0 to 1)."""

    root: Path
    current: bytes = GOOD
    previous: bytes | None = BAD
    customers: int = 600
    clear: float = 0.0
    contract: str = CONTRACT
    settings: dict[str, object] = field(default_factory=dict)

    def start(self) -> WatchedShop:
        make_key(self.root / "key")
        (self.root / "log/active").mkdir(parents=True)
        (self.root / "outcomes").mkdir()
        params = yaml.safe_load((ROOT / "params.yaml").read_text())
        params["watch"] |= self.settings
        (self.root / "params.yaml").write_text(yaml.safe_dump(params))
        return self.lineup()

    def lineup(self, *more: Served, current="v1.1.0", previous="v1.0.0") -> WatchedShop:
        """Its folder; `more` came after the two promotions."""
        first = [served(1, "v1.0.0", "2023-11-01"), served(2, "v1.1.0", "2023-12-15")]
        history = [*(first if self.previous else first[1:]), *more]
        own = {current: self.current, **({previous: self.previous} if self.previous and previous else {})}
        for release, data in own.items():
            (self.root / "lineup" / release).mkdir(parents=True, exist_ok=True)
            (self.root / "lineup" / release / lineups.MODEL).write_bytes(data)
            (self.root / "lineup" / release / lineups.MANIFEST).write_bytes(
                msgspec.json.encode(manifest(release, data))
            )
        before = previous if self.previous else None
        told = Lineup(channel="production", current=current, previous=before, history=history)
        (self.root / "lineup" / lineups.FILE).write_bytes(lineups.encode(told))
        return self

    def rows(self, n: int) -> pandas.DataFrame:
        """The customers of a month: `customers` new ones, with their true outcome."""
        random = np.random.default_rng(n)
        true = random.integers(0, 10, self.customers)
        shown = np.where(random.random(self.customers) < self.clear, true, random.integers(0, 10, self.customers))
        left = random.random(self.customers) < RATES[true]
        ids = [f"C{n:02}{i:05}" for i in range(self.customers)]
        bands = {"champion_band": true, "candidate_band": shown}
        return pandas.DataFrame({"customer": ids, "day": month(n), **bands, "churned": left.astype(int)})

    def live(self, months, change=lambda frame: frame, outcomes=lambda frame: frame) -> WatchedShop:
        """Predictions, and outcomes, of months; both may be changed on their way."""
        for n in months:
            frame = self.rows(n)
            self.log(change(frame.copy()), n)
            told = outcomes(frame.copy())
            if told is not None:
                self.outcomes(told, f"{month(n):%Y-%m}")
        return self

    def log(self, frame: pandas.DataFrame, n: int, release="v1.1.0", score=None) -> WatchedShop:
        key, loaded = read_key(self.root / "key"), Model.from_bytes(self.current)
        at = datetime.datetime.combine(month(n), datetime.time(9), datetime.UTC).timestamp()
        columns = [c.name for c in loaded.contract.used]
        given = frame[[c for c in columns if c in frame]].astype(object).where(lambda f: f.notna(), None)
        scores = loaded.score(frame) if score is None else np.full(len(frame), score)
        lines = [
            encoded(release, at, customer, day, float(s), dict(zip(given.columns, values, strict=True)))
            for customer, day, s, values in zip(
                pseudonyms(key)(frame["customer"]), frame["day"], scores, given.to_numpy(), strict=True
            )
        ]
        (self.root / f"log/active/{month(n):%Y-%m}-{release}.ndjson").write_bytes(b"".join(lines))
        return self

    def outcomes(self, frame: pandas.DataFrame, name: str) -> WatchedShop:
        frame[["customer", "day", "churned"]].to_csv(self.root / f"outcomes/{name}.csv", index=False)
        return self

    def asked(self, n: int, **given) -> watch.Asked:
        paths = {name: self.root / name for name in ("outcomes", "lineup")}
        asked = watch.Asked(
            log=str(self.root / "log"),
            key_file=self.root / "key",
            state=self.root / "state.json",
            to=self.root / "reports",
            params=self.root / "params.yaml",
            as_of=month(n),
            **paths,
        )
        return replace(asked, **given)

    def watch(self, n: int, **given) -> watch.Watched:
        """As it is known on the first of the n-th month."""
        return watch.run(self.asked(n, **given))

    def watched(self, months, **given) -> list[watch.Watched]:
        return [self.watch(n, **given) for n in months]


def served(counter, release, day, kind="promote", why="it passed"):
    return Served(counter=counter, release=release, kind=kind, why=why, by="tester", at=f"{day}T12:00:00Z")


def manifest(release, data, metrics=METRICS):
    digests = {"sha256": hashlib.sha256(data).hexdigest(), "md5": hashlib.md5(data).hexdigest()}  # noqa: S324
    file = File(path="data/model.onnx", size=len(data), **digests)
    judged = Judged(answer="pass", reasons=[], digests={}, champion=None, accepted_by=None)
    return Manifest(
        release=release,
        model=file,
        contract=file,
        commit="0" * 40,
        lock="0" * 64,
        gate=judged,
        metrics=metrics,
        golden=[Golden(row={}, score=0.5)],
    )


@pytest.fixture
def undrawn(monkeypatch):
    """Charts take a second a page to draw; where nobody looks at them they are left empty."""
    monkeypatch.setattr("vl_convert.vegalite_to_svg", lambda specification: "<svg></svg>")
