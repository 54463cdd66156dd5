"""JSON of strangers -> a document, or the reason why it is none: nothing is guessed, and nothing said twice.

Refused beside what is no JSON: a key twice, NaN and infinities, numbers that no double holds, brackets by the
thousand, bytes that are not UTF-8, halves of surrogate pairs.
"""

from __future__ import annotations

import json
import math
import re
from typing import NoReturn

import msgspec

from mainstay.serving.problem import Problem

MAX_DIGITS = 308
"""An integer of more may be above every double."""

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.?)*+"?|([\[{])|([\]}])', re.DOTALL)
"""A string, whole or cut off, or a bracket. Possessive: it never looks at a byte twice."""


def parse(body: bytes, max_depth: int) -> object:
    """The document in `body`. Raises Problem 400."""
    if body.count(b"[") + body.count(b"{") > max_depth and depth(body) > max_depth:
        raise Problem(400, f"brackets are nested more than {max_depth} deep")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Problem(400, f"the body is not UTF-8: {error.reason} at byte {error.start}") from error
    try:
        document = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise Problem(400, f"the body is no JSON: {error.msg} at character {error.pos}") from error
    except RecursionError as error:  # where the limit in params.yaml is set above what Python takes
        raise Problem(400, "brackets are nested too deep") from error
    _whole(document, text)
    return document


def depth(body: bytes) -> int:
    """How deep brackets outside of strings are nested; they need not match."""
    deepest = now = 0
    for token in _TOKEN.finditer(body):
        now += (token[1] is not None) - (token[2] is not None)
        deepest = max(deepest, now)
    return deepest


def _whole(document: object, text: str) -> None:
    """Raises Problem where a string holds half a surrogate pair: no UTF-8 can say it again."""
    if "\\u" not in text:
        return
    try:
        msgspec.json.encode(document)
    except UnicodeEncodeError as error:
        raise Problem(400, "the body is no JSON: a string holds half a surrogate pair") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Problem(400, f"key {twice!r} stands twice in one object")
    return found


def _constant(name: str) -> NoReturn:
    raise Problem(400, f"the body is no JSON: {name} is no number there; leave the value out, or say null")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Problem(400, f"number {text[:20]} is out of range")
    return number


def _int(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise Problem(400, f"an integer of {len(text)} digits is out of range")
    return int(text)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int)
