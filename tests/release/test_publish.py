import shutil
from pathlib import Path

import pytest
from sandbox import git

from mainstay.refusal import Refusal
from mainstay.release import publish
from mainstay.trust.keys import Keys


def test_what_the_remote_does_not_take_is_told_in_its_own_words(released, monkeypatch):
    monkeypatch.setattr(publish, "TRIES", 2)
    hook = Path(released.url) / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho tags are protected >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(Refusal, match=r"does not take the tag: .*tags are protected.*nothing was published"):
        released.promote("v1.0.0", "staging")
    assert released.tags() == ["churn@v1.0.0"] and git(released.branch.root, "tag", "--list") == ""


def test_a_tag_that_would_not_be_believed_is_not_pushed(released, team_keys, tmp_path):
    mixed = Keys(shutil.copytree(team_keys.folder, tmp_path / "mixed"))
    for end in ("", ".pub"):
        shutil.copy(mixed.folder / f"release{end}", mixed.folder / f"promote-staging{end}")
    released.keys = mixed
    with pytest.raises(Refusal, match="wanted promote-staging"):
        released.promote("v1.0.0", "staging")
    assert released.tags() == ["churn@v1.0.0"]
