"""A caller is stopped and changed by a debugger, or killed, while it waits in a call: nothing happens twice, nothing that was
accepted is lost, and nobody else is held up."""

import ctypes
import errno
import os
import signal
import time

from qenex import (
    DURABLE,
    IOCTL,
    AckRequest,
    AttachRequest,
    Device,
    DurableRequest,
    TransferRequest,
    WaitRequest,
    check,
    finish,
)

ATTACH, DETACH, POKEDATA, SYSCALL = 16, 17, 5, 24
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def trace(what, child, address=0, data=0):
    ctypes.set_errno(0)
    if libc.ptrace(what, child, address, data) == -1:
        check(f"ptrace {what}", errno.errorcode[ctypes.get_errno()], "done")


bank = Device()
a = bank.create_account(840, initial_balance=1000).account_number
b = bank.create_account(840).account_number
consumer = Device()
consumer.call("JOURNAL_ATTACH", AttachRequest())
memory = ctypes.create_string_buffer(128)  # a child has it at the same address


def waiter(name, request, file):
    """A child that makes the call and exits with its errno; returns when it waits in it."""
    ctypes.memmove(memory, bytes(request), ctypes.sizeof(request))
    child = os.fork()
    if child == 0:
        libc.ioctl(file.fd, ctypes.c_ulong(IOCTL[name]), memory)
        os._exit(ctypes.get_errno() & 0x7F)
    for _ in range(600):
        with open(f"/proc/{child}/stat") as stat:
            if stat.read().rsplit(")", 1)[1].split()[0] == "S":
                break
        time.sleep(0.05)
    time.sleep(0.2)
    return child


def ends(child):
    _, status = os.waitpid(child, 0)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)


def durable(number):
    return TransferRequest(id_low=number, from_account=a, to_account=b, amount=10, currency=840, flags=DURABLE)


def balance():
    return bank.accounts(b)[0].balance


# Stopped by a debugger, which writes to the argument, and let go: the transfer is made once, as it was first asked for.
before, first = balance(), bank.info().sequence
child = waiter("TRANSFER", durable(1), bank)
check("made before it waits", (balance(), bank.info().sequence), (before + 10, first + 1))
trace(ATTACH, child)
os.waitpid(child, 0)
address = ctypes.addressof(memory)
trace(POKEDATA, child, address + 32, 999)  # the amount
trace(POKEDATA, child, address + 0, 77)  # the id
check("stopped, others go on", bank.transfer(a, b, 1, 840).result_name, "ok")
trace(DETACH, child, 0, 0)
# Interrupted by the stop the call has ended, or waits on for what it waited for; nothing is made a second time.
consumer.call("JOURNAL_ACK", AckRequest(sequence=bank.info().sequence))
check("ends", ends(child) in (0, errno.EINTR), True)
check("made once", (balance(), bank.info().sequence), (before + 11, first + 2))
check("as first asked for", [entry and entry.amount for entry in (bank.recorded(1), bank.recorded(77))], [10, None])

# Killed while it waits: what was accepted stays.
child = waiter("TRANSFER", durable(2), bank)
os.kill(child, signal.SIGKILL)
check("killed", ends(child), -signal.SIGKILL)
check("it stays", bank.recorded(2).amount, 10)

# Stepped from call to call, with signals between: each wait ends with an error that says so, or with its answer.
for name, request, file in (
    ("WAIT_DURABLE", DurableRequest(sequence=bank.info().sequence + 1000, timeout_ms=600_000), bank),
    ("JOURNAL_WAIT", WaitRequest(after=bank.info().sequence + 1000, timeout_ms=600_000), consumer),
):
    child = waiter(name, request, file)
    ended = None
    for _ in range(20):
        trace(ATTACH, child)
        os.waitpid(child, 0)
        # To the end of the call that was interrupted, or into it anew.
        trace(SYSCALL, child, 0, 0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            ended = os.WEXITSTATUS(status)
            break
        trace(DETACH, child, 0, 0)
        time.sleep(0.05)
        with open(f"/proc/{child}/stat") as stat:
            if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                break
    if ended is None:
        os.kill(child, signal.SIGKILL)
        ended = ends(child)
    check(f"{name}: ends", ended in (errno.EINTR, -signal.SIGKILL), True)

# The consumer goes on, and the module goes when everybody has gone.
last = bank.info().sequence
consumer.call("JOURNAL_ACK", AckRequest(sequence=last))
check("acknowledged", bank.info().sequence_durable, last)
check("the money", balance(), before + 21)
finish()
