import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from mainstay.refusal import Refusal
from mainstay.trust import keys
from mainstay.trust.signers import ROLES, load, role_of


def test_a_key_a_role_that_only_its_owner_reads(team_keys):
    for role in ROLES:
        assert stat.S_IMODE(team_keys.of(role).stat().st_mode) == 0o600
    assert stat.S_IMODE(team_keys.folder.stat().st_mode) == 0o700
    assert [role_of(line.split()[0]) for line in load(team_keys.allowed_signers).text.splitlines()] == list(ROLES)


def test_a_key_is_never_written_over(tmp_path):
    before = keys.make(tmp_path / "keys", roles=["release"]).of("release").read_text()
    with pytest.raises(Refusal, match="never written over"):
        keys.make(tmp_path / "keys", roles=["release"])
    assert keys.made(tmp_path / "keys").of("release").read_text() == before
    assert [p.name for p in tmp_path.iterdir()] == ["keys"], "nothing is left behind"


def test_those_who_ask_at_once_get_the_same(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(keys.made, [tmp_path / "keys"] * 4))
    assert len({k.of("release").read_text() for k in made}) == 1


def test_a_role_without_a_key_is_told_of(tmp_path):
    with pytest.raises(Refusal, match="no key of role rollback"):
        keys.Keys(tmp_path).of("rollback")
