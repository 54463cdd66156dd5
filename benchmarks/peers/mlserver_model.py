"""MLServer with a runtime of our own: its scikit-learn runtime takes no table of mixed columns."""

from mlserver import MLModel
from mlserver.codecs import NumpyCodec, PandasCodec
from mlserver.types import InferenceResponse
from rows import KINDS, pipeline

NUMBERS = [name for name, kind in KINDS.items() if kind in ("integer", "number", "boolean")]


class Churn(MLModel):
    """The pipeline as a model."""

    async def load(self) -> bool:
        self.model = pipeline()
        return True

    async def predict(self, payload):
        own = PandasCodec.decode_request(payload)
        numbers = [name for name in NUMBERS if name in own]
        own[numbers] = own[numbers].astype(float)
        found = self.model.predict_proba(own)[:, 1]
        return InferenceResponse(model_name=self.name, outputs=[NumpyCodec.encode_output("probability", found)])
