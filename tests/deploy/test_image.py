"""The image, built and run: as nobody in particular, on a root that cannot be written to, following real tags."""

import json
import re
import subprocess
import tempfile
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import containers
import pyarrow.parquet
import pytest
from kustomized import BIN
from shop import Shop

from mainstay.trust import keys

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(containers.MISSING != [], reason=f"needs containers: apt-get install {containers.PACKAGES}"),
]
MAX_BYTES = 300_000_000
MODEL, LOG, KEY = "/srv/churn/model", "/srv/churn/log", "/etc/churn/log-key"
SIGNERS, ORIGIN, REMOTE = "/etc/churn/allowed_signers", "/origin.git", "/remote"


@pytest.fixture(scope="module")
def podman():
    with containers.podman(Path(tempfile.mkdtemp(prefix="mainstay-containers-"))) as own:
        yield own


@pytest.fixture(scope="module")
def base(podman):
    return podman.base()


@pytest.fixture(scope="module")
def image(podman, base):
    return podman.build(base)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Who has v1.0.0 in staging."""
    root = tmp_path_factory.mktemp("team")
    own = Shop(root / "shop", keys.make(root / "keys"), push=lambda _: None).start().evaluated()
    own.release()
    own.promote("v1.0.0", "staging")
    return own


@dataclass
class Pod:
    """A server and its syncer, as in the StatefulSet."""

    server: containers.Container
    sync: containers.Container
    url: str
    folder: Path

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.load(answer)


@pytest.fixture(scope="module")
def pod(podman, image, shop, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pod")
    for name in ("model", "log"):
        (folder / name).mkdir()
        (folder / name).chmod(0o777)
    subprocess.run([BIN / "mainstay", "log", "key", folder / "key"], check=True)
    (folder / "key").chmod(0o644)
    # Git serves a folder of another user's only if told; a repository with an address needs none of it.
    (folder / "gitconfig").write_text("[safe]\n\tdirectory = *\n")
    signers = f"{shop.keys.allowed_signers}:{SIGNERS}:ro"
    team = [
        f"{folder}/gitconfig:/etc/gitconfig:ro",
        f"{shop.url}:{ORIGIN}:ro",
        f"{shop.branch.root / '.dvc/cache'}:{REMOTE}:ro",
    ]
    follows = [f"{folder}/model:{MODEL}", signers, *team]
    answers = [f"{folder}/model:{MODEL}:ro", f"{folder}/log:{LOG}", f"{folder}/key:{KEY}:ro", signers]
    trust = ["--channel", "staging", "--allowed-signers", SIGNERS]
    with ExitStack() as held:
        command = ["sync", "--repo", ORIGIN, "--remote", REMOTE, "--to", MODEL, *trust]
        sync = held.enter_context(podman.running(image, *command, mounts=follows))
        sync.says(r"staging: current: runs v1\.0\.0")
        command = ["serve", "--port", "0", "--model", MODEL, "--log", LOG, "--key-file", KEY, *trust]
        server = held.enter_context(podman.running(image, *command, mounts=answers))
        yield Pod(server, sync, server.says(r"serving v1\.0\.0 at (\S+)")[1], folder)


def test_without_its_base_the_image_is_below_300_mb(podman, base, image):
    own = podman.size(image) - podman.size(base)
    print(f"{own / 1e6:.0f} MB")
    assert own < MAX_BYTES


def test_nothing_that_trains_or_installs_is_in_it(podman, image):
    names = ["pandas", "sklearn", "scipy", "duckdb", "ibis", "dvc", "pyarrow", "onnxruntime", "pip", "hatchling"]
    code = f"import importlib.util; print([n for n in {names} if importlib.util.find_spec(n)])"
    assert podman("run", "--rm", "--entrypoint", "python3", image, "-c", code).splitlines()[-1] == "[]"


def test_it_runs_as_nobody_who_could_change_anything(pod):
    assert re.search(r"uid=65532\(mainstay\)", pod.server.runs("id"))
    assert re.search(r"^\S+ / \S+ ro,", pod.server.runs("cat", "/proc/mounts"), re.MULTILINE)
    assert "Read-only file system" in pod.server.runs("touch", f"{MODEL}/state.json")
    assert "CapEff:\t0000000000000000" in pod.server.runs("grep", "CapEff", "/proc/1/status")


def test_it_answers_and_remembers(pod):
    answer = pod.ask("/predict", {"customer": "C1", "day": "2024-01-01", "champion_band": 3, "candidate_band": 3})
    assert answer["release"] == "v1.0.0" and 0 < answer["probability"] < 1
    segments = list((pod.folder / "log/active").glob("*.ndjson"))
    assert [json.loads(line)["r"] for path in segments for line in path.read_text().splitlines()] == ["v1.0.0"]


def test_it_passes_acceptance(pod, shop):
    where = ["--repo", shop.url, "--allowed-signers", str(shop.keys.allowed_signers), "--keys", str(shop.keys.folder)]
    who = ["--by", "tester"]
    command = [BIN / "mainstay", "accept", pod.url, "--release", "v1.0.0", *where, *who]
    accepted = subprocess.run(command, cwd=shop.branch.root, capture_output=True, text=True, check=False)
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert "pass: churn#accepted#" in accepted.stdout


def test_a_promotion_reaches_it_and_it_stops_when_told(pod, shop):
    shop.better("second").evaluated()
    shop.release()
    shop.promote("v1.0.1", "staging")
    pod.server.says(r"serving v1\.0\.1 \(#\d+\), before it v1\.0\.0")
    assert pod.ask("/release")["release"] == "v1.0.1"
    assert pod.sync.stop() == 0
    assert pod.server.stop() == 0


def test_what_it_remembered_is_shipped_by_the_other_image(pod, podman, base, tmp_path):
    image = podman.build(base, "mainstay-log", "log.txt")
    tmp_path.chmod(0o777)
    mounts = [f"{pod.folder}/log:{LOG}", f"{tmp_path}:/shipped"]
    with podman.running(image, "log", "compact", LOG, "--to", "/shipped", mounts=mounts) as shipper:
        shipper.ends()
    rows = pyarrow.parquet.read_table(next(tmp_path.glob("day=*/*.parquet")), partitioning=None)
    assert "v1.0.0" in rows["release"].to_pylist()
