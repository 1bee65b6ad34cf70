// SPDX-License-Identifier: MIT

//! Reasons in words.

use serde::{Deserialize, Serialize};

use crate::features::{Channel, Feature, Row};

/// Why a score is higher or lower than that of any payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Name of the feature, or `isolation`.
    pub feature: String,
    /// Its value.
    pub value: f64,
    /// By how much it moved the score; positive towards fraud.
    pub contribution: f64,
    /// For people.
    pub text: String,
}

/// The `most` reasons that moved a score up the most, strongest first. `contributions` are those of the features, then that
/// of the isolation forest's `isolation`.
pub fn reasons(row: &Row, isolation: f64, contributions: &[f64], most: usize) -> Vec<Reason> {
    let mut order: Vec<usize> = (0..contributions.len()).filter(|index| contributions[*index] > 0.0).collect();
    order.sort_by(|a, b| contributions[*b].total_cmp(&contributions[*a]));
    order.truncate(most);
    order.into_iter().map(|index| reason(row, isolation, index, contributions[index])).collect()
}

fn reason(row: &Row, isolation: f64, index: usize, contribution: f64) -> Reason {
    match (Feature::ALL.get(index), row.get(index)) {
        (Some(feature), Some(value)) => {
            let value = f64::from(*value);
            let shown = shown(*feature, value);
            let text =
                if shown.is_empty() { feature.words().to_owned() } else { format!("{}: {shown}", feature.words()) };
            Reason { feature: feature.name().to_owned(), value, contribution, text }
        }
        _ => Reason {
            feature: "isolation".to_owned(),
            value: isolation,
            contribution,
            text: format!("unlike other payments as a whole: {isolation:.2} (0.5 is usual, 1 is unique)"),
        },
    }
}

/// The value as a person would put it; nothing where the words say it all.
fn shown(feature: Feature, value: f64) -> String {
    use Feature as F;
    match feature {
        F::Amount | F::OutSum1h | F::OutSum24h | F::OutSum7d | F::OutSum30d => money(value),
        F::InSum24h | F::InSum7d | F::PayeeInSum24h => money(value),
        F::OutCount1h | F::OutCount24h | F::OutCount7d | F::OutCount30d => format!("{value:.0}"),
        F::FanOut24h | F::FanOut7d | F::NewPayees24h | F::NewPayees7d => format!("{value:.0}"),
        F::InCount24h | F::FanIn7d | F::Reversals30d => format!("{value:.0}"),
        F::PayeeInCount1h | F::PayeeInCount24h | F::PayeeFanIn24h | F::PayeeFanIn7d => format!("{value:.0}"),
        F::PayeeReversals30d => format!("{value:.0}"),
        F::History | F::PayeeCount => format!("{:.0}", value.exp_m1()),
        F::PayeeRecency | F::PayeeAge | F::Dormancy | F::SinceReceived | F::PayeeDormancy => hours(value.exp_m1()),
        F::Age | F::PayeeAccountAge => hours(value.exp_m1() * 24.0),
        F::AmountToAvailable | F::DeviceAccounts | F::NewDevice | F::NewCountry if value < 0.0 => "unknown".to_owned(),
        F::AmountToAvailable | F::HourHabit | F::WeekdayHabit => percent(value),
        F::PassThrough24h | F::PayeePassThrough7d | F::PayeeNewPayers7d => percent(value),
        F::AmountToHighest | F::AmountToLast | F::PayeeAmountHabit => format!("{:.1} times", value.exp()),
        F::AmountHabit => format!("{value:+.1} standard deviations"),
        F::Hour => format!("{value:.0}:00 UTC"),
        F::DeviceAccounts => format!("{value:.0}"),
        F::Channel => {
            let named = Channel::ALL.iter().find(|channel| f64::from(**channel as u8) == value);
            named.map_or_else(String::new, |channel| format!("{channel:?}").to_lowercase())
        }
        F::NewPayee | F::BelowLimit | F::Reciprocal | F::NewDevice | F::NewCountry => {
            if value > 0.5 {
                String::new()
            } else {
                "no".to_owned()
            }
        }
    }
}

fn money(logarithm: f64) -> String {
    format!("{:.2}", logarithm.exp_m1().max(0.0))
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn hours(hours: f64) -> String {
    match hours {
        hours if hours < 2.0 => format!("{:.0} minutes", hours * 60.0),
        hours if hours < 48.0 => format!("{hours:.0} hours"),
        hours => format!("{:.0} days", hours / 24.0),
    }
}
