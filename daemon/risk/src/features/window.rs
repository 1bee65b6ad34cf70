// SPDX-License-Identifier: MIT

//! Counts and sums of the last hour, day, week and month, kept up to date by what enters and what leaves.
//!
//! Time is cut into slots of ten minutes, and a window is the current slot and those before it: "1 h" is between 50 and 60
//! minutes. So what an account needs is bounded by the slots of a month, however often it pays.

use std::collections::VecDeque;

/// Length of a slot in nanoseconds.
const SLOT: u64 = 600 * 1_000_000_000;

/// A length of time that features look back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Window {
    /// 1 hour.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

impl Window {
    /// From the shortest to the longest.
    pub const ALL: [Window; 4] = [Window::Hour, Window::Day, Window::Week, Window::Month];

    /// Its length in slots.
    fn slots(self) -> u32 {
        match self {
            Window::Hour => 6,
            Window::Day => 6 * 24,
            Window::Week => 6 * 24 * 7,
            Window::Month => 6 * 24 * 30,
        }
    }

    /// Whether `then` is in the window that ends `now`; both in nanoseconds.
    pub(crate) fn holds(self, now: u64, then: u64) -> bool {
        slot(then) + self.slots() > slot(now)
    }
}

/// The slot that a time lies in.
fn slot(time: u64) -> u32 {
    // Ten minutes in 32 bits last for 80,000 years.
    (time / SLOT) as u32
}

/// How many and how much.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Total {
    /// Number of payments.
    pub count: u32,
    /// Minor units; exact.
    pub sum: u128,
}

/// What happened in one slot.
#[derive(Clone, Copy, Debug)]
struct Slot {
    at: u32,
    count: u32,
    sum: u128,
}

/// The last month in slots, and the totals of all windows.
#[derive(Clone, Debug, Default)]
pub(super) struct Windows {
    slots: VecDeque<Slot>,
    /// Slots that left at the front, ever.
    left: u64,
    /// For each window the number of its first slot, counted from the first ever, and its total.
    windows: [(u64, Total); 4],
}

impl Windows {
    /// Adds a payment; `time` never goes back.
    pub(super) fn add(&mut self, time: u64, amount: u64) {
        self.advance(time);
        let at = slot(time);
        match self.slots.back_mut() {
            Some(last) if last.at == at => {
                last.count = last.count.saturating_add(1);
                last.sum += u128::from(amount);
            }
            _ => self.slots.push_back(Slot { at, count: 1, sum: u128::from(amount) }),
        }
        for (_, total) in &mut self.windows {
            total.count = total.count.saturating_add(1);
            total.sum += u128::from(amount);
        }
    }

    /// Lets go of what is too old.
    fn advance(&mut self, time: u64) {
        for (window, state) in Window::ALL.into_iter().zip(&mut self.windows) {
            let (first, total) = *state;
            *state = expire(&self.slots, self.left, window, first, total, slot(time));
        }
        let oldest = self.windows[3].0;
        while self.left < oldest && self.slots.pop_front().is_some() {
            self.left += 1;
        }
    }

    /// The total of a window that ends at `time`, which is not before the last payment.
    pub(super) fn total(&self, window: Window, time: u64) -> Total {
        let (first, total) = self.windows[window as usize];
        expire(&self.slots, self.left, window, first, total, slot(time)).1
    }
}

/// Takes from a total what is no longer in its window at `now`.
fn expire(slots: &VecDeque<Slot>, left: u64, window: Window, first: u64, total: Total, now: u32) -> (u64, Total) {
    let (mut first, mut total) = (first.max(left), total);
    while let Some(slot) = slots.get((first - left) as usize) {
        if slot.at + window.slots() > now {
            break;
        }
        total.count = total.count.saturating_sub(slot.count);
        total.sum -= slot.sum;
        first += 1;
    }
    (first, total)
}
