"""Verbs about releases: make one, let channels serve it, go back, say what runs where."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mainstay.trust.tags import Bump


def registry_options(verb: Callable[..., None]) -> Callable[..., None]:
    """Where the registry is and whom to believe; the same for all verbs that read or write tags."""
    options = [
        click.option(
            "--repo",
            envvar="MAINSTAY_REPO",
            metavar="URL",
            help="The repository whose tags count; `origin` of this clone.",
        ),
        click.option(
            "--allowed-signers",
            envvar="MAINSTAY_ALLOWED_SIGNERS",
            type=click.Path(path_type=Path),
            help="Who may sign what: a file that is no part of the repository.",
        ),
        click.option(
            "--keys", envvar="MAINSTAY_KEYS", type=click.Path(path_type=Path), help="The folder of one's keys."
        ),
    ]
    for option in reversed(options):
        verb = option(verb)
    return verb


def by_option(verb: Callable[..., None]) -> Callable[..., None]:
    """Who asks for it; on a runner, who started the run."""
    return click.option("--by", envvar=["MAINSTAY_BY", "GITHUB_ACTOR"], help="Who asks for it; the name in git.")(verb)


def remote_option(verb: Callable[..., None]) -> Callable[..., None]:
    """Where a release's files are read from."""
    told = "Where files are, if not in the DVC remote that their commit names."
    return click.option("--remote", envvar="MAINSTAY_REMOTE", metavar="URL", help=told)(verb)


@click.command()
@click.argument("version", required=False)
@click.option("--bump", type=click.Choice(["major", "minor", "patch"]), help="The step; else the size of the change.")
@click.option("--accepted-by", metavar="NAME", envvar="MAINSTAY_ACCEPTED_BY", help="Who takes an inconclusive verdict.")
@click.option("--output", envvar="GITHUB_OUTPUT", type=click.Path(path_type=Path), help="Where a job's outputs go.")
@click.option(
    "--remote", envvar="MAINSTAY_REMOTE", metavar="DIR", help="A folder for its files, in the place of the DVC remote."
)
@registry_options
def release(
    version: str | None,
    bump: Bump | None,
    accepted_by: str | None,
    output: Path | None,
    remote: str | None,
    **where: object,
) -> None:
    """Release this commit's model as VERSION, as v1.4.0, or else as the next one: gate, bytes, and last the signed tag.

    Example: mainstay release
    """
    from mainstay.release import releasing
    from mainstay.release.asked import NotPassed
    from mainstay.release.releasing import Wish

    try:
        click.echo(releasing.run(Path(), Wish(version, bump, accepted_by), output, remote, **where))
    except NotPassed as judged:
        click.echo(f"mainstay: {judged}", err=True)
        sys.exit(1)


@click.command()
@click.argument("url")
@click.option("--release", required=True, metavar="VERSION", help="What the server is to be.")
@click.option("--channel", default="staging", show_default=True, help="Only staging's acceptance is written down.")
@click.option("--token", envvar="MAINSTAY_TOKEN", metavar="TEXT", help="Where the server asks for one.")
@click.option("--copy", type=click.Path(path_type=Path), help="The folder `current` of its `mainstay sync`, as well.")
@click.option("--rows", type=click.Path(path_type=Path), help="The release's test rows, if not in cache or remote.")
@remote_option
@click.option("--to", default="reports/acceptance.json", show_default=True, type=click.Path(path_type=Path))
@click.option("--params", default="params.yaml", show_default=True, type=click.Path(path_type=Path))
@by_option
@registry_options
def accept(params: Path, by: str | None, **given: object) -> None:
    """Examine the server at URL: is it VERSION, as good as evaluated, quick, and hard to upset?

    Production takes only what passed in staging.

    Example: mainstay accept https://staging.example.org --release v1.4.0
    """
    from mainstay import accepting

    where = {name: given.pop(name) for name in ("repo", "allowed_signers", "keys")}
    verdict, lines = accepting.run(Path(), accepting.Asked(**given), params, by, **where)
    click.echo("\n".join(lines))
    sys.exit(verdict.exit_code)


