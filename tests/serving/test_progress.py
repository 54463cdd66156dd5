from mainstay.serving.progress import progress_bar


def test_what_takes_a_moment_shows_nothing(capsys):
    with progress_bar("score", 10, moment_s=60) as advance:
        advance(10)
    assert capsys.readouterr().err == ""


def test_what_takes_longer_shows_a_bar_on_stderr(capsys, monkeypatch):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with progress_bar("score: book", 10, moment_s=0) as advance:
        advance(4)
    told = capsys.readouterr()
    assert "score: book" in told.err
    assert "4/10" in told.err
    assert told.out == ""
