"""What every test may rely on."""

import os

import pytest
from hypothesis import settings

import mainstay  # noqa: F401  first of all: it fixes what floats, and the speed of threads, depend on

os.environ.setdefault("DVC_NO_ANALYTICS", "1")

settings.register_profile("mainstay", deadline=None, max_examples=50)  # a busy machine is no failure
settings.load_profile("mainstay")


@pytest.fixture(autouse=True)
def _no_state_of_the_person_who_tests(tmp_path_factory, monkeypatch):
    """DVC and Git find a scratch home, never the settings of whoever runs the tests."""
    home = tmp_path_factory.getbasetemp()
    monkeypatch.setenv("DVC_SITE_CACHE_DIR", str(home / "dvc-site"))
    monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", str(home / "dvc-global"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Tester")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "tester@example.org")
