// SPDX-License-Identifier: MIT

//! The clock of the calling thread: it stands still while others have the processor, so that a busy machine disturbs less.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Processor time of this thread so far.
pub(crate) fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // The clock begins at zero and has fewer nanoseconds than a second has.
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}
