"""What act does not reproduce is read off the workflows' files: rights, triggers, pins, and what a step may be."""

import re

import act
import pytest
import yaml
from imports import ROOT

FOLDER = ROOT / ".github"
WORKFLOWS = {path.stem: path.read_text() for path in sorted((FOLDER / "workflows").glob("*.yaml"))}
ACTIONS = {path.parent.name: path.read_text() for path in sorted((FOLDER / "actions").glob("*/action.yml"))}
ON = True  # what YAML 1.1 makes of the key `on`

PINS = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/setup-python": ("ece7cb06caefa5fff74198d8649806c4678c61a1", "v6.3.0"),
    "actions/cache": ("27d5ce7f107fe9357f9df03efb73ab90386fccae", "v5.0.5"),
    "actions/upload-artifact": ("bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0"),
    "actions/attest-build-provenance": ("a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32", "v4.1.0"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
}
COMMAND = re.compile(r"(make|\.venv/bin/dvc|\.venv/bin/mainstay|cml)( [\w./=-]+)+ ?")
VARIABLE = re.compile(r'"(pr/)?\$[A-Z_]+"')


def parsed(name):
    return yaml.safe_load(WORKFLOWS[name])


def jobs():
    """Those with steps; the others call a workflow that has them."""
    found = [(name, job) for name in WORKFLOWS for job, what in parsed(name)["jobs"].items() if "steps" in what]
    return [pytest.param(name, job, id=f"{name}-{job}") for name, job in found]


