import stat

import pytest

from mainstay.refusal import Refusal
from mainstay.release.handed_keys import BEGINS, drop, put, trust
from mainstay.trust.keys import Keys

KEY = f"{BEGINS}\r\nAAAA\r\n-----END OPENSSH PRIVATE KEY-----"
SIGNERS = 'release@example.org namespaces="git" ssh-ed25519 AAAA'


def test_a_key_is_for_its_job_alone_and_goes_away(tmp_path):
    folder, environment = tmp_path / "keys", tmp_path / "env"
    put(folder, "promote-staging", KEY, SIGNERS, environment)
    put(folder, "accept", KEY, SIGNERS, environment)
    path = Keys(folder).of("accept")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert path.read_text() == KEY.replace("\r", "") + "\n", "ssh wants it so"
    assert f"MAINSTAY_KEYS={folder}\n" in environment.read_text()
    assert "2 keys" in drop(folder)
    assert [left.name for left in folder.iterdir()] == ["allowed_signers"]
    assert "0 keys" in drop(folder) and "0 keys" in drop(tmp_path / "never")


@pytest.mark.parametrize(
    ("role", "key", "signers", "said"),
    [
        ("release", None, SIGNERS, "is it a secret of this job's environment"),
        ("release", "", SIGNERS, "is it a secret of this job's environment"),
        ("release", "ssh-ed25519 AAAA", SIGNERS, "holds no key"),
        ("release", KEY, " ", "is the variable ALLOWED_SIGNERS set"),
        ("../release", KEY, SIGNERS, "wanted a role"),
    ],
)
def test_what_is_no_key_is_refused_and_nothing_written(tmp_path, role, key, signers, said):
    with pytest.raises(Refusal, match=said):
        put(tmp_path / "keys", role, key, signers, None)
    assert not (tmp_path / "keys").exists()


def test_no_key_is_put_into_a_repository(tmp_path):
    (tmp_path / ".git").mkdir()
    for name, text in {"HEAD": "ref: refs/heads/main\n", "config": ""}.items():
        (tmp_path / ".git" / name).write_text(text)
    for name in ("objects", "refs"):
        (tmp_path / ".git" / name).mkdir()
    with pytest.raises(Refusal, match="lies in a repository"):
        put(tmp_path / "keys", "release", KEY, SIGNERS, None)
    assert not (tmp_path / "keys").exists()


def test_who_only_reads_is_handed_the_list_alone(tmp_path):
    folder, environment = tmp_path / "keys", tmp_path / "env"
    trust(folder, SIGNERS, environment)
    assert [path.name for path in folder.iterdir()] == ["allowed_signers"]
    assert environment.read_text() == f"MAINSTAY_ALLOWED_SIGNERS={folder / 'allowed_signers'}\n"
    with pytest.raises(Refusal, match="lists nobody"):
        trust(tmp_path / "none", "", environment)
