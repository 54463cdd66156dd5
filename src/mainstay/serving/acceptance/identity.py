"""Is the server the release that it is taken for?"""

from __future__ import annotations

import msgspec

from mainstay.serving.acceptance.asking import Service, Unanswered
from mainstay.serving.acceptance.checked import Checked, checked
from mainstay.trust.manifest import Manifest

NAME = "identity"
SAME = ("release", "model", "contract", "commit", "lock")
"""What the server tells at /release and what was signed must have in common: the version and all digests."""


def identity(service: Service, manifest: Manifest) -> Checked:
    """Whether /release tells the signed version and digests."""
    try:
        answer = service.ask("GET", "/release")
    except Unanswered as error:
        return checked(NAME, [f"{service.url}/release gave no answer: {error}"], {})
    told = answer.document if isinstance(answer.document, dict) else {}
    faults = differences(told, msgspec.to_builtins(manifest))
    if answer.status != 200:
        faults = [f"{service.url}/release answers {answer.status}, wanted 200"]
    return checked(NAME, faults, {"release": str(told.get("release", "not told")), "sha256": _sha256(told)[:16]})


def differences(told: dict[str, object], signed: dict[str, object]) -> list[str]:
    """What the server says otherwise than the signed manifest, in words."""
    return [
        f"the server's {key} is {told.get(key)!r}, wanted {signed[key]!r}"
        for key in SAME
        if told.get(key) != signed[key]
    ]


def _sha256(told: dict[str, object]) -> str:
    model = told.get("model")
    return str(model.get("sha256", "not told")) if isinstance(model, dict) else "not told"
