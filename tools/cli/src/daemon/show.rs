// SPDX-License-Identifier: MIT

//! Answers, as tables for people or as they came for programs.

use std::io::Write;

use serde_json::Value;

use super::requests::query;
use crate::error::Error;
use crate::output::{Align, JsonList, Table, print_facts, print_json};
use qenex_client::{Client, Request};

use Align::{Left, Right};

/// Sends the request and shows the answer, of a list all pages.
pub(super) fn answer(out: &mut impl Write, json: bool, client: &Client, request: &Request) -> Result<(), Error> {
    let answer = client.send(request)?;
    let is_review = answer.document.get("payments").is_some() && answer.document.get("state").is_some();
    if answer.is_pending && is_review {
        eprintln!("Somebody must look at this first; its money is held.");
    } else if answer.is_pending {
        eprintln!("A second person must approve: qenex approval approve ID");
    } else if answer.is_repeated {
        eprintln!("This was done before with the same key; nothing was done again.");
    }
    let document = answer.document;
    // What was asked for in pages, by name of the list.
    for name in ["accounts", "users", "approvals", "decisions", "messages", "reviews"] {
        if document[name].is_array() {
            return pages(out, json, client, request, name, document);
        }
    }
    if json {
        return print_json(out, &document);
    }
    if is_review {
        super::risk::show_review(out, &document)?;
    } else if let Some(entries) = document["entries"].as_array() {
        rows(out, &mut entry_table(), entries, entry_row)?;
        if let Some(next) = document["next"].as_str() {
            eprintln!("There may be more: --after {next}");
        }
    } else if document["lines"].is_array() {
        statement(out, client, request, document)?;
    } else if let Some(currencies) = document["currencies"].as_array() {
        trial_balance(out, currencies)?;
    } else if document.get("number").is_some() && document.get("balance").is_some() {
        rows(out, &mut account_table(), &[document], account_row)?;
    } else if document.get("kind").is_some() {
        rows(out, &mut entry_table(), &[document], entry_row)?;
    } else if let Some(hold) = document.get("hold") {
        let entries: Vec<_> = [Some(hold), document.get("end")].into_iter().flatten().cloned().collect();
        rows(out, &mut entry_table(), &entries, entry_row)?;
        writeln!(out, "State: {}", text(&document, "/state"))?;
    } else {
        facts(out, &document)?;
    }
    Ok(())
}

/// Sends the request and shows nothing of the answer but its number.
pub(super) fn number_only(out: &mut impl Write, client: &Client, request: &Request) -> Result<(), Error> {
    let document = client.send(request)?.document;
    Ok(writeln!(out, "{}", text(&document, "/number"))?)
}

/// A list with all of its pages, `first` being the first.
fn pages(
    out: &mut impl Write,
    json: bool,
    client: &Client,
    request: &Request,
    name: &str,
    first: Value,
) -> Result<(), Error> {
    let mut list = if json { Some(JsonList::begin(&mut *out, name)?) } else { None };
    let mut tables = (account_table(), plain_table(name));
    let mut page = first;
    loop {
        let items = page[name].as_array().map_or(&[][..], Vec::as_slice);
        match &mut list {
            Some(list) => items.iter().try_for_each(|item| list.push(item))?,
            None if name == "accounts" => rows(&mut std::io::stdout().lock(), &mut tables.0, items, account_row)?,
            None => rows(&mut std::io::stdout().lock(), &mut tables.1, items, |item| plain_row(name, item))?,
        }
        let Some(next) = page["next"].as_str() else { break };
        let connect = if request.path.contains('?') { "&" } else { "?" };
        let after = query([("after", Some(next.to_owned()))]);
        let path = format!("{}{connect}{}", request.path, &after[1..]);
        page = client.send(&Request { path, ..request.clone() })?.document;
    }
    match list {
        Some(list) => list.end(),
        None => Ok(()),
    }
}

pub(super) fn rows<const N: usize>(
    out: &mut impl Write,
    table: &mut Table<N>,
    items: &[Value],
    row: impl Fn(&Value) -> [String; N],
) -> Result<(), Error> {
    let rows: Vec<_> = items.iter().map(row).collect();
    Ok(table.print(out, &rows)?)
}

fn account_table() -> Table<8> {
    Table::new([
        ("ACCOUNT", Right),
        ("TYPE", Left),
        ("BALANCE", Right),
        ("AVAILABLE", Right),
        ("HELD", Right),
        ("CURRENCY", Left),
        ("OWNER", Left),
        ("STATE", Left),
    ])
}

fn account_row(account: &Value) -> [String; 8] {
    let is = |name: &str| account[name] == true;
    let state = match (is("closed"), is("debits_frozen"), is("credits_frozen")) {
        (true, ..) => "closed",
        (_, true, true) => "frozen",
        (_, true, _) => "debits_frozen",
        (_, _, true) => "credits_frozen",
        _ => "open",
    };
    let available = if is("unlimited") { "unlimited".into() } else { text(account, "/available") };
    let [number, kind, balance, held, currency, owner] =
        ["/number", "/type", "/balance", "/debits_held", "/currency", "/owner"].map(|path| text(account, path));
    [number, kind, balance, available, held, currency, owner, state.into()]
}

fn entry_table() -> Table<8> {
    Table::new([
        ("SEQUENCE", Right),
        ("TIME", Left),
        ("KIND", Left),
        ("DEBTOR", Right),
        ("CREDITOR", Right),
        ("AMOUNT", Right),
        ("CURRENCY", Left),
        ("ID", Left),
    ])
}