@click.command()
@click.argument("version")
@click.argument("channel")
@click.option("--why", default="asked for by hand", show_default=True, help="The reason, which the tag keeps.")
@by_option
@registry_options
def promote(version: str, channel: str, why: str, by: str | None, **where: object) -> None:
    """Let CHANNEL serve the release VERSION from now on. Production takes only what was accepted.

    Example: mainstay promote v1.4.0 staging
    """
    from mainstay.release import registering

    click.echo(registering.promote(Path(), version, channel, why, by, **where))


@click.command()
@click.argument("channel")
@click.option(
    "--to",
    metavar="VERSION",
    envvar="MAINSTAY_ROLLBACK_TO",
    help="A release that was there before; else the last good one before this.",
)
@click.option(
    "--only-from", metavar="VERSION", envvar="MAINSTAY_ROLLBACK_FROM", help="Do nothing where it serves another by now."
)
@click.option("--why", default="asked for by hand", show_default=True, help="The reason, which the tag keeps.")
@click.option("--output", envvar="GITHUB_OUTPUT", type=click.Path(path_type=Path), help="Where a job's outputs go.")
@by_option
@registry_options
def rollback(channel: str, to: str | None, why: str, by: str | None, **how: object) -> None:
    """Let CHANNEL serve again what it served before: a new tag that names an older release.

    Example: mainstay rollback production --why "complaints since this morning"
    """
    from mainstay.release import registering

    click.echo(registering.roll_back(Path(), channel, to, why, by, **how))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@registry_options
def status(as_json: bool, **where: object) -> None:
    """Say what runs where, since when and why. Needs no clone.

    Example: mainstay status
    """
    from mainstay.release import registering

    click.echo(registering.status(Path(), as_json, **where))


@click.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="How many, the newest first.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@registry_options
def history(limit: int, as_json: bool, **where: object) -> None:
    """Say what ran where, acceptance and rollbacks too.

    Example: mainstay history --limit 5
    """
    from mainstay.release import registering

    click.echo(registering.history(Path(), limit, as_json, **where))


@click.command()
@click.argument("channel")
@click.option("--to", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Written anew where it is.")
@click.option("--training-rows", is_flag=True, help="Bring what the current release learned from, too, for drift.")
@remote_option
@registry_options
def lineup(channel: str, to: Path, remote: str | None, training_rows: bool, **where: object) -> None:
    """Bring what CHANNEL runs and what it would go back to, models and all, into DIR. For the watcher.

    Example: mainstay lineup production --to reports/lineup
    """
    from mainstay.release import lineup

    click.echo(lineup.run(Path(), channel, to, remote, training_rows, **where))


@click.command()
@click.option("--report", default="reports/watch.json", show_default=True, type=click.Path(path_type=Path))
@click.option("--run-url", required=True, help="Where the report can be had.")
def tell(report: Path, run_url: str) -> None:
    """Tell GitHub what the watch found: one open issue a condition. For a job that has a token.

    Example: mainstay tell --run-url "$RUN_URL"
    """
    from mainstay.release import watch_issue

    click.echo(watch_issue.run(report, run_url))


@click.command("github-release")
@click.argument("version")
@click.option("--report", default="reports/report.html", show_default=True, type=click.Path(path_type=Path))
@click.option("--skipped", envvar="MAINSTAY_SKIPPED", help="Commits that it holds and that were not released.")
@registry_options
def github_release(version: str, report: Path, skipped: str | None, **where: object) -> None:
    """Lay model, manifest and report beside the release's tag on GitHub. For a job that has a token.

    Example: mainstay github-release v1.4.0
    """
    from mainstay.release import github_release

    click.echo(github_release.run(Path(), version, report, skipped, **where))


VERBS = (release, accept, promote, rollback, status, history, lineup, github_release, tell)
