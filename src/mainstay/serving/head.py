"""An answer -> the bytes of HTTP/1.1."""

from __future__ import annotations

from http import HTTPStatus

from mainstay.serving.request import Answer

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_STATUS = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode() for s in HTTPStatus}
_SAFE = b"x-content-type-options: nosniff\r\ncache-control: no-store\r\n"


def render(answer: Answer, date: bytes, connection: bytes, with_body: bool) -> bytes:
    """Head and body. `date` and `connection` are whole header lines; HEAD is answered without the body."""
    head = b"%bcontent-type: %b\r\ncontent-length: %d\r\n%b%b%b" % (
        _STATUS[answer.status],
        answer.kind,
        len(answer.body),
        _SAFE,
        date,
        connection,
    )
    for name, value in answer.headers:
        head += f"{name}: {value}\r\n".encode("latin-1")
    return head + b"\r\n" + answer.body if with_body else head + b"\r\n"
