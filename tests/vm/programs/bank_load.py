"""A load of durable changes on the device, and the reckoning afterwards.

Threads send transfers and batches, each with an id of its own, retry until they are answered, and note what was
acknowledged as durable. Afterwards the journal in the store is read without any code of the daemon, and compared with
the notes: what was noted must be there once, where it was said to be (else it is lost or doubled), and nothing may be
there that was never sent (invented).
"""

import collections
import ctypes
import errno
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time

from qenex import DURABLE, Device, DurableRequest, JournalEntry, Refused, Transfer, check

STORE = "/var/lib/qenex/store"
MODULE = os.environ["QENEX_MODULE"]
THREADS = 4
ACCOUNTS = 8
OPENING = 1_000_000
BATCH = 25
# A thread's ids: this plus its number in the upper half.
IDS = 100


class Daemon:
    """A daemon on the store; `line` is the last it said before it was ready, or ended."""

    def __init__(self, *options, store=STORE):
        self.line, self.is_ready = "", False
        command = ["qenexd", "run", "--store", store, *options]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        # Before it is ready it may tell of what it could not use.
        for self.line in self.process.stderr:
            if "ready" in self.line:
                self.is_ready = True
                return
        self.process.wait()

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.end()

    def end(self):
        """Waits until it has ended; its exit status and the last line it said."""
        lines = self.process.stderr.read().strip().splitlines()
        return self.process.wait(), lines[-1] if lines else ""


def start(*options, store=STORE):
    daemon = Daemon(*options, store=store)
    if not daemon.is_ready:
        # Nothing that follows would come to an end.
        sys.exit(f"FAILED the daemon is not ready: {daemon.line}")
    return daemon


def stop(daemon):
    status, line = daemon.stop()
    check("it stops cleanly", (status, "stopped, everything up to entry" in line or line), (0, True))


def reload(*parameters):
    """The module anew, empty and closed, with the smallest ring there is."""
    subprocess.run(["rmmod", "qenex_banking"], check=True)
    subprocess.run(["insmod", MODULE, "journal_entries=16384", *parameters], check=True)


def verify(*options, store=STORE):
    return subprocess.run(["qenexd", "verify", "--store", store, *options], capture_output=True, text=True, check=False)


class Load:
    """Threads that keep the ledger busy. `note` is told of every acknowledged change: thread, number, sequence."""

    def __init__(self, note=None, first=0, threads=THREADS):
        self.noted, self.lock, self.stopping = {}, threading.Lock(), threading.Event()
        self.last_sent = dict.fromkeys(range(threads), first)
        self.tell = note
        self.problems = []
        with Device() as bank:
            self.numbers = accounts(bank)
        self.threads = [threading.Thread(target=self.work, args=(which,), daemon=True) for which in range(threads)]
        for thread in self.threads:
            thread.start()

    def note(self, which, n, sequence):
        with self.lock:
            self.noted[which, n] = sequence
        if self.tell:
            self.tell(which, n, sequence)

    def work(self, which):
        try:
            with Device() as bank:
                while not self.stopping.is_set():
                    if random.random() < 0.1:
                        self.send_batch(bank, which)
                    else:
                        self.send_one(bank, which)
        except (Refused, OSError) as problem:
            self.problems.append(f"thread {which}: {problem}")

    def next(self, which):
        self.last_sent[which] += 1
        return self.last_sent[which]

    def pair(self, n):
        return self.numbers[n % ACCOUNTS], self.numbers[(n * 3 + 1) % ACCOUNTS]

    def item(self, which, n):
        """The transfer of this thread with this number; everything about it follows from the two."""
        debtor, creditor = self.pair(n)
        key = {"id_low": n, "id_high": IDS + which}
        return Transfer(from_account=debtor, to_account=creditor, amount=amount(n), currency=840, **key)

    def send_one(self, bank, which):
        n = self.next(which)
        request = self.item(which, n)
        wanted = {name: getattr(request, name) for name in ("id_low", "id_high")}

        def attempt():
            answer = bank.transfer(request.from_account, request.to_account, request.amount, 840, flags=DURABLE, **wanted)
            self.durable(bank, [(which, n, answer.sequence)])

        self.insist(attempt)

    def send_batch(self, bank, which):
        ids = [self.next(which) for _ in range(BATCH)]
        items = [self.item(which, n) for n in ids]

        def attempt():
            _, results = bank.batch(items)
            refused = {result.result_name for result in results} - {"ok", "exists"}
            if refused:
                raise Refused(errno.EAGAIN, refused.pop())
            self.durable(bank, [(which, n, result.sequence) for n, result in zip(ids, results)])

        self.insist(attempt)

    def durable(self, bank, done):
        # A retry is answered at once; the original may not be durable yet.
        bank.call("WAIT_DURABLE", DurableRequest(sequence=max(sequence for *_, sequence in done), timeout_ms=60_000))
        for one in done:
            self.note(*one)

    def insist(self, attempt):
        """Again and again, as a caller must who got no answer."""
        while not self.stopping.is_set():
            try:
                attempt()
                return
            except Refused as refusal:
                if refusal.name not in ("journal_full", "timed_out", "not_live") and refusal.errno != errno.EINTR:
                    raise
                time.sleep(0.01)

    def count(self):
        with self.lock:
            return len(self.noted)

    def wait_for(self, more, seconds=60):
        """Until so many more were acknowledged; whether they were."""
        goal, begun = self.count() + more, time.monotonic()
        while self.count() < goal and time.monotonic() - begun < seconds and not self.problems:
            time.sleep(0.005)
        return self.count() >= goal

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(120)
        check("no client had trouble", self.problems, [])


