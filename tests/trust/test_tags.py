import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandbox import git

from mainstay.trust import tags
from mainstay.trust.tags import Assignment, Release

numbers = st.integers(0, 999_999_999)
releases = st.builds(lambda *n: Release("v{}.{}.{}".format(*n)), numbers, numbers, numbers)
channels = st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
assignments = st.builds(Assignment, channels, st.integers(1, 10**18 - 1))


@given(releases | assignments)
def test_what_is_written_is_read(tag):
    assert tags.parse(tag.name) == tag


@given(st.text(max_size=30))
def test_whatever_is_read_is_written_the_same(text):
    for name in (text, f"churn@{text}", f"churn#{text}", f"churn#production#{text}"):
        tag = tags.parse(name)
        assert tag is None or tag.name == name


OTHERS = """churn churn@ churn@1.2.3 churn@v1.2 churn@v01.2.3 churn@v1.2.3-rc1 churn@v1.2.3! churn@v1.2.3#1
other@v1.2.3 churn# churn#production churn#production# churn#production#0 churn#production#07 churn#production#-1
churn#production!#7 churn#Production#7 churn##7 churn#-a#7 churn#a#1000000000000000000 other#production#7"""


@pytest.mark.parametrize("name", OTHERS.split())
def test_other_names_are_neither(name):
    assert tags.parse(name) is None
    assert tags.parse(f"{name}\n") is None


@given(releases, st.sampled_from(["major", "minor", "patch"]))
def test_the_next_release_is_above_all(release, bump):
    after = release.numbers
    if max(after) == 999_999_999:
        return
    assert tags.next_release([release.name, "churn@v0.0.1"], bump).numbers > after


def test_the_first_release_is_v1():
    assert tags.next_release(["churn#staging#1", "unrelated"], "patch") == Release("v1.0.0")


@pytest.mark.parametrize(("bump", "version"), [("major", "v2.0.0"), ("minor", "v1.11.0"), ("patch", "v1.10.4")])
def test_versions_are_ordered_as_numbers(bump, version):
    assert tags.next_release(["churn@v1.9.9", "churn@v1.10.3"], bump) == Release(version)


def test_one_counter_for_all_channels_and_those_that_gto_ended():
    names = ["churn#staging#3", "churn#production#4", "churn#production!#5", "churn@v9.0.0", "other#x#77"]
    assert tags.next_assignment(names, "staging") == Assignment("staging", 6)
    assert tags.next_assignment([], "staging") == Assignment("staging", 1)


def test_the_highest_counter_serves():
    names = ["churn#production#9", "churn#production#10", "churn#staging#11", "churn#production!#12"]
    assert tags.newest(names, "production") == Assignment("production", 10)
    assert tags.newest(names, "elsewhere") is None


@pytest.mark.parametrize("make", [lambda: Release("1.2.3"), lambda: Assignment("A", 1), lambda: Assignment("a", 0)])
def test_misspelt_tags_cannot_be_made(make):
    with pytest.raises(ValueError, match="wanted"):
        make()


def test_gto_reads_the_same(tagged):
    from gto.api import show

    tagged.release("v1.1.0").promote("v1.1.0", "staging", 2).promote("v1.1.0", counter=3)
    tagged.roll_back("v1.0.0", 4, earlier=1)
    names = git(tagged.root, "tag", "--list").split()
    row = show(str(tagged.root))["churn"]
    assert row["version"] == tags.releases(names)[-1].version == "v1.1.0"
    serves = {channel: tagged.promotions[tags.newest(names, channel).counter].release for channel in row["stage"]}
    assert row["stage"] == serves
    assert serves == {"production": "v1.0.0", "staging": "v1.1.0"}
