// SPDX-License-Identifier: MIT

//! `qenex transfer`.

use std::io::{self, Write as _};

use qenex_abi::{QENEX_TRANSFER_DURABLE, QENEX_TRANSFER_UP_TO, ResultCode, Transfer, parse_money};
use qenex_device::Ledger;

use crate::cli::{Cli, TransferArgs};
use crate::error::Error;
use crate::output::print_json;
use crate::view::TransferView;

/// Moves money once.
pub(crate) fn run(cli: &Cli, args: &TransferArgs) -> Result<(), Error> {
    let item = item(args)?;
    let answer = Ledger::open(cli.device_path())?.transfer(item)?;
    let view = TransferView::new(&answer);
    let mut out = io::stdout().lock();
    if cli.json {
        return print_json(&mut out, &view);
    }
    let TransferView { moved, currency, from_account, to_account, sequence, timestamp, id, .. } = &view;
    let before = if answer.result == ResultCode::Exists as u32 { "Done before with this id: moved" } else { "Moved" };
    writeln!(out, "{before} {moved} {currency} from account {from_account} to account {to_account}")?;
    writeln!(out, "Sequence {sequence}, {timestamp}, id {id}")?;
    Ok(())
}

fn item(args: &TransferArgs) -> Result<Transfer, Error> {
    let text = args.amount.join(" ");
    let (amount, currency) = parse_money(&text).map_err(|error| Error::Usage(format!("{text:?}: {error}")))?;
    Ok(Transfer {
        id: args.id.unwrap_or_default(),
        from_account: args.from,
        to_account: args.to,
        amount,
        currency: u32::from(currency.numeric),
        flags: if args.up_to { QENEX_TRANSFER_UP_TO } else { 0 }
            | if args.durable { QENEX_TRANSFER_DURABLE } else { 0 },
        reference: args.reference.unwrap_or_default(),
        code: args.code,
        ..Transfer::default()
    })
}

#[cfg(test)]
mod tests {
    use qenex_abi::Id;

    use super::*;

    fn args(amount: &[&str]) -> TransferArgs {
        TransferArgs {
            from: 195,
            to: 292,
            amount: amount.iter().map(ToString::to_string).collect(),
            id: Some(Id::from_u128(7)),
            reference: None,
            code: 3,
            channel: None,
            country: None,
            customer_device: None,
            up_to: true,
            durable: true,
        }
    }

    #[test]
    fn items() {
        let expected = Transfer {
            id: Id::from_u128(7),
            from_account: 195,
            to_account: 292,
            amount: 10_000,
            currency: 840,
            flags: QENEX_TRANSFER_UP_TO | QENEX_TRANSFER_DURABLE,
            code: 3,
            ..Transfer::default()
        };
        for amount in [&["100.00 USD"][..], &["100.00", "USD"], &["100", "USD"], &["USD", "100.00"]] {
            assert_eq!(item(&args(amount)).expect("an amount"), expected);
        }
    }

    #[test]
    fn wrong_amounts_are_usage_errors() {
        for amount in [&["100"][..], &["-1", "USD"], &["1,000", "USD"], &["1", "000", "USD"], &["1", "XXX"]] {
            let error = item(&args(amount)).expect_err("no amount");
            assert!(matches!(error, Error::Usage(_)), "{error}");
        }
        let error = item(&args(&["1.005", "USD"])).expect_err("no amount");
        assert_eq!(error.to_string(), "\"1.005 USD\": USD has 2 decimals, the amount has more");
    }
}
