// SPDX-License-Identifier: MIT

//! `qenex account create`.

use std::io::{self, Write as _};

use qenex_abi::{AccountRequest, QENEX_ACCOUNT_OWNER_GIVEN, QENEX_ACCOUNT_UNLIMITED, ResultCode, parse_amount};
use qenex_device::Ledger;
use serde_json::json;

use crate::cli::{Cli, CreateArgs};
use crate::error::Error;
use crate::names;
use crate::output::print_json;

/// Opens an account.
pub(crate) fn create(cli: &Cli, args: &CreateArgs) -> Result<(), Error> {
    let request = create_request(args)?;
    let answer = Ledger::open(cli.device_path())?.create_account(&request)?;
    let before = answer.result == ResultCode::Exists as u32;
    let mut out = io::stdout().lock();
    if cli.json {
        return print_json(
            &mut out,
            &json!({
                "result": names::result(answer.result),
                "id": names::id(answer.id),
                "account_number": answer.account_number,
                "currency": args.currency.alpha,
                "currency_numeric": args.currency.numeric,
                "initial_balance": names::amount(answer.initial_balance, answer.currency),
                "initial_balance_minor": answer.initial_balance,
                "sequence": answer.sequence,
                "timestamp": names::time(answer.timestamp),
                "timestamp_ns": answer.timestamp,
            }),
        );
    }
    if args.quiet {
        writeln!(out, "{}", answer.account_number)?;
        return Ok(());
    }
    let done = if before { "was opened before with this id" } else { "opened" };
    writeln!(
        out,
        "Account {} {done}: {}, {} {}",
        answer.account_number,
        names::account_type(answer.account_type),
        names::amount(answer.initial_balance, answer.currency),
        args.currency.alpha
    )?;
    Ok(())
}

fn create_request(args: &CreateArgs) -> Result<AccountRequest, Error> {
    let amount = |option: &str, text: &Option<String>| match text {
        None => Ok(0),
        Some(text) => {
            parse_amount(text, args.currency).map_err(|error| Error::Usage(format!("{option} {text:?}: {error}")))
        }
    };
    let mut flags = 0;
    if args.unlimited {
        flags |= QENEX_ACCOUNT_UNLIMITED;
    }
    if args.owner.is_some() {
        flags |= QENEX_ACCOUNT_OWNER_GIVEN;
    }
    Ok(AccountRequest {
        id: args.id.unwrap_or_default(),
        initial_balance: amount("--balance", &args.balance)?,
        overdraft_limit: amount("--overdraft", &args.overdraft)?,
        currency: u32::from(args.currency.numeric),
        account_type: args.account_type as u32,
        flags,
        owner: args.owner.unwrap_or(0),
        reference: args.reference.unwrap_or_default(),
        code: args.code,
        ..AccountRequest::default()
    })
}

#[cfg(test)]
mod tests {
    use qenex_abi::Currency;

    use super::*;
    use crate::cli::AccountType;

    fn args(balance: Option<&str>) -> CreateArgs {
        CreateArgs {
            currency: Currency::from_alpha("USD").expect("a currency"),
            balance: balance.map(str::to_string),
            account_type: AccountType::Savings,
            owner: None,
            overdraft: Some("50".to_string()),
            unlimited: false,
            id: None,
            reference: None,
            code: 0,
            quiet: false,
        }
    }

    #[test]
    fn requests() {
        let request = create_request(&args(Some("1000.00"))).expect("amounts");
        let expected = AccountRequest {
            initial_balance: 100_000,
            overdraft_limit: 5_000,
            currency: 840,
            account_type: qenex_abi::QENEX_ACCOUNT_SAVINGS,
            ..AccountRequest::default()
        };
        assert_eq!(request, expected);
        let root = CreateArgs { owner: Some(0), unlimited: true, ..args(None) };
        let request = create_request(&root).expect("amounts");
        // Root's uid is no reason to forget that an owner was given.
        assert_eq!(request.flags, QENEX_ACCOUNT_OWNER_GIVEN | QENEX_ACCOUNT_UNLIMITED);
    }

    #[test]
    fn wrong_amounts_name_their_option() {
        let error = create_request(&args(Some("1.005"))).expect_err("no amount");
        assert_eq!(error.to_string(), "--balance \"1.005\": USD has 2 decimals, the amount has more");
    }
}
