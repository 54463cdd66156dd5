"""contract.yaml <-> Contract; any mistake in it is reported with its line."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import msgspec
import yaml

from mainstay.refusal import Refusal
from mainstay.rows.contract import OUTCOME, Column, Contract, Outcome, Treated

WANTED = ("id", "observed_on", "outcome", "blanks", "treated", "columns")
REQUIRED = ("id", "outcome", "blanks", "columns")
NAME = re.compile(r"[^\x00-\x1f\x7f\"`]{1,120}")


def load(path: Path) -> Contract:
    """The contract at `path`. Raises Refusal naming file, line and what was wanted."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"{path}: cannot be read: {error}") from error


def parse(text: str, source: str) -> Contract:
    """The contract written in `text`; `source` is its name in errors."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise Refusal(f"{source}{line}: not YAML: {getattr(error, 'problem', error)}") from error
    return _Reader(source).contract(root)


def to_dict(contract: Contract) -> dict[str, object]:
    """The contract as plain JSON values, to travel inside the model file."""
    return dataclasses.asdict(contract)


def from_dict(document: dict[str, object]) -> Contract:
    """The inverse of `to_dict`. Raises Refusal where the document does not fit."""
    try:
        return msgspec.convert(document, Contract, strict=True)
    except msgspec.ValidationError as error:
        raise Refusal(f"contract inside the model file: {error}") from error


@dataclasses.dataclass(frozen=True)
class _Reader:
    """Turns YAML nodes, which know their lines, into a contract."""

    source: str

    def contract(self, root: yaml.Node | None) -> Contract:
        entries = self._entries(root, "the contract", WANTED, REQUIRED)
        columns = self._columns(entries["columns"])
        contract = Contract(
            id=self._text(entries["id"], "id"),
            observed_on=self._text(entries["observed_on"], "observed_on") if "observed_on" in entries else None,
            outcome=self._outcome(entries["outcome"]),
            blanks=self._convert(entries["blanks"], tuple[str, ...], "blanks"),
            treated=self._convert(entries["treated"], Treated, "treated") if "treated" in entries else None,
            columns=columns,
        )
        self._check(contract, entries)
        return contract

    def _outcome(self, node: yaml.Node) -> Outcome:
        allowed = tuple(f.name for f in dataclasses.fields(Outcome))
        values = {k: self._value(v) for k, v in self._entries(node, "outcome", allowed, ()).items()}
        for key in ("positive", "negative"):
            if key in values:
                values[key] = _as_text(values[key])
        spec = {"column": None, "left_on": None, "positive": "1", "negative": None, "table": None, "lead_days": 0}
        spec |= {"horizon_days": 0}
        outcome = self._fit(spec | values, Outcome, node, "outcome")
        if (outcome.column is None) == (outcome.left_on is None):
            raise self._fault(node, "outcome: wanted either `column` or `left_on`")
        if outcome.horizon_days < 0 or outcome.lead_days < 0:
            raise self._fault(node, "outcome: horizon_days and lead_days must be 0 or more")
        return outcome

    def _columns(self, node: yaml.Node) -> tuple[Column, ...]:
        return tuple(self._column(name, spec) for name, spec in self._entries(node, "columns", None, ()).items())

    def _column(self, name: str, node: yaml.Node) -> Column:
        allowed = tuple(f.name for f in dataclasses.fields(Column) if f.name != "name")
        entries = self._entries(node, f"columns.{name}", allowed, ("kind",))
        values = {k: self._value(v) for k, v in entries.items()}
        if isinstance(values.get("values"), list):
            values["values"] = [_as_text(v) for v in values["values"]]
        column = self._fit({"name": name, **values}, Column, node, f"columns.{name}")
        for problem in _problems(column):
            raise self._fault(node, f"columns.{name}: {problem}")
        return column

    def _check(self, contract: Contract, entries: dict[str, yaml.Node]) -> None:
        """What only the whole contract can tell."""
        outcome, dated = contract.outcome, contract.observed_on is not None
        reserved = {contract.id, contract.observed_on, outcome.column, outcome.left_on, OUTCOME} - {None}
        if contract.treated:
            reserved.add(contract.treated.column)
        lines = self._entries(entries["columns"], "columns", None, ())
        for column in contract.columns:
            if column.name in reserved and column.use != "ignore":
                raise self._fault(
                    lines[column.name], f"columns.{column.name}: is already the id, date, outcome or treated column"
                )
            if column.kind == "date" and column.is_feature and not dated:
                raise self._fault(lines[column.name], f"columns.{column.name}: a date feature needs `observed_on`")
        if not contract.features:
            raise self._fault(entries["columns"], "columns: none is a feature; wanted at least one")
        if dated and outcome.horizon_days < 1:
            raise self._fault(
                entries["outcome"], "outcome: horizon_days is missing; wanted 1 or more where rows are dated"
            )
        if outcome.left_on and not dated:
            raise self._fault(entries["outcome"], "outcome: `left_on` needs `observed_on`")
        if contract.treated and not 0 < contract.treated.holdout_share < 1:
            raise self._fault(
                entries["treated"],
                f"treated: holdout_share is {contract.treated.holdout_share}, wanted between 0 and 1",
            )

    def _entries(
        self, node: yaml.Node | None, what: str, allowed: tuple[str, ...] | None, required: tuple[str, ...]
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._fault(node, f"{what}: wanted `key: value` pairs")
        entries: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in entries:
                raise self._fault(key, f"{what}: {name!r} stands twice")
            if not NAME.fullmatch(name):
                raise self._fault(key, f"{what}: {name!r} is no usable name")
            if allowed is not None and name not in allowed:
                raise self._fault(key, f"{what}: unknown key {name!r}; wanted one of {', '.join(allowed)}")
            entries[name] = value
        for name in required:
            if name not in entries:
                raise self._fault(node, f"{what}: key {name!r} is missing")
        return entries

    def _text(self, node: yaml.Node, what: str) -> str:
        return self._convert(node, str, what)

    def _convert(self, node: yaml.Node, wanted: type, what: str):
        return self._fit(self._value(node), wanted, node, what)

    def _fit(self, value: object, wanted: type, node: yaml.Node, what: str):
        try:
            return msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            raise self._fault(node, f"{what}: {error}") from error

    def _value(self, node: yaml.Node) -> object:
        return yaml.SafeLoader("").construct_object(node, deep=True)

    def _fault(self, node: yaml.Node | None, message: str) -> Refusal:
        line = node.start_mark.line + 1 if node is not None else 1
        return Refusal(f"{self.source}:{line}: {message}")


def _problems(column: Column) -> list[str]:
    """What is wrong with one column by itself."""
    found = []
    if column.kind == "category" and not column.values and column.use != "ignore":
        found.append("a category needs `values: [...]`")
    if column.kind != "category" and column.values:
        found.append(f"`values` does not fit kind {column.kind}")
    if len(set(column.values)) != len(column.values):
        found.append("`values` holds a value twice")
    if column.kind not in ("integer", "number") and (column.min is not None or column.max is not None):
        found.append(f"`min` and `max` do not fit kind {column.kind}")
    if column.lower > column.upper:
        found.append(f"min {column.lower:g} is above max {column.upper:g}")
    if column.expect and column.kind not in ("integer", "number"):
        found.append(f"`expect` does not fit kind {column.kind}")
    for key in ("missing", "unknown"):
        if not 0 <= getattr(column, key) <= 1:
            found.append(f"{key} is {getattr(column, key)}, wanted a share between 0 and 1")
    return found


def _as_text(value: object) -> object:
    """YAML reads `1`, `yes` and `2024-01-01` as other things than the text in the file that they stand for."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str | list | dict | None) else str(value)
