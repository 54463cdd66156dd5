"""FastAPI, uvicorn, scikit-learn's pipeline on a DataFrame: what most teams write first."""

from fastapi import FastAPI
from rows import frame, pipeline, row_type

app, model, Row = FastAPI(), pipeline(), row_type()


@app.post("/predict")
def predict(row: Row) -> dict[str, float]:
    return {"probability": float(model.predict_proba(frame(row.model_dump()))[0, 1])}
