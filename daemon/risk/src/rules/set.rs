// SPDX-License-Identifier: MIT

//! Rules that were checked and can be asked.

use std::collections::{HashMap, HashSet};

use qenex_abi::{Currency, parse_amount};
use serde::{Deserialize, Serialize};

use super::RuleError;
use super::file::{Condition, File, Limit, List, Side};
use crate::decide::Action;
use crate::features::{Channel, Feature, History, Payment, Row, Window};

/// A rule that applies to a payment.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Fired {
    /// Id of the rule.
    pub rule: String,
    /// What it demands; of an allow list, [`Action::Allow`].
    pub action: Action,
    /// For people.
    pub text: String,
}

/// Checked rules. Which of them apply is told in the order of the file: limits, conditions, lists.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    limits: Vec<CheckedLimit>,
    conditions: Vec<CheckedCondition>,
    lists: Vec<CheckedList>,
    /// Rule and account, with the second from which the suppression no longer counts.
    suppressions: HashMap<(String, u64), u64>,
}

#[derive(Clone, Debug)]
struct CheckedLimit {
    id: String,
    action: Action,
    currency: Option<&'static Currency>,
    channel: Option<Channel>,
    side: Side,
    window: Option<Window>,
    most_sum: Option<u64>,
    most_count: Option<u32>,
}

#[derive(Clone, Debug)]
struct CheckedCondition {
    id: String,
    action: Action,
    when: Vec<(Feature, f32, f32)>,
}

#[derive(Clone, Debug)]
struct CheckedList {
    id: String,
    action: Action,
    accounts: HashSet<u64>,
    text: String,
    expires: u64,
}

impl RuleSet {
    /// Reads rules from TOML.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong; nothing of the file is taken then.
    pub fn from_toml(text: &str) -> Result<RuleSet, RuleError> {
        let file: File = toml::from_str(text).map_err(|error| RuleError::Syntax(error.to_string()))?;
        let mut ids = HashSet::new();
        let limits = file.limit.iter().map(|rule| (&rule.id, rule.action));
        let conditions = file.condition.iter().map(|rule| (&rule.id, rule.action));
        for (id, action) in limits.chain(conditions) {
            if action == Action::Allow {
                return Err(wrong(id, "only a list can allow"));
            }
            unique(&mut ids, id)?;
        }
        file.list.iter().try_for_each(|list| unique(&mut ids, &list.id))?;
        let mut suppressions = HashMap::new();
        for suppression in file.suppression {
            if !ids.contains(&suppression.rule) {
                return Err(wrong(&suppression.rule, "is suppressed, but there is no such rule"));
            }
            if suppression.author.trim().is_empty() {
                return Err(wrong(&suppression.rule, "a suppression needs an author"));
            }
            suppressions.insert((suppression.rule, suppression.account), suppression.expires);
        }
        Ok(RuleSet {
            limits: file.limit.into_iter().map(limit).collect::<Result<_, _>>()?,
            conditions: file.condition.into_iter().map(condition).collect::<Result<_, _>>()?,
            lists: file.list.into_iter().map(list).collect::<Result<_, _>>()?,
            suppressions,
        })
    }

    /// Ids of all rules.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let limits = self.limits.iter().map(|rule| rule.id.as_str());
        limits
            .chain(self.conditions.iter().map(|rule| rule.id.as_str()))
            .chain(self.lists.iter().map(|rule| rule.id.as_str()))
    }

    /// The rules that apply to a payment about to be made. `row` is what `history` says of it.
    pub fn apply(&self, history: &History, payment: &Payment, row: &Row) -> Vec<Fired> {
        let mut fired = Vec::new();
        for rule in &self.limits {
            if let Some(text) = rule.broken(history, payment) {
                fired.push(Fired { rule: rule.id.clone(), action: rule.action, text });
            }
        }
        for rule in &self.conditions {
            let holds = |(feature, from, to): &(Feature, f32, f32)| (*from..=*to).contains(&row[*feature as usize]);
            if rule.when.iter().all(holds) {
                let words: Vec<&str> = rule.when.iter().map(|(feature, ..)| feature.words()).collect();
                fired.push(Fired { rule: rule.id.clone(), action: rule.action, text: words.join(", ") });
            }
        }
        let second = payment.time / 1_000_000_000;
        for list in &self.lists {
            let named = list.accounts.contains(&payment.from) || list.accounts.contains(&payment.to);
            if named && second < list.expires {
                fired.push(Fired { rule: list.id.clone(), action: list.action, text: list.text.clone() });
            }
        }
        if !self.suppressions.is_empty() {
            fired.retain(|fired| !self.suppressed(&fired.rule, payment, second));
        }
        fired
    }

    fn suppressed(&self, rule: &str, payment: &Payment, second: u64) -> bool {
        [payment.from, payment.to].iter().any(|account| {
            // Few suppressions apply to rules that fired, so the name may be copied.
            self.suppressions.get(&(rule.to_owned(), *account)).is_some_and(|expires| second < *expires)
        })
    }
}

