/* SPDX-License-Identifier: MIT */
/*
 * QENEX: the calls of /dev/qenex_banking.
 *
 * Generated from the Rust source of qenex-abi; do not edit. To make it anew: cargo run -p
 * qenex-header
 *
 * A struct has the same layout for 32- and 64-bit programs. Set everything that is not used to
 * zero, the reserved fields above all: they are checked, so that a later version may give them a
 * meaning. A designated initialiser or memset does it.
 *
 * Amounts are in minor units of the ISO 4217 currency (cents for 840, yen for 392), times are
 * nanoseconds since 1970-01-01 UTC, unless said otherwise.
 *
 * A call returns 0, or -1 with errno; the field `result` then says exactly why, see enum
 * qenex_result.
 *
 * Account numbers: a dense index from 1 followed by two ISO 7064 MOD 97-10 check digits, 02 to 98,
 * so that the whole is 1 modulo 97. Every single wrong digit and every swap of two neighbours is
 * noticed, and a mistyped number is refused instead of reaching another customer.
 */
#ifndef QENEX_H
#define QENEX_H

#include <stdint.h>
#include <sys/ioctl.h>

/*
 * Version of this ABI, reported by `QENEX_INFO`. It grows by one when an ioctl is added; nothing
 * released is ever changed or removed within one major version (the upper 16 bits).
 */
#define QENEX_ABI_VERSION 0x00010000u

/* Name of the device below `/dev`. */
#define QENEX_DEVICE_NAME "qenex_banking"

/* Where the device is, unless the administrator moved it. */
#define QENEX_DEVICE_PATH "/dev/qenex_banking"

/* ---- Many transfers in one call ---- */

/* Most items in one `QENEX_BATCH` call, and most accounts in one `QENEX_GET_ACCOUNTS` call. */
#define QENEX_BATCH_MAX 8192u

/* Most items in one linked chain. */
#define QENEX_CHAIN_MAX 64u

/*
 * Argument of `QENEX_BATCH`: an array of struct qenex_transfer and room for as many struct
 * qenex_transfer_result.
 *
 * Items run in order. Each has its own result; chains (`QENEX_TRANSFER_LINKED`) happen whole or not
 * at all. The call returns 0 when every item has its result, whatever the results say. If the
 * results cannot be written (EFAULT), what was accepted stays accepted; sending the batch again
 * with the same ids tells.
 */
struct qenex_batch_request {
	/* Address of `count` struct qenex_transfer in the caller's memory. */
	uint64_t items;
	/* Address of `count` struct qenex_transfer_result in the caller's memory. */
	uint64_t results;
	/* How many, 1 to QENEX_BATCH_MAX. */
	uint32_t count;
	/* Must be zero. */
	uint32_t flags;
	/* Out: how many items were accepted (`ok`). */
	uint32_t accepted;
	/* Out: an enum qenex_result for the call itself. */
	uint32_t result;
	/* Out: highest sequence number among the results; zero if nothing was posted. */
	uint64_t sequence;
	/* Must be zero. */
	uint64_t reserved[3];
};

/* ---- Making changes durable ---- */

/*
 * Take the journal from whoever has it. The former consumer is fenced: its calls fail with
 * `journal_fenced`.
 */
#define QENEX_JOURNAL_TAKE_OVER (1u << 0)

/* Argument of `QENEX_JOURNAL_ATTACH`: becomes the consumer of the journal. For ledger operators. */
struct qenex_attach_request {
	/* `QENEX_JOURNAL_TAKE_OVER` or zero. */
	uint32_t flags;
	/* Out: an enum qenex_result. */
	uint32_t result;
	/* Out: which attachment this is; grows with each. */
	uint64_t epoch;
	/* Out: entries in the ring. */
	uint64_t entries;
	/* Out: bytes to map. */
	uint64_t ring_size;
	/*
	 * Out: everything up to this sequence number is acknowledged; the consumer goes on with the
	 * next.
	 */
	uint64_t acknowledged;
	/* Must be zero. */
	uint64_t reserved[3];
};

/* Argument of `QENEX_JOURNAL_WAIT`: waits until there is something to store. For the consumer. */
struct qenex_wait_request {
	/* Wait until an entry after this one is written. */
	uint64_t after;
	/* Longest wait in milliseconds; zero: do not wait. */
	uint32_t timeout_ms;
	/* Out: an enum qenex_result: `ok` or `timed_out`. */
	uint32_t result;
	/* Out: everything up to this sequence number is written. */
	uint64_t written;
	/* Must be zero. */
	uint64_t reserved;
};

/*
 * Argument of `QENEX_JOURNAL_ACK`: everything up to `sequence` is stored durably. For the consumer.
 */
struct qenex_ack_request {
	/* The last sequence number that is stored, with all before it. */
	uint64_t sequence;
	/* Out: an enum qenex_result. */
	uint32_t result;
	/* Must be zero. */
	uint32_t reserved;
};

/*
 * Argument of `QENEX_WAIT_DURABLE`: waits until a change is stored durably. For everyone.
 *
 * Interrupted by a signal the call fails with EINTR, and can be made again.
 */
struct qenex_durable_request {
	/* The sequence number of the change. */
	uint64_t sequence;
	/* Longest wait in milliseconds; zero: do not wait. */
	uint32_t timeout_ms;
	/* Out: an enum qenex_result: `ok` or `timed_out`. */
	uint32_t result;
	/* Out: everything up to this sequence number is durable. */
	uint64_t durable;
	/* Must be zero. */
	uint64_t reserved;
};

/* ---- 128-bit identifiers chosen by the caller ---- */

/*
 * A 128-bit identifier: the idempotency key of a change, or a caller's reference such as a UETR.
 *
 * As a key it names one change for ever: the same id with the same content returns the original
 * outcome, with other content it is refused. All zero means "none": a change without an id gets one
 * from the kernel.
 *
 * Ids whose `high` half is QENEX_ID_HIGH_RESERVED are made by the kernel and refused from callers.
 */
struct qenex_id {
	/* The less significant 64 bits. */
	uint64_t low;
	/* The more significant 64 bits. */
	uint64_t high;
};

/* The `high` half of every id that the kernel makes; its `low` half counts up. */
#define QENEX_ID_HIGH_RESERVED UINT64_MAX

/* ---- Opening accounts and reading them ---- */

/* A customer's current account. The default. */
#define QENEX_ACCOUNT_CHECKING 0u

/* A customer's savings account. */
#define QENEX_ACCOUNT_SAVINGS 1u

/* A loan to a customer: what is owed to the bank. */
#define QENEX_ACCOUNT_LOAN 2u

/* Settlement with another bank or a payment system (nostro, vostro, clearing). */
#define QENEX_ACCOUNT_SETTLEMENT 3u

/* The bank's income: fees and interest earned. */
#define QENEX_ACCOUNT_INCOME 4u

/* The bank's expense: interest paid, losses. */
#define QENEX_ACCOUNT_EXPENSE 5u

/* Money whose owner or purpose is being found out. */
#define QENEX_ACCOUNT_SUSPENSE 6u

/* Liquidity of the bank in one currency, the two sides of an exchange. */
#define QENEX_ACCOUNT_LIQUIDITY 7u

/*
 * The bank's cash in one currency: the counterpart of opening balances. One per currency, opened by
 * the kernel when the currency is first used; callers cannot open one.
 */
#define QENEX_ACCOUNT_CASH 8u

/* How many account types there are. */
#define QENEX_ACCOUNT_TYPES 9u

/*
 * Debits are never checked against what is available. For the bank's own accounts; needs the
 * operator right.
 */
#define QENEX_ACCOUNT_UNLIMITED (1u << 0)

/*
 * `owner` is given. Without it the account belongs to the caller's effective uid. Another uid than
 * the caller's own needs the operator right.
 */
#define QENEX_ACCOUNT_OWNER_GIVEN (1u << 1)

/* Every flag that `QENEX_CREATE_ACCOUNT` takes. */
#define QENEX_ACCOUNT_FLAGS (QENEX_ACCOUNT_UNLIMITED | QENEX_ACCOUNT_OWNER_GIVEN)

/* State bit: the account refuses debits. */
#define QENEX_ACCOUNT_DEBITS_FROZEN (1u << 8)

/* State bit: the account refuses credits. */
#define QENEX_ACCOUNT_CREDITS_FROZEN (1u << 9)

/* State bit: the account is closed. */
#define QENEX_ACCOUNT_CLOSED (1u << 10)

/* State bit: a spending limit is set. */
#define QENEX_ACCOUNT_SPENDING_LIMITED (1u << 11)

/*
 * Reported bit: debits increase what the account stands for (cash, loans, expenses), so that a
 * negative balance is its normal one. Of all other types the normal side is credit.
 */
#define QENEX_ACCOUNT_DEBIT_NORMAL (1u << 12)

