"""Verbs about a candidate: hand it over, judge it, tell what was found."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.option("--to", default="reports/candidate", show_default=True, type=click.Path(path_type=Path))
@click.option("--event", envvar="GITHUB_EVENT_PATH", required=True, type=click.Path(path_type=Path))
def pack(to: Path, event: Path) -> None:
    """Hand this branch's candidate over: its files, and which pull request they are of, in one folder.

    Example: mainstay pack --event pull_request.json
    """
    from mainstay.release.pack import pack

    click.echo("\n".join(pack(Path(), to, event)))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--event", envvar="GITHUB_EVENT_PATH", required=True, type=click.Path(path_type=Path))
@click.option("--output", envvar="GITHUB_OUTPUT", type=click.Path(path_type=Path), help="Where a job's outputs go.")
def receive(folder: Path, event: Path, output: Path | None) -> None:
    """Check a candidate that a branch's run handed over, and lay it over this tree, whose code stays as it is.

    Example: mainstay receive reports/candidate
    """
    from mainstay.release import reception

    click.echo(reception.run(Path(), folder, event, output))


@click.command()
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


@click.command()
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


@click.command()
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


@click.command()
@click.option("--why", required=True, help="Why the model was trained again; the pull request tells it.")
@click.option("--output", envvar="GITHUB_OUTPUT", type=click.Path(path_type=Path), help="Where a job's outputs go.")
def propose(why: str, output: Path | None) -> None:
    """Say what a pull request of what was made anew would be called, and whether there is one to open.

    Example: mainstay propose --why "new rows of January"
    """
    from mainstay.release import proposal

    click.echo(proposal.run(Path(), why, output))


VERBS = (pack, receive, rows, gate, report, propose)
