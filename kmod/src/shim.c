// SPDX-License-Identifier: MIT OR GPL-2.0

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/lockdep.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "shim.h"

/*
 * Each spin_lock_init() is a lock class of its own, named after its argument.
 */
void qenex_lock_init(spinlock_t *lock, unsigned int class)
{
	spinlock_t *qenex_bucket = lock, *qenex_account = lock, *qenex_holds = lock;
	spinlock_t *qenex_journal = lock, *qenex_opening = lock;

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
