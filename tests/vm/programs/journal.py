"""The journal as its consumer sees it: attach, map, wait, acknowledge, take over; and callers that wait for it."""

import ctypes
import errno
import mmap
import os
import select
import signal
import sys
import threading
import time

from qenex import (
    DURABLE,
    AckRequest,
    AttachRequest,
    Device,
    DurableRequest,
    JournalEntry,
    Transfer,
    WaitRequest,
    check,
    finish,
    refused,
)

TAKE_OVER = 1


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Consumer(Device):
    def attach(self, flags=0):
        self.attached = self.call("JOURNAL_ATTACH", AttachRequest(flags=flags))
        self.ring = mmap.mmap(self.fd, self.attached.ring_size, mmap.MAP_SHARED, mmap.PROT_READ)
        return self.attached

    def entry(self, sequence):
        at = sequence % self.attached.entries * 192
        return JournalEntry.from_buffer_copy(self.ring[at : at + 192])

    def wait(self, after, timeout_ms=0):
        return self.call("JOURNAL_WAIT", WaitRequest(after=after, timeout_ms=timeout_ms))

    def acknowledge(self, sequence):
        return self.call("JOURNAL_ACK", AckRequest(sequence=sequence))


bank = Device()
a = bank.create_account(840, initial_balance=10_000_000).account_number
b = bank.create_account(840).account_number

# Before there is a consumer nothing can be durable, and nobody pretends.
refused("durable without a consumer", "durability_unavailable", errno.EAGAIN, lambda: bank.transfer(a, b, 1, 840, flags=DURABLE))
check("nothing moved", bank.accounts(b)[0].balance, 0)
check("nothing is durable", bank.info().sequence_durable, 0)
refused("wait as no consumer", "journal_not_attached", errno.EINVAL, lambda: Consumer().wait(0))
refused("acknowledge as no consumer", "journal_not_attached", errno.EINVAL, lambda: Consumer().acknowledge(0))

consumer = Consumer()
attached = consumer.attach()
check("the ring", attached.ring_size, attached.entries * 192)
check("what was volatile is behind", attached.acknowledged, bank.info().sequence)
refused("a second consumer", "journal_attached", errno.EBUSY, lambda: Consumer().attach())

# Entries come through the map, whole and in order.
start = attached.acknowledged
refused("nothing to do", "timed_out", errno.ETIMEDOUT, lambda: consumer.wait(start, 20))
poller = select.poll()
poller.register(consumer.fd, select.POLLIN | select.POLLOUT)
check("poll: room, no work", poller.poll(0), [(consumer.fd, select.POLLOUT)])
done = [bank.transfer(a, b, amount, 840, id_low=1000 + amount, code=amount) for amount in (10, 20, 30)]
check("poll: work", poller.poll(0), [(consumer.fd, select.POLLIN | select.POLLOUT)])
check("written", consumer.wait(start).written, start + 3)
for place, request in enumerate(done, start=1):
    entry = consumer.entry(start + place)
    check(
        "the entry",
        (entry.sequence, entry.timestamp, entry.id_low, entry.from_account, entry.to_account, entry.amount, entry.code, entry.kind),
        (request.sequence, request.timestamp, request.id_low, a, b, request.amount, request.amount, "posting"),
    )
    check("its checksum", crc32c(bytes(entry)[:188]), entry.crc)
check("counters afterwards", list(consumer.entry(start + 3).to_after), [0, 60, 0, 0])

# The map is for reading, for good.
for what, flags, protection in (("write", mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE),):
    try:
        mmap.mmap(consumer.fd, attached.ring_size, flags, protection)
        check(f"map to {what}", "done", "EPERM")
    except PermissionError:
        pass
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
place = libc.mmap(None, attached.ring_size, mmap.PROT_READ, mmap.MAP_SHARED, consumer.fd, 0)
check("mprotect to write", (libc.mprotect(place, 4096, 3), ctypes.get_errno()), (-1, errno.EACCES))
check("mprotect to execute", (libc.mprotect(place, 4096, 5), ctypes.get_errno()), (-1, errno.EACCES))
for what, size, offset in (("a part", 4096, 0), ("too much", attached.ring_size + 4096, 0), ("an offset", attached.ring_size, 4096)):
    ctypes.set_errno(0)
    libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, consumer.fd, offset)
    check(f"map {what}", ctypes.get_errno(), errno.EINVAL)
ctypes.set_errno(0)
libc.mmap(None, attached.ring_size, mmap.PROT_READ, mmap.MAP_SHARED, bank.fd, 0)
check("map as no consumer", ctypes.get_errno(), errno.EINVAL)

# Durable is what is acknowledged.
last = bank.info().sequence
refused("not durable yet", "timed_out", errno.ETIMEDOUT, lambda: bank.call("WAIT_DURABLE", DurableRequest(sequence=last)))
refused("acknowledge too much", "acknowledged_too_much", errno.EINVAL, lambda: consumer.acknowledge(last + 1))
consumer.acknowledge(last - 1)
refused("acknowledge less", "acknowledged_already", errno.EINVAL, lambda: consumer.acknowledge(last - 2))
check("all but one", bank.call("WAIT_DURABLE", DurableRequest(sequence=last - 1)).durable, last - 1)


