"""Faults under load. Each prints one line: fault, tries, what was there, lost, doubled, invented.

	faults.py killed TIMES       the daemon is killed (kill -9) at random moments
	faults.py terminated TIMES   it is told to stop (SIGTERM) at random moments, and must end cleanly
	faults.py stopped TIMES      it stands still (SIGSTOP) until the ring is full
	faults.py removal TIMES      the module is to be removed while entries are not stored
	faults.py clock TIMES        the clock is set back and forth
	faults.py taken-over TIMES   a second daemon is refused, then takes the journal over by force
	faults.py disk-full TIMES    there is no room left on the disk
	faults.py damaged TIMES      the store's files are cut off or changed at random places
	faults.py power NOTES        reckons what NOTES say of the times before, then makes a load until the power goes
	faults.py power-last NOTES TIMES   reckons for the last time
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

from bank_load import (
    BATCH, STORE, THREADS, Daemon, Load, reckon, reload, report, row, start, stop, verify,
)
from qenex import Device, check, finish


def killed(times):
    daemon = start()
    load = Load()
    for _ in range(times):
        load.wait_for(1)
        time.sleep(random.uniform(0, 0.3))
        daemon.kill()
        daemon = start()
    load.wait_for(20)
    load.stop()
    stop(daemon)
    # The module is gone and back and has nothing; the daemon gives it everything.
    reload()
    daemon = start()
    report("daemon killed (kill -9)", times, load.noted, load.last_sent)
    stop(daemon)


def terminated(times):
    daemon = start()
    load = Load()
    for _ in range(times):
        load.wait_for(1)
        time.sleep(random.uniform(0, 0.2))
        stop(daemon)
        daemon = start()
    load.wait_for(20)
    load.stop()
    report("daemon told to stop (SIGTERM)", times, load.noted, load.last_sent)
    stop(daemon)


def stopped(times):
    """With the smallest ring there is."""
    daemon = start()
    load = Load()
    accepted = {}
    with Device() as bank:
        ring = bank.info().journal_entries
        for _ in range(times):
            load.wait_for(10)
            daemon.signal(signal.SIGSTOP)
            refusal = None
            while refusal is None and len(accepted) < ring * times * 2:
                refusal = fill(bank, load, accepted)
            info = bank.info()
            check("a full ring refuses", refusal, "journal_full")
            check("nothing was overwritten", info.sequence - info.sequence_durable <= ring, True)
            daemon.signal(signal.SIGCONT)
    load.wait_for(20)
    load.stop()
    stop(daemon)
    load.noted.update(accepted)
    daemon = start()
    report("daemon standing still (SIGSTOP), ring full", times, load.noted, load.last_sent)
    stop(daemon)


def fill(bank, load, accepted):
    """Transfers that do not wait to be durable, until one is refused; why."""
    which = THREADS
    first = load.last_sent.get(which, 0) + 1
    load.last_sent[which] = first + 255
    _, results = bank.batch([load.item(which, n) for n in range(first, first + 256)])
    refusal = None
    for n, result in enumerate(results, start=first):
        if result.result_name == "ok":
            accepted[which, n] = result.sequence
        else:
            refusal = result.result_name
    return refusal


def removal(times):
    """The module, with entries that nobody has stored and no file open."""
    daemon = start()
    load = Load(threads=0)
    accepted = {}
    for _ in range(times):
        daemon.kill()
        with Device() as bank:
            fill(bank, load, accepted)
        removed = subprocess.run(["rmmod", "qenex_banking"], capture_output=True, text=True, check=False)
        check("it is refused", (removed.returncode, "in use" in removed.stderr or removed.stderr), (1, True))
        daemon = start()
    stop(daemon)
    load.noted.update(accepted)
    reload()
    daemon = start()
    report("module removed with entries not stored: refused", times, load.noted, load.last_sent)
    stop(daemon)


def clock(times):
    daemon = start()
    load = Load()
    for _ in range(times):
        load.wait_for(10)
        away = random.choice([-86_400, -3_600, -1, 3_600])
        time.clock_settime(time.CLOCK_REALTIME, time.time() + away)
    load.wait_for(20)
    load.stop()
    stop(daemon)
    reload()
    daemon = start()
    report("clock set back and forth", times, load.noted, load.last_sent)
    stop(daemon)


def taken_over(times):
    daemon = start()
    load = Load()
    for _ in range(times):
        load.wait_for(5)
        second = Daemon()
        check("a second daemon is refused", ("journal_attached" in second.line, second.process.returncode), (True, 1))
        third = start("--take-over")
        status, line = daemon.end()
        check("the first is fenced", (status, "taken the journal over" in line or line), (1, True))
        daemon = third
    load.wait_for(20)
    load.stop()
    report("second daemon refused, then taking over", times, load.noted, load.last_sent)
    stop(daemon)


def disk_full(times):
    """A small disk of its own, which grows when the daemon has given up."""
    place = "/run/small-disk"
    os.makedirs(place, exist_ok=True)
    size = 4096
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", place], check=True)
    store = f"{place}/store"
    daemon = start(store=store)
    load = Load()
    for _ in range(times):
        daemon.process.wait()
        status, line = daemon.end()
        check("it says why it ended", (status, "full" in line or line), (1, True))
        time.sleep(0.5)
        before = load.count()
        check("nothing is acknowledged without it", load.wait_for(1, seconds=0.3) or load.count() - before, 0)
        again = Daemon(store=store)
        if again.is_ready:
            # There was room enough to start, and none to go on.
            again.process.wait()
        size += 2048
        subprocess.run(["mount", "-o", f"remount,size={size}k", place], check=True)
        daemon = start(store=store)
    subprocess.run(["mount", "-o", "remount,size=512m", place], check=True)
    daemon.kill()
    daemon = start(store=store)
    load.wait_for(20)
    load.stop()
    report("disk full", times, load.noted, load.last_sent, store=store)
    stop(daemon)


def damaged(times):
    daemon = start()
    load = Load()
    for pause in (0.2, 0.2, 0.6):
        load.wait_for(150)
        # A clean stop leaves a snapshot, the last one by force a write-ahead log.
        stop(daemon)
        daemon = start()
        time.sleep(pause)
    load.wait_for(150)
    load.stop()
    daemon.kill()
    shutil.copytree(STORE, "/tmp/honest")
    stop(start())
    shutil.copytree(STORE, "/tmp/tidy")
    account = load.numbers[0]
    wanted = answers(STORE, account)
    check("an honest store answers", [status for status, _ in wanted], [0, 0, 0])
    noticed = 0
    for n in range(times):
        # Mostly the journal itself; the other times any file of a store whose daemon was killed.
        honest = "/tmp/honest" if n % 3 == 0 else "/tmp/tidy"
        files = [name for name in every_file(honest) if os.path.getsize(f"{honest}/{name}")]
        name = random.choice(files) if honest == "/tmp/honest" else "journal.sqlite"
        shutil.rmtree("/tmp/hurt", ignore_errors=True)
        shutil.copytree(honest, "/tmp/hurt")
        where = hurt(f"/tmp/hurt/{name}")
        got = answers("/tmp/hurt", account)
        for (status, said), (_, truth) in zip(got, wanted):
            if status != 0:
                named = any(word in said for word in ("/tmp/hurt", "entry", "store", "journal", "books", "people"))
                check(f"refused, and named: {where}", (status, named and "panicked" not in said or said), (1, True))
            else:
                check(f"nothing wrong is served: {where}", said, truth)
        noticed += got != wanted
        if n % 20 == 0:
            open_for_business("/tmp/hurt", where)
    reload()
    shutil.rmtree("/tmp/hurt")
    daemon = start()
    lost, doubled, invented, _ = reckon(load.noted, load.last_sent)
    what = f"{noticed} noticed and refused, {times - noticed} without effect"
    row("store cut off or changed", times, what, lost, doubled, invented)
    stop(daemon)


def open_for_business(store, where):
    """A damaged store is brought back completely, from what is good in it, or the ledger stays closed."""
    reload()
    daemon = Daemon(store=store)
    if daemon.is_ready:
        check(f"opened with everything: {where}", verify(store=store).returncode, 0)
        stop(daemon)
    else:
        with Device() as bank:
            check(f"not opened on doubt: {where}", (bank.info().state, daemon.process.returncode), (0, 1))


def answers(store, account):
    """What the store says when it is asked: for each question the status and what was said, or why not."""
    said = []
    for question in (["verify", "--offline"], ["trial-balance"], ["statement", str(account)]):
        command = ["qenexd", question[0], "--store", store, *question[1:]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        answer = "\n".join(line for line in done.stdout.splitlines() if not line.startswith("verified in"))
        said.append((done.returncode, answer if done.returncode == 0 else done.stderr.strip()))
    return said


def every_file(directory):
    for folder, _, names in os.walk(directory):
        for name in sorted(names):
            yield os.path.relpath(os.path.join(folder, name), directory)


def hurt(path):
    """Cuts a file off or changes one bit of it; says where."""
    size = os.path.getsize(path)
    at = random.randrange(size)
    if random.random() < 0.3:
        os.truncate(path, at)
        return f"{path} cut off at {at} of {size}"
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << random.randrange(8)]))
    return f"{path} changed at {at} of {size}"


def read_notes(path):
    """What was acknowledged up to the last time the power went, and the last that each thread may have sent."""
    noted, last = {}, dict.fromkeys(range(THREADS), 0)
    if os.path.exists(path):
        with open(path, encoding="ascii") as notes:
            for line in notes:
                # The last line may be cut off.
                match line.split() if line.endswith("\n") else []:
                    case ["from", first]:
                        last = dict.fromkeys(last, int(first))
                    case [which, n, sequence]:
                        noted[int(which), int(n)] = int(sequence)
                        last[int(which)] = max(last[int(which)], int(n))
    # What each thread had under way then, a batch at most.
    last = {which: n + 2 * BATCH for which, n in last.items()}
    return noted, last


def power(path):
    noted, last = read_notes(path)
    daemon = start()
    if noted:
        reckoned = reckon(noted, last)
        with open(f"{path}.reckoned", "a", encoding="ascii") as file:
            file.write(f"{' '.join(map(str, reckoned))}\n")
    if daemon.is_ready:
        first = max(last.values()) + 1000
        with open(path, "a", encoding="ascii") as notes:
            notes.write(f"from {first}\n")

            def note(*acknowledged):
                notes.write("%d %d %d\n" % acknowledged)
                notes.flush()

            Load(note, first)
            time.sleep(3600)


def power_last(path, times):
    noted, last = read_notes(path)
    daemon = start()
    with open(f"{path}.reckoned", encoding="ascii") as file:
        for line in file:
            check("lost, doubled, invented at one of the times", line.split()[:3], ["0", "0", "0"])
    report("power cut", times, noted, last)
    stop(daemon)


FAULTS = {
    "killed": killed,
    "terminated": terminated,
    "stopped": stopped,
    "removal": removal,
    "clock": clock,
    "taken-over": taken_over,
    "disk-full": disk_full,
    "damaged": damaged,
}

match sys.argv[1:]:
    case ["power", path]:
        power(path)
    case ["power-last", path, count]:
        power_last(path, int(count))
        finish()
    case [fault, count] if fault in FAULTS:
        # What another fault before, in the same machine, has left.
        shutil.rmtree(STORE, ignore_errors=True)
        reload()
        FAULTS[fault](int(count))
        finish()
    case _:
        sys.exit(__doc__)
