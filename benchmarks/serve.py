"""One customer over HTTP: our server against the ways in which models are usually served.

All get the same row, from 16 connections of one load generator on the same two cores. Ours reads strictly, logs every
prediction before its answer, and is measured with a logistic and a boosting model; the peers log nothing. Each peer has
an environment of its own in .bench/, made when it is first asked for.
Run: .venv/bin/python benchmarks/serve.py [fastapi-sklearn fastapi-onnxruntime mlflow bentoml mlserver litserve]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from environments import python
from http_peers import PEERS, PEERS_BY_NAME, mlserver_settings
from http_servers import CONNECTIONS, Up, cpu_s, free_port, started

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from load import load  # noqa: E402  the load generator
from servers import place_model  # noqa: E402  a syncer's directory, by hand

import mainstay  # noqa: E402, F401  fixes threads before numpy loads

BIN = Path(sys.executable).parent
SECONDS, ROUNDS = 1.0, 12
FIT_ROWS = 20_000


@dataclass(frozen=True)
class Figures:
    """What came of one server; the best of the rounds, as the machine is never quiet."""

    a_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    start_s: float
    memory_mb: float


WANTED = {  # ours against the peer: requests/s at least, share of its p99 at most, share of its CPU at most
    "fastapi-sklearn": (200, None, 1 / 150),
    "fastapi-onnxruntime": (5, 0.5, None),
    "mlflow": (200, None, None),
    "bentoml": (200, None, None),
    "mlserver": (200, None, None),
    "litserve": (200, None, None),
    "hello-world": (0.5, None, None),
}


def main(names: list[str]) -> None:
    unknown = set(names) - set(PEERS_BY_NAME)
    assert not unknown, f"no such peer: {', '.join(sorted(unknown))}"
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as held:
        folder = Path(temporary)
        row = prepare(folder)
        servers = {family: mainstay_serves(held, folder, family, row) for family in FAMILIES}
        servers["hello-world"] = hello(held, row)
        for name in names or PEERS_BY_NAME:
            try:
                servers[name] = peer(held, name, folder, row)
            except (OSError, subprocess.SubprocessError, AssertionError) as error:
                print(f"{name}: not measured: {error}", flush=True)
        found = {name: told(name, figures) for name, figures in measured(servers).items()}
        against = [name for name in found if name not in FAMILIES]
        reached = [compare(found[family], name, found[name], family) for family in FAMILIES for name in against]
    assert all(reached)


FAMILIES = ("logistic", "boosting")


def prepare(folder: Path) -> dict[str, object]:
    """Models, rows and columns of the default run into a folder; the row to ask about."""
    import pandas as pd

    from mainstay import params
    from mainstay.model.export import to_onnx
    from mainstay.pipeline.training.cross_validation import FITS
    from mainstay.rows import contract_file
    from mainstay.rows.matrix import matrix

    contract, settings = contract_file.load(ROOT / "data/contract.yaml"), params.load(ROOT / "params.yaml", "train")
    frame = pd.read_parquet(ROOT / "data/train.parquet").tail(FIT_ROWS)
    X, y = matrix(frame, contract), frame["churned"].to_numpy()
    row = one(frame.dropna(subset=[c.name for c in contract.features]).iloc[0], contract)  # peers take no gaps
    for family in FAMILIES:
        data = to_onnx(FITS[family](X, y, contract.features, settings).ensemble(), contract, {"operating_point": 0.06})
        (folder / f"{family}.onnx").write_bytes(data)
        place_model(folder / family, data, "v1.0.0", [{k: v for k, v in row.items() if k != contract.id}])
    frame.to_parquet(folder / "rows.parquet")
    kinds = {c.name: c.kind for c in contract.features}
    columns = {"kinds": kinds, "features": list(kinds), "codes": contract.codes}
    (folder / "columns.json").write_text(json.dumps(columns))
    return row


def one(row: object, contract: object) -> dict[str, object]:
    """A customer as JSON has it."""
    whole = {c.name for c in contract.used if c.kind == "integer"}
    found = {name: row[name] for name in (contract.id, contract.observed_on, *(c.name for c in contract.used))}
    plain = {n: v.item() if hasattr(v, "item") else v for n, v in found.items() if v is not None and v == v}
    return {
        n: int(v) if n in whole else v if isinstance(v, str | bool | int | float) else str(v) for n, v in plain.items()
    }


def mainstay_serves(held: ExitStack, folder: Path, family: str, row: dict[str, object]) -> Up:
    """Ours, as it is shipped: strict, logging."""
    key, port = folder / f"{family}.key", free_port()
    subprocess.run([BIN / "mainstay", "log", "key", key], check=True, capture_output=True)
    logs = ["--log", str(folder / f"{family}-log"), "--key-file", str(key)]
    command = [str(BIN / "mainstay"), "serve", "--model", str(folder / family), "--port", str(port), *logs]
    return started(held, command, ROOT, port, "/predict", row)


def hello(held: ExitStack, row: dict[str, object]) -> Up:
    port = free_port()
    return started(held, [sys.executable, str(PEERS / "hello.py"), str(port)], ROOT, port, "/predict", row)


def peer(held: ExitStack, name: str, folder: Path, row: dict[str, object]) -> Up:
    """One of the peers, with its environment made if need be."""
    own, port = PEERS_BY_NAME[name], free_port()
    bin = python(name, *own.packages).parent
    variables = {"BENCH": str(folder), "PYTHONPATH": str(PEERS), "PATH": f"{bin}:{os.environ['PATH']}"}
    variables |= {"MLFLOW_DISABLE_TELEMETRY": "true", "BENTOML_DO_NOT_TRACK": "true"}
    if "scikit-learn" in own.packages:
        fit = [str(bin / "python"), str(PEERS / "fit.py"), "rows.parquet", "columns.json", "pipeline.joblib"]
        subprocess.run(fit, cwd=folder, check=True, capture_output=True)
    for script in own.before:
        made = [str(bin / "python"), str(PEERS / script)]
        subprocess.run(made, cwd=folder, check=True, capture_output=True, env=os.environ | variables)
    if name == "mlserver":
        mlserver_settings(folder / "mlserver", port)
    kinds = json.loads((folder / "columns.json").read_text())["kinds"]
    known = {n: v for n, v in row.items() if kinds.get(n, "date") != "date"}
    return started(held, own.command(bin, port), folder, port, own.path, own.body(known), variables)


def measured(servers: dict[str, Up]) -> dict[str, Figures]:
    """Of each the best of some rounds, in turn with the others: a machine that others use is never quiet for long."""
    rounds = [{name: one_round(up) for name, up in servers.items()} for _ in range(ROUNDS)]
    found = {}
    for name, up in servers.items():
        own = [each[name] for each in rounds]
        a_second = max(r[0] for r in own)
        p50, p99, cpu = (min(r[n] for r in own) for n in (1, 2, 3))
        found[name] = Figures(a_second, p50, p99, cpu, up.start_s, up.memory_mb)
    return found


def one_round(up: Up) -> tuple[float, float, float, float]:
    before = cpu_s(up.process)
    tally = load(up.port, up.sent, CONNECTIONS, SECONDS)
    spent = cpu_s(up.process) - before
    assert tally.seconds and not tally.others and not tally.lost, f"others {tally.others}, lost {tally.lost}"
    return tally.a_second, tally.quantile_ms(0.5), tally.quantile_ms(0.99), 1e6 * spent / len(tally.seconds)


def told(name: str, found: Figures) -> Figures:
    print(
        f"{name:22}{found.a_second:9,.0f}/s   p50 {found.p50_ms:7.2f} ms   p99 {found.p99_ms:7.2f} ms   "
        f"{found.cpu_us:8,.0f} us CPU   start {found.start_s:5.2f} s   {found.memory_mb:4.0f} MB",
        flush=True,
    )
    return found


def compare(own: Figures, name: str, other: Figures, family: str) -> bool:
    """Prints how many times as good ours is, and whether that is enough."""
    times, p99_share, cpu_share = WANTED[name]
    rate, p99, cpu = own.a_second / other.a_second, own.p99_ms / other.p99_ms, own.cpu_us / other.cpu_us
    wants = [f"{rate:,.2f}x the requests/s (wanted {times:g}x)"]
    wants += [f"{p99:.2f} of its p99 (wanted {p99_share:g})"] if p99_share else []
    wants += [f"1/{1 / cpu:,.0f} of its CPU (wanted 1/{1 / cpu_share:,.0f})"] if cpu_share else []
    good = rate >= times and (not p99_share or p99 <= p99_share) and (not cpu_share or cpu <= cpu_share)
    print(f"{family} against {name}: {', '.join(wants)}{'' if good else '   NOT REACHED'}")
    return good


if __name__ == "__main__":
    main(sys.argv[1:])
