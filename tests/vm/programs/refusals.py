"""A daemon in doubt does not open the ledger: it ends with status 1 and one line that says what is wrong and what to do."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess

from bank_load import STORE, Daemon, Load, reload, start, stop
from qenex import Device, check, finish

WORK = "/tmp/stores"


def copy(of, name):
    path = f"{WORK}/{name}"
    shutil.copytree(of, path)
    return path


@contextlib.contextmanager
def tampering(store):
    """The journal's database without the triggers that keep honest people from mistakes; afterwards they are back."""
    # Nothing but the journal: what snapshots and books say must not help.
    shutil.rmtree(f"{store}/snapshots", ignore_errors=True)
    database = sqlite3.connect(f"{store}/journal.sqlite", isolation_level=None)
    triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    yield database
    for _, sql in triggers:
        database.execute(sql)
    database.close()


def set_facts(database, **changed):
    """Writes what the store is anew, with the right checksum."""
    facts = dict(database.execute("SELECT key, value FROM meta"))
    facts.update(changed)
    whole = b"".join(key.encode() + facts[key] for key in ("ledger_id", "format", "created"))
    facts["checksum"] = hashlib.sha256(whole).digest()
    for key, value in facts.items():
        database.execute("UPDATE meta SET value = ? WHERE key = ?", (value, key))


def refused(what, wanted, store, *options, prefix=()):
    """The daemon says one line with these words in it and ends; the ledger is as open or closed as before."""
    with Device() as bank:
        before = bank.info()
    command = [*prefix, "qenexd", "run", "--store", store, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    lines = done.stderr.strip().splitlines()
    check(f"{what}: status and lines", (done.returncode, len(lines), done.stdout), (1, 1, ""))
    missing = [word for word in wanted if word not in done.stderr]
    check(f"{what}: {done.stderr.strip()}", missing, [])
    with Device() as bank:
        check(f"{what}: nothing is opened", bank.info().state, before.state)


def make_store(store, more=60):
    daemon = start(store=store)
    load = Load()
    load.wait_for(more)
    load.stop()
    stop(daemon)


os.makedirs(WORK)
make_store(STORE)
honest = copy(STORE, "honest")
with Device() as bank:
    last = bank.info().sequence

# The kernel has the ledger, and goes on without this copy.
make_store(STORE)
refused("an older copy", ["older copy of the store", "name the right one"], copy(honest, "older"))
newer = copy(STORE, "newer")
refused("no store, but a ledger", ["there is no store of them", "unload and load the module"], f"{WORK}/empty")
check("no store was made", os.path.exists(f"{WORK}/empty/journal.sqlite"), False)

# Another ledger in the kernel.
reload()
make_store(f"{WORK}/other")
refused("the store of another ledger", ["name the right store"], copy(honest, "wrong"))

# The same ledger, but older than the store.
reload()
daemon = start(store=copy(honest, "back"))
refused("a second daemon", ["journal_attached"], copy(honest, "second"))
stop(daemon)
refused("a store that is ahead", ["unload and load the module", str(last)], newer)

# From here on the kernel waits, empty and closed.
reload()

store = copy(honest, "format")
with tampering(store) as database:
    set_facts(database, format=(99).to_bytes(8, "big"))
refused("a newer format", ["format 99", "use a newer qenexd"], store)

store = copy(honest, "identity")
with tampering(store) as database:
    set_facts(database, ledger_id=bytes(16))
refused("another identity", ["the store holds ledger", "give the directory of the right ledger"], store)

store = copy(honest, "gap")
with tampering(store) as database:
    groups = [first for (first,) in database.execute("SELECT first FROM journal_group ORDER BY first")]
    gap = groups[len(groups) // 2]
    database.execute("DELETE FROM journal_group WHERE first = ?", (gap,))
refused("a gap", ["has a gap", f"entry {gap} is missing", "restore it from a backup"], store)

store = copy(honest, "chain")
with tampering(store) as database:
    database.execute("UPDATE journal_group SET previous = zeroblob(32) WHERE first = ?", (gap,))
refused("a wrong chain", [f"entry {gap}", "restore"], store)

store = copy(honest, "end")
with tampering(store) as database:
    database.execute("DELETE FROM journal_group WHERE first = ?", (groups[-1],))
refused("a lost end", [f"entry {last} was durable", "qenexd accept-end"], store)

store = copy(honest, "triggers")
with sqlite3.connect(f"{store}/journal.sqlite") as database:
    database.execute("DROP TRIGGER journal_group_never_goes")
refused("a missing trigger", ["tables or triggers"], store)

store = f"{WORK}/file"
with open(store, "w", encoding="ascii") as file:
    file.write("no directory\n")
refused("a file instead of a directory", ["Not a directory"], store)
refused("no device", ["/dev/absent", "No such file"], honest, "--device", "/dev/absent")
refused("another device", ["/dev/null"], honest, "--device", "/dev/null")

# The right of the ledger, but not of the directory.
group = subprocess.run(["getent", "group", "qenex"], capture_output=True, text=True, check=True).stdout.split(":")[2]
reload(f"operator_gid={group}")
subprocess.run(["chgrp", "qenex", "/dev/qenex_banking"], check=True)
os.chmod(WORK, 0o700)
operator = ["setpriv", "--reuid", "operator", "--regid", "operator", "--groups", "qenex"]
refused("an unreadable directory", ["Permission denied", honest], honest, prefix=operator)
stranger = ["setpriv", "--reuid", "customer", "--regid", "customer", "--groups", "daemon"]
refused("no right to the device", ["Permission denied", "/dev/qenex_banking"], honest, prefix=stranger)

# After all of that the right store opens the ledger.
stop(start(store=honest))
finish()
