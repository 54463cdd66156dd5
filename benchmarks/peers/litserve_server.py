"""LitServe, one worker."""

import sys

import litserve
from rows import frame, pipeline


class Churn(litserve.LitAPI):
    """The pipeline as an API."""

    def setup(self, device):
        self.model = pipeline()

    def decode_request(self, request):
        return frame(request)

    def predict(self, own):
        return float(self.model.predict_proba(own)[0, 1])

    def encode_response(self, probability):
        return {"probability": probability}


if __name__ == "__main__":
    litserve.LitServer(Churn(), accelerator="cpu", workers_per_device=1).run(
        host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, log_level="error"
    )
