"""Verbs about servers: follow a channel, wait for a release."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
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


@click.command()
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


@click.command()
@click.option("--model", "directory", required=True, metavar="DIR", type=click.Path(path_type=Path), help="A syncer's.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--log", metavar="LOGDIR", type=click.Path(path_type=Path), help="Remember every prediction here.")
@click.option("--key-file", metavar="FILE", type=click.Path(path_type=Path), help="Hides the ids: `mainstay log key`.")
@click.option("--tokens", metavar="FILE", type=click.Path(path_type=Path), help="Who may ask: see `serve-token`.")
@click.option("--allowed-signers", metavar="FILE", type=click.Path(path_type=Path), help="Verify signatures again.")
@click.option("--channel", help="Which channel's, where signatures are verified.")
@click.option("--params", default="params.yaml", show_default=True, type=click.Path(path_type=Path))
def serve(params: Path, **given: object) -> None:
    """Answer over HTTP with the model in DIR/current; follows it while it changes. /docs says how to ask.

    Example: mainstay serve --model /srv/churn --port 8080
    """
    from mainstay.serving import app

    app.run(app.asked(params, **given), lambda line: click.echo(line, err=True))


@click.command("serve-token")
@click.argument("name")
def serve_token(name: str) -> None:
    """Make a token for a client: itself on stderr, for the client; its line on stdout, for the file of --tokens.

    Example: mainstay serve-token billing >> tokens.txt
    """
    from mainstay.serving import tokens

    token, line = tokens.make(name)
    click.echo(f"token for {name}, told this once: {token}", err=True)
    click.echo(line)


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--model",
    default="data/model.onnx",
    show_default=True,
    metavar="FILE|DIR",
    type=click.Path(path_type=Path),
    help="A model file, or the directory of `mainstay sync`, of which the current release is taken.",
)
@click.option("--explain", "reasons", default=0, metavar="N", type=click.IntRange(0), help="With so many reasons each.")
@click.option("--top", metavar="N", type=click.IntRange(1), help="Only those whom to contact pays most, best first.")
@click.option("--params", default="params.yaml", show_default=True, type=click.Path(path_type=Path))
def score(**given: object) -> None:
    """Score the customers of a CSV or Parquet file: who may leave, whom to contact, what that is worth, and why.

    Example: mainstay score customers.csv list.csv --explain 3 --top 1000
    """
    from mainstay.serving import batch
    from mainstay.serving.progress import progress_bar

    asked = batch.Asked(**given)
    found = batch.run(asked, progress_bar)
    for line in batch.told(asked, found):
        click.echo(line, err=True)
    sys.exit(0 if found.passed else 1)


VERBS = (sync, wait, serve, serve_token, score)
