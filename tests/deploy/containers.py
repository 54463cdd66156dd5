"""Podman with a store of its own, a Debian to build on that no registry is asked for, and containers as locked down as
a cluster's."""

import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imports import ROOT

WANTED = ("podman", "runc", "mmdebstrap", "newuidmap")
PACKAGES = "podman buildah runc netavark aardvark-dns iptables uidmap mmdebstrap"
MISSING = [tool for tool in WANTED if shutil.which(tool) is None]
CONF = """
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
netns = "host"
[engine]
runtime = "runc"
events_logger = "file"
"""
LOCKED = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "all", "--security-opt", "no-new-privileges"]  # noqa: S108
PATIENCE_S = 60


@dataclass
class Podman:
    """All that it keeps is below `root`."""

    root: Path

    def __call__(self, *arguments, check=True):
        """What it prints on both, once it has ended."""
        done = subprocess.run(
            self._command(*arguments),
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0 or not check, done.stdout[-3000:]
        return done.stdout

    def base(self):
        """An image of a Debian with Python: from the archive that MAINSTAY_BASE names, or made now."""
        archive = Path(os.environ.get("MAINSTAY_BASE", self.root / "base.tar"))
        if not archive.exists():
            packages = "python3,python3-venv,python3-pip,ca-certificates"
            command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={packages}", "bookworm", str(archive)]
            subprocess.run(command, check=True)
        self("import", archive, "localhost/base")
        return "localhost/base"

    def build(self, base, tag="mainstay", packages="serve.txt"):
        """An image of deploy/Dockerfile. Where pip needs a certificate of this machine's, it is shown it."""
        shown = []
        if certificate := os.environ.get("PIP_CERT"):
            settings = self.root / "pip.conf"
            settings.write_text("[global]\ncert = /ca.crt\n")
            shown = ["--volume", f"{certificate}:/ca.crt:ro", "--volume", f"{settings}:/etc/pip.conf:ro"]
        given = ["--build-arg", f"BASE={base}", "--build-arg", f"LIST={packages}"]
        how = ["--network", "host", *shown, *given, "--file", ROOT / "deploy/Dockerfile"]
        self("build", *how, "--tag", f"localhost/{tag}", ROOT)
        return f"localhost/{tag}"

    def size(self, image):
        return int(self("image", "inspect", "--format", "{{.Size}}", image).splitlines()[-1])

    @contextmanager
    def running(self, image, *arguments, mounts):
        """A locked down container, until the end of the block; a mount is `here:there` or `here:there:ro`."""
        volumes = [option for mount in mounts for option in ("--volume", mount)]
        output = self("run", "--detach", "--network", "host", *LOCKED, *volumes, image, *arguments)
        container = Container(self, output.splitlines()[-1])
        try:
            yield container
        finally:
            self("rm", "--force", "--time", "0", container.id, check=False)

    def _command(self, *arguments):
        return ["podman", "--root", str(self.root / "store"), "--runroot", str(self.root / "run"), *map(str, arguments)]

    def _environment(self):
        (self.root / "containers.conf").write_text(CONF)
        return os.environ | {"CONTAINERS_CONF": str(self.root / "containers.conf")}


@dataclass
class Container:
    """One that was started."""

    podman: Podman
    id: str

    @property
    def log(self):
        return self.podman("logs", self.id)

    def says(self, pattern):
        """Waits until its log does; the match."""
        end = time.monotonic() + PATIENCE_S
        while not (found := re.search(pattern, self.log)):
            assert time.monotonic() < end, self.log
            time.sleep(0.2)
        return found

    def runs(self, *command):
        """What a command prints inside it."""
        return self.podman("exec", self.id, *command, check=False)

    def ends(self):
        """Waits until it has ended well."""
        assert self.podman("wait", self.id).splitlines()[-1] == "0", self.log

    def stop(self):
        """Its exit code after SIGTERM."""
        self.podman("stop", "--time", "30", self.id)
        return int(self.podman("inspect", "--format", "{{.State.ExitCode}}", self.id).splitlines()[-1])


@contextmanager
def podman(root):
    """With a store that is gone afterwards."""
    own = Podman(root)
    try:
        yield own
    finally:
        own("rm", "--all", "--force", check=False)
        own("rmi", "--all", "--force", check=False)
        shutil.rmtree(root, ignore_errors=True)
