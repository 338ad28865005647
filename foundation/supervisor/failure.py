"""The one kind of error that a person is meant to read."""


class StartFailure(Exception):
    """Something could not be started. Its text is one sentence that says what to do; no traceback is shown."""

    def __init__(self, sentence: str, log_tail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.log_tail = log_tail
