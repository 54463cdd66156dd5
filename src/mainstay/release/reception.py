"""`mainstay receive`: where a job meets a candidate. What it finds goes to the job's outputs and to reports/."""

from __future__ import annotations

from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.release.github import GitHub
from mainstay.release.markdown import escaped
from mainstay.release.receive import receive
from mainstay.rows.table import replacing, write_json

REPORT = Path("reports/report.md")
RECEIVED = Path("reports/received.json")


def run(root: Path, folder: Path, event: Path, output: Path | None) -> str:
    """Receives, and says so in a line. Outputs: `number`, and for each label `true` or `false`.

    Raises Refusal, which reports/report.md then tells the pull request of.
    """
    try:
        received = receive(root, folder, event, GitHub.of_job(), lambda number: _say(output, "number", str(number)))
    except Refusal as refusal:
        with replacing(root / REPORT) as fresh:
            fresh.write_text(refused(str(refusal)), encoding="utf-8")
        raise
    write_json(received.as_dict(), root / RECEIVED)
    for label in received.answers:
        _say(output, label.label, "true" if label.counts else "false")
    said = "; ".join(label.sentence.replace("`", "") for label in received.answers)
    return f"pull request {received.number}: its candidate is laid over this tree; {said}"


def refused(why: str) -> str:
    """Markdown: there is no verdict, and why."""
    return f"## Could not judge\n\n{escaped(why, 1000)}\n\nWhat could not be judged cannot merge.\n"


def _say(output: Path | None, name: str, value: str) -> None:
    if output is not None:
        with output.open("a", encoding="utf-8") as lines:
            lines.write(f"{name}={value}\n")
