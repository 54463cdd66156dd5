"""Verbs about the prediction log: the key that its ids are hashed with, and its compaction."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def log() -> None:
    """The predictions that servers remember. `mainstay log key` makes the key that they hide ids with.

    Example: mainstay log compact /var/log/churn --to s3://bucket/predictions
    """


@log.command("key")
@click.argument("file", type=click.Path(path_type=Path))
def log_key(file: Path) -> None:
    """Make the key that ids are hashed with. Server and watcher need the same one, and nobody else.

    Example: mainstay log key /etc/mainstay/log-key
    """
    from mainstay.rows.pseudonym import make_key

    make_key(file)
    click.echo(f"{file}: made; give it to server and watcher, and keep a copy: without it outcomes cannot be joined")


@log.command("compact")
@click.argument("folder", metavar="LOGDIR", type=click.Path(path_type=Path))
@click.option("--to", required=True, metavar="URL", help="A folder, or any location that fsspec knows.")
@click.option("--params", default="params.yaml", show_default=True, type=click.Path(path_type=Path))
def log_compact(folder: Path, to: str, params: Path) -> None:
    """Turn the closed segments of a server's log into Parquet, a partition a day, and remove days past retention.

    Example: mainstay log compact /var/log/churn --to s3://bucket/predictions
    """
    import datetime

    from mainstay import params as numbers
    from mainstay.serving.compaction import compact

    today = datetime.datetime.now(datetime.UTC).date()
    click.echo(compact(folder, to, numbers.load(params, "log"), today).line)


VERBS = (log,)
