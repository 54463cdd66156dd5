"""FastAPI, uvicorn, onnxruntime on one encoded row: what a team writes that has looked for speed.

It serves our own model file, whose input is one tensor, for that is the quickest way to ask onnxruntime.
"""

import json
import math

import numpy as np
import onnxruntime
from fastapi import FastAPI
from rows import FOLDER, KINDS, row_type

CODES = json.loads((FOLDER / "columns.json").read_text())["codes"]
FEATURES = json.loads((FOLDER / "columns.json").read_text())["features"]

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(str(FOLDER / "boosting.onnx"), options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
app, Row = FastAPI(), row_type()


def encoded(row):
    found = []
    for feature in FEATURES:
        value = row.get(feature)
        if value is None:
            found.append(math.nan)
        else:
            found.append(CODES[feature].get(value, -1.0) if KINDS[feature] == "category" else float(value))
    return np.array([found], dtype=np.float32)


@app.post("/predict")
async def predict(row: Row) -> dict[str, float]:
    log_odds = session.run(None, {name: encoded(row.model_dump())})[0]
    return {"probability": 1 / (1 + math.exp(-float(log_odds.ravel()[0])))}
