"""Physical lines of a CSV file: where its records stand, for people who open it in an editor."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mainstay.refusal import Refusal
from mainstay.rows.files import CHUNK_BYTES, holds

csv.field_size_limit(1 << 30)


def cells(record: str, delimiter: str) -> list[str]:
    """The cells of one record; of one that is no CSV at all, the pieces between delimiters."""
    lines = io.StringIO(record.strip("\r\n"), newline="\n")
    try:
        return next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error:
        return record.split(delimiter)


def lines_at(path: Path, offsets: Iterable[int]) -> list[int]:
    """The line, from 1, of the record at or after each byte offset; offsets ascend. Empty lines are passed over."""
    found, line, position = [], 1, 0
    with path.open("rb") as file:
        for offset in offsets:
            line, position = line + _newlines(file, offset - position), offset
            empty = _empty_lines(file, position)
            found.append(line + empty)
    return found


def lines_of(path: Path, delimiter: str, rejected: Iterable[int], wanted: Iterable[int]) -> list[int]:
    """The line, from 1, on which each wanted record begins.

    Records are counted from 0 after the header, without the `rejected` ones (given by their lines) and
    without empty lines; `wanted` ascends.
    """
    wanted = np.fromiter(wanted, dtype=np.int64)
    if not len(wanted):
        return []
    lines = _quoted_records(path, delimiter) if holds(path, b'"') else _plain_records(path)
    accepted = lines[~np.isin(lines, np.fromiter(rejected, dtype=np.int64))]
    return accepted[1:][wanted].tolist()


def _plain_records(path: Path) -> np.ndarray:
    """The line of each record that is not empty, where no cell is quoted, so that every line is a record."""
    with path.open("rb") as file:
        filled = [np.diff(_ends(chunk), prepend=-1) > 1 for chunk in _whole_lines(file)]
    return np.flatnonzero(np.concatenate(filled)) + 1


def _ends(chunk: bytes) -> np.ndarray:
    """Where each line of the chunk ends; a CR before the LF is part of the end, which is why it is taken out."""
    if b"\r\n" in chunk:
        chunk = chunk.replace(b"\r\n", b"\n")
    ends = np.flatnonzero(np.frombuffer(chunk, dtype=np.uint8) == ord("\n"))
    return ends if chunk.endswith(b"\n") else np.append(ends, len(chunk))


def _whole_lines(file: BinaryIO) -> Iterator[bytes]:
    """The file in chunks that end where a line does."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk + (b"" if chunk.endswith(b"\n") else file.readline())


def _quoted_records(path: Path, delimiter: str) -> np.ndarray:
    """The first line of each record that is not empty, where cells may be quoted and hold line ends."""
    lines, first = [], 1
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for row in reader:
                lines += [first] if row else []
                first = reader.line_num + 1
        except csv.Error as error:
            raise Refusal(f"{path}:{reader.line_num}: cannot be read as CSV: {error}") from error
    return np.array(lines, dtype=np.int64)


def _newlines(file: BinaryIO, length: int) -> int:
    count = 0
    while length > 0 and (chunk := file.read(min(length, CHUNK_BYTES))):
        count += chunk.count(b"\n")
        length -= len(chunk)
    return count


def _empty_lines(file: BinaryIO, position: int) -> int:
    """Empty lines from here on; the file stays where it is."""
    count = 0
    while (character := file.read(1)) in (b"\n", b"\r"):
        count += character == b"\n"
    file.seek(position)
    return count
