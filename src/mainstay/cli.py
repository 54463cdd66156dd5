"""The `mainstay` command: the verbs of `commands`, and how it ends."""

from __future__ import annotations

import sys

import click

from mainstay.commands import data, judging, keys, laptop, logs, releasing, replaying, serving, watching
from mainstay.refusal import Refusal


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mainstay")
def verbs() -> None:
    """A churn model that is always releasable. `make` lists the everyday jobs; these are the single steps."""


for job in (data, judging, releasing, serving, logs, watching, keys, laptop, replaying):
    for verb in job.VERBS:
        verbs.add_command(verb)


def main() -> None:
    """Exit codes: 0 passed, 1 judged and failed, 2 misuse or bad input."""
    try:
        verbs(standalone_mode=True)
    except Refusal as refusal:
        click.echo(f"mainstay: {refusal}", err=True)
        sys.exit(2)
