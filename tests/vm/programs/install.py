"""Our packages on a bare Debian that systemd starts: installed, used, upgraded, removed.

	install.py new      from nothing to the end; what is in the share's old/ is installed, new/ is the upgrade
	install.py again    on another machine with the same data disk: the books are there
"""

import glob
import os
import re
import stat
import subprocess
import sys
import threading
import time

import documents
from qenex import check, finish

STORE = "/var/lib/qenex"
PASSWORD = "a long password of anna\n"


def run(*words, given="", ok=True):
    done = subprocess.run(words, input=given, capture_output=True, text=True)
    if ok and done.returncode:
        sys.exit(f"FAILED {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}\n{journal()}")
    return done.stdout if ok else done


def journal():
    return subprocess.run(["journalctl", "--no-pager", "-n", "60"], capture_output=True, text=True).stdout


def until(what, holds, seconds=120):
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if holds():
            return
        time.sleep(0.2)
    check(what, False, True)
    print(journal())
    finish()


def is_active():
    return run("systemctl", "is-active", "qenexd.service", ok=False).stdout.strip() == "active"


def install(folder):
    run("dpkg", "--install", *sorted(glob.glob(f"{folder}/*.deb")))


def as_documented(section, folder="."):
    """The commands of a section of docs/operations.md, as they are written there."""
    here = os.getcwd()
    os.chdir(folder)
    check(f"operations: {section}", documents.run(f"{here}/operations.md#{section}", PASSWORD), True)
    os.chdir(here)


def accounts():
    """Balances as the daemon tells them."""
    return sorted(line.split()[:3] for line in run("qenex", "account", "list").splitlines()[1:])


def new():
    # Installed: everything is there and at work without any command of ours.
    run("useradd", "anna")
    as_documented("installing", "old")
    until("the daemon is at work after the installation", is_active)
    node = os.stat("/dev/qenex_banking")
    group = run("stat", "-c", "%U:%G", "/dev/qenex_banking").strip()
    check("the device", (stat.filemode(node.st_mode), group), ("crw-rw----", "root:qenex"))
    check("the socket", run("stat", "-c", "%A %U:%G", "/run/qenex/api.sock").strip(), "srw-rw---- qenexd:qenex")
    check("the store", run("stat", "-c", "%A %U", STORE).strip(), "drwx------ qenexd")
    pid = run("systemctl", "show", "--property", "MainPID", "--value", "qenexd.service").strip()
    status = open(f"/proc/{pid}/status", encoding="ascii").read()
    uid = re.search(r"^Uid:\t(\d+)", status, re.M).group(1)
    check("whose the daemon is", run("id", "-un", uid).strip(), "qenexd")
    check("its capabilities", set(re.findall(r"^Cap(?:Prm|Eff|Bnd|Amb):\t(\w+)", status, re.M)), {"0" * 16})
    score = run("systemd-analyze", "security", "qenexd.service").strip().splitlines()[-1]
    exposure = float(re.search(r": ([\d.]+) ", score).group(1))
    check(f"exposure at most 2.5: {exposure}", exposure <= 2.5, True)
    print(f"exposure {exposure}")

    # A transfer, by the daemon and at the device.
    run("qenex", "login", "anna", given=PASSWORD)
    a = run("qenex", "account", "create", "-q", "--currency", "USD", "--balance", "1000.00").strip()
    b = run("qenex", "account", "create", "-q", "--currency", "USD").strip()
    run("qenex", "transfer", a, b, "250.00", "USD")
    run("qenex", "--device", "transfer", a, b, "50.00", "USD", "--durable")
    check("balances", [line[2] for line in accounts() if line[0] in (a, b)], ["700.00", "300.00"])
    refused = run("qenex", "transfer", a, b, "9999.00", "USD", ok=False)
    check("too much", (refused.returncode, "exceeds_available_balance" in refused.stderr), (1, True))

    as_documented("is-it-well")
    as_documented("backup-restore-verify")

    # The daemon is started by whoever asks, and again when it dies.
    run("systemctl", "stop", "qenexd.service")
    check("stopped", is_active(), False)
    check("asked, it is there", [line[2] for line in accounts() if line[0] in (a, b)], ["700.00", "300.00"])
    run("systemctl", "kill", "--signal", "KILL", "qenexd.service")
    until("killed, it comes back", is_active)
    check("with the books", [line[2] for line in accounts() if line[0] in (a, b)], ["700.00", "300.00"])

    # Upgraded while a customer goes on paying: the module is replaced, requests wait, nothing is lost.
    before = module_age()
    paid, stop = [], threading.Event()

    def pay():
        while not stop.is_set():
            done = run("qenex", "transfer", a, b, "0.01", "USD", "--id", str(1000 + len(paid)), ok=False)
            if done.returncode == 0:
                paid.append(done.stdout)

    payer = threading.Thread(target=pay)
    payer.start()
    until("payments before the upgrade", lambda: len(paid) >= 3)
    install("new")
    until("the daemon is at work after the upgrade", is_active)
    count = len(paid)
    until("payments after the upgrade", lambda: len(paid) >= count + 3)
    stop.set()
    payer.join()
    check("the module is another one", module_age() != before, True)
    version = run("dpkg-query", "--show", "--showformat=${Version}", "qenex")
    check("the version", version, "99.0")
    cents = 30_000 + len(paid)
    check("every payment, once", [line[2] for line in accounts() if line[0] == b], [f"{cents // 100}.{cents % 100:02}"])
    verified = run("qenex", "verify")
    check("verified", "accounts agree" in verified, True)
    print(f"{len(paid)} payments over the upgrade")


def module_age():
    """When the module was loaded, as its device tells."""
    return os.stat("/dev/qenex_banking").st_ctime_ns


def again():
    install("new")
    until("the daemon is at work", is_active)
    run("qenex", "login", "anna", given=PASSWORD)
    check("accounts of the other machine", len(accounts()) >= 3, True)
    verified = run("qenex", "verify")
    check("verified", "accounts agree" in verified, True)
    entries = re.search(r"entries +(\d+)", verified).group(1)
    # Removed: the ledger is gone, the books are not; not even when everything is purged.
    module = run("sh", "-c", "dpkg-query --show --showformat='${Package}\n' | grep ^qenex-module").strip()
    for how in ("--remove", "--purge"):
        run("dpkg", how, "qenex", module)
        check(f"no daemon after {how}", is_active(), False)
        check(f"no module after {how}", os.path.exists("/sys/module/qenex_banking"), False)
        check(f"the books after {how}", os.path.exists(f"{STORE}/journal.sqlite"), True)
    install("new")
    until("the daemon is at work once more", is_active)
    check("the same books", re.search(r"entries +(\d+)", run("qenex", "verify")).group(1), entries)


{"new": new, "again": again}[sys.argv[1]]()
finish()
