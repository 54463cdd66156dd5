"""The verbs of the `mainstay` command, a file a job. Imports stay inside the handlers."""
