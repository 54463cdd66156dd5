import pytest

from mainstay.refusal import Refusal
from mainstay.release import files
from mainstay.release.copied import copied_to
from mainstay.release.registry import opened


def test_a_folder_that_got_them_has_model_and_test_rows(released, tmp_path):
    root = released.branch.root
    copied_to(str(tmp_path / "remote"))(root)
    model, rows = (root / "data/model.onnx").read_bytes(), (root / "data/test.parquet").read_bytes()
    (root / ".dvc/cache").rename(tmp_path / "cache")
    for name in ("model.onnx", "test.parquet"):
        (root / "data" / name).unlink()
    with opened(released.access) as registry:
        manifest = registry.release("v1.0.0").manifest
        assert files.model(registry, manifest, None, str(tmp_path / "remote")) == model
        assert files.test_rows(registry, manifest, str(tmp_path / "remote")) == rows


def test_what_is_no_folder_of_this_machine_is_left_to_dvc():
    with pytest.raises(Refusal, match="wanted a folder"):
        copied_to("s3://bucket/churn")
