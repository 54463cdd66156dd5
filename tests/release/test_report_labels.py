import pytest

from mainstay.release.report_labels import labels


def gate(answer="pass", changes=(), acknowledged=False):
    return {"verdict": {"answer": answer}, "ruler": {"changes": list(changes), "acknowledged": acknowledged}}


def received(accept=None, acknowledge=None):
    def label(name, by):
        said = f"`{name}` was set by {by}" if by else f"`{name}` is not set"
        return {"counts": by == "olga", "by": by, "sentence": said}

    names = {"accept-inconclusive": accept, "acknowledge-ruler": acknowledge}
    return {"pull_request": 7, "labels": {name: label(name, by) for name, by in names.items()}}


@pytest.mark.parametrize(
    ("document", "told"), [(None, gate("inconclusive")), (received(), gate("pass")), (received(), gate("fail"))]
)
def test_nothing_is_said_where_no_label_was_set_or_would_help(document, told):
    assert labels(told, document) is None


def test_who_set_a_label_and_whether_it_counts_is_said():
    assert labels(gate("inconclusive"), received(accept="olga")) == "- accept-inconclusive was set by olga: it counts"
    said = labels(gate("inconclusive"), received(accept="mallory"))
    assert "mallory: it does not count" in said and "sets the label `accept-inconclusive`" in said


def test_another_ruler_asks_for_its_own_label_first():
    said = labels(gate("inconclusive", changes=["profit"]), received(accept="olga"))
    assert "sets the label `acknowledge-ruler`" in said
    assert "sets" not in labels(gate("inconclusive", ["profit"], True), received("olga", "olga"))


def test_a_login_is_shown_and_not_obeyed():
    assert "<b>" not in labels(gate(), received(accept="<b>@all")) and "@all" not in labels(
        gate(), received(accept="@all")
    )
