from past import event, ledger, line

from mainstay.replay.ledger import Line
from mainstay.replay.told import told


def test_a_line_a_policy_with_what_it_earned():
    lines = told(ledger([line(1, "never", profit=1234), line(1, "mainstay")], [event(1, "release")])).splitlines()
    assert [text.split()[0] for text in lines[1:]] == ["never", "mainstay"]
    assert "1,234" in lines[1] and lines[2].split()[-2:] == ["1", "0"]


def test_what_was_not_measured_is_no_number():
    assert told(ledger([Line(1, "never", None, None)])).splitlines()[1].split()[1] == "-"
