import fake_service as fakes
import msgspec
import pytest

from mainstay.serving.acceptance.worst_inputs import bodies, worst_inputs


@pytest.fixture
def told(service, subject, limits):
    return lambda **changes: worst_inputs(
        service, subject.manifest.golden[0].row, msgspec.structs.replace(limits, **changes)
    )


def test_a_server_that_turns_all_of_it_away_passes(told):
    found = told()
    assert found.verdict.answer == "pass", found.verdict.reasons
    assert found.figures == {"inputs": 15, "turned away wrongly": 0}


@pytest.mark.parametrize(
    ("taken", "said"), [(b"NaN", "NaN: answers 200"), (b"999999", "an integer of many digits: answers 200")]
)
def test_one_that_takes_what_is_no_row_fails(fake, told, monkeypatch, taken, said):
    real = fakes.parsed
    monkeypatch.setattr(fakes, "parsed", lambda body: [] if taken in body else real(body))
    (reason,) = told().verdict.reasons
    assert said in reason


def test_one_that_waits_for_the_slow_fails(told, monkeypatch):
    monkeypatch.setattr(fakes, "SLOW_S", 30)
    reasons = told(slow_timeout_s=0.5).verdict.reasons
    assert [r for r in reasons if "headers by drips: held a connection" in r]
    assert [r for r in reasons if "a body by drips: held a connection" in r]


def test_one_that_takes_a_body_without_end_fails(told, monkeypatch):
    monkeypatch.setattr(fakes, "MAX_BODY", 10**9)
    real = fakes.parsed
    monkeypatch.setattr(fakes, "parsed", lambda body: [] if len(body) > 150_000 else real(body))
    (reason,) = told(huge_bytes=200_000, nesting=1000).verdict.reasons
    assert "a body without end: answers 200" in reason


def test_no_body_is_a_row(subject):
    good = subject.manifest.golden[0].row
    names = [name for name, body in bodies(good, 1000)]
    assert len(names) == len(set(names)) == 12
