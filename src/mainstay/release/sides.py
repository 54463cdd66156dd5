"""What a branch and its base measure by, read off their files: parameters, contract, test rows."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from mainstay import params as parameters
from mainstay.refusal import Refusal
from mainstay.release import stored
from mainstay.release.git import Repository
from mainstay.release.judge import Rows
from mainstay.release.lock import FILE, TEST, Output, outputs
from mainstay.release.ruler import SECTIONS, Ruler
from mainstay.rows import contract_file
from mainstay.rows.contract import Contract
from mainstay.rows.table import read_frame

PARAMS, CONTRACT = "params.yaml", "data/contract.yaml"


def of_head(params: Path, contract: Contract) -> Ruler:
    """The branch's. Raises Refusal where a section is missing or wrong: it is here to be mended."""
    return Ruler(contract, **{section: parameters.load(params, section) for section in SECTIONS})


def of_base(repository: Repository, commit: str) -> Ruler:
    """The base's; None for each part that is not there or that this code cannot read."""
    with tempfile.TemporaryDirectory(prefix="mainstay-base-") as folder:
        path = Path(folder) / PARAMS
        path.write_bytes(repository.file(commit, PARAMS) or b"")
        sections = {section: _section(path, section) for section in SECTIONS}
    return Ruler(_contract(repository.file(commit, CONTRACT)), **sections)


def rows(path: Path) -> Rows:
    """The table at `path`. Raises Refusal where it cannot be read."""
    frame = read_frame(path)
    return Rows(frame, hashlib.sha256(path.read_bytes()).hexdigest(), str(path))


def base_test(repository: Repository, commit: str) -> Output | None:
    """The base's test rows as its dvc.lock names them; None where it has none."""
    text = repository.file(commit, FILE)
    return None if text is None else outputs(text, f"{FILE} of {commit[:10]}").get(TEST)


def base_rows(repository: Repository, commit: str, output: Output) -> Rows | None:
    """The base's test rows; None where their bytes are nowhere."""
    data = stored.read(repository, output, commit)
    if data is None:
        return None
    with tempfile.TemporaryDirectory(prefix="mainstay-base-") as folder:
        path = Path(folder) / Path(TEST).name
        path.write_bytes(data)
        frame = read_frame(path)
    return Rows(frame, hashlib.sha256(data).hexdigest(), f"{TEST} of the base")


def _section(path: Path, name: str) -> parameters.Section | None:
    try:
        return parameters.load(path, name)
    except Refusal:
        return None


def _contract(text: bytes | None) -> Contract | None:
    try:
        return None if text is None else contract_file.parse(text.decode("utf-8"), CONTRACT)
    except (Refusal, UnicodeDecodeError):
        return None
