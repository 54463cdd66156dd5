from sandbox import git

from mainstay.release import status
from mainstay.release.registry import opened


def test_it_tells_what_runs_where_since_when_and_why(shipped):
    shipped.promote("v1.0.1", "staging")
    shipped.roll_back()
    with opened(shipped.access) as registry:
        production, staging = status.lines(status.status(registry))
    assert production.startswith("production  v1.0.0  #6  20") and production.endswith(
        "rollback by tester: it is worse"
    )
    assert staging.startswith("staging     v1.0.1  #5  20")


def test_it_asks_git_twice(shipped, monkeypatch):
    with opened(shipped.access) as registry:
        calls = []
        real = type(registry.scratch)._run
        monkeypatch.setattr(
            type(registry.scratch), "_run", lambda own, args, *rest: calls.append(args[0]) or real(own, args, *rest)
        )
        status.status(registry.again())
    assert [c for c in calls if c in ("ls-remote", "fetch")] == ["ls-remote", "fetch"]


def test_what_is_not_believed_is_not_told_and_what_ran_before_is(shipped):
    clone = shipped.branch.root
    git(clone, "tag", "--annotate", "--message", "mine", "churn#production#9")
    git(clone, "push", "--quiet", "origin", "refs/tags/churn#production#9")
    with opened(shipped.access) as registry:
        (production,) = status.status(registry)
        assert production.promotion.release == "v1.0.1" and set(registry.refused) == {"churn#production#9"}


def test_history_is_the_newest_first_and_acceptance_too(shipped):
    with opened(shipped.access) as registry:
        told = [status.as_dict(e)["tag"] for e in status.history(registry, 3)]
    assert told == ["churn#production#4", "churn#accepted#3", "churn#production#2"]


def test_nothing_is_told_of_nothing(shop):
    with opened(shop.access) as registry:
        assert status.lines(status.status(registry)) == ["nothing was released yet"]
