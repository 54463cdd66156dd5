import hashlib
from dataclasses import replace

import pytest
import yaml

from mainstay.release.git import Repository
from mainstay.release.lock import MODEL, outputs
from mainstay.release.stored import fits, read


@pytest.fixture
def output(branch):
    return outputs((branch.root / "dvc.lock").read_bytes())[MODEL]


def test_bytes_fit_by_md5_and_size(branch, output):
    data = (branch.root / MODEL).read_bytes()
    assert fits(data, output)
    assert not fits(data + b" ", output) and not fits(data, replace(output, size=1))


def test_what_is_neither_cached_nor_near_comes_from_the_remote(branch, output, tmp_path_factory):
    data = (branch.root / MODEL).read_bytes()
    remote = tmp_path_factory.mktemp("remote")
    config = f"[core]\n    remote = far\n['remote \"far\"']\n    url = {remote}\n"
    dvc = {"stages": {"train": {"cmd": "true", "outs": [MODEL, "data/test.parquet"]}}}
    branch.write(".dvc/config", config).write("dvc.yaml", yaml.safe_dump(dvc)).commit("A remote").forget(data)
    repository = Repository.at(branch.root)
    assert read(repository, output, "HEAD") is None
    far = remote / "files/md5" / output.md5[:2] / output.md5[2:]
    far.parent.mkdir(parents=True)
    far.write_bytes(b"spoilt")
    assert read(repository, output, "HEAD") is None, "DVC hands out whatever is there"
    far.write_bytes(data)
    assert hashlib.sha256(read(repository, output, "HEAD")).digest() == hashlib.sha256(data).digest()