impl CheckedLimit {
    /// What is exceeded, in words.
    fn broken(&self, history: &History, payment: &Payment) -> Option<String> {
        if self.currency.is_some_and(|currency| u32::from(currency.numeric) != payment.currency)
            || self.channel.is_some_and(|channel| channel != payment.context.channel)
        {
            return None;
        }
        let before = match (self.window, self.side) {
            (None, _) => Default::default(),
            (Some(window), Side::Payer) => history.paid(payment.from, window, payment.time)?,
            (Some(window), Side::Payee) => history.received(payment.to, window, payment.time)?,
        };
        let (count, sum) = (before.count.saturating_add(1), before.sum + u128::from(payment.amount));
        if let Some(most) = self.most_sum.filter(|most| sum > u128::from(*most)) {
            return Some(format!("{sum} minor units are more than {most}"));
        }
        let most = self.most_count.filter(|most| count > *most)?;
        Some(format!("{count} payments are more than {most}"))
    }
}

fn wrong(id: &str, why: impl Into<String>) -> RuleError {
    RuleError::Rule { id: id.to_owned(), why: why.into() }
}

fn unique(ids: &mut HashSet<String>, id: &str) -> Result<(), RuleError> {
    match id.trim().is_empty() {
        true => Err(wrong(id, "the id is empty")),
        false if !ids.insert(id.to_owned()) => Err(RuleError::Duplicate(id.to_owned())),
        false => Ok(()),
    }
}

fn limit(rule: Limit) -> Result<CheckedLimit, RuleError> {
    let id = &rule.id;
    let currency = match &rule.currency {
        Some(alpha) => {
            Some(Currency::from_alpha(alpha).ok_or_else(|| wrong(id, format!("there is no currency {alpha:?}")))?)
        }
        None => None,
    };
    let most_sum = match (&rule.most_sum, currency) {
        (Some(text), Some(currency)) => {
            Some(parse_amount(text, currency).map_err(|error| wrong(id, error.to_string()))?)
        }
        (Some(_), None) => return Err(wrong(id, "a sum needs a currency")),
        (None, _) => None,
    };
    if most_sum.is_none() && rule.most_count.is_none() {
        return Err(wrong(id, "neither most_sum nor most_count is given"));
    }
    if rule.most_count.is_some() && rule.window.is_none() {
        return Err(wrong(id, "a count needs a window"));
    }
    Ok(CheckedLimit {
        currency,
        most_sum,
        action: rule.action,
        channel: rule.channel,
        side: rule.side,
        window: rule.window.map(|span| span.window()),
        most_count: rule.most_count,
        id: rule.id,
    })
}

fn condition(rule: Condition) -> Result<CheckedCondition, RuleError> {
    let id = &rule.id;
    if rule.when.is_empty() {
        return Err(wrong(id, "it has no condition and would apply to everything"));
    }
    let mut when = Vec::new();
    for bound in &rule.when {
        let named = Feature::ALL.iter().find(|feature| feature.name() == bound.feature);
        let feature = named.ok_or_else(|| wrong(id, format!("there is no feature {:?}", bound.feature)))?;
        let (from, to) = (bound.from.unwrap_or(f32::NEG_INFINITY), bound.to.unwrap_or(f32::INFINITY));
        if bound.from.is_none() && bound.to.is_none() || from.is_nan() || to.is_nan() || from > to {
            return Err(wrong(id, format!("{} needs from, to or both, in order", bound.feature)));
        }
        when.push((*feature, from, to));
    }
    Ok(CheckedCondition { when, action: rule.action, id: rule.id })
}

fn list(rule: List) -> Result<CheckedList, RuleError> {
    if rule.author.trim().is_empty() {
        return Err(wrong(&rule.id, "a list needs an author"));
    }
    let text = match rule.reason.as_str() {
        "" => format!("listed by {}", rule.author),
        reason => format!("listed by {}: {reason}", rule.author),
    };
    Ok(CheckedList {
        action: rule.action,
        accounts: rule.accounts.into_iter().collect(),
        text,
        expires: rule.expires.unwrap_or(u64::MAX),
        id: rule.id,
    })
}
