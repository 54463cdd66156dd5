"""A small verdict and everything that a report of it is made of, to be changed in one respect."""

from __future__ import annotations

from mainstay.evidence.drift import Drift
from mainstay.release.dvc_diff import Diffs, Plot
from mainstay.release.judgement import Judged, Judgement, Line
from mainstay.release.missing import Missing
from mainstay.release.report import Material
from mainstay.release.report_change import Commit
from mainstay.release.training_drift import Compared
from mainstay.verdict import Verdict

AUC = {"champion": 0.74, "candidate": 0.75, "estimate": 0.01, "low": 0.002, "high": 0.018, "limit": -0.005}
BETTER = Line("roc_auc", "pass", "ROC AUC is not worse by more than the margin", **AUC, power=0.9, rows_to_decide=5000)
LOSS = Line("log_loss", "pass", "log loss shows no evidence of harm", 0.11, 0.109, -0.001, -0.002, 0.0, 0.05, p=1.0)
SIZE = Line("size", "pass", "2,000 bytes in the model file, wanted 20,000 at most", candidate=2000.0, limit=20000.0)
MEASURES = (
    {"name": "roc_auc", "champion": 0.74, "candidate": 0.75, "difference": 0.01, "low": 0.002, "high": 0.018},
    {"name": "log_loss", "champion": 0.11, "candidate": 0.109, "difference": -0.001, "low": -0.002, "high": 0.0},
    {"name": "brier", "champion": 0.08, "candidate": 0.08, "difference": 0.0, "low": -0.001, "high": 0.001},
)
SLICES = (
    {"name": "plan=pro", "rows": 700, "champion": 0.1, "candidate": 0.12}
    | {"difference": 0.02, "low": 0.01, "high": 0.03, "p": 0.2},
    {"name": "plan=basic", "rows": 4300, "champion": 0.1, "candidate": 0.1}
    | {"difference": 0.0, "low": -0.01, "high": 0.01, "p": 1.0},
)
ROWS = {"rows": 5000, "customers": 2000, "positives": 300, "seen_by_a_model": 0, "measured_on": "all rows"}
DIGESTS = {"candidate": "c" * 64, "champion": "a" * 64, "test_rows": "d" * 64, "contract": "e" * 64, "gate": "f" * 64}
RULER = {"changes": [], "acknowledged": False, "judged_by": "head"}


def judged(*lines, kind="comparison", **changes) -> Judged:
    return Judged(
        kind,
        **(
            {
                "lines": lines or (BETTER, LOSS, SIZE),
                "measures": MEASURES,
                "slices": SLICES,
                "rows": ROWS,
                "digests": DIGESTS,
            }
            | changes
        ),
    )


def verdict(own: Judged | None = None, answer: Verdict | None = None, **changes) -> dict[str, object]:
    """What reports/gate.json would hold."""
    own = own or judged()
    answer = answer or own.verdict
    said = {
        "verdict": answer,
        "sentence": (answer.reasons or (own.lines[0].sentence,))[0],
        "judged": own,
        "champion": {"digest": "a" * 64, "source": "in production: churn#production#3"},
        "candidate": {"digest": "c" * 64, "bytes": 2000},
        "ruler": RULER,
        "looks": {"count": 2, "max": 20, "warning": None},
    }
    return Judgement(**(said | changes)).as_dict()


METRICS = {
    "metrics/data_quality.json": {
        "rows.read": {"old": 9000, "new": 9500, "diff": 500},
        "rows.kept": {"old": 8990, "new": 9480, "diff": 490},
        "rows.quarantined": {"old": 10, "new": 20, "diff": 10},
        "quarantined_share": {"old": 0.0011, "new": 0.0021, "diff": 0.001},
        "rows.outcome_not_known": {"old": 100, "new": 100, "diff": 0},
    },
    "metrics/split.json": {
        "train.rows": {"old": 3900, "new": 4380, "diff": 480},
        "train.base_rate": {"old": 0.06, "new": 0.061, "diff": 0.001},
        "test.rows": {"old": 5000, "new": 5000, "diff": 0},
        "test.base_rate": {"old": 0.06, "new": 0.06, "diff": 0.0},
    },
    "metrics/training.json": {"chosen": {"old": "logistic", "new": "blend"}},
}
PARAMS = {"params.yaml": {"train.model": {"old": "logistic", "new": "blend"}, "train.seed": {"old": 7, "new": 7}}}
PLOT = Plot("metrics/plots/gain.csv", {"data": {"values": [{"contacted": 0.1, "found": 0.3, "rev": "champion"}]}})
NO_EVIDENCE = Missing("the models are not part of this example")


def material(gate: dict[str, object] | None = None, **changes) -> Material:
    parts = {
        "gate": gate or verdict(),
        "evidence": NO_EVIDENCE,
        "diffs": Diffs(METRICS, PARAMS, (PLOT,)),
        "drift": Compared("the candidate's training rows", (Drift("tenure", 0.21, 0.01), Drift("plan", 0.02, 0.01))),
        "commits": (Commit("1" * 40, "Ada", "Blend both families"), Commit("2" * 40, "Bob", "Count support contacts")),
        "uncommitted": False,
        "head": "1" * 40,
    }
    return Material(**(parts | changes))
