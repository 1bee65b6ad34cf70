"""Clients that want to be durable, while the daemon is killed again and again; then everything is compared.

	durable.py kill TIMES     kills the daemon TIMES times under load, then reloads the module and compares
	durable.py load FILE      makes durable transfers until the power goes, noting each that was acknowledged in FILE
	durable.py compare FILE   after that: what was acknowledged is there, once, and nothing else
"""

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time

from qenex import DURABLE, Device, DurableRequest, Refused, check, finish

STORE = "/var/lib/qenex/store"
MODULE = os.environ["QENEX_MODULE"]
THREADS = 4
OPENING = 1_000_000


class Daemon:
    def __init__(self):
        self.process = subprocess.Popen(["qenexd", "run", "--store", STORE], stderr=subprocess.PIPE, text=True)
        self.line = self.process.stderr.readline().strip()
        if "ready" not in self.line:
            self.process.wait()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        rest = self.process.stderr.read()
        return self.process.wait(), rest


def start():
    daemon = Daemon()
    check("the daemon is ready", "ready" in daemon.line, True)
    return daemon


def reload():
    subprocess.run(["rmmod", "qenex_banking"], check=True)
    subprocess.run(["insmod", MODULE], check=True)


def accounts():
    """The first four customers' accounts, opened if they are not there."""
    with Device() as bank:
        opened = [bank.create_account(840, initial_balance=OPENING, id_low=n, id_high=1) for n in range(1, 5)]
        return [account.account_number for account in opened]


def send(which, numbers, first, stop, note):
    """Durable transfers of one unit each from one account to the next; each that is acknowledged is noted."""
    device = Device()
    n = first
    while not stop.is_set():
        n += 1
        request = {"id_low": n, "id_high": 100 + which, "flags": DURABLE}
        while not stop.is_set():
            try:
                answer = device.transfer(numbers[which], numbers[(which + 1) % 4], 1, 840, **request)
                # A retry is answered at once; the original may not be durable yet.
                device.call("WAIT_DURABLE", DurableRequest(sequence=answer.sequence, timeout_ms=60_000))
                note(which, n, answer.sequence)
                break
            except Refused as refusal:
                if refusal.name not in ("journal_full", "timed_out") and refusal.errno != errno.EINTR:
                    raise
    device.close()


def compare(noted):
    """Every noted transfer is on record, once, where it was said to be; balances say the same."""
    bank = Device()
    numbers = accounts()
    entries, first = {}, 1
    while True:
        more, next_first = bank.history(first)
        if not more:
            break
        first = next_first
        for entry in more:
            if entry.id_high >= 100 and entry.id_high < 100 + THREADS:
                key = entry.id_high - 100, entry.id_low
                check("no doubles", key in entries, False) if key in entries else None
                entries[key] = entry.sequence
    lost = [key for key, sequence in noted.items() if entries.get(key) != sequence]
    check("lost", lost, [])
    # Accepted but not acknowledged ones may be there: at most the one that each thread had under way.
    last = {which: max([n for w, n in noted if w == which], default=0) for which in range(THREADS)}
    invented = [key for key in entries if key not in noted and key[1] > last[key[0]] + 1]
    check("invented", invented, [])
    sent = {which: sum(1 for w, _ in entries if w == which) for which in range(THREADS)}
    wanted = [OPENING - sent[which] + sent[(which - 1) % 4] for which in range(4)]
    check("balances", [account.balance for account in bank.accounts(*numbers)], wanted)
    bank.close()
    return len(noted), len(entries)


def kill(times):
    daemon = start()
    numbers = accounts()
    noted, lock, stop = {}, threading.Lock(), threading.Event()

    def note(which, n, sequence):
        with lock:
            noted[which, n] = sequence

    threads = [threading.Thread(target=send, args=(which, numbers, 0, stop, note)) for which in range(THREADS)]
    for thread in threads:
        thread.start()
    for _ in range(times):
        time.sleep(random.uniform(0.05, 0.5))
        daemon.kill()
        daemon = start()
    time.sleep(0.3)
    second = Daemon()
    check("a second daemon is refused", ("journal_attached" in second.line, second.process.returncode), (True, 1))
    stop.set()
    for thread in threads:
        thread.join()
    status, said = daemon.stop()
    check("it stops cleanly", (status, "stopped" in said or said), (0, True))
    compare(noted)
    # The module is gone and back, and has nothing; the daemon gives it everything.
    reload()
    daemon = start()
    acknowledged, stored = compare(noted)
    verified = subprocess.run(["qenexd", "verify", "--store", STORE], capture_output=True, text=True, check=False)
    check("the store is verified", verified.returncode, 0)
    daemon.stop()
    print(f"killed {times} times: {acknowledged} acknowledged, {stored} stored, 0 lost, 0 doubled, 0 invented")


def load(path):
    start()
    numbers = accounts()
    bank = Device()
    first = bank.info().sequence
    with open(path, "a", encoding="ascii") as notes:
        lock = threading.Lock()

        def note(which, n, sequence):
            with lock:
                # On the host's disk before the next one is sent.
                notes.write(f"{which} {n} {sequence}\n")
                notes.flush()

        never = threading.Event()
        threads = [
            threading.Thread(target=send, args=(which, numbers, first * 1000, never, note)) for which in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def compare_file(path):
    daemon = start()
    noted = {}
    with open(path, encoding="ascii") as notes:
        for line in notes:
            if line.endswith("\n") and len(line.split()) == 3:
                which, n, sequence = map(int, line.split())
                noted[which, n] = sequence
    bank = Device()
    missing = []
    for (which, n), sequence in noted.items():
        entry = bank.recorded(n, 100 + which)
        if entry is None or entry.sequence != sequence:
            missing.append((which, n, sequence))
    check("lost", missing, [])
    total = sum(account.balance for account in bank.accounts(*accounts()))
    check("no money is lost or made", total, 4 * OPENING)
    status, said = daemon.stop()
    check("it stops cleanly", (status, "stopped" in said or said), (0, True))
    verified = subprocess.run(["qenexd", "verify", "--store", STORE], capture_output=True, text=True, check=False)
    check("the store is verified", (verified.returncode, verified.stderr), (0, ""))
    print(f"{len(noted)} acknowledged before the power went, 0 lost")


match sys.argv[1:]:
    case ["kill", times]:
        kill(int(times))
        finish()
    case ["load", path]:
        load(path)
    case ["compare", path]:
        compare_file(path)
        finish()
    case _:
        sys.exit(__doc__)