/* Argument of `QENEX_CREATE_ACCOUNT`. */
struct qenex_account_request {
	/* Idempotency key. In: zero lets the kernel make one. Out: the id of the opening. */
	struct qenex_id id;
	/*
	 * Minor units, posted from the currency's cash account in the same step, so that the books
	 * balance from the first entry. More than zero needs the operator right.
	 */
	uint64_t initial_balance;
	/*
	 * How far `balance - holds` may go below zero, in minor units. More than zero needs the
	 * operator right.
	 */
	uint64_t overdraft_limit;
	/* ISO 4217 numeric code. */
	uint32_t currency;
	/* `QENEX_ACCOUNT_CHECKING` to `QENEX_ACCOUNT_LIQUIDITY`. */
	uint32_t account_type;
	/* `QENEX_ACCOUNT_UNLIMITED`, `QENEX_ACCOUNT_OWNER_GIVEN`. */
	uint32_t flags;
	/* Uid of the owner, with `QENEX_ACCOUNT_OWNER_GIVEN`; otherwise zero. */
	uint32_t owner;
	/*
	 * The caller's own reference, such as a customer number; recorded, compared on a retry, not
	 * interpreted.
	 */
	struct qenex_id reference;
	/*
	 * The caller's own classification, such as a chart-of-accounts code; recorded, compared on
	 * a retry, not interpreted.
	 */
	uint32_t code;
	/* Must be zero. */
	uint32_t reserved;
	/* Out: the number of the account, see "Account numbers" above; zero if none was opened. */
	uint64_t account_number;
	/* Out: sequence number of the opening. */
	uint64_t sequence;
	/* Out: when it was opened, nanoseconds since 1970-01-01 UTC. */
	uint64_t timestamp;
	/* Out: an enum qenex_result. */
	uint32_t result;
	/* Must be zero. */
	uint32_t reserved2;
	/* Must be zero. */
	uint64_t reserved3[3];
};

/* One account as `QENEX_GET_ACCOUNTS` reports it. */
struct qenex_account {
	/* The number asked for. */
	uint64_t account_number;
	/*
	 * `credits_posted - debits_posted`, held at the bounds of the type if it does not fit; the
	 * counters are exact.
	 */
	int64_t balance;
	/*
	 * What can be debited now: `balance - debits_held + overdraft_limit`, held at the bounds of
	 * the type if it does not fit. What others hold for this account (`credits_held`) has not
	 * arrived and does not count.
	 */
	int64_t available;
	/* Sum of all debits posted, minor units. */
	uint64_t debits_posted;
	/* Sum of all credits posted, minor units. */
	uint64_t credits_posted;
	/* Sum of the open holds that will debit this account, minor units. */
	uint64_t debits_held;
	/* Sum of the open holds that will credit this account, minor units. */
	uint64_t credits_held;
	/* How far `balance - debits_held` may go below zero, minor units. */
	uint64_t overdraft_limit;
	/* Sequence number of the last change to this account. */
	uint64_t sequence;
	/* When it was opened, nanoseconds since 1970-01-01 UTC. */
	uint64_t opened;
	/* The reference given at its opening. */
	struct qenex_id reference;
	/* ISO 4217 numeric code. */
	uint32_t currency;
	/* `QENEX_ACCOUNT_CHECKING` to `QENEX_ACCOUNT_CASH`. */
	uint32_t account_type;
	/* `QENEX_ACCOUNT_UNLIMITED`, the state bits and `QENEX_ACCOUNT_DEBIT_NORMAL`. */
	uint32_t flags;
	/* Uid of the owner. */
	uint32_t owner;
	/* The code given at its opening. */
	uint32_t code;
	/*
	 * An enum qenex_result: `ok`, `account_number_invalid`, `account_not_found` or
	 * `not_account_owner`. Unless it is `ok` all other fields but `account_number` are zero.
	 */
	uint32_t result;
	/* Zero. */
	uint64_t reserved;
};

/*
 * Argument of `QENEX_GET_ACCOUNTS`: reads one or many accounts at one instant.
 *
 * All answers belong to the same point of the ledger's history, the one just after `sequence`: a
 * transfer between two of the accounts is seen in both or in neither.
 */
struct qenex_accounts_request {
	/* Address of `count` account numbers (`uint64_t`) in the caller's memory. */
	uint64_t numbers;
	/* Address of room for `count` struct qenex_account in the caller's memory. */
	uint64_t accounts;
	/* How many, 1 to QENEX_BATCH_MAX. */
	uint32_t count;
	/* Must be zero. */
	uint32_t flags;
	/* Out: the point of history that was read. */
	uint64_t sequence;
	/* Out: how many of the answers are `ok`. */
	uint32_t found;
	/* Out: an enum qenex_result for the call itself. */
	uint32_t result;
	/* Must be zero. */
	uint64_t reserved[3];
};

/* Update: refuse debits from now on. */
#define QENEX_UPDATE_FREEZE_DEBITS (1u << 0)

/* Update: take debits again. */
#define QENEX_UPDATE_UNFREEZE_DEBITS (1u << 1)

/* Update: refuse credits from now on. */
#define QENEX_UPDATE_FREEZE_CREDITS (1u << 2)

/* Update: take credits again. */
#define QENEX_UPDATE_UNFREEZE_CREDITS (1u << 3)

/* Update: set the overdraft limit, not below what is used of it. */
#define QENEX_UPDATE_OVERDRAFT_LIMIT (1u << 4)

/* Update: set the spending limit and its window; a limit and window of zero remove it. */
#define QENEX_UPDATE_SPENDING_LIMIT (1u << 5)

/* Update: set the owner. */
#define QENEX_UPDATE_OWNER (1u << 6)

/*
 * Update: close the account; only with a balance of zero and no open hold. Nothing else can be
 * changed with it.
 */
#define QENEX_UPDATE_CLOSE (1u << 7)

/* Update: open a closed account again. Nothing else can be changed with it. */
#define QENEX_UPDATE_REOPEN (1u << 8)

/* Every change that `QENEX_UPDATE_ACCOUNT` can make. */
#define QENEX_UPDATE_CHANGES 0x1ffu

/*
 * Argument of `QENEX_UPDATE_ACCOUNT`: changes an account's state, limits or owner. For ledger
 * operators.
 *
 * A post or reversal is a debit or credit and refused by a frozen account; a hold on it can be
 * voided and expires.
 */
struct qenex_update_request {
	/* Idempotency key. In: zero lets the kernel make one. Out: the id of the update. */
	struct qenex_id id;
	/* Number of the account. */
	uint64_t account_number;
	/* What to change, `QENEX_UPDATE_*`. Fields of what is not to be changed must be zero. */
	uint32_t changes;
	/* Uid of the new owner. */
	uint32_t owner;
	/* The new overdraft limit, minor units. */
	uint64_t overdraft_limit;
	/*
	 * The most that may be debited by transfers and new holds in one window, minor units. What
	 * a hold does not use up comes back if it ends within the window in which it was made;
	 * reversals do not count.
	 */
	uint64_t spending_limit;
	/*
	 * Length of a window in seconds. Windows begin at multiples of it since 1970-01-01 UTC: one
	 * of 86,400 is a day.
	 */
	uint32_t spending_window;
	/* The caller's own classification; recorded, compared on a retry, not interpreted. */
	uint32_t code;
	/* The caller's own reference; recorded, compared on a retry, not interpreted. */
	struct qenex_id reference;
	/* Must be zero. */
	uint64_t reserved;
	/* Out: sequence number of the update. */
	uint64_t sequence;
	/* Out: when it was made, nanoseconds since 1970-01-01 UTC. */
	uint64_t timestamp;
	/* Out: an enum qenex_result. */
	uint32_t result;
	/* Must be zero. */
	uint32_t reserved2;
	/* Must be zero. */
	uint64_t reserved3[3];
};

/* ---- What the module is and how full it is ---- */

/*
 * State: the ledger waits for its daemon, or is being restored by it; changes are refused with
 * `not_live`.
 */
#define QENEX_STATE_RESTORING 0u

/* State: open for business. */
#define QENEX_STATE_LIVE 1u

/* State: reads only; changes are refused with `read_only`. */
#define QENEX_STATE_READ_ONLY 2u

/* Answer of `QENEX_INFO`. Everyone who may open the device may ask. */
struct qenex_info {
	/* QENEX_ABI_VERSION of the module. */
	uint32_t abi_version;
	/* `QENEX_STATE_*`. */
	uint32_t state;
	/* Which ledger this is: made at random when it was first opened. */
	struct qenex_id ledger_id;
	/* Sequence number of the last change; zero in a new ledger. */
	uint64_t sequence;
	/* Highest sequence number that is stored durably, with all before it. */
	uint64_t sequence_durable;
	/* Time of the last change, nanoseconds since 1970-01-01 UTC. */
	uint64_t timestamp;
	/* Accounts opened, the kernel's own cash accounts included. */
	uint64_t accounts;
	/* Most accounts there can be (module parameter `max_accounts`). */
	uint64_t accounts_max;
	/* Holds that are open. */
	uint64_t holds;
	/* Most holds that can be open at once (module parameter `max_holds`). */
	uint64_t holds_max;
	/*
	 * Entries that the journal ring takes (module parameter `journal_entries`); also how many
	 * of the latest changes the kernel remembers by id.
	 */
	uint64_t journal_entries;
	/* Most items in one batch. */
	uint32_t batch_max;
	/* Most items in one linked chain. */
	uint32_t chain_max;
	/* Transfers accepted since the module was loaded. */
	uint64_t transfers_accepted;
	/* Transfers refused since the module was loaded. */
	uint64_t transfers_refused;
	/* Transfers answered with `exists` since the module was loaded. */
	uint64_t transfers_repeated;
	/* Zero. */
	uint64_t reserved[17];
};

/* ---- The journal ---- */

