"""The parts of a report that say the verdict, from the content of reports/gate.json."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from mainstay.release.figures import NONE, difference, number
from mainstay.release.markdown import escaped, folded, table

Gate = Mapping[str, object]
"""What reports/gate.json holds."""

ANSWERS = {"pass": "🟢&nbsp;pass", "fail": "🔴&nbsp;fail", "inconclusive": "🟡&nbsp;inconclusive"}
MEASURES = {
    "roc_auc": "ROC AUC ↑",
    "average_precision": "average precision ↑",
    "log_loss": "log loss ↓",
    "brier": "Brier score ↓",
    "calibration_error": "calibration error ↓",
    "lift_top_decile": "lift, top tenth ↑",
    "profit_per_customer": "profit, EUR a customer ↑",
    "empc": "EMPC, EUR a customer ↑",
}
"""The arrow points to better."""

MANY = 12
"""Rows of a table that are shown before it ends in `and so many more`."""


def headline(gate: Gate) -> str:
    """The verdict, and why, in ten seconds."""
    answer = gate["verdict"]["answer"]
    accepted = ", accepted on the record" if gate.get("accepted_inconclusive") else ""
    kind = f": {gate['kind']}" if gate["kind"] in ("no change", "first release") else ""
    title = ANSWERS[answer].replace("&nbsp;", " ").replace(answer, answer.upper())
    said = [f"## {title}{kind}{accepted}", f"**{escaped(gate['sentence'], 600)}**", f"Champion: {_source(gate)}."]
    return "\n\n".join([*said, *_beside(gate)])


def measures(gate: Gate) -> str:
    """Champion against candidate, measure by measure."""
    if not gate.get("measures"):
        return "⚠️ Nothing was measured: the two could not be laid side by side."
    answers = {line["rule"]: ANSWERS[line["answer"]] for line in gate["lines"]}
    rows = [
        (
            MEASURES.get(m["name"]) or escaped(m["name"]),
            number(m.get("champion")),
            number(m.get("candidate")),
            difference(m.get("difference"), m.get("low"), m.get("high")),
            answers.get(m["name"], "shown only"),
        )
        for m in gate["measures"]
    ]
    head = ("measure", "champion", "candidate", "difference [bounds]", "verdict")
    return f"{table(head, rows, 'lrrrl')}\n\n{_on(gate)}"


def rules(gate: Gate) -> str:
    """A line a rule, folded away: what did not pass stands in the headline already."""
    lines = gate["lines"]
    passed = sum(line["answer"] == "pass" for line in lines)
    return folded(f"Rules: {passed} of {len(lines)} passed", _rules(lines))


def ruler(gate: Gate) -> str | None:
    """What the branch changed of what it is measured by, and what both rulers say; None where it changed nothing."""
    found = gate["ruler"]
    changes = found.get("changes") or ()
    if not changes:
        return None
    said = [f"- {escaped(change['sentence'], 500)}" for change in changes]
    return "\n\n".join(["### The ruler changed", "\n".join(said), *_both(gate, found)])


def slices(gate: Gate, many: int | None = None) -> str:
    """Slices whose log loss moved beyond chance, most surely harmed first; and those that moved furthest."""
    found = [s for s in gate.get("slices") or () if s.get("difference") is not None]
    if not found:
        return "### Slices\n\nNone was compared: too few leavers in each, no champion, or none is declared."
    moved = [s for s in found if _moved(s)]
    said = f"{len(moved)} of {len(found)} moved beyond chance, one by one." if moved else "None moved beyond chance."
    listed = sorted(
        found if many else moved or found, key=lambda s: (s.get("p") is None, s.get("p"), -abs(s["difference"]))
    )
    shown_rows = listed[: many or (MANY if moved else 3)]
    more = _more(len(found) - len(shown_rows))
    rows = [
        (
            escaped(s["name"]),
            number(s.get("rows")),
            number(s.get("champion")),
            number(s.get("candidate")),
            difference(s["difference"], s.get("low"), s.get("high")),
            number(s.get("p")),
        )
        for s in shown_rows
    ]
    head = ("slice", "rows", "champion", "candidate", "difference [bounds]", "p of harm")
    title = f"### Slices, by log loss ↓\n\n{said}"
    return f"{title} p is corrected for all that is tested for harm.\n\n{table(head, rows, 'lrrrrr')}{more}"


def _beside(gate: Gate) -> Iterator[str]:
    others = [r for r in gate["verdict"]["reasons"] if r != gate["sentence"] and not gate["sentence"].startswith(r)]
    if others:
        yield "\n".join(f"- {escaped(reason, 600)}" for reason in others)
    compared = next((line for line in gate["lines"] if line["rule"] == "roc_auc"), None)
    if compared:
        yield _power(compared)
    if gate["looks"].get("warning"):
        yield f"⚠️ {escaped(gate['looks']['warning'])}"


def _power(line: Mapping[str, object]) -> str:
    if line.get("power") is None:
        return "How sure the test was could not be told."
    said = f"Had the two been equal, this test would have passed with probability {line['power']:.0%}."
    if line["answer"] != "inconclusive":
        return said
    rows = line.get("rows_to_decide")
    return f"{said} " + (f"Some {rows:,} test rows would decide." if rows else "No number of test rows would decide.")


def _on(gate: Gate) -> str:
    rows = gate.get("rows") or {}
    said = (
        f"Both on the same {number(rows.get('rows'))} rows of {number(rows.get('customers'))} customers, "
        f"{number(rows.get('positives'))} of whom left; {escaped(rows.get('measured_on', 'which rows is not said'))}."
    )
    seen = rows.get("seen_by_a_model")
    left_out = f" {number(seen)} rows were left out: a model had learned from them." if seen else ""
    bounds = "Each bound is one-sided (gate.confidence), customers kept whole."
    return f"{said}{left_out} {bounds} Looks at these rows: {_looks(gate)}."


def _looks(gate: Gate) -> str:
    count, limit = gate["looks"].get("count"), gate["looks"].get("max")
    return f"{count} of {limit}" if count is not None else NONE


def _rules(lines: Iterable[Mapping[str, object]]) -> str:
    rows = [(escaped(line["rule"]), ANSWERS[line["answer"]], escaped(line["sentence"], 600)) for line in lines]
    return table(("rule", "answer", "why"), rows, "lll")


def _both(gate: Gate, found: Mapping[str, object]) -> Iterator[str]:
    base = found.get("by_base")
    if base is None:
        yield "⚠️ The base's ruler does not apply to this candidate, so there is no result by it."
    if not found.get("acknowledged"):
        yield "Nobody has acknowledged the change. The figures here are by the base's ruler where there are any."
        return
    yield "The change was acknowledged: the figures here are by this branch's own ruler."
    if base is not None:
        said = f"By the base's ruler: {ANSWERS[base['verdict']['answer']]}. {escaped(base['sentence'], 600)}"
        yield f"{said}\n\n{folded('All rules, by the ruler of the base', _rules(base['lines']))}"


def _moved(part: Mapping[str, object]) -> bool:
    low, high = part.get("low"), part.get("high")
    known = all(isinstance(end, int | float) and math.isfinite(end) for end in (low, high))
    return known and (low > 0 or high < 0)


def _more(count: int) -> str:
    return f"\n\nAnd {count} more; the report as a page has them all." if count else ""


def _source(gate: Gate) -> str:
    return escaped(gate["champion"].get("source") or "none, there is no model in production, nor on the default branch")
