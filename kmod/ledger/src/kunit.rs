// SPDX-License-Identifier: MIT OR GPL-2.0

//! Tests that run inside the kernel (`./qemu/vm build --sanitizer --kunit`): what the ledger does there by other means than
//! on the host, which are memory, locks and atomics, and that it adds up all the same.
//!
//! What of this the module's own suites need, too, is public.

use core::ffi::c_void;

use kernel::bindings;
use kernel::error::from_err_ptr;
use kernel::prelude::*;
use kernel::sync::{Arc, Completion};

use qenex_abi::{AccountRequest, Id, ResultCode, Transfer, TransferRequest};

use crate::sync::AtomicU64;
use crate::{Caller, Config, Ledger};

mod accounts;
mod books;
mod expiry;
mod index;
mod journal;
mod locks;
mod memory;

/// Who may do everything.
pub const OPERATOR: Caller = Caller { uid: 0, operator: true };
/// When the tests begin.
pub const START: u64 = 1_700_000_000_000_000_000;
/// US dollars.
pub const CURRENCY: u32 = 840;

/// A ledger that is ready, with the smallest journal.
pub fn ledger(accounts_max: u64, holds_max: u64) -> Result<Arc<Ledger>> {
    let config = Config {
        accounts_max,
        holds_max,
        journal_entries: Config::JOURNAL_MIN,
        ledger_id: Id::from_u128(1),
        hash_key: [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210],
    };
    let ledger = Arc::new(Ledger::new(&config).map_err(|_| ENOMEM)?, GFP_KERNEL)?;
    ledger.init();
    Ok(ledger)
}

/// Opens an account and returns its number.
pub fn open(ledger: &Ledger, initial_balance: u64) -> Result<u64> {
    let mut request = AccountRequest { currency: CURRENCY, initial_balance, ..AccountRequest::default() };
    match ledger.create_account(&mut request, &OPERATOR, START) {
        ResultCode::Ok => Ok(request.account_number),
        _ => Err(EINVAL),
    }
}

/// Has the ledger do one item at this time.
pub fn transfer(ledger: &Ledger, item: Transfer, now: u64) -> (ResultCode, TransferRequest) {
    let mut request = TransferRequest::new(item);
    let code = ledger.transfer(&mut request, &OPERATOR, now);
    (code, request)
}

/// Does `work(0)` to `work(count - 1)` at the same time, on kernel threads, and waits for all of them. Returns the sum of what
/// they return: only the thread of a test can fail it, so that the others count what went wrong.
pub fn together<F: Fn(u64) -> u64 + Send + Sync + 'static>(count: u64, work: F) -> Result<u64> {
    let work = Arc::new(work, GFP_KERNEL)?;
    let sum = Arc::new(AtomicU64::new(0), GFP_KERNEL)?;
    let mut threads = KVec::new();
    let outcome = (0..count).try_for_each(|number| {
        threads.push(Thread::start(work.clone(), number, sum.clone())?, GFP_KERNEL)?;
        Ok(())
    });
    // Waits for each, also if one could not be started.
    drop(threads);
    outcome.map(|()| sum.load())
}

/// What a thread works on.
struct Job<F> {
    work: Arc<F>,
    number: u64,
    sum: Arc<AtomicU64>,
    end: Arc<Completion>,
}

/// A kernel thread; dropping it waits for its end.
///
/// # Invariants
///
/// `task` is a thread that was started, with a reference to it that is ours.
struct Thread {
    task: *mut bindings::task_struct,
    end: Arc<Completion>,
}

impl Thread {
    fn start<F: Fn(u64) -> u64 + Send + Sync + 'static>(
        work: Arc<F>,
        number: u64,
        sum: Arc<AtomicU64>,
    ) -> Result<Thread> {
        let end = Arc::pin_init(Completion::new(), GFP_KERNEL)?;
        let job = KBox::into_raw(KBox::new(Job { work, number, sum, end: end.clone() }, GFP_KERNEL)?);
        // SAFETY: the function takes what `job` points to; the name is a C string without anything to fill in.
        let task =
            unsafe { bindings::kthread_create_on_node(Some(run::<F>), job.cast(), -1, c"qenex_test".as_char_ptr()) };
        match from_err_ptr(task) {
            Ok(task) => {
                // SAFETY: the thread is there, and waits to be woken.
                unsafe {
                    bindings::get_task_struct(task);
                    bindings::wake_up_process(task);
                }
                // INVARIANT: just started, and the reference just taken.
                Ok(Thread { task, end })
            }
            Err(error) => {
                // SAFETY: from `into_raw` above, and no thread has it.
                drop(unsafe { KBox::from_raw(job) });
                Err(error)
            }
        }
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.end.wait_for_completion();
        // SAFETY: by the type invariant. It is on its way out: this waits until it has left our code, and gives the reference
        // back.
        unsafe { bindings::kthread_stop_put(self.task) };
    }
}

/// What a thread runs.
///
/// # Safety
///
/// `job` is a `Job<F>` from `KBox::into_raw`, and now this function's.
unsafe extern "C" fn run<F: Fn(u64) -> u64>(job: *mut c_void) -> c_int {
    // SAFETY: by this function's contract.
    let job = unsafe { KBox::<Job<F>>::from_raw(job.cast()) };
    let Job { work, number, sum, end } = KBox::into_inner(job);
    sum.fetch_add(work(number));
    // What the work holds goes with the thread, before anybody goes on.
    drop((work, sum));
    end.complete_all();
    0
}

/// A small generator of numbers (splitmix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ word >> 31
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}
