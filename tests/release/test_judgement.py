import json
import math

from mainstay.release.judgement import Judged, Judgement, Line, sentence, write
from mainstay.verdict import Verdict

GOOD, BAD, OPEN = (Line("a", "pass", "fine"), Line("b", "fail", "worse"), Line("c", "inconclusive", "few rows"))


def judgement(verdict, **more):
    judged = Judged("comparison", (GOOD,))
    return Judgement(verdict, "why", judged, {"digest": None}, {"digest": "d"}, {"changes": []}, {}, **more)


def test_the_worst_line_is_the_verdict_and_its_first_the_sentence():
    judged = Judged("comparison", (GOOD, OPEN, BAD, BAD))
    assert judged.verdict.answer == "fail"
    assert sentence(judged) == "worse (and 1 more)"
    assert sentence(Judged("comparison", (GOOD, OPEN))) == "few rows"
    assert sentence(Judged("comparison", (GOOD, GOOD))) == "fine"


def test_no_line_at_all_is_no_pass():
    assert Judged("comparison", ()).verdict.answer == "inconclusive"


def test_exit_codes():
    few = Verdict("inconclusive", ("few",))
    assert judgement(Verdict("pass")).exit_code == 0
    assert judgement(few).exit_code == 1
    assert judgement(few, accepted_inconclusive=True).exit_code == 0
    assert judgement(Verdict("fail", ("worse",)), accepted_inconclusive=True).exit_code == 1


def test_the_file_holds_it_all_and_the_champions_bytes_lie_beside_it(tmp_path):
    judged = Judged("comparison", (Line("a", "pass", "fine", estimate=math.nan, limit=0.5),), rows={"rows": 9})
    whole = Judgement(Verdict("pass"), "fine", judged, {}, {}, {"changes": []}, {"count": 1}, by_base=judged)
    write(whole, b"champion", tmp_path)
    document = json.loads((tmp_path / "gate.json").read_text())
    assert document["verdict"] == {"answer": "pass", "reasons": []} and document["rows"] == {"rows": 9}
    assert document["lines"][0]["estimate"] is None and document["lines"][0]["limit"] == 0.5
    assert document["ruler"]["by_base"]["verdict"]["answer"] == "pass"
    assert (tmp_path / "champion.onnx").read_bytes() == b"champion"
    write(whole, None, tmp_path)
    assert not (tmp_path / "champion.onnx").exists(), "none is left from a run before"
