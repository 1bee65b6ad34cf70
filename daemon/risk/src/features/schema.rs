// SPDX-License-Identifier: MIT

//! The features: their order, their names, and what to call them to a person.

use sha2::{Digest, Sha256};

macro_rules! features {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $words:literal;)+) => {
        /// What a payment looks like, seen from the past.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum Feature {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Feature {
            /// All features in the order of a row.
            pub const ALL: &'static [Feature] = &[$(Feature::$variant,)+];

            /// Name in files and rules.
            pub fn name(self) -> &'static str {
                match self { $(Feature::$variant => $name,)+ }
            }

            /// What it measures, in words that go on after "because of".
            pub fn words(self) -> &'static str {
                match self { $(Feature::$variant => $words,)+ }
            }
        }
    };
}

features! {
    /// ln(1 + amount in major units).
    Amount "amount" "the amount";
    /// 1 from 85 % of the reporting limit up to it, else 0.
    BelowLimit "below_limit" "an amount just below the reporting limit";
    /// Payments made in 1 h.
    OutCount1h "out_count_1h" "the number of payments within an hour";
    /// Payments made in 24 h.
    OutCount24h "out_count_24h" "the number of payments within a day";
    /// Payments made in 7 d.
    OutCount7d "out_count_7d" "the number of payments within a week";
    /// Payments made in 30 d.
    OutCount30d "out_count_30d" "the number of payments within a month";
    /// ln(1 + sum paid in 1 h).
    OutSum1h "out_sum_1h" "the sum paid within an hour";
    /// ln(1 + sum paid in 24 h).
    OutSum24h "out_sum_24h" "the sum paid within a day";
    /// ln(1 + sum paid in 7 d).
    OutSum7d "out_sum_7d" "the sum paid within a week";
    /// ln(1 + sum paid in 30 d).
    OutSum30d "out_sum_30d" "the sum paid within a month";
    /// Deviation of the amount from what the account pays, in its standard deviations (of logarithms); 0 at first.
    AmountHabit "amount_habit" "an amount unlike what the account usually pays";
    /// ln(amount / highest amount paid so far); 0 at first.
    AmountToHighest "amount_to_highest" "the amount against the highest ever paid";
    /// ln(amount / amount of the payment before); 0 at first.
    AmountToLast "amount_to_last" "the amount against that of the payment before";
    /// Amount / available, at most 10; -1 if that is unknown.
    AmountToAvailable "amount_to_available" "how much of the available balance it takes";
    /// ln(1 + payments made ever).
    History "history" "how long the account's history of payments is";
    /// 1 if the account never paid this payee, else 0.
    NewPayee "new_payee" "a payee never paid before";
    /// ln(1 + payments to this payee).
    PayeeCount "payee_count" "how often this payee was paid";
    /// ln(1 + hours since this payee was last paid); a year's for a new one.
    PayeeRecency "payee_recency" "when this payee was last paid";
    /// ln(1 + hours since this payee was first paid); 0 for a new one.
    PayeeAge "payee_age" "how long this payee has been known";
    /// ln(1 + hours since the last payment, or since the account was opened).
    Dormancy "dormancy" "the time since the last payment";
    /// ln(1 + days since the account was opened).
    Age "age" "the age of the account";
    /// Hour of the day, UTC.
    Hour "hour" "the hour of the day";
    /// Share of the account's payments in this hour and its two neighbours, pulled to what is even.
    HourHabit "hour_habit" "an hour at which the account seldom pays";
    /// Share of the account's payments on this day of the week, pulled to what is even.
    WeekdayHabit "weekday_habit" "a weekday on which the account seldom pays";
    /// Payees paid in 24 h.
    FanOut24h "fan_out_24h" "the number of payees within a day";
    /// Payees paid in 7 d.
    FanOut7d "fan_out_7d" "the number of payees within a week";
    /// Payees paid for the first time in 24 h.
    NewPayees24h "new_payees_24h" "the number of new payees within a day";
    /// Payees paid for the first time in 7 d.
    NewPayees7d "new_payees_7d" "the number of new payees within a week";
    /// Payments received in 24 h.
    InCount24h "in_count_24h" "the number of payments received within a day";
    /// ln(1 + sum received in 24 h).
    InSum24h "in_sum_24h" "the sum received within a day";
    /// ln(1 + sum received in 7 d).
    InSum7d "in_sum_7d" "the sum received within a week";
    /// ln(1 + hours since money was last received); a year's if never.
    SinceReceived "since_received" "how soon money received is passed on";
    /// (Sum paid in 24 h + amount) / sum received in 24 h, at most 10; 0 if nothing was received.
    PassThrough24h "pass_through_24h" "how much of the money received within a day is passed on";
    /// Payers in 7 d.
    FanIn7d "fan_in_7d" "the number of payers within a week";
    /// Reversals of the account's payments in 30 d.
    Reversals30d "reversals_30d" "payments reversed within a month";
    /// ln(1 + days since the payee's account was opened).
    PayeeAccountAge "payee_account_age" "the age of the payee's account";
    /// Payments that the payee received in 1 h.
    PayeeInCount1h "payee_in_count_1h" "the number of payments to the payee within an hour";
    /// Payments that the payee received in 24 h.
    PayeeInCount24h "payee_in_count_24h" "the number of payments to the payee within a day";
    /// ln(1 + sum that the payee received in 24 h).
    PayeeInSum24h "payee_in_sum_24h" "the sum paid to the payee within a day";
    /// Payers of the payee in 24 h.
    PayeeFanIn24h "payee_fan_in_24h" "the number of payers of the payee within a day";
    /// Payers of the payee in 7 d.
    PayeeFanIn7d "payee_fan_in_7d" "the number of payers of the payee within a week";
    /// Share of the payee's payers in 7 d that were new to it.
    PayeeNewPayers7d "payee_new_payers_7d" "how many payers of the payee are new to it";
    /// ln((1 + amount) / (1 + mean of what the payee received in 7 d)); 0 if it received nothing.
    PayeeAmountHabit "payee_amount_habit" "the amount against what the payee usually receives";
    /// ln(1 + hours since the payee was last paid, or opened).
    PayeeDormancy "payee_dormancy" "the time since the payee was last paid by anyone";
    /// Sum that the payee paid in 7 d / sum that it received in 7 d, at most 10; 0 if it received nothing.
    PayeePassThrough7d "payee_pass_through_7d" "how much the payee passes on";
    /// Reversals of payments to the payee in 30 d.
    PayeeReversals30d "payee_reversals_30d" "payments to the payee reversed within a month";
    /// 1 if the payee has paid the account before, else 0.
    Reciprocal "reciprocal" "payments in both directions";
    /// 1 if the account never used the device, 0 if it did, -1 if that is unknown.
    NewDevice "new_device" "a device never used before";
    /// Other accounts that used the device in 30 d; -1 if it is unknown.
    DeviceAccounts "device_accounts" "other accounts used from the same device";
    /// 1 if the account was never used from the country, 0 if it was, -1 if that is unknown.
    NewCountry "new_country" "a country the account was never used from";
    /// Number of the channel.
    Channel "channel" "the channel";
}

/// Values in a row.
pub const FEATURES: usize = Feature::ALL.len();

/// Names of the features in the order of a row.
pub fn names() -> impl Iterator<Item = &'static str> {
    Feature::ALL.iter().map(|feature| feature.name())
}

/// Version of what the names mean: to be raised with every change to how a feature is computed.
const MEANING: u32 = 1;

/// SHA-256 over the meaning's version, the names and their order. A model made with another schema cannot be used.
pub fn schema_hash() -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(MEANING.to_le_bytes());
    for name in names() {
        hasher.update(name.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().into()
}
