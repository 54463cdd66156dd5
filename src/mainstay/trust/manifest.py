"""What a tag's message says: of a release, what it is and why it may be believed; of a promotion, what to serve.

A message is one line for people, a blank one, and canonical JSON for programs. Pure.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

import msgspec

from mainstay.refusal import Refusal
from mainstay.trust import tags
from mainstay.verdict import Answer

FORMAT = 1

Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Md5 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{32}\Z")]
ObjectId = Annotated[str, msgspec.Meta(pattern=r"\A(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")]
Counter = Annotated[int, msgspec.Meta(ge=1, lt=10**18)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=1000, pattern=r"\A[^\x00-\x1f\x7f]*\Z")]
Kind = Literal["promote", "rollback", "accept"]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Unknown keys are refused: what is signed is read whole or not at all."""


class File(Strict, kw_only=True):
    """A file by its path in the repository; `md5` is its name in a DVC remote, `sha256` what it is believed by."""

    path: Line
    sha256: Sha256
    md5: Md5
    size: Annotated[int, msgspec.Meta(ge=1)]


class Golden(Strict, kw_only=True):
    """A row of contract values, dates as ISO 8601 text, and the score that the released model gave it."""

    row: dict[str, str | int | float | bool | None]
    score: float


class Judged(Strict, kw_only=True):
    """The gate's verdict and the digests that it is about; `accepted_by` says who took an inconclusive one."""

    answer: Answer
    reasons: list[str]
    digests: dict[str, str | None]
    champion: Sha256 | None
    accepted_by: Line | None


class Manifest(Strict, kw_only=True):
    """A release. `commit` made it, `lock` is the sha256 of its dvc.lock."""

    format: Literal[1] = FORMAT
    release: Line
    model: File
    contract: File
    commit: ObjectId
    lock: Sha256
    gate: Judged
    metrics: dict[str, float | None]
    golden: Annotated[list[Golden], msgspec.Meta(min_length=1)]

    @property
    def headline(self) -> str:
        return f"{self.release}: model {self.model.sha256[:10]} of commit {self.commit[:10]}, gate: {self.gate.answer}"


class Earlier(Strict, kw_only=True):
    """The promotion by which the release was in the channel before: its counter and its tag's object id."""

    counter: Counter
    tag: ObjectId


class Promotion(Strict, kw_only=True):
    """What a channel serves from `counter` on. `tag` is the object id of the release's tag, so that none can be put
    in its place; `by` is who or what asked for it, `why` the reason given. A rollback names an `earlier` promotion.
    """

    format: Literal[1] = FORMAT
    kind: Kind
    channel: Line
    counter: Counter
    release: Line
    tag: ObjectId
    why: Line
    by: Line
    earlier: Earlier | None = None

    @property
    def headline(self) -> str:
        does = {"promote": "serves", "rollback": "goes back to", "accept": "takes"}[self.kind]
        return f"{self.channel} {does} {self.release}: {self.why}"


Content = TypeVar("Content", Manifest, Promotion)


def message(content: Manifest | Promotion) -> str:
    """The message of the tag. Ends with a newline, for git would glue the signature to the text otherwise."""
    text = f"{content.headline}\n\n{_canonical(content)}\n"
    _read(text, type(content), "the message to sign")
    return text


def read_manifest(text: str, source: str) -> Manifest:
    """The release in a tag's message. Raises Refusal where it is anything but what `message` writes."""
    return _read(text, Manifest, source)


def read_promotion(text: str, source: str) -> Promotion:
    """The promotion in a tag's message. Raises Refusal where it is anything but what `message` writes."""
    return _read(text, Promotion, source)


def _read(text: str, kind: type[Content], source: str) -> Content:
    parts = text.split("\n")
    if len(parts) != 4 or parts[1] or parts[3]:
        raise Refusal(f"{source}: its message is not a line, a blank one and a line of JSON; wanted one of `mainstay`")
    try:
        document = msgspec.json.decode(parts[2])
    except (msgspec.DecodeError, RecursionError) as error:  # brackets by the thousand
        raise Refusal(f"{source}: its message holds no JSON: {error}; wanted a tag that `mainstay` wrote") from error
    content = _convert(document, kind, source)
    if _canonical(content) != parts[2]:  # a key twice, another order, spaces: two readers might see two things
        raise Refusal(f"{source}: its JSON is not in canonical form; wanted a tag that `mainstay` wrote")
    return content


def _convert(document: object, kind: type[Content], source: str) -> Content:
    seen = document.get("format") if isinstance(document, dict) else None
    if seen != FORMAT:
        raise Refusal(f"{source}: format is {seen!r}, this code reads {FORMAT} only; update Mainstay here")
    try:
        content = msgspec.convert(document, kind)
        tags.Release(content.release)
        if isinstance(content, Promotion):
            tags.Assignment(content.channel, content.counter)
    except (msgspec.ValidationError, ValueError) as error:
        raise Refusal(f"{source}: {error}") from error
    return content


def _canonical(content: Manifest | Promotion) -> str:
    return msgspec.json.encode(content, order="sorted").decode()
