import itertools
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from imports import ROOT

from mainstay.refusal import Refusal
from mainstay.serving import wait


@contextmanager
def server(*answers):
    """Its URL: one that gives these answers in turn, and the last one ever after."""
    turns = itertools.chain(answers, itertools.repeat(answers[-1]))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content = next(turns)
            self.send_response(200 if self.path == "/release" else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    told = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=told.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{told.server_port}"
    finally:
        told.shutdown()
        told.server_close()


def runs(version):
    return json.dumps({"release": version}).encode()


@pytest.fixture
def params(tmp_path):
    document = yaml.safe_load((ROOT / "params.yaml").read_text())
    document["sync"]["poll_s"] = 0.01
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(document))
    return tmp_path / "params.yaml"


def test_it_is_over_once_the_server_runs_the_release(params):
    with server(b"not yet", runs(None), runs("v1.0.0"), runs("v1.1.0")) as url:
        assert wait.run(url + "/", "v1.1.0", 10, params).answer == "pass"


def test_of_several_servers_behind_a_url_all_have_to_be_there(params):
    new, old = runs("v1.1.0"), runs("v1.0.0")
    with server(new, old, *[new] * 15, old, *[new] * 20, b"asked no more") as url:
        assert wait.run(url, "v1.1.0", 10, params).answer == "pass"
        assert wait.asked(url)[0] is None, "it passed before the last one had caught up"
    with server(*[new] * 5, old) as url:
        assert "runs v1.0.0, wanted v1.1.0" in wait.run(url, "v1.1.0", 0.05, params).reasons[0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (runs("v1.1.0-rc"), "runs v1.1.0-rc, wanted v1.1.0"),
        (runs(None), "names no release"),
        (b'["v1.1.0"]', "names no release"),
        (b"<html>v1.1.0</html>", "does not tell its release"),
        (b"\xff", "does not tell its release"),
    ],
)
def test_a_server_that_does_not_say_so_in_time_is_a_fail(params, answer, said):
    with server(answer) as url:
        verdict = wait.run(url, "v1.1.0", 0.05, params)
    assert verdict.answer == "fail" and said in verdict.reasons[0]


def test_a_server_that_is_not_there_is_a_fail(params):
    assert "does not tell its release" in wait.run("http://127.0.0.1:9", "v1.1.0", 0, params).reasons[0]


@pytest.mark.parametrize("url", ["", "churn.example.org", "file:///etc/passwd"])
def test_no_url_is_refused(params, url):
    with pytest.raises(Refusal, match="is the variable of the repository set"):
        wait.run(url, "v1.1.0", 0, params)
