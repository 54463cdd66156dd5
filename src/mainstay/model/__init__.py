"""The one file that is judged and shipped."""
