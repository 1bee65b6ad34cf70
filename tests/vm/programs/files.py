"""Open files in all states of the module: they are what their callers are, keep the module as long as anything holds them, and
leave nothing behind."""

import array
import ctypes
import errno
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import threading
import time

from qenex import IOCTL, AckRequest, AttachRequest, Device, Refused, WaitRequest, check, finish, refused
from saved import BeginRequest, GoLiveRequest, RestoreEnd

MODULE = os.environ["QENEX_MODULE"]


def remove():
    return subprocess.run(["rmmod", "qenex_banking"], stderr=subprocess.DEVNULL).returncode


def load(*parameters):
    subprocess.run(["insmod", MODULE, *parameters], check=True)


def stays(what):
    check(f"the module stays: {what}", remove() != 0, True)


def attach_anew():
    with Device() as device:
        device.call("JOURNAL_ATTACH", AttachRequest())


# Through the states: a file that was opened while the ledger was closed is as good as another when it is open.
check("removed", remove(), 0)
load()
early = Device()
check("closed", early.info().state, 0)
refused("no account yet", "not_live", errno.EAGAIN, lambda: early.create_account(840))
early.call("RESTORE_BEGIN", BeginRequest())
end = RestoreEnd(ledger_id=(ctypes.c_uint64 * 2)(1, 2))
digest = (ctypes.c_uint8 * 32)(*hashlib.sha256(bytes(end)).digest())
with Device() as other:
    other.call("GO_LIVE", GoLiveRequest(end=end, digest=digest))
check("open", early.info().state, 1)
a = early.create_account(840, initial_balance=100).account_number
b = early.create_account(840).account_number
check("an early file works", early.transfer(a, b, 1, 840).result_name, "ok")
refused("restoring is over", "ledger_not_empty", errno.ENOTEMPTY, lambda: early.call("RESTORE_BEGIN", BeginRequest()))
refused("for good", "not_restoring", errno.EINVAL, lambda: early.call("GO_LIVE", GoLiveRequest(end=end, digest=digest)))

# However it was opened: what may be done depends on the caller, and without a file behind it nothing may.
for mode in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR | os.O_NONBLOCK, os.O_RDWR | os.O_APPEND | os.O_SYNC):
    file = Device.__new__(Device)
    file.fd = os.open("/dev/qenex_banking", mode)
    check(f"opened with {mode:#x}", file.info().accounts, 3)
    for what, call in (("read", lambda: os.read(file.fd, 8)), ("write", lambda: os.write(file.fd, b"x")), ("seek", lambda: os.lseek(file.fd, 1, 0)), ("truncate", lambda: os.ftruncate(file.fd, 0)), ("sync", lambda: os.fsync(file.fd))):
        try:
            call()
            check(f"{what} on a device that has none", what, "seek")
        except OSError as problem:
            check(f"{what} fails cleanly", problem.errno in (errno.EINVAL, errno.EBADF, errno.ESPIPE), True)
    file.close()
path = os.open("/dev/qenex_banking", os.O_PATH)
try:
    fcntl.ioctl(path, IOCTL["INFO"], bytearray(256))
    check("a path is no open file", "done", "EBADF")
except OSError as problem:
    check("a path is no open file", problem.errno, errno.EBADF)
os.close(path)

# The attachment is the open file's, whichever number it has and whoever holds it.
consumer = Device()
consumer.call("JOURNAL_ATTACH", AttachRequest())
other = os.dup(consumer.fd)
consumer.close()
refused("a duplicate keeps it", "journal_attached", errno.EBUSY, attach_anew)
child = os.fork()
if child == 0:
    os.close(early.fd)
    signal.pause()
    os._exit(0)
os.close(other)
refused("a child keeps it", "journal_attached", errno.EBUSY, attach_anew)
os.kill(child, signal.SIGSTOP)
refused("a stopped child too", "journal_attached", errno.EBUSY, attach_anew)
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)


def attaches(device):
    """The last close may be made by somebody who is just ending."""
    for _ in range(600):
        try:
            return device.call("JOURNAL_ATTACH", AttachRequest())
        except Refused:
            time.sleep(0.1)
    return check("attaches when nobody holds it", "never", "soon")


successor = Device()
attaches(successor)

# A file in a message that nobody has read is held by the socket, and goes with it.
ours, theirs = socket.socketpair()
ours.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [successor.fd]))])
successor.close()
refused("a message keeps it", "journal_attached", errno.EBUSY, attach_anew)
ours.close()
theirs.close()
third = Device()
attaches(third)

# Closed while a thread waits in it: the wait goes on, and ends by itself or by a change.
told = []
waiting = Device.__new__(Device)
waiting.fd = os.dup(third.fd)
last = early.info().sequence


def wait():
    try:
        told.append(waiting.call("JOURNAL_WAIT", WaitRequest(after=last, timeout_ms=60_000)).written)
    except Refused as refusal:
        told.append(refusal.name)


thread = threading.Thread(target=wait)
thread.start()
time.sleep(0.5)
os.close(waiting.fd)
early.transfer(a, b, 1, 840)
thread.join()
check("a wait in a closed file", told, [last + 1])
third.call("JOURNAL_ACK", AckRequest(sequence=early.info().sequence))

# The module goes when nothing is held, and not before: neither a file, nor one in a message, nor what is not acknowledged.
third.close()
stays("a file is open")
ours, theirs = socket.socketpair()
ours.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [early.fd]))])
early.close()
stays("a file is in a message")
ours.close()
theirs.close()
again = Device()
again.transfer(a, b, 1, 840)
again.close()
stays("an entry is not acknowledged")
final = Device()
final.call("JOURNAL_ATTACH", AttachRequest())
final.call("JOURNAL_ACK", AckRequest(sequence=final.info().sequence))
final.close()
check("the module goes", remove(), 0)
check("and its device with it", os.path.exists("/dev/qenex_banking"), False)
finish()
