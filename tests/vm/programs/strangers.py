"""A customer tries every call on what is another's: nothing of it moves, changes or shows.

Runs as root, and does the customer's part in a child that has given up root (see rights.py for what a customer may do)."""

import array
import ctypes
import errno
import fcntl
import mmap
import os
import select
import socket

from qenex import (
    ACCOUNT_OWNER_GIVEN,
    ALL,
    CLOSE,
    DURABLE,
    HOLD,
    ID_ONCE,
    IOCTL,
    LINKED,
    OVERDRAFT_LIMIT,
    OWNER,
    POST_HOLD,
    REOPEN,
    REVERSE,
    SPENDING_LIMIT,
    UP_TO,
    VOID_HOLD,
    ZERO_AMOUNT,
    AckRequest,
    AttachRequest,
    Device,
    DurableRequest,
    JournalEntry,
    Transfer,
    TransfersRequest,
    U64,
    WaitRequest,
    check,
    finish,
    refused,
)
from rights_of import as_customer, CUSTOMER
from saved import BeginRequest, GoLiveRequest, RestoreRequest

VICTIM = 4242

bank = Device()
rich = bank.create_account(840, initial_balance=100_000).account_number
victim = bank.create_account(840, initial_balance=70_000, flags=ACCOUNT_OWNER_GIVEN, owner=VICTIM).account_number
own = bank.create_account(840, initial_balance=50_000, flags=ACCOUNT_OWNER_GIVEN, owner=CUSTOMER).account_number
cash = bank.history(1)[0][0].to_account
bank.transfer(victim, rich, 100, 840, id_low=1)
bank.transfer(victim, rich, 200, 840, id_low=2, flags=HOLD)
bank.transfer(victim, rich, 300, 840, id_low=3, flags=HOLD)
before = [bytes(account) for account in bank.accounts(rich, victim, cash)]
sequence = bank.info().sequence

OPERATOR = ("operator_right_required", errno.EPERM)
OWNERS = ("not_account_owner", errno.EPERM)


def on_accounts(device):
    for number in (victim, rich, cash):
        for flags in (0, HOLD, UP_TO, ZERO_AMOUNT, ID_ONCE, HOLD | UP_TO):
            amount = 0 if flags == ZERO_AMOUNT else 1
            refused(f"debit {number} with {flags}", *OWNERS, lambda: device.transfer(number, own, amount, 840, flags=flags))
        answer, results = device.batch(
            [
                Transfer(from_account=own, to_account=number, amount=10, currency=840, flags=LINKED),
                Transfer(from_account=number, to_account=own, amount=10, currency=840),
                Transfer(from_account=number, to_account=own, amount=10, currency=840),
            ]
        )
        names = [result.result_name for result in results]
        check(f"a chain through {number}", names, ["linked_item_failed", "not_account_owner", "not_account_owner"])
        for bit in range(9):
            given = {"owner": CUSTOMER} if 1 << bit == OWNER else {}
            refused(f"change {bit} of {number}", *OPERATOR, lambda: device.update(number, 1 << bit, **given))
        shown = device.accounts(number)[0]
        check(f"{number} is not shown", (shown.result_name, any(bytes(shown)[8:116])), ("not_account_owner", False))
    # Not of their own account either: limits are the bank's.
    for bit in (OVERDRAFT_LIMIT, SPENDING_LIMIT, OWNER, CLOSE, REOPEN):
        refused(f"change {bit} of their own", *OPERATOR, lambda: device.update(own, bit))


