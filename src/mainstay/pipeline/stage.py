"""How a stage is started: `python -m mainstay.pipeline.train model=data/model.onnx ...`, as dvc.yaml does."""

from __future__ import annotations

import gc
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from mainstay.refusal import Refusal
from mainstay.verdict import Verdict


def start(run: Callable[..., Verdict | None], *, tidy: bool = True) -> NoReturn:
    """Call `run` with the paths given as `name=path` and exit: 0 passed, 1 judged and failed, 2 bad input.

    Garbage, which waits while modules load (`pipeline/__init__.py`), is looked for from here on, if `tidy`; if not,
    the process also ends at once, as all files are closed: to take every module down in order takes a tenth of a
    second.
    """
    if tidy:
        gc.enable()
        sys.exit(_code(run))
    code = _code(run)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _code(run: Callable[..., Verdict | None]) -> int:
    """What the stage's process ends with; what is to be said of it is said."""
    try:
        verdict = run(**_paths(run, sys.argv[1:]))
    except Refusal as refusal:
        return _complain(run, str(refusal), 2)
    if verdict is None or not verdict.reasons:
        return 0
    passed = "passed, but " if verdict.answer == "pass" else ""
    return _complain(run, passed + "; ".join(verdict.reasons), verdict.exit_code)


def _paths(run: Callable[..., object], arguments: list[str]) -> dict[str, Path]:
    wanted = inspect.signature(run).parameters
    given = dict(a.split("=", 1) for a in arguments if "=" in a)
    if len(given) != len(arguments) or set(given) - set(wanted):
        raise Refusal(f"saw {' '.join(arguments)}; wanted {' '.join(f'{n}=PATH' for n in wanted)}")
    absent = [n for n, p in wanted.items() if p.default is p.empty and n not in given]
    if absent:
        raise Refusal(f"wanted {' '.join(f'{n}=PATH' for n in absent)} too; see dvc.yaml")
    return {name: Path(path) for name, path in given.items()}


def _complain(run: Callable[..., object], message: str, code: int) -> int:
    stage = Path(inspect.getfile(run)).stem
    print(f"{stage}: {message}", file=sys.stderr)
    return code
