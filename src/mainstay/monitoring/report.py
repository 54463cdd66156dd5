"""reports/watch.json: what the watch found, as plain values. Pure."""

from __future__ import annotations

import math
from dataclasses import asdict

import msgspec
import numpy as np

from mainstay.evidence.slices import slices
from mainstay.monitoring.book import Judged
from mainstay.monitoring.estimate import estimate
from mainstay.monitoring.inputs import Inputs
from mainstay.monitoring.joined import LABEL
from mainstay.monitoring.realised import realised
from mainstay.monitoring.watching import Case, Watched
from mainstay.params import Watch


def document(found: Watched, case: Case, given: Inputs, watch: Watch) -> dict[str, object]:
    """The whole report."""
    memory = found.book.memory
    mine = [w for w in found.book.windows if w.counter == case.counter]
    return {
        "as_of": case.as_of.isoformat(),
        "channel_counter": case.counter,
        "decision": asdict(found.decision),
        "state": asdict(found.state),
        "evidence": {
            "threshold_log_e": -math.log(watch.alpha),
            "previous_better_log_e": memory.against_previous.log_e,
            "current_worse_log_e": memory.current_promise.log_e,
            "previous_worse_log_e": memory.previous_promise.log_e,
        },
        "promise": {"roc_auc_floor": case.floors.current, "previous_roc_auc_floor": case.floors.previous},
        "measured_on": measured_on(case),
        "rows": _counts(case),
        "windows": [_window(w) for w in mine],
        "slices": by_slice(case, watch),
        "estimate": _estimate(case),
        "inputs": _inputs(given),
    }


def measured_on(case: Case) -> str:
    """Which customers the figures are of."""
    if case.contract.treated is None:
        return "all customers with an outcome"
    if case.joined.treated is None:
        return "all customers with an outcome, treated ones too: no table said who they are"
    return f"the untreated and the hold-out ({case.joined.treated} treated rows left out)"


def by_slice(case: Case, watch: Watch) -> list[dict[str, object]]:
    """The current model on each declared slice of all rows with an outcome, where there are enough of them."""
    import pandas

    frame = case.joined.frame
    known = frame[LABEL].notna().to_numpy()
    rows, score = frame.loc[known].reset_index(drop=True), case.current[known]
    outcome, customer = rows[LABEL].to_numpy(), pandas.factorize(rows["customer"])[0]
    told = []
    for part in slices(rows, case.contract):
        member = np.asarray(part.member, dtype=bool)
        if member.sum() >= watch.min_rows_slice:
            figures = realised(outcome[member], score[member], customer[member], watch.calibration_bins)
            told.append({"column": part.column, "value": part.value} | msgspec.to_builtins(figures))
    return told


def _counts(case: Case) -> dict[str, int | None]:
    seen = case.joined
    return {
        "predictions": seen.predictions,
        "repeated": seen.repeated,
        "treated_left_out": seen.treated,
        "left_in_lead_time": seen.left_in_lead,
        "with_outcome": int(seen.frame[LABEL].notna().sum()),
        "outcomes": seen.outcomes,
        "outcomes_without_prediction": seen.strangers,
        "outcomes_contradicting_quarantined": seen.contradicting,
    }


def _window(judged: Judged) -> dict[str, object]:
    return msgspec.to_builtins(judged)


def _estimate(case: Case) -> dict[str, object] | None:
    """What the scores promise of rows whose outcome is not known yet."""
    import pandas

    unknown = case.joined.frame[LABEL].isna().to_numpy()
    if not unknown.any():
        return None
    customer = pandas.factorize(case.joined.frame.loc[unknown, "customer"])[0]
    return asdict(estimate(case.current[unknown], customer))


def _inputs(given: Inputs) -> dict[str, object]:
    days = [{"day": day, "columns": [asdict(m) for m in found]} for day, found in given.days]
    volume = [{"day": day, "of_usual": ratio} for day, ratio in given.volume]
    told = {"why_not": given.why, "drift": list(given.drift), "broken": list(given.meter)}
    return told | {"days": days, "volume": volume}
