import pytest
from sandbox import git

from mainstay.refusal import Refusal
from mainstay.release.access import access, somebody


def test_beside_a_folder_a_clone_makes_itself_keys_and_keeps_them(shop):
    first, again = access(shop.branch.root), access(shop.branch.root)
    assert first.url == shop.url and first.keys.folder == shop.branch.root / ".mainstay/keys"
    assert first.signers.text == again.signers.text and first.keys.of("release").exists()


@pytest.mark.parametrize("url", ["git@example.org:team/churn.git", "https://example.org/churn.git"])
def test_elsewhere_a_team_s_are_asked_for(shop, url):
    git(shop.branch.root, "remote", "set-url", "origin", url)
    with pytest.raises(Refusal, match="whom to believe"):
        access(shop.branch.root)
    assert not (shop.branch.root / ".mainstay").exists()


def test_a_password_in_a_url_is_not_told(shop):
    git(shop.branch.root, "remote", "set-url", "origin", "https://ada:secret@example.org/churn.git")
    with pytest.raises(Refusal) as refused:
        access(shop.branch.root)
    assert "secret" not in str(refused.value)


def test_signers_that_are_committed_are_refused(shop):
    own = access(shop.branch.root)
    listed = shop.branch.root / "allowed_signers"
    listed.write_text(own.signers.text)
    assert access(shop.branch.root, allowed_signers=listed)
    git(shop.branch.root, "add", "--force", "allowed_signers")
    with pytest.raises(Refusal, match="is committed"):
        access(shop.branch.root, allowed_signers=listed)


def test_no_clone_is_needed_to_read(shop, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert access(empty, shop.url, shop.keys.allowed_signers).keys is None
    with pytest.raises(Refusal, match="name one by --repo URL"):
        access(empty, None, shop.keys.allowed_signers)


def test_without_origin_there_is_nowhere_to_publish(shop):
    git(shop.branch.root, "remote", "remove", "origin")
    with pytest.raises(Refusal, match="no remote `origin`"):
        access(shop.branch.root)


def test_somebody_asks(shop):
    assert somebody(shop.branch.root, "Ada") == "Ada"
    git(shop.branch.root, "config", "user.name", "Grace")
    assert somebody(shop.branch.root, None) == "Grace"
    git(shop.branch.root, "config", "--unset", "user.name")
    git(shop.branch.root, "config", "user.name", "")
    with pytest.raises(Refusal, match="who asks"):
        somebody(shop.branch.root, None)
