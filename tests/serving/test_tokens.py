import hashlib

import pytest
from click.testing import CliRunner

from mainstay.cli import verbs
from mainstay.refusal import Refusal
from mainstay.serving import tokens
from mainstay.serving.problem import Problem


def test_a_token_that_was_made_is_known_by_its_line(tmp_path):
    made = CliRunner().invoke(verbs, ["serve-token", "billing"])
    assert made.exit_code == 0 and made.stdout.endswith("  billing\n")
    token = made.stderr.strip().rpartition(" ")[2]
    (tmp_path / "tokens").write_text(f"# who may ask\n\n{'0' * 64}  other\n{made.stdout}")
    known = tokens.load(tmp_path / "tokens")
    known.check(f"Bearer {token}".encode())
    known.check(f"bearer  {token} ".encode())
    assert token not in (tmp_path / "tokens").read_text()


@pytest.mark.parametrize("header", [None, b"", b"Bearer", b"Bearer ", b"Bearer wrong", b"Basic c2VjcmV0", b"secret"])
def test_without_a_known_token_nobody_comes_in(header):
    known = tokens.Tokens((hashlib.sha256(b"secret").hexdigest(),))
    known.check(b"Bearer secret")
    with pytest.raises(Problem) as found:
        known.check(header)
    assert found.value.status == 401 and found.value.headers[0][0] == "www-authenticate"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no token"),
        ("# none\n", "holds no token"),
        ("secret billing\n", ":1: wanted a sha256"),
        (f"{'0' * 64}\n", ":1: wanted a sha256"),
        (f"{'0' * 64} a\n{'G' * 64} b\n", ":2: wanted a sha256"),
        (b"\xff", "cannot be read"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_its_line(tmp_path, text, said):
    (tmp_path / "tokens").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Refusal, match=said):
        tokens.load(tmp_path / "tokens")


@pytest.mark.parametrize("name", ["", " a", "a\nb", "x" * 101])
def test_a_name_has_to_fit_its_line(name):
    with pytest.raises(Refusal, match="wanted a line"):
        tokens.make(name)
