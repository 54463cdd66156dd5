"""Verbs about this machine: all of it up, all of it down."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--staging-port", type=click.IntRange(1, 65535), help="Else 8080, or any that is free.")
@click.option("--production-port", type=click.IntRange(1, 65535), help="Else 8081, or any that is free.")
def up(staging_port: int | None, production_port: int | None) -> None:
    """Release this commit's model on this machine, and serve it in staging and production. Says what runs already.

    Example: mainstay up
    """
    from mainstay.laptop import up

    up.up(Path(), {"staging": staging_port, "production": production_port}, click.echo)


@click.command()
def down() -> None:
    """Stop what `mainstay up` started; releases stay.

    Example: mainstay down
    """
    from mainstay.laptop import up

    up.down(Path(), click.echo)


VERBS = (up, down)
