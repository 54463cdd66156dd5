"""`mainstay accept`: the registry says what a server is to run, the server is examined, the registry notes a pass."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mainstay import params
from mainstay.release import acceptance, promoting
from mainstay.release.access import bring, opened_at, somebody
from mainstay.rows.table import write_json
from mainstay.serving import accept
from mainstay.serving.accept import Examined, Subject
from mainstay.serving.acceptance import load, replay
from mainstay.serving.acceptance.asking import Service
from mainstay.trust.tags import STAGING
from mainstay.verdict import Verdict, worst


@dataclass(frozen=True)
class Asked:
    """Which server is to be accepted as which release of which channel.

    `copy` is what its syncer keeps, to be looked at too; `rows` a file with the test rows, `remote` where files are;
    `to` gets the verdict with its figures.
    """

    url: str
    release: str
    channel: str
    token: str | None
    copy: Path | None
    rows: Path | None
    remote: str | None
    to: Path


def run(folder: Path, asked: Asked, parameters: Path, by: str | None, **where: object) -> tuple[Verdict, list[str]]:
    """The verdict on a server, and lines that tell it. Staging's pass becomes a tag, where there are keys."""
    limits, tolerance = params.load(parameters, "accept"), params.load(parameters, "release").golden_tolerance
    service = Service(asked.url, limits.timeout_s, asked.token)
    with opened_at(folder, **where) as registry:
        writes = asked.channel == STAGING and registry.access.keys is not None
        who = somebody(folder, by) if writes else ""
        due = acceptance.due(registry, asked.channel, asked.release, tolerance, asked.rows, asked.remote)
        copied = acceptance.examine(due.promoted, asked.copy, tolerance) if asked.copy else Verdict("pass")
        examined = accept.examine_service(service, Subject(due.manifest, due.model, due.rows, tolerance), limits)
        verdict = worst([copied, examined.verdict])
        write_json(examined.as_dict() | verdict.as_dict() | {"channel": asked.channel}, asked.to)
        if verdict.answer != "pass":
            return verdict, [*examined.lines, *(f"{verdict.answer}: {reason}" for reason in verdict.reasons)]
        if not writes:
            return verdict, [
                *examined.lines,
                f"pass: {asked.channel} runs {asked.release} as released{_without(asked)}",
            ]
        done = promoting.accept(registry, asked.release, why(examined), who)
    bring(folder, registry, done.name, where)
    told = f"pass: {done.name}: {asked.release} {'is accepted' if done.new else 'was accepted before'}"
    return verdict, [*examined.lines, told]


def why(examined: Examined) -> str:
    """What the tag keeps of an examination that passed."""
    found = {check.name: check.figures for check in examined.checks}
    replayed, loaded = found[replay.NAME], found[load.NAME]
    return (
        f"ROC AUC {replayed['roc_auc']:.4f} on {replayed['rows']} rows over HTTP as offline; "
        f"p99 {loaded['p99 ms']:.1f} ms at {loaded['connections']} connections"
    )


def _without(asked: Asked) -> str:
    return "; not written down, for there are no keys: name their folder by --keys" if asked.channel == STAGING else ""
