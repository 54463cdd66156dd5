import pytest

from mainstay.refusal import Refusal
from mainstay.serving.acceptance.asking import Service, Unanswered, post


def test_an_answer_holds_status_kind_and_what_it_says(service, subject):
    answer = service.ask("GET", "/release")
    assert (answer.status, answer.kind) == (200, "application/json") and answer.took_s > 0
    assert answer.document["release"] == subject.manifest.release
    assert service.ask("GET", "/nowhere").status == 404


def test_a_connection_is_kept(service, subject):
    with service.asking() as asker:
        post(asker, subject.manifest.golden[0].row)
        own = asker.connection.sock
        post(asker, subject.manifest.golden[0].row)
        assert asker.connection.sock is own


def test_who_does_not_answer_in_time_is_unanswered(fake, service):
    import time

    fake.release = lambda: time.sleep(1)
    with pytest.raises(Unanswered, match="TimeoutError"):
        Service(service.url, 0.1).ask("GET", "/release")


@pytest.mark.parametrize("url", ["", "staging.example.org", "ftp://staging", "http://"])
def test_what_is_no_url_of_a_server_is_refused(url):
    with pytest.raises(Refusal, match="wanted http"):
        Service(url, 1.0)


def test_the_token_is_sent_where_there_is_one():
    assert Service("http://x", 1.0, "secret").headers["Authorization"] == "Bearer secret"
    assert "Authorization" not in Service("http://x", 1.0).headers
