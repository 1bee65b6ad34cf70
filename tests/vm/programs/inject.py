"""Every allocation and every copy of a caller's memory fails once, in every call: each time the error is a clean one, the
change happened wholly or not at all, and the same request again, with its id, has the effect that one has.

The kernel counts the places that a call comes to (/proc/thread-self/fail-nth) and has the nth fail; n goes up until the call
comes through without. Where the kernel has a second way to memory one failure is none: so each call is made again with every
allocation failing beyond so many bytes, for more and more bytes. Needs a kernel with fault injection, and a volatile ledger without a consumer.

    inject.py [load]     also the loading of the module
"""

import collections
import ctypes
import errno
import mmap
import os
import select
import struct
import subprocess
import sys

from qenex import (
    ALL,
    FREEZE_DEBITS,
    HOLD,
    IOCTL,
    LINKED,
    POST_HOLD,
    REVERSE,
    UNFREEZE_DEBITS,
    VOID_HOLD,
    ZERO_AMOUNT,
    AccountRequest,
    Account,
    AccountsRequest,
    AckRequest,
    AttachRequest,
    BatchRequest,
    Device,
    DurableRequest,
    JournalEntry,
    Transfer,
    TransferRequest,
    TransferResult,
    TransfersRequest,
    UpdateRequest,
    WaitRequest,
    check,
    finish,
    result_name,
)
from saved import BeginRequest, GoLiveRequest, RestoreRequest, digest, save

MODULE = os.environ["QENEX_MODULE"]
PARAMETERS = ["volatile=1", "journal_entries=32768", "max_holds=1024"]
OPENAT, IOCTL_NUMBER, MMAP, MUNMAP, POLL, PREAD, FINIT_MODULE = 257, 16, 9, 11, 7, 17, 313
TAKE_OVER = 1
CLEAN = {errno.ENOMEM: "ENOMEM", errno.EFAULT: "EFAULT"}


class Outcome(ctypes.Structure):
    _fields_ = [("status", ctypes.c_long), ("error", ctypes.c_int), ("failed", ctypes.c_int)]


subprocess.run("cc -O2 -Wall -Wextra -Werror -shared -fPIC -o /tmp/inject.so inject.c", shell=True, check=True)
library = ctypes.CDLL("/tmp/inject.so")


def settings():
    """Allocations that may sleep fail too, and each failure is not told in the log."""
    for kind in ("failslab", "fail_page_alloc", "fail_usercopy"):
        for name, value in (("ignore-gfp-wait", "N"), ("ignore-gfp-highmem", "N"), ("min-order", "0"), ("verbose", "0")):
            path = f"/sys/kernel/debug/{kind}/{name}"
            if os.path.exists(path):
                with open(path, "w") as file:
                    file.write(value)


settings()
fail_nth = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
make_it_fail = os.open("/proc/thread-self/make-it-fail", os.O_RDWR)
places = 0


class Beyond(int):
    """In the place of an n: bytes beyond which all allocations fail."""


def all_fail_beyond(bytes_):
    """Sets up the failing of allocations of threads that ask for it; None ends it."""
    for kind in ("failslab", "fail_page_alloc"):
        settings = {"probability": 0} if bytes_ is None else {"task-filter": "Y", "times": -1, "interval": 1, "space": bytes_, "probability": 100}
        for name, value in settings.items():
            with open(f"/sys/kernel/debug/{kind}/{name}", "w") as file:
                file.write(str(value))


def system_call(nth, number, *arguments):
    outcome = Outcome()
    array = (ctypes.c_long * 6)(*[ctypes.c_long(argument).value for argument in arguments])
    if isinstance(nth, Beyond):
        all_fail_beyond(nth)
        library.call_while_failing(make_it_fail, ctypes.byref(outcome), ctypes.c_long(number), array)
        all_fail_beyond(None)
    else:
        library.call_with_fault(fail_nth, nth, ctypes.byref(outcome), ctypes.c_long(number), array)
    return outcome


