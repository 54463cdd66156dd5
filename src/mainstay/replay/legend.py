"""What policies and events are called and look like on the page."""

from __future__ import annotations

from mainstay.replay.ledger import Kind

POLICY = {
    "never": ("trained once", "#8c959f", "", "the first model, for good"),
    "monthly": ("retrained, unjudged", "#D55E00", "", "whatever new data make is released; nobody judges it"),
    "mainstay": ("Mainstay", "#0072B2", "", "new data make a candidate, the gate judges it, the watch goes back"),
    "oracle": ("oracle", "#009E73", "5 4", "what nobody can know: the yardstick"),
}
"""Name on the page, colour (told apart with any colour vision), dashes, and what it is."""

SYMBOL: dict[Kind, tuple[str, str, str]] = {
    "release": ("▲", "#0072B2", "released"),
    "bad release": ("▲", "#cf222e", "a bad model slipped through"),
    "rollback": ("↺", "#cf222e", "rolled back"),
    "kept": ("○", "#8c959f", "candidate not released"),
    "stopped": ("✕", "#9a6700", "no candidate: the pipeline stopped"),
    "retrain": ("⟳", "#0072B2", "the watch asks for a new model"),
    "alert": ("!", "#9a6700", "alert"),
    "page": ("‼", "#cf222e", "somebody is called"),
    "cannot score": ("✕", "#cf222e", "rows could not be scored"),
    "scenario": ("★", "#1f2328", "happened to all"),
}


def key(policy: str) -> str:
    """A policy's line and name, for beside a chart."""
    name, colour, dash, _ = POLICY[policy]
    style = f"border-color:{colour}" + (";border-top-style:dashed" if dash else "")
    return f'<span class="key"><span class="swatch" style="{style}"></span>{name}</span>'
