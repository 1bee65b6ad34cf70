/* SPDX-License-Identifier: MIT OR GPL-2.0 */

/*
 * What the module needs of the kernel that Rust cannot call: inline functions and macros.
 */
#ifndef QENEX_SHIM_H
#define QENEX_SHIM_H

#include <linux/spinlock.h>
#include <linux/types.h>

/* The order is that of enum LockClass in ledger/src/sync.rs. */
enum qenex_lock_class {
	QENEX_LOCK_BUCKET,
	QENEX_LOCK_ACCOUNT,
	QENEX_LOCK_HOLDS,
	QENEX_LOCK_EXPIRY,
	QENEX_LOCK_JOURNAL,
	QENEX_LOCK_OPENING,
};

void qenex_lock_init(spinlock_t *lock, unsigned int class);
void qenex_lock(spinlock_t *lock);
void qenex_lock_second(spinlock_t *lock);
void qenex_lock_many(spinlock_t *lock);
void qenex_unlock(spinlock_t *lock);
void qenex_nest_begin(void);
void qenex_nest_end(void);

void qenex_expiry_start(const void *ledger);
void qenex_expiry_at(u64 when);
void qenex_expiry_stop(void);

/* In expiry.rs: ends holds whose time has come; returns when the next one's does, U64_MAX if never. */
u64 qenex_expire(const void *ledger);

u64 qenex_now(void);
bool qenex_is_operator(u32 operator_gid);

#endif
