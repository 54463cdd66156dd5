"""One line of a prediction log."""

from mainstay.rows import prediction_record
from mainstay.rows.prediction_record import Record


def line(*fields):
    """Of a record's fields in their order."""
    return prediction_record.encode([Record(*fields)])
