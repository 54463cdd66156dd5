"""A GitHub of our own on the loopback: what the judge asks and what CML posts, no more. It keeps each request."""

import json
import re
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

REPOSITORY = "acme/churn"
A_PAGE = 30
MAX_BODY = 65_536
"""Characters of a comment or a check's summary."""


@dataclass
class GitHub:
    """Its state, which tests set and look at. `origin` is the repository, forks' commits too, that files come from."""

    origin: Path
    pulls: dict[int, dict] = field(default_factory=dict)
    events: dict[int, list[dict]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    comments: dict[int, list[dict]] = field(default_factory=dict)
    checks: list[dict] = field(default_factory=list)
    issues: dict[int, dict] = field(default_factory=dict)
    releases: dict[str, dict] = field(default_factory=dict)
    assets: dict[tuple[str, str], bytes] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def open_pull(self, number: int, branch: str, sha: str, repository: str = REPOSITORY, title: str = "A change"):
        head = {"ref": branch, "sha": sha, "repo": {"full_name": repository}}
        pull = {"number": number, "state": "open", "title": title, "head": head, "base": {"ref": "main"}, "labels": []}
        self.pulls[number] = pull
        return pull

    def label(self, number: int, name: str, by: str, at: str):
        self.pulls[number]["labels"].append({"name": name})
        event = {"event": "labeled", "label": {"name": name}, "actor": {"login": by}, "created_at": at}
        self.events.setdefault(number, []).append(event)

    def said_by(self, sha: str) -> list[dict]:
        """The checks of a commit, oldest first."""
        return [check for check in self.checks if check["head_sha"] == sha]

    def answer(self, method: str, path: str, query: dict, body: dict | None) -> tuple[int, object]:
        for route, found in ROUTES.items():
            match = re.fullmatch(route, f"{method} {path.removeprefix(f'/repos/{REPOSITORY}/')}")
            if match:
                return found(self, *match.groups(), query, body)
        return 404, {"message": "Not Found"}


def get_pull(github, key, query, body):
    pull = github.pulls.get(int(key))
    return (200, pull) if pull else (404, {"message": "Not Found"})


def post_pull(github, query, body):
    number = len(github.pulls) + 1
    sha = subprocess.run(
        ["git", "rev-parse", body["head"]], cwd=github.origin, capture_output=True, text=True, check=True
    ).stdout.strip()
    github.open_pull(number, body["head"], sha, title=body["title"])["body"] = body["body"]
    return 201, {"number": number, "html_url": f"https://github.com/{REPOSITORY}/pull/{number}"}


def get_events(github, key, query, body):
    return 200, _page(github.events.get(int(key), []), query)


def get_comments(github, key, query, body):
    return 200, _page(github.comments.get(int(key), []), query)


def get_role(github, key, query, body):
    return 200, {"permission": github.roles.get(unquote(key), "none")}


def get_file(github, key, query, body):
    name = f"{query['ref'][0]}:{unquote(key)}"
    done = subprocess.run(["git", "show", name], cwd=github.origin, capture_output=True, check=False)
    return (200, done.stdout) if done.returncode == 0 else (404, {"message": "Not Found"})


def post_comment(github, key, query, body):
    if len(body["body"]) > MAX_BODY:
        return 422, {"message": "Body is too long (maximum is 65536 characters)"}
    id = sum(map(len, github.comments.values())) + 1
    github.comments.setdefault(int(key), []).append({"id": id, "body": body["body"]})
    return 201, {"id": id, "html_url": f"https://github.com/{REPOSITORY}/pull/{key}#{id}"}


def patch_comment(github, key, query, body):
    if len(body["body"]) > MAX_BODY:
        return 422, {"message": "Body is too long (maximum is 65536 characters)"}
    for comment in (c for some in github.comments.values() for c in some):
        if comment["id"] == int(key):
            comment["body"] = body["body"]
            return 200, {"id": comment["id"], "html_url": f"https://github.com/{REPOSITORY}/pull/1#{comment['id']}"}
    return 404, {"message": "Not Found"}


def post_check(github, query, body):
    if len(body["output"]["summary"]) > MAX_BODY:
        return 422, {"message": "summary is too long"}
    github.checks.append(body)
    return 201, {"id": len(github.checks)}


def get_issues(github, query, body):
    return 200, _page([issue for issue in github.issues.values() if issue["state"] == "open"], query)


def post_issue(github, query, body):
    number = 100 + len(github.issues)
    made = body | {"number": number, "state": "open", "labels": [{"name": name} for name in body["labels"]]}
    github.issues[number] = made
    return 201, made


def patch_issue(github, key, query, body):
    changed = body | ({"labels": [{"name": name} for name in body["labels"]]} if "labels" in body else {})
    github.issues[int(key)] |= changed
    return 200, github.issues[int(key)]


def get_release(github, tag, query, body):
    made = github.releases.get(unquote(tag))
    return (200, made) if made else (404, {"message": "Not Found"})


def post_release(github, query, body):
    id = len(github.releases) + 1
    to = f"{github.url}/repos/{REPOSITORY}/releases/{id}/assets{{?name,label}}"
    github.releases[body["tag_name"]] = body | {"id": id, "upload_url": to, "assets": []}
    return 201, github.releases[body["tag_name"]]


def post_asset(github, id, query, body):
    (made,) = [found for found in github.releases.values() if found["id"] == int(id)]
    made["assets"].append({"name": query["name"][0]})
    github.assets[made["tag_name"], query["name"][0]] = body
    return 201, {}


ROUTES = {
    r"GET releases/tags/(.+)": get_release,
    r"POST releases": post_release,
    r"POST releases/(\d+)/assets": post_asset,
    r"GET pulls/(\d+)": get_pull,
    r"POST pulls": post_pull,
    r"GET issues/(\d+)/events": get_events,
    r"GET issues/(\d+)/comments": get_comments,
    r"GET collaborators/([^/]+)/permission": get_role,
    r"GET contents/(.+)": get_file,
    r"GET issues": get_issues,
    r"POST issues": post_issue,
    r"PATCH issues/(\d+)": patch_issue,
    r"POST issues/(\d+)/comments": post_comment,
    r"PATCH issues/comments/(\d+)": patch_comment,
    r"POST check-runs": post_check,
}


def _page(items: list, query: dict) -> list:
    size = min(int(query.get("per_page", [A_PAGE])[0]), 100)
    at = (int(query.get("page", [1])[0]) - 1) * size
    return items[at : at + size]


@contextmanager
def serving(github: GitHub):
    """Serves it, and sets its `url`, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self):
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length)
            plain = self.headers.get("Content-Type") == "application/octet-stream"
            body = sent if plain else json.loads(sent) if length else None
            asked = urlsplit(self.path)
            github.requests.append((self.command, asked.path))
            signed = (self.headers.get("Authorization") or "").split(" ")[-1] == "fake"
            code, answer = (
                github.answer(self.command, asked.path, parse_qs(asked.query), body)
                if signed
                else (401, {"message": "?"})
            )
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    github.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield github
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
