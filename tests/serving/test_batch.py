"""`mainstay score`: the same scores as anywhere, whatever the file; faulty rows told, and nothing half done."""

import csv
import json
from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest
import servers
import tiny
from click.testing import CliRunner
from imports import ROOT

from mainstay.cli import verbs
from mainstay.model.file import Model
from mainstay.refusal import Refusal
from mainstay.serving import batch

PARAMS = ROOT / "params.yaml"
FRAME = tiny.rows(600)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model file of the small business."""
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    path.write_bytes(tiny.model_bytes(tiny.rows(600)))
    return path


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def customers(folder, frame=FRAME, ending="parquet"):
    """The customers in a file."""
    path = folder / f"customers.{ending}"
    frame.to_csv(path, index=False) if ending == "csv" else frame.to_parquet(path, index=False)
    return path


def quiet(label, total):
    return nullcontext(lambda more: None)


def score(model, source, out="list.parquet", **more):
    asked = batch.Asked(source, source.parent / out, model, PARAMS, **more)
    return batch.run(asked, quiet), asked


def listed(asked):
    return pd.read_parquet(asked.out) if asked.out.suffix == ".parquet" else pd.read_csv(asked.out)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_every_customer_is_listed_in_the_files_order_with_the_score_of_the_model(model, folder, ending):
    frame = FRAME.assign(plan=FRAME["plan"].where(FRAME.index % 9 > 0, "lifetime"))
    found, asked = score(model, customers(folder, frame, ending))
    rows, own = listed(asked), Model.load(model)
    assert rows["customer_id"].tolist() == frame["customer_id"].tolist()
    np.testing.assert_allclose(rows["probability"], own.score(frame), rtol=0, atol=1e-6)
    one = [own.score_one(row) for row in frame.astype(object).where(frame.notna(), None).to_dict("records")]
    np.testing.assert_allclose(rows["probability"], one, rtol=0, atol=1e-6)
    assert (found.rows, found.listed, found.faulty, found.passed) == (600, 600, 0, True)


def test_a_list_says_whom_to_contact_what_that_is_worth_and_which_model_said_so(model, folder):
    found, asked = score(model, customers(folder))
    rows, own = listed(asked), Model.load(model)
    assert (rows["contact"] == (rows["probability"].astype(float) >= own.about["operating_point"])).all()
    gain, waste = 0.3 * (600 - 10) - 1, 10 + 1
    worth = rows["probability"] * gain - (1 - rows["probability"]) * waste
    np.testing.assert_allclose(rows["expected_profit_eur"], worth, atol=0.006)
    assert set(rows["release"]) == {f"sha256:{own.digest[:12]}"}
    assert found.contacts == rows["contact"].sum() > 0
    assert found.profit_eur == pytest.approx(rows["expected_profit_eur"][rows["contact"]].sum())


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_reasons_are_those_of_the_model(model, folder, ending):
    _, asked = score(model, customers(folder, ending=ending), reasons=2)
    rows, own = listed(asked), Model.load(model)
    for rank in (1, 2):
        wanted = [why[rank - 1] for why in own.explain(FRAME, top=2)]
        assert [text.split(" ")[0] for text in rows[f"reason_{rank}"]] == [r.feature for r in wanted]
        np.testing.assert_allclose(rows[f"reason_{rank}_adds"], [r.contribution for r in wanted], atol=0.00051)


@pytest.mark.parametrize("batch_rows", [50, 1 << 16])
def test_the_top_are_those_whom_to_contact_pays_most_the_best_first(model, folder, monkeypatch, batch_rows):
    monkeypatch.setattr("mainstay.rows.typed_book.BATCH_ROWS", batch_rows)
    whole = listed(score(model, customers(folder), reasons=1)[1])
    found, asked = score(model, customers(folder), "top.parquet", top=25, reasons=1)
    wanted = whole.sort_values("expected_profit_eur", ascending=False, kind="stable").head(25)
    pd.testing.assert_frame_equal(listed(asked), wanted.reset_index(drop=True))
    assert (found.rows, found.listed) == (600, 25)


def test_more_asked_for_than_there_are_is_all(model, folder):
    found, asked = score(model, customers(folder), top=10_000, reasons=99)
    assert found.listed == len(listed(asked)) == 600
    assert "reason_5" in listed(asked) and "reason_6" not in listed(asked)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_faulty_rows_are_told_beside_the_list_and_the_others_are_scored(model, folder, ending):
    frame = FRAME.assign(tenure_months=FRAME["tenure_months"].where(FRAME.index != 7, -5))
    found, asked = score(model, customers(folder, frame, ending), "list.csv")
    with asked.rejected.open(newline="") as file:
        faulty = list(csv.DictReader(file))
    row = "9" if ending == "csv" else "8"  # a CSV's line, with its header, or a Parquet file's row
    wanted = {"file": f"customers.{ending}", "row": row, "column": "tenure_months", "seen": "-5"}
    assert faulty == [wanted | {"reason": "is below 0"}]
    assert listed(asked)["customer_id"].tolist() == frame.drop(index=7)["customer_id"].tolist()
    assert (found.listed, found.faulty, found.passed) == (599, 1, True)


def test_blanks_and_missing_values_mean_the_same_in_any_file(model, folder):
    blank = FRAME.assign(plan=FRAME["plan"].where(FRAME.index % 5 > 0, ""))
    missing = FRAME.assign(plan=FRAME["plan"].where(FRAME.index % 5 > 0, None))
    by = [
        listed(score(model, customers(folder, frame, ending))[1])["probability"]
        for frame, ending in ((blank, "csv"), (blank, "parquet"), (missing, "parquet"))
    ]
    assert (by[0] == by[2]).all()
    assert (by[1] == by[2]).all()


def test_too_many_faulty_rows_and_no_list_is_written(model, folder):
    frame = FRAME.assign(tenure_months=FRAME["tenure_months"].where(FRAME.index % 50 > 0, -5))
    path = customers(folder, frame)
    (folder / "list.parquet").write_text("yesterday's")
    shown = CliRunner().invoke(
        verbs, ["score", str(path), str(folder / "list.parquet"), "--model", str(model), "--params", str(PARAMS)]
    )
    assert shown.exit_code == 1
    assert "12 faulty rows, see" in shown.output and "(2.00% of the rows; validate.quarantine_share" in shown.output
    assert "no list was written" in shown.output
    assert (folder / "list.parquet").read_text() == "yesterday's"
    assert len(pd.read_csv(folder / "list.rejected.csv")) == 12


def test_what_was_faulty_yesterday_is_not_told_again(model, folder):
    (folder / "list.rejected.csv").write_text("yesterday's")
    _, asked = score(model, customers(folder))
    assert not asked.rejected.exists()


def test_the_outcome_and_any_other_column_may_stand_there_or_not(model, folder):
    bare = FRAME[["customer_id", "observed_on", *[c.name for c in tiny.CONTRACT.features]]]
    with_more = listed(score(model, customers(folder, FRAME.assign(note="x")))[1])
    pd.testing.assert_frame_equal(listed(score(model, customers(folder, bare))[1]), with_more)


def test_a_missing_column_is_named_with_the_likely_new_name(model, folder):
    with pytest.raises(Refusal, match="'charge' is missing"):
        score(model, customers(folder, FRAME.rename(columns={"charge": "monthly"})))


def test_ids_that_would_run_as_formulas_are_escaped_in_a_csv(model, folder):
    frame = FRAME.assign(customer_id=["=1+1", *FRAME["customer_id"][1:]])
    _, asked = score(model, customers(folder, frame), "list.csv")
    assert listed(asked)["customer_id"][0] == "'=1+1"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"out": "list.xlsx"}, "wanted .csv or .parquet"),
        ({"out": "customers.parquet"}, "is the file to score"),
        ({"source": "nothing.parquet"}, "no such file"),
        ({"model": "nothing.onnx"}, "cannot be read"),
    ],
)
def test_misuse_is_refused(model, folder, change, told):
    given = {"source": customers(folder).name, "out": "list.parquet"} | change
    own = folder / change["model"] if "model" in change else model
    with pytest.raises(Refusal, match=told):
        score(own, folder / given["source"], given["out"])


def test_a_damaged_parquet_file_is_refused_and_leaves_the_old_list(model, folder):
    path = customers(folder)
    path.write_bytes(path.read_bytes()[:-2000])
    (folder / "list.parquet").write_text("yesterday's")
    with pytest.raises(Refusal, match="cannot be read as Parquet"):
        score(model, path)
    assert (folder / "list.parquet").read_text() == "yesterday's"


def test_a_file_that_changes_meanwhile_is_refused(model, folder):
    path = customers(folder)
    asked = batch.Asked(path, folder / "list.parquet", model, PARAMS)

    def meddling(label, total):
        return nullcontext(lambda more: path.write_bytes(path.read_bytes() + b"more"))

    with pytest.raises(Refusal, match="changed while it was read"):
        batch.run(asked, meddling)
    assert not asked.out.exists()


def test_the_current_release_of_a_synced_directory_scores_as_its_server_does(folder):
    servers.place(folder / "synced", "v1.4.0")
    rows = [
        servers.GOOD | {"customer_id": f"C{n}", "tenure_months": n, "plan": p}
        for n in range(30)
        for p in ("monthly", None)
    ]
    frame = pd.DataFrame(rows)
    path = customers(folder, frame, "csv")
    found, asked = score(folder / "synced", path, reasons=2)
    with servers.serving(folder / "synced") as server:
        status, answer = answered(server, rows)
    assert status == 200
    own = listed(asked)
    np.testing.assert_allclose(own["probability"], [p["probability"] for p in answer["predictions"]], rtol=0, atol=1e-6)
    assert own["contact"].tolist() == [p["contact"] for p in answer["predictions"]]
    first = [p["reasons"][0]["feature"] for p in answer["predictions"]]
    assert [text.split(" ")[0] for text in own["reason_1"]] == first
    assert found.release == answer["release"] == "v1.4.0"


def answered(server, rows):
    reply = server.predict(rows, "?explain=2")
    return reply[0], reply[-1] if isinstance(reply[-1], dict) else json.loads(reply[-1])
