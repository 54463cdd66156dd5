"""Faults of files: refused in one line that says where and what to do, with every output before left as it was."""

import gzip

import pandas
import pyarrow
import pyarrow.parquet
import pytest

from mainstay.pipeline import validate


def refused(ended, *told: str) -> None:
    assert ended.code == 2 and ended.all_kept
    assert len(ended.said.splitlines()) == 1
    for text in told:
        assert text in ended.said


def csv(rows: pandas.DataFrame) -> str:
    return rows.to_csv(index=False)


@pytest.mark.parametrize(
    ("encode", "told"),
    [
        (lambda text: text.replace("C000", "Zoë").encode("latin-1"), "0xeb is not UTF-8 (perhaps Latin-1)"),
        (lambda text: text.encode("utf-16"), "byte 0: is UTF-16"),
        (lambda text: text.encode("utf-16-be"), "byte 0: is NUL, so this is not UTF-8 text"),
        (lambda text: text.encode("utf-8-sig"), "byte 0: is UTF-8 with a byte order mark; save it as plain UTF-8"),
        (lambda text: text.encode() + b"\xe2\x82", "is not UTF-8"),
    ],
)
def test_an_encoding_other_than_utf8_is_refused_with_its_byte_offset(sandbox, rows, encode, told):
    content = encode(csv(rows))
    sandbox.write_bytes(content)
    ended = sandbox.run()
    refused(ended, "raw/customers/a.csv", told)
    if "Latin" in told:
        assert f"byte {content.index(0xEB)}:" in ended.said


def test_a_renamed_and_an_added_column_are_told_as_a_difference(sandbox, rows):
    sandbox.write(rows.iloc[:200], "2024-01.parquet")
    sandbox.write(rows.iloc[200:].rename(columns={"tenure": "tenure_months"}).assign(extra=1), "2024-02.parquet")
    refused(
        sandbox.run(),
        "raw/customers/2024-02.parquet: columns differ from the contract: "
        "'tenure' is missing, probably renamed to 'tenure_months'; 'extra' is not in the contract",
    )


def test_an_added_column_alone_is_refused_with_the_line_to_add(sandbox, rows):
    sandbox.write(rows.assign(extra=1), "a.csv")
    refused(
        sandbox.run(),
        "'extra' is not in the contract. Add to data/contract.yaml",
        "`extra: {kind: category, use: ignore}`",
    )


def test_a_column_twice_in_a_header_is_refused(sandbox, rows):
    sandbox.write_bytes(csv(rows).replace("note", "plan", 1).encode())
    refused(sandbox.run(), "'plan' stands twice")


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_reordered_columns_are_no_difference_and_an_ignored_one_may_be_gone(sandbox, rows, ending):
    sandbox.write(rows, f"a.{ending}")
    assert sandbox.run().code == 0
    expected = sandbox.valid()
    sandbox.write(rows[rows.columns[::-1]].drop(columns="note"), f"a.{ending}")
    assert sandbox.run().code == 0
    pandas.testing.assert_frame_equal(sandbox.valid(), expected)


def test_a_type_from_which_the_kind_cannot_be_read_is_refused(sandbox, rows):
    sandbox.write(rows.assign(tenure=[[1]] * 300))
    refused(sandbox.run(), "column 'tenure' holds BIGINT[], from which no integer can be read")


@pytest.mark.parametrize("keep", [0, 10, 2000, -5])
def test_a_truncated_parquet_file_is_refused(sandbox, rows, keep):
    path = sandbox.write(rows)
    path.write_bytes(path.read_bytes()[:keep])
    refused(sandbox.run(), "raw/customers/a.parquet")


def test_a_parquet_file_with_a_damaged_page_is_refused(sandbox, rows):
    path = sandbox.write(rows)
    content = bytearray(path.read_bytes())
    content[4:400] = b"\xff" * 396
    path.write_bytes(content)
    refused(sandbox.run(), "raw/customers/a.parquet: cannot be read as Parquet")


def test_a_parquet_file_that_would_unpack_to_far_more_is_refused_unread(sandbox, rows):
    sandbox.customers.mkdir(parents=True)
    table = pyarrow.Table.from_pandas(rows.assign(plan=[chr(97 + i % 26) * 100_000 for i in range(300)]))
    options = {"compression": "gzip", "use_dictionary": False}
    pyarrow.parquet.write_table(table, sandbox.customers / "bomb.parquet", **options)
    refused(sandbox.run(), "raw/customers/bomb.parquet: would unpack to", "validate.max_expansion allows 200")


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_more_rows_than_allowed_are_refused(sandbox, rows, ending):
    sandbox.write(rows, f"a.{ending}")
    refused(sandbox.run(max_rows=299), "300 rows; validate.max_rows allows 299")


