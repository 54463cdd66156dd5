"""What `mainstay show` prints: the metrics of the last run as a table, the verdicts, and where to look next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from mainstay.refusal import Refusal
from mainstay.rows.table import read_json

Metrics = Mapping[str, Mapping[str, object]]
"""Name of a file in metrics/, without its ending -> its content; a file that is not there has no entry."""

FILES = ("evaluation", "intervals", "baselines", "training", "data_quality", "split", "stress", "truth")

MEASURES = {
    "roc_auc": "roc_auc",
    "average_precision": "average_precision",
    "log_loss": "log_loss",
    "brier": "brier",
    "calibration_error": "calibration_error",
    "lift_top_decile": "lift_top_decile",
    "profit_per_customer": "profit_per_customer, EUR",
    "empc": "empc, EUR a customer",
}
"""As metrics/evaluation.json names them, with units."""

JUDGES = {"data_quality": "data quality", "split": "split", "stress": "behaviour", "truth": "known truth"}
COLOURS = {"pass": "green", "fail": "red", "inconclusive": "yellow"}

NEXT = (
    ("metrics/", "every figure: slices.csv, importance.csv, training.json, stress.json ..."),
    ("dvc plots show", "ROC, calibration, gain, profit and more, as a page"),
    ("dvc metrics diff main", "this run against the branch main"),
    ("mainstay quarantine", "rows that were set aside, and why"),
    ("params.yaml, data/contract.yaml", "what to change; then `make repro`"),
)


def run(folder: Path) -> None:
    """Print what is in `folder`. Raises Refusal where nothing was evaluated yet."""
    Console(width=110, highlight=False).print(page(read(folder), folder))


def read(folder: Path) -> Metrics:
    """The files that are there."""
    if not (folder / "evaluation.json").exists():
        raise Refusal(f"{folder / 'evaluation.json'}: is not there: nothing was evaluated yet; run `make repro`")
    return {name: read_json(path) for name in FILES if (path := folder / f"{name}.json").exists()}


def page(metrics: Metrics, folder: Path) -> RenderableType:
    """All that is printed, 30 lines at most where every verdict is pass."""
    lost = [f"{name}.json" for name in FILES if name not in metrics and name != "truth"]
    missing = [Text(f"not in {folder}: {', '.join(lost)}; run `make repro`", style="yellow")] if lost else []
    measured, chosen = Text(_measured_on(metrics["evaluation"])), _chosen(metrics.get("training", {}))
    return Group(_figures(metrics), measured, *chosen, *_verdicts(metrics), *missing, Text(), _next())


def _figures(metrics: Metrics) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    for heading in ("on the test rows", "model", "95% interval", "plain logistic", "base rate alone"):
        table.add_column(heading, justify="left" if heading.startswith("on") else "right")
    intervals, baselines = metrics.get("intervals", {}), metrics.get("baselines", {})
    for name, title in MEASURES.items():
        others = (_number(baselines.get(b, {}).get(name)) for b in ("plain_logistic", "always_base_rate"))
        table.add_row(title, _number(metrics["evaluation"].get(name)), _interval(intervals.get(name, {})), *others)
    return table


def _measured_on(evaluation: Mapping[str, object]) -> str:
    rows, left = evaluation.get("rows", 0), evaluation.get("positives", 0)
    found, threshold = evaluation.get("true_positive_rate"), evaluation.get("operating_point")
    return (
        f"measured on {evaluation.get('measured_on')}: {rows:,} rows, {left:,} leavers; "
        f"contacting from a score of {_number(threshold)} finds {_number(found)} of them"
    )


def _chosen(training: Mapping[str, object]) -> list[RenderableType]:
    if not training:
        return []
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    for heading in ("cross-validated", "roc_auc", "log_loss", "calibration_error"):
        table.add_column(heading, justify="left" if heading.startswith("cross") else "right")
    for family, figures in training.get("families", {}).items():
        name = f"{family} (chosen)" if family == training.get("chosen") else family.replace("_", " ")
        table.add_row(name, *(_mean(figures, m) for m in ("roc_auc", "log_loss", "calibration_error")))
    return [Text(), table]


def _verdicts(metrics: Metrics) -> Iterator[Text]:
    """One line with all answers, and one more for each that is not pass."""
    answers = {title: metrics[name].get("verdict", {}) for name, title in JUDGES.items() if name in metrics}
    line = Text("\nverdicts: ")
    for title, verdict in answers.items():
        answer = str(verdict.get("answer", "missing"))
        line.append(f"{title} ").append(answer, style=COLOURS.get(answer, "yellow")).append("   ")
    yield line
    for title, verdict in answers.items():
        if verdict.get("reasons"):
            yield Text(f"  {title}: {'; '.join(verdict['reasons'])}")


def _next() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for where, what in NEXT:
        table.add_row(Text(where, style="bold"), what)
    return table


def _number(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float | int) else "-"


def _interval(interval: Mapping[str, object]) -> str:
    low, high = interval.get("low"), interval.get("high")
    return "-" if low is None or high is None else f"{_number(low)} .. {_number(high)}"


def _mean(figures: Mapping[str, object], name: str) -> str:
    """A figure, with its standard error over folds where it has one."""
    error = figures.get(f"{name}_standard_error")
    return _number(figures.get(name)) + ("" if error is None else f" ± {_number(error)}")
