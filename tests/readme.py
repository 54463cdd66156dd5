"""The README's copy of what `mainstay show` prints of the committed metrics. `make readme` writes it anew."""

import re
import subprocess
import sys
from pathlib import Path

from imports import ROOT

SHOWN = re.compile(r"<!-- mainstay show -->\n```\n(.*?)```\n", re.DOTALL)


def show_committed():
    """What `mainstay show` prints at the top of the project, without spaces at the ends of lines."""
    command = [str(Path(sys.executable).parent / "mainstay"), "show"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return "".join(line.rstrip() + "\n" for line in printed.splitlines())


def main():
    path = ROOT / "README.md"
    block = f"<!-- mainstay show -->\n```\n{show_committed()}```\n"
    path.write_text(SHOWN.sub(lambda _: block, path.read_text(), count=1))


if __name__ == "__main__":
    main()
