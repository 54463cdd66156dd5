"""BentoML, one API of one service."""

import bentoml
from rows import frame, pipeline


@bentoml.service(workers=1)
class Churn:
    """The pipeline as a service."""

    def __init__(self) -> None:
        self.model = pipeline()

    @bentoml.api
    def predict(self, row: dict) -> float:
        return float(self.model.predict_proba(frame(row))[0, 1])
