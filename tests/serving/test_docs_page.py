import re

import msgspec
from held import routes
from servers import GOOD, place
from shipped import CONTRACT

from mainstay.rows.contract import Column, Contract
from mainstay.serving import docs_page, openapi
from mainstay.serving.request import Request
from mainstay.serving.rows_in import judged


def test_the_page_needs_nothing_from_anywhere_else_and_names_every_field(tmp_path):
    place(tmp_path / "slots", "v1.0.0")
    answer = routes(tmp_path).answer(Request(b"GET", b"/docs", b"", {}, b""))
    page = answer.body.decode()
    assert (
        answer.kind == b"text/html; charset=utf-8"
        and "default-src 'none'" in dict(answer.headers)["content-security-policy"]
    )
    assert not re.search(r"<script|https?://|src=|@import|url\(", page)
    assert all(name in page for name in GOOD) and "/v2/models/churn/infer" in page


def test_its_example_keeps_the_contract():
    assert judged(docs_page.example(CONTRACT), CONTRACT)[1] == []


def test_names_from_the_contract_are_escaped():
    evil = Contract(
        "<b>", None, CONTRACT.outcome, (), None, (Column("<script>", "category", values=("<i>",), unit="<u>"),)
    )
    page = docs_page.page(openapi.document(evil, "<v1>", 10, False), evil).decode()
    assert not re.search("<b>|<script>|<i>|<u>|<v1>", page)


def test_a_page_is_made_of_the_document():
    document = openapi.document(CONTRACT, "v1.0.0", 10, True)
    assert msgspec.json.encode(document) and docs_page.page(document, CONTRACT).count(b"<h3>") == len(document["paths"])
