import pytest
from tagged import promotion

from mainstay.refusal import Refusal
from mainstay.trust.signers import AllowedSigners, load, role_for, role_of


@pytest.mark.parametrize(
    ("principal", "role"),
    [
        ("release@example.org", "release"),
        ("promote-eu@x", "promote-eu"),
        ("*@x", None),
        ("!release@x", None),
        ("release", None),
    ],
)
def test_the_role_stands_before_the_at(principal, role):
    assert role_of(principal) == role


@pytest.mark.parametrize(
    ("kind", "channel", "role"),
    [
        ("promote", "production", "promote-production"),
        ("promote", "eu", "promote-eu"),
        ("accept", "accepted", "accept"),
        ("rollback", "production", "rollback"),
    ],
)
def test_who_may_sign_what(kind, channel, role):
    assert role_for(promotion(kind=kind, channel=channel)) == role


@pytest.mark.parametrize(
    ("kind", "channel"), [("accept", "production"), ("promote", "accepted"), ("rollback", "accepted")]
)
def test_kinds_and_channels_that_do_not_go_together(kind, channel):
    with pytest.raises(Refusal, match="does not take"):
        role_for(promotion(kind=kind, channel=channel))


def test_a_line_may_name_several():
    text = "# the team\n\nrelease@x,accept@x ssh-ed25519 KEY\nrollback@x ssh-ed25519 OTHER\n"
    names, lines = AllowedSigners(text, "list").of({"accept"})
    assert names == ["accept@x"] and lines == "release@x,accept@x ssh-ed25519 KEY\n"


@pytest.mark.parametrize("text", ["", "# nobody\n", "\n \n"])
def test_a_list_of_nobody_is_refused(tmp_path, text):
    path = tmp_path / "allowed_signers"
    path.write_text(text)
    with pytest.raises(Refusal, match="lists nobody"):
        load(path)


def test_a_list_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refusal, match="cannot be read"):
        load(tmp_path / "nowhere")
