"""The part of a report that says which labels were set on the pull request, by whom, and which one would help."""

from __future__ import annotations

from collections.abc import Mapping

from mainstay.release.labels import ACCEPT_INCONCLUSIVE, ACKNOWLEDGE_RULER
from mainstay.release.markdown import escaped


def labels(gate: Mapping[str, object], received: Mapping[str, object] | None) -> str | None:
    """A line a label that was set or is needed, from reports/received.json; None where there is nothing to say."""
    if received is None:
        return None
    found = received["labels"]
    said = [f"- {_line(label)}" for label in found.values() if label["by"] is not None]
    needed = _needed(gate)
    if needed and not found[needed]["counts"]:
        said.append(f"- A code owner who answers for it sets the label `{needed}` and then re-runs `judge`.")
    return "\n".join(said) or None


def _line(label: Mapping[str, object]) -> str:
    return (
        f"{escaped(str(label['sentence']).replace('`', ''))}: {'it counts' if label['counts'] else 'it does not count'}"
    )


def _needed(gate: Mapping[str, object]) -> str | None:
    if gate["ruler"].get("changes") and not gate["ruler"].get("acknowledged"):
        return ACKNOWLEDGE_RULER
    return ACCEPT_INCONCLUSIVE if gate["verdict"]["answer"] == "inconclusive" else None