def later(delay, work):
    thread = threading.Timer(delay, work)
    thread.start()
    return thread


waiting = later(0.3, lambda: consumer.acknowledge(last))
check("waited for", bank.call("WAIT_DURABLE", DurableRequest(sequence=last, timeout_ms=10_000)).durable, last)
waiting.join()
check("durable in info", bank.info().sequence_durable, last)


# A durable transfer returns when it is stored, and holds up nobody else meanwhile.
def store_when_there(sequence):
    consumer.wait(sequence - 1, 10_000)
    time.sleep(0.3)
    consumer.acknowledge(sequence)


other = Device()
waiting = later(0, lambda: store_when_there(last + 2))
finished = []
durable = threading.Thread(target=lambda: finished.append(bank.transfer(a, b, 5, 840, flags=DURABLE)))
durable.start()
while bank.info().sequence < last + 1:
    time.sleep(0.01)
other.transfer(a, b, 6, 840)
check("another is not held up", finished, [])
durable.join()
waiting.join()
check("the durable one is stored", finished[0].sequence <= bank.info().sequence_durable, True)
batch = [Transfer(from_account=a, to_account=b, amount=1, currency=840, flags=DURABLE if n == 1 else 0) for n in range(3)]
last = bank.info().sequence
waiting = later(0, lambda: store_when_there(last + 3))
answer, results = bank.batch(batch)
waiting.join()
check("a durable batch", (answer.accepted, answer.sequence, bank.info().sequence_durable), (3, last + 3, last + 3))

# A signal ends the wait, not the transfer; the answer is there.
last = bank.info().sequence
signal.signal(signal.SIGALRM, lambda *_: None)
signal.siginterrupt(signal.SIGALRM, True)
child = os.fork()
if child == 0:
    import fcntl

    from qenex import IOCTL, TransferRequest

    signal.alarm(1)
    request = bytearray(TransferRequest(from_account=a, to_account=b, amount=7, currency=840, flags=DURABLE))

    class Interrupted(Exception):
        pass

    def interrupt(*_):
        raise Interrupted

    # Python restarts interrupted calls unless the handler raises.
    signal.signal(signal.SIGALRM, interrupt)
    try:
        fcntl.ioctl(bank.fd, IOCTL["TRANSFER"], request, True)
        os._exit(1)
    except Interrupted:
        answer = TransferRequest.from_buffer(request)
        os._exit(0 if answer.sequence == last + 1 and answer.result == 0 else 2)
check("interrupted", os.waitpid(child, 0)[1], 0)
check("the transfer stands", bank.info().sequence, last + 1)

# Taking over fences the former consumer.
successor = Consumer()
taken = successor.attach(TAKE_OVER)
check("a later epoch", taken.epoch > attached.epoch, True)
check("from the first that is not acknowledged", taken.acknowledged, last)
refused("the fenced one waits", "journal_fenced", errno.ESTALE, lambda: consumer.wait(0))
refused("the fenced one acknowledges", "journal_fenced", errno.ESTALE, lambda: consumer.acknowledge(last + 1))
check("poll says so", poller.poll(0)[0][1] & select.POLLHUP, select.POLLHUP)
os.close(consumer.fd)
refused("closing the fenced one frees nothing", "journal_attached", errno.EBUSY, lambda: Consumer().attach())
check("the successor goes on", successor.entry(last + 1).amount, 7)

# Detached, everything waits for the next one: nothing is overwritten, and a full ring refuses.
successor.ring.close()
os.close(successor.fd)
accepted = 0
full = False
while not full:
    items = [Transfer(from_account=a, to_account=b, amount=1, currency=840) for _ in range(4096)]
    answer, results = bank.batch(items)
    accepted += answer.accepted
    names = {result.result_name for result in results}
    full = names != {"ok"}
check("the ring is full", names <= {"ok", "journal_full"}, True)
check("of all its entries", accepted + 1, attached.entries)
refused("single transfers too", "journal_full", errno.EAGAIN, lambda: bank.transfer(a, b, 1, 840))
refused("and openings", "journal_full", errno.EAGAIN, lambda: bank.create_account(840))
full_poller = select.poll()
full_poller.register(bank.fd, select.POLLOUT)
check("poll: no room", full_poller.poll(0), [])
third = Consumer()
again = third.attach()
check("nothing was lost", (again.acknowledged, third.wait(0).written), (last, last + attached.entries))
check("the first of them", (third.entry(last + 1).sequence, third.entry(last + 1).amount), (last + 1, 7))
sequences = [third.entry(sequence).sequence for sequence in range(last + 1, last + attached.entries + 1)]
check("no gap", sequences, list(range(last + 1, last + attached.entries + 1)))
check("the money", bank.accounts(b)[0].balance, 60 + 5 + 6 + 3 + 7 + accepted)

# While something is not acknowledged the module stays, even with no file open.
if "--leave" in sys.argv:
    finish()
third.acknowledge(last + attached.entries)
check("room again", bank.transfer(a, b, 1, 840).result_name, "ok")
third.acknowledge(last + attached.entries + 1)
finish()
