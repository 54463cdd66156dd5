"""Verbs about rows: start from one's own, see what a run measured and what it set aside."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
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


@click.command()
@click.option("--metrics", default="metrics", show_default=True, type=click.Path(path_type=Path), help="Their folder.")
def show(metrics: Path) -> None:
    """Print the metrics of the last run, its verdicts, and where to look next.

    Example: mainstay show
    """
    from mainstay.pipeline import show

    show.run(metrics)


@click.command()
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


@click.command()
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.option("--table", metavar="NAME", help="Which table SOURCE holds rows of; customers, or by its folders.")
@click.option("--corrects", metavar="FILE", help="The file in data/raw that SOURCE stands in for from now on.")
@click.option("--months", default=1, show_default=True, type=click.IntRange(1), help="How many more, simulated.")
@click.option("--output", envvar="GITHUB_OUTPUT", type=click.Path(path_type=Path), help="Where a job's outputs go.")
def ingest(output: Path | None, **asked: object) -> None:
    """Bring new rows and outcomes into data/raw. What is there is added to, never written over.

    Example: mainstay ingest exports/2025-01
    """
    from mainstay.pipeline import ingest

    brought = ingest.run(ingest.Asked(**asked))
    if output is not None:
        with output.open("a", encoding="utf-8") as file:
            file.write(f"changed={str(bool(brought.new)).lower()}\n")
    click.echo(brought.said)


VERBS = (adopt, show, quarantine, ingest)
