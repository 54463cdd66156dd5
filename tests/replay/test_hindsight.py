import datetime

import pandas as pd
from past import CONTRACT

from mainstay.replay.hindsight import by_month, unreadable
from mainstay.rows import contract_file, layout

COLUMNS = [column.name for column in layout.customers(contract_file.load(CONTRACT)).columns]


def test_days_are_gathered_by_calendar_month_in_order():
    days = [datetime.date(2024, 2, 15), datetime.date(2024, 1, 31), datetime.date(2024, 2, 1)]
    found = list(by_month(pd.DataFrame({"day": days, "id": [1, 2, 3]}), "day"))
    assert [(day.isoformat(), list(rows["id"])) for day, rows in found] == [("2024-01-31", [2]), ("2024-02-01", [1, 3])]


def test_files_with_the_contract_s_columns_can_be_scored_and_others_say_why_not():
    assert unreadable(COLUMNS, CONTRACT, "customers/2024-01.parquet") is None
    renamed = ["monthly_fee" if name == "monthly_charge" else name for name in COLUMNS]
    assert "probably renamed to 'monthly_fee'" in unreadable(renamed, CONTRACT, "customers/2024-01.parquet")
