"""What an overlay of deploy/kustomize comes to: the manifests that a cluster would be given."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import yaml
from imports import ROOT

BIN = Path(sys.executable).parent
OVERLAYS = ("staging", "production")


@cache
def text(overlay):
    """As `kubectl apply --kustomize` builds it."""
    return _built(ROOT / "deploy/kustomize/overlays" / overlay)


def manifests(overlay):
    """By kind; an overlay has one of each."""
    documents = list(yaml.safe_load_all(text(overlay)))
    by_kind = {document["kind"]: document for document in documents}
    assert len(by_kind) == len(documents)
    return by_kind


def with_component(folder, component):
    """The manifests of staging with one more component, by kind. Kustomize wants to be near what it builds on."""
    shutil.copytree(ROOT / "deploy/kustomize", folder / "kustomize")
    lines = ["kind: Kustomization", "resources: [../overlays/staging]", f"components: [../components/{component}]"]
    own = folder / "kustomize/own"
    own.mkdir()
    (own / "kustomization.yaml").write_text("\n".join(lines))
    return {document["kind"]: document for document in yaml.safe_load_all(_built(own))}


def _built(folder):
    done = subprocess.run([BIN / "kubectl", "kustomize", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
