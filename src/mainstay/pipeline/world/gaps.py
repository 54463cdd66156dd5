"""What the files do not show: values missing by chance, by other columns, and by what they would say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mainstay.params import Gaps
from mainstay.pipeline.world.stream import Stream

AT_RANDOM = ("age", "usage_gb", "usage_trend", "last_login_on")


def with_gaps(rows: pd.DataFrame, gaps: Gaps, stream: Stream) -> pd.DataFrame:
    """The rows of a snapshot with values taken out: missing completely at random, at random, and not at random."""
    rows = rows.copy()
    for column in AT_RANDOM:
        rows.loc[_falls(stream, column, np.full(len(rows), gaps.at_random)), column] = None
    _forget_channel(rows, gaps, stream)
    _keep_silent(rows, gaps, stream)
    return rows


def _forget_channel(rows: pd.DataFrame, gaps: Gaps, stream: Stream) -> None:
    """At random given another column: how old customers were won is known less often; it says "unknown"."""
    share = gaps.unknown_channel * np.where(rows["tenure_months"] >= 12, 1.5, 0.7)
    rows.loc[_falls(stream, "channel", share), "channel"] = "unknown"


def _keep_silent(rows: pd.DataFrame, gaps: Gaps, stream: Stream) -> None:
    """Not at random: the less satisfied a customer is, the likelier no answer."""
    share = np.array(gaps.silent_at_satisfaction)[rows["satisfaction"].to_numpy(dtype=np.int64) - 1]
    rows.loc[_falls(stream, "satisfaction", share), "satisfaction"] = None


def _falls(stream: Stream, column: str, share: np.ndarray) -> np.ndarray:
    return stream.of(f"gap_{column}").random(len(share)) < share
