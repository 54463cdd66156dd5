"""The gate's verdict that a release stands on: of exactly these digests, from reports/gate.json or judged anew."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mainstay import params
from mainstay.refusal import Refusal
from mainstay.release import judgement, lock
from mainstay.release.case import Inputs
from mainstay.release.gate import gate
from mainstay.release.git import Repository
from mainstay.release.judge import digest_of
from mainstay.rows import contract_file
from mainstay.rows.table import read_json
from mainstay.trust.manifest import Judged
from mainstay.trust.verify import Released

REPORTS = Path("reports")


def asked(repository: Repository, champion: Released | None, candidate: str, accepted_by: str | None) -> Judged:
    """The verdict on `candidate` (sha256) against the champion of this moment; without one, by floors alone.

    A merge, or a promotion, since the last verdict makes it a verdict about something else, and so asks again.
    Raises Refusal where it is no pass, and no inconclusive that somebody takes.
    """
    wanted = _digests(repository, candidate, champion.manifest.model.sha256 if champion else None)
    document = _known(repository.root / REPORTS / "gate.json", wanted) or _anew(repository, champion, accepted_by)
    return taken(document, accepted_by)


def taken(document: Mapping[str, object], accepted_by: str | None) -> Judged:
    """What goes into the manifest. Raises Refusal where the verdict does not let the candidate through."""
    answer, reasons = document["verdict"]["answer"], list(document["verdict"]["reasons"])
    by = accepted_by if answer == "inconclusive" else None
    if answer != "pass" and by is None:
        hint = "; who takes the risk says so by --accepted-by NAME" if answer == "inconclusive" else ""
        raise NotPassed(f"the gate says {answer}: {document['sentence']}{hint}")
    return Judged(
        answer=answer,
        reasons=reasons,
        digests=dict(document["digests"]),
        champion=document["champion"]["digest"],
        accepted_by=by,
    )


class NotPassed(Refusal):
    """The candidate was judged, and does not become a release."""


def _digests(repository: Repository, candidate: str, champion: str | None) -> dict[str, str | None]:
    """What a verdict of today would be about. The keys are those of reports/gate.json."""
    root = repository.root
    gate_params, profit = (msgspec.to_builtins(params.load(root / "params.yaml", n)) for n in ("gate", "profit"))
    contract = contract_file.load(root / "data/contract.yaml")
    return {
        "candidate": candidate,
        "champion": champion,
        "test_rows": hashlib.sha256((root / lock.TEST).read_bytes()).hexdigest(),
        "contract": digest_of(contract_file.to_dict(contract)),
        "gate": digest_of({"gate": gate_params, "profit": profit}),
    }


def _known(path: Path, wanted: Mapping[str, str | None]) -> Mapping[str, object] | None:
    """A verdict written before, if it is about the same digests."""
    if not path.is_file():
        return None
    document = read_json(path)
    same = isinstance(document, dict) and document.get("digests") == dict(wanted)
    return document if same and document.get("kind") in ("comparison", "first release") else None


def _anew(repository: Repository, champion: Released | None, accepted_by: str | None) -> Mapping[str, object]:
    root = repository.root
    if champion and repository.commit(champion.manifest.commit) is None:
        repository.ask("fetch", "--quiet", "--no-tags", "origin", champion.manifest.commit)
    given = Inputs(
        candidate=root / lock.MODEL,
        metrics=root / "metrics",
        holdout=root / lock.TEST,
        valid=root / "data/valid.parquet",
        params=root / "params.yaml",
        base="HEAD",  # what was merged is the ruler; a change of it was acknowledged on its pull request
        champion=champion.manifest.commit if champion else None,
        accept_inconclusive=accepted_by is not None,
        first=champion is None,
    )
    found, of = gate(root, given)
    judgement.write(found, of.data if of else None, root / REPORTS)
    return found.as_dict()
