"""How models are usually served: what each peer of serve.py needs, how it is started, and how it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from http_servers import free_port

PEERS = Path(__file__).parent / "peers"
TABLE = ("scikit-learn", "pandas", "pyarrow")


@dataclass(frozen=True)
class Peer:
    """What it needs, how it is started at a port, and how it is asked for one row."""

    packages: tuple[str, ...]
    command: Callable[[Path, int], list[str]]
    path: str = "/predict"
    body: Callable[[dict[str, object]], object] = lambda row: row
    before: tuple[str, ...] = ()


def uvicorn(module: str) -> Callable[[Path, int], list[str]]:
    asked = ["-m", "uvicorn", f"{module}:app", "--log-level", "error", "--no-access-log", "--port"]
    return lambda bin, port: [str(bin / "python"), *asked, str(port)]


def mlserver_body(row: dict[str, object]) -> object:
    """The Open Inference Protocol, a tensor a column, as its pandas codec reads it."""
    kinds = {str: "BYTES", bool: "BOOL", int: "INT64", float: "FP64"}
    return {
        "parameters": {"content_type": "pd"},
        "inputs": [
            {"name": name, "shape": [1], "datatype": kinds[type(value)], "data": [value]}
            | ({"parameters": {"content_type": "str"}} if isinstance(value, str) else {})
            for name, value in row.items()
        ],
    }


PEERS_BY_NAME = {
    "fastapi-sklearn": Peer(("fastapi", "uvicorn[standard]", *TABLE), uvicorn("fastapi_sklearn")),
    "fastapi-onnxruntime": Peer(
        ("fastapi", "uvicorn[standard]", "onnxruntime", "numpy"), uvicorn("fastapi_onnxruntime")
    ),
    "mlflow": Peer(
        ("mlflow", *TABLE),
        lambda bin, port: [
            str(bin / "mlflow"),
            "models",
            "serve",
            "-m",
            "mlflow",
            "--env-manager",
            "local",
            "-p",
            str(port),
        ],
        "/invocations",
        lambda row: {"dataframe_records": [row]},
        ("mlflow_save.py",),
    ),
    "bentoml": Peer(
        ("bentoml", *TABLE),
        lambda bin, port: [str(bin / "bentoml"), "serve", "bentoml_service:Churn", "--port", str(port)],
        body=lambda row: {"row": row},
    ),
    "mlserver": Peer(
        ("mlserver", *TABLE),
        lambda bin, port: [str(bin / "mlserver"), "start", "mlserver"],
        "/v2/models/churn/infer",
        mlserver_body,
    ),
    "litserve": Peer(
        ("litserve", *TABLE), lambda bin, port: [str(bin / "python"), str(PEERS / "litserve_server.py"), str(port)]
    ),
}


def mlserver_settings(folder: Path, port: int) -> None:
    folder.mkdir(exist_ok=True)
    quiet = {"debug": False, "parallel_workers": 0, "http_port": port, "grpc_port": free_port()}
    quiet |= {"metrics_port": free_port(), "host": "127.0.0.1"}
    (folder / "settings.json").write_text(json.dumps(quiet))
    model = {"name": "churn", "implementation": "mlserver_model.Churn"}
    (folder / "model-settings.json").write_text(json.dumps(model))
