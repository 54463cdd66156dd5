import json

import pytest
import yaml
from sandbox import git

from mainstay.release.dvc_diff import diffs, plots_of
from mainstay.release.missing import Missing


def test_plots_come_in_order_with_both_sides_named_and_the_champion_first():
    rows = [{"x": "1", "rev": "workspace"}, {"x": "2", "rev": "1234567"}]
    view = {"type": "vega", "content": json.dumps({"data": {"values": rows}, "title": "1234567"})}
    first, second = plots_of({"data": {"b.csv": [view], "a.csv": [view]}}, {"1234567"})
    assert (first.path, second.path) == ("a.csv", "b.csv")
    assert [row["rev"] for row in first.specification["data"]["values"]] == ["champion", "candidate"]
    assert first.specification["title"] == "1234567"


@pytest.mark.parametrize("document", [{}, {"data": {}}, {"data": {"a.png": [{"type": "image"}]}}])
def test_no_plot_at_all_is_missing(document):
    assert isinstance(plots_of(document, {"x"}), Missing)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Metrics, parameters and a plot, changed since the only commit."""
    root = tmp_path_factory.mktemp("project")
    git(root, "init", "--quiet")
    pipeline = {"metrics": ["m.json"], "plots": [{"p.csv": {"x": "x", "y": "y"}}]}
    for auc in (0.7, 0.8):
        (root / ".dvc").mkdir(exist_ok=True)
        (root / ".dvc/config").write_text("")
        (root / "dvc.yaml").write_text(yaml.safe_dump(pipeline))
        (root / "params.yaml").write_text(yaml.safe_dump({"train": {"seed": auc * 10, "same": 1}}))
        (root / "m.json").write_text(json.dumps({"auc": auc, "same": 1}))
        (root / "p.csv").write_text(f"x,y\n0,{auc}\n")
        if auc == 0.7:
            git(root, "add", "--all")
            git(root, "commit", "--quiet", "--message", "Begin")
    return root


def test_dvc_says_what_changed_since_a_commit(project):
    found = diffs(project, git(project, "rev-parse", "HEAD").strip())
    assert found.metrics["m.json"]["auc"]["old"] == 0.7 and found.metrics["m.json"]["auc"]["new"] == 0.8
    assert found.metrics["m.json"]["same"]["diff"] == 0
    assert set(found.params["params.yaml"]) == {"train.seed"}
    (plot,) = found.plots
    assert {row["rev"] for row in plot.specification["data"]["values"]} == {"champion", "candidate"}


def test_where_dvc_fails_each_part_says_why(project):
    found = diffs(project, "nowhere")
    assert all(isinstance(part, Missing) for part in (found.metrics, found.params, found.plots))
    assert "nowhere" in found.metrics.why
