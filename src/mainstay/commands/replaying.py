"""Verbs about policies: what would have been, on a past that is known."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Raw rows laid out as data/raw; else those of the project.",
)
@click.option("--policy", "policies", multiple=True, metavar="P", help="never, monthly, mainstay or oracle; else all.")
@click.option("--months", type=click.IntRange(1), help="How many to replay; else as in params.yaml.")
@click.option("--seed", type=int, help="Of the simulated world.")
@click.option("--customers", type=click.IntRange(1), help="Of the simulated world.")
@click.option("--worlds", type=click.IntRange(2), help="So many, in which things happen at random: a table instead.")
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="KIND@MONTH",
    help="What is to happen in a simulated world, as shock@18; bad_release@18 lets a bad model slip through.",
)
@click.option("--retrain-every-months", type=click.IntRange(0), help="Else as in params.yaml; 0: only where asked for.")
@click.option("--workers", type=click.IntRange(1), help="Trainings at a time; else one a processor.")
@click.option("--real/--fast", default=False, show_default=True, help="Mainstay's months by commands, tags, a server.")
@click.option("--to", default="reports", show_default=True, type=click.Path(path_type=Path), help="Where to write.")
def replay(to: Path, worlds: int | None, **given: object) -> None:
    """Try policies on months that were: train once, retrain unjudged, Mainstay, an oracle. Writes reports/replay.html.

    Example: mainstay replay --months 12 --scenario shock@18
    """
    from mainstay.replay import many
    from mainstay.replay.run import Asked, run
    from mainstay.replay.told import told

    def say(line: str) -> None:
        click.echo(f"replay: {line}", err=True)

    if worlds is not None:
        click.echo(many.run(Path(), Asked(**given), worlds, to, say))
        return
    ledger = run(Path(), Asked(**given), to, say)
    click.echo(told(ledger))
    click.echo(f"{to / 'replay.html'}")


VERBS = (replay,)
"""What the command `mainstay` takes from here."""