/*
 * An account was opened: `to_account`, with `owner`, `requested` as its overdraft limit, `timeout`
 * as its type (`QENEX_ACCOUNT_CHECKING` …) and `account_flags`. `flags` are those of the request.
 * Its opening balance `amount` is a posting of its own, the next entry.
 */
#define QENEX_ENTRY_OPEN 1u

/* Money moved. */
#define QENEX_ENTRY_POSTING 2u

/* Money was held. */
#define QENEX_ENTRY_HOLD 3u

/* The hold `related_id` was posted: `amount` moved, the rest was released. */
#define QENEX_ENTRY_POST_HOLD 4u

/* The hold `related_id` was voided: `amount` was released. */
#define QENEX_ENTRY_VOID_HOLD 5u

/* The hold `related_id` expired: `amount` was released. */
#define QENEX_ENTRY_EXPIRE_HOLD 6u

/* Money of the posting `related_id` moved back. */
#define QENEX_ENTRY_REVERSAL 7u

/* The id was used up by a refused item, see `QENEX_TRANSFER_ID_ONCE`. */
#define QENEX_ENTRY_ID_USED_UP 8u

/*
 * The account `to_account` was changed. The entry carries its whole state afterwards: `owner`,
 * `requested` as its overdraft limit, `amount` as its spending limit, `timeout` as the window of
 * that in seconds, `account_flags`. `flags` says what was changed (`QENEX_UPDATE_*`).
 */
#define QENEX_ENTRY_UPDATE 9u

/* The four counters of an account, in minor units. */
struct qenex_counters {
	/* Sum of all debits posted. */
	uint64_t debits_posted;
	/* Sum of all credits posted. */
	uint64_t credits_posted;
	/* Sum of the open holds that will debit the account. */
	uint64_t debits_held;
	/* Sum of the open holds that will credit the account. */
	uint64_t credits_held;
};

/* One accepted change. */
struct qenex_journal_entry {
	/* 1 for the first change of a ledger, then without a gap. */
	uint64_t sequence;
	/*
	 * When it happened, nanoseconds since 1970-01-01 UTC; never goes back along the sequence.
	 */
	uint64_t timestamp;
	/* Idempotency key of the change. */
	struct qenex_id id;
	/* Number of the account debited; zero where none was. */
	uint64_t from_account;
	/* Number of the account credited, or opened. */
	uint64_t to_account;
	/* Minor units that moved, or were held or released. */
	uint64_t amount;
	/*
	 * The amount asked for, which with `QENEX_TRANSFER_UP_TO` or `QENEX_AMOUNT_ALL` is not the
	 * amount moved. Of a hold that ended: the amount that was held.
	 */
	uint64_t requested;
	/* The hold or posting that this change settles or reverses. */
	struct qenex_id related_id;
	/* The caller's own reference. */
	struct qenex_id reference;
	/* ISO 4217 numeric code. */
	uint32_t currency;
	/* Flags of the request. */
	uint32_t flags;
	/* The caller's own classification. */
	uint32_t code;
	/*
	 * Seconds after which a hold expires; of an account opened its type, of one changed the
	 * window of its spending limit.
	 */
	uint32_t timeout;
	/* `QENEX_ENTRY_*`. */
	uint16_t kind;
	/*
	 * Of an account opened or changed: its flags and state afterwards,
	 * `QENEX_ACCOUNT_UNLIMITED` and the state bits.
	 */
	uint16_t account_flags;
	/* Effective uid of the caller. */
	uint32_t actor;
	/* Counters of the debited account after the change. */
	struct qenex_counters from_after;
	/* Counters of the credited account after the change. */
	struct qenex_counters to_after;
	/* Uid of the owner of an account opened or changed; of a hold or posting zero. */
	uint32_t owner;
	/* CRC-32C of all bytes before it. */
	uint32_t crc;
};

/*
 * Argument of `QENEX_GET_TRANSFERS`: reads entries that the journal ring still holds, by id or in
 * order.
 *
 * An entry is shown to ledger operators, to whoever made the change, and to the owners of its
 * accounts.
 */
struct qenex_transfers_request {
	/*
	 * Address of `count` struct qenex_id in the caller's memory, or 0 to read in order of the
	 * sequence.
	 */
	uint64_t ids;
	/*
	 * Address of room for `count` struct qenex_journal_entry in the caller's memory. By id: one
	 * for each, all zero where nothing is on record that the caller may see. In order: those
	 * found, one after the other.
	 */
	uint64_t entries;
	/*
	 * In order: the first sequence number wanted; of older ones than the ring holds the oldest
	 * is taken. In: zero with `ids`.
	 */
	uint64_t first_sequence;
	/* How many, 1 to QENEX_BATCH_MAX. */
	uint32_t count;
	/* Must be zero. */
	uint32_t flags;
	/* Out: how many entries are shown. */
	uint32_t found;
	/* Out: an enum qenex_result for the call itself. */
	uint32_t result;
	/*
	 * Out: in order: where to go on; above the last sequence number if there is nothing more.
	 * At most QENEX_BATCH_MAX entries are looked at in one call, so that none may be shown
	 * although there are more.
	 */
	uint64_t next_sequence;
	/* Must be zero. */
	uint64_t reserved[2];
};

/* ---- The state of a ledger ---- */

/* All there is to know of one account. */
struct qenex_restore_account {
	/* Its number. */
	uint64_t account_number;
	/* Posted and held. */
	struct qenex_counters counters;
	/* Minor units. */
	uint64_t overdraft_limit;
	/* Sequence number of the last change. */
	uint64_t sequence;
	/* When it was opened, nanoseconds since 1970-01-01 UTC. */
	uint64_t opened;
	/* The opener's reference. */
	struct qenex_id reference;
	/* Most that may be spent in one window, minor units; zero: no limit. */
	uint64_t spending_limit;
	/*
	 * What has been spent in the window that began at `spending_window_start`, minor units.
	 * Zero without a limit.
	 */
	uint64_t spent;
	/*
	 * When the window began in which something was last spent, seconds since 1970-01-01 UTC.
	 * Zero without a limit.
	 */
	uint64_t spending_window_start;
	/*
	 * Sequence number of the update that set the limit: what was held before it was not
	 * counted. Zero without a limit.
	 */
	uint64_t spending_since;
	/* Length of a window in seconds; zero: no limit. */
	uint32_t spending_window;
	/* ISO 4217 numeric code. */
	uint32_t currency;
	/* `QENEX_ACCOUNT_CHECKING` … . */
	uint32_t account_type;
	/* `QENEX_ACCOUNT_UNLIMITED` and the state bits. */
	uint32_t flags;
	/* Uid of the owner. */
	uint32_t owner;
	/* The opener's code. */
	uint32_t code;
};

/* An open hold. */
struct qenex_restore_hold {
	/* The id under which it was made. */
	struct qenex_id id;
	/* Sequence number of its entry. */
	uint64_t sequence;
	/* When it was made, nanoseconds since 1970-01-01 UTC. */
	uint64_t timestamp;
	/* Number of the account that will be debited. */
	uint64_t from_account;
	/* Number of the account that will be credited. */
	uint64_t to_account;
	/* Minor units held. */
	uint64_t amount;
	/* When it expires, nanoseconds since 1970-01-01 UTC; zero: never. */
	uint64_t expires;
	/* The reference given with it. */
	struct qenex_id reference;
	/* ISO 4217 numeric code. */
	uint32_t currency;
	/* Flags of the request. */
	uint32_t flags;
	/* The code given with it. */
	uint32_t code;
	/* Seconds after which it expires, as asked for; zero: never. */
	uint32_t timeout;
};

/* Where the ledger stands. */
struct qenex_restore_end {
	/* Which ledger this is. */
	struct qenex_id ledger_id;
	/* Sequence number of the last change. */
	uint64_t sequence;
	/* Time of the last change, nanoseconds since 1970-01-01 UTC. */
	uint64_t timestamp;
	/* The highest `low` half of an id that the kernel made. */
	uint64_t ids_made;
	/* How many accounts there are. */
	uint64_t accounts;
	/* How many holds are open. */
	uint64_t holds;
};

/*
 * Argument of `QENEX_RESTORE_ACCOUNTS`, `_HOLDS` and `_TRANSFERS`: an array of struct
 * qenex_restore_account by number from the first on, of struct qenex_restore_hold by sequence
 * number, or of the latest struct qenex_journal_entry by sequence number.
 */
struct qenex_restore_request {
	/* Address of `count` structs in the caller's memory. */
	uint64_t items;
	/* How many, 1 to QENEX_BATCH_MAX. */
	uint32_t count;
	/* Out: an enum qenex_result. */
	uint32_t result;
	/* Out: how many were taken; the next one is the one that was refused. */
	uint32_t taken;
	/* Must be zero. */
	uint32_t reserved;
	/* Must be zero. */
	uint64_t reserved2;
};

/*
 * Argument of `QENEX_RESTORE_BEGIN`: an empty ledger is closed for business and takes a saved
 * state. For ledger operators.
 */
struct qenex_restore_begin_request {
	/* Must be zero. */
	uint32_t flags;
	/* Out: an enum qenex_result. */
	uint32_t result;
	/* Must be zero. */
	uint64_t reserved;
};

