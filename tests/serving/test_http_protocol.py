import asyncio
import itertools
import re

import msgspec
import pytest
from held import LIMITS
from hypothesis import given
from hypothesis import strategies as st

from mainstay.serving.exposition import Counts
from mainstay.serving.http_protocol import Connection
from mainstay.serving.hub import Hub
from mainstay.serving.request import Answer, Later
from mainstay.serving.routes import Routes

SMALL = msgspec.structs.replace(LIMITS, max_body_bytes=100, max_head_bytes=300, max_buffered_bytes=150)
STATUS = re.compile(rb"HTTP/1\.1 (\d+) ")


class Pipe:
    """A transport that keeps what was written."""

    def __init__(self):
        self.written, self.ended, self.closed, self.paused = [], False, False, False

    def write(self, data):
        assert not self.ended, "nothing comes after the end"
        self.written.append(data)

    def can_write_eof(self):
        return True

    def write_eof(self):
        self.ended = True

    def close(self):
        self.closed = True

    abort = close

    def is_closing(self):
        return self.closed

    def pause_reading(self):
        self.paused = True

    def resume_reading(self):
        self.paused = False


class Client:
    """A connection without a network; what is sent is answered at once."""

    def __init__(self, hub):
        self.hub, self.pipe, self.connection = hub, Pipe(), Connection(hub)
        self.connection.connection_made(self.pipe)

    def send(self, *pieces):
        async def at_once():
            for piece in pieces:
                self.connection.data_received(piece)
            await asyncio.sleep(0)

        asyncio.run(at_once())
        return self

    @property
    def heard(self):
        return b"".join(self.pipe.written)

    @property
    def statuses(self):
        return [int(code) for code in STATUS.findall(self.heard)]

    @property
    def bodies(self):
        return [part.partition(b"\r\n\r\n")[2] for part in re.split(rb"(?=HTTP/1\.1 \d)", self.heard)[1:]]

    def later(self, seconds):
        async def sweep():
            self.connection.sweep(self.hub.now_s + seconds)
            await asyncio.sleep(0)

        asyncio.run(sweep())
        return self


@pytest.fixture
def hub():
    return made()


def made(limits=SMALL, keep=lambda: None, posted=None, settle=lambda: None):
    echo = {b"/": lambda request: Answer(request.query + request.body)}
    return Hub(Routes(echo, echo | (posted or {})), Counts(), set(), limits, settle, keep)


def get(query, more=b""):
    return b"GET /?" + query + b" HTTP/1.1\r\nhost: x\r\n" + more + b"\r\n"


def post(body, more=b""):
    return b"POST / HTTP/1.1\r\nhost: x\r\n" + more + b"content-length: %d\r\n\r\n" % len(body) + body


def test_requests_that_come_together_are_answered_together_in_their_order(hub):
    client = Client(hub).send(get(b"1") + post(b"[2]") + get(b"3"))
    assert client.bodies == [b"1", b"[2]", b"3"] and len(client.pipe.written) == 1
    assert not client.pipe.ended


@given(st.lists(st.integers(1, 60), max_size=20))
def test_requests_may_come_in_any_pieces(sizes):
    whole = get(b"1") + post(b"[2]") + b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    whole += b"2\r\n[3\r\n1\r\n]\r\n0\r\n\r\n" + get(b"4")
    ends = [*itertools.accumulate(sizes), len(whole)]
    pieces = [whole[start:end] for start, end in itertools.pairwise([0, *ends]) if start < len(whole)]
    assert Client(made()).send(*pieces).bodies == [b"1", b"[2]", b"[3]", b"4"]


def deferred():
    """A hub whose answers to /later wait until all are in."""
    waiting = []

    def settle():
        for one in waiting:
            one.answer = Answer(b"%b of %d" % (one.body, len(waiting)), 422 if one.body == b"bad" else 200)
        waiting.clear()

    def wait(request):
        waiting.append(Later(request.body))
        return waiting[-1]

    return made(posted={b"/later": wait}, settle=settle)


def later(body, more=b""):
    return post(body, more).replace(b"POST /", b"POST /later", 1)


def test_answers_that_wait_for_one_another_keep_their_order_among_others():
    client = Client(deferred()).send(get(b"1") + later(b"2") + post(b"[3]") + later(b"4"))
    assert client.bodies == [b"1", b"2 of 2", b"[3]", b"4 of 2"] and len(client.pipe.written) == 1


def test_answers_that_waited_are_counted_as_others():
    client = Client(deferred())
    client.send(later(b"good") + later(b"bad"))
    assert client.statuses == [200, 422]
    counts = client.hub.counts
    assert counts.answers == {200: 1, 422: 1} and sum(counts.latency.counts) == 2 and counts.latency.sum > 0


def test_what_waited_is_answered_then_kept_then_sent():
    waiting, kept = [], []

    def wait(request):
        waiting.append(Later(request.body))
        return waiting[-1]

    def settle():
        for one in waiting:
            one.answer = Answer(b"yes")

    hub = made(keep=lambda: kept.append((waiting[0].answer, client.heard)), posted={b"/later": wait}, settle=settle)
    client = Client(hub)
    client.send(later(b"1"))
    assert kept == [(Answer(b"yes"), b"")] and client.bodies == [b"yes"]


