"""A GitHub Release of a release's tag: notes for people, and the model, manifest and report as its files."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mainstay.refusal import Refusal
from mainstay.release.access import opened_at
from mainstay.release.github import GitHub
from mainstay.trust.manifest import Manifest
from mainstay.trust.tags import Release

MODEL, MANIFEST, REPORT = "model.onnx", "manifest.json", "report.html"


def run(folder: Path, version: str, report: Path, skipped: str | None, **where: object) -> str:
    """Makes it, or adds what it lacks; nothing that is there is replaced. Raises Refusal where GitHub does not."""
    with opened_at(folder, **where) as registry:
        released = registry.release(version)
    manifest = released.manifest
    files = {MODEL: _model(folder, manifest), MANIFEST: msgspec.json.format(msgspec.json.encode(manifest))}
    if report.is_file():
        files[REPORT] = report.read_bytes()
    github = GitHub.of_job()
    made = _found(github, version) or github.post("releases", _asked(manifest, skipped))
    _upload(github, made, files)
    return f"GitHub Release {version}: holds {', '.join(files)}"


def notes(manifest: Manifest, skipped: str | None) -> str:
    """Markdown. `skipped`: commits, with commas between."""
    figures = [f"| {name} | {value} |" for name, value in sorted(manifest.metrics.items())]
    table = ["| measure | value |", "|---|---|", *figures]
    more = f"\n\nNot released by themselves, but part of this: {skipped.replace(',', ', ')}." if skipped else ""
    digest = f"`{MODEL}` has sha256 `{manifest.model.sha256}`; believe the signed tag, not this page."
    return f"Model of commit {manifest.commit}. Gate: {manifest.gate.answer}.\n\n{digest}\n\n" + "\n".join(table) + more


def _asked(manifest: Manifest, skipped: str | None) -> Mapping[str, object]:
    tag = Release(manifest.release).name
    return {"tag_name": tag, "name": manifest.release, "body": notes(manifest, skipped), "make_latest": "true"}


def _found(github: GitHub, version: str) -> Mapping[str, object] | None:
    return github.maybe(f"releases/tags/{urllib.parse.quote(Release(version).name, safe='')}")


def _upload(github: GitHub, made: Mapping[str, object], files: Mapping[str, bytes]) -> None:
    try:
        to, there = str(made["upload_url"]).partition("{")[0], {str(asset["name"]) for asset in made["assets"]}
    except (KeyError, TypeError) as error:
        raise Refusal(f"GitHub's answer on the release lacks {error}; re-run the job") from error
    for name, data in files.items():
        if name not in there:
            github.upload(f"{to}?{urllib.parse.urlencode({'name': name})}", data)


def _model(folder: Path, manifest: Manifest) -> bytes:
    path = folder / manifest.model.path
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path}: cannot be read: {error.strerror}; run `make fetch`") from error
