"""Text from a branch as one line that a terminal and a job's log take for nothing but text."""

from __future__ import annotations

import re


def harmless(text: object) -> str:
    """Without control, formatting and line characters, and without what GitHub's runner would obey."""
    line = "".join(c if c.isprintable() else " " for c in str(text))
    return re.sub(":(?=:)", ": ", " ".join(line.split())).replace("##[", "## [")
