"""The one exception that reaches the user as a plain message instead of a traceback."""


class Failure(Exception):
    """A failure with a message for the user and the exit status to end with."""

    def __init__(self, message: str, status: int = 1):
        super().__init__(message)
        self.status = status
