import hashlib

import msgspec
import pytest
import tiny
from fake_service import Fake, serving
from imports import ROOT

from mainstay import params
from mainstay.model.file import Model
from mainstay.release.golden import golden
from mainstay.rows.judged import judged
from mainstay.serving.accept import Subject
from mainstay.serving.acceptance.asking import Service
from mainstay.serving.acceptance.predictions import Wanted
from mainstay.serving.acceptance.replay import figures
from mainstay.trust.manifest import File, Judged, Manifest

LIMITS = msgspec.structs.replace(
    params.load(ROOT / "params.yaml", "accept"),
    timeout_s=5.0,
    rows_a_request=100,
    load_connections=4,
    load_requests=40,
    max_p99_ms=2000.0,
    huge_bytes=5_000_000,
    slow_timeout_s=4.0,
)
TOLERANCE = 1e-6


def file(path, data):
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return File(path=path, sha256=hashlib.sha256(data).hexdigest(), md5=md5, size=len(data))


@pytest.fixture(scope="session")
def data():
    """The model file of the small business."""
    return tiny.model_bytes(tiny.rows())


@pytest.fixture(scope="session")
def subject(data):
    """Its release, and the rows that it was evaluated on."""
    model = Model.from_bytes(data)
    rows = judged(tiny.rows(n=400, seed=2), model.contract, "test")
    manifest = Manifest(
        release="v1.0.0",
        model=file("data/model.onnx", data),
        contract=file("data/contract.yaml", b"contract"),
        commit="c" * 40,
        lock="0" * 64,
        gate=Judged(answer="pass", reasons=[], digests={}, champion=None, accepted_by=None),
        metrics={"operating_point": 0.6} | figures(rows.outcome, model.score(rows.frame), 10),
        golden=golden(model, rows.frame, 4, "test"),
    )
    return Subject(manifest, model, rows, TOLERANCE)


@pytest.fixture
def fake(subject):
    return Fake(subject.manifest, subject.model)


@pytest.fixture
def service(fake):
    with serving(fake) as url:
        yield Service(url, LIMITS.timeout_s)


@pytest.fixture
def limits():
    return LIMITS


@pytest.fixture
def wanted(subject):
    return Wanted(subject.manifest.release, subject.manifest.metrics["operating_point"], TOLERANCE)
