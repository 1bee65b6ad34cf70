// SPDX-License-Identifier: MIT

//! What is remembered of one account.

use super::partners::Partners;
use super::payment::Country;
use super::window::Windows;

/// Most countries, and most devices, remembered of an account.
pub(super) const MOST_PLACES: usize = 8;

/// Mean and spread of numbers that come one by one (Welford, 1962).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    pub(super) count: u32,
    pub(super) mean: f64,
    squares: f64,
    pub(super) highest: f64,
}

impl Moments {
    fn add(&mut self, value: f64) {
        self.count = self.count.saturating_add(1);
        let delta = value - self.mean;
        self.mean += delta / f64::from(self.count);
        self.squares += delta * (value - self.mean);
        self.highest = if self.count == 1 { value } else { self.highest.max(value) };
    }

    /// Standard deviation as if a few more numbers with deviation one had been seen, so that two equal payments do not
    /// make the third impossible.
    pub(super) fn deviation(&self) -> f64 {
        ((self.squares + 3.0) / (f64::from(self.count) + 3.0)).sqrt()
    }
}

/// The last different values of something.
#[derive(Clone, Debug)]
pub(super) struct Places<T> {
    known: Vec<T>,
}

impl<T> Default for Places<T> {
    fn default() -> Self {
        Places { known: Vec::new() }
    }
}

impl<T: Copy + Eq> Places<T> {
    fn add(&mut self, place: T) {
        self.known.retain(|known| *known != place);
        if self.known.len() == MOST_PLACES {
            self.known.remove(0);
        }
        self.known.push(place);
    }

    /// Whether `place` is one that the account was never seen at. None if nothing is known.
    pub(super) fn is_new(&self, place: Option<T>) -> Option<bool> {
        let place = place?;
        (!self.known.is_empty()).then(|| !self.known.contains(&place))
    }
}

/// What is remembered of one account.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    pub(super) opened: u64,
    pub(super) last_out: Option<u64>,
    pub(super) last_in: Option<u64>,
    pub(super) out: Windows,
    pub(super) into: Windows,
    pub(super) reversals: Windows,
    pub(super) payees: Partners,
    pub(super) payers: Partners,
    /// Logarithms of the amounts paid.
    pub(super) amounts: Moments,
    /// Logarithm of the last amount paid.
    pub(super) last_amount: f64,
    /// Payments made in each hour of the day, UTC.
    pub(super) hours: [u16; 24],
    /// Payments made on each day of the week.
    pub(super) weekdays: [u16; 7],
    pub(super) countries: Places<Country>,
    pub(super) devices: Places<u64>,
}

impl Account {
    /// The account paid `to`; `amount` in minor units, `size` its logarithm.
    pub(super) fn paid(
        &mut self,
        time: u64,
        to: u64,
        amount: u64,
        size: f64,
        country: Option<Country>,
        device: Option<u64>,
    ) {
        self.out.add(time, amount);
        self.payees.met(to, time);
        self.amounts.add(size);
        self.last_amount = size;
        self.last_out = Some(time);
        let (hour, weekday) = clock(time);
        self.hours[hour] = self.hours[hour].saturating_add(1);
        self.weekdays[weekday] = self.weekdays[weekday].saturating_add(1);
        country.into_iter().for_each(|country| self.countries.add(country));
        device.into_iter().for_each(|device| self.devices.add(device));
    }

    /// The account was paid by `from`.
    pub(super) fn received(&mut self, time: u64, from: u64, amount: u64) {
        self.into.add(time, amount);
        self.payers.met(from, time);
        self.last_in = Some(time);
    }
}

/// Hour of the day and day of the week (0 is Thursday, as 1970-01-01 was), UTC.
pub(super) fn clock(time: u64) -> (usize, usize) {
    let hours = time / 3_600_000_000_000;
    ((hours % 24) as usize, (hours / 24 % 7) as usize)
}
