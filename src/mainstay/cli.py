"""The `mainstay` command: verbs only. Each is help, an example and one call; imports stay inside the handlers."""

from __future__ import annotations

import sys

import click

from mainstay.refusal import Refusal


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mainstay")
def verbs() -> None:
    """A churn model that is always releasable. `make` lists the everyday jobs; these are the single steps."""


def main() -> None:
    """Exit codes: 0 passed, 1 judged and failed, 2 misuse or bad input."""
    try:
        verbs(standalone_mode=True)
    except Refusal as refusal:
        click.echo(f"mainstay: {refusal}", err=True)
        sys.exit(2)
