"""Verbs about what runs in production: is it still as good as it was?"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click


def _date(_context: click.Context, _option: click.Parameter, given: datetime.datetime | None) -> datetime.date | None:
    return given.date() if given else None


@click.command()
@click.option(
    "--log", required=True, metavar="ROOT", help="A server's log, or where it is compacted to; any fsspec URL."
)
@click.option("--outcomes", required=True, metavar="PATH", type=click.Path(path_type=Path), help="A file, or a folder.")
@click.option("--lineup", required=True, metavar="DIR", type=click.Path(path_type=Path), help="By `mainstay lineup`.")
@click.option("--key-file", required=True, metavar="FILE", type=click.Path(path_type=Path), help="The log's key.")
@click.option("--state", required=True, metavar="FILE", type=click.Path(path_type=Path), help="Kept from run to run.")
@click.option("--to", default="reports", show_default=True, metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--as-of",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_date,
    help="Today, to tell outcomes that are overdue; without it the newest day in the log.",
)
@click.option(
    "--treated",
    metavar="PATH",
    envvar="MAINSTAY_WATCH_TREATED",
    type=click.Path(path_type=Path),
    help="A table that says who got an offer.",
)
@click.option(
    "--reference", metavar="FILE", type=click.Path(path_type=Path), help="Training rows, for drift: data/train.parquet."
)
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="decision=, from=, to=, why= go here.")
@click.option("--params", default="params.yaml", show_default=True, type=click.Path(path_type=Path))
def watch(**given: object) -> None:
    """Judge the release in production by what became of its customers: nothing, alert, rollback, retrain or page.

    Example: mainstay watch --log log --outcomes data/raw/outcomes --lineup lineup --key-file key --state watch.json
    """
    from mainstay.monitoring.watch import Asked, run

    decision = run(Asked(**given)).decision
    click.echo(f"{decision.action}{f' to {decision.to}' if decision.to else ''}: {decision.why}")
    sys.exit(decision.exit_code)


VERBS = (watch,)
