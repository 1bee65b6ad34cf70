// SPDX-License-Identifier: MIT

//! What happened on an account, as its owner's programs read it: statements (camt.053) and notifications (camt.054).
//!
//! Both are made of the proven lines of [`crate::history`], so that they say what the journal says.

use std::path::Path;

use qenex_abi::{Account as LedgerAccount, Currency, QENEX_ENTRY_REVERSAL};
use qenex_messages::amount::{Decimal, Money};
use qenex_messages::calendar::Date;
use qenex_messages::iso20022::message::parts::{AccountId, Code, CreditDebit, DateOrDateTime, OtherAccountId};
use qenex_messages::iso20022::message::{
    Balance, CurrencyAmount, DateTime, EntriesSummary, Entry, EntryDetails, EntryPayment, Letters, Notification,
    Notifications, Period, ReportHeader, ReportedAccount, Statement, Statements, Text, TransactionCode,
    TransactionDomain, write,
};

use super::PaymentError;
use super::answer::created;
use super::clerk::Clerk;
use super::house::House;
use super::store::{Kind, MessageStore, Payment};
use crate::config::Payments;
use crate::history;

/// Which report.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Report {
    /// camt.053: everything that was booked, between two balances.
    Statement,
    /// camt.054: everything that was booked.
    Notification,
}

/// An amount of minor units without sign, of a currency.
fn amount(minor: u128, currency: u32) -> Result<CurrencyAmount, PaymentError> {
    let known = Currency::from_numeric(currency);
    let units = i128::try_from(minor).map_err(|_| PaymentError::Answer("an amount is out of range".into()))?;
    let (alpha, exponent) = known.map_or(("XXX", 0), |currency| (currency.alpha, currency.exponent));
    Ok(CurrencyAmount::new(Decimal::new(units, exponent), alpha)?)
}

fn direction(minor: i128) -> CreditDebit {
    if minor < 0 { CreditDebit::Debit } else { CreditDebit::Credit }
}

fn time(nanoseconds: u64) -> Result<DateTime, PaymentError> {
    let seconds = i64::try_from(nanoseconds / 1_000_000_000).unwrap_or(i64::MAX);
    DateTime::from_unix_seconds(seconds).ok_or_else(|| PaymentError::Answer("a time is out of range".into()))
}

fn day(nanoseconds: u64) -> Result<DateOrDateTime, PaymentError> {
    let days = i64::try_from(nanoseconds / 86_400_000_000_000).unwrap_or(i64::MAX);
    let date = Date::from_unix_days(days).ok_or_else(|| PaymentError::Answer("a day is out of range".into()))?;
    Ok(DateOrDateTime::Date(date))
}

fn balance(kind: &str, minor: i128, currency: u32, at: u64) -> Result<Balance, PaymentError> {
    Ok(Balance {
        kind: Code::Code(Text::new(kind)?),
        amount: amount(minor.unsigned_abs(), currency)?,
        direction: direction(minor),
        date: day(at)?,
    })
}

/// The bank transaction code of an entry (external code sets of domain, family and subfamily).
fn transaction_code(payment: Option<&Payment>, debit: bool, eur: bool) -> Result<TransactionCode, PaymentError> {
    let (family, sub_family) = match (payment.map(|payment| payment.kind), debit) {
        (Some(Kind::TransferOnUs), true) => ("ICDT", "BOOK"),
        (Some(Kind::TransferOnUs), false) => ("RCDT", "BOOK"),
        (Some(Kind::TransferOut | Kind::RecallIn), true) => ("ICDT", if eur { "ESCT" } else { "XBCT" }),
        (Some(Kind::TransferIn), false) => ("RCDT", if eur { "ESCT" } else { "XBCT" }),
        // Reimbursement because of a return.
        (Some(Kind::ReturnIn), false) => ("RCDT", "RRTN"),
        (Some(Kind::ReturnIn), true) => ("IDDT", "UPDD"),
        (Some(Kind::CollectionOnUs | Kind::CollectionIn), true) => ("RDDT", "ESDD"),
        (Some(Kind::CollectionOnUs | Kind::CollectionOut), false) => ("IDDT", "ESDD"),
        (_, true) => ("MDOP", "OTHR"),
        (_, false) => ("MCOP", "OTHR"),
    };
    let domain = TransactionDomain {
        domain: Text::new("PMNT")?,
        family: Text::new(family)?,
        sub_family: Text::new(sub_family)?,
    };
    Ok(TransactionCode { domain: Some(domain), proprietary: None })
}

/// Reads what the clerk has written, without waiting for what the clerk is at.
pub struct Archive {
    house: House,
    store: MessageStore,
}

impl Archive {
    /// Of the bank that is configured so, whose store is in `directory`.
    ///
    /// # Errors
    ///
    /// [`PaymentError`].
    pub fn open(configured: &Payments, directory: &Path) -> Result<Self, PaymentError> {
        Ok(Archive { house: House::new(configured)?, store: MessageStore::open(directory, None)? })
    }

    /// The database.
    pub fn store(&self) -> &MessageStore {
        &self.store
    }