/* Argument of `QENEX_GO_LIVE`: ends the restoring, if what the kernel has got is what was saved. */
struct qenex_go_live_request {
	/* Where the ledger stands. */
	struct qenex_restore_end end;
	/* The digest of the ledger. */
	uint8_t digest[32];
	/* Out: an enum qenex_result. */
	uint32_t result;
	/* Must be zero. */
	uint32_t reserved;
	/* Out: the digest of what the kernel has got. */
	uint8_t digest_found[32];
};

/* ---- Moving money ---- */

/*
 * This item and the next one of the batch succeed or fail together. The last item of a chain does
 * not carry it.
 */
#define QENEX_TRANSFER_LINKED (1u << 0)

/*
 * Reserve the amount instead of moving it. It leaves the debtor's available balance at once, and
 * reaches the creditor when the hold is posted.
 */
#define QENEX_TRANSFER_HOLD (1u << 1)

/*
 * Turn the hold named by `related_id` into a posting, in full (QENEX_AMOUNT_ALL) or in part (the
 * rest is released).
 */
#define QENEX_TRANSFER_POST_HOLD (1u << 2)

/* Release the hold named by `related_id`. */
#define QENEX_TRANSFER_VOID_HOLD (1u << 3)

/*
 * Move money back along the posting named by `related_id`, in full (QENEX_AMOUNT_ALL) or in part.
 */
#define QENEX_TRANSFER_REVERSE (1u << 4)

/*
 * `amount` is an upper limit: what moves is that or what the debtor has available, whichever is
 * less.
 */
#define QENEX_TRANSFER_UP_TO (1u << 5)

/* An amount of zero is meant, not forgotten. */
#define QENEX_TRANSFER_ZERO_AMOUNT (1u << 6)

/*
 * If the item is refused for a reason that may pass by itself, its id is used up all the same, so
 * that a late duplicate of a refused request cannot succeed after all.
 */
#define QENEX_TRANSFER_ID_ONCE (1u << 7)

/*
 * Return only when the posting is stored durably. Of a batch, the flag of any item counts for all.
 */
#define QENEX_TRANSFER_DURABLE (1u << 8)

/* Every flag that a transfer may carry. */
#define QENEX_TRANSFER_FLAGS (QENEX_TRANSFER_LINKED | \
	QENEX_TRANSFER_HOLD | \
	QENEX_TRANSFER_POST_HOLD | \
	QENEX_TRANSFER_VOID_HOLD | \
	QENEX_TRANSFER_REVERSE | \
	QENEX_TRANSFER_UP_TO | \
	QENEX_TRANSFER_ZERO_AMOUNT | \
	QENEX_TRANSFER_ID_ONCE | \
	QENEX_TRANSFER_DURABLE)

/* As the amount of a post or reversal: all of the hold, or all that has not been reversed yet. */
#define QENEX_AMOUNT_ALL UINT64_MAX

/* One posting: money from one account to another of the same currency. */
struct qenex_transfer {
	/* Idempotency key; zero lets the kernel make one. */
	struct qenex_id id;
	/*
	 * Number of the account debited: money leaves it. Zero in a post, void or reversal: as in
	 * the original.
	 */
	uint64_t from_account;
	/*
	 * Number of the account credited: money arrives. Zero in a post, void or reversal: as in
	 * the original.
	 */
	uint64_t to_account;
	/* Minor units of the currency. */
	uint64_t amount;
	/*
	 * ISO 4217 numeric code; must be that of both accounts. Zero in a post, void or reversal:
	 * as in the original.
	 */
	uint32_t currency;
	/* `QENEX_TRANSFER_*`. */
	uint32_t flags;
	/* Post and void: id of the hold. Reversal: id of the posting. Otherwise zero. */
	struct qenex_id related_id;
	/*
	 * The caller's own reference, such as the UETR of the payment; recorded, compared on a
	 * retry, not interpreted.
	 */
	struct qenex_id reference;
	/*
	 * The caller's own classification, such as a booking code; recorded, compared on a retry,
	 * not interpreted.
	 */
	uint32_t code;
	/*
	 * Seconds after which an unsettled hold expires; zero: never. Only with
	 * QENEX_TRANSFER_HOLD.
	 */
	uint32_t timeout;
	/* Must be zero. */
	uint64_t reserved;
};

/* What became of one struct qenex_transfer. */
struct qenex_transfer_result {
	/*
	 * Sequence number of the posting; of the original where the result is `exists`; zero if
	 * nothing was posted.
	 */
	uint64_t sequence;
	/*
	 * When it was posted, nanoseconds since 1970-01-01 UTC; never goes back along the sequence.
	 */
	uint64_t timestamp;
	/*
	 * Minor units that really moved or were held or released: differs from the request's amount
	 * with QENEX_TRANSFER_UP_TO, QENEX_AMOUNT_ALL and a void.
	 */
	uint64_t moved;
	/* An enum qenex_result. */
	uint32_t result;
	/* Zero. */
	uint32_t reserved;
};

/*
 * Argument of `QENEX_TRANSFER`: a struct qenex_transfer followed by its struct
 * qenex_transfer_result, written flat so that a C programmer names the fields directly.
 */
struct qenex_transfer_request {
	/* Idempotency key. In: zero lets the kernel make one. Out: the id of the posting. */
	struct qenex_id id;
	/* Number of the account debited. */
	uint64_t from_account;
	/* Number of the account credited. */
	uint64_t to_account;
	/* Minor units of the currency. */
	uint64_t amount;
	/* ISO 4217 numeric code. */
	uint32_t currency;
	/* `QENEX_TRANSFER_*`; QENEX_TRANSFER_LINKED has no place here. */
	uint32_t flags;
	/* Post and void: id of the hold. Reversal: id of the posting. Otherwise zero. */
	struct qenex_id related_id;
	/* The caller's own reference. */
	struct qenex_id reference;
	/* The caller's own classification. */
	uint32_t code;
	/* Seconds after which an unsettled hold expires. */
	uint32_t timeout;
	/* Must be zero. */
	uint64_t reserved;
	/* Out: see sequence of struct qenex_transfer_result. */
	uint64_t sequence;
	/* Out: see timestamp of struct qenex_transfer_result. */
	uint64_t timestamp;
	/* Out: see moved of struct qenex_transfer_result. */
	uint64_t moved;
	/* Out: an enum qenex_result. */
	uint32_t result;
	/* Must be zero. */
	uint32_t reserved2;
};

/* ---- The ioctl numbers ---- */

/* The ioctl type ("magic") of all QENEX calls. */
#define QENEX_IOCTL_TYPE 'Q'

/* Asks what the module is, see struct qenex_info. */
#define QENEX_INFO _IOR('Q', 0, struct qenex_info)

/* Opens an account, see struct qenex_account_request. */
#define QENEX_CREATE_ACCOUNT _IOWR('Q', 1, struct qenex_account_request)

/* Reads accounts at one instant, see struct qenex_accounts_request. */
#define QENEX_GET_ACCOUNTS _IOWR('Q', 2, struct qenex_accounts_request)

/* Moves money once, see struct qenex_transfer_request. */
#define QENEX_TRANSFER _IOWR('Q', 3, struct qenex_transfer_request)

/* Moves money many times, see struct qenex_batch_request. */
#define QENEX_BATCH _IOWR('Q', 4, struct qenex_batch_request)

/* Reads what is on record, see struct qenex_transfers_request. */
#define QENEX_GET_TRANSFERS _IOWR('Q', 5, struct qenex_transfers_request)

/* Changes an account's state, limits or owner, see struct qenex_update_request. */
#define QENEX_UPDATE_ACCOUNT _IOWR('Q', 6, struct qenex_update_request)

/* Waits until a change is durable, see struct qenex_durable_request. */
#define QENEX_WAIT_DURABLE _IOWR('Q', 7, struct qenex_durable_request)

/* Becomes the consumer of the journal, see struct qenex_attach_request. */
#define QENEX_JOURNAL_ATTACH _IOWR('Q', 16, struct qenex_attach_request)

/* Waits for something to store, see struct qenex_wait_request. */
#define QENEX_JOURNAL_WAIT _IOWR('Q', 17, struct qenex_wait_request)

/* Acknowledges what is stored, see struct qenex_ack_request. */
#define QENEX_JOURNAL_ACK _IOWR('Q', 18, struct qenex_ack_request)

/* Begins restoring an empty ledger, see struct qenex_restore_begin_request. */
#define QENEX_RESTORE_BEGIN _IOWR('Q', 32, struct qenex_restore_begin_request)

/* Restores accounts, see struct qenex_restore_request. */
#define QENEX_RESTORE_ACCOUNTS _IOWR('Q', 33, struct qenex_restore_request)

/* Restores open holds, see struct qenex_restore_request. */
#define QENEX_RESTORE_HOLDS _IOWR('Q', 34, struct qenex_restore_request)

/* Restores what is remembered by id, see struct qenex_restore_request. */
#define QENEX_RESTORE_TRANSFERS _IOWR('Q', 35, struct qenex_restore_request)

/* Opens a restored ledger for business, see struct qenex_go_live_request. */
#define QENEX_GO_LIVE _IOWR('Q', 36, struct qenex_go_live_request)

/* ---- Results ---- */

/*
 * Outcome of a call or of one item of a batch, and the errno with which a single call reports it.
 * The name states the rule that was broken. The codes are in order of precedence: if several rules
 * are broken, the first that applies to the call is returned.
 */
