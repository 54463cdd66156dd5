import pytest
from loopback_github import GitHub as Loopback
from loopback_github import serving

from mainstay.refusal import Refusal
from mainstay.release.github import GitHub


@pytest.fixture
def loopback(tmp_path):
    with serving(Loopback(tmp_path)) as server:
        yield server


def client(loopback, token="fake"):  # noqa: S107
    return GitHub(loopback.url, "acme/churn", token)


def test_a_list_is_read_to_its_last_page(loopback):
    loopback.open_pull(7, "better", "a" * 40)
    for number in range(250):
        loopback.label(7, f"label-{number}", "olga", "2026-03-01T10:00:00Z")
    assert len(client(loopback).all("issues/7/events")) == 250


def test_what_github_does_not_know_is_refused_but_a_missing_file_is_none(loopback):
    with pytest.raises(Refusal, match="pulls/8: GitHub knows none"):
        client(loopback).get("pulls/8")
    assert client(loopback).file("data/raw.dvc", "a" * 40) is None


def test_an_error_is_refused_and_never_taken_for_an_answer(loopback):
    with pytest.raises(Refusal, match="answered 401"):
        client(loopback, "wrong").get("pulls/7")
    with pytest.raises(Refusal, match="cannot be reached"):
        GitHub("http://127.0.0.1:9", "acme/churn", "fake").get("pulls/7")


@pytest.mark.parametrize("url", ["file:///etc", "http://example.org", "ftp://127.0.0.1:1"])
def test_an_api_without_tls_is_refused(url):
    with pytest.raises(Refusal, match="wanted https"):
        GitHub(url, "acme/churn", "fake").get("pulls/7")


def test_a_job_without_a_token_is_told_so():
    with pytest.raises(Refusal, match="GITHUB_TOKEN: not set"):
        GitHub.of_job({"GITHUB_API_URL": "https://api.github.com", "GITHUB_REPOSITORY": "acme/churn"})


def test_a_token_is_not_shown(loopback):
    assert "fake" not in repr(client(loopback))
