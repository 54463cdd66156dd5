"""A release in memory without a server: what handlers are made for."""

import json
from dataclasses import dataclass

from imports import ROOT
from servers import place

from mainstay import params
from mainstay.serving import endpoints, loading, predict
from mainstay.serving.current import Current
from mainstay.serving.exposition import Counts
from mainstay.serving.loading import Check
from mainstay.serving.recording import Recording
from mainstay.serving.request import Later, Request
from mainstay.serving.routes import Routes
from mainstay.serving.together import Together
from mainstay.serving.tokens import Tokens

LIMITS = params.load(ROOT / "params.yaml", "serve")
DIGESTS = Check(1e-6, None, None)
JSON = {b"content-type": b"application/json"}


def loaded(folder, version="v1.0.0", **changes):
    return loading.load(place(folder / "slots", version, **changes), DIGESTS, LIMITS)


def current(folder, check=DIGESTS, said=None):
    """A follower of a directory that has looked once."""
    own = Current(folder / "slots", check, LIMITS, (said if said is not None else []).append)
    own.look()
    return own


@dataclass
class Table:
    """Routes, with those who wait answered at once."""

    routes: Routes
    together: Together

    def answer(self, request):
        found = self.routes.answer(request)
        self.together.settle()
        return found.answer if isinstance(found, Later) else found


def routes(folder, recording=None, tokens=None):
    return table(current(folder), recording, tokens)


def table(own, recording=None, tokens=None):
    """The routes to what a follower holds."""
    recording = recording or Recording(Counts())
    together = predict.made_together(recording)
    return Table(endpoints.routes(own, recording, tokens or Tokens(), (), together), together)


def asked(table, method, path, body=None, **headers):
    """Status and document of one request to a table of routes."""
    path, _, query = path.partition("?")
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = JSON | {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    answer = table.answer(Request(method.encode(), path.encode(), query.encode(), sent, content))
    return answer.status, json.loads(answer.body)
