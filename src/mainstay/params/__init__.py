"""params.yaml as frozen structs: a section a stage or judge, no defaults, no unknown key."""

from mainstay.params.business import Effects, Gaps, Leaving, Offer, Simulate
from mainstay.params.file import SECTIONS, load
from mainstay.params.monitoring import Drift, Replay, Watch
from mainstay.params.pipeline import (
    Adopt,
    Blend,
    Boosting,
    Evaluate,
    Folds,
    Logistic,
    Profit,
    Split,
    Stress,
    Train,
    Truth,
    Validate,
)
from mainstay.params.release import Accept, Gate, Receive, Release, Sync
from mainstay.params.serving import Log, Serve

__all__ = [
    "SECTIONS",
    "Accept",
    "Adopt",
    "Blend",
    "Boosting",
    "Drift",
    "Effects",
    "Evaluate",
    "Folds",
    "Gaps",
    "Gate",
    "Leaving",
    "Log",
    "Logistic",
    "Offer",
    "Profit",
    "Receive",
    "Release",
    "Replay",
    "Serve",
    "Simulate",
    "Split",
    "Stress",
    "Sync",
    "Train",
    "Truth",
    "Validate",
    "Watch",
    "load",
]
