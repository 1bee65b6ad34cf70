// SPDX-License-Identifier: MIT OR GPL-2.0

//! Who calls, and a few small things that only the kernel can tell.

use kernel::bindings;
use kernel::task::Kuid;

use qenex_ledger::Caller;

extern "C" {
    fn qenex_now() -> u64;
    fn qenex_is_operator(operator_gid: u32) -> bool;
}

/// The calling task and its rights.
///
/// The uid is that of the initial user namespace: root of a container is not root of the ledger.
pub(crate) fn current() -> Caller {
    let operator_gid = crate::parameter::<u32>(crate::module_parameters::operator_gid.value());
    Caller {
        uid: Kuid::current_euid().into_raw().val,
        // SAFETY: may be called in process context, where all calls come from.
        operator: unsafe { qenex_is_operator(operator_gid) },
    }
}

/// The time, nanoseconds since 1970-01-01 UTC.
pub(crate) fn now() -> u64 {
    // SAFETY: has no requirements.
    unsafe { qenex_now() }
}

/// A random number that nobody can guess.
pub(crate) fn random() -> u64 {
    let mut bytes = [0; 8];
    // SAFETY: the buffer is as long as said.
    unsafe { bindings::get_random_bytes(bytes.as_mut_ptr().cast(), bytes.len()) };
    u64::from_ne_bytes(bytes)
}
