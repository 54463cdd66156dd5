"""Runs a workflow of a clone under act, on the host, with stand-ins for the actions that are not ours."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).parent
STAND_INS = HERE / "stand-ins"


@dataclass(frozen=True)
class Ran:
    """What act said: job -> result, (job, step's name) -> result, and everything printed."""

    jobs: dict[str, str]
    steps: dict[tuple[str, str], str]
    printed: str


def uses(folder: Path) -> set[str]:
    """Every `uses:` of workflows and local actions, as written."""
    files = [*folder.glob(".github/workflows/*.yaml"), *folder.glob(".github/actions/*/action.yml")]
    return {u for file in files for u in _uses(yaml.safe_load(file.read_text()))}


def _uses(node: object):
    if isinstance(node, dict):
        if isinstance(node.get("uses"), str):
            yield node["uses"]
        for value in node.values():
            yield from _uses(value)
    elif isinstance(node, list):
        for value in node:
            yield from _uses(value)


@dataclass(frozen=True)
class Settings:
    """What a repository's settings hold: variables and secrets."""

    variables: dict[str, str]
    secrets: dict[str, str]


NONE = Settings({}, {})


def run(
    folder: Path, workflow: str, name: str, event: dict, scratch: Path, settings: Settings = NONE, **environment: str
) -> Ran:
    """Runs `.github/workflows/<workflow>.yaml` of the clone at `folder` for an event."""
    payload = scratch / "event.json"
    payload.write_text(json.dumps(event))
    stood_in = [
        f"{used}={STAND_INS / 'actions' / used.split('@')[0].split('/')[1]}"
        for used in sorted(uses(folder))
        if not used.startswith("./")
    ]
    command = [
        str(Path(sys.executable).parent / "act"), name, "--eventpath", str(payload),
        "--workflows", f".github/workflows/{workflow}.yaml", "--platform", "ubuntu-latest=-self-hosted",
        "--no-skip-checkout", "--action-cache-path", str(scratch / "actions"), "--actor", "alice",
        "--no-cache-server", "--secret", "GITHUB_TOKEN=fake", "--json",
        *(f"--local-repository={pair}" for pair in stood_in),
        *(f"--secret={key}={value}" for key, value in settings.secrets.items()),
        *(f"--var={key}={value}" for key, value in settings.variables.items()),
        *(f"--env={key}={value}" for key, value in environment.items()),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, env=_outside(scratch), capture_output=True, text=True, check=False)
    return _read(done.stdout + done.stderr)


def _outside(scratch: Path) -> dict[str, str]:
    """All that a job may see of the machine it runs on."""
    return {
        "PATH": f"{STAND_INS / 'bin'}:{os.environ['PATH']}",
        "HOME": str(scratch),
        "PYTHON": sys.executable,
        "TESTS_VENV": sys.prefix,
        "STAND_INS": str(STAND_INS),
        "DVC_SITE_CACHE_DIR": str(scratch / "dvc-site"),
        "DVC_GLOBAL_CONFIG_DIR": str(scratch / "dvc-global"),
        "DVC_NO_ANALYTICS": "1",
        "GIT_CONFIG_GLOBAL": str(scratch / "gitconfig"),
    }


def _read(output: str) -> Ran:
    jobs, steps, printed = {}, {}, []
    for line in output.splitlines():
        said = json.loads(line) if line.startswith("{") else {"msg": line}
        printed.append(said.get("msg", "").rstrip("\n"))
        if "jobResult" in said:
            jobs[said["jobID"]] = said["jobResult"]
        elif "stepResult" in said and said.get("stage") == "Main" and len(said.get("stepID", [])) == 1:
            steps[said["jobID"], said["step"]] = said["stepResult"]
    return Ran(jobs, steps, "\n".join(printed))
