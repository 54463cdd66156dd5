"""What `.ci/askpass` says to git, which runs it where a repository asks who one is."""

import subprocess

import pytest
from imports import ROOT

ANSWERS = {
    "Username for 'https://github.com': ": "x-access-token",
    "Password for 'https://x-access-token@github.com': ": "s3cret",
    "Username for 'https://github.com.evil.example': ": None,
    "Password for 'https://x-access-token@github.com.evil.example': ": None,
    "Password for 'https://x-access-token@evil.example/https://github.com': ": None,
    "Password for 'http://x-access-token@github.com': ": None,
    "Enter passphrase for key: ": None,
}


@pytest.mark.parametrize(("asked", "answer"), ANSWERS.items())
def test_the_token_goes_to_the_one_github(asked, answer):
    environment = {"PATH": "/usr/bin:/bin", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_TOKEN": "s3cret"}
    script = [str(ROOT / ".ci/askpass"), asked]
    done = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode == 0, done.stdout.strip() or None) == (answer is not None, answer)
