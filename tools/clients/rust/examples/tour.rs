// SPDX-License-Identifier: MIT

//! What the other clients do, too: money is moved once, however often it is sent, and refusals say why.
//!
//! ```text
//! tour device              by the device, as root or a ledger operator
//! tour api USER PASSWORD   by the daemon at QENEX_SOCKET or /run/qenex/api.sock, as an operator
//! ```

#![forbid(unsafe_code)]

use std::error::Error;
use std::path::PathBuf;

use qenex_client::device::abi::{AccountRequest, Id, QENEX_DEVICE_PATH, QENEX_TRANSFER_LINKED, ResultCode, Transfer};
use qenex_client::device::{Error as LedgerError, Ledger};
use qenex_client::{Client, Request};
use serde_json::{Value, json};
use uuid::Uuid;

const USD: u32 = 840;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["device"] => by_device(),
        ["api", user, password] => by_api(user, password),
        _ => Err("usage: tour device | tour api USER PASSWORD".into()),
    }
}

fn by_device() -> Result<(), Box<dyn Error>> {
    let ledger = Ledger::open(QENEX_DEVICE_PATH)?;
    let open = |initial_balance| {
        let request = AccountRequest { initial_balance, currency: USD, ..AccountRequest::default() };
        ledger.create_account(&request).map(|opened| opened.account_number)
    };
    let (payer, payee) = (open(100_000)?, open(0)?);

    // An id makes it safe to send this again.
    let rent = Transfer {
        id: Id::from_u128(Uuid::new_v4().as_u128()),
        from_account: payer,
        to_account: payee,
        amount: 5_000,
        currency: USD,
        ..Transfer::default()
    };
    let first = ledger.transfer(rent)?;
    println!("moved 50.00");
    let again = ledger.transfer(rent)?;
    if again.result == ResultCode::Exists as u32 && again.sequence == first.sequence {
        println!("sent again: the same posting");
    }

    let other = Transfer { id: Id::default(), ..rent };
    match ledger.transfer(Transfer { amount: 500_000, ..other }) {
        Err(LedgerError::Refused(refusal)) => {
            println!("refused: {}", refusal.code().map_or("unknown", ResultCode::name))
        }
        outcome => return Err(format!("not refused: {outcome:?}").into()),
    }

    // Both or none: the second is too much.
    let one = Transfer { amount: 1_000, flags: QENEX_TRANSFER_LINKED, ..other };
    let results = ledger.batch(&[one, Transfer { amount: 500_000, ..other }])?.results;
    let name = |result: u32| ResultCode::from_u32(result).map_or("unknown", ResultCode::name);
    println!("a chain: {}", results.iter().map(|result| name(result.result)).collect::<Vec<_>>().join(" "));

    let accounts = ledger.accounts(&[payer, payee])?.accounts;
    let balances = accounts.iter().map(|account| format!("{:.2}", account.balance as f64 / 100.0));
    println!("balances: {}", balances.collect::<Vec<_>>().join(" "));
    Ok(())
}

fn by_api(user: &str, password: &str) -> Result<(), Box<dyn Error>> {
    let socket = std::env::var_os("QENEX_SOCKET").map_or("/run/qenex/api.sock".into(), PathBuf::from);
    let mut client = Client::new(&socket, None)?;
    client.log_in(user, password)?;
    let post = |path: &str, body: &Value, key: &str| client.send(&Request::post(path).json(body.clone()).key(key));
    let new_key = || Uuid::new_v4().to_string();
    let open = |body: Value| post("/v1/accounts", &body, &new_key()).map(|opened| opened.document["number"].clone());
    let payer = open(json!({ "currency": "USD", "opening_balance": "1000.00" }))?;
    let payee = open(json!({ "currency": "USD" }))?;

    let with = |amount: &str| json!({ "debtor_account": payer, "creditor_account": payee, "amount": amount, "currency": "USD" });
    let (rent, key) = (with("50.00"), new_key());
    let first = post("/v1/transfers", &rent, &key)?.document;
    println!("moved {}", text(&first["amount"]));
    let again = post("/v1/transfers", &rent, &key)?;
    if again.is_repeated && again.document["id"] == first["id"] {
        println!("sent again: the same posting");
    }

    match post("/v1/transfers", &with("5000.00"), &new_key()) {
        Err(refusal) if refusal.kind().is_some() => println!("refused: {}", refusal.kind().unwrap_or_default()),
        outcome => return Err(format!("not refused: {outcome:?}").into()),
    }

    // Both or none: the second is too much.
    let item = |amount: &str, linked: bool| {
        let mut item = with(amount);
        item["kind"] = "transfer".into();
        item["linked"] = linked.into();
        item
    };
    let batch = json!({ "items": [item("10.00", true), item("5000.00", false)] });
    let outcomes = post("/v1/batches", &batch, &new_key())?.document;
    println!("a chain: {} {}", text(&outcomes["items"][0]["result"]), text(&outcomes["items"][1]["result"]));

    let balance = |number: &Value| {
        let account = client.send(&Request::get(format!("/v1/accounts/{}", text(number))))?.document;
        Ok::<_, Box<dyn Error>>(text(&account["balance"]).to_owned())
    };
    println!("balances: {} {}", balance(&payer)?, balance(&payee)?);
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
