"""Saves the pipeline as `mlflow models serve` wants it."""

import mlflow.sklearn
from rows import FOLDER, pipeline

mlflow.sklearn.save_model(
    pipeline(), FOLDER / "mlflow", serialization_format="cloudpickle", pyfunc_predict_fn="predict_proba"
)
