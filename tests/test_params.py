import pytest
import yaml
from imports import ROOT

from mainstay import params
from mainstay.refusal import Refusal

SHIPPED = ROOT / "params.yaml"


@pytest.fixture
def write(tmp_path):
    def write(document):
        path = tmp_path / "params.yaml"
        path.write_text(yaml.safe_dump(document) if isinstance(document, dict) else document)
        return path

    return write


@pytest.mark.parametrize("section", params.SECTIONS)
def test_the_shipped_file_has_every_section_whole(section):
    assert params.load(SHIPPED, section)


def test_the_shipped_file_has_no_section_that_nobody_reads():
    assert set(yaml.safe_load(SHIPPED.read_text())) == set(params.SECTIONS)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"test_months": "three"}, "`split.test_months`"),
        ({"tset_months": 3}, "tset_months"),
        ({"salt": None}, "`split.salt`"),
    ],
)
def test_a_wrong_or_unknown_key_is_named(write, change, said):
    document = yaml.safe_load(SHIPPED.read_text())
    path = write({"split": document["split"] | change})
    with pytest.raises(Refusal) as refused:
        params.load(path, "split")
    assert said in str(refused.value) and str(path) in str(refused.value)


def test_a_missing_key_is_named(write):
    with pytest.raises(Refusal, match="test_months"):
        params.load(write({"split": {}}), "split")


@pytest.mark.parametrize("document", [{}, "]", "just text"])
def test_a_file_without_the_section_is_refused(write, document):
    with pytest.raises(Refusal):
        params.load(write(document), "split")
