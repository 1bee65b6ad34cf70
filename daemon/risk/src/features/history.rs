// SPDX-License-Identifier: MIT

//! All accounts, followed event by event.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use qenex_abi::Currency;

use super::FeatureError;
use super::account::{Account, clock};
use super::partners::Partners;
use super::payment::{Event, Payment};
use super::schema::{FEATURES, Feature};
use super::window::{Total, Window, Windows};
use crate::random::mix;

/// What a payment looks like: one number for each [`Feature`], all finite.
pub type Row = [f32; FEATURES];

/// Amounts from 85 % of this up to it, in major units, are what is paid to stay below the limit of reporting.
const REPORTING_LIMIT: f64 = 10_000.0;
/// Hours that stand for never.
const NEVER: f64 = 24.0 * 365.0;
/// Most accounts remembered of a device.
const MOST_SHARED: usize = 16;
/// Most devices remembered; a new one beyond that takes the place of all that were not seen for a month.
const MOST_DEVICES: usize = 4_000_000;

/// Account numbers are chosen by the ledger and devices are hashes already, so one multiplication spreads them enough.
#[derive(Clone, Copy, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = mix(self.0 ^ value);
    }
}

type Map<T> = HashMap<u64, T, BuildHasherDefault<Spread>>;

/// The past of all accounts.
#[derive(Clone, Default)]
pub struct History {
    accounts: Map<Account>,
    /// Accounts that used a device, with the time of the last use.
    devices: Map<Vec<(u64, u64)>>,
    /// Time of the last event.
    now: u64,
}

impl History {
    /// Nothing happened yet.
    pub fn new() -> History {
        History::default()
    }

    /// Number of accounts that were opened.
    pub fn accounts(&self) -> usize {
        self.accounts.len()
    }

    /// Whether an account was opened.
    pub fn knows(&self, account: u64) -> bool {
        self.accounts.contains_key(&account)
    }

    /// The past of some accounts and devices alone, to try out what would be if something more had happened.
    pub fn part(&self, accounts: impl IntoIterator<Item = u64>, devices: impl IntoIterator<Item = u64>) -> History {
        let mut part = History { now: self.now, ..History::default() };
        for number in accounts {
            if let (Some(account), false) = (self.accounts.get(&number), part.accounts.contains_key(&number)) {
                part.accounts.insert(number, account.clone());
            }
        }
        for device in devices {
            if let Some(users) = self.devices.get(&device) {
                part.devices.insert(device, users.clone());
            }
        }
        part
    }

    /// Number and exact sum of the payments that an account made within a window that ends at `time`. None for an unknown
    /// account.
    pub fn paid(&self, account: u64, window: Window, time: u64) -> Option<Total> {
        Some(self.accounts.get(&account)?.out.total(window, time.max(self.now)))
    }

    /// Number and exact sum of the payments that an account received. None for an unknown account.
    pub fn received(&self, account: u64, window: Window, time: u64) -> Option<Total> {
        Some(self.accounts.get(&account)?.into.total(window, time.max(self.now)))
    }

    /// Notes what happened. A time before the last event's counts as that: a journal never goes back.
    ///
    /// # Errors
    ///
    /// As [`Payment::check`]; [`FeatureError::UnknownAccount`]. Nothing was noted then.
    pub fn apply(&mut self, event: &Event) -> Result<(), FeatureError> {
        let time = event.time().max(self.now);
        match event {
            Event::Opened { account, .. } => {
                self.accounts.entry(*account).or_insert_with(|| Account { opened: time, ..Account::default() });
            }
            Event::Paid(payment) => {
                let currency = payment.check()?;
                self.both(payment.from, payment.to)?;
                let size = major(u128::from(payment.amount), currency).ln_1p();
                let context = payment.context;
                if let Some(account) = self.accounts.get_mut(&payment.from) {
                    account.paid(time, payment.to, payment.amount, size, context.country, context.device);
                }
                if let Some(account) = self.accounts.get_mut(&payment.to) {
                    account.received(time, payment.from, payment.amount);
                }
                if let Some(device) = context.device {
                    self.used(device, payment.from, time);
                }
            }
            Event::Reversed { from, to, .. } => {
                self.both(*from, *to)?;
                for account in [from, to] {
                    if let Some(account) = self.accounts.get_mut(account) {
                        account.reversals.add(time, 0);
                    }
                }
            }
        }
        self.now = time;
        Ok(())
    }

    fn both(&self, from: u64, to: u64) -> Result<(&Account, &Account), FeatureError> {
        let find = |number| self.accounts.get(&number).ok_or(FeatureError::UnknownAccount(number));
        Ok((find(from)?, find(to)?))
    }

