import pytest
from tampering import appended, attribute, both_floats, floats, good, ints, refusal, without

from mainstay.model import read_trees
from mainstay.model.file import Model
from mainstay.refusal import Refusal

NAN, INF = float("nan"), float("inf")
HOSTILE = [
    (floats("base_values", NAN), "base_values: wanted finite"),
    (appended("post_transform", value="LOGISTIC"), "'post_transform' is not wanted"),
    (appended("aggregate_function", value="MAX"), "'aggregate_function' is not wanted"),
    (appended("n_targets", value=1), "'n_targets' is not wanted, or stands twice"),
    (without("base_values"), "attributes missing ['base_values']"),
    (without("nodes_missing_value_tracks_true"), "attributes missing ['nodes_missing_value_tracks_true']"),
    (both_floats("nodes_values", NAN), "nodes_values: "),
    (both_floats("nodes_values", INF), "nodes_values: wanted finite"),
    (floats("nodes_values", 7.0), "nodes_values: scores and reasons differ"),
    (floats("target_weights", INF), "target_weights: wanted finite"),
    (floats("target_weights", NAN, node=2), "target_weights: wanted finite"),
    (floats("target_weights", 0.9), "scores and reasons differ by"),
    (floats("target_weights", 0.9, node=2), "scores and reasons differ by"),
    (ints("nodes_truenodeids", 0, 0), "trees without cycles"),
    (ints("nodes_falsenodeids", 1, 0), "trees without cycles"),
    (ints("nodes_truenodeids", 0, -1), "trees without cycles"),
    (ints("nodes_truenodeids", 0, 2**62), "trees without cycles"),
    (ints("nodes_truenodeids", 0, 2**63 - 1), "trees without cycles"),
    (ints("nodes_falsenodeids", 0, 1), "one parent"),
    (ints("nodes_falsenodeids", 0, 6), "another tree"),
    (ints("nodes_featureids", 0, 3), "nodes_featureids: wanted 0 to 2"),
    (ints("nodes_featureids", 0, -1), "nodes_featureids: wanted 0 to 2"),
    (ints("nodes_treeids", 1, 1), "nodes_treeids: wanted"),
    (ints("nodes_treeids", 0, 5), "nodes_treeids: wanted"),
    (ints("nodes_nodeids", 1, 2), "nodes_nodeids: wanted"),
    (ints("target_ids", 0, 1, both=False), "target_ids: wanted 0 to 0"),
    (ints("target_treeids", 0, 9, both=False), "target_treeids: no such tree"),
    (ints("target_nodeids", 0, 99, both=False), "target_nodeids: no such node"),
    (ints("target_nodeids", 0, 2**63 - 1, both=False), "target_nodeids: no such node"),
    (ints("target_nodeids", 0, 0, both=False), "target_nodeids: wanted leaves only"),
    (ints("target_nodeids", 0, 3, both=False), "a leaf has a target twice"),
    (
        lambda m: attribute(m, "nodes_nodeids").ints.append(1) or attribute(m, "nodes_nodeids", 2).ints.append(1),
        "lengths",
    ),
    (lambda m: attribute(m, "target_weights").floats.append(1.0), "targets: lengths differ"),
    (lambda m: attribute(m, "base_values").floats.append(1.0), "base_values: saw 2, wanted one"),
]


@pytest.mark.parametrize(("change", "complaint"), HOSTILE)
def test_trees_that_are_none_or_that_differ_between_scores_and_reasons_are_refused(change, complaint):
    assert complaint in refusal(change)


def test_more_nodes_than_the_cap_are_refused(monkeypatch):
    monkeypatch.setattr(read_trees, "MAX_NODES", 7)
    with pytest.raises(Refusal, match="nodes: saw 8, wanted 1 to 7"):
        Model.from_bytes(good())
