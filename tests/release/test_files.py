import hashlib

import msgspec
import pytest
from branches import model
from shop import git

from mainstay.refusal import Refusal
from mainstay.release import files, lock
from mainstay.release.registry import opened


@pytest.fixture
def registry(released):
    with opened(released.access) as registry:
        yield registry


@pytest.fixture
def manifest(registry):
    return registry.release("v1.0.0").manifest


def test_a_clone_s_cache_has_model_and_test_rows(released, registry, manifest):
    for name in (lock.MODEL, lock.TEST):
        (released.branch.root / name).unlink()
    assert files.model(registry, manifest, None, None) == model()
    assert files.test_rows(registry, manifest, None)[:4] == b"PAR1"


def test_elsewhere_they_come_from_the_remote_by_what_was_signed(released, registry, manifest, tmp_path):
    cache = released.branch.root / ".dvc/cache"
    rows = files.test_rows(registry, manifest, None)
    cache.rename(tmp_path / "remote")
    (released.branch.root / lock.TEST).unlink()
    assert files.test_rows(registry, manifest, str(tmp_path / "remote")) == rows
    with pytest.raises(Refusal, match=r"v1.0.0: no data/test.parquet: .*is not there"):
        files.test_rows(registry, manifest, "/nowhere")


def test_a_spoilt_file_is_passed_over(released, registry, manifest):
    (released.branch.root / lock.TEST).write_bytes(b"PAR1 or so")
    assert len(files.test_rows(registry, manifest, None)) > 100


def test_a_file_that_is_named_has_to_be_the_one(released, registry, manifest, tmp_path):
    own = released.branch.root / lock.TEST
    assert files.given(registry, manifest, own) == own.read_bytes()
    (tmp_path / "other.parquet").write_bytes(own.read_bytes()[:-1] + b"!")
    with pytest.raises(Refusal, match=r"other.parquet: has md5 .*; wanted data/test.parquet of v1.0.0"):
        files.given(registry, manifest, tmp_path / "other.parquet")
    with pytest.raises(Refusal, match="cannot be read"):
        files.given(registry, manifest, tmp_path / "none.parquet")


def test_a_lock_file_that_is_not_the_signed_one_is_not_gone_by(registry, manifest):
    with pytest.raises(Refusal, match="is not the one that"):
        files.locked(registry, msgspec.structs.replace(manifest, lock="0" * 64), lock.TEST)


def test_a_lock_file_without_test_rows_leaves_nothing_to_replay(released, registry, manifest):
    text = git(released.branch.root, "show", f"{manifest.commit}:dvc.lock")
    assert hashlib.sha256(text.encode()).hexdigest() == manifest.lock
    with pytest.raises(Refusal, match=r"names no data/none\.parquet, so that"):
        files.locked(registry, manifest, "data/none.parquet")
