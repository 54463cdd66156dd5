import threading

import pytest
from shipped import digests

from mainstay.refusal import Refusal
from mainstay.trust.fetch import Remote, Source, Wanted, fetch, remote_of

DATA = b"a model" * 1000
WANTED = Wanted(**digests(DATA))
TIMEOUT_S = 30
CONFIG = """[core]
    remote = embedded
    autostage = true
['remote "embedded"']
    url = {url}
    verify = true
['remote "other"']
    url = s3://other
"""


def source(data, name="here"):
    return Source(name, lambda limit: data[:limit])


def test_what_a_lock_file_names_is_believed_by_its_md5():
    wanted = Wanted(WANTED.md5, None, WANTED.size)
    assert fetch(wanted, [source(DATA)], TIMEOUT_S) == DATA
    with pytest.raises(Refusal, match="has md5"):
        fetch(wanted, [source(DATA[:-1] + b"!")], TIMEOUT_S)


def absent(limit):
    raise FileNotFoundError("x")


def test_bytes_are_read_from_where_dvc_lays_them(tmp_path):
    path = tmp_path / "files/md5" / WANTED.md5[:2] / WANTED.md5[2:]
    path.parent.mkdir(parents=True)
    path.write_bytes(DATA)
    assert fetch(WANTED, [Remote(str(tmp_path)).source(WANTED)], TIMEOUT_S) == DATA
    assert fetch(WANTED, [Remote(f"file://{tmp_path}/").source(WANTED)], TIMEOUT_S) == DATA


def test_a_source_that_lacks_or_spoils_them_is_passed_over():
    spoilt = source(DATA[:-1] + b"!")
    assert fetch(WANTED, [Source("none", absent), spoilt, source(DATA)], TIMEOUT_S) == DATA


def test_what_every_source_said_is_told():
    short, long, spoilt = (source(d, n) for d, n in ((DATA[:9], "a"), (DATA + b"!", "b"), (DATA[:-1] + b"!", "c")))
    with pytest.raises(Refusal) as refusal:
        fetch(WANTED, [short, long, spoilt, Source("d", absent)], TIMEOUT_S)
    told = str(refusal.value).split("; ")
    assert told[0] == "a: has 9 bytes, wanted 7000"
    assert told[1] == "b: has more than 7000 bytes, wanted 7000"
    assert told[2].startswith("c: has sha256 ") and told[2].endswith(f"signed was {WANTED.sha256}")
    assert told[3] == "d: is not there (yet)"


def test_no_source_at_all_says_what_it_needs():
    with pytest.raises(Refusal, match="--remote URL"):
        fetch(WANTED, [], TIMEOUT_S)


def test_never_more_is_read_than_one_byte_above_what_was_signed():
    asked = []

    def endless(limit):
        asked.append(limit)
        return b"0" * limit

    with pytest.raises(Refusal):
        fetch(WANTED, [Source("endless", endless)], TIMEOUT_S)
    assert asked == [WANTED.size + 1]


def test_a_source_that_never_answers_is_given_up():
    hung = threading.Event()
    with pytest.raises(Refusal, match="slow: TimeoutError: no answer within"):
        fetch(WANTED, [Source("slow", lambda _: hung.wait(30))], 0.05)
    hung.set()


def test_a_kind_of_storage_that_is_not_installed_is_named():
    with pytest.raises(Refusal, match="nostorage"):
        fetch(WANTED, [Remote("nostorage://bucket").source(WANTED)], TIMEOUT_S)


def test_the_default_remote_of_the_config_is_taken():
    config = CONFIG.format(url="s3://bucket/churn\n    endpointurl = http://s3.example\n    profile = reader")
    assert remote_of(config, "https://git.example/r") == Remote(
        "s3://bucket/churn", {"client_kwargs": {"endpoint_url": "http://s3.example"}, "profile": "reader"}
    )


def test_a_relative_remote_is_beside_a_repository_that_is_here(tmp_path):
    (tmp_path / "repo/.dvc").mkdir(parents=True)
    (tmp_path / "repo/.embedded/dvc").mkdir(parents=True)
    config = CONFIG.format(url="../.embedded/dvc")
    for repository in (str(tmp_path / "repo"), f"file://{tmp_path}/repo"):
        assert remote_of(config, repository) == Remote(str(tmp_path / "repo/.embedded/dvc"))


def test_a_relative_remote_of_a_repository_elsewhere_is_refused_with_what_to_do():
    with pytest.raises(Refusal, match=r"'../.embedded/dvc' is a folder of the releasing machine.*--remote URL"):
        remote_of(CONFIG.format(url="../.embedded/dvc"), "https://git.example/r")


@pytest.mark.parametrize("config", ["", "[core]\n", "[core]\nremote = x\n", "no config", CONFIG[:30]])
def test_a_config_that_names_no_remote_is_refused(config):
    with pytest.raises(Refusal, match="names no default remote"):
        remote_of(config, "https://git.example/r")
