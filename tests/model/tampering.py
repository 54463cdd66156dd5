"""A good model file, and ways to change it."""

from __future__ import annotations

import pytest
from ensembles import contract, leaf, split, tree
from onnx import ModelProto, helper

from mainstay.model.export import to_onnx
from mainstay.model.file import Model
from mainstay.model.trees import Ensemble
from mainstay.refusal import Refusal


def good():
    shape = split(0, 0.5, split(1, 0.0, leaf(-1.0), leaf(0.25), True), leaf(1.0))
    return to_onnx(Ensemble(-0.5, (tree(shape), tree(split(2, 1.0, leaf(0.1), leaf(-0.1)))), 3), contract(), {"a": 1})


def attribute(model, name, node=0):
    return next(a for a in model.graph.node[node].attribute if a.name == name)


def ints(name, index, value, both=True):
    """Set one integer of an attribute, in the scores and, as both share their structure, in the reasons."""

    def change(model):
        for node in (0, 2) if both else (0,):
            attribute(model, name, node).ints[index] = value

    return change


def floats(name, value, node=0):
    def change(model):
        attribute(model, name, node).floats[0] = value

    return change


def both_floats(name, value):
    def change(model):
        for node in (0, 2):
            attribute(model, name, node).floats[0] = value

    return change


def appended(name, **values):
    def change(model):
        model.graph.node[0].attribute.append(helper.make_attribute(name, **values))

    return change


def without(name):
    def change(model):
        model.graph.node[0].attribute.remove(attribute(model, name))

    return change


def refusal(change):
    """What the loader says of the good file after a change."""
    model = ModelProto.FromString(good())
    change(model)
    with pytest.raises(Refusal) as caught:
        Model.from_bytes(model.SerializeToString(), "data/model.onnx")
    return str(caught.value)