    /// A report about `found`, the entries of `account` of the time `from` to `until` (nanoseconds since 1970-01-01 UTC).
    ///
    /// # Errors
    ///
    /// [`PaymentError::Answer`] if something has no place in the message.
    pub fn report(
        &self,
        report: Report,
        account: &LedgerAccount,
        found: &history::Statement,
        (from, until): (u64, u64),
    ) -> Result<String, PaymentError> {
        let (opening, closing) = (found.opening, found.closing);
        let mut entries = Vec::new();
        let mut summary = Summary::default();
        // Holds change no balance.
        for line in found.lines.iter().filter(|line| line.change != 0) {
            summary.add(line.change);
            entries.push(self.entry(line, account.currency)?);
        }
        let key = format!("{} {} {}", account.account_number, opening.sequence, closing.sequence);
        let step = if report == Report::Statement { "camt.053" } else { "camt.054" };
        let id: Text<35> = Text::new(format!("{:032x}", Clerk::derived(&key, step).to_u128()))?;
        let header = ReportHeader { message: id.clone(), created: created()?, recipient: None, additional: None };
        let period = Some(Period { from: time(from)?, to: time(until)? });
        let summary = Some(summary.written(account.currency)?);
        let account_of = self.reported(account)?;
        Ok(match report {
            Report::Statement => {
                let balances = vec![
                    balance("OPBD", opening.balance(), account.currency, from)?,
                    // What happens at midnight is of the next day.
                    balance("CLBD", closing.balance(), account.currency, until.saturating_sub(1))?,
                ];
                let statement = Statement {
                    id,
                    sequence: None,
                    created: Some(header.created.clone()),
                    period,
                    account: account_of,
                    balances,
                    summary,
                    entries,
                    additional: None,
                };
                write(&Statements { header, statements: vec![statement] }, true)
            }
            Report::Notification => {
                let notification = Notification {
                    id,
                    sequence: None,
                    created: Some(header.created.clone()),
                    period,
                    account: account_of,
                    summary,
                    entries,
                    additional: None,
                };
                write(&Notifications { header, notifications: vec![notification] }, true)
            }
        })
    }

    fn reported(&self, account: &LedgerAccount) -> Result<ReportedAccount, PaymentError> {
        let number = account.account_number;
        let id = match self.house.iban(number) {
            Some(iban) => AccountId::Iban(iban),
            None => AccountId::Other(OtherAccountId { id: Text::new(number.to_string())?, scheme: None, issuer: None }),
        };
        let alpha = Currency::from_numeric(account.currency).map(|currency| currency.alpha.parse::<Letters<3>>());
        Ok(ReportedAccount {
            id,
            kind: None,
            currency: alpha.and_then(Result::ok),
            name: None,
            owner: None,
            servicer: Some(self.house.agent()),
        })
    }

    fn entry(&self, line: &history::Line, currency: u32) -> Result<Entry, PaymentError> {
        let booked = self.store.booking_of(line.entry.id)?;
        let payments = match booked {
            Some((message, part)) => {
                let mut payments = self.store.payments(message)?;
                payments.retain(|payment| payment.batch && payment.part == part);
                payments
            }
            None => self.store.payment_of(line.entry.id)?.into_iter().collect(),
        };
        let mut told = Vec::with_capacity(payments.len());
        for payment in &payments {
            told.push(self.entry_payment(payment, line.change)?);
        }
        let eur = Currency::from_numeric(currency).is_some_and(|currency| currency.alpha == "EUR");
        let details = if told.is_empty() { Vec::new() } else { vec![EntryDetails { payments: told }] };
        Ok(Entry {
            reference: Some(Text::new(line.entry.sequence.to_string())?),
            amount: amount(line.change.unsigned_abs(), currency)?,
            direction: direction(line.change),
            reversal: (line.entry.kind == QENEX_ENTRY_REVERSAL).then_some(true),
            status: Code::Code(Text::new("BOOK")?),
            booked: Some(day(line.entry.timestamp)?),
            value_date: Some(day(line.entry.timestamp)?),
            servicer_reference: Some(Text::new(format!("{:032x}", line.entry.id.to_u128()))?),
            transaction_code: transaction_code(payments.first(), line.change < 0, eur)?,
            details,
            additional: None,
        })
    }

    fn entry_payment(&self, payment: &Payment, change: i128) -> Result<EntryPayment, PaymentError> {
        let short = |text: &Option<String>| text.as_deref().map(Text::new).transpose();
        let money = Currency::from_numeric(payment.currency).map(|currency| Money { minor: payment.amount, currency });
        Ok(EntryPayment {
            instruction: short(&payment.instruction)?,
            end_to_end: Some(Text::new(payment.end_to_end.as_str())?),
            transaction: short(&payment.reference)?,
            uetr: payment.uetr.as_deref().and_then(|uetr| uetr.parse().ok()),
            amount: money.map(CurrencyAmount::from),
            direction: Some(direction(change)),
            ..EntryPayment::default()
        })
    }
}

/// Counts and sums of entries.
#[derive(Default)]
struct Summary {
    credits: (u64, u128),
    debits: (u64, u128),
}

impl Summary {
    fn add(&mut self, change: i128) {
        let side = if change < 0 { &mut self.debits } else { &mut self.credits };
        // No sum of changes of 64 bits each comes near 128.
        *side = (side.0 + 1, side.1.saturating_add(change.unsigned_abs()));
    }

    fn written(&self, currency: u32) -> Result<EntriesSummary, PaymentError> {
        let sum = |minor| amount(minor, currency).map(|amount| amount.amount);
        Ok(EntriesSummary {
            count: Some(self.credits.0 + self.debits.0),
            sum: Some(sum(self.credits.1.saturating_add(self.debits.1))?),
            credits: Some(self.credits.0),
            credit_sum: Some(sum(self.credits.1)?),
            debits: Some(self.debits.0),
            debit_sum: Some(sum(self.debits.1)?),
        })
    }
}
