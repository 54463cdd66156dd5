"""A team's own months: the simulated business's files, given as if they were a team's."""

import shutil

import pandas as pd
import pytest
from past import CONTRACT, history, numbers

from mainstay.refusal import Refusal
from mainstay.replay import candidates, dated
from mainstay.replay.candidates import Task
from mainstay.replay.history import known


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The simulator's history, and the same files as a team's own: one CSV file of all customers, Parquet outcomes."""
    folder = tmp_path_factory.mktemp("own")
    theirs = history(folder)
    raw = folder / "raw"
    (raw / "customers").mkdir(parents=True)
    frames = [pd.read_parquet(f.source) for f in theirs.files if f.place.parts[0] == "customers"]
    pd.concat(frames).to_csv(raw / "customers/all.csv", index=False, sep=";")
    shutil.copytree(folder / "store/raw/outcomes", raw / "outcomes")
    return theirs, dated.history(raw, numbers(folder), CONTRACT, folder / "cut"), folder


def test_months_customers_and_outcomes_are_those_of_the_files(both):
    theirs, own, _ = both
    assert [m.starts_on for m in own.months] == [m.starts_on for m in theirs.months[:8]]  # the last is not mature
    for mine, other in zip(own.months, theirs.months, strict=False):
        assert list(mine.rows["customer_id"]) == list(other.rows["customer_id"])
        assert list(mine.outcome) == list(other.outcome)
    assert not own.simulated and theirs.simulated


def test_on_each_day_the_same_is_known(both):
    theirs, own, _ = both
    for month in own.months:
        counts = [_rows(known(past.files, month.starts_on)) for past in (theirs, own)]
        assert counts[0] == counts[1]


def test_the_same_model_comes_of_it(both):
    theirs, own, folder = both
    made = [
        candidates.make(
            Task(tuple(known(past.files, past.month(7).starts_on)), folder / name, numbers(folder), CONTRACT)
        )
        for name, past in (("a", theirs), ("b", own))
    ]
    assert made[0].data == made[1].data


def test_undated_rows_cannot_be_replayed(both, tmp_path):
    _, _, folder = both
    undated = tmp_path / "contract.yaml"
    text = CONTRACT.read_text().replace("observed_on: observed_on\n", "").replace("kind: date", "kind: number")
    undated.write_text(text)
    with pytest.raises(Refusal, match="has no observed_on"):
        dated.history(folder / "raw", numbers(folder), undated, tmp_path)


def _rows(files):
    read = {"customers": 0, "outcomes": 0}
    for file in files:
        frame = pd.read_csv(file.source, sep=";") if file.source.suffix == ".csv" else pd.read_parquet(file.source)
        read[file.place.parts[0]] += len(frame)
    return read
