import datetime
from pathlib import Path

from mainstay.replay.history import RawFile, known, lay

DAY = datetime.date(2024, 3, 1)


def file(place, day):
    return RawFile(Path(place), Path(place), day, day)


def test_nothing_that_came_later_is_known():
    files = [file("a", DAY), file("b", DAY + datetime.timedelta(days=1))]
    assert [f.place.name for f in known(files, DAY)] == ["a"]


def test_files_lie_at_their_places_and_none_is_left_from_before(tmp_path):
    (tmp_path / "kept.csv").write_text("id\n1\n")
    lay([RawFile(Path("customers/old.csv"), tmp_path / "kept.csv", DAY, DAY)], tmp_path / "raw")
    lay([RawFile(Path("customers/new.csv"), tmp_path / "kept.csv", DAY, DAY)], tmp_path / "raw")
    assert [p.name for p in (tmp_path / "raw/customers").iterdir()] == ["new.csv"]
    assert (tmp_path / "raw/customers/new.csv").read_text() == "id\n1\n"