enum qenex_result {
	/* Done. [no error] */
	QENEX_OK = 0,
	/*
	 * The ledger waits for its daemon, or is being restored by it, and is not yet open for
	 * business. [EAGAIN]
	 */
	QENEX_NOT_LIVE = 1,
	/* The ledger takes no changes. [EROFS] */
	QENEX_READ_ONLY = 2,
	/* The call has no items. [EINVAL] */
	QENEX_COUNT_MUST_NOT_BE_ZERO = 3,
	/* The call has more than `QENEX_BATCH_MAX` items. [E2BIG] */
	QENEX_COUNT_TOO_LARGE = 4,
	/* The last item of a batch asks to be linked to a next one. [EINVAL] */
	QENEX_LINKED_CHAIN_OPEN = 5,
	/*
	 * Nothing wrong here, or not examined: another item of the chain was refused. [ECANCELED]
	 */
	QENEX_LINKED_ITEM_FAILED = 6,
	/*
	 * The chain has more than `QENEX_CHAIN_MAX` items, or touches more accounts than can be
	 * locked at once. [E2BIG]
	 */
	QENEX_CHAIN_TOO_LONG = 7,
	/* A reserved field is not zero. [EINVAL] */
	QENEX_RESERVED_MUST_BE_ZERO = 8,
	/*
	 * A flag is set that this version does not know, or that has no place in this call.
	 * [EINVAL]
	 */
	QENEX_FLAGS_MUST_BE_KNOWN = 9,
	/* The upper half of the id is all ones, which only the kernel's own ids are. [EINVAL] */
	QENEX_ID_MUST_NOT_BE_RESERVED = 10,
	/* The id is on record with other flags. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_FLAGS = 11,
	/* The id is on record with another `related_id`. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_RELATED_ID = 12,
	/* The id is on record with another debited account. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_FROM_ACCOUNT = 13,
	/* The id is on record with another credited account. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_TO_ACCOUNT = 14,
	/* The id is on record with another amount, or opening balance. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_AMOUNT = 15,
	/* The id is on record with another currency. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_CURRENCY = 16,
	/* The id is on record with another timeout. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_TIMEOUT = 17,
	/* The id is on record with another code. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_CODE = 18,
	/* The id is on record with another reference. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_REFERENCE = 19,
	/* The id is on record with another account type. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_ACCOUNT_TYPE = 20,
	/* The id is on record with another owner. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_OWNER = 21,
	/* The id is on record with another overdraft limit. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_OVERDRAFT_LIMIT = 22,
	/* The id is on record with another spending limit or window. [EEXIST] */
	QENEX_EXISTS_WITH_DIFFERENT_SPENDING_LIMIT = 23,
	/*
	 * The same change is on record: done already, nothing happens. Sequence and time are the
	 * original's. [no error]
	 */
	QENEX_EXISTS = 24,
	/*
	 * An item with this id and `QENEX_TRANSFER_ID_ONCE` was refused; a new attempt needs a new
	 * id. [EEXIST]
	 */
	QENEX_ID_USED_UP = 25,
	/*
	 * At most one of hold, post, void and reverse; `up_to` only with a transfer or a hold.
	 * [EINVAL]
	 */
	QENEX_FLAGS_EXCLUDE_EACH_OTHER = 26,
	/* The debited account is missing. [EINVAL] */
	QENEX_FROM_ACCOUNT_MUST_NOT_BE_ZERO = 27,
	/* The credited account is missing. [EINVAL] */
	QENEX_TO_ACCOUNT_MUST_NOT_BE_ZERO = 28,
	/* Debited and credited account are the same. [EINVAL] */
	QENEX_ACCOUNTS_MUST_BE_DIFFERENT = 29,
	/* Only a post, void or reversal names another change. [EINVAL] */
	QENEX_RELATED_ID_MUST_BE_ZERO = 30,
	/* A post or void must name its hold, a reversal its posting. [EINVAL] */
	QENEX_RELATED_ID_MUST_NOT_BE_ZERO = 31,
	/* The item names itself. [EINVAL] */
	QENEX_RELATED_ID_MUST_BE_DIFFERENT = 32,
	/* Only a hold can time out. [EINVAL] */
	QENEX_TIMEOUT_MUST_BE_ZERO = 33,
	/* The currency is missing. [EINVAL] */
	QENEX_CURRENCY_MUST_NOT_BE_ZERO = 34,
	/* Not an ISO 4217 numeric code in use. [EINVAL] */
	QENEX_CURRENCY_UNKNOWN = 35,
	/* Zero, without `QENEX_TRANSFER_ZERO_AMOUNT`. [EINVAL] */
	QENEX_AMOUNT_MUST_NOT_BE_ZERO = 36,
	/* Not an account type that a caller can open. [EINVAL] */
	QENEX_ACCOUNT_TYPE_UNKNOWN = 37,
	/* An owner without `QENEX_ACCOUNT_OWNER_GIVEN`. [EINVAL] */
	QENEX_OWNER_MUST_BE_ZERO = 38,
	/* An update that names nothing to change. [EINVAL] */
	QENEX_UPDATE_MUST_NOT_BE_EMPTY = 39,
	/* A spending limit without a time window. [EINVAL] */
	QENEX_SPENDING_WINDOW_MUST_NOT_BE_ZERO = 40,
	/*
	 * Opening balance, overdraft limit, unlimited or another's account: for ledger operators
	 * only. [EPERM]
	 */
	QENEX_OPERATOR_RIGHT_REQUIRED = 41,
	/* The check digits of the debited account's number are wrong: mistyped. [EINVAL] */
	QENEX_FROM_ACCOUNT_INVALID = 42,
	/* The check digits of the credited account's number are wrong: mistyped. [EINVAL] */
	QENEX_TO_ACCOUNT_INVALID = 43,
	/* There is no such account to debit. [ENOENT] */
	QENEX_FROM_ACCOUNT_NOT_FOUND = 44,
	/* There is no such account to credit. [ENOENT] */
	QENEX_TO_ACCOUNT_NOT_FOUND = 45,
	/* The check digits of the account number are wrong: mistyped. [EINVAL] */
	QENEX_ACCOUNT_NUMBER_INVALID = 46,
	/* There is no such account. [ENOENT] */
	QENEX_ACCOUNT_NOT_FOUND = 47,
	/* The two accounts have different currencies. [EINVAL] */
	QENEX_ACCOUNTS_MUST_HAVE_SAME_CURRENCY = 48,
	/* The two accounts have the same currency, but the item names another. [EINVAL] */
	QENEX_CURRENCY_MUST_BE_THAT_OF_ACCOUNTS = 49,
	/* Nothing is on record under `related_id`. [ENOENT] */
	QENEX_HOLD_NOT_FOUND = 50,
	/* What is on record under `related_id` is not a hold. [EINVAL] */
	QENEX_HOLD_EXPECTED = 51,
	/* The debited account is given and is not that of the hold. [EINVAL] */
	QENEX_HOLD_HAS_DIFFERENT_FROM_ACCOUNT = 52,
	/* The credited account is given and is not that of the hold. [EINVAL] */
	QENEX_HOLD_HAS_DIFFERENT_TO_ACCOUNT = 53,
	/* The currency is given and is not that of the hold. [EINVAL] */
	QENEX_HOLD_HAS_DIFFERENT_CURRENCY = 54,
	/* A post of more than is held. [EINVAL] */
	QENEX_EXCEEDS_HELD_AMOUNT = 55,
	/* A void of part of a hold. [EINVAL] */
	QENEX_HOLD_HAS_DIFFERENT_AMOUNT = 56,
	/* The hold was posted, in full or in part. [EALREADY] */
	QENEX_HOLD_ALREADY_POSTED = 57,
	/* The hold was voided. [EALREADY] */
	QENEX_HOLD_ALREADY_VOIDED = 58,
	/* The hold has expired. [ETIME] */
	QENEX_HOLD_EXPIRED = 59,
	/* Nothing is on record under `related_id`. [ENOENT] */
	QENEX_ORIGINAL_NOT_FOUND = 60,
	/* A hold cannot be reversed (void it), nor can an account's opening. [EINVAL] */
	QENEX_ORIGINAL_MUST_BE_POSTING = 61,
	/* A reversal cannot be reversed; make a new transfer. [EINVAL] */
	QENEX_ORIGINAL_MUST_NOT_BE_REVERSAL = 62,
	/* The debited account is given and is not the one that the original credited. [EINVAL] */
	QENEX_ORIGINAL_HAS_DIFFERENT_FROM_ACCOUNT = 63,
	/* The credited account is given and is not the one that the original debited. [EINVAL] */
	QENEX_ORIGINAL_HAS_DIFFERENT_TO_ACCOUNT = 64,
	/* The currency is given and is not that of the original. [EINVAL] */
	QENEX_ORIGINAL_HAS_DIFFERENT_CURRENCY = 65,
	/* All of the original has been reversed. [EALREADY] */
	QENEX_ORIGINAL_ALREADY_REVERSED = 66,
	/* More than is left of the original after earlier reversals. [EINVAL] */
	QENEX_EXCEEDS_ORIGINAL_AMOUNT = 67,
	/* Only the owner or a ledger operator may do this. [EPERM] */
	QENEX_NOT_ACCOUNT_OWNER = 68,
	/* A cash account is kept by the kernel and cannot be changed. [EPERM] */
	QENEX_ACCOUNT_IS_THE_KERNELS = 69,
	/* The account is closed: it can only be opened again. [EACCES] */
	QENEX_ACCOUNT_IS_CLOSED = 70,
	/* The account is open: it cannot be opened again. [EINVAL] */
	QENEX_ACCOUNT_IS_OPEN = 71,
	/* The debited account is closed. [EACCES] */
	QENEX_FROM_ACCOUNT_CLOSED = 72,
	/* The credited account is closed. [EACCES] */
	QENEX_TO_ACCOUNT_CLOSED = 73,
	/* The debited account refuses debits. [EACCES] */
	QENEX_FROM_ACCOUNT_FROZEN = 74,
	/* The credited account refuses credits. [EACCES] */
	QENEX_TO_ACCOUNT_FROZEN = 75,
	/* The debited account's `debits_held` would pass 2^64 - 1. [EOVERFLOW] */
	QENEX_OVERFLOWS_DEBITS_HELD = 76,
	/* The credited account's `credits_held` would pass 2^64 - 1. [EOVERFLOW] */
	QENEX_OVERFLOWS_CREDITS_HELD = 77,
	/* The debited account's `debits_posted` would pass 2^64 - 1. [EOVERFLOW] */
	QENEX_OVERFLOWS_DEBITS_POSTED = 78,
	/* The credited account's `credits_posted` would pass 2^64 - 1. [EOVERFLOW] */
	QENEX_OVERFLOWS_CREDITS_POSTED = 79,
	/* The debited account's debits, posted and held, would pass 2^64 - 1. [EOVERFLOW] */
	QENEX_OVERFLOWS_DEBITS = 80,
	/* The credited account's credits, posted and held, would pass 2^64 - 1. [EOVERFLOW] */
	QENEX_OVERFLOWS_CREDITS = 81,
	/* The debited account has less than that available. [EDQUOT] */
	QENEX_EXCEEDS_AVAILABLE_BALANCE = 82,
	/* The debited account would spend more than its limit in this time window. [EDQUOT] */
	QENEX_EXCEEDS_SPENDING_LIMIT = 83,
	/* The overdraft that is used, holds included, is more than the new limit. [EBUSY] */
	QENEX_LIMIT_BELOW_USED = 84,
	/* An account is closed only when its balance is zero. [EBUSY] */
	QENEX_ACCOUNT_HAS_BALANCE = 85,
	/* An account is closed only when no hold is open on it. [EBUSY] */
	QENEX_ACCOUNT_HAS_HOLDS = 86,
	/* There are `max_accounts` accounts already. [ENOSPC] */
	QENEX_ACCOUNTS_FULL = 87,
	/* There are `max_holds` open holds already. [ENOSPC] */
	QENEX_HOLDS_FULL = 88,
	/* Too many changes wait to be made durable; nothing happened, try again. [EAGAIN] */
	QENEX_JOURNAL_FULL = 89,
	/*
	 * To be durable was asked for, but no consumer has attached to the journal since the module
	 * was loaded. [EAGAIN]
	 */
	QENEX_DURABILITY_UNAVAILABLE = 90,
	/*
	 * The accounts changed faster than they could be read at one instant; try again. [EAGAIN]
	 */
	QENEX_READ_CONTENDED = 91,
	/* The kernel has no memory for this now; nothing happened, try again. [ENOMEM] */
	QENEX_OUT_OF_MEMORY = 92,
	/* Another consumer has the journal; `QENEX_JOURNAL_TAKE_OVER` fences it. [EBUSY] */
	QENEX_JOURNAL_ATTACHED = 93,
	/* This open file is not the consumer of the journal. [EINVAL] */
	QENEX_JOURNAL_NOT_ATTACHED = 94,
	/* Another consumer has taken the journal over; this one must stop. [ESTALE] */
	QENEX_JOURNAL_FENCED = 95,
	/* An acknowledgement of entries that are not written yet. [EINVAL] */
	QENEX_ACKNOWLEDGED_TOO_MUCH = 96,
	/* An acknowledgement below an earlier one. [EINVAL] */
	QENEX_ACKNOWLEDGED_ALREADY = 97,
	/* What was waited for did not happen in time. [ETIMEDOUT] */
	QENEX_TIMED_OUT = 98,
	/* Only an empty ledger can be restored. [ENOTEMPTY] */
	QENEX_LEDGER_NOT_EMPTY = 99,
	/* Nothing is being restored. [EINVAL] */
	QENEX_NOT_RESTORING = 100,
	/*
	 * What is restored comes by number or sequence, without a gap; accounts before holds before
	 * transfers. [EINVAL]
	 */
	QENEX_RESTORE_OUT_OF_ORDER = 101,
	/* What is restored contradicts itself, or what was restored before. [EINVAL] */
	QENEX_RESTORE_INCONSISTENT = 102,
	/* What was restored is not what was saved. [EBADMSG] */
	QENEX_DIGEST_MISMATCH = 103,
};

