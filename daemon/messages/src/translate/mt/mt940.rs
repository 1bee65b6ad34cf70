// SPDX-License-Identifier: MIT

//! A customer's statement: MT940 and camt.053.

use super::agent::bic;
use super::notes::joined;
use super::party::{account, id_text};
use super::{Notes, mt103};
use crate::calendar::Date;
use crate::iso20022::message::parts::{Agent, Code, CreditDebit, DateOrDateTime, OrganisationId, Party, PartyId};
use crate::iso20022::message::{
    Balance, CurrencyAmount, Entry, EntryDetails, EntryPayment, ProprietaryCode, ReportHeader, ReportedAccount,
    Statement, Statements, Text, TransactionCode,
};
use crate::mt::message as swift;
use crate::mt::message::{AccountIdentification, Header, Lines, Mt940, StatementLine, StatementNumber};
use crate::translate::{Context, TranslateError};

/// The reference of a line that has none.
const NO_REFERENCE: &str = "NONREF";

/// The camt.053 of an MT940.
///
/// # Errors
///
/// [`TranslateError`].
pub fn from_mt940(message: &Mt940, context: &Context<'_>, notes: &mut Notes) -> Result<Statements, TranslateError> {
    mt103::around(&message.header, notes);
    notes.lost_if("/4/21", &message.related);
    notes.lost_if("/3/121", &message.header.uetr);
    notes.lost_if("/4/28C", &message.number.page);
    let currency = message.opening.amount.currency();
    let mut balances = Vec::new();
    let code = |balance: &swift::Balance, whole| if balance.intermediate { "ITBD" } else { whole };
    balances.push(from_balance(&message.opening, code(&message.opening, "OPBD"))?);
    balances.push(from_balance(&message.closing, code(&message.closing, "CLBD"))?);
    for (balance, code) in
        message.available.iter().map(|balance| (balance, "CLAV")).chain(message.forward.iter().map(|one| (one, "FWAV")))
    {
        balances.push(from_balance(balance, code)?);
    }
    let mut entries = Vec::new();
    for (index, entry) in message.entries.iter().enumerate() {
        entries.push(from_entry(entry, currency, index + 1, notes)?);
    }
    let owner = |code: &crate::identifiers::Bic| Party {
        identification: Some(PartyId::Organisation(OrganisationId {
            any_bic: Some(code.clone()),
            ..OrganisationId::default()
        })),
        ..Party::default()
    };
    let additional = message.information.as_ref().map(|lines| joined(&lines.0, 65));
    let statement = Statement {
        id: Text::new(message.reference.clone())?,
        sequence: Some(u64::from(message.number.number)),
        created: Some(context.created.clone()),
        period: None,
        account: ReportedAccount {
            id: account(&message.account.account)?.id,
            kind: None,
            currency: currency.parse().ok(),
            name: None,
            owner: message.account.owner.as_ref().map(owner),
            servicer: Some(Agent::from_bic(message.header.sender.clone())),
        },
        balances,
        summary: None,
        entries,
        additional: additional.map(|text| notes.text("/4/86", &text)).transpose()?,
    };
    let header = ReportHeader {
        message: context.message.clone(),
        created: context.created.clone(),
        recipient: Some(owner(&message.header.receiver)),
        additional: None,
    };
    Ok(Statements { header, statements: vec![statement] })
}

fn from_balance(balance: &swift::Balance, code: &str) -> Result<Balance, TranslateError> {
    Ok(Balance {
        kind: Code::Code(Text::new(code)?),
        amount: balance.amount.clone(),
        direction: balance.direction,
        date: DateOrDateTime::Date(balance.date),
    })
}

fn opposite(direction: CreditDebit) -> CreditDebit {
    match direction {
        CreditDebit::Credit => CreditDebit::Debit,
        CreditDebit::Debit => CreditDebit::Credit,
    }
}

