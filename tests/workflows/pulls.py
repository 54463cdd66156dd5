"""Pull requests of the team's own branches, and what became of them."""


def opened(github, company, branch, number=7):
    return github.open_pull(number, branch, company.sha(branch))


def concluded(github, pull):
    """The one check of the pull request's head commit: how it ended."""
    (check,) = github.said_by(pull["head"]["sha"])
    assert (check["name"], check["status"]) == ("mainstay/gate", "completed")
    return check["conclusion"]
