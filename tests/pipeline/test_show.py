import json
import shutil

import pytest
from click.testing import CliRunner
from rich.console import Console

from mainstay.cli import verbs
from mainstay.pipeline.show import page, read, run
from mainstay.refusal import Refusal

PASS = {"verdict": {"answer": "pass", "reasons": []}}
FIGURES = {"roc_auc": 0.8123, "log_loss": 0.41, "profit_per_customer": 5.5}
WHOLE = {
    "evaluation": FIGURES | {"rows": 1200, "positives": 300, "measured_on": "all rows", "operating_point": 0.4},
    "intervals": {"roc_auc": {"low": 0.79, "high": 0.83}, "log_loss": {"low": None, "high": None}},
    "baselines": {"plain_logistic": {"roc_auc": 0.8011}, "always_base_rate": {"roc_auc": 0.5}},
    "training": {
        "chosen": "blend",
        "families": {
            name: {"roc_auc": auc, "roc_auc_standard_error": 0.004, "log_loss": 0.4, "calibration_error": 0.01}
            for name, auc in {"logistic": 0.846, "boosting": 0.844, "blend": 0.8501, "plain_logistic": 0.84}.items()
        },
    },
    "data_quality": PASS,
    "split": PASS,
    "stress": {"verdict": {"answer": "fail", "reasons": ["noise: [bold] too much is 0.4, wanted at most 0.02"]}},
    "truth": PASS,
}


@pytest.fixture
def folder(tmp_path):
    for name, content in WHOLE.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    return tmp_path


def printed(folder):
    console = Console(width=110, highlight=False)
    with console.capture() as capture:
        console.print(page(read(folder), folder))
    return capture.get()


def line(text, start):
    return next(each for each in text.splitlines() if each.startswith(start)).split()


def test_a_measure_stands_beside_its_interval_and_the_baselines(folder):
    assert line(printed(folder), "roc_auc") == ["roc_auc", "0.8123", "0.7900", "..", "0.8300", "0.8011", "0.5000"]


def test_a_measure_without_an_interval_shows_a_dash(folder):
    assert line(printed(folder), "log_loss") == ["log_loss", "0.4100", "-", "-", "-"]


def test_the_chosen_family_is_marked_and_scores_have_their_error(folder):
    text = printed(folder)
    assert line(text, "blend (chosen)")[2:5] == ["0.8501", "±", "0.0040"]
    assert text.count("(chosen)") == 1


def test_verdicts_are_said_and_why_one_is_not_pass_word_for_word(folder):
    text = printed(folder)
    assert "data quality pass" in text and "behaviour fail" in text and "known truth pass" in text
    assert "noise: [bold] too much is 0.4, wanted at most 0.02" in text


def test_all_is_said_in_thirty_lines(folder):
    assert printed(folder).count("\n") <= 30


@pytest.mark.parametrize("name", ["intervals", "baselines", "training", "data_quality", "split", "stress"])
def test_a_file_that_is_not_there_is_named(folder, name):
    (folder / f"{name}.json").unlink()
    assert f"{name}.json; run `make repro`" in " ".join(printed(folder).split())


def test_a_business_without_a_known_truth_is_not_asked_for_it(folder):
    (folder / "truth.json").unlink()
    assert "not in" not in printed(folder) and "known truth" not in printed(folder)


def test_a_judge_that_gave_no_verdict_is_no_pass(folder):
    (folder / "split.json").write_text("{}")
    assert "split missing" in printed(folder)


@pytest.mark.parametrize("break_it", [lambda f: (f / "evaluation.json").unlink(), shutil.rmtree])
def test_nothing_evaluated_yet_is_said_with_what_to_do(folder, break_it):
    break_it(folder)
    with pytest.raises(Refusal, match=r"evaluation\.json: is not there.*make repro"):
        run(folder)


def test_a_broken_file_is_named(folder):
    (folder / "stress.json").write_text("{")
    with pytest.raises(Refusal, match=r"stress\.json"):
        run(folder)


def test_the_verb_prints_the_page(folder):
    done = CliRunner().invoke(verbs, ["show", "--metrics", str(folder)])
    assert done.exit_code == 0 and "0.8123" in done.output and "dvc plots show" in done.output
