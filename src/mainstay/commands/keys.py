"""Verbs about keys: make a team's, hand one to a job."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
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


@keys.command("trust")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="A folder outside of any repository.")
@click.option("--environment", envvar="GITHUB_ENV", type=click.Path(path_type=Path), help="Where a job's variables go.")
def keys_trust(to: Path, environment: Path | None) -> None:
    """Write the list in MAINSTAY_SIGNERS, for a job that reads tags and signs none.

    Example: mainstay keys trust --to "$RUNNER_TEMP/keys"
    """
    import os

    from mainstay.release import handed_keys

    click.echo(handed_keys.trust(to.absolute(), os.environ.get("MAINSTAY_SIGNERS"), environment))


@keys.command("drop")
@click.option("--to", required=True, type=click.Path(path_type=Path), help="As given to `mainstay keys put`.")
def keys_drop(to: Path) -> None:
    """Remove the keys that were put.

    Example: mainstay keys drop --to "$RUNNER_TEMP/keys"
    """
    from mainstay.release import handed_keys

    click.echo(handed_keys.drop(to))


VERBS = (keys,)
