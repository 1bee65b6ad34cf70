# SPDX-License-Identifier: MIT

"""A client of the API with nothing but Python's standard library."""

import getpass
import http.client
import json
import os
import socket
import sys
import urllib.parse


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path, timeout=60):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def connection(where, timeout=60):
    """A connection to the path of a Unix socket, or to http://ADDRESS:PORT."""
    if where.startswith("http://"):
        return http.client.HTTPConnection(urllib.parse.urlsplit(where).netloc, timeout=timeout)
    return UnixConnection(where, timeout)


class Answer:
    """Status, headers and JSON of an answer."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        body = response.read()
        self.body = body.decode()
        is_json = "json" in (response.headers.get("Content-Type") or "")
        self.json = json.loads(body) if is_json else None


class Client:
    """One user at one connection."""

    def __init__(self, where):
        self.where = where
        self.connection = connection(where)
        self.token = None

    def call(self, method, path, body=None, key=None, headers=None):
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        if self.token:
            headers.setdefault("Authorization", "Bearer " + self.token)
        if key is not None:
            headers["Idempotency-Key"] = key
        self.connection.request(method, path, body, headers)
        return Answer(self.connection.getresponse())

    def expect(self, status, method, path, body=None, key=None, headers=None):
        """The JSON of an answer that must have this status."""
        answer = self.call(method, path, body, key, headers)
        if answer.status != status:
            raise AssertionError(f"{method} {path}: {answer.status} instead of {status}: {answer.body}")
        return answer.json

    def refused(self, status, problem, method, path, body=None, key=None, headers=None):
        """The problem document of an answer that must be this problem."""
        document = self.expect(status, method, path, body, key, headers)
        if document["type"] != "/problems/" + problem:
            raise AssertionError(f"{method} {path}: {document} instead of {problem}")
        return document

    def log_in(self, user, password):
        session = self.expect(201, "POST", "/v1/sessions", {"user": user, "password": password})
        self.token = session["token"]
        return session


def password(name):
    """The password of a user: one line of standard input, or asked for at the terminal."""
    return getpass.getpass(f"Password of {name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] != "token":
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} token SOCKET-OR-URL USER < PASSWORD")
    client = Client(sys.argv[2])
    print(client.log_in(sys.argv[3], password(sys.argv[3]))["token"])