fn from_entry(entry: &swift::Entry, currency: &str, number: usize, notes: &mut Notes) -> Result<Entry, TranslateError> {
    let line = &entry.line;
    let path = format!("/4/61[{number}]");
    notes.lost_if(&path, &line.funds);
    let amount = CurrencyAmount::new(line.amount, currency).map_err(|_| TranslateError::Missing("a currency"))?;
    let details = line.details.as_ref().map(|details| Text::new(details.clone())).transpose()?;
    let payment = EntryPayment { additional: details, ..EntryPayment::default() };
    let of_line = EntryDetails { payments: vec![payment] };
    let information = entry.information.as_ref().map(|lines| joined(&lines.0, 65));
    Ok(Entry {
        reference: if line.reference == NO_REFERENCE { None } else { Some(Text::new(line.reference.clone())?) },
        amount,
        direction: if line.reversal { opposite(line.direction) } else { line.direction },
        reversal: if line.reversal { Some(true) } else { None },
        status: Code::Code(Text::new("BOOK")?),
        booked: line.booked.as_deref().and_then(|day| near(day, line.value_date)).map(DateOrDateTime::Date),
        value_date: Some(DateOrDateTime::Date(line.value_date)),
        servicer_reference: line.servicer_reference.as_ref().map(|text| Text::new(text.clone())).transpose()?,
        transaction_code: TransactionCode {
            domain: None,
            proprietary: Some(ProprietaryCode {
                code: Text::new(line.kind.clone())?,
                issuer: Some(Text::new("SWIFT")?),
            }),
        },
        details: if line.details.is_some() { vec![of_line] } else { Vec::new() },
        additional: information.map(|text| notes.text(&path, &text)).transpose()?,
    })
}

/// The day `MMDD` that is nearest to another: a line at the turn of a year may be booked in the other year.
fn near(day: &str, other: Date) -> Option<Date> {
    let (month, day) = (day.get(..2)?.parse().ok()?, day.get(2..)?.parse().ok()?);
    let years = [other.year() - 1, other.year(), other.year() + 1];
    let days = years.into_iter().filter_map(|year| Date::new(year, month, day));
    days.min_by_key(|day| (day.unix_days() - other.unix_days()).abs())
}

/// The MT940 of each statement of a camt.053, from the bank that keeps the account to its owner or the recipient.
///
/// # Errors
///
/// [`TranslateError`].
pub fn to_mt940(message: &Statements, notes: &mut Notes) -> Result<Vec<Mt940>, TranslateError> {
    let of_party = |party: &Option<Party>| match party.as_ref().and_then(|party| party.identification.as_ref()) {
        Some(PartyId::Organisation(organisation)) => organisation.any_bic.clone(),
        _ => None,
    };
    let mut out = Vec::new();
    for (index, statement) in message.statements.iter().enumerate() {
        let path = format!("Stmt[{}]", index + 1);
        let sender = statement.account.servicer.as_ref().and_then(bic).cloned();
        let owner = of_party(&statement.account.owner);
        let receiver = of_party(&message.header.recipient).or_else(|| owner.clone());
        let sender = sender.ok_or(TranslateError::Missing("the BIC of Acct/Svcr"))?;
        let receiver = receiver.ok_or(TranslateError::Missing("the BIC of MsgRcpt or Acct/Ownr"))?;
        out.push(one(statement, Header::between(&sender, &receiver), owner, &path, notes)?);
    }
    notes.lost_if("GrpHdr/AddtlInf", &message.header.additional);
    Ok(out)
}

fn one(
    statement: &Statement,
    header: Header,
    owner: Option<crate::identifiers::Bic>,
    path: &str,
    notes: &mut Notes,
) -> Result<Mt940, TranslateError> {
    let at = |element: &str| format!("{path}/{element}");
    let account = &statement.account;
    notes.lost_if(&at("FrToDt"), &statement.period);
    notes.lost_if(&at("TxsSummry"), &statement.summary);
    notes.lost_if(&at("Acct/Tp"), &account.kind);
    notes.lost_if(&at("Acct/Nm"), &account.name);
    if owner.is_none() {
        notes.lost_if(&at("Acct/Ownr"), &account.owner);
    }
    let mut kept: [Option<swift::Balance>; 3] = [None, None, None];
    let [opening, closing, available] = &mut kept;
    let mut forward = Vec::new();
    for balance in &statement.balances {
        let code = match &balance.kind {
            Code::Code(code) => code.as_str(),
            Code::Proprietary(_) => "",
        };
        let intermediate = code == "ITBD";
        let new = to_balance(balance, intermediate)?;
        match code {
            "OPBD" | "PRCD" if opening.is_none() => *opening = Some(new),
            "ITBD" if opening.is_none() => *opening = Some(new),
            "CLBD" | "ITBD" if closing.is_none() => *closing = Some(new),
            "CLAV" if available.is_none() => *available = Some(new),
            "FWAV" => forward.push(new),
            _ => notes.lost(&at("Bal"), format!("the balance {:?} of {}", balance.kind, balance.amount)),
        }
    }
    let [opening, closing, available] = kept;
    let opening = opening.ok_or(TranslateError::Missing("the balance OPBD"))?;
    let mut entries = Vec::new();
    for (index, entry) in statement.entries.iter().enumerate() {
        let path = at(&format!("Ntry[{}]", index + 1));
        let booked = matches!(&entry.status, Code::Code(code) if code.as_str() == "BOOK");
        if booked {
            entries.push(to_entry(entry, &opening, &path, notes)?);
        } else {
            notes.lost(
                &path,
                format!("{} with the status {:?}: MT940 has only what is booked", entry.amount, entry.status),
            );
        }
    }
    let number = statement.sequence.unwrap_or(1);
    let short = u32::try_from(number % 100_000).unwrap_or_default();
    if u64::from(short) != number {
        notes.add("mt-cut", &at("ElctrncSeqNb"), format!("{number} is cut to {short}"));
    }
    let information = statement.additional.as_ref().map(|text| Lines(notes.lines(&at("AddtlStmtInf"), text, 6, 65)));
    Ok(Mt940 {
        header,
        reference: notes.reference(&at("Id"), &statement.id),
        related: None,
        account: AccountIdentification { account: id_text(&at("Acct"), &account.id, notes), owner },
        number: StatementNumber { number: short, page: None },
        opening,
        entries,
        closing: closing.ok_or(TranslateError::Missing("the balance CLBD"))?,
        available,
        forward,
        information: information.filter(|lines| !lines.0.is_empty()),
    })
}

