"""What the name of a column gives away, by its words."""

from __future__ import annotations

import re

OUTCOMES = ("churn", "attrit", "cancel", "terminat", "unsubscrib", "deactivat", "defect", "leaver", "exited", "lapsed")
"""Beginnings of words that speak of having left."""

LEFT = {("left",), ("has", "left"), ("left", "on"), ("left", "at"), ("left", "date"), ("exit", "date")}

PERSONS = {"gender", "sex", "race", "ethnicity", "religion", "nationality", "disability"}
"""Who someone is: to be measured on, not decided by."""

IDS = {"id", "uuid", "guid", "key", "nr", "no", "number"}

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words(name: str) -> tuple[str, ...]:
    """`TotalCharges`, `total_charges` and `total charges` are the same two words."""
    return tuple(word.lower() for word in WORD.findall(name))


def speaks_of_leaving(name: str) -> bool:
    """Whether the column seems to be known only once the customer has left."""
    found = words(name)
    return found in LEFT or any(word.startswith(OUTCOMES) for word in found)


def is_of_the_person(name: str) -> bool:
    """Whether the column says who someone is, not what they do."""
    return not PERSONS.isdisjoint(words(name))


def is_a_key(name: str) -> bool:
    """Whether the name ends as those of ids do."""
    return bool(words(name)) and words(name)[-1] in IDS
