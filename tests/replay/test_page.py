import re

from past import event, ledger, line

from mainstay.replay.ledger import Line
from mainstay.replay.page import page

POLICIES = ("never", "monthly", "mainstay", "oracle")
LINES = [line(m, p, profit=100 * m + 10 * n) for m in (1, 2, 3) for n, p in enumerate(POLICIES)]


def test_the_first_sentences_say_what_mainstay_earned_and_against_whom():
    told = page(ledger(LINES, [event(1, "release"), event(2, "kept")], POLICIES))
    assert "Mainstay would have earned <b>EUR 220 a month</b>: EUR 20 more (give or take 0) than a model" in told
    assert "Models released: 1; candidates not released: 1; rollbacks: 0." in told


def test_every_figure_of_every_policy_is_drawn():
    told = page(ledger(LINES, policies=POLICIES))
    for title in ("ROC AUC", "Log loss", "Leavers seen / expected", "Profit a month", "Profit so far"):
        assert f"<h2>{title}" in told
    assert told.count("<title>Mainstay, 2024-02") == 5


def test_every_event_stands_on_the_timeline_and_in_the_table_with_its_reason():
    events = [event(1, "release", why="not worse"), event(2, "rollback", why="provably better"), event(3, "alert")]
    told = page(ledger(LINES, [*events, event(2, "scenario", None, "shock")], POLICIES))
    for why in ("not worse", "provably better", "because", "shock"):
        assert len(re.findall(rf"<title>[^<]*{why}</title>", told)) == 1
        assert f"<td>{why}</td>" in told


def test_the_page_asks_nothing_of_any_network_and_runs_no_script():
    told = page(ledger(LINES, policies=POLICIES))
    assert "default-src 'none'" in told
    assert not re.findall(r"<script|<link|<img|src=|https?:", told)


def test_what_others_wrote_is_escaped():
    told = page(ledger(LINES, [event(1, "stopped", why="column '<script>x</script>' is new")], POLICIES))
    assert "<script>" not in told and "&lt;script&gt;" in told


def test_months_without_a_model_leave_a_gap_and_no_number():
    told = page(ledger([line(1, "never"), line(2, "never"), Line(1, "mainstay", None, None), line(2, "mainstay")]))
    assert "nan" not in told.lower().replace("default-src", "")
    assert told.count("Mainstay, 2024-02") == 5
    assert re.findall("Mainstay, 2024-01: ([^<]+)<", told) == ["-100"]  # what it did not earn, added up


def test_on_a_team_s_own_months_the_page_says_what_its_oracle_is():
    own = page(ledger(LINES, policies=POLICIES, simulated=False))
    assert "best of all trained by then" in own and "which only a simulation can tell" not in own
