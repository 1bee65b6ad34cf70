//! The file format: JSON Lines, one scenario a line.

use serde::Deserialize;

/// A run that starts with an empty ledger.
#[derive(Debug, Deserialize)]
pub(crate) struct Scenario {
    /// Unique within the file.
    pub(crate) name: String,
    /// Accounts to open first.
    pub(crate) accounts: Vec<Account>,
    /// Batches to submit in order.
    pub(crate) batches: Vec<Batch>,
    /// `[id, from, to, amount]` of every transfer on record at the end.
    pub(crate) stored: Vec<[u64; 4]>,
    /// Every account at the end.
    pub(crate) r#final: Vec<Balance>,
}

/// An account to open.
#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    /// The scenario's name for it.
    pub(crate) n: u64,
    /// ISO 4217 numeric code.
    pub(crate) currency: u32,
    /// Whether it may not be overdrawn.
    pub(crate) limited: bool,
}

/// Events submitted together, and what became of each.
#[derive(Debug, Deserialize)]
pub(crate) struct Batch {
    /// In order.
    pub(crate) events: Vec<Event>,
    /// One for each event.
    pub(crate) results: Vec<String>,
}

/// What an event asks for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Move money.
    Transfer,
    /// Reserve money.
    Hold,
    /// Turn a hold into a transfer.
    Post,
    /// Cancel a hold.
    Void,
}

/// One event.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    /// Identifies the event for ever.
    pub(crate) id: u64,
    /// Account debited.
    pub(crate) from: u64,
    /// Account credited.
    pub(crate) to: u64,
    /// Whole units.
    pub(crate) amount: u64,
    /// ISO 4217 numeric code.
    pub(crate) currency: u32,
    /// What is asked for.
    pub(crate) kind: Kind,
    /// The hold that a post or void settles.
    pub(crate) hold_id: u64,
    /// Whether this event and the next one succeed or fail together.
    pub(crate) linked: bool,
    /// Whether the amount is an upper limit.
    #[serde(default)]
    pub(crate) up_to: bool,
}

/// The counters of an account.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
pub(crate) struct Balance {
    /// The scenario's name for the account.
    pub(crate) n: u64,
    /// Sum of debits posted.
    pub(crate) debits_posted: u64,
    /// Sum of credits posted.
    pub(crate) credits_posted: u64,
    /// Sum of open holds that will debit it.
    pub(crate) debits_pending: u64,
    /// Sum of open holds that will credit it.
    pub(crate) credits_pending: u64,
}
