"""What a peer's server knows: the folder that the benchmark made, and a typed row as its users would write one."""

import json
import os
from pathlib import Path

FOLDER = Path(os.environ["BENCH"])
KINDS = json.loads((FOLDER / "columns.json").read_text())["kinds"]
TYPES = {"integer": int, "number": float, "category": str, "boolean": bool}


def row_type():
    """A pydantic model of a row."""
    from pydantic import create_model

    fields = {name: (TYPES[kind] | None, None) for name, kind in KINDS.items() if kind in TYPES}
    return create_model("Row", **fields)


def pipeline():
    """The fitted one. Peers load what they were saved as: a pickle."""
    import joblib

    return joblib.load(FOLDER / "pipeline.joblib")


def frame(row):
    """One row as the pipeline wants it."""
    import pandas as pd

    own = pd.DataFrame([row])
    numbers = [name for name, kind in KINDS.items() if kind in ("integer", "number", "boolean") and name in own]
    own[numbers] = own[numbers].astype(float)
    return own
