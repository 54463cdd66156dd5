"""Physical lines of a CSV file: where its records stand, for people who open it in an editor."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal

csv.field_size_limit(1 << 30)


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written: its delimiter, and whether any cell is quoted."""

    delimiter: str
    quoted: bool


def cells(record: str, dialect: Dialect) -> list[str]:
    """The cells of one record; of one that is no CSV at all, the pieces between delimiters."""
    lines = io.StringIO(record.strip("\r\n"), newline="\n")
    try:
        return next(csv.reader(lines, delimiter=dialect.delimiter), [])
    except csv.Error:
        return record.split(dialect.delimiter)


def lines_at(path: Path, offsets: Iterable[int]) -> list[int]:
    """The line, from 1, of the record at or after each byte offset; offsets ascend. Empty lines are passed over."""
    found, line, position = [], 1, 0
    with path.open("rb") as file:
        for offset in offsets:
            line, position = line + _newlines(file, offset - position), offset
            empty = _empty_lines(file, position)
            found.append(line + empty)
    return found


def lines_of(path: Path, dialect: Dialect, rejected: set[int], wanted: Iterable[int]) -> list[int]:
    """The line, from 1, on which each wanted record begins.

    Records are counted from 0 after the header, without the `rejected` ones (given by their lines) and
    without empty lines; `wanted` ascends.
    """
    accepted = (line for line in _records(path, dialect) if line not in rejected)
    next(accepted, None)  # the header
    numbered, found, last = enumerate(accepted), [], (-1, 0)
    for record in wanted:
        while last[0] < record:
            last = next(numbered)
        found.append(last[1])
    return found


def _records(path: Path, dialect: Dialect) -> Iterator[int]:
    """The first line of each record that is not empty."""
    if not dialect.quoted:
        with path.open("rb") as file:
            yield from (number for number, line in enumerate(file, 1) if line.strip(b"\r\n"))
        return
    with path.open(encoding="utf-8", newline="\n") as file:
        reader = csv.reader(file, delimiter=dialect.delimiter)
        first = 1
        try:
            for row in reader:
                if row:
                    yield first
                first = reader.line_num + 1
        except csv.Error as error:
            raise Refusal(f"{path}:{reader.line_num}: cannot be read as CSV: {error}") from error


def _newlines(file, length: int) -> int:
    count = 0
    while length > 0 and (chunk := file.read(min(length, 1 << 22))):
        count += chunk.count(b"\n")
        length -= len(chunk)
    return count


def _empty_lines(file, position: int) -> int:
    """Empty lines from here on; the file stays where it is."""
    count = 0
    while (character := file.read(1)) in (b"\n", b"\r"):
        count += character == b"\n"
    file.seek(position)
    return count
