"""The format of a model file, read without believing anything else in it."""

from __future__ import annotations

import json

from google.protobuf.message import DecodeError
from onnx import ModelProto

from mainstay.model.read import METADATA


def format_of(data: bytes) -> object:
    """What the file says its format is; None where it says nothing."""
    model = ModelProto()
    try:
        model.ParseFromString(data)
        (text,) = (p.value for p in model.metadata_props if p.key == METADATA)
        content = json.loads(text)
    except (DecodeError, ValueError, RecursionError):
        return None
    return content.get("format") if isinstance(content, dict) else None
