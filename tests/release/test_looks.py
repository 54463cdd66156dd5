import pytest

from mainstay.release.looks import looks, warning


def lock(model, test="rows"):
    made = {"data/model.onnx": model, "data/test.parquet": test}
    outs = [f"{{path: {path}, md5: {md5}, size: 1}}" for path, md5 in made.items()]
    return f"stages: {{train: {{outs: [{', '.join(outs)}]}}}}".encode()


def test_distinct_models_shown_the_same_rows_are_counted_the_candidate_too():
    assert looks([lock("a"), lock("b"), lock("a"), lock("c", test="other rows")], "rows", "d") == 3
    assert looks([lock("a")], "rows", "a") == 1
    assert looks([], "rows", "a") == 1


def test_a_version_that_cannot_be_read_or_has_no_model_is_passed_over():
    assert looks([b"<<<<<<< rows", b"stages: {} # rows", lock("a")], "rows", "b") == 2


@pytest.mark.parametrize(("count", "warned"), [(20, False), (21, True)])
def test_it_warns_above_the_limit(count, warned):
    assert (warning(count, 20) is not None) == warned
    assert not warned or "21 models" in warning(count, 20)