def test_a_packed_file_is_refused(sandbox, rows):
    sandbox.write_bytes(gzip.compress(csv(rows).encode()), "a.csv.gz")
    refused(sandbox.run(), "raw/customers/a.csv.gz: is neither .csv nor .parquet; unpack")


def test_a_line_without_end_is_set_aside_and_only_its_beginning_kept(sandbox, rows):
    sandbox.write_bytes((csv(rows) + "C9," + "x" * (1 << 23) + "\n").encode())
    assert sandbox.run().code == 0
    ((file, line, _, seen, _),) = sandbox.quarantine()
    assert (file, line) == ("customers/a.csv", 302) and len(seen) <= 200


@pytest.mark.parametrize(
    ("content", "told"),
    [("", "is empty"), ("customer,day,tenure,charge,plan,online,called_on,note,churned\n", "a header but no rows")],
)
def test_an_empty_or_header_only_csv_file_is_refused_even_beside_a_full_one(sandbox, rows, content, told):
    sandbox.write(rows, "a.csv")
    sandbox.write_bytes(content.encode(), "b.csv")
    refused(sandbox.run(), "raw/customers/b.csv", told)


def test_an_empty_parquet_file_is_refused(sandbox, rows):
    sandbox.write(rows.iloc[:0])
    refused(sandbox.run(), "raw/customers/a.parquet: holds a header but no rows")


def test_no_file_at_all_is_refused(sandbox):
    refused(sandbox.run(), "raw/customers: no file there")


def test_ragged_rows_are_set_aside_by_their_physical_line_also_after_quoted_newlines(sandbox, rows):
    lines = csv(rows).splitlines()
    lines[5] = lines[5].replace(",x,", ',"two\nlines",')
    lines[9] += ",9"
    lines[12] = ",".join(lines[12].split(",")[:4])
    lines[20] = lines[20].replace(",x,", ',"three\n\nlines",')
    lines[30] = lines[30].replace("C029", '"C029')
    lines[40] = ",".join([*lines[40].split(",")[:2], "-4", *lines[40].split(",")[3:]])
    lines[41] = ",".join([*lines[41].split(",")[:2], "soon", *lines[41].split(",")[3:]])
    text = "\n".join([*lines[:30], lines[30].replace('"C029', '"C0"29'), *lines[31:]]) + "\n\n"
    sandbox.write_bytes(text.encode())
    assert sandbox.run(quarantine_share=0.1).code == 0
    found = [(line, column, reason) for _, line, column, _, reason in sandbox.quarantine()]
    physical = text.split("\n")
    assert found == [
        (11, "", "has 10 cells, wanted 9"),
        (14, "", "has 4 cells, wanted 9"),
        (34, "", "has a quote that does not end its cell"),
        (44, "tenure", "is below 0"),
        (45, "tenure", "is text, wanted an integer"),
    ]
    assert "-4" in physical[43] and "soon" in physical[44], "the lines are those that an editor shows"


def test_an_unclosed_quote_is_refused_because_it_swallows_rows(sandbox, rows):
    lines = csv(rows).splitlines()
    lines[100] = lines[100].replace("C099", '"C099')
    sandbox.write_bytes("\n".join(lines).encode())
    refused(sandbox.run(), "raw/customers/a.csv:101: a quote is opened and never closed")


def test_a_file_that_changes_while_it_is_read_is_refused(sandbox, rows, monkeypatch):
    path = sandbox.write(rows)
    write = validate.write_query

    def write_while_someone_appends(*arguments):
        write(*arguments)
        path.write_bytes(path.read_bytes() + b"more")

    monkeypatch.setattr(validate, "write_query", write_while_someone_appends)
    refused(sandbox.run(), "raw/customers/a.parquet: changed while it was read; wait until it is complete")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_found_out(sandbox, rows, delimiter):
    sandbox.write_bytes(rows.to_csv(index=False, sep=delimiter, lineterminator="\r\n").encode())
    assert sandbox.run().code == 0
    assert len(sandbox.valid()) == 300