    fn used(&mut self, device: u64, account: u64, time: u64) {
        if self.devices.len() >= MOST_DEVICES && !self.devices.contains_key(&device) {
            self.devices.retain(|_, users| users.iter().any(|(_, last)| Window::Month.holds(time, *last)));
        }
        let users = self.devices.entry(device).or_default();
        users.retain(|(user, _)| *user != account);
        if users.len() == MOST_SHARED {
            users.remove(0);
        }
        users.push((account, time));
    }

    /// What a payment looks like that is about to be made.
    ///
    /// # Errors
    ///
    /// As [`Payment::check`]; [`FeatureError::UnknownAccount`].
    pub fn look(&self, payment: &Payment) -> Result<Row, FeatureError> {
        let currency = payment.check()?;
        let (from, to) = self.both(payment.from, payment.to)?;
        let mut row = [0.0; FEATURES];
        let mut look = Look { row: &mut row, now: payment.time.max(self.now), currency };
        let size = major(u128::from(payment.amount), currency).ln_1p();
        look.amount(payment, from, size);
        look.velocity(from, payment.amount);
        look.payee(from, payment.to);
        look.habit(from);
        look.recipient(to, size, payment.from);
        look.context(payment, from, payment.context.device.map(|device| self.sharing(device, payment)));
        Ok(row)
    }

    /// How many other accounts used a device within a month.
    fn sharing(&self, device: u64, payment: &Payment) -> usize {
        let now = payment.time.max(self.now);
        let others = |(account, last): &&(u64, u64)| *account != payment.from && Window::Month.holds(now, *last);
        self.devices.get(&device).map_or(0, |users| users.iter().filter(others).count())
    }
}

/// Minor units in major units; exact enough for everything but money.
fn major(minor: u128, currency: &Currency) -> f64 {
    minor as f64 / 10f64.powi(i32::from(currency.exponent))
}

/// A row being filled.
struct Look<'a> {
    row: &'a mut Row,
    now: u64,
    currency: &'static Currency,
}

