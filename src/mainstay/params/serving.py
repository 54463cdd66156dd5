"""A server, and what it remembers."""

from __future__ import annotations

from typing import Annotated

import msgspec

from mainstay.params.section import Positive, Section


class Serve(Section):
    poll_s: Annotated[float, msgspec.Meta(gt=0)]
    retry_polls: Positive
    max_rows: Positive
    max_body_bytes: Positive
    max_head_bytes: Positive
    max_depth: Annotated[int, msgspec.Meta(ge=1, le=100)]
    max_faults: Positive
    request_timeout_s: Annotated[float, msgspec.Meta(gt=0)]
    keep_alive_s: Annotated[float, msgspec.Meta(gt=0)]
    linger_s: Annotated[float, msgspec.Meta(gt=0)]
    stop_timeout_s: Annotated[float, msgspec.Meta(gt=0)]
    sweep_s: Annotated[float, msgspec.Meta(gt=0)]
    max_connections: Positive
    max_buffered_bytes: Positive
    retry_after_s: Positive


class Log(Section):
    max_segment_bytes: Positive
    max_segment_age_s: Annotated[float, msgspec.Meta(gt=0)]
    retry_s: Annotated[float, msgspec.Meta(ge=0)]
    retention_days: Positive
