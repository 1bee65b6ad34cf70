// SPDX-License-Identifier: MIT

//! What a file of rules can say.

use serde::{Deserialize, Serialize};

use crate::decide::Action;
use crate::features::{Channel, Window};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) limit: Vec<Limit>,
    pub(super) condition: Vec<Condition>,
    pub(super) list: Vec<List>,
    pub(super) suppression: Vec<Suppression>,
}

/// What a payment, or all of a window with it, must not exceed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limit {
    pub(super) id: String,
    pub(super) action: Action,
    pub(super) currency: Option<String>,
    pub(super) channel: Option<Channel>,
    #[serde(default)]
    pub(super) side: Side,
    pub(super) window: Option<Span>,
    pub(super) most_sum: Option<String>,
    pub(super) most_count: Option<u32>,
}

/// Whose payments are counted.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Side {
    /// Those that the account makes.
    #[default]
    Payer,
    /// Those that the payee receives.
    Payee,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub(super) enum Span {
    #[serde(rename = "1h")]
    Hour,
    #[serde(rename = "24h")]
    Day,
    #[serde(rename = "7d")]
    Week,
    #[serde(rename = "30d")]
    Month,
}

impl Span {
    pub(super) fn window(self) -> Window {
        match self {
            Span::Hour => Window::Hour,
            Span::Day => Window::Day,
            Span::Week => Window::Week,
            Span::Month => Window::Month,
        }
    }
}

/// Features that are all within bounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Condition {
    pub(super) id: String,
    pub(super) action: Action,
    pub(super) when: Vec<Bound>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bound {
    pub(super) feature: String,
    pub(super) from: Option<f32>,
    pub(super) to: Option<f32>,
}

/// Accounts, paying or paid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    pub(super) id: String,
    pub(super) action: Action,
    pub(super) accounts: Vec<u64>,
    pub(super) author: String,
    #[serde(default)]
    pub(super) reason: String,
    /// Seconds since 1970.
    pub(super) expires: Option<u64>,
}

/// A rule that does not count for an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Suppression {
    pub(super) rule: String,
    pub(super) account: u64,
    pub(super) author: String,
    #[serde(default)]
    pub(super) reason: String,
    /// Seconds since 1970.
    pub(super) expires: u64,
}