def every_place(what, attempt, afterwards, wanted):
    """Makes attempt(nth) for n from 1 until nothing fails, each followed by afterwards(outcome).

    `wanted` is how often each error has to have come at least: a kernel that lets nothing fail shows nothing."""
    global places
    errors = collections.Counter()
    nth = 0
    while True:
        nth += 1
        outcome = attempt(nth)
        if outcome.failed and outcome.status == -1:
            errors[CLEAN.get(outcome.error, os.strerror(outcome.error))] += 1
            check(f"{what}: place {nth} fails cleanly", outcome.error in CLEAN, True)
        elif outcome.failed:
            errors["nothing"] += 1
        else:
            check(f"{what}: succeeds when nothing fails", (outcome.status >= 0, outcome.error), (True, 0))
        afterwards(outcome)
        if not outcome.failed:
            break
        if nth > 20_000:
            check(f"{what}: comes to an end", nth, 0)
            break
    places += nth - 1
    exhausted = 0
    for beyond in (0, *(1 << bits for bits in range(4, 25))):
        outcome = attempt(Beyond(beyond))
        if outcome.status == -1:
            exhausted += 1
            errors[CLEAN.get(outcome.error, os.strerror(outcome.error))] += 1
            check(f"{what}: fails cleanly beyond {beyond} bytes", (outcome.failed, outcome.error in CLEAN), (1, True))
        afterwards(outcome)
    places += exhausted
    for error, least in wanted.items():
        check(f"{what}: {error}", (errors[error] >= least, dict(errors)), (True, dict(errors)))
    print(f"{what}: {nth - 1} places, {exhausted} times out of memory, {', '.join(f'{count} {error}' for error, count in sorted(errors.items()))}", flush=True)


def reload(*parameters):
    subprocess.run(["rmmod", "qenex_banking"], check=True)
    subprocess.run(["insmod", MODULE, *(parameters or PARAMETERS)], check=True)


def books():
    """In each currency debits and credits are equal, and the ledger is open."""
    info = bank.info()
    check("the ledger is open", info.state, 1)
    accounts = bank.accounts(*[index * 100 + 98 - index * 100 % 97 for index in range(1, info.accounts + 1)])
    sums = collections.Counter()
    for account in accounts:
        sums[account.currency] += account.credits_posted - account.debits_posted
        sums[account.currency, "held"] += account.credits_held - account.debits_held
    check("the books balance", set(sums.values()), {0})
    return info


def balance(number):
    return bank.accounts(number)[0].balance


class Request:
    """An argument in memory that stays where it is, with paint behind it."""

    def __init__(self, request):
        self.size = ctypes.sizeof(request)
        self.memory = ctypes.create_string_buffer(bytes(request) + b"\xa5" * 64)
        self.kind = type(request)

    def ioctl(self, nth, name, file=None):
        number = IOCTL[name]
        outcome = system_call(nth, IOCTL_NUMBER, bank.fd if file is None else file, number, ctypes.addressof(self.memory))
        check("nothing is written behind the struct", self.memory.raw[self.size : self.size + 64], b"\xa5" * 64)
        return outcome

    @property
    def answer(self):
        return self.kind.from_buffer_copy(self.memory)


last_id = 1000


def new_id():
    global last_id
    last_id += 1
    return last_id


def change(what, name, make, effect, wanted):
    """A request with an id. Whatever fails, it has no effect or its whole effect, and asked for again it has it once.

    `make(id)` makes the request; `effect()` is what shows whether it happened, as two values: before, after one more."""
    state = {}

    def attempt(nth):
        state["request"] = make(new_id())
        state["again"] = bytes(state["request"])
        state["before"], state["one more"] = effect(state["request"])
        return Request(state["request"]).ioctl(nth, name)

    def afterwards(outcome):
        books()
        between = effect(state["request"])[0]
        check(f"{what}: wholly or not at all", between in (state["before"], state["one more"]), True)
        if outcome.status == 0:
            check(f"{what}: what is accepted happened", between, state["one more"])
        again = Request(type(state["request"]).from_buffer_copy(state["again"]))
        told = again.ioctl(0, name)
        code = result_name(again.answer.result)
        check(f"{what}: again", (told.status, code), (0, "exists" if between == state["one more"] else "ok"))
        check(f"{what}: once", effect(state["request"])[0], state["one more"])
        books()

    every_place(what, attempt, afterwards, wanted)


# ---- The first account of a ledger, for which its tables grow ----

bank = Device()


def first_account():
    state = {}

    def attempt(nth):
        global bank
        bank.close()
        reload()
        bank = Device()
        state["request"] = Request(AccountRequest(id_low=7, currency=840, initial_balance=1000))
        return state["request"].ioctl(nth, "CREATE_ACCOUNT")

    def afterwards(outcome):
        if outcome.error == errno.ENOMEM:
            check("out of memory is a result", result_name(state["request"].answer.result), "out_of_memory")
            check("nothing was opened", bank.info().accounts, 0)
        opened = bank.create_account(840, id_low=7, initial_balance=1000)
        check("the account is there", balance(opened.account_number), 1000)
        check("with its cash account", books().accounts, 2)

    every_place("first account", attempt, afterwards, {"EFAULT": 1, "ENOMEM": 2})


