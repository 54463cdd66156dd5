"""What the gate may not decide is decided by a code owner's label on the pull request, and by no other's."""

import pytest
from company import EARLIER, LATER
from pulls import concluded, opened

LABELS = {
    "nobody set it": (None, None, "failure"),
    "a code owner set it": ("olga", LATER, "success"),
    "someone else who may write set it": ("mallory", LATER, "failure"),
}


@pytest.mark.parametrize(("by", "at", "wanted"), LABELS.values(), ids=LABELS)
def test_an_inconclusive_branch_merges_only_by_a_code_owner_s_label(company, github, reports, by, at, wanted):
    pull = opened(github, company, "close")
    if by:
        github.label(7, "accept-inconclusive", by, at)
    judged = company.judge(github, pull, reports(pull)[0])
    assert "inconclusive" in judged.printed
    assert concluded(github, pull) == wanted
    told = f"accept-inconclusive was set by {by}" if by else "sets the label `accept-inconclusive`"
    assert told in github.comments[7][0]["body"]


@pytest.mark.parametrize(("by", "wanted"), [(None, "failure"), ("adam", "success")], ids=["unsaid", "by an admin"])
def test_another_ruler_has_to_be_acknowledged(company, github, reports, by, wanted):
    pull = opened(github, company, "ruler")
    if by:
        github.label(7, "acknowledge-ruler", by, LATER)
    judged = company.judge(github, pull, reports(pull)[0])
    assert "contact_share 0.1 -> 0.12" in judged.printed
    assert concluded(github, pull) == wanted
    assert r"contact\_share" in github.comments[7][0]["body"]


def test_a_merge_queue_is_judged_by_the_labels_that_let_it_in(company, github, reports):
    pull = opened(github, company, "close")
    github.label(7, "accept-inconclusive", "olga", EARLIER)
    run = company.hand_over(reports(pull)[0])
    queued = pull | {"head": pull["head"] | {"ref": f"gh-readonly-queue/main/pr-7-{company.sha('main')}"}}
    judged = company.judge(github, queued, run, event="merge_group")
    assert judged.jobs == {"judge": "success", "post": "success"}, judged.printed[-5000:]
    assert concluded(github, queued) == "success"
    assert github.comments == {}, "it was said on the pull request before"
