from pathlib import Path

import pytest

from mainstay.refusal import Refusal
from mainstay.rows.corrections import next_correction, standing

CASES = {
    "plain files all stand": (["a.csv", "a.parquet", "b.csv"], ["a.csv", "a.parquet", "b.csv"]),
    "a correction stands in for its file": (["a.csv", "a.correction-1.csv", "b.csv"], ["a.correction-1.csv", "b.csv"]),
    "whatever its ending": (["a.csv", "a.correction-1.parquet"], ["a.correction-1.parquet"]),
    "the newest counts, by number": (
        ["a.csv", "a.correction-9.csv", "a.correction-10.csv"],
        ["a.correction-10.csv"],
    ),
    "a word that only looks like it": (["a.corrections.csv", "a.correction-0.csv"], None),
}


@pytest.mark.parametrize(("names", "wanted"), CASES.values(), ids=CASES)
def test_which_files_count(names, wanted):
    paths = [Path("raw/customers") / name for name in names]
    assert standing(paths) == [Path("raw/customers") / name for name in wanted or names]


def test_folders_do_not_mix():
    paths = [Path("raw/customers/a.csv"), Path("raw/outcomes/a.csv"), Path("raw/outcomes/a.correction-1.csv")]
    assert standing(paths) == [paths[0], paths[2]]


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["b.csv", "a.correction-1.csv"], r"a\.correction-1\.csv: corrects 'a', which is not there"),
        (["a.csv", "a.correction-2.csv", "a.correction-2.parquet"], "correction 2 of 'a' stands twice"),
    ],
)
def test_what_cannot_be_decided_is_refused(names, why):
    with pytest.raises(Refusal, match=why):
        standing([Path(name) for name in names])


def test_the_next_correction_has_the_next_number():
    own = [Path("raw/a.csv"), Path("raw/a.correction-3.csv"), Path("raw/b.correction-7.csv")]
    assert next_correction(own[0], own, ".parquet") == Path("raw/a.correction-4.parquet")
    assert next_correction(own[1], own, ".csv") == Path("raw/a.correction-4.csv")
    assert next_correction(Path("raw/c.csv"), own, ".csv") == Path("raw/c.correction-1.csv")
