"""The simulator's worlds under watch: two models of the same past, and what is decided month by month after it."""

from __future__ import annotations

from functools import partial

import msgspec
import numpy as np
import pandas
from imports import ROOT
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from watched import WATCH

from mainstay import params
from mainstay.evidence.measures import roc_auc
from mainstay.evidence.tally import tally
from mainstay.model.encode import encode
from mainstay.monitoring.book import Book
from mainstay.monitoring.joined import joined
from mainstay.monitoring.promise import auc_floor
from mainstay.monitoring.watching import Case, watched
from mainstay.monitoring.window import Floors
from mainstay.pipeline.world.months import months
from mainstay.rows import contract_file
from mainstay.rows.keyed_file import Keyed

CONTRACT = contract_file.load(ROOT / "data/contract.yaml")
SIMULATE = params.load(ROOT / "params.yaml", "simulate")
LEARNED, TESTED = 12, 3
"""Months that models learn from, the last ones to say what they promise."""

LOGISTIC = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(C=0.1))
BOOSTING = HistGradientBoostingClassifier(learning_rate=0.05, max_leaf_nodes=8, max_iter=100, random_state=0)


def lived(seed, scenarios=(), n=26, **changed):
    """Months of a world."""
    settings = msgspec.structs.replace(SIMULATE, seed=seed, months=n, scenarios=list(scenarios), **changed)
    return list(months(settings))


def decided(world, blind=()):
    """The decision as each month after the learned ones begins. The current model is boosting, without the columns
    that it is `blind` to in production; the previous one is logistic.
    """
    tables = [(encode(m.customers, CONTRACT), m.outcomes["churned"].to_numpy()) for m in world]
    untreated = [~m.customers["treated"].to_numpy(dtype=bool) for m in world]
    fitted = [_fitted(model, tables, untreated, spoilt) for model, spoilt in ((BOOSTING, blind), (LOGISTIC, ()))]
    floors = Floors(*(floor for _, floor in fitted))
    book, found = Book(), []
    for n in range(LEARNED + 1, len(world)):
        seen = world[LEARNED:n]
        case = partial(_case, seen, fitted, floors, world[n].observed_on)
        one = watched(book, case(), WATCH)
        book = one.book
        found.append(one.decision)
    return found


def _fitted(model, tables, untreated, blind):
    """A function from rows to scores, and below which ROC AUC it breaks its promise."""

    def stacked(of):
        return (np.concatenate([tables[n][side][untreated[n]] for n in of]) for side in (0, 1))

    learn, test = range(LEARNED - TESTED), range(LEARNED - TESTED, LEARNED)
    X, y = stacked(learn)
    model.fit(X, y)
    X, y = stacked(test)
    auc = float(roc_auc(tally(y, model.predict_proba(X)[:, 1])))
    floor = auc_floor({"roc_auc": auc, "positives": float(y.sum()), "rows": float(len(y))}, WATCH.auc_tolerance)
    names = [c.name for c in CONTRACT.features]
    parts = {"seen": np.concatenate([tables[n][0] for n in learn])}
    spoilt = [names.index(name) for name in blind]

    def score(frame):
        X = encode(frame, CONTRACT)
        X[:, spoilt] = np.nanmedian(parts["seen"][:, spoilt], axis=0) if spoilt else X[:, spoilt]
        return model.predict_proba(X)[:, 1]

    return score, floor


def _case(seen, fitted, floors, today):
    frame = pandas.concat([m.customers for m in seen], ignore_index=True)
    at = pandas.to_datetime(frame["observed_on"])
    logged = frame.assign(customer=frame["customer_id"], observed_on=at, scored_at=at.dt.tz_localize("UTC"))
    told = [m.outcomes for m in seen if m.outcomes_known_on <= today]
    outcomes = pandas.concat(told or [seen[0].outcomes.head(0)], ignore_index=True)
    rows = joined(
        logged, _keyed(outcomes, outcomes["churned"].astype(str)), _keyed(frame, frame["treated"]), CONTRACT, list
    )
    current, previous = (score(rows.frame) if len(rows.frame) else np.zeros(0) for score, _ in fitted)
    return Case(
        counter=2,
        release="v1.1.0",
        before="v1.0.0",
        floors=floors,
        joined=rows,
        current=current,
        previous=previous,
        contract=CONTRACT,
        as_of=today,
    )


def _keyed(frame, values):
    day = pandas.to_datetime(frame["observed_on"])
    made = pandas.DataFrame({"id": frame["customer_id"], "day": day, "first": values, "last": values, "copies": 1})
    return Keyed(made, 0)