impl Look<'_> {
    fn set(&mut self, feature: Feature, value: f64) {
        self.row[feature as usize] = value as f32;
    }

    fn flag(&mut self, feature: Feature, value: bool) {
        self.set(feature, f64::from(u8::from(value)));
    }

    fn hours_since(&self, then: u64) -> f64 {
        self.now.saturating_sub(then) as f64 / 3.6e12
    }

    fn sum(&self, total: Total) -> f64 {
        major(total.sum, self.currency).ln_1p()
    }

    fn amount(&mut self, payment: &Payment, from: &Account, size: f64) {
        let amount = major(u128::from(payment.amount), self.currency);
        self.set(Feature::Amount, size);
        self.flag(Feature::BelowLimit, (0.85 * REPORTING_LIMIT..REPORTING_LIMIT).contains(&amount));
        if from.amounts.count > 0 {
            let habit = (size - from.amounts.mean) / from.amounts.deviation();
            self.set(Feature::AmountHabit, habit.clamp(-10.0, 10.0));
            self.set(Feature::AmountToHighest, size - from.amounts.highest);
            self.set(Feature::AmountToLast, size - from.last_amount);
        }
        let share = match payment.available {
            Some(available) if available > 0 => (payment.amount as f64 / available as f64).min(10.0),
            Some(_) => 10.0,
            None => -1.0,
        };
        self.set(Feature::AmountToAvailable, share);
    }

    fn velocity(&mut self, from: &Account, amount: u64) {
        let paid = Window::ALL.map(|window| from.out.total(window, self.now));
        let counts = [Feature::OutCount1h, Feature::OutCount24h, Feature::OutCount7d, Feature::OutCount30d];
        let sums = [Feature::OutSum1h, Feature::OutSum24h, Feature::OutSum7d, Feature::OutSum30d];
        for ((total, count), sum) in paid.into_iter().zip(counts).zip(sums) {
            self.set(count, f64::from(total.count));
            self.set(sum, self.sum(total));
        }
        let received = from.into.total(Window::Day, self.now);
        self.set(Feature::InCount24h, f64::from(received.count));
        self.set(Feature::InSum24h, self.sum(received));
        self.set(Feature::InSum7d, self.sum(from.into.total(Window::Week, self.now)));
        self.set(Feature::SinceReceived, from.last_in.map_or(NEVER, |then| self.hours_since(then)).ln_1p());
        self.set(Feature::PassThrough24h, share(paid[1].sum + u128::from(amount), received.sum));
        self.set(Feature::Reversals30d, count(&from.reversals, self.now));
    }

    fn payee(&mut self, from: &Account, to: u64) {
        match from.payees.get(to) {
            Some(payee) => {
                self.set(Feature::PayeeCount, f64::from(payee.count).ln_1p());
                self.set(Feature::PayeeRecency, self.hours_since(payee.last).ln_1p());
                self.set(Feature::PayeeAge, self.hours_since(payee.first).ln_1p());
            }
            None => {
                self.flag(Feature::NewPayee, true);
                self.set(Feature::PayeeRecency, NEVER.ln_1p());
            }
        }
        let out = Fan::of(&from.payees, self.now);
        self.set(Feature::FanOut24h, out.day);
        self.set(Feature::FanOut7d, out.week);
        self.set(Feature::NewPayees24h, out.new_day);
        self.set(Feature::NewPayees7d, out.new_week);
        self.set(Feature::FanIn7d, Fan::of(&from.payers, self.now).week);
    }

    fn habit(&mut self, from: &Account) {
        self.set(Feature::History, f64::from(from.amounts.count).ln_1p());
        self.set(Feature::Dormancy, self.hours_since(from.last_out.unwrap_or(from.opened)).ln_1p());
        self.set(Feature::Age, (self.hours_since(from.opened) / 24.0).ln_1p());
        let (hour, weekday) = clock(self.now);
        self.set(Feature::Hour, hour as f64);
        let total: f64 = from.hours.iter().map(|count| f64::from(*count)).sum();
        let near: f64 = [23, 0, 1].map(|step| f64::from(from.hours[(hour + step) % 24])).iter().sum();
        self.set(Feature::HourHabit, (near + 1.0) / (total + 8.0));
        let total: f64 = from.weekdays.iter().map(|count| f64::from(*count)).sum();
        self.set(Feature::WeekdayHabit, (f64::from(from.weekdays[weekday]) + 1.0) / (total + 7.0));
    }

    fn recipient(&mut self, to: &Account, size: f64, from: u64) {
        let received = to.into.total(Window::Day, self.now);
        let week = to.into.total(Window::Week, self.now);
        self.set(Feature::PayeeAccountAge, (self.hours_since(to.opened) / 24.0).ln_1p());
        self.set(Feature::PayeeInCount1h, f64::from(to.into.total(Window::Hour, self.now).count));
        self.set(Feature::PayeeInCount24h, f64::from(received.count));
        self.set(Feature::PayeeInSum24h, self.sum(received));
        let fan = Fan::of(&to.payers, self.now);
        self.set(Feature::PayeeFanIn24h, fan.day);
        self.set(Feature::PayeeFanIn7d, fan.week);
        self.set(Feature::PayeeNewPayers7d, if fan.week > 0.0 { fan.new_week / fan.week } else { 0.0 });
        if week.count > 0 {
            let mean = major(week.sum, self.currency) / f64::from(week.count);
            self.set(Feature::PayeeAmountHabit, size - mean.ln_1p());
        }
        self.set(Feature::PayeeDormancy, self.hours_since(to.last_in.unwrap_or(to.opened)).ln_1p());
        self.set(Feature::PayeePassThrough7d, share(to.out.total(Window::Week, self.now).sum, week.sum));
        self.set(Feature::PayeeReversals30d, count(&to.reversals, self.now));
        self.flag(Feature::Reciprocal, to.payees.get(from).is_some());
    }

    fn context(&mut self, payment: &Payment, from: &Account, sharing: Option<usize>) {
        let known = |new: Option<bool>| new.map_or(-1.0, |new| f64::from(u8::from(new)));
        self.set(Feature::NewDevice, known(from.devices.is_new(payment.context.device)));
        self.set(Feature::NewCountry, known(from.countries.is_new(payment.context.country)));
        self.set(Feature::DeviceAccounts, sharing.map_or(-1.0, |others| others as f64));
        self.set(Feature::Channel, f64::from(payment.context.channel as u8));
    }
}

/// Partners met, and met for the first time, within a day and a week.
struct Fan {
    day: f64,
    week: f64,
    new_day: f64,
    new_week: f64,
}

impl Fan {
    fn of(partners: &Partners, now: u64) -> Fan {
        let (mut day, mut week, mut new_day, mut new_week) = (0u32, 0u32, 0u32, 0u32);
        for partner in partners.iter() {
            week += u32::from(Window::Week.holds(now, partner.last));
            day += u32::from(Window::Day.holds(now, partner.last));
            new_week += u32::from(Window::Week.holds(now, partner.first));
            new_day += u32::from(Window::Day.holds(now, partner.first));
        }
        Fan { day: day.into(), week: week.into(), new_day: new_day.into(), new_week: new_week.into() }
    }
}

fn count(windows: &Windows, now: u64) -> f64 {
    f64::from(windows.total(Window::Month, now).count)
}

/// part / whole, at most 10; 0 if there is no whole.
fn share(part: u128, whole: u128) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64).min(10.0) }
}