def amount(n):
    return n % 7 + 1


def accounts(bank):
    """The customers' accounts, opened if they are not there."""
    opened = []
    for n in range(1, ACCOUNTS + 1):
        while True:
            try:
                opened.append(bank.create_account(840, initial_balance=OPENING, id_low=n, id_high=1).account_number)
                break
            except Refused as refusal:
                if refusal.name != "journal_full":
                    raise
                time.sleep(0.01)
    return opened


def stored(store=STORE):
    """Every entry in the store, read as any auditor could."""
    entries = []
    with sqlite3.connect(f"file:{store}/journal.sqlite?mode=ro", uri=True) as database:
        for (blob,) in database.execute("SELECT entries FROM journal_group ORDER BY first"):
            size = ctypes.sizeof(JournalEntry)
            entries += [JournalEntry.from_buffer_copy(blob, at) for at in range(0, len(blob), size)]
    return entries


def reckon(noted, last_sent, store=STORE):
    """Compares the notes with the store and the kernel. How many are lost, doubled, invented; and how many are there."""
    numbers, found, doubled, invented, last_time = [], {}, 0, 0, 0
    balances = collections.defaultdict(int)
    for place, entry in enumerate(stored(store), start=1):
        check("no gap", entry.sequence, place) if entry.sequence != place else None
        check("time never goes back", entry.timestamp >= last_time, True) if entry.timestamp < last_time else None
        last_time = entry.timestamp
        if entry.kind == "open" and entry.id_high == 1:
            numbers.append(entry.to_account)
        if entry.kind == "posting":
            balances[entry.from_account] -= entry.amount
            balances[entry.to_account] += entry.amount
        # An opening balance comes from the cash account.
        if entry.kind == "posting" and entry.from_account in numbers:
            which, n = entry.id_high - IDS, entry.id_low
            doubled += (which, n) in found
            found[which, n] = entry.sequence
            is_sent = which in last_sent and 0 < n <= last_sent[which]
            invented += not (is_sent and entry.amount == amount(n) and entry.from_account == numbers[n % ACCOUNTS])
    lost = sum(1 for key, sequence in noted.items() if found.get(key) != sequence)
    with Device() as bank:
        live = [account.balance for account in bank.accounts(*numbers)]
    check("balances in the kernel are those of the journal", live, [balances[number] for number in numbers])
    return lost, doubled, invented, len(found)


def report(fault, tries, noted, last_sent, store=STORE):
    """Reckons, verifies the store with the live ledger, and prints the fault's line."""
    lost, doubled, invented, there = reckon(noted, last_sent, store)
    verified = verify(store=store)
    check("the store is verified, and the kernel agrees", (verified.returncode, "agree" in verified.stdout), (0, True))
    check(f"{fault}: lost, doubled, invented", (lost, doubled, invented), (0, 0, 0))
    row(fault, tries, f"{len(noted)} acknowledged, {there} stored", lost, doubled, invented)


def row(fault, tries, what, lost, doubled, invented):
    print(f"| {fault} | {tries} | {what} | {lost} | {doubled} | {invented} |")
