import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from mainstay.pipeline.adoption.draft import Draft, text
from mainstay.pipeline.adoption.guess import Guess
from mainstay.rows.contract import Column, Outcome
from mainstay.rows.contract_file import NAME, parse

names = st.from_regex(NAME, fullmatch=True).map(lambda n: n[:20])
values = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=5, unique=True)
shares = st.sampled_from([0.0, 0.02, 1.0])
columns = st.one_of(
    st.builds(Column, names, st.just("category"), values=values.map(tuple), missing=shares),
    st.builds(Column, names, st.just("number"), min=st.floats(-9, 0), max=st.floats(0, 1e9), missing=shares),
    st.builds(Column, names, st.just("boolean"), use=st.sampled_from(["feature", "ignore", "slice"])),
    st.builds(Column, names, st.just("category"), use=st.just("ignore")),
)
guesses = st.builds(Guess, columns, st.none() | st.text(max_size=40))


def draft(*guesses, **changes):
    outcome = Outcome("churned", None, "Yes", "No", None, 0, 0)
    guesses = (Guess(Column("tenure", "integer", min=0, max=150)), *guesses)
    return dataclasses.replace(Draft("a.csv", "id", None, outcome, ("", " ", "NA"), guesses), **changes)


@given(st.lists(guesses, max_size=5, unique_by=lambda g: g.column.name), values, st.text(max_size=20))
def test_a_draft_reads_back_as_what_was_meant_whatever_the_names_and_values(drafted, blanks, source):
    drafted = [g for g in drafted if g.column.name not in ("tenure", "churned", "id")]
    meant = draft(*drafted, blanks=tuple(blanks), source=source)
    contract = parse(text(meant), "c.yaml")
    assert contract.columns == tuple(g.column for g in meant.guesses)
    assert (contract.blanks, contract.id, contract.observed_on) == (meant.blanks, "id", None)


@given(names, names, values)
def test_keys_and_outcome_read_back_too(id_, column, labels):
    outcome = Outcome(column, None, labels[0], labels[-1] if len(labels) > 1 else None, None, 30, 7)
    meant = draft(id=id_, observed_on="Tag", outcome=outcome)
    contract = parse(text(meant), "c.yaml")
    assert (contract.id, contract.observed_on, contract.outcome) == (id_, "Tag", outcome)


def test_columns_stand_a_line_each_aligned_with_reasons_as_comments():
    plan = Guess(Column("plan", "category", values=("No", "a, b"), missing=0.02, use="ignore"), "is constant: 'x'")
    assert text(draft(plan)).splitlines()[-2:] == [
        "  tenure: {kind: integer, min: 0, max: 150}",
        "  plan:   {kind: category, values: ['No', 'a, b'], missing: 0.02, use: ignore}  # is constant: 'x'",
    ]


def test_a_reason_stays_on_its_line_and_is_not_endless():
    said = text(draft(Guess(Column("plan", "boolean"), "a\nb: " + "x" * 1000))).splitlines()[-1]
    assert "# a b: xxx" in said and said.endswith("…") and len(said) < 250
