import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mainstay.serving import github_asset

DATA = b"a model"


class Api(BaseHTTPRequestHandler):
    """One release, whose asset is handed out from another host, as GitHub does."""

    asked = []

    def do_GET(self):
        host = f"http://127.0.0.1:{self.server.server_port}"
        self.asked.append((self.path, self.headers.get("Authorization")))
        if self.path == "/repos/team/churn/releases/tags/churn%40v1.0.0":
            self._answer(
                json.dumps({"assets": [{"name": "model.onnx", "url": self.server.asset or f"{host}/asset"}]}).encode()
            )
        elif self.path == "/asset":
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_port}/storage")
            self.end_headers()
        elif self.path == "/storage":
            self._answer(DATA)
        else:
            self.send_error(404)

    def _answer(self, content):
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def api():
    server = HTTPServer(("127.0.0.1", 0), Api)
    server.asset, Api.asked = None, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def environment(api):
    return {"GITHUB_API_URL": f"http://127.0.0.1:{api.server_port}", "GITHUB_TOKEN": "secret"}


def test_the_asset_is_read_and_the_token_stays_with_the_api(api):
    source = github_asset.source("https://github.com/team/churn.git", "churn@v1.0.0", environment(api))
    assert source.read(100) == DATA and source.read(3) == DATA[:3]
    assert {path: token for path, token in Api.asked if path == "/storage"} == {"/storage": None}
    assert all(token == "Bearer secret" for path, token in Api.asked if path != "/storage")  # noqa: S105


def test_a_listing_that_points_elsewhere_gets_no_token(api):
    api.asset = "http://evil.example/asset"
    source = github_asset.source("https://github.com/team/churn", "churn@v1.0.0", environment(api))
    with pytest.raises(ValueError, match="would get the token"):
        source.read(100)


@pytest.mark.parametrize(
    ("repository", "api"),
    [
        ("https://github.com/team/churn", "https://api.github.com"),
        ("https://x-access-token:t@github.com/team/churn.git", "https://api.github.com"),
        ("git@github.com:team/churn.git", "https://api.github.com"),
        ("ssh://git@github.com/team/churn", "https://api.github.com"),
        ("https://github.example.org/team/churn/", "https://github.example.org/api/v3"),
    ],
)
def test_a_github_is_known_by_its_url(repository, api):
    name = github_asset.source(repository, "churn@v1.0.0", {}).name
    assert name == f"model.onnx of {api}/repos/team/churn/releases/tags/churn%40v1.0.0"


@pytest.mark.parametrize(
    "repository", ["/srv/churn.git", "https://gitlab.com/team/churn", "file:///github.com/a/b", ""]
)
def test_no_other_repository_has_assets(repository):
    assert github_asset.source(repository, "churn@v1.0.0", {}) is None