def steps(name, job):
    return parsed(name)["jobs"][job]["steps"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_has_no_rights_of_its_own_and_one_run_at_a_time(name):
    assert parsed(name)["permissions"] == {}
    assert "github" in parsed(name)["concurrency"]["group"]


RIGHTS = {
    ("check", "test"): {"contents": "read"},
    ("report", "candidate"): {"contents": "read"},
    ("judge", "judge"): {"actions": "read", "contents": "read", "issues": "read", "pull-requests": "read"},
    ("judge", "post"): {"checks": "write", "contents": "read", "pull-requests": "write"},
    ("release", "release"): {"attestations": "write", "contents": "write", "id-token": "write"},
    ("release", "staging"): {"contents": "write"},
    ("release", "production"): {"contents": "write"},
    ("rollback", "rollback"): {"contents": "write"},
    ("retrain", "retrain"): {"contents": "read"},
    ("watch", "watch"): {"contents": "read"},
    ("watch", "tell"): {"contents": "read", "issues": "write"},
}


@pytest.mark.parametrize(("name", "job"), [*jobs()])
def test_a_job_has_the_rights_it_needs_and_an_end(name, job):
    assert parsed(name)["jobs"][job]["permissions"] == RIGHTS[name, job]
    assert 0 < parsed(name)["jobs"][job]["timeout-minutes"] <= 60


def test_what_a_branch_can_rewrite_starts_without_rights_and_the_verdict_by_the_default_branch():
    assert set(parsed("report")[ON]) == {"pull_request", "merge_group"}
    assert parsed("judge")[ON] == {"workflow_run": {"workflows": ["report"], "types": ["completed"]}}
    assert parsed("report")["name"] == "report"
    assert "pull_request_target:" not in "".join(WORKFLOWS.values())
    assert "secrets." not in WORKFLOWS["check"] + WORKFLOWS["report"] + WORKFLOWS["judge"]
    assert "token" not in WORKFLOWS["check"] + WORKFLOWS["report"]


def test_the_judge_takes_code_from_the_default_branch_alone():
    for job in ("judge", "post"):
        (checkout,) = [s for s in steps("judge", job) if s.get("uses", "").startswith("actions/checkout@")]
        assert checkout["with"]["ref"] == "${{ github.event.repository.default_branch }}"


def test_the_check_is_set_whatever_happens_and_succeeds_only_with_all_of_the_judge():
    post = parsed("judge")["jobs"]["post"]
    assert (post["if"], post["needs"]) == ("${{ always() }}", "judge")
    assert post["env"]["CONCLUSION"] == "${{ needs.judge.result == 'success' && 'success' || 'failure' }}"
    assert not any(step.get("continue-on-error") for step in steps("judge", "judge"))
    (check,) = [s for s in post["steps"] if s.get("run", "").startswith("cml check")]
    assert "if" not in check and "--title mainstay/gate" in check["run"] and '"$CONCLUSION"' in check["run"]


@pytest.mark.parametrize(("name", "job"), jobs())
def test_a_checkout_leaves_no_token_behind(name, job):
    for step in steps(name, job):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize(("name", "job"), jobs())
def test_a_step_is_one_command_that_a_laptop_has_too(name, job):
    """And what a stranger may write reaches it through `env:` alone: an expression would not fit."""
    for step in steps(name, job):
        if "run" in step:
            assert COMMAND.fullmatch(VARIABLE.sub("x", step["run"]).strip()), step["run"]


TOKEN = "SERVER_TOKEN"  # noqa: S105  a name
"""By which predictions may be asked for; no key."""

KEYS = {
    ("release", "release"): ("release", {"RELEASE_KEY"}),
    ("release", "staging"): ("staging", {"PROMOTE_STAGING_KEY", "ACCEPT_KEY", TOKEN}),
    ("release", "production"): ("production", {"PROMOTE_PRODUCTION_KEY", TOKEN}),
    ("rollback", "rollback"): ("rollback", {"ROLLBACK_KEY"}),
}
"""Job -> its protected environment, and the secrets of that which it may see."""

TOKENS = {("retrain", "retrain"): ("retrain", {"RETRAIN_TOKEN"}, "cml pr create ")}
"""Likewise for what opens pull requests, with the one command that may see it."""


@pytest.mark.parametrize(("name", "job"), jobs())
def test_a_key_is_seen_by_one_step_of_the_job_whose_environment_keeps_it_and_is_removed(name, job):
    if (name, job) in TOKENS:
        return
    environment, wanted = KEYS.get((name, job), (None, set()))
    assert parsed(name)["jobs"][job].get("environment") == environment
    assert set(re.findall(r"secrets\.(\w+)", yaml.safe_dump(parsed(name)["jobs"][job]))) == wanted
    asking = [step["name"] for step in steps(name, job) if f"secrets.{TOKEN}" in yaml.safe_dump(step)]
    assert asking == ["accept"] * (TOKEN in wanted)
    seen = [step for step in steps(name, job) if re.search(r"secrets\.\w+_KEY", yaml.safe_dump(step))]
    assert all(step["run"].startswith(".venv/bin/mainstay keys put ") for step in seen)
    assert len(seen) == len(wanted - {TOKEN})
    assert all(step["env"]["KEYS"] == "${{ runner.temp }}/mainstay-keys" for step in seen), "not in the workspace"
    dropped = [step for step in steps(name, job) if step.get("run", "").startswith(".venv/bin/mainstay keys drop ")]
    assert [step["if"] for step in dropped] == ["${{ always() }}"] * bool(wanted)


@pytest.mark.parametrize(("name", "job"), TOKENS)
def test_a_token_of_a_team_s_own_is_seen_by_the_one_command_that_needs_it(name, job):
    environment, wanted, command = TOKENS[name, job]
    assert parsed(name)["jobs"][job]["environment"] == environment
    (seen,) = [step for step in steps(name, job) if "secrets." in yaml.safe_dump(step)]
    assert seen["run"].startswith(command) and set(re.findall(r"secrets\.(\w+)", yaml.safe_dump(seen))) == wanted


def test_a_retrained_model_is_proposed_after_all_checks_of_its_rows_and_starts_checks_of_its_own():
    named = [step.get("run", "") for step in steps("retrain", "retrain")]
    order = ["make rows", ".venv/bin/mainstay ingest", "make rebuild", ".venv/bin/dvc push"]
    order += [".venv/bin/mainstay propose", "cml pr create"]
    at = [next(i for i, run in enumerate(named) if run.startswith(command)) for command in order]
    assert at == sorted(at) and not any(step.get("continue-on-error") for step in steps("retrain", "retrain"))
    assert "skip ci" not in WORKFLOWS["retrain"] and "--message" in named[at[-1]]
    assert set(parsed("retrain")[ON]) == {"schedule", "repository_dispatch", "workflow_dispatch", "workflow_call"}


def test_the_watch_goes_back_or_trains_again_only_by_the_ways_there_are_and_tells_whatever_happens():
    all_jobs = parsed("watch")["jobs"]
    for action in ("rollback", "retrain"):
        assert all_jobs[action]["uses"] == f"./.github/workflows/{action}.yaml"
        assert all_jobs[action]["if"] == f"${{{{ always() && needs.watch.outputs.decision == '{action}' }}}}"
        assert all_jobs[action]["permissions"] == RIGHTS[action, action]
    assert (all_jobs["tell"]["if"], all_jobs["tell"]["needs"]) == ("${{ always() }}", "watch")
    assert "secrets." not in yaml.safe_dump([all_jobs["watch"], all_jobs["tell"]])
    assert set(parsed("watch")[ON]) == {"schedule", "workflow_dispatch"}
    assert not any(step.get("continue-on-error") for step in steps("watch", "watch"))
    first = next(step["run"] for step in steps("watch", "watch") if "run" in step)
    assert first == "make watched", "what is not set is said before anything is looked at"


def test_the_key_that_releases_is_there_for_no_code_but_ours_and_after_all_building():
    named = [step.get("id") or step.get("run") or step["uses"] for step in steps("release", "release")]
    at = named.index("release")
    assert "keys put" in named[at - 1] and "keys drop" in named[at + 1]
    assert any("make rebuild" in said for said in named[: at - 1])


def test_releases_wait_for_one_another_and_a_rollback_for_none_of_them():
    release, rollback = parsed("release")["concurrency"], parsed("rollback")["concurrency"]
    assert release["cancel-in-progress"] is rollback["cancel-in-progress"] is False
    assert release["group"].split("-")[0] != rollback["group"].split("-")[0]
    assert parsed("release")[ON] == {"push": {"branches": ["main"]}, "workflow_dispatch": None}


def test_production_comes_after_staging_and_goes_back_only_by_the_one_way_there_is():
    all_jobs = parsed("release")["jobs"]
    assert all_jobs["staging"]["needs"] == "release" and all_jobs["production"]["needs"] == ["release", "staging"]
    assert all_jobs["rollback"]["uses"] == "./.github/workflows/rollback.yaml"
    assert all_jobs["rollback"]["permissions"] == RIGHTS["rollback", "rollback"]
    condition = all_jobs["rollback"]["if"]
    assert "always()" in condition and "needs.production.result != 'success'" in condition
    for channel in ("staging", "production"):
        done = [step.get("name") for step in steps("release", channel)]
        wanted = ["promote", "wait until the server reports it", "accept"]
        assert [name for name in done if name in wanted] == wanted
        assert not any(step.get("continue-on-error") for step in steps("release", channel))


def test_a_watermark_is_one_that_the_client_finds_again():
    (comment,) = [s["run"] for s in steps("judge", "post") if s.get("run", "").startswith("cml comment")]
    assert "--publish=false" in comment
    assert re.search(r"--watermark-title [a-z0-9-]+ ", comment)


@pytest.mark.parametrize("used", sorted(act.uses(ROOT)))
def test_an_action_is_ours_or_pinned_to_a_commit(used):
    if used.startswith("./"):
        assert (ROOT / used / "action.yml").exists() or used.endswith(".yaml")
        return
    action, commit = used.split("@")
    assert commit == PINS[action][0]
    written = "\n".join([*WORKFLOWS.values(), *ACTIONS.values()])
    assert set(re.findall(rf"{used}(.*)", written)) == {f" # {PINS[action][1]}"}


def test_whoever_answers_for_the_judge_owns_what_it_stands_on():
    owned = {line.split()[0] for line in (FOLDER / "CODEOWNERS").read_text().splitlines() if line[:1] == "/"}
    assert {"/.github/", "/src/mainstay/", "/params.yaml", "/data/contract.yaml", "/dvc.yaml"} <= owned