/* The name of a result code, such as `amount_must_not_be_zero`. */
static inline const char *qenex_result_name(uint32_t result)
{
	switch (result) {
	case QENEX_OK:
		return "ok";
	case QENEX_NOT_LIVE:
		return "not_live";
	case QENEX_READ_ONLY:
		return "read_only";
	case QENEX_COUNT_MUST_NOT_BE_ZERO:
		return "count_must_not_be_zero";
	case QENEX_COUNT_TOO_LARGE:
		return "count_too_large";
	case QENEX_LINKED_CHAIN_OPEN:
		return "linked_chain_open";
	case QENEX_LINKED_ITEM_FAILED:
		return "linked_item_failed";
	case QENEX_CHAIN_TOO_LONG:
		return "chain_too_long";
	case QENEX_RESERVED_MUST_BE_ZERO:
		return "reserved_must_be_zero";
	case QENEX_FLAGS_MUST_BE_KNOWN:
		return "flags_must_be_known";
	case QENEX_ID_MUST_NOT_BE_RESERVED:
		return "id_must_not_be_reserved";
	case QENEX_EXISTS_WITH_DIFFERENT_FLAGS:
		return "exists_with_different_flags";
	case QENEX_EXISTS_WITH_DIFFERENT_RELATED_ID:
		return "exists_with_different_related_id";
	case QENEX_EXISTS_WITH_DIFFERENT_FROM_ACCOUNT:
		return "exists_with_different_from_account";
	case QENEX_EXISTS_WITH_DIFFERENT_TO_ACCOUNT:
		return "exists_with_different_to_account";
	case QENEX_EXISTS_WITH_DIFFERENT_AMOUNT:
		return "exists_with_different_amount";
	case QENEX_EXISTS_WITH_DIFFERENT_CURRENCY:
		return "exists_with_different_currency";
	case QENEX_EXISTS_WITH_DIFFERENT_TIMEOUT:
		return "exists_with_different_timeout";
	case QENEX_EXISTS_WITH_DIFFERENT_CODE:
		return "exists_with_different_code";
	case QENEX_EXISTS_WITH_DIFFERENT_REFERENCE:
		return "exists_with_different_reference";
	case QENEX_EXISTS_WITH_DIFFERENT_ACCOUNT_TYPE:
		return "exists_with_different_account_type";
	case QENEX_EXISTS_WITH_DIFFERENT_OWNER:
		return "exists_with_different_owner";
	case QENEX_EXISTS_WITH_DIFFERENT_OVERDRAFT_LIMIT:
		return "exists_with_different_overdraft_limit";
	case QENEX_EXISTS_WITH_DIFFERENT_SPENDING_LIMIT:
		return "exists_with_different_spending_limit";
	case QENEX_EXISTS:
		return "exists";
	case QENEX_ID_USED_UP:
		return "id_used_up";
	case QENEX_FLAGS_EXCLUDE_EACH_OTHER:
		return "flags_exclude_each_other";
	case QENEX_FROM_ACCOUNT_MUST_NOT_BE_ZERO:
		return "from_account_must_not_be_zero";
	case QENEX_TO_ACCOUNT_MUST_NOT_BE_ZERO:
		return "to_account_must_not_be_zero";
	case QENEX_ACCOUNTS_MUST_BE_DIFFERENT:
		return "accounts_must_be_different";
	case QENEX_RELATED_ID_MUST_BE_ZERO:
		return "related_id_must_be_zero";
	case QENEX_RELATED_ID_MUST_NOT_BE_ZERO:
		return "related_id_must_not_be_zero";
	case QENEX_RELATED_ID_MUST_BE_DIFFERENT:
		return "related_id_must_be_different";
	case QENEX_TIMEOUT_MUST_BE_ZERO:
		return "timeout_must_be_zero";
	case QENEX_CURRENCY_MUST_NOT_BE_ZERO:
		return "currency_must_not_be_zero";
	case QENEX_CURRENCY_UNKNOWN:
		return "currency_unknown";
	case QENEX_AMOUNT_MUST_NOT_BE_ZERO:
		return "amount_must_not_be_zero";
	case QENEX_ACCOUNT_TYPE_UNKNOWN:
		return "account_type_unknown";
	case QENEX_OWNER_MUST_BE_ZERO:
		return "owner_must_be_zero";
	case QENEX_UPDATE_MUST_NOT_BE_EMPTY:
		return "update_must_not_be_empty";
	case QENEX_SPENDING_WINDOW_MUST_NOT_BE_ZERO:
		return "spending_window_must_not_be_zero";
	case QENEX_OPERATOR_RIGHT_REQUIRED:
		return "operator_right_required";
	case QENEX_FROM_ACCOUNT_INVALID:
		return "from_account_invalid";
	case QENEX_TO_ACCOUNT_INVALID:
		return "to_account_invalid";
	case QENEX_FROM_ACCOUNT_NOT_FOUND:
		return "from_account_not_found";
	case QENEX_TO_ACCOUNT_NOT_FOUND:
		return "to_account_not_found";
	case QENEX_ACCOUNT_NUMBER_INVALID:
		return "account_number_invalid";
	case QENEX_ACCOUNT_NOT_FOUND:
		return "account_not_found";
	case QENEX_ACCOUNTS_MUST_HAVE_SAME_CURRENCY:
		return "accounts_must_have_same_currency";
	case QENEX_CURRENCY_MUST_BE_THAT_OF_ACCOUNTS:
		return "currency_must_be_that_of_accounts";
	case QENEX_HOLD_NOT_FOUND:
		return "hold_not_found";
	case QENEX_HOLD_EXPECTED:
		return "hold_expected";
	case QENEX_HOLD_HAS_DIFFERENT_FROM_ACCOUNT:
		return "hold_has_different_from_account";
	case QENEX_HOLD_HAS_DIFFERENT_TO_ACCOUNT:
		return "hold_has_different_to_account";
	case QENEX_HOLD_HAS_DIFFERENT_CURRENCY:
		return "hold_has_different_currency";
	case QENEX_EXCEEDS_HELD_AMOUNT:
		return "exceeds_held_amount";
	case QENEX_HOLD_HAS_DIFFERENT_AMOUNT:
		return "hold_has_different_amount";
	case QENEX_HOLD_ALREADY_POSTED:
		return "hold_already_posted";
	case QENEX_HOLD_ALREADY_VOIDED:
		return "hold_already_voided";
	case QENEX_HOLD_EXPIRED:
		return "hold_expired";
	case QENEX_ORIGINAL_NOT_FOUND:
		return "original_not_found";
	case QENEX_ORIGINAL_MUST_BE_POSTING:
		return "original_must_be_posting";
	case QENEX_ORIGINAL_MUST_NOT_BE_REVERSAL:
		return "original_must_not_be_reversal";
	case QENEX_ORIGINAL_HAS_DIFFERENT_FROM_ACCOUNT:
		return "original_has_different_from_account";
	case QENEX_ORIGINAL_HAS_DIFFERENT_TO_ACCOUNT:
		return "original_has_different_to_account";
	case QENEX_ORIGINAL_HAS_DIFFERENT_CURRENCY:
		return "original_has_different_currency";
	case QENEX_ORIGINAL_ALREADY_REVERSED:
		return "original_already_reversed";
	case QENEX_EXCEEDS_ORIGINAL_AMOUNT:
		return "exceeds_original_amount";
	case QENEX_NOT_ACCOUNT_OWNER:
		return "not_account_owner";
	case QENEX_ACCOUNT_IS_THE_KERNELS:
		return "account_is_the_kernels";
	case QENEX_ACCOUNT_IS_CLOSED:
		return "account_is_closed";
	case QENEX_ACCOUNT_IS_OPEN:
		return "account_is_open";
	case QENEX_FROM_ACCOUNT_CLOSED:
		return "from_account_closed";
	case QENEX_TO_ACCOUNT_CLOSED:
		return "to_account_closed";
	case QENEX_FROM_ACCOUNT_FROZEN:
		return "from_account_frozen";
	case QENEX_TO_ACCOUNT_FROZEN:
		return "to_account_frozen";
	case QENEX_OVERFLOWS_DEBITS_HELD:
		return "overflows_debits_held";
	case QENEX_OVERFLOWS_CREDITS_HELD:
		return "overflows_credits_held";
	case QENEX_OVERFLOWS_DEBITS_POSTED:
		return "overflows_debits_posted";
	case QENEX_OVERFLOWS_CREDITS_POSTED:
		return "overflows_credits_posted";
	case QENEX_OVERFLOWS_DEBITS:
		return "overflows_debits";
	case QENEX_OVERFLOWS_CREDITS:
		return "overflows_credits";
	case QENEX_EXCEEDS_AVAILABLE_BALANCE:
		return "exceeds_available_balance";
	case QENEX_EXCEEDS_SPENDING_LIMIT:
		return "exceeds_spending_limit";
	case QENEX_LIMIT_BELOW_USED:
		return "limit_below_used";
	case QENEX_ACCOUNT_HAS_BALANCE:
		return "account_has_balance";
	case QENEX_ACCOUNT_HAS_HOLDS:
		return "account_has_holds";
	case QENEX_ACCOUNTS_FULL:
		return "accounts_full";
	case QENEX_HOLDS_FULL:
		return "holds_full";
	case QENEX_JOURNAL_FULL:
		return "journal_full";
	case QENEX_DURABILITY_UNAVAILABLE:
		return "durability_unavailable";
	case QENEX_READ_CONTENDED:
		return "read_contended";
	case QENEX_OUT_OF_MEMORY:
		return "out_of_memory";
	case QENEX_JOURNAL_ATTACHED:
		return "journal_attached";
	case QENEX_JOURNAL_NOT_ATTACHED:
		return "journal_not_attached";
	case QENEX_JOURNAL_FENCED:
		return "journal_fenced";
	case QENEX_ACKNOWLEDGED_TOO_MUCH:
		return "acknowledged_too_much";
	case QENEX_ACKNOWLEDGED_ALREADY:
		return "acknowledged_already";
	case QENEX_TIMED_OUT:
		return "timed_out";
	case QENEX_LEDGER_NOT_EMPTY:
		return "ledger_not_empty";
	case QENEX_NOT_RESTORING:
		return "not_restoring";
	case QENEX_RESTORE_OUT_OF_ORDER:
		return "restore_out_of_order";
	case QENEX_RESTORE_INCONSISTENT:
		return "restore_inconsistent";
	case QENEX_DIGEST_MISMATCH:
		return "digest_mismatch";
	default:
		return "unknown";
	}
}