def test_a_connection_that_is_to_end_ends_with_the_answer_that_waited():
    client = Client(deferred()).send(later(b"1", b"connection: close\r\n"))
    assert client.bodies == [b"1 of 1"] and client.pipe.ended and b"connection: close" in client.heard
    hub = deferred()
    hub.stopping = True
    client = Client(hub).send(later(b"2"))
    assert client.bodies == [b"2 of 1"] and client.pipe.ended


def test_what_is_answered_is_kept_before_it_is_sent():
    steps = []
    client = Client(made(keep=lambda: steps.append(("kept", client.heard))))
    client.send(get(b"1"))
    assert steps == [("kept", b"")] and client.statuses == [200]


@pytest.mark.parametrize(
    ("sent", "closes"),
    [
        (get(b"1"), False),
        (get(b"1", b"connection: close\r\n"), True),
        (b"GET / HTTP/1.0\r\n\r\n", True),
        (b"GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n", False),
        (get(b"1", b"connection: upgrade\r\nupgrade: h2c\r\n"), True),
    ],
)
def test_a_connection_lasts_as_the_client_asks_for(hub, sent, closes):
    client = Client(hub).send(sent)
    assert client.statuses == [200] and client.pipe.ended is closes
    assert (b"connection: close" in client.heard) is closes
    client.send(get(b"2"))
    assert len(client.statuses) == (1 if closes else 2)


def test_a_client_of_http_1_0_is_told_that_it_may_stay(hub):
    assert b"connection: keep-alive" in Client(hub).send(b"GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n").heard


def test_head_is_answered_without_a_body(hub):
    heard = Client(hub).send(b"HEAD /?12 HTTP/1.1\r\nhost: x\r\n\r\n").heard
    assert b"content-length: 2\r\n" in heard and heard.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01", 400),
        (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        (post(b"x" * 101), 413),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n65\r\n" + b"x" * 101, 413),
        (b"GET / HTTP/1.1\r\nhost: x\r\ny: " + b"z" * 300, 431),
        (b"GET /" + b"z" * 300, 431),
    ],
)
def test_what_cannot_be_taken_is_told_and_the_connection_ends(hub, sent, status):
    client = Client(hub).send(sent)
    assert client.statuses == [status] and client.pipe.ended and b"application/problem+json" in client.heard
    assert client.send(get(b"1")).statuses == [status], "nothing more is heard"


def test_what_came_before_a_fault_is_answered(hub):
    assert Client(hub).send(get(b"1") + b"nonsense\r\n\r\n").statuses == [200, 400]


def test_bodies_on_their_way_are_counted_and_forgotten(hub):
    first, second = Client(hub).send(post(b"x" * 90)[:-1]), Client(hub).send(post(b"x" * 90)[:-1])
    assert first.statuses == [] and second.statuses == [503] and b"retry-after: 1" in second.heard
    assert hub.buffered == 89
    first.connection.connection_lost(None)
    assert hub.buffered == 0 and Client(hub).send(post(b"x" * 90)).statuses == [200]


def test_who_says_nothing_more_for_too_long_is_dropped(hub):
    client = Client(hub).send(post(b"[1]")[:-1]).later(SMALL.request_timeout_s - 1)
    assert client.statuses == []
    assert client.later(SMALL.request_timeout_s + 1).statuses == [408]
    assert client.later(2 * SMALL.request_timeout_s).pipe.closed


def test_who_never_says_anything_is_dropped(hub):
    assert Client(hub).later(SMALL.request_timeout_s + 1).statuses == [408]


def test_who_idles_between_two_requests_may_do_so_for_longer(hub):
    client = Client(hub).send(get(b"1")).later(SMALL.request_timeout_s + 1)
    assert not client.pipe.closed
    assert client.later(SMALL.keep_alive_s + 1).pipe.closed and client.statuses == [200]


def test_who_does_not_read_is_not_read_from_and_then_dropped(hub):
    client = Client(hub).send(get(b"1"))
    client.connection.pause_writing()
    assert client.pipe.paused
    client.connection.resume_writing()
    assert not client.pipe.paused and not client.later(SMALL.linger_s + 1).pipe.closed
    client.connection.pause_writing()
    assert client.later(SMALL.linger_s + 1).pipe.closed


def test_who_sends_on_after_the_end_is_heard_out_for_a_while_only(hub):
    client = Client(hub).send(post(b"x" * 101))
    assert not client.pipe.paused
    assert client.send(b"x" * 200).pipe.paused and client.statuses == [413]


def test_who_has_ended_its_side_still_gets_its_answer(hub):
    client = Client(hub)

    async def both():
        client.connection.data_received(get(b"1"))
        assert client.connection.eof_received()
        await asyncio.sleep(0)

    asyncio.run(both())
    assert client.statuses == [200] and client.pipe.closed


def test_one_too_many_is_told_to_come_again(hub):
    hub.limits = msgspec.structs.replace(SMALL, max_connections=1)
    first, second = Client(hub), Client(hub)
    assert first.send(get(b"1")).statuses == [200]
    assert second.send(get(b"1")).statuses == [503] and second.pipe.ended and hub.counts.shed == 1


@given(st.binary(max_size=400))
def test_no_bytes_upset_it(data):
    client = Client(made()).send(data)
    assert set(client.statuses) <= {200, 400, 404, 405, 413, 415, 431}
