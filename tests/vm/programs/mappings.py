"""The journal's map in hostile hands: it stays read-only, whole and its consumer's, whatever is done with it."""

import ctypes
import errno
import mmap
import os
import signal
import subprocess

from qenex import AckRequest, AttachRequest, Device, JournalEntry, check, finish
from rights_of import as_customer

READ, WRITE, EXECUTE = mmap.PROT_READ, mmap.PROT_WRITE, mmap.PROT_EXEC
SHARED, PRIVATE, ANONYMOUS = mmap.MAP_SHARED, mmap.MAP_PRIVATE, mmap.MAP_ANONYMOUS
MAYMOVE, FIXED_MOVE = 1, 2
FAILED = ctypes.c_void_p(-1).value

libc = ctypes.CDLL(None, use_errno=True)
for name, result, arguments in (
    ("mmap", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]),
    ("munmap", ctypes.c_int, [ctypes.c_void_p, ctypes.c_size_t]),
    ("mprotect", ctypes.c_int, [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]),
    ("madvise", ctypes.c_int, [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]),
    ("mremap", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int, ctypes.c_void_p]),
    ("remap_file_pages", ctypes.c_int, [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_size_t, ctypes.c_int]),
    ("process_vm_writev", ctypes.c_ssize_t, [ctypes.c_int, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong]),
):
    getattr(libc, name).restype = result
    getattr(libc, name).argtypes = arguments


def failed(call, *arguments):
    """The errno with which a call of the C library fails; "done" if it does not."""
    ctypes.set_errno(0)
    result = call(*arguments)
    return errno.errorcode[ctypes.get_errno()] if result in (-1, FAILED) else "done"


bank = Device()
a, b = [bank.create_account(840, initial_balance=1000).account_number for _ in range(2)]
consumer = Device()
attached = consumer.call("JOURNAL_ATTACH", AttachRequest())
SIZE, PAGE = attached.ring_size, 4096
first = bank.transfer(a, b, 77, 840).sequence
slot = first % attached.entries * 192


def make_map():
    place = libc.mmap(None, SIZE, READ, SHARED, consumer.fd, 0)
    check("mapped", place != FAILED, True)
    return place


def entry(place):
    return JournalEntry.from_buffer_copy(ctypes.string_at(place + slot, 192))


