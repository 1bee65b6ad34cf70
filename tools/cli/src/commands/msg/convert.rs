// SPDX-License-Identifier: MIT

//! `qenex msg convert`.

use qenex_messages::calendar::{Date, next_business_day};
use qenex_messages::iso20022::message::{
    CreditTransferInitiation, CreditTransfers, DirectDebitInitiation, Message, Recalls, Text, parse, write,
};
use qenex_messages::translate::{self, Context, TranslateError};

use super::args::ConvertArgs;
use super::error::MsgError;
use super::{input, mt, now, output};

/// Makes one message of another and prints it.
pub(super) fn run(args: &ConvertArgs) -> Result<(), MsgError> {
    let bytes = input::read(&args.file)?;
    // The source of random numbers has an error, a translation has none: take what is needed before.
    let mut failed = None;
    let mut new_uetr = || {
        now::uetr().unwrap_or_else(|error| {
            failed = Some(error);
            qenex_messages::identifiers::Uetr::from_random([0; 16])
        })
    };
    let mut context = Context {
        message: now::message_id(args.message_id.as_deref())?,
        created: now::time()?,
        settlement_date: args.settlement_date,
        new_uetr: &mut new_uetr,
        reason: code(args.reason.as_deref())?,
        status: code(args.status.as_deref())?,
    };
    if qenex_messages::mt::is_mt(&bytes) || mt::is_wanted(&args.to) {
        let text = mt::convert(&bytes, args, &mut context)?;
        return match failed {
            Some(error) => Err(error),
            None => output::print(&text, args.profile),
        };
    }
    let text = match args.to.get(..8).unwrap_or_default() {
        "pacs.008" => make::<CreditTransferInitiation, _>(&bytes, args, |message| {
            translate::to_credit_transfers(message, &mut context)
        })?,
        "pacs.003" => make::<DirectDebitInitiation, _>(&bytes, args, |message| {
            translate::to_direct_debits(message, &mut context)
        })?,
        "pacs.002" => make::<CreditTransfers, _>(&bytes, args, |message| translate::to_bank_status(message, &context))?,
        "pacs.004" => {
            context.settlement_date = context.settlement_date.or(soon()?);
            make::<CreditTransfers, _>(&bytes, args, |message| translate::to_returns(message, &context))?
        }
        "pain.002" => make::<CreditTransferInitiation, _>(&bytes, args, |message| {
            translate::to_customer_status(message, &context)
        })?,
        "camt.056" => make::<CreditTransfers, _>(&bytes, args, |message| translate::to_recalls(message, &context))?,
        "camt.029" => make::<Recalls, _>(&bytes, args, |message| translate::to_answers(message, &context))?,
        _ => return Err(MsgError::Usage(format!("there is no conversion to {:?}", args.to))),
    };
    match failed {
        Some(error) => Err(error),
        None => output::print(&text, args.profile),
    }
}

/// Reads the old message, makes the new one of it, and writes that.
fn make<M: Message, N: Message>(
    bytes: &[u8],
    args: &ConvertArgs,
    translate: impl FnOnce(&M) -> Result<N, TranslateError>,
) -> Result<String, MsgError> {
    let parsed = parse::<M>(bytes)?;
    if !parsed.unread.is_empty() && !args.lossy {
        return Err(MsgError::Loses(parsed.unread));
    }
    Ok(write(&translate(&parsed.message)?, true))
}

fn soon() -> Result<Option<Date>, MsgError> {
    Ok(next_business_day(now::today()?))
}

fn code(text: Option<&str>) -> Result<Option<Text<4>>, MsgError> {
    text.map(Text::new).transpose().map_err(|error| MsgError::Usage(format!("a code {error}")))
}