fn to_balance(balance: &Balance, intermediate: bool) -> Result<swift::Balance, TranslateError> {
    let date = balance.date.date().ok_or(TranslateError::Missing("Bal/Dt"))?;
    Ok(swift::Balance { intermediate, direction: balance.direction, date, amount: balance.amount.clone() })
}

fn to_entry(
    entry: &Entry,
    opening: &swift::Balance,
    path: &str,
    notes: &mut Notes,
) -> Result<swift::Entry, TranslateError> {
    let at = |element: &str| format!("{path}/{element}");
    let day = |date: &Option<DateOrDateTime>| date.as_ref().and_then(DateOrDateTime::date);
    let booked = day(&entry.booked);
    let value_date = day(&entry.value_date).or(booked).unwrap_or(opening.date);
    if entry.amount.currency() != opening.amount.currency() {
        notes.lost(&at("Amt"), format!("the currency of {}", entry.amount));
    }
    let reversal = entry.reversal == Some(true);
    notes.lost_if(&at("BkTxCd/Domn"), &entry.transaction_code.domain);
    let code = entry.transaction_code.proprietary.as_ref().map(|code| code.code.as_str()).filter(|code| is_kind(code));
    if let Some(code) = entry.transaction_code.proprietary.as_ref().filter(|_| code.is_none()) {
        notes.lost(&at("BkTxCd/Prtry"), code.code.as_str());
    }
    let payments: Vec<&EntryPayment> = entry.details.iter().flat_map(|details| &details.payments).collect();
    let mut details = None;
    for (index, payment) in payments.iter().enumerate() {
        let path = at(&format!("NtryDtls/TxDtls[{}]", index + 1));
        if index == 0 {
            details = payment.additional.as_ref().map(|text| notes.short(&path, text, 34));
        }
        let rest = EntryPayment {
            additional: if index == 0 { None } else { payment.additional.clone() },
            ..(*payment).clone()
        };
        if rest != EntryPayment::default() {
            notes.lost(&path, "the parties and references of a payment");
        }
    }
    let reference = entry.reference.as_ref().map(|text| tidy(&notes.short(&at("NtryRef"), text, 16)));
    let servicer = entry.servicer_reference.as_ref().map(|text| notes.short(&at("AcctSvcrRef"), text, 16));
    let information = entry.additional.as_ref().map(|text| Lines(notes.lines(&at("AddtlNtryInf"), text, 6, 65)));
    Ok(swift::Entry {
        line: StatementLine {
            value_date,
            booked: booked.map(|day| format!("{:02}{:02}", day.month(), day.day())),
            direction: if reversal { opposite(entry.direction) } else { entry.direction },
            reversal,
            funds: None,
            amount: entry.amount.amount,
            kind: code.unwrap_or("NMSC").to_string(),
            reference: reference.filter(|text| !text.is_empty()).unwrap_or_else(|| NO_REFERENCE.into()),
            servicer_reference: servicer,
            details,
        },
        information: information.filter(|lines| !lines.0.is_empty()),
    })
}

/// Two slashes would begin the bank's reference.
fn tidy(reference: &str) -> String {
    let mut out = reference.to_string();
    while out.contains("//") {
        out = out.replace("//", "/");
    }
    out.trim_end_matches('/').to_string()
}

/// Whether it is a kind of business as field 61 has it.
fn is_kind(code: &str) -> bool {
    let (first, rest) = code.split_at_checked(1).unwrap_or_default();
    match first {
        "S" => rest.parse::<u16>().is_ok_and(|number| (100..=999).contains(&number)) && rest.len() == 3,
        "N" | "F" => rest.len() == 3 && rest.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()),
        _ => false,
    }
}
