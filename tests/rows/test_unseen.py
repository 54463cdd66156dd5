from mainstay.rows.contract import UNSEEN
from mainstay.rows.contract_file import parse

CONTRACT = """\
id: id
outcome: {column: churned, positive: 1}
blanks: [""]
columns:
  plan: {kind: category, values: [monthly, yearly], missing: 0.1}
"""


def test_an_unseen_category_has_a_code_of_its_own_which_model_files_rely_on():
    encode = parse(CONTRACT, "c.yaml").encode
    seen, unseen, missing = [encode({"plan": value})[0] for value in ("monthly", "weekly", None)]
    assert (seen, unseen) == (0.0, -1.0) and missing != missing
    assert unseen == UNSEEN
