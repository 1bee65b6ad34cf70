# SPDX-License-Identifier: MIT

"""Structs, numbers and result codes of /dev/qenex_banking; docs/abi.md says what they mean.

Generated from the Rust source of qenex-abi; to make it anew: make header
"""

import ctypes
import enum


class BatchRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("items", ctypes.c_uint64),
        ("results", ctypes.c_uint64),
        ("count", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("accepted", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
        ("sequence", ctypes.c_uint64),
        ("reserved", ctypes.c_uint64 * 3),
    ]


class AttachRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("flags", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
        ("epoch", ctypes.c_uint64),
        ("entries", ctypes.c_uint64),
        ("ring_size", ctypes.c_uint64),
        ("acknowledged", ctypes.c_uint64),
        ("reserved", ctypes.c_uint64 * 3),
    ]


class WaitRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("after", ctypes.c_uint64),
        ("timeout_ms", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
        ("written", ctypes.c_uint64),
        ("reserved", ctypes.c_uint64),
    ]


class AckRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("sequence", ctypes.c_uint64),
        ("result", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class DurableRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("sequence", ctypes.c_uint64),
        ("timeout_ms", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
        ("durable", ctypes.c_uint64),
        ("reserved", ctypes.c_uint64),
    ]


class Id(ctypes.LittleEndianStructure):
    _fields_ = [
        ("low", ctypes.c_uint64),
        ("high", ctypes.c_uint64),
    ]


class AccountRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("id", Id),
        ("initial_balance", ctypes.c_uint64),
        ("overdraft_limit", ctypes.c_uint64),
        ("currency", ctypes.c_uint32),
        ("account_type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("owner", ctypes.c_uint32),
        ("reference", Id),
        ("code", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("account_number", ctypes.c_uint64),
        ("sequence", ctypes.c_uint64),
        ("timestamp", ctypes.c_uint64),
        ("result", ctypes.c_uint32),
        ("reserved2", ctypes.c_uint32),
        ("reserved3", ctypes.c_uint64 * 3),
    ]


class Account(ctypes.LittleEndianStructure):
    _fields_ = [
        ("account_number", ctypes.c_uint64),
        ("balance", ctypes.c_int64),
        ("available", ctypes.c_int64),
        ("debits_posted", ctypes.c_uint64),
        ("credits_posted", ctypes.c_uint64),
        ("debits_held", ctypes.c_uint64),
        ("credits_held", ctypes.c_uint64),
        ("overdraft_limit", ctypes.c_uint64),
        ("sequence", ctypes.c_uint64),
        ("opened", ctypes.c_uint64),
        ("reference", Id),
        ("currency", ctypes.c_uint32),
        ("account_type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("owner", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
        ("reserved", ctypes.c_uint64),
    ]


class AccountsRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("numbers", ctypes.c_uint64),
        ("accounts", ctypes.c_uint64),
        ("count", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("sequence", ctypes.c_uint64),
        ("found", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
        ("reserved", ctypes.c_uint64 * 3),
    ]


class UpdateRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("id", Id),
        ("account_number", ctypes.c_uint64),
        ("changes", ctypes.c_uint32),
        ("owner", ctypes.c_uint32),
        ("overdraft_limit", ctypes.c_uint64),
        ("spending_limit", ctypes.c_uint64),
        ("spending_window", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
        ("reference", Id),
        ("reserved", ctypes.c_uint64),
        ("sequence", ctypes.c_uint64),
        ("timestamp", ctypes.c_uint64),
        ("result", ctypes.c_uint32),
        ("reserved2", ctypes.c_uint32),
        ("reserved3", ctypes.c_uint64 * 3),
    ]


class Info(ctypes.LittleEndianStructure):
    _fields_ = [
        ("abi_version", ctypes.c_uint32),
        ("state", ctypes.c_uint32),
        ("ledger_id", Id),
        ("sequence", ctypes.c_uint64),
        ("sequence_durable", ctypes.c_uint64),
        ("timestamp", ctypes.c_uint64),
        ("accounts", ctypes.c_uint64),
        ("accounts_max", ctypes.c_uint64),
        ("holds", ctypes.c_uint64),
        ("holds_max", ctypes.c_uint64),
        ("journal_entries", ctypes.c_uint64),
        ("batch_max", ctypes.c_uint32),
        ("chain_max", ctypes.c_uint32),
        ("transfers_accepted", ctypes.c_uint64),
        ("transfers_refused", ctypes.c_uint64),
        ("transfers_repeated", ctypes.c_uint64),
        ("reserved", ctypes.c_uint64 * 17),
    ]


class Counters(ctypes.LittleEndianStructure):
    _fields_ = [
        ("debits_posted", ctypes.c_uint64),
        ("credits_posted", ctypes.c_uint64),
        ("debits_held", ctypes.c_uint64),
        ("credits_held", ctypes.c_uint64),
    ]


class JournalEntry(ctypes.LittleEndianStructure):
    _fields_ = [
        ("sequence", ctypes.c_uint64),
        ("timestamp", ctypes.c_uint64),
        ("id", Id),
        ("from_account", ctypes.c_uint64),
        ("to_account", ctypes.c_uint64),
        ("amount", ctypes.c_uint64),
        ("requested", ctypes.c_uint64),
        ("related_id", Id),
        ("reference", Id),
        ("currency", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
        ("timeout", ctypes.c_uint32),
        ("kind", ctypes.c_uint16),
        ("account_flags", ctypes.c_uint16),
        ("actor", ctypes.c_uint32),
        ("from_after", Counters),
        ("to_after", Counters),
        ("owner", ctypes.c_uint32),
        ("crc", ctypes.c_uint32),
    ]


class TransfersRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("ids", ctypes.c_uint64),
        ("entries", ctypes.c_uint64),
        ("first_sequence", ctypes.c_uint64),
        ("count", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("found", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
        ("next_sequence", ctypes.c_uint64),
        ("reserved", ctypes.c_uint64 * 2),
    ]


class RestoreAccount(ctypes.LittleEndianStructure):
    _fields_ = [
        ("account_number", ctypes.c_uint64),
        ("counters", Counters),
        ("overdraft_limit", ctypes.c_uint64),
        ("sequence", ctypes.c_uint64),
        ("opened", ctypes.c_uint64),
        ("reference", Id),
        ("spending_limit", ctypes.c_uint64),
        ("spent", ctypes.c_uint64),
        ("spending_window_start", ctypes.c_uint64),
        ("spending_since", ctypes.c_uint64),
        ("spending_window", ctypes.c_uint32),
        ("currency", ctypes.c_uint32),
        ("account_type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("owner", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
    ]


class RestoreHold(ctypes.LittleEndianStructure):
    _fields_ = [
        ("id", Id),
        ("sequence", ctypes.c_uint64),
        ("timestamp", ctypes.c_uint64),
        ("from_account", ctypes.c_uint64),
        ("to_account", ctypes.c_uint64),
        ("amount", ctypes.c_uint64),
        ("expires", ctypes.c_uint64),
        ("reference", Id),
        ("currency", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("code", ctypes.c_uint32),
        ("timeout", ctypes.c_uint32),
    ]


class RestoreEnd(ctypes.LittleEndianStructure):
    _fields_ = [
        ("ledger_id", Id),
        ("sequence", ctypes.c_uint64),
        ("timestamp", ctypes.c_uint64),
        ("ids_made", ctypes.c_uint64),
        ("accounts", ctypes.c_uint64),
        ("holds", ctypes.c_uint64),
    ]


class RestoreRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("items", ctypes.c_uint64),
        ("count", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
        ("taken", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("reserved2", ctypes.c_uint64),
    ]


class RestoreBeginRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("flags", ctypes.c_uint32),
        ("result", ctypes.c_uint32),
        ("reserved", ctypes.c_uint64),
    ]


class GoLiveRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("end", RestoreEnd),
        ("digest", ctypes.c_uint8 * 32),
        ("result", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("digest_found", ctypes.c_uint8 * 32),
    ]


class Transfer(ctypes.LittleEndianStructure):
    _fields_ = [
        ("id", Id),
        ("from_account", ctypes.c_uint64),
        ("to_account", ctypes.c_uint64),
        ("amount", ctypes.c_uint64),
        ("currency", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("related_id", Id),
        ("reference", Id),
        ("code", ctypes.c_uint32),
        ("timeout", ctypes.c_uint32),
        ("reserved", ctypes.c_uint64),
    ]


class TransferResult(ctypes.LittleEndianStructure):
    _fields_ = [
        ("sequence", ctypes.c_uint64),
        ("timestamp", ctypes.c_uint64),
        ("moved", ctypes.c_uint64),
        ("result", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class TransferRequest(ctypes.LittleEndianStructure):
    _fields_ = [
        ("id", Id),
        ("from_account", ctypes.c_uint64),
        ("to_account", ctypes.c_uint64),
        ("amount", ctypes.c_uint64),
        ("currency", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("related_id", Id),
        ("reference", Id),
        ("code", ctypes.c_uint32),
        ("timeout", ctypes.c_uint32),
        ("reserved", ctypes.c_uint64),
        ("sequence", ctypes.c_uint64),
        ("timestamp", ctypes.c_uint64),
        ("moved", ctypes.c_uint64),
        ("result", ctypes.c_uint32),
        ("reserved2", ctypes.c_uint32),
    ]


ABI_VERSION = 0x10000
DEVICE_NAME = "qenex_banking"
DEVICE_PATH = "/dev/qenex_banking"
BATCH_MAX = 8192
CHAIN_MAX = 64
JOURNAL_TAKE_OVER = 1
ID_HIGH_RESERVED = 0xffffffffffffffff
ACCOUNT_CHECKING = 0
ACCOUNT_SAVINGS = 1
ACCOUNT_LOAN = 2
ACCOUNT_SETTLEMENT = 3
ACCOUNT_INCOME = 4
ACCOUNT_EXPENSE = 5
ACCOUNT_SUSPENSE = 6
ACCOUNT_LIQUIDITY = 7
ACCOUNT_CASH = 8
ACCOUNT_TYPES = 9
ACCOUNT_UNLIMITED = 1
ACCOUNT_OWNER_GIVEN = 2
ACCOUNT_FLAGS = 3
ACCOUNT_DEBITS_FROZEN = 256
ACCOUNT_CREDITS_FROZEN = 512
ACCOUNT_CLOSED = 1024
ACCOUNT_SPENDING_LIMITED = 2048
ACCOUNT_DEBIT_NORMAL = 4096
UPDATE_FREEZE_DEBITS = 1
UPDATE_UNFREEZE_DEBITS = 2
UPDATE_FREEZE_CREDITS = 4
UPDATE_UNFREEZE_CREDITS = 8
UPDATE_OVERDRAFT_LIMIT = 16
UPDATE_SPENDING_LIMIT = 32
UPDATE_OWNER = 64
UPDATE_CLOSE = 128
UPDATE_REOPEN = 256
UPDATE_CHANGES = 511
STATE_RESTORING = 0
STATE_LIVE = 1
STATE_READ_ONLY = 2
ENTRY_OPEN = 1
ENTRY_POSTING = 2
ENTRY_HOLD = 3
ENTRY_POST_HOLD = 4
ENTRY_VOID_HOLD = 5
ENTRY_EXPIRE_HOLD = 6
ENTRY_REVERSAL = 7
ENTRY_ID_USED_UP = 8
ENTRY_UPDATE = 9
TRANSFER_LINKED = 1
TRANSFER_HOLD = 2
TRANSFER_POST_HOLD = 4
TRANSFER_VOID_HOLD = 8
TRANSFER_REVERSE = 16
TRANSFER_UP_TO = 32
TRANSFER_ZERO_AMOUNT = 64
TRANSFER_ID_ONCE = 128
TRANSFER_DURABLE = 256
TRANSFER_FLAGS = 511
AMOUNT_ALL = 0xffffffffffffffff
IOCTL_TYPE = 81
IOCTL_INFO = 0x81005100
IOCTL_CREATE_ACCOUNT = 0xc0805101
IOCTL_GET_ACCOUNTS = 0xc0405102
IOCTL_TRANSFER = 0xc0805103
IOCTL_BATCH = 0xc0405104
IOCTL_GET_TRANSFERS = 0xc0405105
IOCTL_UPDATE_ACCOUNT = 0xc0805106
IOCTL_WAIT_DURABLE = 0xc0205107
IOCTL_JOURNAL_ATTACH = 0xc0405110
IOCTL_JOURNAL_WAIT = 0xc0205111
IOCTL_JOURNAL_ACK = 0xc0105112
IOCTL_RESTORE_BEGIN = 0xc0105120
IOCTL_RESTORE_ACCOUNTS = 0xc0205121
IOCTL_RESTORE_HOLDS = 0xc0205122
IOCTL_RESTORE_TRANSFERS = 0xc0205123
IOCTL_GO_LIVE = 0xc0805124


class Result(enum.IntEnum):
    """Outcome of a call or of one item of a batch."""

    OK = 0
    NOT_LIVE = 1
    READ_ONLY = 2
    COUNT_MUST_NOT_BE_ZERO = 3
    COUNT_TOO_LARGE = 4
    LINKED_CHAIN_OPEN = 5
    LINKED_ITEM_FAILED = 6
    CHAIN_TOO_LONG = 7
    RESERVED_MUST_BE_ZERO = 8
    FLAGS_MUST_BE_KNOWN = 9
    ID_MUST_NOT_BE_RESERVED = 10
    EXISTS_WITH_DIFFERENT_FLAGS = 11
    EXISTS_WITH_DIFFERENT_RELATED_ID = 12
    EXISTS_WITH_DIFFERENT_FROM_ACCOUNT = 13
    EXISTS_WITH_DIFFERENT_TO_ACCOUNT = 14
    EXISTS_WITH_DIFFERENT_AMOUNT = 15
    EXISTS_WITH_DIFFERENT_CURRENCY = 16
    EXISTS_WITH_DIFFERENT_TIMEOUT = 17
    EXISTS_WITH_DIFFERENT_CODE = 18
    EXISTS_WITH_DIFFERENT_REFERENCE = 19
    EXISTS_WITH_DIFFERENT_ACCOUNT_TYPE = 20
    EXISTS_WITH_DIFFERENT_OWNER = 21
    EXISTS_WITH_DIFFERENT_OVERDRAFT_LIMIT = 22
    EXISTS_WITH_DIFFERENT_SPENDING_LIMIT = 23
    EXISTS = 24
    ID_USED_UP = 25
    FLAGS_EXCLUDE_EACH_OTHER = 26
    FROM_ACCOUNT_MUST_NOT_BE_ZERO = 27
    TO_ACCOUNT_MUST_NOT_BE_ZERO = 28
    ACCOUNTS_MUST_BE_DIFFERENT = 29
    RELATED_ID_MUST_BE_ZERO = 30
    RELATED_ID_MUST_NOT_BE_ZERO = 31
    RELATED_ID_MUST_BE_DIFFERENT = 32
    TIMEOUT_MUST_BE_ZERO = 33
    CURRENCY_MUST_NOT_BE_ZERO = 34
    CURRENCY_UNKNOWN = 35
    AMOUNT_MUST_NOT_BE_ZERO = 36
    ACCOUNT_TYPE_UNKNOWN = 37
    OWNER_MUST_BE_ZERO = 38
    UPDATE_MUST_NOT_BE_EMPTY = 39
    SPENDING_WINDOW_MUST_NOT_BE_ZERO = 40
    OPERATOR_RIGHT_REQUIRED = 41
    FROM_ACCOUNT_INVALID = 42
    TO_ACCOUNT_INVALID = 43
    FROM_ACCOUNT_NOT_FOUND = 44
    TO_ACCOUNT_NOT_FOUND = 45
    ACCOUNT_NUMBER_INVALID = 46
    ACCOUNT_NOT_FOUND = 47
    ACCOUNTS_MUST_HAVE_SAME_CURRENCY = 48
    CURRENCY_MUST_BE_THAT_OF_ACCOUNTS = 49
    HOLD_NOT_FOUND = 50
    HOLD_EXPECTED = 51
    HOLD_HAS_DIFFERENT_FROM_ACCOUNT = 52
    HOLD_HAS_DIFFERENT_TO_ACCOUNT = 53
    HOLD_HAS_DIFFERENT_CURRENCY = 54
    EXCEEDS_HELD_AMOUNT = 55
    HOLD_HAS_DIFFERENT_AMOUNT = 56
    HOLD_ALREADY_POSTED = 57
    HOLD_ALREADY_VOIDED = 58
    HOLD_EXPIRED = 59
    ORIGINAL_NOT_FOUND = 60
    ORIGINAL_MUST_BE_POSTING = 61
    ORIGINAL_MUST_NOT_BE_REVERSAL = 62
    ORIGINAL_HAS_DIFFERENT_FROM_ACCOUNT = 63
    ORIGINAL_HAS_DIFFERENT_TO_ACCOUNT = 64
    ORIGINAL_HAS_DIFFERENT_CURRENCY = 65
    ORIGINAL_ALREADY_REVERSED = 66
    EXCEEDS_ORIGINAL_AMOUNT = 67
    NOT_ACCOUNT_OWNER = 68
    ACCOUNT_IS_THE_KERNELS = 69
    ACCOUNT_IS_CLOSED = 70
    ACCOUNT_IS_OPEN = 71
    FROM_ACCOUNT_CLOSED = 72
    TO_ACCOUNT_CLOSED = 73
    FROM_ACCOUNT_FROZEN = 74
    TO_ACCOUNT_FROZEN = 75
    OVERFLOWS_DEBITS_HELD = 76
    OVERFLOWS_CREDITS_HELD = 77
    OVERFLOWS_DEBITS_POSTED = 78
    OVERFLOWS_CREDITS_POSTED = 79
    OVERFLOWS_DEBITS = 80
    OVERFLOWS_CREDITS = 81
    EXCEEDS_AVAILABLE_BALANCE = 82
    EXCEEDS_SPENDING_LIMIT = 83
    LIMIT_BELOW_USED = 84
    ACCOUNT_HAS_BALANCE = 85
    ACCOUNT_HAS_HOLDS = 86
    ACCOUNTS_FULL = 87
    HOLDS_FULL = 88
    JOURNAL_FULL = 89
    DURABILITY_UNAVAILABLE = 90
    READ_CONTENDED = 91
    OUT_OF_MEMORY = 92
    JOURNAL_ATTACHED = 93
    JOURNAL_NOT_ATTACHED = 94
    JOURNAL_FENCED = 95
    ACKNOWLEDGED_TOO_MUCH = 96
    ACKNOWLEDGED_ALREADY = 97
    TIMED_OUT = 98
    LEDGER_NOT_EMPTY = 99
    NOT_RESTORING = 100
    RESTORE_OUT_OF_ORDER = 101
    RESTORE_INCONSISTENT = 102
    DIGEST_MISMATCH = 103


MEANING = {
    Result.OK: "Done.",
    Result.NOT_LIVE: "The ledger waits for its daemon, or is being restored by it, and is not yet open for business.",
    Result.READ_ONLY: "The ledger takes no changes.",
    Result.COUNT_MUST_NOT_BE_ZERO: "The call has no items.",
    Result.COUNT_TOO_LARGE: "The call has more than `QENEX_BATCH_MAX` items.",
    Result.LINKED_CHAIN_OPEN: "The last item of a batch asks to be linked to a next one.",
    Result.LINKED_ITEM_FAILED: "Nothing wrong here, or not examined: another item of the chain was refused.",
    Result.CHAIN_TOO_LONG: "The chain has more than `QENEX_CHAIN_MAX` items, or touches more accounts than can be locked at once.",
    Result.RESERVED_MUST_BE_ZERO: "A reserved field is not zero.",
    Result.FLAGS_MUST_BE_KNOWN: "A flag is set that this version does not know, or that has no place in this call.",
    Result.ID_MUST_NOT_BE_RESERVED: "The upper half of the id is all ones, which only the kernel's own ids are.",
    Result.EXISTS_WITH_DIFFERENT_FLAGS: "The id is on record with other flags.",
    Result.EXISTS_WITH_DIFFERENT_RELATED_ID: "The id is on record with another `related_id`.",
    Result.EXISTS_WITH_DIFFERENT_FROM_ACCOUNT: "The id is on record with another debited account.",
    Result.EXISTS_WITH_DIFFERENT_TO_ACCOUNT: "The id is on record with another credited account.",
    Result.EXISTS_WITH_DIFFERENT_AMOUNT: "The id is on record with another amount, or opening balance.",
    Result.EXISTS_WITH_DIFFERENT_CURRENCY: "The id is on record with another currency.",
    Result.EXISTS_WITH_DIFFERENT_TIMEOUT: "The id is on record with another timeout.",
    Result.EXISTS_WITH_DIFFERENT_CODE: "The id is on record with another code.",
    Result.EXISTS_WITH_DIFFERENT_REFERENCE: "The id is on record with another reference.",
    Result.EXISTS_WITH_DIFFERENT_ACCOUNT_TYPE: "The id is on record with another account type.",
    Result.EXISTS_WITH_DIFFERENT_OWNER: "The id is on record with another owner.",
    Result.EXISTS_WITH_DIFFERENT_OVERDRAFT_LIMIT: "The id is on record with another overdraft limit.",
    Result.EXISTS_WITH_DIFFERENT_SPENDING_LIMIT: "The id is on record with another spending limit or window.",
    Result.EXISTS: "The same change is on record: done already, nothing happens. Sequence and time are the original's.",
    Result.ID_USED_UP: "An item with this id and `QENEX_TRANSFER_ID_ONCE` was refused; a new attempt needs a new id.",
    Result.FLAGS_EXCLUDE_EACH_OTHER: "At most one of hold, post, void and reverse; `up_to` only with a transfer or a hold.",
    Result.FROM_ACCOUNT_MUST_NOT_BE_ZERO: "The debited account is missing.",
    Result.TO_ACCOUNT_MUST_NOT_BE_ZERO: "The credited account is missing.",
    Result.ACCOUNTS_MUST_BE_DIFFERENT: "Debited and credited account are the same.",
    Result.RELATED_ID_MUST_BE_ZERO: "Only a post, void or reversal names another change.",
    Result.RELATED_ID_MUST_NOT_BE_ZERO: "A post or void must name its hold, a reversal its posting.",
    Result.RELATED_ID_MUST_BE_DIFFERENT: "The item names itself.",
    Result.TIMEOUT_MUST_BE_ZERO: "Only a hold can time out.",
    Result.CURRENCY_MUST_NOT_BE_ZERO: "The currency is missing.",
    Result.CURRENCY_UNKNOWN: "Not an ISO 4217 numeric code in use.",
    Result.AMOUNT_MUST_NOT_BE_ZERO: "Zero, without `QENEX_TRANSFER_ZERO_AMOUNT`.",
    Result.ACCOUNT_TYPE_UNKNOWN: "Not an account type that a caller can open.",
    Result.OWNER_MUST_BE_ZERO: "An owner without `QENEX_ACCOUNT_OWNER_GIVEN`.",
    Result.UPDATE_MUST_NOT_BE_EMPTY: "An update that names nothing to change.",
    Result.SPENDING_WINDOW_MUST_NOT_BE_ZERO: "A spending limit without a time window.",
    Result.OPERATOR_RIGHT_REQUIRED: "Opening balance, overdraft limit, unlimited or another's account: for ledger operators only.",
    Result.FROM_ACCOUNT_INVALID: "The check digits of the debited account's number are wrong: mistyped.",
    Result.TO_ACCOUNT_INVALID: "The check digits of the credited account's number are wrong: mistyped.",
    Result.FROM_ACCOUNT_NOT_FOUND: "There is no such account to debit.",
    Result.TO_ACCOUNT_NOT_FOUND: "There is no such account to credit.",
    Result.ACCOUNT_NUMBER_INVALID: "The check digits of the account number are wrong: mistyped.",
    Result.ACCOUNT_NOT_FOUND: "There is no such account.",
    Result.ACCOUNTS_MUST_HAVE_SAME_CURRENCY: "The two accounts have different currencies.",
    Result.CURRENCY_MUST_BE_THAT_OF_ACCOUNTS: "The two accounts have the same currency, but the item names another.",
    Result.HOLD_NOT_FOUND: "Nothing is on record under `related_id`.",
    Result.HOLD_EXPECTED: "What is on record under `related_id` is not a hold.",
    Result.HOLD_HAS_DIFFERENT_FROM_ACCOUNT: "The debited account is given and is not that of the hold.",
    Result.HOLD_HAS_DIFFERENT_TO_ACCOUNT: "The credited account is given and is not that of the hold.",
    Result.HOLD_HAS_DIFFERENT_CURRENCY: "The currency is given and is not that of the hold.",
    Result.EXCEEDS_HELD_AMOUNT: "A post of more than is held.",
    Result.HOLD_HAS_DIFFERENT_AMOUNT: "A void of part of a hold.",
    Result.HOLD_ALREADY_POSTED: "The hold was posted, in full or in part.",
    Result.HOLD_ALREADY_VOIDED: "The hold was voided.",
    Result.HOLD_EXPIRED: "The hold has expired.",
    Result.ORIGINAL_NOT_FOUND: "Nothing is on record under `related_id`.",
    Result.ORIGINAL_MUST_BE_POSTING: "A hold cannot be reversed (void it), nor can an account's opening.",
    Result.ORIGINAL_MUST_NOT_BE_REVERSAL: "A reversal cannot be reversed; make a new transfer.",
    Result.ORIGINAL_HAS_DIFFERENT_FROM_ACCOUNT: "The debited account is given and is not the one that the original credited.",
    Result.ORIGINAL_HAS_DIFFERENT_TO_ACCOUNT: "The credited account is given and is not the one that the original debited.",
    Result.ORIGINAL_HAS_DIFFERENT_CURRENCY: "The currency is given and is not that of the original.",
    Result.ORIGINAL_ALREADY_REVERSED: "All of the original has been reversed.",
    Result.EXCEEDS_ORIGINAL_AMOUNT: "More than is left of the original after earlier reversals.",
    Result.NOT_ACCOUNT_OWNER: "Only the owner or a ledger operator may do this.",
    Result.ACCOUNT_IS_THE_KERNELS: "A cash account is kept by the kernel and cannot be changed.",
    Result.ACCOUNT_IS_CLOSED: "The account is closed: it can only be opened again.",
    Result.ACCOUNT_IS_OPEN: "The account is open: it cannot be opened again.",
    Result.FROM_ACCOUNT_CLOSED: "The debited account is closed.",
    Result.TO_ACCOUNT_CLOSED: "The credited account is closed.",
    Result.FROM_ACCOUNT_FROZEN: "The debited account refuses debits.",
    Result.TO_ACCOUNT_FROZEN: "The credited account refuses credits.",
    Result.OVERFLOWS_DEBITS_HELD: "The debited account's `debits_held` would pass 2^64 - 1.",
    Result.OVERFLOWS_CREDITS_HELD: "The credited account's `credits_held` would pass 2^64 - 1.",
    Result.OVERFLOWS_DEBITS_POSTED: "The debited account's `debits_posted` would pass 2^64 - 1.",
    Result.OVERFLOWS_CREDITS_POSTED: "The credited account's `credits_posted` would pass 2^64 - 1.",
    Result.OVERFLOWS_DEBITS: "The debited account's debits, posted and held, would pass 2^64 - 1.",
    Result.OVERFLOWS_CREDITS: "The credited account's credits, posted and held, would pass 2^64 - 1.",
    Result.EXCEEDS_AVAILABLE_BALANCE: "The debited account has less than that available.",
    Result.EXCEEDS_SPENDING_LIMIT: "The debited account would spend more than its limit in this time window.",
    Result.LIMIT_BELOW_USED: "The overdraft that is used, holds included, is more than the new limit.",
    Result.ACCOUNT_HAS_BALANCE: "An account is closed only when its balance is zero.",
    Result.ACCOUNT_HAS_HOLDS: "An account is closed only when no hold is open on it.",
    Result.ACCOUNTS_FULL: "There are `max_accounts` accounts already.",
    Result.HOLDS_FULL: "There are `max_holds` open holds already.",
    Result.JOURNAL_FULL: "Too many changes wait to be made durable; nothing happened, try again.",
    Result.DURABILITY_UNAVAILABLE: "To be durable was asked for, but no consumer has attached to the journal since the module was loaded.",
    Result.READ_CONTENDED: "The accounts changed faster than they could be read at one instant; try again.",
    Result.OUT_OF_MEMORY: "The kernel has no memory for this now; nothing happened, try again.",
    Result.JOURNAL_ATTACHED: "Another consumer has the journal; `QENEX_JOURNAL_TAKE_OVER` fences it.",
    Result.JOURNAL_NOT_ATTACHED: "This open file is not the consumer of the journal.",
    Result.JOURNAL_FENCED: "Another consumer has taken the journal over; this one must stop.",
    Result.ACKNOWLEDGED_TOO_MUCH: "An acknowledgement of entries that are not written yet.",
    Result.ACKNOWLEDGED_ALREADY: "An acknowledgement below an earlier one.",
    Result.TIMED_OUT: "What was waited for did not happen in time.",
    Result.LEDGER_NOT_EMPTY: "Only an empty ledger can be restored.",
    Result.NOT_RESTORING: "Nothing is being restored.",
    Result.RESTORE_OUT_OF_ORDER: "What is restored comes by number or sequence, without a gap; accounts before holds before transfers.",
    Result.RESTORE_INCONSISTENT: "What is restored contradicts itself, or what was restored before.",
    Result.DIGEST_MISMATCH: "What was restored is not what was saved.",
}
