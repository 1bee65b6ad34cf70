/* SPDX-License-Identifier: MIT OR GPL-2.0 */

/*
 * What the module needs of the kernel that Rust cannot call: inline functions and macros.
 */
#ifndef QENEX_SHIM_H
#define QENEX_SHIM_H

#include <linux/poll.h>
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

void *qenex_large_memory(size_t bytes);

void qenex_expiry_start(const void *bank);
void qenex_expiry_at(u64 when);
void qenex_expiry_stop(void);

/* In expiry.rs: ends holds whose time has come; returns when the next one's does, U64_MAX if never. */
u64 qenex_expire(const void *bank);

/* In consumer.rs: whether an entry after this one is written, or the consumer of this epoch is fenced. */
bool qenex_is_written(const void *bank, u64 after, u64 epoch);
/* In consumer.rs: whether this change is durable. */
bool qenex_is_durable(const void *bank, u64 sequence);

long qenex_wait_written(const void *bank, u64 after, u64 epoch, u32 timeout_ms);
long qenex_wait_durable(const void *bank, u64 sequence, u32 timeout_ms);
void qenex_wake_written(void);
void qenex_wake_durable(void);
void qenex_poll_wait(struct file *file, struct poll_table_struct *table);
void qenex_module_hold(void);
void qenex_module_release(void);

/* One digest at a time: the restoring comes one call at a time. */
void qenex_digest_begin(void);
void qenex_digest_add(const u8 *data, size_t len);
void qenex_digest_end(u8 *digest);

u64 qenex_now(void);
bool qenex_is_operator(u32 operator_gid);

#endif
