"""Raw files: which there are, and whether they may be read at all."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from mainstay.refusal import Refusal
from mainstay.rows.corrections import standing

FORMATS = (".csv", ".parquet")
HEAD_BYTES = 1 << 16
CHUNK_BYTES = 1 << 22

MARKS = {
    codecs.BOM_UTF8: "UTF-8 with a byte order mark",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


@dataclass(frozen=True)
class State:
    """What a file looked like: if any of it changes, so did the file."""

    size_bytes: int
    modified_ns: int
    head_sha256: str


def find(raw: Path, name: str) -> list[Path]:
    """The CSV and Parquet files of one raw table, by name: `raw/name/*`, or `raw/name.csv` or `.parquet`.

    A file that another one corrects is passed over. Raises Refusal where there is none, or any that is neither.
    """
    single = [p for p in (raw / f"{name}{ending}" for ending in FORMATS) if p.is_file()]
    found = sorted(p for p in (raw / name).rglob("*") if p.is_file() and not _hidden(p, raw)) + single
    if not found:
        raise Refusal(
            f"{raw / name}: no file there; wanted .csv or .parquet, as `mainstay adopt` or `dvc repro` puts them"
        )
    for path in found:
        if path.suffix.lower() not in FORMATS:
            raise Refusal(f"{path}: is neither .csv nor .parquet; unpack, convert or remove it")
        if path.stat().st_size == 0:
            raise Refusal(f"{path}: is empty; wanted a header and rows")
    return standing(found)


def state(path: Path) -> State:
    """The state of a file, to be compared before and after it is read."""
    stat = path.stat()
    with path.open("rb") as file:
        return State(stat.st_size, stat.st_mtime_ns, hashlib.sha256(file.read(HEAD_BYTES)).hexdigest())


def check_unchanged(before: dict[Path, State]) -> None:
    """Raises Refusal where a file is no longer what it was before it was read."""
    for path, was in before.items():
        if not path.exists() or state(path) != was:
            raise Refusal(f"{path}: changed while it was read; wait until it is complete, then run again")


def check_beginning(path: Path) -> None:
    """Raises Refusal where a CSV file begins like something else than plain UTF-8."""
    with path.open("rb") as file:
        _check_mark(path, file.read(4))


def check_text(path: Path) -> None:
    """Raises Refusal with the byte offset at which a file is not UTF-8. Reads all of it."""
    decoder, offset = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            _decode(path, decoder, chunk, offset - len(decoder.getstate()[0]))
            offset += len(chunk)
    _decode(path, decoder, b"", offset - len(decoder.getstate()[0]), final=True)


def holds(path: Path, byte: bytes) -> bool:
    """Whether the byte is anywhere in the file."""
    with path.open("rb") as file:
        return any(byte in chunk for chunk in iter(lambda: file.read(CHUNK_BYTES), b""))


def _check_mark(path: Path, head: bytes) -> None:
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            raise Refusal(f"{path}: byte 0: is {encoding}; save it as plain UTF-8")
    if b"\0" in head:
        raise Refusal(f"{path}: byte {head.index(0)}: is NUL, so this is not UTF-8 text; save it as plain UTF-8")


def _decode(path: Path, decoder: codecs.IncrementalDecoder, chunk: bytes, start: int, final: bool = False) -> None:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        bad = error.object[error.start]
        raise Refusal(
            f"{path}: byte {start + error.start}: 0x{bad:02x} is not UTF-8 (perhaps Latin-1); save it as UTF-8"
        ) from error


def _hidden(path: Path, raw: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(raw).parts)
