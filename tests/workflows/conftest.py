import pytest
from company import Company, found, shared_folder
from loopback_github import GitHub, serving


@pytest.fixture(scope="session")
def _finished(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for role in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{role}_NAME", "Tester")
            patch.setenv(f"GIT_{role}_EMAIL", "tester@example.org")
        for name in ("DVC_SITE_CACHE_DIR", "DVC_GLOBAL_CONFIG_DIR", "GIT_CONFIG_GLOBAL"):
            patch.setenv(name, str(tmp_path_factory.getbasetemp() / name))
        return found(shared_folder(tmp_path_factory))


@pytest.fixture(scope="module")
def company(_finished, tmp_path_factory):
    origin, caches = _finished
    return Company(origin, caches, tmp_path_factory.mktemp("company"))


@pytest.fixture
def github(company):
    with serving(GitHub(company.origin, roles={"olga": "write", "mallory": "write", "adam": "admin"})) as serving_:
        yield serving_


@pytest.fixture(scope="module")
def reports(company):
    """Branch -> its run of report.yaml and how that went; each is run once."""
    runs = {}

    def report(pull):
        sha = pull["head"]["sha"]
        if sha not in runs:
            runs[sha] = company.report(pull)
        return runs[sha]

    return report
