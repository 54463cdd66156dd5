"""The pipeline that the peers serve, fitted in their environment: `python fit.py ROWS.parquet COLUMNS.json MODEL`."""

import json
import sys

import joblib
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

rows, columns, to = sys.argv[1:]
frame, kinds = pd.read_parquet(rows), json.load(open(columns))["kinds"]  # noqa: SIM115 PTH123
texts = [name for name, kind in kinds.items() if kind == "category"]
numbers = [name for name, kind in kinds.items() if kind in ("integer", "number", "boolean")]
pipeline = make_pipeline(
    make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), texts),
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
    ),
    LogisticRegression(max_iter=1000),
)
frame[numbers] = frame[numbers].astype(float)
joblib.dump(pipeline.fit(frame[texts + numbers], frame["churned"]), to)
