import shutil

import pytest

from mainstay.pipeline.adoption.swap import all_or_nothing


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "raw/customers").mkdir(parents=True)
    (tmp_path / "raw/customers/a.csv").write_text("old rows")
    (tmp_path / "contract.yaml").write_text("old contract")
    return tmp_path


def everything(folder):
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def paths(folder):
    return [folder / "raw", folder / "contract.yaml", folder / "raw.dvc"]


def change(folder):
    (folder / "contract.yaml").write_text("new contract")
    (folder / "raw").mkdir()
    (folder / "raw/b.csv").write_text("new rows")
    (folder / "raw.dvc").write_text("md5")


def test_a_change_that_ends_well_stays_and_what_was_there_is_kept(folder):
    before = everything(folder)
    with all_or_nothing(folder, paths(folder)) as kept:
        change(folder)
    assert (folder / "raw/b.csv").exists() and not (folder / "raw/customers").exists()
    assert everything(kept) == before


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_change_that_fails_leaves_everything_as_it_was(folder, error):
    before = everything(folder)
    with pytest.raises(error), all_or_nothing(folder, paths(folder)):
        change(folder)
        raise error
    assert everything(folder) == before


def test_what_the_block_deleted_comes_back(folder):
    before = everything(folder)
    with pytest.raises(ValueError), all_or_nothing(folder, paths(folder)):
        (folder / "contract.yaml").unlink()
        raise ValueError
    assert everything(folder) == before


@pytest.mark.parametrize("nth", [0, 1])
def test_a_failure_while_things_are_set_aside_loses_nothing(folder, monkeypatch, nth):
    (folder / "params.yaml").write_text("old params")
    before, copies = everything(folder), []

    def full(source, target):
        copies.append(source)
        target.write_text("half")
        if len(copies) > nth:
            raise OSError("No space left on device")
        return copy(source, target)

    copy = shutil.copy2
    monkeypatch.setattr(shutil, "copy2", full)
    with pytest.raises(OSError, match="No space"), all_or_nothing(folder, [*paths(folder), folder / "params.yaml"]):
        raise AssertionError("never reached")
    assert everything(folder) == before


def test_what_was_kept_once_is_not_overwritten(folder):
    for expected in ("before-adopt-1", "before-adopt-2"):
        with all_or_nothing(folder, [folder / "contract.yaml"]) as kept:
            pass
        assert kept.name == expected