first_account()
bank.close()
reload()
bank = Device()
a = bank.create_account(840, initial_balance=10_000_000).account_number
b = bank.create_account(840, initial_balance=10_000_000).account_number


# ---- Files ----


def open_again():
    path = ctypes.create_string_buffer(b"/dev/qenex_banking")
    before = len(os.listdir("/proc/self/fd"))

    def afterwards(outcome):
        if outcome.status >= 0:
            os.close(outcome.status)
        check("no file is left", len(os.listdir("/proc/self/fd")), before)

    attempt = lambda nth: system_call(nth, OPENAT, -100, ctypes.addressof(path), os.O_RDWR)
    every_place("open", attempt, afterwards, {"ENOMEM": 1})


open_again()
room = ctypes.create_string_buffer(4096)


def read_fdinfo(nth):
    file = os.open(f"/proc/self/fdinfo/{bank.fd}", os.O_RDONLY)
    outcome = system_call(nth, PREAD, file, ctypes.addressof(room), 4096, 0)
    os.close(file)
    return outcome


every_place("fdinfo", read_fdinfo, lambda outcome: books(), {"ENOMEM": 1, "EFAULT": 1})
polled = ctypes.create_string_buffer(struct.pack("ihh", bank.fd, select.POLLOUT, 0))
every_place(
    "poll", lambda nth: system_call(nth, POLL, ctypes.addressof(polled), 1, 0), lambda outcome: books(), {"EFAULT": 1}
)


# ---- Reading ----


def reading(what, name, make, wanted, whole):
    """A call without effect: asked again it answers as if nothing had failed."""
    state = {}

    def attempt(nth):
        state["request"] = Request(make())
        return state["request"].ioctl(nth, name)

    def afterwards(outcome):
        if outcome.status == 0:
            whole(state["request"].answer)
        again = Request(make())
        check(f"{what}: again", again.ioctl(0, name).status, 0)
        whole(again.answer)
        books()

    every_place(what, attempt, afterwards, wanted)


class Info(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_uint8 * 256)]


reading("INFO", "INFO", Info, {"EFAULT": 1}, lambda answer: check("version", bytes(answer.bytes[:4]), b"\0\0\1\0"))
numbers = (ctypes.c_uint64 * 2)(a, b)
accounts = (Account * 2)()
reading(
    "GET_ACCOUNTS",
    "GET_ACCOUNTS",
    lambda: AccountsRequest(numbers=ctypes.addressof(numbers), accounts=ctypes.addressof(accounts), count=2),
    {"EFAULT": 4, "ENOMEM": 2},
    lambda answer: check("accounts", (answer.found, [one.balance for one in accounts]), (2, [10_000_000] * 2)),
)
bank.transfer(a, b, 5, 840, id_low=1)
bank.transfer(b, a, 5, 840, id_low=2)
ids = (ctypes.c_uint64 * 4)(1, 0, 2, 0)
entries = (JournalEntry * 8)()
reading(
    "GET_TRANSFERS by id",
    "GET_TRANSFERS",
    lambda: TransfersRequest(ids=ctypes.addressof(ids), entries=ctypes.addressof(entries), count=2),
    {"EFAULT": 4, "ENOMEM": 2},
    lambda answer: check("entries", (answer.found, entries[0].id_low, entries[1].id_low), (2, 1, 2)),
)
reading(
    "GET_TRANSFERS by sequence",
    "GET_TRANSFERS",
    lambda: TransfersRequest(entries=ctypes.addressof(entries), first_sequence=1, count=8),
    {"EFAULT": 3, "ENOMEM": 1},
    lambda answer: check("entries", (answer.found >= 6, entries[0].sequence), (True, 1)),
)


# ---- Changes ----


def moves(amount):
    def effect(_):
        now = balance(a), balance(b)
        return now, (now[0] - amount, now[1] + amount)

    return effect


def one_more(field):
    def effect(_):
        now = getattr(bank.info(), field)
        return now, now + 1

    return effect


change(
    "CREATE_ACCOUNT",
    "CREATE_ACCOUNT",
    lambda number: AccountRequest(id_low=number, currency=840, initial_balance=5),
    one_more("accounts"),
    {"EFAULT": 2},
)
change(
    "TRANSFER",
    "TRANSFER",
    lambda number: TransferRequest(id_low=number, from_account=a, to_account=b, amount=7, currency=840),
    moves(7),
    {"EFAULT": 2},
)
change(
    "TRANSFER, hold",
    "TRANSFER",
    lambda number: TransferRequest(
        id_low=number, from_account=a, to_account=b, amount=7, currency=840, flags=HOLD, timeout=100_000
    ),
    one_more("holds"),
    {"EFAULT": 2},
)


