"""Does the server give the signed golden rows their scores?"""

from __future__ import annotations

from mainstay.serving.acceptance.asking import Asker, Service, Unanswered, post
from mainstay.serving.acceptance.checked import Checked, checked
from mainstay.serving.acceptance.predictions import Wanted
from mainstay.trust.manifest import Manifest

NAME = "golden rows"


def golden(service: Service, manifest: Manifest, wanted: Wanted, name: str = NAME) -> Checked:
    """Whether each golden row, sent alone and all of them in a list, scores as it was signed."""
    rows, scores = [g.row for g in manifest.golden], [g.score for g in manifest.golden]
    with service.asking() as asker:
        found = [_asked(asker, row, [score], wanted) for row, score in zip(rows, scores, strict=True)]
        found.append(_asked(asker, rows, scores, wanted))
    faults = [fault for _, fault in found if fault]
    return checked(name, faults, {"rows": len(rows), "largest difference": max(far for far, _ in found)})


def _asked(asker: Asker, document: object, scores: list[float], wanted: Wanted) -> tuple[float, str | None]:
    """How far the scores are apart, and what is wrong; nan where nothing was answered."""
    try:
        predictions, fault = wanted.read(post(asker, document), len(document) if isinstance(document, list) else None)
    except Unanswered as error:
        return float("nan"), f"no answer: {error}"
    if fault:
        return float("nan"), fault
    apart = max(abs(p.probability - score) for p, score in zip(predictions, scores, strict=True))
    within = apart <= wanted.tolerance
    return apart, None if within else f"a golden row scores {apart:.3g} otherwise than signed"