fn entry_row(entry: &Value) -> [String; 8] {
    ["/sequence", "/timestamp", "/kind", "/debtor_account", "/creditor_account", "/amount", "/currency", "/id"]
        .map(|path| text(entry, path))
}

/// Users, approvals, decisions, messages, reviews.
fn plain_table(name: &str) -> Table<5> {
    Table::new(match name {
        "users" => [("NAME", Left), ("ROLE", Left), ("OWNER", Right), ("ENABLED", Left), ("SINCE", Left)],
        "approvals" => [("ID", Left), ("STATE", Left), ("OPERATION", Left), ("BY", Left), ("SINCE", Left)],
        "messages" => [("ID", Left), ("TIME", Left), ("DEFINITION", Left), ("STATE", Left), ("REFERENCE", Left)],
        "reviews" => [("ID", Left), ("KIND", Left), ("STATE", Left), ("SINCE", Left), ("BY", Left)],
        _ => [("NUMBER", Right), ("TIME", Left), ("WHAT", Left), ("BY", Left), ("OF", Left)],
    })
}

fn plain_row(name: &str, item: &Value) -> [String; 5] {
    match name {
        "users" => ["/name", "/role", "/owner", "/enabled", "/created"],
        "approvals" => ["/id", "/state", "/request/operation", "/requested_by", "/requested_at"],
        "messages" => ["/id", "/time", "/definition", "/state", "/reference"],
        "reviews" => ["/id", "/kind", "/state", "/time", "/requested_by"],
        _ => ["/number", "/timestamp", "/what", "/actor", "/subject"],
    }
    .map(|path| text(item, path))
}

/// A statement, with all of its pages.
fn statement(out: &mut impl Write, client: &Client, request: &Request, first: Value) -> Result<(), Error> {
    let mut table = Table::new([
        ("SEQUENCE", Right),
        ("TIME", Left),
        ("KIND", Left),
        ("OTHER", Right),
        ("CHANGE", Right),
        ("BALANCE", Right),
    ]);
    let own = first["account"].clone();
    let edge = |what: &str, at: &Value| {
        let nothing = String::new;
        [text(at, "/sequence"), nothing(), what.into(), nothing(), nothing(), text(at, "/balance")]
    };
    let line = |line: &Value| {
        let is_debtor = line["entry"]["debtor_account"] == own;
        let other = if is_debtor { "/entry/creditor_account" } else { "/entry/debtor_account" };
        ["/entry/sequence", "/entry/timestamp", "/entry/kind", other, "/change", "/balance"]
            .map(|path| text(line, path))
    };
    let mut page = first;
    // With the first lines, whose width the columns get.
    let mut waiting = vec![edge("opening", &page["opening"])];
    loop {
        waiting.extend(page["lines"].as_array().into_iter().flatten().map(line));
        table.print(out, &waiting)?;
        waiting.clear();
        let Some(next) = page["next"].as_str() else { break };
        // On from there: a time and a sequence number cannot both begin it.
        let path = request.path.split('?').next().unwrap_or_default();
        let until = request.path.split(['?', '&']).find(|word| word.starts_with("until="));
        let until = until.map_or(String::new(), |until| format!("&{until}"));
        let path = format!("{path}?limit=1000&from_sequence={next}{until}");
        page = client.send(&Request { path, ..request.clone() })?.document;
    }
    Ok(table.print(out, &[edge("closing", &page["closing"])])?)
}

fn trial_balance(out: &mut impl Write, currencies: &[Value]) -> Result<(), Error> {
    let mut table = Table::new([
        ("CURRENCY", Left),
        ("ACCOUNTS", Right),
        ("DEBIT BALANCES", Right),
        ("CREDIT BALANCES", Right),
        ("HELD", Right),
        ("BALANCES", Left),
    ]);
    rows(out, &mut table, currencies, |line| {
        ["/currency", "/accounts", "/debit_balances", "/credit_balances", "/held", "/balances"]
            .map(|path| text(line, path))
    })
}

/// Whatever it is: one fact a line, what is within by its path.
pub(super) fn facts(out: &mut impl Write, document: &Value) -> Result<(), Error> {
    fn collect(facts: &mut Vec<(String, String)>, name: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    let name = if name.is_empty() { field.clone() } else { format!("{name}.{field}") };
                    collect(facts, &name, value);
                }
            }
            Value::Null => {}
            other => facts.push((name.into(), plain(other))),
        }
    }
    let mut found = Vec::new();
    collect(&mut found, "", document);
    let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    Ok(print_facts(out, &found)?)
}

/// What is at this path, as people read it; nothing if there is nothing.
pub(super) fn text(document: &Value, path: &str) -> String {
    document.pointer(path).map_or(String::new(), plain)
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        // Nothing that comes from elsewhere moves the cursor of a terminal.
        Value::String(text) => text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_it_is() {
        let mut out = Vec::new();
        let head = json!({ "ledger": "ab", "journal": { "sequence": "5", "head": "\u{1b}[2J" }, "none": null });
        facts(&mut out, &head).expect("memory takes it");
        let shown = String::from_utf8(out).expect("text");
        assert_eq!(shown, "ledger:            ab\njournal.sequence:  5\njournal.head:      \u{fffd}[2J\n");
    }

    #[test]
    fn states_of_accounts() {
        let state = |account: Value| account_row(&account)[7].clone();
        assert_eq!(state(json!({ "number": "292" })), "open");
        assert_eq!(state(json!({ "debits_frozen": true })), "debits_frozen");
        assert_eq!(state(json!({ "debits_frozen": true, "credits_frozen": true })), "frozen");
        assert_eq!(state(json!({ "closed": true, "credits_frozen": true })), "closed");
    }
}