def settled(flags, amount):
    def make(number):
        held = new_id()
        kind = 0 if flags == REVERSE else HOLD
        bank.transfer(a, b, 9, 840, id_low=held, flags=kind)
        return TransferRequest(id_low=number, related_low=held, amount=amount, flags=flags)

    return make


def one_hold_less(_):
    now = bank.info().holds
    return now, now - 1


change("TRANSFER, post", "TRANSFER", settled(POST_HOLD, ALL), moves(9), {"EFAULT": 2})
change("TRANSFER, void", "TRANSFER", settled(VOID_HOLD, 0), one_hold_less, {"EFAULT": 2})
change("TRANSFER, reversal", "TRANSFER", settled(REVERSE, ALL), moves(-9), {"EFAULT": 2})

frozen = False


def freeze(number):
    global frozen
    frozen = bool(bank.accounts(b)[0].flags & 1 << 8)
    return UpdateRequest(id_low=number, account_number=b, changes=UNFREEZE_DEBITS if frozen else FREEZE_DEBITS)


change(
    "UPDATE_ACCOUNT",
    "UPDATE_ACCOUNT",
    freeze,
    lambda _: (bool(bank.accounts(b)[0].flags & 1 << 8), not frozen),
    {"EFAULT": 2},
)
if bank.accounts(b)[0].flags & 1 << 8:
    bank.update(b, UNFREEZE_DEBITS)


def batches(length, wanted):
    """A chain of two and single items; with ids, so that it can be sent again."""
    items, results = (Transfer * length)(), (TransferResult * length)()
    state = {}

    def attempt(nth):
        for place in range(length):
            linked = LINKED if place == 0 else 0
            items[place] = Transfer(id_low=new_id(), from_account=a, to_account=b, amount=1, currency=840, flags=linked)
        state["before"] = balance(b)
        request = BatchRequest(items=ctypes.addressof(items), results=ctypes.addressof(results), count=length)
        state["request"] = Request(request)
        return state["request"].ioctl(nth, "BATCH")

    def afterwards(outcome):
        moved = balance(b) - state["before"]
        check("a batch ran or did not", moved in (0, length), True)
        if outcome.status == 0:
            # Without memory for its chain a batch is told so item by item, and nothing of it has happened.
            told = moved, state["request"].answer.accepted, {result_name(one.result) for one in results}
            none = [(0, 0, {"out_of_memory"})] if outcome.failed else []
            check("all accepted", told in [(length, length, {"ok"}), *none], True)
        answer, again = bank.batch(list(items))
        # Of a chain the item that is found tells; the others of it have failed with that one.
        names = {one.result_name for one in again}
        check("sent again", names <= {"exists", "linked_item_failed"} if moved else names == {"ok"}, True)
        check("moved once", balance(b) - state["before"], length)
        books()

    every_place(f"BATCH of {length}", attempt, afterwards, wanted)


batches(4, {"EFAULT": 4, "ENOMEM": 2})
batches(8192, {"EFAULT": 3, "ENOMEM": 2})

# ---- The journal ----

consumer = Device()


def attach():
    state = {}

    def attempt(nth):
        state["request"] = Request(AttachRequest(flags=TAKE_OVER))
        return state["request"].ioctl(nth, "JOURNAL_ATTACH", consumer.fd)

    def afterwards(outcome):
        if outcome.status == 0:
            check("the ring", state["request"].answer.ring_size, 192 * 32768)
        attached = consumer.call("JOURNAL_ATTACH", AttachRequest(flags=TAKE_OVER))
        check("attached again", attached.entries, 32768)
        books()

    every_place("JOURNAL_ATTACH", attempt, afterwards, {"EFAULT": 2})


attach()


def journal_call(what, name, make, code):
    def attempt(nth):
        return Request(make()).ioctl(nth, name, consumer.fd)

    def afterwards(outcome):
        again = Request(make())
        again.ioctl(0, name, consumer.fd)
        check(f"{what}: again", result_name(again.answer.result), code)
        books()

    every_place(what, attempt, afterwards, {"EFAULT": 2})


