"""The `mainstay` command: verbs only. Each is help, an example and one call; imports stay inside the handlers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mainstay.refusal import Refusal

if TYPE_CHECKING:
    from mainstay.trust.tags import Bump


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mainstay")
def verbs() -> None:
    """A churn model that is always releasable. `make` lists the everyday jobs; these are the single steps."""


@verbs.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--id", required=True, metavar="COL", help="The column that names a customer.")
@click.option("--outcome", required=True, metavar="COL", help="The column that says who left.")
@click.option("--positive", metavar="VALUE", help="Its value for having left; guessed from 1, yes, true and the like.")
@click.option("--observed-on", metavar="COL", help="The day that a row describes, where a customer has several rows.")
@click.option("--horizon-days", type=click.IntRange(1), help="Within how many days after it leaving counts.")
@click.option("--lead-days", type=click.IntRange(0), default=0, help="How many days before that are needed to act.")
@click.option("--force", is_flag=True, help="Replace a contract of your own, too; the old one is kept aside.")
def adopt(force: bool, **given: object) -> None:
    """Start from your own data instead of the simulator's; draft data/contract.yaml from them.

    Example: mainstay adopt customers.csv --id customer_id --outcome churned --positive Yes
    """
    from rich.console import Console
    from rich.progress import track

    from mainstay.pipeline.adoption.adopt import adopt
    from mainstay.pipeline.adoption.survey import Given

    console = Console(stderr=True)
    click.echo(
        adopt(
            Given(**given),
            force,
            say=lambda text: click.echo(f"adopt: {text}", err=True),
            progress=lambda names: track(names, "adopt: columns", console=console, transient=True),
        )
    )


@verbs.command()
@click.option("--metrics", default="metrics", show_default=True, type=click.Path(path_type=Path), help="Their folder.")
def show(metrics: Path) -> None:
    """Print the metrics of the last run, its verdicts, and where to look next.

    Example: mainstay show
    """
    from mainstay.pipeline import show

    show.run(metrics)


@verbs.command()
@click.option(
    "--from", "quarantine", default="data/quarantine.parquet", show_default=True, type=click.Path(path_type=Path)
)
@click.option("--limit", default=10, show_default=True, type=click.IntRange(0), help="How many rows to print.")
@click.option("--csv", "to", metavar="FILE", type=click.Path(path_type=Path), help="Write all of them to FILE instead.")
def quarantine(quarantine: Path, limit: int, to: Path | None) -> None:
    """Show the rows that `validate` set aside: where they stand, and why.

    Example: mainstay quarantine --limit 20
    """
    from mainstay.pipeline.quarantine import read, shown, write_csv

    if to is not None:
        write_csv(quarantine, to)
    else:
        click.echo(shown(read(quarantine, limit)))


@verbs.command()
@click.option("--to", default="reports/candidate", show_default=True, type=click.Path(path_type=Path))
@click.option("--event", envvar="GITHUB_EVENT_PATH", required=True, type=click.Path(path_type=Path))
def pack(to: Path, event: Path) -> None:
    """Hand this branch's candidate over: its files, and which pull request they are of, in one folder.

    Example: mainstay pack --event pull_request.json
    """
    from mainstay.release.pack import pack

    click.echo("\n".join(pack(Path(), to, event)))


@verbs.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--event", envvar="GITHUB_EVENT_PATH", required=True, type=click.Path(path_type=Path))
@click.option("--output", envvar="GITHUB_OUTPUT", type=click.Path(path_type=Path), help="Where a job's outputs go.")
def receive(folder: Path, event: Path, output: Path | None) -> None:
    """Check a candidate that a branch's run handed over, and lay it over this tree, whose code stays as it is.

    Example: mainstay receive reports/candidate
    """
    from mainstay.release import reception

    click.echo(reception.run(Path(), folder, event, output))


@verbs.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--to", default="reports/rows", show_default=True, type=click.Path(path_type=Path))
def rows(folder: Path, to: Path) -> None:
    """Write the rows to judge a received candidate by: this tree's own, or of the branch's data by this tree's code.

    Example: mainstay rows reports/candidate
    """
    from mainstay.release.base_rows import base_rows
    from mainstay.release.git import Repository

    new = base_rows(Repository.at(Path()), folder, to)
    click.echo(f"{to}: {'rows of the data that the branch brings' if new else 'the rows of the default branch'}")


@verbs.command()
@click.option("--champion", metavar="REF", help="Compare with this commit's model, not with the one in production.")
@click.option("--base", metavar="REF", help="The branch that this one is to be merged into; the default branch.")
@click.option("--candidate", default="data/model.onnx", show_default=True, type=click.Path(path_type=Path))
@click.option(
    "--metrics", default="metrics", show_default=True, type=click.Path(path_type=Path), help="The candidate's."
)
@click.option(
    "--verdicts",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where the verdicts on rows and behaviour are; --metrics.",
)
@click.option("--params", default="params.yaml", show_default=True, type=click.Path(path_type=Path))
@click.option("--holdout", default="data/test.parquet", show_default=True, type=click.Path(path_type=Path))
@click.option("--valid", default="data/valid.parquet", show_default=True, type=click.Path(path_type=Path))
@click.option(
    "--acknowledge-ruler",
    is_flag=True,
    envvar="MAINSTAY_ACKNOWLEDGE_RULER",
    help="Judge by this branch's own ruler, where it changed that.",
)
@click.option(
    "--accept-inconclusive",
    is_flag=True,
    envvar="MAINSTAY_ACCEPT_INCONCLUSIVE",
    help="Exit with 0 where the verdict is inconclusive; recorded.",
)
@click.option("--to", default="reports", show_default=True, type=click.Path(path_type=Path), help="Where to write.")
def gate(to: Path, **given: object) -> None:
    """Judge the candidate against the champion: pass, fail or inconclusive, and why. Writes reports/gate.json.

    Example: mainstay gate --champion main
    """
    from rich.console import Console

    from mainstay.release.case import Inputs
    from mainstay.release.gate import gate
    from mainstay.release.judgement import write
    from mainstay.release.printed import page

    judgement, champion = gate(Path(), Inputs(**given))
    write(judgement, champion.data if champion else None, to)
    Console(width=140, highlight=False).print(page(judgement))
    sys.exit(judgement.exit_code)


@verbs.command()
@click.option("--gate", default="reports/gate.json", show_default=True, type=click.Path(path_type=Path))
@click.option("--champion", metavar="REF", help="As given to `mainstay gate`.")
@click.option("--base", metavar="REF", help="As given to `mainstay gate`.")
@click.option("--head", metavar="REF", default="HEAD", show_default=True, help="The last of the commits to be merged.")
@click.option("--candidate", default="data/model.onnx", show_default=True, type=click.Path(path_type=Path))
@click.option("--champion-file", default="reports/champion.onnx", show_default=True, type=click.Path(path_type=Path))
@click.option(
    "--holdout",
    "holdouts",
    multiple=True,
    default=("reports/holdout.parquet", "data/test.parquet"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where the rows of the verdict may be.",
)
@click.option("--train", default="data/train.parquet", show_default=True, type=click.Path(path_type=Path))
@click.option(
    "--received",
    default="reports/received.json",
    type=click.Path(path_type=Path),
    help="What `mainstay receive` wrote.",
)
@click.option("--to", default="reports", show_default=True, type=click.Path(path_type=Path), help="Where to write.")
def report(to: Path, **given: object) -> None:
    """Write what the gate found as a pull request's comment (report.md) and as a page with plots (report.html).

    Example: mainstay gate; mainstay report
    """
    from mainstay.release.report import Inputs, write

    click.echo("\n".join(str(path) for path in write(Path(), Inputs(**given), to)))


@verbs.command()
@click.option("--repo", "repository", required=True, metavar="URL", help="The repository whose tags say what to serve.")
@click.option("--channel", required=True, help="staging, production or one of your own.")
@click.option("--to", "directory", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Kept in step.")
@click.option(
    "--allowed-signers",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Who may sign what: the one thing that is trusted. Never a file of that repository.",
)
@click.option("--remote", metavar="URL", help="Where models are, if not in the DVC remote that their commit names.")
@click.option("--once", is_flag=True, help="Poll once; exit with 0 where what the channel names runs, else with 1.")
@click.option("--webhook", metavar="HOST:PORT", help="A POST here polls at once, as SIGHUP does.")
@click.option("--params", default="params.yaml", show_default=True, type=click.Path(path_type=Path))
def sync(once: bool, webhook: str | None, params: Path, **given: object) -> None:
    """Keep DIR/current on the model that a channel names: fetched, verified, tested; what fails leaves what runs.

    Example: mainstay sync --repo https://github.com/team/churn --channel production --to /srv/churn
    --allowed-signers /etc/mainstay/allowed_signers
    """
    from mainstay.serving import sync

    follow = sync.follow(params, **given)
    if once:
        status = sync.once(follow)
        click.echo(status.line, err=status.exit_code != 0)
        sys.exit(status.exit_code)
    sync.forever(follow, sync.address(webhook) if webhook else None, lambda line: click.echo(line, err=True))


def registry_options(verb: Callable[..., None]) -> Callable[..., None]:
    """Where the registry is and whom to believe; the same for all verbs that read or write tags."""
    options = [
        click.option("--repo", metavar="URL", help="The repository whose tags count; `origin` of this clone."),
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


@verbs.command()
@click.argument("version", required=False)
@click.option("--bump", type=click.Choice(["major", "minor", "patch"]), help="The step; else the size of the change.")
@click.option("--accepted-by", metavar="NAME", envvar="MAINSTAY_ACCEPTED_BY", help="Who takes an inconclusive verdict.")
@click.option("--output", envvar="GITHUB_OUTPUT", type=click.Path(path_type=Path), help="Where a job's outputs go.")
@registry_options
def release(
    version: str | None, bump: Bump | None, accepted_by: str | None, output: Path | None, **where: object
) -> None:
    """Release this commit's model as VERSION, as v1.4.0, or else as the next one: gate, bytes, and last the signed tag.

    Example: mainstay release
    """
    from mainstay.release import releasing
    from mainstay.release.asked import NotPassed
    from mainstay.release.releasing import Wish

    try:
        click.echo(releasing.run(Path(), Wish(version, bump, accepted_by), output, **where))
    except NotPassed as judged:
        click.echo(f"mainstay: {judged}", err=True)
        sys.exit(1)


@verbs.command()
@click.option("--copy", type=click.Path(path_type=Path), help="The folder `current` of the server's `mainstay sync`.")
@click.option("--channel", default="staging", show_default=True, help="Only staging's acceptance is written down.")
@click.option("--params", default="params.yaml", show_default=True, type=click.Path(path_type=Path))
@by_option
@registry_options
def accept(copy: Path | None, channel: str, params: Path, by: str | None, **where: object) -> None:
    """Check that a server's copy is what its channel names and answers as released; production takes nothing else.

    Example: mainstay accept --copy /srv/churn/current
    """
    from mainstay.release import acceptance

    verdict, said = acceptance.run(Path(), copy, channel, params, by, **where)
    click.echo(said)
    sys.exit(verdict.exit_code)


@verbs.command()
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


@verbs.command()
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


@verbs.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@registry_options
def status(as_json: bool, **where: object) -> None:
    """Say what runs where, since when and why. Needs no clone.

    Example: mainstay status
    """
    from mainstay.release import registering

    click.echo(registering.status(Path(), as_json, **where))


@verbs.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="How many, the newest first.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@registry_options
def history(limit: int, as_json: bool, **where: object) -> None:
    """Say what ran where, acceptance and rollbacks too.

    Example: mainstay history --limit 5
    """
    from mainstay.release import registering

    click.echo(registering.history(Path(), limit, as_json, **where))


@verbs.command()
@click.argument("url")
@click.option("--release", required=True, metavar="VERSION", help="What the server is to run.")
@click.option(
    "--timeout-s", required=True, envvar="MAINSTAY_WAIT_TIMEOUT_S", type=click.FloatRange(0), help="When to give up."
)
@click.option("--params", default="params.yaml", show_default=True, type=click.Path(path_type=Path))
def wait(url: str, release: str, timeout_s: float, params: Path) -> None:
    """Wait until the server at URL says, at /release, that it runs VERSION.

    Example: mainstay wait https://churn.example.org --release v1.4.0 --timeout-s 300
    """
    from mainstay.serving import wait

    verdict = wait.run(url, release, timeout_s, params)
    click.echo(verdict.reasons[0] if verdict.reasons else f"{url}: runs {release}", err=bool(verdict.reasons))
    sys.exit(verdict.exit_code)


@verbs.command("github-release")
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


@verbs.group()
def keys() -> None:
    """Keys that sign releases and promotions. `mainstay keys init` makes them.

    Example: mainstay keys init --to ~/churn-keys --owner example.org
    """


@keys.command("init")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="A new folder, outside of any repository.")
@click.option("--owner", required=True, help="What stands behind the @ of each role: your domain.")
def keys_init(to: Path, owner: str) -> None:
    """Make a team's keys, one a role, and say what goes where.

    Example: mainstay keys init --to ~/churn-keys --owner example.org
    """
    from mainstay.release import registering

    click.echo(registering.make_keys(to, owner))


@keys.command("put")
@click.argument("role")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="A folder outside of any repository.")
@click.option("--environment", envvar="GITHUB_ENV", type=click.Path(path_type=Path), help="Where a job's variables go.")
def keys_put(role: str, to: Path, environment: Path | None) -> None:
    """Write the key in MAINSTAY_KEY and the list in MAINSTAY_SIGNERS to files that nobody else can read.

    Example: mainstay keys put release --to "$RUNNER_TEMP/keys"
    """
    import os

    from mainstay.release import handed_keys

    key, signers = os.environ.get("MAINSTAY_KEY"), os.environ.get("MAINSTAY_SIGNERS")
    click.echo(handed_keys.put(to.absolute(), role, key, signers, environment))


@keys.command("drop")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="As given to `mainstay keys put`.")
def keys_drop(to: Path) -> None:
    """Remove the keys that were put.

    Example: mainstay keys drop --to "$RUNNER_TEMP/keys"
    """
    from mainstay.release import handed_keys

    click.echo(handed_keys.drop(to))


def main() -> None:
    """Exit codes: 0 passed, 1 judged and failed, 2 misuse or bad input."""
    try:
        verbs(standalone_mode=True)
    except Refusal as refusal:
        click.echo(f"mainstay: {refusal}", err=True)
        sys.exit(2)
