"""Refusal: the one way to say that an input cannot be worked with."""


class Refusal(Exception):
    """Bad input or misuse. Its message is one line: what, where, what was seen and wanted, what to do.

    Commands print it and exit with 2; nothing has been written when it is raised.
    """

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))
