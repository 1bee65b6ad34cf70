// SPDX-License-Identifier: MIT OR GPL-2.0

//! Lines for the kernel log, all beginning with `QENEX:`, so that `dmesg | grep QENEX` tells what happened to the ledger.
//! Nothing is logged for a single transfer.

/// Writes a line with the given format string of the kernel's log level.
macro_rules! line {
    ($level:ident, $($arg:tt)+) => {
        match ::core::format_args!("{}\n", ::core::format_args!($($arg)+)) {
            // SAFETY: the format string is one of the kernel's own, and the name is NUL-terminated and short enough.
            args => unsafe {
                ::kernel::print::call_printk(&::kernel::print::format_strings::$level, b"QENEX\0", args)
            },
        }
    };
}

/// Something an administrator wants to know.
macro_rules! info {
    ($($arg:tt)+) => { $crate::log::line!(INFO, $($arg)+) };
}

/// Something an administrator should not overlook.
macro_rules! warning {
    ($($arg:tt)+) => { $crate::log::line!(WARNING, $($arg)+) };
}

/// Something went wrong that an administrator must see to.
macro_rules! error {
    ($($arg:tt)+) => { $crate::log::line!(ERR, $($arg)+) };
}

pub(crate) use {error, info, line, warning};
