"""The HTTP API of the daemon on the kernel's ledger: days of banking, a load, and the daemon killed in the middle of it.

	api.py day     client programs in two languages, and 10,000 requests over 64 connections
	api.py kill TIMES   the daemon is killed (kill -9) while clients send; no answered request is lost, none done twice
	api.py service      what systemd and journald are told, a password typed on a terminal, and how long logins take
"""

import http.client
import json
import os
import pty
import re
import socket
import statistics
import subprocess
import sys
import threading
import time

from served import SETTINGS, SOCKET, STORE, Client, Daemon
from qenex import check, finish


def run(what, words, password):
    done = subprocess.run(words, input=password, capture_output=True, text=True, check=False)
    check(f"{what}: {done.stdout} {done.stderr}", done.returncode, 0)
    print(f"{what}: {done.stdout.strip()}")


def day():
    daemon = Daemon()
    run("a day in Python", ["python3", "api/day.py", SOCKET, "admin"], "AdminPass123!\n")
    run("a transfer in Perl", ["perl", "api/transfer.pl", SOCKET, "demo", "292", "389", "12.34", "USD"], "DemoPass123!\n")
    load = ["python3", "api/load.py", SOCKET, "demo", "292", "389", "USD", "--pid", str(daemon.process.pid)]
    run("10,000 requests over 64 connections", load, "DemoPass123!\n")
    environment = os.environ | {"XDG_STATE_HOME": "/run/login"}
    log_in = subprocess.run(["qenex", "login", "demo"], input="DemoPass123!\n", text=True, env=environment, check=False)
    check("qenex logs in", log_in.returncode, 0)
    listed = subprocess.run(["qenex", "--json", "account", "list"], capture_output=True, env=environment, check=True)
    check("and sees the customer's accounts", len(json.loads(listed.stdout)["accounts"]), 2)
    check("it stops cleanly", daemon.stop(), 0)
    verified = subprocess.run(["qenexd", "verify", "--store", STORE], capture_output=True, text=True, check=False)
    check(f"the store is verified {verified.stderr}", (verified.returncode, "agree" in verified.stdout), (0, True))
    told = open("qenexd.log", encoding="utf-8").read()
    check("no secret is in the log", re.findall("AdminPass|DemoPass|Bearer [0-9a-f]", told), [])


def kill(times):
    daemon = Daemon()
    answered, lock, stop, troubles = {}, threading.Lock(), threading.Event(), []

    def send(which):
        n, client = 0, None
        while not stop.is_set():
            n += 1
            key = f"{which}-{n}"
            body = {"debtor_account": "292", "creditor_account": "389", "amount": "0.01", "currency": "USD", "code": which}
            while not stop.is_set():
                try:
                    if client is None:
                        client = Client(SOCKET)
                        client.token = token
                    answer = client.call("POST", "/v1/transfers", body, key)
                except (OSError, http.client.HTTPException):
                    client = None
                    time.sleep(0.05)
                    continue
                if answer.status in (200, 201):
                    with lock:
                        answered[key] = answer.json["id"], answer.json["sequence"]
                    break
                if answer.status != 503:
                    troubles.append((key, answer.status, answer.body))
                    return
                time.sleep(0.05)

    admin = Client(SOCKET)
    token = admin.log_in("admin", "AdminPass123!")["token"]
    threads = [threading.Thread(target=send, args=(which,)) for which in range(1, 5)]
    for thread in threads:
        thread.start()
    for _ in range(times):
        time.sleep(1)
        daemon.kill()
        daemon = Daemon()
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join()
    check("no trouble", troubles, [])
    check("something was answered", len(answered) > 10 * times, True)
    check("it stops cleanly", daemon.stop(), 0)
    daemon = Daemon()
    client = Client(SOCKET)
    client.log_in("admin", "AdminPass123!")
    found, after = {}, "0"
    while after:
        page = client.expect(200, "GET", f"/v1/journal?account=292&kind=posting&limit=1000&after={after}")
        for entry in page["entries"]:
            if entry["code"]:
                check("no doubles", entry["id"] in found, False) if entry["id"] in found else None
                found[entry["id"]] = entry["sequence"]
        after = page.get("next")
    lost = [key for key, (number, sequence) in answered.items() if found.get(number) != sequence]
    check("lost", lost, [])
    # A thread has one request under way when it is told to end.
    check("invented", len(found) - len(answered) <= len(threads), True)
    check("it stops cleanly", daemon.stop(), 0)
    print(f"daemon killed {times} times: {len(answered)} answered, {len(found)} in the journal, 0 lost, 0 doubled")


def listen(path):
    """What is sent to the socket at `path`, taken as it comes: who takes nothing makes the daemon wait."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    received = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    received.bind(path)
    messages = []

    def take():
        while True:
            messages.append(received.recv(65536))

    threading.Thread(target=take, daemon=True).start()
    return messages


def typed(words, answer):
    """What a person sees on a terminal who is asked for a password and types it."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["XDG_STATE_HOME"] = "/run/typed"
        os.execvp(words[0], words)
    seen = b""
    while b":" not in seen:
        seen += os.read(terminal, 1000)
    time.sleep(0.5)
    os.write(terminal, answer + b"\n")
    try:
        while more := os.read(terminal, 1000):
            seen += more
    except OSError:  # the terminal of a process that has ended
        pass
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen


def service():
    told, logged = listen("/run/systemd/notify"), listen("/run/systemd/journal/socket")
    settings = SETTINGS + 'attempts = 1000\n[log]\nformat = "journald"\n'
    daemon = Daemon(settings, NOTIFY_SOCKET="/run/systemd/notify", WATCHDOG_USEC="2000000")
    check("systemd is told that it is ready", any(b"READY=1" in message for message in told), True)
    time.sleep(4)
    check("and that it is alive", sum(b"WATCHDOG=1" in message for message in told) >= 2, True)

    status, seen = typed(["qenex", "login", "demo"], b"DemoPass123!")
    check(f"a password typed on a terminal is taken {seen}", status, 0)
    check("and not shown", b"DemoPass" in seen, False)

    client = Client(SOCKET)
    times = {"demo": [], "nobody": []}
    for _ in range(15):
        for user, taken in times.items():
            begun = time.monotonic()
            client.expect(401, "POST", "/v1/sessions", {"user": user, "password": "not the password"})
            taken.append(time.monotonic() - begun)
    known, unknown = (statistics.median(taken) for taken in times.values())
    print(f"a refused login takes {known:.3f} s for a user who is there, {unknown:.3f} s for one who is not")
    # A hash that is left out would make it hundreds of times shorter.
    check("their times differ by less than a half", 2 / 3 < known / unknown < 3 / 2, True)

    fields = b"".join(logged)
    check("journald has the requests", (b"MESSAGE" in fields, b"REQUEST" in fields.upper()), (True, True))
    check("it stops cleanly", daemon.stop(), 0)
    check("systemd is told that it stops", any(b"STOPPING=1" in message for message in told), True)


match sys.argv[1:]:
    case ["service"]:
        service()
    case ["day"]:
        day()
    case ["kill", times]:
        kill(int(times))
    case _:
        sys.exit(__doc__)
finish()
