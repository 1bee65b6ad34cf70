# SPDX-License-Identifier: MIT

"""The daemon's HTTP API. Amounts are decimal texts in units of the currency ("12.50"), so that nothing is rounded."""

import http.client
import json
import secrets
import socket
import urllib.parse


class Problem(Exception):
    """What the daemon refused, and why: `kind` is a stable name, `document` all that it said (RFC 9457)."""

    def __init__(self, document):
        self.document, self.kind = document, document.get("type", "").rpartition("/")[2]
        super().__init__(f"{self.kind}: {document.get('detail', '')}")


class Api:
    """One user at one connection, which is made anew when it breaks. Not for several threads at once."""

    def __init__(self, where="/run/qenex/api.sock", timeout=60):
        """`where` is the path of the daemon's socket, or http://ADDRESS:PORT."""
        self._where, self._timeout, self._connection, self._token = where, timeout, None, None

    def log_in(self, user, password):
        self._token = self.call("POST", "/v1/sessions", {"user": user, "password": password})["token"]

    def call(self, method, path, body=None, *, key=None):
        """The document of the answer. Every change has an idempotency key, so that it is made once however often it is sent;
        give the same `key` again if you do not know what became of it.
        """
        if method != "GET":
            key = key or secrets.token_hex(16)
        for again in (True, False):
            try:
                return self._send(method, path, body, key)
            except (OSError, http.client.HTTPException):
                self._connection = None
                if not again:
                    raise
        return None

    def _send(self, method, path, body, key):
        if self._connection is None:
            self._connection = _connection(self._where, self._timeout)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if key:
            headers["Idempotency-Key"] = key
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        text = answer.read()
        document = json.loads(text) if text else None
        if answer.status >= 400:
            raise Problem(document or {"detail": f"status {answer.status}"})
        return document


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _connection(where, timeout):
    if where.startswith("http://"):
        return http.client.HTTPConnection(urllib.parse.urlsplit(where).netloc, timeout=timeout)
    return _UnixConnection(where, timeout)
