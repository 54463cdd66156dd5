import json

import msgspec
import pytest

from mainstay.refusal import Refusal
from mainstay.serving import status
from mainstay.serving.remote_tags import NotYet, Unreachable
from mainstay.serving.status import Empty, Failed, Status
from mainstay.trust.fetch import NotThere

WELL = Status("current", None, "production", "v1.0.0", 7, "0" * 64, True, 0, 5.0)


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        ([], "current"),
        ([Empty("e")], "empty"),
        ([Unreachable("u"), Empty("e")], "unreachable"),
        ([NotYet("n")], "waiting"),
        ([NotThere("n"), Unreachable("u")], "waiting"),
        ([Failed("f"), NotThere("n")], "failed"),
        ([NotThere("n"), Refusal("r"), Failed("f")], "refused"),
    ],
)
def test_the_worst_fault_names_the_whole(faults, says):
    assert status.worst(faults) == says


def test_only_a_channel_that_runs_what_it_names_exits_with_0():
    codes = {says: msgspec.structs.replace(WELL, says=says).exit_code for says in status._WORST_FIRST}
    assert [says for says, code in codes.items() if code == 0] == ["current"]
    assert set(codes.values()) == {0, 1}


def test_it_is_told_as_json_and_as_a_line(tmp_path):
    status.tell(WELL, tmp_path)
    told = json.loads((tmp_path / "status.json").read_text())
    assert told == {**msgspec.to_builtins(WELL)}
    assert WELL.line == "production: current: runs v1.0.0 (#7)"


def test_a_status_that_cannot_be_written_is_a_fault_of_its_own(tmp_path):
    (tmp_path / "file").touch()
    told = status.tell(WELL, tmp_path / "file")
    assert told.says == "failed" and "status.json: cannot be written: File exists" in told.why
    refused = status.tell(msgspec.structs.replace(WELL, says="refused", why="moved"), tmp_path / "file")
    assert refused.says == "refused" and refused.why.startswith("moved; ")
