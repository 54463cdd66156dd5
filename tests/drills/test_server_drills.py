"""Faults of clients and of the world as a server meets them: it says what is wrong, and goes on. By drill's number."""

import itertools
import json
import resource
import signal
import socket
import threading
import time

import pytest
from load import Load, request
from servers import GOOD, limits, place, serving

from mainstay.serving import slot

POST = request(json.dumps(GOOD).encode())
NESTED = 100_000
EXTREMES = [0, -0.0, 600, 601, -1, 2**53, 2**63, 2**64, -(2**63), 10**300, 5e-324, 1.7976931348623157e308, None]
EXTREMES += ["0001-01-01", "9999-12-31", "", "x" * 100_000, "\x00", "\u202e=cmd|'/c calc'!A0", "👩‍👩‍👧"]
FLAT_BYTES = 10_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drills")
    place(folder / "slots", "v1.0.0")
    with serving(folder / "slots", params=limits(folder, request_timeout_s=1.0)) as running:
        yield running
        assert running.process.poll() is None, "no drill ends it"


@pytest.fixture(autouse=True)
def _goes_on(request):
    """After every drill that uses the shared server, it still answers."""
    yield
    if "server" in request.fixturenames:
        assert request.getfixturevalue("server").predict(GOOD)[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"customer_id": "C1"',
        b"customer=C1",
        b"\x00\xff\xfe",
        b"[" * NESTED,
        b'{"a":' * NESTED,
        b"[" * NESTED + b"]" * NESTED,
        b'{"plan":' + b"[" * NESTED + b"]" * NESTED + b"}",
        b'{"new":' + b"[" * NESTED + b"]" * NESTED + b"}",
    ],
    ids=range(10),
)
def test_22_malformed_or_deeply_nested_json_is_400(server, body):
    status, told = server.predict(body)
    assert status == 400 and told["detail"]


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (b'"tenure_months": NaN', "NaN is no number"),
        (b'"tenure_months": -Infinity', "-Infinity is no number"),
        (b'"tenure_months": 1e999', "number 1e999 is out of range"),
        (b'"tenure_months": ' + b"9" * 5000, "an integer of 5000 digits is out of range"),
        (b'"tenure_months": 1, "tenure_months": 1', "key 'tenure_months' stands twice"),
        (b'"tenure_months": 1, "plan": "a:b", "tenure_months": 1', "key 'tenure_months' stands twice"),
    ],
)
def test_23_nan_numbers_out_of_range_and_duplicate_keys_are_400(server, piece, said):
    status, told = server.predict(b'{"observed_on": "2024-06-01", ' + piece + b"}")
    assert status == 400 and said in told["detail"]


def flood(server, head, piece):
    """Sends for as long as the server takes it, up to a gigabyte; what it answered, and how many bytes it let come."""
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(head)
        try:
            while sent < 1_000_000_000 and not ended(client):
                client.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
        try:
            return client.recv(65536), sent
        except OSError:
            return b"", sent


def ended(client):
    client.setblocking(False)
    try:
        return client.recv(1, socket.MSG_PEEK) is not None
    except BlockingIOError:
        return False
    finally:
        client.settimeout(20)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"content-length: 1000000000\r\n", b"x" * 100_000),
        (b"transfer-encoding: chunked\r\n", b"186a0\r\n" + b"x" * 100_000 + b"\r\n"),
        (b"transfer-encoding: chunked\r\n", b"1\r\nx\r\n" * 20_000),
    ],
)
def test_24_a_body_of_a_gigabyte_is_413_and_takes_no_memory(server, head, piece):
    before = server.memory_bytes
    answer, sent = flood(server, b"POST /predict HTTP/1.1\r\nhost: x\r\n" + head + b"\r\n", piece)
    assert answer.startswith(b"HTTP/1.1 413 ") and b"the body is above 1000000 bytes" in answer
    assert sent < 100_000_000
    assert server.memory_bytes - before < FLAT_BYTES


def test_24_who_asks_first_is_told_before_the_body_is_sent(server):
    head = b"POST /predict HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: "
    assert server.raw(head + b"1000000000\r\n\r\n").startswith(b"HTTP/1.1 413 ")
    body = json.dumps(GOOD).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(head + str(len(body)).encode() + b"\r\n\r\n")
        assert client.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(body)
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")


def drip(server, told, start, piece):
    """Sends a piece ten times a second until the server has enough; notes its answer and the seconds that it took."""
    begin = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(start)
        client.settimeout(0.1)
        while time.monotonic() < begin + 20:
            try:
                told.append((client.recv(65536), time.monotonic() - begin))
                return
            except TimeoutError:
                client.sendall(piece)


