"""The acceptance test: is the server at a URL the release that was signed, as good, as quick, and hard to upset?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mainstay.model.file import Model
from mainstay.params import Accept
from mainstay.refusal import Refusal
from mainstay.rows.judged import Judged
from mainstay.serving.acceptance import contract_errors, golden, identity, load, replay, worst_inputs
from mainstay.serving.acceptance.asking import Service
from mainstay.serving.acceptance.checked import Checked
from mainstay.serving.acceptance.predictions import Wanted
from mainstay.trust.manifest import Manifest
from mainstay.verdict import Verdict, worst

AFTERWARDS = "afterwards"
CHECKS = (identity.NAME, golden.NAME, contract_errors.NAME, replay.NAME, load.NAME, worst_inputs.NAME, AFTERWARDS)
"""In this order; none is ever left out of a pass."""


@dataclass(frozen=True)
class Subject:
    """What the server is taken for: a verified manifest, its model, the rows that the release was evaluated on.

    `tolerance` is by how much a score may differ.
    """

    manifest: Manifest
    model: Model
    rows: Judged
    tolerance: float


@dataclass(frozen=True)
class Examined:
    """The verdict on a server, and what was seen of it."""

    url: str
    release: str
    sha256: str
    checks: tuple[Checked, ...]

    @property
    def verdict(self) -> Verdict:
        """Passed where every check there is was made and passed."""
        missing = [name for name in CHECKS if name not in {c.name for c in self.checks}]
        left_out = [Verdict("inconclusive", (f"not examined: {', '.join(missing)}",))] if missing else []
        return worst([*(c.verdict for c in self.checks), *left_out])

    def as_dict(self) -> dict[str, object]:
        about = {"url": self.url, "release": self.release, "model": self.sha256}
        return about | self.verdict.as_dict() | {"checks": [c.as_dict() for c in self.checks]}

    @property
    def lines(self) -> list[str]:
        """A line a check, with its figures."""
        wide = max(len(c.name) for c in self.checks)
        return [f"{c.name.ljust(wide)}  {c.verdict.answer.ljust(4)}  {_figures(c)}" for c in self.checks]


def examine_service(service: Service, subject: Subject, limits: Accept) -> Examined:
    """Asks the server everything. One that is down or another release fails at once, and is asked no more."""
    checks: list[Checked] = []
    for check in _checks(service, subject, limits):
        checks.append(check)
        if check.name == identity.NAME and check.verdict.answer != "pass":
            break
    manifest = subject.manifest
    return Examined(service.url, manifest.release, manifest.model.sha256, tuple(checks))


def _checks(service: Service, subject: Subject, limits: Accept) -> Iterator[Checked]:
    manifest, model = subject.manifest, subject.model
    wanted = Wanted(manifest.release, operating_point(manifest), subject.tolerance)
    rows = [g.row for g in manifest.golden]
    yield identity.identity(service, manifest)
    yield golden.golden(service, manifest, wanted)
    yield contract_errors.contract_errors(service, model.contract, rows[0])
    yield replay.replay(service, model, subject.rows, wanted, manifest.metrics, limits)
    yield load.load(service, rows, limits)
    yield worst_inputs.worst_inputs(service, rows[0], limits)
    yield golden.golden(service, manifest, wanted, AFTERWARDS)


def operating_point(manifest: Manifest) -> float:
    """The score from which a customer is contacted. Raises Refusal where none was signed."""
    found = manifest.metrics.get("operating_point")
    if found is None:
        raise Refusal(f"{manifest.release}: its manifest tells no operating_point; release a model evaluated anew")
    return found


def _figures(check: Checked) -> str:
    return ", ".join(f"{k} {v if isinstance(v, str) else format(v, '.6g')}" for k, v in check.figures.items())
