import os
import signal
import time
import urllib.request
from contextlib import closing

from mainstay.serving import wake
from mainstay.serving.wake import Alarm

LONG_S = 60


def slept(alarm, seconds=LONG_S):
    """What ended the sleep, and whether within a second."""
    begin = time.monotonic()
    return alarm.sleep(seconds), time.monotonic() - begin < 1


def test_a_knock_while_awake_is_not_lost():
    with closing(Alarm(0)) as alarm:
        alarm.knock()
        assert slept(alarm) == ("knock", True)


def test_many_knocks_are_one_and_never_block():
    with closing(Alarm(0)) as alarm:
        for _ in range(100_000):
            alarm.knock()
        pauses = [alarm.sleep(0.01) for _ in range(40)]
        assert pauses[0] == "knock" and pauses[-1] == "time", "heard at once, and forgotten at last"


def test_knocking_again_and_again_shortens_no_pause_below_the_least_gap():
    with closing(Alarm(min_gap_s=0.1)) as alarm:
        alarm.knock()
        begin = time.monotonic()
        assert alarm.sleep(LONG_S) == "knock"
        assert 0.1 <= time.monotonic() - begin < 1


def test_hangup_wakes_and_terminate_stops_at_once():
    with closing(Alarm(0)) as alarm, wake.signals(alarm):
        os.kill(os.getpid(), signal.SIGHUP)
        assert slept(alarm) == ("knock", True)
        os.kill(os.getpid(), signal.SIGTERM)
        assert slept(alarm) == ("stop", True)
        assert slept(alarm) == ("stop", True), "it stays stopped"


def test_handlers_are_put_back():
    before = signal.getsignal(signal.SIGHUP)
    with closing(Alarm(0)) as alarm, wake.signals(alarm):
        assert signal.getsignal(signal.SIGHUP) != before
    assert signal.getsignal(signal.SIGHUP) == before


def test_a_post_to_the_webhook_wakes():
    with closing(Alarm(0)) as alarm, wake.webhook(alarm, ("127.0.0.1", 0)) as port:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=b"anything", method="POST")
        assert urllib.request.urlopen(request, timeout=5).status == 202  # noqa: S310
        assert slept(alarm) == ("knock", True)