def on_changes(device):
    """What others have done can neither be settled nor reversed, nor seen, nor told apart from what never was by its id."""
    for related, flags, amount in ((2, POST_HOLD, ALL), (2, POST_HOLD, 1), (3, VOID_HOLD, 0)):
        refused(f"settle {related}", *OWNERS, lambda: device.transfer(0, 0, amount, 0, flags=flags, related_low=related))
    # A reversal debits whom the original credited.
    refused("reverse", *OWNERS, lambda: device.transfer(0, 0, ALL, 0, flags=REVERSE, related_low=1))
    for low in (1, 2, 3):
        check(f"entry {low} is not shown", device.recorded(low), None)
    entries, _ = device.history(1)
    seen = {number for entry in entries for number in (entry.from_account, entry.to_account)}
    check("history shows their own alone", all(own in (e.from_account, e.to_account) for e in entries), True)
    check("which is their opening", (len(entries) > 0, victim in seen), (True, False))


def on_the_journal(device):
    for flags in (0, 1):
        refused(f"attach with {flags}", *OPERATOR, lambda: device.call("JOURNAL_ATTACH", AttachRequest(flags=flags)))
    for name, request in (("JOURNAL_WAIT", WaitRequest()), ("JOURNAL_ACK", AckRequest(sequence=1))):
        refused(name, *OPERATOR, lambda: device.call(name, request))
    poller = select.poll()
    poller.register(device.fd, select.POLLIN | select.POLLOUT)
    check("poll tells nothing", poller.poll(0), [(device.fd, select.POLLOUT)])
    for size in (4096, 192 * bank.info().journal_entries):
        try:
            mmap.mmap(device.fd, size, mmap.MAP_SHARED, mmap.PROT_READ)
            check("the ring is mapped", size, "EPERM")
        except PermissionError:
            check("the ring is not mapped", True, True)


def on_restoring(device):
    refused("begin", *OPERATOR, lambda: device.call("RESTORE_BEGIN", BeginRequest()))
    room = ctypes.create_string_buffer(4096)
    for name in ("RESTORE_ACCOUNTS", "RESTORE_HOLDS", "RESTORE_TRANSFERS"):
        request = RestoreRequest(items=ctypes.addressof(room), count=1)
        refused(name, *OPERATOR, lambda: device.call(name, request))
    refused("go live", *OPERATOR, lambda: device.call("GO_LIVE", GoLiveRequest()))


def customer():
    with Device() as device:
        on_accounts(device)
        on_changes(device)
        on_the_journal(device)
        on_restoring(device)


as_customer(customer)
check("what is others' is as it was", [bytes(account) for account in bank.accounts(rich, victim, cash)], before)
check("and nothing was written", bank.info().sequence, sequence)

# The consumer's own open file, in the hands of a customer: inherited, and sent through a socket.
consumer = Device()
attached = consumer.call("JOURNAL_ATTACH", AttachRequest())
bank.transfer(rich, own, 1, 840)
ours, theirs = socket.socketpair()
ours.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [consumer.fd]))])


def with_the_consumers_file():
    def tries(device):
        last = bank.info().sequence
        refused("wait", *OPERATOR, lambda: device.call("JOURNAL_WAIT", WaitRequest()))
        # Or a customer could say that is stored what is not.
        refused("acknowledge", *OPERATOR, lambda: device.call("JOURNAL_ACK", AckRequest(sequence=last)))
        refused("take over", *OPERATOR, lambda: device.call("JOURNAL_ATTACH", AttachRequest(flags=1)))
        try:
            mmap.mmap(device.fd, attached.ring_size, mmap.MAP_SHARED, mmap.PROT_READ)
            check("the ring is mapped", "yes", "EPERM")
        except PermissionError:
            check("the ring is not mapped", True, True)

    tries(consumer)
    _, [(_, _, data)], _, _ = theirs.recvmsg(1, socket.CMSG_SPACE(4))
    received = Device.__new__(Device)
    received.fd = array.array("i", data)[0]
    tries(received)


as_customer(with_the_consumers_file)
check("nothing is durable by a customer's word", bank.info().sequence_durable < bank.info().sequence, True)
consumer.call("JOURNAL_ACK", AckRequest(sequence=bank.info().sequence))
check("the consumer itself still can", bank.info().sequence_durable, bank.info().sequence)
finish()
