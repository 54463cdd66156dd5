"""Simulated worlds for tests: the shipped parameters with changes laid over them."""

import msgspec
import pandas as pd
from imports import ROOT

from mainstay.params import Simulate, load
from mainstay.pipeline.world.months import months


def settings(*, leaving=None, effects=None, offer=None, gaps=None, **changes) -> Simulate:
    document = msgspec.to_builtins(load(ROOT / "params.yaml", "simulate"))
    for section, values in {"leaving": leaving, "effects": effects, "offer": offer, "gaps": gaps}.items():
        document[section] |= values or {}
    return msgspec.convert(document | changes, Simulate)


def lived(params: Simulate) -> pd.DataFrame:
    """All months of a world: the columns of its snapshots, `churned`, `month` from 1, and the truth."""
    return pd.concat([_rows(month, n) for n, month in enumerate(months(params), 1)], ignore_index=True)


def _rows(month, number) -> pd.DataFrame:
    parts = (
        month.customers,
        month.outcomes[["churned"]],
        month.truth.drop(columns=["customer_id", "observed_on", "treated"]),
    )
    return pd.concat([p.reset_index(drop=True) for p in parts], axis=1).assign(month=number)