/* What a result code means, in a sentence or two. */
static inline const char *qenex_result_meaning(uint32_t result)
{
	switch (result) {
	case QENEX_OK:
		return "Done.";
	case QENEX_NOT_LIVE:
		return "The ledger waits for its daemon, or is being restored by it, and is not yet open for business.";
	case QENEX_READ_ONLY:
		return "The ledger takes no changes.";
	case QENEX_COUNT_MUST_NOT_BE_ZERO:
		return "The call has no items.";
	case QENEX_COUNT_TOO_LARGE:
		return "The call has more than `QENEX_BATCH_MAX` items.";
	case QENEX_LINKED_CHAIN_OPEN:
		return "The last item of a batch asks to be linked to a next one.";
	case QENEX_LINKED_ITEM_FAILED:
		return "Nothing wrong here, or not examined: another item of the chain was refused.";
	case QENEX_CHAIN_TOO_LONG:
		return "The chain has more than `QENEX_CHAIN_MAX` items, or touches more accounts than can be locked at once.";
	case QENEX_RESERVED_MUST_BE_ZERO:
		return "A reserved field is not zero.";
	case QENEX_FLAGS_MUST_BE_KNOWN:
		return "A flag is set that this version does not know, or that has no place in this call.";
	case QENEX_ID_MUST_NOT_BE_RESERVED:
		return "The upper half of the id is all ones, which only the kernel's own ids are.";
	case QENEX_EXISTS_WITH_DIFFERENT_FLAGS:
		return "The id is on record with other flags.";
	case QENEX_EXISTS_WITH_DIFFERENT_RELATED_ID:
		return "The id is on record with another `related_id`.";
	case QENEX_EXISTS_WITH_DIFFERENT_FROM_ACCOUNT:
		return "The id is on record with another debited account.";
	case QENEX_EXISTS_WITH_DIFFERENT_TO_ACCOUNT:
		return "The id is on record with another credited account.";
	case QENEX_EXISTS_WITH_DIFFERENT_AMOUNT:
		return "The id is on record with another amount, or opening balance.";
	case QENEX_EXISTS_WITH_DIFFERENT_CURRENCY:
		return "The id is on record with another currency.";
	case QENEX_EXISTS_WITH_DIFFERENT_TIMEOUT:
		return "The id is on record with another timeout.";
	case QENEX_EXISTS_WITH_DIFFERENT_CODE:
		return "The id is on record with another code.";
	case QENEX_EXISTS_WITH_DIFFERENT_REFERENCE:
		return "The id is on record with another reference.";
	case QENEX_EXISTS_WITH_DIFFERENT_ACCOUNT_TYPE:
		return "The id is on record with another account type.";
	case QENEX_EXISTS_WITH_DIFFERENT_OWNER:
		return "The id is on record with another owner.";
	case QENEX_EXISTS_WITH_DIFFERENT_OVERDRAFT_LIMIT:
		return "The id is on record with another overdraft limit.";
	case QENEX_EXISTS_WITH_DIFFERENT_SPENDING_LIMIT:
		return "The id is on record with another spending limit or window.";
	case QENEX_EXISTS:
		return "The same change is on record: done already, nothing happens. Sequence and time are the original's.";
	case QENEX_ID_USED_UP:
		return "An item with this id and `QENEX_TRANSFER_ID_ONCE` was refused; a new attempt needs a new id.";
	case QENEX_FLAGS_EXCLUDE_EACH_OTHER:
		return "At most one of hold, post, void and reverse; `up_to` only with a transfer or a hold.";
	case QENEX_FROM_ACCOUNT_MUST_NOT_BE_ZERO:
		return "The debited account is missing.";
	case QENEX_TO_ACCOUNT_MUST_NOT_BE_ZERO:
		return "The credited account is missing.";
	case QENEX_ACCOUNTS_MUST_BE_DIFFERENT:
		return "Debited and credited account are the same.";
	case QENEX_RELATED_ID_MUST_BE_ZERO:
		return "Only a post, void or reversal names another change.";
	case QENEX_RELATED_ID_MUST_NOT_BE_ZERO:
		return "A post or void must name its hold, a reversal its posting.";
	case QENEX_RELATED_ID_MUST_BE_DIFFERENT:
		return "The item names itself.";
	case QENEX_TIMEOUT_MUST_BE_ZERO:
		return "Only a hold can time out.";
	case QENEX_CURRENCY_MUST_NOT_BE_ZERO:
		return "The currency is missing.";
	case QENEX_CURRENCY_UNKNOWN:
		return "Not an ISO 4217 numeric code in use.";
	case QENEX_AMOUNT_MUST_NOT_BE_ZERO:
		return "Zero, without `QENEX_TRANSFER_ZERO_AMOUNT`.";
	case QENEX_ACCOUNT_TYPE_UNKNOWN:
		return "Not an account type that a caller can open.";
	case QENEX_OWNER_MUST_BE_ZERO:
		return "An owner without `QENEX_ACCOUNT_OWNER_GIVEN`.";
	case QENEX_UPDATE_MUST_NOT_BE_EMPTY:
		return "An update that names nothing to change.";
	case QENEX_SPENDING_WINDOW_MUST_NOT_BE_ZERO:
		return "A spending limit without a time window.";
	case QENEX_OPERATOR_RIGHT_REQUIRED:
		return "Opening balance, overdraft limit, unlimited or another's account: for ledger operators only.";
	case QENEX_FROM_ACCOUNT_INVALID:
		return "The check digits of the debited account's number are wrong: mistyped.";
	case QENEX_TO_ACCOUNT_INVALID:
		return "The check digits of the credited account's number are wrong: mistyped.";
	case QENEX_FROM_ACCOUNT_NOT_FOUND:
		return "There is no such account to debit.";
	case QENEX_TO_ACCOUNT_NOT_FOUND:
		return "There is no such account to credit.";
	case QENEX_ACCOUNT_NUMBER_INVALID:
		return "The check digits of the account number are wrong: mistyped.";
	case QENEX_ACCOUNT_NOT_FOUND:
		return "There is no such account.";
	case QENEX_ACCOUNTS_MUST_HAVE_SAME_CURRENCY:
		return "The two accounts have different currencies.";
	case QENEX_CURRENCY_MUST_BE_THAT_OF_ACCOUNTS:
		return "The two accounts have the same currency, but the item names another.";
	case QENEX_HOLD_NOT_FOUND:
		return "Nothing is on record under `related_id`.";
	case QENEX_HOLD_EXPECTED:
		return "What is on record under `related_id` is not a hold.";
	case QENEX_HOLD_HAS_DIFFERENT_FROM_ACCOUNT:
		return "The debited account is given and is not that of the hold.";
	case QENEX_HOLD_HAS_DIFFERENT_TO_ACCOUNT:
		return "The credited account is given and is not that of the hold.";
	case QENEX_HOLD_HAS_DIFFERENT_CURRENCY:
		return "The currency is given and is not that of the hold.";
	case QENEX_EXCEEDS_HELD_AMOUNT:
		return "A post of more than is held.";
	case QENEX_HOLD_HAS_DIFFERENT_AMOUNT:
		return "A void of part of a hold.";
	case QENEX_HOLD_ALREADY_POSTED:
		return "The hold was posted, in full or in part.";
	case QENEX_HOLD_ALREADY_VOIDED:
		return "The hold was voided.";
	case QENEX_HOLD_EXPIRED:
		return "The hold has expired.";
	case QENEX_ORIGINAL_NOT_FOUND:
		return "Nothing is on record under `related_id`.";
	case QENEX_ORIGINAL_MUST_BE_POSTING:
		return "A hold cannot be reversed (void it), nor can an account's opening.";
	case QENEX_ORIGINAL_MUST_NOT_BE_REVERSAL:
		return "A reversal cannot be reversed; make a new transfer.";
	case QENEX_ORIGINAL_HAS_DIFFERENT_FROM_ACCOUNT:
		return "The debited account is given and is not the one that the original credited.";
	case QENEX_ORIGINAL_HAS_DIFFERENT_TO_ACCOUNT:
		return "The credited account is given and is not the one that the original debited.";
	case QENEX_ORIGINAL_HAS_DIFFERENT_CURRENCY:
		return "The currency is given and is not that of the original.";
	case QENEX_ORIGINAL_ALREADY_REVERSED:
		return "All of the original has been reversed.";
	case QENEX_EXCEEDS_ORIGINAL_AMOUNT:
		return "More than is left of the original after earlier reversals.";
	case QENEX_NOT_ACCOUNT_OWNER:
		return "Only the owner or a ledger operator may do this.";
	case QENEX_ACCOUNT_IS_THE_KERNELS:
		return "A cash account is kept by the kernel and cannot be changed.";
	case QENEX_ACCOUNT_IS_CLOSED:
		return "The account is closed: it can only be opened again.";
	case QENEX_ACCOUNT_IS_OPEN:
		return "The account is open: it cannot be opened again.";
	case QENEX_FROM_ACCOUNT_CLOSED:
		return "The debited account is closed.";
	case QENEX_TO_ACCOUNT_CLOSED:
		return "The credited account is closed.";
	case QENEX_FROM_ACCOUNT_FROZEN:
		return "The debited account refuses debits.";
	case QENEX_TO_ACCOUNT_FROZEN:
		return "The credited account refuses credits.";
	case QENEX_OVERFLOWS_DEBITS_HELD:
		return "The debited account's `debits_held` would pass 2^64 - 1.";
	case QENEX_OVERFLOWS_CREDITS_HELD:
		return "The credited account's `credits_held` would pass 2^64 - 1.";
	case QENEX_OVERFLOWS_DEBITS_POSTED:
		return "The debited account's `debits_posted` would pass 2^64 - 1.";
	case QENEX_OVERFLOWS_CREDITS_POSTED:
		return "The credited account's `credits_posted` would pass 2^64 - 1.";
	case QENEX_OVERFLOWS_DEBITS:
		return "The debited account's debits, posted and held, would pass 2^64 - 1.";
	case QENEX_OVERFLOWS_CREDITS:
		return "The credited account's credits, posted and held, would pass 2^64 - 1.";
	case QENEX_EXCEEDS_AVAILABLE_BALANCE:
		return "The debited account has less than that available.";
	case QENEX_EXCEEDS_SPENDING_LIMIT:
		return "The debited account would spend more than its limit in this time window.";
	case QENEX_LIMIT_BELOW_USED:
		return "The overdraft that is used, holds included, is more than the new limit.";
	case QENEX_ACCOUNT_HAS_BALANCE:
		return "An account is closed only when its balance is zero.";
	case QENEX_ACCOUNT_HAS_HOLDS:
		return "An account is closed only when no hold is open on it.";
	case QENEX_ACCOUNTS_FULL:
		return "There are `max_accounts` accounts already.";
	case QENEX_HOLDS_FULL:
		return "There are `max_holds` open holds already.";
	case QENEX_JOURNAL_FULL:
		return "Too many changes wait to be made durable; nothing happened, try again.";
	case QENEX_DURABILITY_UNAVAILABLE:
		return "To be durable was asked for, but no consumer has attached to the journal since the module was loaded.";
	case QENEX_READ_CONTENDED:
		return "The accounts changed faster than they could be read at one instant; try again.";
	case QENEX_OUT_OF_MEMORY:
		return "The kernel has no memory for this now; nothing happened, try again.";
	case QENEX_JOURNAL_ATTACHED:
		return "Another consumer has the journal; `QENEX_JOURNAL_TAKE_OVER` fences it.";
	case QENEX_JOURNAL_NOT_ATTACHED:
		return "This open file is not the consumer of the journal.";
	case QENEX_JOURNAL_FENCED:
		return "Another consumer has taken the journal over; this one must stop.";
	case QENEX_ACKNOWLEDGED_TOO_MUCH:
		return "An acknowledgement of entries that are not written yet.";
	case QENEX_ACKNOWLEDGED_ALREADY:
		return "An acknowledgement below an earlier one.";
	case QENEX_TIMED_OUT:
		return "What was waited for did not happen in time.";
	case QENEX_LEDGER_NOT_EMPTY:
		return "Only an empty ledger can be restored.";
	case QENEX_NOT_RESTORING:
		return "Nothing is being restored.";
	case QENEX_RESTORE_OUT_OF_ORDER:
		return "What is restored comes by number or sequence, without a gap; accounts before holds before transfers.";
	case QENEX_RESTORE_INCONSISTENT:
		return "What is restored contradicts itself, or what was restored before.";
	case QENEX_DIGEST_MISMATCH:
		return "What was restored is not what was saved.";
	default:
		return "unknown";
	}
}

#endif /* QENEX_H */
