import hashlib
import json

import pytest
import yaml
from imports import ROOT

from mainstay import params
from mainstay.refusal import Refusal
from mainstay.release import artifact
from mainstay.release.lock import MODEL

LIMITS = params.load(ROOT / "params.yaml", "receive")
FILES = {
    "pull_request.json": b'{"number": 7}',
    "params.yaml": b"train: {}\n",
    "data/contract.yaml": b"id: customer\n",
    MODEL: b"a model",
    "metrics/evaluation.json": b"{}",
    "metrics/plots/roc.csv": b"x,y\n",
}


def lock_of(files):
    made = {name: data for name, data in files.items() if artifact.is_made(name)}
    outs = [{"path": n, "md5": hashlib.md5(d).hexdigest(), "size": len(d)} for n, d in made.items()]  # noqa: S324
    return yaml.safe_dump({"stages": {"train": {"outs": outs}}}).encode()


@pytest.fixture
def folder(tmp_path):
    for name, data in (FILES | {"dvc.lock": lock_of(FILES)}).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def committed(**changed):
    files = FILES | {"dvc.lock": lock_of(FILES)}
    return {name: files[name] for name in artifact.COMMITTED} | changed


def texts(folder):
    return {name: path.read_bytes() for name, path in artifact.listed(folder, LIMITS).items()}


def test_a_whole_candidate_is_taken(folder):
    assert set(artifact.listed(folder, LIMITS)) == {*FILES, "dvc.lock"}
    artifact.genuine(texts(folder), committed())


@pytest.mark.parametrize(
    "name", ["src/x.py", "dvc.yaml", "metrics/x.py", "metrics/.x.json", "data/model.onnx.py", "Makefile"]
)
def test_a_file_that_no_candidate_has_is_refused(folder, name):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("x")
    with pytest.raises(Refusal, match="no file of a candidate"):
        artifact.listed(folder, LIMITS)


@pytest.mark.parametrize("to", ["/etc/hostname", "../elsewhere", "params.yaml"])
def test_a_link_is_refused_wherever_it_leads(folder, to):
    (folder / "metrics/split.json").symlink_to(to)
    with pytest.raises(Refusal, match="no plain file"):
        artifact.listed(folder, LIMITS)


def test_a_linked_folder_is_refused(folder, tmp_path_factory):
    (folder / "metrics/more").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(Refusal):
        artifact.listed(folder, LIMITS)


@pytest.mark.parametrize("name", ["pull_request.json", "dvc.lock", "params.yaml", "data/contract.yaml", MODEL])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(Refusal, match=f"{name}: missing"):
        artifact.listed(folder, LIMITS)


@pytest.mark.parametrize("limits", [params.Receive(max_files=3, max_bytes=10**6), params.Receive(100, 20)])
def test_too_much_is_refused(folder, limits):
    with pytest.raises(Refusal, match="more than"):
        artifact.listed(folder, limits)


@pytest.mark.parametrize(
    "text",
    ["", "7", "[]", "{}", '{"number": "7"}', '{"number": true}', '{"number": -1}', '{"number": 1.5}', "[" * 99999],
)
def test_a_claim_that_is_no_number_is_refused(tmp_path, text):
    (tmp_path / "claim").write_text(text)
    with pytest.raises(Refusal, match=r"pull_request\.json"):
        artifact.claimed(tmp_path / "claim")


def test_a_claim_is_read(tmp_path):
    (tmp_path / "claim").write_text(json.dumps({"number": 12}))
    assert artifact.claimed(tmp_path / "claim") == 12


@pytest.mark.parametrize("name", artifact.COMMITTED)
@pytest.mark.parametrize("text", [b"other\n", None], ids=["other", "not committed"])
def test_a_file_other_than_the_committed_one_is_refused(folder, name, text):
    with pytest.raises(Refusal, match=f"{name}: that of the run is not the one committed"):
        artifact.genuine(texts(folder), committed(**{name: text}))


@pytest.mark.parametrize("name", [MODEL, "metrics/evaluation.json", "metrics/plots/roc.csv"])
def test_bytes_other_than_the_committed_lock_names_are_refused(folder, name):
    (folder / name).write_bytes(b"others")
    with pytest.raises(Refusal, match=f"{name}: md5 is"):
        artifact.genuine(texts(folder), committed())


def test_a_result_that_the_committed_lock_does_not_name_is_refused(folder):
    (folder / "metrics/extra.json").write_bytes(b"{}")
    with pytest.raises(Refusal, match=r"metrics/extra\.json: the committed dvc\.lock names no such file"):
        artifact.genuine(texts(folder), committed())