@pytest.mark.parametrize("waits_s", [1.0, pytest.param(None, marks=pytest.mark.slow)], ids=["soon", "as shipped"])
def test_25_slow_heads_and_bodies_are_dropped_and_others_do_not_wait(tmp_path, waits_s):
    place(tmp_path / "slots", "v1.0.0")
    changed = limits(tmp_path, request_timeout_s=waits_s, sweep_s=0.1) if waits_s else None
    head = b"POST /predict HTTP/1.1\r\nhost: x\r\n"
    by_length = head + b"content-length: 999\r\n\r\n{"
    starts = [(b"", b""), (head, b""), (head, b"x: y\r\n"), (head + b"x: ", b"y"), (by_length, b" ")]
    starts.append((head + b"transfer-encoding: chunked\r\n\r\n", b"1\r\n \r\n"))
    with serving(tmp_path / "slots", params=changed) as server:
        alone = tallied(server, seconds=1.5)
        told = []
        drips = [threading.Thread(target=drip, args=(server, told, *start)) for start in starts * 5]
        for each in drips:
            each.start()
        beside = tallied(server, seconds=waits_s or 8.0)
        for each in drips:
            each.join()
    assert len(told) == len(drips)
    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer, _ in told)
    assert max(seconds for _, seconds in told) < (waits_s or 8.0) + 2
    print(f"p99 ms alone {alone.quantile_ms(0.99):.2f}, beside {len(drips)} slow ones {beside.quantile_ms(0.99):.2f}")
    assert not beside.others and not beside.lost
    assert beside.quantile_ms(0.99) < max(3 * alone.quantile_ms(0.99), 50)


def tallied(server, seconds, connections=16):
    """What came of a load."""
    import asyncio

    return asyncio.run(Load(server.port, POST, connections, seconds).run())


def test_25_a_head_without_an_end_is_431(server):
    answer = server.raw(b"GET / HTTP/1.1\r\nx: ", *[b"y" * 1000] * 20)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert server.raw(b"GET /" + b"y" * 20_000 + b" HTTP/1.1\r\n").startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"tenure_months": "7"}, "/tenure_months"),
        ({"tenure_months": True}, "/tenure_months"),
        ({"tenure_months": 7.5}, "/tenure_months"),
        ({"plan": 1}, "/plan"),
        ({"renewed_on": "yesterday"}, "/renewed_on"),
        ({"churned": 0}, "/churned"),
        ({"customer_id": 7}, "/customer_id"),
    ],
)
def test_26_a_wrong_type_or_an_unknown_field_is_422_with_its_path(server, change, pointer):
    for body, wanted in ((GOOD | change, pointer), ([GOOD, GOOD | change], f"/1{pointer}")):
        status, told = server.predict(body)
        assert status == 422 and [error["pointer"] for error in told["errors"]] == [wanted]


@pytest.mark.parametrize("name", ["tenure_months", "plan", "renewed_on", "observed_on", "customer_id"])
@pytest.mark.parametrize("value", EXTREMES, ids=range(len(EXTREMES)))
def test_27_extreme_values_get_a_finite_answer_or_422(server, name, value):
    status, told = server.predict(GOOD | {name: value})
    assert status in (200, 422)
    assert 0 <= told["probability"] <= 1 if status == 200 else told["errors"]


