"""Small pasts for tests: a simulated business of a few hundred customers, and figures made up by hand."""

import datetime

import msgspec
import numpy as np
import pandas as pd
import yaml
from imports import ROOT, simulated

from mainstay import params
from mainstay.replay import simulated as world
from mainstay.replay.figures import Figures
from mainstay.replay.history import Month
from mainstay.replay.ledger import Event, Ledger, Line

CONTRACT = simulated("data/contract.yaml")
SMALL = {
    "simulate": {"customers": 700, "joiners_a_month": 30, "months": 9},
    "replay": {"months": 3, "warm_up_months": 6},
    "stress": {"rows": 300},
    "gate": {"resamples": 100},
}


def numbers(folder, **changes):
    """params.yaml of a small project in `folder`."""
    document = yaml.safe_load((ROOT / "params.yaml").read_text())
    for section, values in SMALL.items():
        document[section] |= values
    for section, values in changes.items():
        document[section] |= values
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def history(folder, *scenarios, **changes):
    """The small business's past, whose files are kept in `folder`."""
    path = numbers(folder)
    settings = params.load(path, "simulate")
    settings = msgspec.structs.replace(settings, scenarios=list(scenarios), **changes)
    return world.history(settings, path, CONTRACT, folder / "store")


def project(folder, **changes):
    """A folder that `mainstay replay` runs in."""
    numbers(folder, **changes)
    (folder / "data").mkdir()
    for name in ("dvc.yaml", "data/contract.yaml"):
        (folder / name).write_text(simulated(name).read_text())
    return folder


def month(outcome, treated=None, number=1):
    """A month of customers C0, C1 ... with these outcomes."""
    rows = pd.DataFrame({"customer_id": [f"C{i}" for i in range(len(outcome))]})
    rows["treated"] = treated if treated is not None else [False] * len(outcome)
    return Month(number, datetime.date(2024, number, 1), rows, np.array(outcome, dtype=float))


def line(month, policy, profit=100.0, release="2024-01", roc_auc=0.8):
    return Line(month, policy, release, Figures(1000, 30, 25.0, roc_auc, 0.1, profit))


def ledger(lines, events=(), policies=(), simulated=True):
    policies = policies or tuple(dict.fromkeys(line.policy for line in lines))
    months = {n: f"2024-{n:02}" for n in sorted({line.month for line in lines})}
    return Ledger(months, policies, simulated, tuple(lines), tuple(events), "fast")


def event(month, kind, policy="mainstay", why="because", release=None):
    return Event(month, policy, kind, why, release)