def dies(work):
    """The signal that ends a child that does `work`; 0 if none does."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1] & 127


place = make_map()
check("what is there", (entry(place).sequence, entry(place).amount), (first, 77))
before = ctypes.string_at(place, SIZE)

# Writing: by a map of either kind, by making it writable, by the back doors that write through a debugger's rights.
for kind, name in ((SHARED, "shared"), (PRIVATE, "private")):
    for protection in (READ | WRITE, WRITE, READ | WRITE | EXECUTE):
        check(f"a {name} map to write {protection}", failed(libc.mmap, None, SIZE, protection, kind, consumer.fd, 0), "EPERM")
for protection in (WRITE, READ | WRITE, EXECUTE, READ | EXECUTE):
    for start, length in ((place, PAGE), (place, SIZE), (place + PAGE, SIZE - PAGE)):
        check(f"mprotect {protection}", failed(libc.mprotect, start, length, protection), "EACCES")
check("unreadable and readable again", (libc.mprotect(place, PAGE, 0), libc.mprotect(place, PAGE, READ)), (0, 0))
check("a write to it", dies(lambda: ctypes.memset(make_map() + slot, 0, 8)), signal.SIGSEGV)
with open("/proc/self/mem", "r+b", buffering=0) as memory:
    memory.seek(place + slot)
    try:
        memory.write(b"\xff" * 8)
        check("a write through /proc/self/mem", "done", "refused")
    except OSError as problem:
        check("a write through /proc/self/mem", problem.errno in (errno.EIO, errno.EFAULT, errno.EPERM), True)


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


ones = ctypes.create_string_buffer(b"\xff" * 8)
here, there = Vector(ctypes.addressof(ones), 8), Vector(place + slot, 8)
wrote = failed(libc.process_vm_writev, os.getpid(), ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
check("process_vm_writev", wrote, "EFAULT")
# The kernel itself does not write to it on behalf of a caller: as the argument of a call, and as a buffer to read into.
check("the argument of a call", failed(libc.ioctl, bank.fd, ctypes.c_ulong(2 << 30 | 256 << 16 | ord("Q") << 8), ctypes.c_void_p(place)), "EFAULT")
zero = os.open("/dev/zero", os.O_RDONLY)
libc.read.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
check("a buffer to read into", failed(libc.read, zero, place, PAGE), "EFAULT")
os.close(zero)

# Other sizes and places.
for size, offset, what in ((PAGE, 0, "a page"), (SIZE - PAGE, 0, "less"), (SIZE + PAGE, 0, "more"), (SIZE, PAGE, "behind"), (SIZE, 1 << 40, "far behind")):
    check(f"map {what}", failed(libc.mmap, None, size, READ, SHARED, consumer.fd, offset), "EINVAL")
check("mremap to more", failed(libc.mremap, place, SIZE, SIZE + PAGE, MAYMOVE, None) in ("EFAULT", "EINVAL"), True)
check("mremap of a part to more", failed(libc.mremap, place, PAGE, 2 * PAGE, MAYMOVE, None) in ("EFAULT", "EINVAL"), True)
check("mremap that copies", failed(libc.mremap, place, 0, SIZE, MAYMOVE, None) in ("EFAULT", "EINVAL"), True)
# The kernel takes the page away before the device refuses the other one, so on a map of its own.
check("other pages in its place", failed(libc.remap_file_pages, make_map(), PAGE, 0, 7, 0), "EINVAL")
moved = libc.mremap(place, SIZE, SIZE, MAYMOVE | FIXED_MOVE, libc.mmap(None, SIZE, 0, PRIVATE | ANONYMOUS, -1, 0))
check("moved", moved not in (None, FAILED), True)
check("what is there after the move", entry(moved).sequence, first)
check("what was there", dies(lambda: ctypes.string_at(place, 1)), signal.SIGSEGV)
check("not to write after the move", failed(libc.mprotect, moved, PAGE, READ | WRITE), "EACCES")
place, advised = moved, make_map()
for advice, name in ((10, "DONTFORK"), (11, "DOFORK"), (4, "DONTNEED"), (8, "FREE"), (9, "REMOVE"), (12, "MERGEABLE"), (14, "HUGEPAGE"), (17, "DODUMP"), (18, "WIPEONFORK")):
    libc.madvise(advised, SIZE, advice)  # whether taken or refused
    maps = open("/proc/self/maps").read()
    line = next((line for line in maps.splitlines() if line.startswith(f"{advised:x}-")), "")
    check(f"still not writable after MADV_{name}", line.split()[1:2], ["r--s"])

# Who has given pages back has none there; that is all that happens.
check("after MADV_DONTNEED", dies(lambda: ctypes.string_at(advised + slot, 192)) in (0, signal.SIGBUS, signal.SIGSEGV), True)
check("nobody can write to it", dies(lambda: ctypes.memset(advised + slot, 0, 8)) in (signal.SIGBUS, signal.SIGSEGV), True)

# A child does not inherit it.
check("a child's view", dies(lambda: ctypes.string_at(place + slot, 192)), signal.SIGSEGV)
check("a child cannot write either", dies(lambda: ctypes.memset(place + slot, 0, 8)), signal.SIGSEGV)
fresh = make_map()
check("a child of a fresh map has none", dies(lambda: ctypes.string_at(fresh + slot, 1)), signal.SIGSEGV)

# In pieces: what is left shows what it showed.
check("a hole", libc.munmap(fresh + 2 * PAGE, PAGE), 0)
check("before and behind it", (ctypes.string_at(fresh, 2 * PAGE), ctypes.string_at(fresh + 3 * PAGE, SIZE - 3 * PAGE)),
      (ctypes.string_at(make_map(), 2 * PAGE), ctypes.string_at(make_map() + 3 * PAGE, SIZE - 3 * PAGE)))
check("the hole", dies(lambda: ctypes.string_at(fresh + 2 * PAGE, 1)), signal.SIGSEGV)
for page in range(0, SIZE // PAGE, 2):
    libc.munmap(fresh + page * PAGE, PAGE)
check("every second page", ctypes.string_at(fresh + PAGE, PAGE), ctypes.string_at(place + PAGE, PAGE))

# A customer with the consumer's file gets none, and another's open file is none.
def customer():
    check("a customer's map", failed(libc.mmap, None, SIZE, READ, SHARED, consumer.fd, 0), "EPERM")


as_customer(customer)
check("of a file that is not the consumer", failed(libc.mmap, None, SIZE, READ, SHARED, bank.fd, 0), "EINVAL")
check("all of it is as it was", ctypes.string_at(place, SIZE) == before, True)

# The map outlives its file: it shows the ring as long as it is there, and the module stays until then.
consumer.call("JOURNAL_ACK", AckRequest(sequence=first))
last = bank.transfer(a, b, 5, 840).sequence
successor = Device()
successor.call("JOURNAL_ATTACH", AttachRequest(flags=1))
successor.call("JOURNAL_ACK", AckRequest(sequence=last))
check("the fenced one gets no new map", failed(libc.mmap, None, SIZE, READ, SHARED, consumer.fd, 0), "EINVAL")
slot = last % attached.entries * 192
check("what is new shows in the old map", entry(place).amount, 5)
for device in (bank, consumer, successor):
    device.close()


def remove():
    return subprocess.run(["rmmod", "qenex_banking"], stderr=subprocess.DEVNULL).returncode


check("the module stays while a map is there", remove() != 0, True)
check("and the map shows", entry(place).amount, 5)
with open("/proc/self/maps") as maps:
    ranges = [line.split()[0].split("-") for line in maps if "qenex" in line]
for start, end in ranges:
    libc.munmap(int(start, 16), int(end, 16) - int(start, 16))
check("and goes when none is", remove(), 0)
finish()
