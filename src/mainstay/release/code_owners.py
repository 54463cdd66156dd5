"""CODEOWNERS: who owns a file, by the rules of GitHub: the last line whose pattern fits it."""

from __future__ import annotations

from collections.abc import Iterator

from pathspec import GitIgnoreSpec


def owners(text: str, path: str) -> frozenset[str]:
    """The logins, in lower case, that own `path`. Teams and addresses are left out: who they are cannot be asked."""
    found: list[str] = []
    for pattern, names in _rules(text):
        if GitIgnoreSpec.from_lines([pattern]).match_file(path):
            found = names
    return frozenset(name[1:].lower() for name in found if name.startswith("@") and "/" not in name)


def _rules(text: str) -> Iterator[tuple[str, list[str]]]:
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if words:
            yield words[0], words[1:]
