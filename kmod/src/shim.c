// SPDX-License-Identifier: MIT OR GPL-2.0

#include <crypto/sha2.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "shim.h"

/*
 * Each spin_lock_init() is a lock class of its own, named after its argument.
 */
void qenex_lock_init(spinlock_t *lock, unsigned int class)
{
	spinlock_t *qenex_bucket = lock, *qenex_account = lock, *qenex_holds = lock;
	spinlock_t *qenex_expiry = lock, *qenex_journal = lock, *qenex_opening = lock;

	switch (class) {
	case QENEX_LOCK_BUCKET:
		spin_lock_init(qenex_bucket);
		break;
	case QENEX_LOCK_ACCOUNT:
		spin_lock_init(qenex_account);
		break;
	case QENEX_LOCK_HOLDS:
		spin_lock_init(qenex_holds);
		break;
	case QENEX_LOCK_EXPIRY:
		spin_lock_init(qenex_expiry);
		break;
	case QENEX_LOCK_JOURNAL:
		spin_lock_init(qenex_journal);
		break;
	default:
		spin_lock_init(qenex_opening);
		break;
	}
}

void qenex_lock(spinlock_t *lock)
{
	spin_lock(lock);
}

void qenex_lock_second(spinlock_t *lock)
{
	spin_lock_nested(lock, SINGLE_DEPTH_NESTING);
}

/*
 * More than two locks of a class are taken in ascending order, which lockdep cannot see: it is told that they nest in
 * this map, and counts them as one.
 */
#ifdef CONFIG_DEBUG_LOCK_ALLOC
static struct lock_class_key qenex_nest_key;
static struct {
	struct lockdep_map dep_map;
} qenex_nest = {
	.dep_map = STATIC_LOCKDEP_MAP_INIT("qenex_nest", &qenex_nest_key),
};
#endif

void qenex_lock_many(spinlock_t *lock)
{
	spin_lock_nest_lock(lock, &qenex_nest);
}

void qenex_unlock(spinlock_t *lock)
{
	spin_unlock(lock);
}

void qenex_nest_begin(void)
{
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	lock_map_acquire(&qenex_nest.dep_map);
#endif
}

void qenex_nest_end(void)
{
#ifdef CONFIG_DEBUG_LOCK_ALLOC
	lock_map_release(&qenex_nest.dep_map);
#endif
}

/*
 * In large pages where the machine has some left, so that a look at a random place in it does not have to look for the
 * page first. Whoever asks for too much is told so; the kernel's log need not say it too. Freed with kvfree().
 */
void *qenex_large_memory(size_t bytes)
{
	return vmalloc_huge(bytes, GFP_KERNEL | __GFP_NOWARN);
}

/*
 * Holds expire in a work item. It runs at the time of the earliest one, but at least once a second while there is one,
 * because the clock may be set meanwhile.
 */
static const void *qenex_expiry_bank;
static struct delayed_work qenex_expiry_work;
static DEFINE_SPINLOCK(qenex_expiry_lock);
static u64 qenex_expiry_scheduled = U64_MAX;

static void qenex_expiry_run(struct work_struct *work)
{
	spin_lock(&qenex_expiry_lock);
	WRITE_ONCE(qenex_expiry_scheduled, U64_MAX);
	spin_unlock(&qenex_expiry_lock);
	qenex_expiry_at(qenex_expire(qenex_expiry_bank));
}

void qenex_expiry_start(const void *bank)
{
	qenex_expiry_bank = bank;
	INIT_DELAYED_WORK(&qenex_expiry_work, qenex_expiry_run);
}

void qenex_expiry_at(u64 when)
{
	u64 now, delay;

	if (when >= READ_ONCE(qenex_expiry_scheduled))
		return;
	now = qenex_now();
	delay = when > now ? min_t(u64, when - now, NSEC_PER_SEC) : 0;
	spin_lock(&qenex_expiry_lock);
	if (when < qenex_expiry_scheduled) {
		WRITE_ONCE(qenex_expiry_scheduled, when);
		mod_delayed_work(system_dfl_wq, &qenex_expiry_work, nsecs_to_jiffies(delay) + !!delay);
	}
	spin_unlock(&qenex_expiry_lock);
}

/* Nobody else may call qenex_expiry_at() any more; that the work itself does is no harm. */
void qenex_expiry_stop(void)
{
	cancel_delayed_work_sync(&qenex_expiry_work);
}

/* The consumer of the journal waits for entries; callers wait for their changes to be durable. */
static DECLARE_WAIT_QUEUE_HEAD(qenex_written);
static DECLARE_WAIT_QUEUE_HEAD(qenex_durable);

/* Above what a timeout of a caller can be. */
#define QENEX_FOREVER U32_MAX

static long qenex_timeout(u32 timeout_ms)
{
	return timeout_ms == QENEX_FOREVER ? MAX_SCHEDULE_TIMEOUT : msecs_to_jiffies(timeout_ms);
}

/* All return more than 0, 0 when the time is over, or -ERESTARTSYS. */
long qenex_wait_written(const void *bank, u64 after, u64 epoch, u32 timeout_ms)
{
	return wait_event_interruptible_timeout(qenex_written, qenex_is_written(bank, after, epoch),
						qenex_timeout(timeout_ms));
}

long qenex_wait_durable(const void *bank, u64 sequence, u32 timeout_ms)
{
	return wait_event_interruptible_timeout(qenex_durable, qenex_is_durable(bank, sequence),
						qenex_timeout(timeout_ms));
}

/* After every change: costs a barrier and a look at the queue when nobody sleeps. */
void qenex_wake_written(void)
{
	if (wq_has_sleeper(&qenex_written))
		wake_up_interruptible_poll(&qenex_written, EPOLLIN | EPOLLRDNORM);
}

void qenex_wake_durable(void)
{
	if (wq_has_sleeper(&qenex_durable))
		wake_up_interruptible_all(&qenex_durable);
}

void qenex_poll_wait(struct file *file, struct poll_table_struct *table)
{
	poll_wait(file, &qenex_written, table);
	poll_wait(file, &qenex_durable, table);
}

/* Keeps the module from being removed; only while a file of it is open, so that it cannot be going already. */
void qenex_module_hold(void)
{
	__module_get(THIS_MODULE);
}

void qenex_module_release(void)
{
	module_put(THIS_MODULE);
}

static struct sha256_ctx qenex_digest;

void qenex_digest_begin(void)
{
	sha256_init(&qenex_digest);
}

void qenex_digest_add(const u8 *data, size_t len)
{
	sha256_update(&qenex_digest, data, len);
}

void qenex_digest_end(u8 *digest)
{
	sha256_final(&qenex_digest, digest);
}

/* CLOCK_REALTIME in nanoseconds. */
u64 qenex_now(void)
{
	return ktime_get_real_ns();
}

/*
 * Whether the caller has the operator right: membership in the operators' group, or CAP_SYS_ADMIN in the initial user
 * namespace. Not having it is ordinary, so it is not audited.
 */
bool qenex_is_operator(u32 operator_gid)
{
	kgid_t gid = make_kgid(&init_user_ns, operator_gid);

	if (gid_valid(gid) && in_group_p(gid))
		return true;
	return ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}
