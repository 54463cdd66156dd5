"""Servers of a team: each a real syncer that follows a channel, and a word on the loopback on what its copy is."""

import json
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@contextmanager
def server(origin: Path, channel: str, folder: Path, signers: Path, params: Path):
    """Its URL, for as long as the block lasts."""
    command = [
        str(Path(sys.executable).parent / "mainstay"), "sync", "--repo", str(origin), "--channel", channel,
        "--to", str(folder), "--allowed-signers", str(signers), "--params", str(params),
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as syncer, telling(folder) as url:
        try:
            yield url
        finally:
            syncer.terminate()


@contextmanager
def telling(folder: Path):
    """The URL of what tells the release in `folder`/current."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            manifest = folder / "current/manifest.json"
            runs = json.loads(manifest.read_text())["release"] if manifest.exists() else None
            content = json.dumps({"release": runs}).encode()
            self.send_response(200 if self.path == "/release" else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    answering = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=answering.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{answering.server_port}"
    finally:
        answering.shutdown()
        answering.server_close()
        thread.join()


@contextmanager
def fleet(origin: Path, folder: Path, signers: Path, params: Path, asleep: tuple[str, ...] = ()):
    """Channel -> URL of its server. Those `asleep` tell what they have, and follow nothing any more."""
    with ExitStack() as held:
        yield {
            channel: held.enter_context(
                telling(folder / channel)
                if channel in asleep
                else server(origin, channel, folder / channel, signers, params)
            )
            for channel in ("staging", "production")
        }
