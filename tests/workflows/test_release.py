"""From a merge to production and back, by real syncers that follow a bare repository."""

import hashlib
import itertools
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import act
import pytest
import sandbox
import yaml
from company import Company
from fleet import fleet
from lived import TODAY, lived
from loopback_github import GitHub, serving

from mainstay.trust import keys
from mainstay.trust.signers import ROLES

NUMBERS = itertools.count(1)


@dataclass
class Team:
    """A company with a bare repository, keys, a GitHub of its own, and the folder where its servers keep copies."""

    company: Company
    github: GitHub
    keys: keys.Keys
    slots: Path

    def settings(self, urls: dict[str, str], timeout_s: float = 60) -> act.Settings:
        variables = {f"{channel.upper()}_URL": url for channel, url in urls.items()}
        variables |= {"RUNNER": "ubuntu-latest", "WAIT_TIMEOUT_S": str(timeout_s)}
        variables["ALLOWED_SIGNERS"] = self.keys.allowed_signers.read_text()
        secrets = {f"{role.upper().replace('-', '_')}_KEY": self.keys.of(role).read_text() for role in ROLES}
        return act.Settings(variables, secrets)

    def servers(self, **who: tuple[str, ...]):
        params = self.company.scratch / "sync.yaml"
        document = yaml.safe_load((sandbox.ROOT / "params.yaml").read_text())
        document["sync"] |= {"poll_s": 0.5, "min_gap_s": 0.1, "max_backoff_s": 0.5}
        document["serve"] |= {"poll_s": 0.1, "sweep_s": 0.1, "request_timeout_s": 1.0}
        params.write_text(yaml.safe_dump(document))
        return fleet(self.company.origin, self.slots, self.keys.allowed_signers, params, **who)

    def release(self, timeout_s: float = 60, **who: tuple[str, ...]) -> act.Ran:
        with self.servers(**who) as urls:
            return self.company.release(self.github, self.settings(urls, timeout_s))

    def tags(self) -> list[str]:
        return sandbox.git(self.company.origin, "tag", "--list", "churn*").split()

    def serves(self) -> dict[str, str]:
        """Channel -> version, as `mainstay status` has it."""
        command = [
            str(Path(sys.executable).parent / "mainstay"), "status", "--json", "--repo", str(self.company.origin),
            "--allowed-signers", str(self.keys.allowed_signers),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return {event["channel"]: event["release"] for event in json.loads(done.stdout)["events"]}

    def copy(self) -> "Team":
        """The same team in another world."""
        number = next(NUMBERS)
        origin, slots = (self.company.scratch / f"{name}-{number}" for name in ("bare", "slots"))
        shutil.copytree(self.company.origin, origin)
        if self.slots.exists():
            shutil.copytree(self.slots, slots, symlinks=True)
        return Team(replace(self.company, origin=origin), GitHub(origin), self.keys, slots)


@pytest.fixture(scope="module")
def first(company):
    """A team after its first release, and how that went."""
    config = f"[core]\n    remote = team\n['remote \"team\"']\n    url = {company.scratch / 'remote'}\n"
    params = yaml.safe_load((company.origin / "params.yaml").read_text())
    params["sync"] |= {"poll_s": 0.5}
    bare = company.with_main({".dvc/config": config, "params.yaml": yaml.safe_dump(params, sort_keys=False)})
    team = Team(
        bare, GitHub(bare.origin), keys.make(company.scratch / "keys", "example.org"), company.scratch / "slots"
    )
    with serving(team.github):
        yield team, team.release()


@pytest.fixture(scope="module")
def merged(first):
    """The team after that, with the improving branch merged."""
    team = first[0].copy()
    listed = sandbox.git(team.company.origin, "diff", "--name-only", "main~1...improving").split()
    files = {name: sandbox.git(team.company.origin, "show", f"improving:{name}") for name in listed}
    files["params.yaml"] = sandbox.git(team.company.origin, "show", "improving:params.yaml").replace(
        "poll_s: 5.0", "poll_s: 0.5"
    )
    team.company.push("main", "main", files)
    return team


@pytest.fixture
def team(merged):
    own = merged.copy()
    with serving(own.github):
        yield own


def test_a_first_release_has_no_champion_to_beat(first):
    team, ran = first
    assert ran.jobs == {"release": "success", "staging": "success", "production": "success"}, ran.printed[-8000:]
    assert team.serves()["production"] == team.serves()["staging"] == "v1.0.0"


def test_a_merge_ends_in_production_and_a_second_run_of_it_does_nothing(team):
    ran = team.release()
    assert ran.jobs == {"release": "success", "staging": "success", "production": "success"}, ran.printed[-8000:]
    version = newest(team)
    assert version != "v1.0.0"
    assert team.serves() == {"staging": version, "production": version}
    copy = (team.slots / "production/current/model.onnx").read_bytes()
    made = team.github.releases[f"churn@{version}"]
    assert {asset["name"] for asset in made["assets"]} == {"model.onnx", "manifest.json", "report.html"}
    assert team.github.assets[made["tag_name"], "model.onnx"] == copy
    assert json.loads(team.github.assets[made["tag_name"], "manifest.json"])["model"]["sha256"] == sha256(copy)
    assert sha256(copy) in attested(team)
    for channel in ("staging", "production"):
        told = json.loads(kept(team, f"acceptance-{channel}").read_text())
        assert (told["answer"], told["release"], told["model"]) == ("pass", version, sha256(copy))
    assert left_behind(ran) == []
    before = team.tags()
    again = team.release()
    assert again.jobs["release"] == "success" and "no change, nothing released" in again.printed
    assert again.jobs.get("staging", "skipped") == again.jobs.get("production", "skipped") == "skipped"
    assert team.tags() == before and len(team.github.releases) == 1


def test_a_staging_that_never_reports_stops_the_release(team):
    ran = team.release(asleep=("staging",), timeout_s=3)
    assert ran.jobs["staging"] == "failure"
    assert ran.steps["staging", "wait until the server reports it"] == "failure"
    assert "runs v1.0.0, wanted" in ran.printed
    assert ran.jobs.get("production", "skipped") == "skipped"
    assert team.serves()["production"] == "v1.0.0"
    assert left_behind(ran) == []
    resumed = team.release()  # staging is mended, and the job is run again
    assert "no change, nothing released" in resumed.printed
    assert resumed.jobs == {"release": "success", "staging": "success", "production": "success"}, resumed.printed[
        -8000:
    ]
    assert team.serves()["production"] == newest(team)


@pytest.mark.slow
def test_a_staging_that_answers_wrongly_is_not_accepted_and_production_never_hears_of_it(team):
    ran = team.release(lying=("staging",))
    assert ran.steps["staging", "wait until the server reports it"] == "success"
    assert ran.steps["staging", "accept"] == "failure", ran.printed[-8000:]
    assert "otherwise than signed" in ran.printed
    assert ran.jobs.get("production", "skipped") == "skipped"
    assert team.serves() == {"staging": newest(team), "production": "v1.0.0"}
    assert json.loads(kept(team, "acceptance-staging").read_text())["answer"] == "fail"


def test_a_production_that_is_not_accepted_goes_back_and_stays_there(team):
    ran = team.release(asleep=("production",), timeout_s=3)
    assert ran.jobs["production"] == "failure"
    assert ran.jobs["rollback"] == "success", ran.printed[-8000:]
    assert team.serves() == {"staging": newest(team), "production": "v1.0.0"}
    assert "its acceptance failed in run" in sandbox.git(
        team.company.origin, "tag", "-n9", "--list", "churn#production*"
    )
    again = team.release()
    assert again.jobs["release"] == "success"
    assert team.serves()["production"] == "v1.0.0", "what was gone back from is not brought back by the next run"


@pytest.mark.slow
def test_a_person_goes_back_by_hand(team):
    team.release()
    with team.servers() as urls:
        ran = team.company.roll_back(
            team.github, team.settings(urls), channel="production", to="", why="`it` $(is) worse"
        )
    assert ran.jobs == {"rollback": "success"}, ran.printed[-8000:]
    assert team.serves()["production"] == "v1.0.0"
    assert "`it` $(is) worse" in sandbox.git(team.company.origin, "tag", "-n9", "--list", "churn#production*")


@pytest.mark.parametrize("unset", ["STAGING_URL", "PRODUCTION_URL", "RUNNER"])
def test_where_it_is_not_set_where_releases_go_nothing_is_released(team, unset):
    settings = team.settings({"staging": "http://127.0.0.1:9", "production": "http://127.0.0.1:9"})
    del settings.variables[unset]
    before = team.tags()
    ran = team.company.release(team.github, settings)
    assert ran.jobs["release"] == "failure" and "settings: set STAGING_URL" in ran.printed
    assert ran.steps["release", "know where it goes"] == "failure"
    assert team.tags() == before


def test_without_its_key_nothing_is_released(team):
    settings = team.settings({"staging": "http://127.0.0.1:9", "production": "http://127.0.0.1:9"})
    settings.secrets["RELEASE_KEY"] = ""
    before = team.tags()
    ran = team.company.release(team.github, settings)
    assert ran.jobs["release"] == "failure" and "holds no key for release" in ran.printed
    assert team.tags() == before


@pytest.fixture
def watching(tmp_path):
    """A run of watch.yaml of a team, with the variables of a release and some more."""

    def watch(team, urls, variables):
        settings = team.settings(urls)
        settings.variables.update(variables)
        return team.company.watch(team.github, settings, TODAY=TODAY)

    return watch


NOWHERE = {"staging": "http://127.0.0.1:9", "production": "http://127.0.0.1:9"}


def test_a_watch_that_is_told_nowhere_to_look_is_red_and_says_so(team, watching):
    ran = watching(team, NOWHERE, {})
    assert ran.jobs["watch"] == "failure" and ran.jobs["tell"] == "success", ran.printed[-8000:]
    assert ran.jobs.get("rollback", "skipped") == ran.jobs.get("retrain", "skipped") == "skipped"
    assert "watched: set WATCH_LOG" in ran.printed
    assert [issue["title"] for issue in team.github.issues.values()] == ["watch: could-not-watch"]


@pytest.mark.slow
def test_a_release_that_is_provably_worse_is_gone_back_from_by_the_watch_alone(team, watching, tmp_path):
    released = team.release()
    assert released.jobs["production"] == "success", released.printed[-8000:]
    version, where = newest(team), {"repo": str(team.company.origin), "allowed_signers": team.keys.allowed_signers}
    known = lived(tmp_path / "lived", team.company.scratch / "remote", worse=1.5, **where)
    with team.servers() as urls:
        ran = watching(team, urls, known.variables)
    assert ran.jobs == {"watch": "failure", "rollback": "success", "tell": "success"}, ran.printed[-8000:]
    assert team.serves() == {"staging": version, "production": "v1.0.0"}
    (issue,) = team.github.issues.values()
    assert issue["title"] == "watch: previous-better" and f"than {version}" in issue["body"]
    with team.servers() as urls:
        again = watching(team, urls, known.variables)
    assert again.jobs.get("rollback", "skipped") == "skipped", "what was seen of another release is no evidence"
    assert team.serves()["production"] == "v1.0.0"


def newest(team):
    return max(tag.removeprefix("churn@") for tag in team.tags() if tag.startswith("churn@"))


def attested(team):
    return [path.read_text().strip() for path in (team.company.scratch / "artifacts").glob("*/attested")]


def kept(team, name):
    """The newest artifact of a name: what an acceptance came to."""
    return max((team.company.scratch / "artifacts").glob(f"*/{name}/acceptance.json"), key=lambda p: p.stat().st_mtime)


def left_behind(ran):
    """Of the private keys that a run put on disk, those that are still there."""
    put = [Path(path) for path in re.findall(r"(/\S+/mainstay-keys/\S+): put", ran.printed)]
    assert put
    return [path for path in put if path.exists()]


def sha256(data):
    return hashlib.sha256(data).hexdigest()
