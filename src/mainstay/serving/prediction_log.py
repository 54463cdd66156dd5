"""The prediction log on the server's disk: segments of lines, appended to before the answer goes out.

A line is in the system's hands when `append` returns, so killing the process loses none; the power going may lose
the last seconds. A segment is locked by who writes it, so what is not locked is closed, however its writer ended.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from mainstay.params import Log
from mainstay.refusal import Refusal

ACTIVE, ENDING = "active", ".ndjson"
EMPTY_FOR_S = 86_400
"""A segment in which nothing stands may be just begun; after a day it is left over."""


class PredictionLog:
    """One writer of one folder; several servers may share the folder. Never raises once it is open.

    `dropped` counts lines that the disk did not take; `fault` says why, until it takes one again.
    """

    def __init__(self, folder: Path, limits: Log, now: Callable[[], float] = time.time) -> None:
        self.dropped = 0
        self.fault: str | None = None
        self._folder, self._limits, self._now = folder / ACTIVE, limits, now
        self._segment: int | None = None
        self._size = self._opened_at_s = self._tried_at_s = 0.0
        self._writer = secrets.token_hex(4)  # in a container, a process has the number of the one before
        self._begun = 0

    @staticmethod
    def open(folder: Path, limits: Log, now: Callable[[], float] = time.time) -> PredictionLog:
        """A log whose first segment is there. Raises Refusal where the folder cannot be written to."""
        log = PredictionLog(folder, limits, now)
        try:
            log._begin()
        except OSError as error:
            raise Refusal(f"{folder}: cannot be written to: {error.strerror}; name another by --log") from error
        return log

    def append(self, lines: bytes) -> None:
        """Whole lines, each with its newline, to the end of the segment; or none of them, which is counted."""
        try:
            self._write(lines)
            self.fault = None
        except OSError as error:
            self.dropped += lines.count(b"\n")
            self.fault = error.strerror or str(error)

    def close(self) -> None:
        """Ends the segment; it may be compacted now."""
        segment, self._segment = self._segment, None
        if segment is not None:
            os.close(segment)

    def _write(self, lines: bytes) -> None:
        segment = self._ready()
        written = os.write(segment, lines)
        while written < len(lines):  # as on a disk that fills up
            try:
                written += os.write(segment, lines[written:])
            except OSError:
                self._untear(segment)
                raise
        self._size += len(lines)

    def _ready(self) -> int:
        """The segment to write to: a new one where the last is big or old enough."""
        limits = self._limits
        if self._segment is not None and (
            self._size >= limits.max_segment_bytes or self._now() - self._opened_at_s >= limits.max_segment_age_s
        ):
            if not self._size:
                self._opened_at_s = self._now()  # an empty one has not aged
            else:
                self.close()
        if self._segment is None:
            self._retry()
        return self._segment

    def _retry(self) -> None:
        now = self._now()
        if self.fault is not None and abs(now - self._tried_at_s) < self._limits.retry_s:
            raise OSError(0, self.fault)
        self._tried_at_s = now
        self._begin()

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._now()))
        self._begun += 1
        path = self._folder / f"{stamp}-{os.uname().nodename}-{self._writer}-{self._begun}{ENDING}"
        segment = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o640)
        fcntl.flock(segment, fcntl.LOCK_EX)
        self._segment, self._size, self._opened_at_s = segment, 0, self._now()

    def _untear(self, segment: int) -> None:
        """Takes half a line back; where even that fails, the segment is left, and its torn end is passed over."""
        try:
            os.ftruncate(segment, int(self._size))
        except OSError:
            with contextlib.suppress(OSError):
                self.close()


def is_closed(path: Path) -> bool:
    """Whether nobody writes to a segment any more, or will: one that is empty may not be locked yet."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        found = os.fstat(file.fileno())
        return found.st_size > 0 or time.time() - found.st_mtime > EMPTY_FOR_S
