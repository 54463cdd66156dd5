"""The file that a small team would bring."""

import csv

import pandas as pd


def customers(n=200):
    """As teams have them: ids with leading zeros, a blank, yes and no, a leak, a constant, twins, a future name."""
    rows = range(n)
    left = [i % 4 == 0 for i in rows]
    return pd.DataFrame(
        {
            "nr": [f"{i:06}" for i in rows],
            "tenure": [str(i % 60) for i in rows],
            "charge": ["" if i in (3, 77) else f"{20 + i % 37 * 1.5:.2f}" for i in rows],
            "plan": [("basic", "plus", "No")[i % 3] for i in rows],
            "zip": [f"0{1000 + i % 90}" for i in rows],
            "country": ["NL"] * n,
            "email": [f"c{i}@example.org" for i in rows],
            "leftover": [f"{(9 if out else 1) + i % 7 / 10}" for i, out in zip(rows, left, strict=True)],
            "churn_reason": ["price" if out else "" for out in left],
            "Left": ["Yes" if out else "No" for out in left],
        }
    )


def write_csv(frame, path, **how):
    frame.to_csv(path, index=False, quoting=csv.QUOTE_MINIMAL, **how)
    return path
