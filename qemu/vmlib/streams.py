"""An output of the command on its way to the caller's own."""

from typing import BinaryIO


class Output:
    """Passes bytes on at once, up to a token that marks the end.

    Only what may be the beginning of the token is held back until more comes.
    """

    def __init__(self, target: BinaryIO, token: bytes):
        self.complete = False
        self._target = target
        self._token = token
        self._held = b""

    def feed(self, data: bytes) -> None:
        if self.complete:
            return
        data = self._held + data
        end = data.find(self._token)
        if end >= 0:
            self.complete = True
            self._held = b""
        else:
            end = len(data) - self._possible_start(data)
            self._held = data[end:]
        self._target.write(data[:end])
        self._target.flush()

    def _possible_start(self, data: bytes) -> int:
        """How many of the last bytes may be the token's first ones."""
        longest = min(len(data), len(self._token) - 1)
        return next((size for size in range(longest, 0, -1) if data.endswith(self._token[:size])), 0)