bank.transfer(a, b, 1, 840)
last = bank.info().sequence
journal_call("JOURNAL_WAIT", "JOURNAL_WAIT", lambda: WaitRequest(after=last - 1), "ok")
journal_call("JOURNAL_ACK", "JOURNAL_ACK", lambda: AckRequest(sequence=last), "ok")
check("acknowledged", bank.info().sequence_durable, last)
journal_call("WAIT_DURABLE", "WAIT_DURABLE", lambda: DurableRequest(sequence=last), "ok")


def mapping():
    size = 192 * 32768

    def mapped():
        with open("/proc/self/maps") as maps:
            return sum("qenex" in line for line in maps)

    def afterwards(outcome):
        if outcome.status > 0:
            check("mapped", mapped(), 1)
            entry = JournalEntry.from_buffer_copy(ctypes.string_at(outcome.status + last % 32768 * 192, 192))
            check("what is there", entry.sequence, last)
            system_call(0, MUNMAP, outcome.status, size)
        check("nothing stays mapped", mapped(), 0)

    attempt = lambda nth: system_call(nth, MMAP, 0, size, mmap.PROT_READ, mmap.MAP_SHARED, consumer.fd, 0)
    every_place("mmap", attempt, afterwards, {"ENOMEM": 2})


mapping()

# ---- Restoring ----

bank.close()
consumer.close()
reload()
bank = Device()
saved_numbers = [bank.create_account(840, initial_balance=100).account_number for _ in range(100)]
for n in range(70):
    bank.transfer(saved_numbers[0], saved_numbers[1], 1, 840, id_low=1 + n, flags=HOLD)
saved_accounts, saved_holds, saved_entries, end = save(bank, saved_numbers)
read = [bytes(account) for account in bank.accounts(*saved_numbers)]
wanted_digest = (ctypes.c_uint8 * 32)(*digest(saved_accounts, saved_holds, end))


def array(items):
    memory = (type(items[0]) * len(items))(*items)
    return memory, lambda: RestoreRequest(items=ctypes.addressof(memory), count=len(items))


keep_accounts, accounts_request = array(saved_accounts)
keep_holds, holds_request = array(saved_holds)
keep_entries, entries_request = array(saved_entries)
STEPS = [
    ("RESTORE_BEGIN", BeginRequest, {"EFAULT": 2}),
    ("RESTORE_ACCOUNTS", accounts_request, {"EFAULT": 3, "ENOMEM": 2}),
    ("RESTORE_HOLDS", holds_request, {"EFAULT": 3, "ENOMEM": 1}),
    ("RESTORE_TRANSFERS", entries_request, {"EFAULT": 3, "ENOMEM": 1}),
    ("GO_LIVE", lambda: GoLiveRequest(end=end, digest=wanted_digest), {"EFAULT": 2}),
]


def step(number, nth):
    """Restores a new ledger; what fails is in step `number`."""
    global bank
    bank.close()
    reload()
    bank = Device()
    for name, make, _ in STEPS[:number]:
        bank.call(name, make())
    return Request(STEPS[number][1]()).ioctl(nth, STEPS[number][0])


def never_half_restored(number):
    """Either the restoring can be ended, and gives what was saved; or it is refused, and the ledger stays closed."""

    def afterwards(outcome):
        taken = outcome.status == 0
        for name, make, _ in STEPS[number + taken :]:
            Request(make()).ioctl(0, name)
        if bank.info().state == 1:
            check("what was saved", [bytes(account) for account in bank.accounts(*saved_numbers)], read)
            books()
        else:
            check("only when something failed", outcome.failed, 1)

    return afterwards


for number, (name, _, wanted) in enumerate(STEPS):
    every_place(name, lambda nth: step(number, nth), never_half_restored(number), wanted)
bank.close()

# ---- Loading ----

if "load" in sys.argv[1:]:
    image = os.open(MODULE, os.O_RDONLY)
    words = ctypes.create_string_buffer(" ".join(["volatile=1", "journal_entries=16384", "max_holds=64", "max_accounts=64"]).encode())
    subprocess.run(["rmmod", "qenex_banking"], check=True)

    def afterwards(outcome):
        if outcome.status == 0:
            with Device() as loaded:
                check("open for business", loaded.create_account(840).result_name, "ok")
            subprocess.run(["rmmod", "qenex_banking"], check=True)
        check("nothing is left of it", (os.path.exists("/dev/qenex_banking"), os.path.exists("/sys/module/qenex_banking")), (False, False))

    every_place(
        "loading", lambda nth: system_call(nth, FINIT_MODULE, image, ctypes.addressof(words), 0), afterwards, {"ENOMEM": 10}
    )

print(f"{places} places failed")
finish()
