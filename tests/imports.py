"""Which of our own modules a module imports, read from its source and not by importing it."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"


def simulated(path):
    """The simulated pipeline's own file: in a project that adopted its own data it lives on in tests/simulated."""
    kept = ROOT / "tests/simulated" / Path(path).name
    return kept if kept.exists() else ROOT / path


def modules():
    """Name -> file, of every module of ours."""
    return {_name(path): path for path in sorted(SRC.rglob("*.py"))}


def imported(path):
    """Names of our own modules that the file at `path` imports, inside functions too."""
    known, found = modules(), set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        found.update(name for name in names if name in known)
    return found


def closure(module):
    """The module and all of ours that it comes to import, with the packages they lie in."""
    known, seen, queue = modules(), set(), [module]
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        queue += imported(known[name])
        queue += [".".join(name.split(".")[:n]) for n in range(1, name.count(".") + 1)]
    return seen


def _name(path):
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
