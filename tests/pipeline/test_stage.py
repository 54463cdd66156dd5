import subprocess
import sys

import pytest

STAGE = """
from pathlib import Path
from mainstay.pipeline.stage import start
from mainstay.refusal import Refusal
from mainstay.verdict import Verdict

def run(*, rows: Path, other: Path = Path("x")):
    text = rows.read_text()
    if text == "bad":
        raise Refusal(f"{rows.name}: saw bad,\\n wanted good")
    return Verdict(text, ("because",))

start(run{how})
"""


@pytest.mark.parametrize("how", ["", ", tidy=False"])
@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("pass", 0, "stage_under_test: passed, but because"),
        ("fail", 1, "stage_under_test: because"),
        ("inconclusive", 1, "stage_under_test: because"),
        ("bad", 2, "stage_under_test: rows.txt: saw bad, wanted good"),
    ],
)
def test_a_stage_ends_with_the_code_of_its_verdict_and_one_line(tmp_path, content, code, said, how):
    (tmp_path / "stage_under_test.py").write_text(STAGE.replace("{how}", how))
    (tmp_path / "rows.txt").write_text(content)
    done = run(tmp_path, "rows=rows.txt")
    assert (done.returncode, done.stderr.strip()) == (code, said)


@pytest.mark.parametrize("arguments", [[], ["rows"], ["rows=a", "extra=b"]])
def test_wrong_arguments_are_misuse_and_the_line_says_what_was_wanted(tmp_path, arguments):
    (tmp_path / "stage_under_test.py").write_text(STAGE.replace("{how}", ""))
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert "rows=PATH" in done.stderr and done.stderr.count("\n") == 1


def run(folder, *arguments):
    command = [sys.executable, "stage_under_test.py", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