def test_28_five_thousand_connections_are_shed_with_503_and_it_recovers(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    most = min(5000, files - 200)
    with serving(tmp_path / "slots", params=limits(tmp_path, max_connections=1000)) as server:
        clients = []
        try:
            for _ in range(most):
                clients.append(socket.create_connection(("127.0.0.1", server.port), timeout=20))
            server.until(lambda: server.metric("mainstay_connections") >= most)
            assert server.get("/v2/health/live")[0] == 200, "a probe is answered all the same"
            answers = [answered(client) for client in clients]
        finally:
            for client in clients:
                client.close()
        shed = [a for a in answers if a.startswith(b"HTTP/1.1 503 ")]
        assert sum(a.startswith(b"HTTP/1.1 200 ") for a in answers) == 1000 and len(shed) == most - 1000
        assert all(b"retry-after: 1\r\n" in a and b"connection: close\r\n" in a for a in shed)
        server.until(lambda: server.metric("mainstay_connections") == 1)
        assert server.predict(GOOD)[0] == 200
        assert server.metric("mainstay_shed_total") >= most - 1000


def answered(client):
    client.sendall(POST)
    return client.recv(65536)


def test_28_bodies_that_would_fill_the_memory_are_shed(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    with serving(tmp_path / "slots", params=limits(tmp_path, max_buffered_bytes=2_000_000)) as server:
        head = b"POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n\r\n"
        clients = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(3)]
        for client in clients:
            client.sendall(head + b"x" * 890_000)
        answers = [client for client in clients if heard(client)]
        assert len(answers) == 1 and answers[0].recv(65536).startswith(b"HTTP/1.1 503 ")
        for client in clients:
            client.close()
        assert server.predict(GOOD)[0] == 200


def heard(client, wait_s=0.5):
    client.settimeout(wait_s)
    try:
        return client.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return b""


class Loaded:
    """A load in a thread, for as long as the block lasts."""

    def __init__(self, server, connections=8):
        self.load = Load(server.port, POST, connections, 600)

    def __enter__(self):
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        return self

    def _run(self):
        import asyncio

        self.tally = asyncio.run(self.load.run())

    def __exit__(self, *_):
        self.load.until = 0
        self.thread.join()


def test_37_told_to_stop_under_load_it_fails_no_request(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    with serving(tmp_path / "slots", params=limits(tmp_path)) as server:
        idle = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        with Loaded(server) as under:
            server.until(lambda: len(under.load.tally.seconds) > 100)
            slow = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            slow.sendall(POST[:-5])
            server.until(lambda: server.metric("mainstay_connections") >= 11)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            slow.sendall(POST[-5:])
            answer = slow.recv(65536)
            under.load.until = 0
        idle.sendall(POST)
        late = idle.recv(65536)
        assert server.process.wait(20) == 0
    tally = under.tally
    assert not tally.others and not tally.lost
    for last in (answer, late):
        assert last.startswith(b"HTTP/1.1 200 ") and b"connection: close\r\n" in last


def swapped(tmp_path, swaps, warm_up, gap_s):
    """So many swaps and rollbacks under load; what came of the requests, and by how much memory grew."""
    place(tmp_path / "slots", "v1.0.0", level=1.0)
    used = {}
    with serving(tmp_path / "slots", params=limits(tmp_path)) as server:
        with Loaded(server) as under:
            for n, counter in zip(range(swaps), itertools.count(2)):
                new = n % 2 == 0
                place(tmp_path / "slots", "v1.1.0" if new else "v1.0.0", level=2.0 if new else 1.0, counter=counter)
                server.until(lambda wanted=n + 2: server.metric("mainstay_swaps_total") == wanted)
                used[n] = server.memory_bytes
                slot.prune(tmp_path / "slots", 5)
                time.sleep(gap_s)
        assert server.metric("mainstay_slot_refusals_total") == 0
    return under.tally, used[swaps - 1] - used[warm_up - 1]


def test_40_twenty_swaps_and_rollbacks_under_load_fail_no_request(tmp_path):
    tally, _ = swapped(tmp_path, 20, 5, 0.02)
    assert not tally.others and not tally.lost and not tally.refused and len(tally.seconds) > 20


@pytest.mark.slow
def test_40_a_thousand_swaps_under_load_fail_no_request_and_leave_memory_flat(tmp_path):
    tally, grown = swapped(tmp_path, 1000, 100, 0.0)
    print(f"1,000 swaps, {len(tally.seconds):,} requests, memory grew by {grown / 1e6:.1f} MB after the first 100")
    assert not tally.others and not tally.lost and not tally.refused
    assert grown < FLAT_BYTES


@pytest.mark.parametrize("spoil", ["model.onnx", "manifest.json", "promotion.json"])
def test_31_a_slot_that_does_not_hold_is_not_taken_and_why_is_told(tmp_path, spoil):
    place(tmp_path / "slots", "v1.0.0")
    with serving(tmp_path / "slots", params=limits(tmp_path)) as server:
        new = place(tmp_path / "slots", "v1.1.0", level=2.0, counter=2, current=False)
        (new.path / spoil).write_bytes((new.path / spoil).read_bytes()[:-3] + b"!!!")
        slot.swap(tmp_path / "slots", new)
        server.until(lambda: server.get("/v2/health/ready")[1]["fault"])
        told = server.get("/v2/health/ready")[1]
        assert told["ready"] and told["release"] == "v1.0.0" and spoil in told["fault"]
        assert server.metric("mainstay_slot_refusals_total") >= 1
        assert b"mainstay_slot_fault{why=" in server.ask("GET", "/metrics")[2]
        assert server.predict(GOOD)[1]["release"] == "v1.0.0"
