"""Windows of made-up customers, as two models score them, in months that may be bad for all."""

import datetime

import msgspec
import numpy as np
from imports import ROOT
from rivals import RATE
from scipy.special import expit
from scipy.stats import norm

from mainstay import params
from mainstay.monitoring.decide import decide
from mainstay.monitoring.doubt import jumped
from mainstay.monitoring.look import look
from mainstay.monitoring.memory import begun
from mainstay.monitoring.state import State
from mainstay.monitoring.window import Floors, Window

WATCH = params.load(ROOT / "params.yaml", "watch")
FLOORS = Floors(current=0.82, previous=0.82)


def window(k, outcome, current, previous=None, days=7):
    """The k-th window; each row is a customer of its own."""
    first = datetime.date(2024, 1, 1) + datetime.timedelta(days * k)
    everyone = np.arange(len(outcome))
    last = first + datetime.timedelta(days - 1)
    return Window(str(first), first, last, outcome, current, previous, everyone, everyone >= 0)


def made(random, k, *, rows=1000, rho=0.9, auc=(0.845, 0.845), month=0.0, level=(0.0, 0.0), rate=RATE, days=7):
    """A window in which all log-odds are `month` higher than both models know; `level` is what each adds to its own.

    As in `rivals`: within a class the two scores are normal with correlation `rho`, and each alone is right but for
    that. Outcomes are drawn anew from what the two say together, so that a month changes them and not the scores.
    """
    apart = np.sqrt(2) * norm.ppf(auc)
    base = np.log(rate / (1 - rate))
    usual = random.random(rows) < rate
    first, other = random.standard_normal((2, rows))
    seen = np.array([first, rho * first + np.sqrt(1 - rho**2) * other]) + np.outer(apart, usual)
    weight = np.linalg.solve([[1, rho], [rho, 1]], apart)
    outcome = random.random(rows) < expit(base + month + weight @ (seen - apart[:, None] / 2))
    log_odds = base + np.array(level)[:, None] + apart[:, None] * (seen - apart[:, None] / 2)
    return window(k, outcome.astype(np.int8), *expit(log_odds), days=days)


def looked(windows, floors=FLOORS, watch=WATCH):
    """The memory after each window, looked at one by one."""
    memory = begun(1, "v2.0.0", "v1.0.0")
    for one in windows:
        memory = look(memory, [one], floors, watch)
        yield memory


def decided(windows, floors=FLOORS, watch=WATCH):
    """What is decided after each window, as `watching` does it, where all outcomes came in time."""
    memory, rates = begun(1, "v2.0.0", "v1.0.0"), []
    for one in windows:
        why = jumped(one, rates, watch)
        if not why:
            memory = look(memory, [one], floors, watch)
            rates.append(one.outcome.mean())
        raised = msgspec.structs.asdict(memory.raised)
        state = State("v2.0.0", "v1.0.0", "distrusted" if why else "known", distrust=why, **raised)
        yield decide(state, watch.cool_down_h)


def delay(windows, fault="previous_better"):
    """Windows until the fault is raised; infinite where it never is."""
    return next((k for k, memory in enumerate(looked(windows), 1) if getattr(memory.raised, fault)), np.inf)


def season(k, windows_a_year):
    """The log of a factor that is .1 above the mean in January and as much below in July."""
    return 0.1 * np.cos(2 * np.pi * k / windows_a_year)
