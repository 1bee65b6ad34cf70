// SPDX-License-Identifier: MIT

//! What can be written after `qenex msg`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use qenex_messages::calendar::Date;
use qenex_messages::iso20022::message::CurrencyAmount;
use qenex_messages::rules::Profile;

/// What to do with messages.
#[derive(Debug, Subcommand)]
pub(crate) enum MsgCommand {
    /// Judge messages: one line for each finding
    ///
    /// Exit status: 0 all are valid (there may be warnings), 1 some are not, 2 some cannot be read as a message.
    #[command(after_help = "Example:\n  qenex msg validate --profile sepa-sct payments.xml")]
    Validate(ValidateArgs),

    /// Show what a message says, as far as QENEX acts on it
    ///
    /// As lines of names and values, or with --json as the document that `generate --from-json` takes.
    Show {
        /// File with a message, - for standard input
        file: PathBuf,
    },

    /// Make one message of another
    ///
    /// pain.001 to pacs.008 or pain.002, pain.008 to pacs.003, pacs.008 to pacs.002, pacs.004 or camt.056, camt.056 to
    /// camt.029; mt103 and pacs.008, mt202 and pacs.009, mt940 and camt.053 both ways. What the new message would lose is an error unless --lossy is given.
    #[command(after_help = "Example:\n  qenex msg convert payments.xml --to pacs.008 > interbank.xml")]
    Convert(ConvertArgs),

    /// Write a message: a credit transfer from flags, any message from JSON
    ///
    /// What is written is valid by the profile; otherwise nothing is written and the exit status is 1.
    #[command(after_help = "Example:\n  qenex msg generate --from DE89370400440532013000 \\\n    \
                            --to FR1420041010050500013M02606 --amount \"1000.50 EUR\" \\\n    \
                            --debtor \"Beispiel GmbH\" --creditor \"Exemple SARL\"")]
    Generate(Box<GenerateArgs>),
}

/// Arguments of `msg convert`.
#[derive(Args, Debug)]
pub(crate) struct ConvertArgs {
    /// File with a message, - for standard input
    pub(crate) file: PathBuf,

    /// The message to make: pacs.008, pacs.003, pacs.002, pacs.004, pacs.009, pain.002, camt.029, camt.053,
    /// camt.056, mt103, mt202 or mt940
    #[arg(long, value_name = "MESSAGE")]
    pub(crate) to: String,

    /// Its identifier [default: made of the time]
    #[arg(long, value_name = "TEXT")]
    pub(crate) message_id: Option<String>,

    /// When it settles [default: as the message asks; of a return, the next business day]
    #[arg(long, value_name = "DATE")]
    pub(crate) settlement_date: Option<Date>,

    /// Reason code of a rejection, return, recall or negative answer, such as AC04
    #[arg(long, value_name = "CODE")]
    pub(crate) reason: Option<String>,

    /// Status of a status report, such as ACSC or RJCT
    #[arg(long, value_name = "CODE")]
    pub(crate) status: Option<String>,

    /// Leave out what the new message has no place for
    #[arg(long)]
    pub(crate) lossy: bool,

    /// Rules that the new message must keep
    #[arg(long, default_value_t = Profile::Default)]
    pub(crate) profile: Profile,
}

/// Arguments of `msg generate`.
#[derive(Args, Debug)]
pub(crate) struct GenerateArgs {
    /// The message to write: pain.001 from flags; from JSON also pain.002, pain.008, pacs.002, pacs.003, pacs.004, pacs.008,
    /// pacs.009, camt.029, camt.053, camt.054, camt.056 and head.001
    #[arg(default_value = "pain.001")]
    pub(crate) message: String,

    /// IBAN of the account to debit
    #[arg(long, value_name = "IBAN", required_unless_present = "from_json")]
    pub(crate) from: Option<String>,

    /// IBAN of the account to credit
    #[arg(long, value_name = "IBAN", required_unless_present = "from_json")]
    pub(crate) to: Option<String>,

    /// Amount and currency
    #[arg(long, value_name = "AMOUNT", required_unless_present = "from_json")]
    pub(crate) amount: Option<CurrencyAmount>,

    /// Name of the debtor
    #[arg(long, value_name = "NAME", required_unless_present = "from_json")]
    pub(crate) debtor: Option<String>,

    /// Name of the creditor
    #[arg(long, value_name = "NAME", required_unless_present = "from_json")]
    pub(crate) creditor: Option<String>,

    /// BIC of the debtor's bank
    #[arg(long, value_name = "BIC")]
    pub(crate) debtor_bic: Option<String>,

    /// BIC of the creditor's bank
    #[arg(long, value_name = "BIC")]
    pub(crate) creditor_bic: Option<String>,

    /// When to pay [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) execution_date: Option<Date>,

    /// Identifier of the message [default: made of the time]
    #[arg(long, value_name = "TEXT")]
    pub(crate) message_id: Option<String>,

    /// Reference that travels from debtor to creditor
    #[arg(long, value_name = "TEXT", default_value = "NOTPROVIDED")]
    pub(crate) end_to_end: String,

    /// What it is for, at most 140 characters
    #[arg(long, value_name = "TEXT")]
    pub(crate) remittance: Option<String>,

    /// The creditor's reference of ISO 11649, which begins with RF
    #[arg(long, value_name = "RF…", conflicts_with = "remittance")]
    pub(crate) reference: Option<String>,

    /// Make it an instant payment
    #[arg(long)]
    pub(crate) instant: bool,

    /// Take everything from a JSON document as `show --json` prints it, - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "to", "amount", "debtor", "creditor"])]
    pub(crate) from_json: Option<PathBuf>,

    /// Rules that the message must keep
    #[arg(long, default_value_t = Profile::Default)]
    pub(crate) profile: Profile,
}

/// Arguments of `msg validate`.
#[derive(Args, Debug)]
pub(crate) struct ValidateArgs {
    /// Files with messages, - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// Rules to judge by: schema, default, sepa-sct, sepa-sct-inst, sepa-sdd-core, sepa-sdd-b2b, cbpr+
    #[arg(long, default_value_t = Profile::Default)]
    pub(crate) profile: Profile,

    /// Print at most this many findings of a file
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    pub(crate) limit: usize,
}
