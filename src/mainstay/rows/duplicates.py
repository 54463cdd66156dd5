"""Rows that claim to be the same customer on the same day; none of them can be trusted."""

from __future__ import annotations

import ibis

from mainstay.rows.contract import Contract
from mainstay.rows.faults import FILE, ROW, day_of
from mainstay.rows.fingerprint import fingerprint
from mainstay.rows.values import TEXT, cell


@ibis.udf.scalar.builtin
def nfc_normalize(text: str) -> str:
    """One spelling for letters that Unicode can write in two ways, in DuckDB."""


def keyed(table: ibis.Table, contract: Contract) -> ibis.Table:
    """File, row, id, day of a raw table, and a hash of the two; ids alike but for their Unicode form are one."""
    id_ = nfc_normalize(cell(table[contract.id], TEXT, contract.blanks).value)
    found = table.select(FILE, ROW, id=id_, day=day_of(table, contract))
    return found.filter(found.id.notnull()).mutate(key=fingerprint(found.id, found.day))


def suspects(keys: ibis.Table) -> ibis.Table:
    """Hashes that more than one row has: numbers alone, so that a big table needs little memory."""
    return keys.group_by("key").aggregate(rows=keys.count()).filter(lambda t: t.rows > 1).select("key")


def duplicates(keys: ibis.Table, suspected: ibis.Table, contract: Contract) -> ibis.Table:
    """All rows of each id that stands more than once on one day, as faults."""
    near = keys.semi_join(suspected, "key")
    rows = near.mutate(copies=near.count().over(ibis.window(group_by=[near.id, near.day])))
    where = " on the same observation date" if contract.observed_on else ""
    return rows.filter(rows.copies > 1).select(
        FILE,
        ROW,
        "day",
        column=ibis.literal(contract.id),
        seen=rows.id,
        reason=ibis.literal(f"is a duplicate id{where}"),
    )
