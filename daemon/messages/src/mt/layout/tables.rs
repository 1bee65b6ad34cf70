// SPDX-License-Identifier: MIT

//! The fields of each message.

use super::Times::{AnyNumber, AtMostOnce, Once};
use super::{Kind, Layout, Slot, Times};

const fn slot(
    key: &'static str,
    number: &'static str,
    options: &'static [&'static str],
    times: Times,
    name: &'static str,
) -> Slot {
    Slot { key, number, options, times, name }
}

/// The fields of MT103 in each of its three forms. A slot without options is not used in that form.
macro_rules! mt103 {
    (
        own: $own:expr, ordering: $ordering:expr, sender: $sender:expr, others: $others:expr,
        intermediary: $intermediary:expr, account_with: $account_with:expr, remittance: $remittance:expr,
        envelope: $envelope:expr, $envelope_times:expr
    ) => {
        &[
            slot("20", "20", &[""], Once, "Sender's Reference"),
            slot("13C", "13", &["C"], AnyNumber, "Time Indication"),
            slot("23B", "23", &["B"], Once, "Bank Operation Code"),
            slot("23E", "23", &["E"], AnyNumber, "Instruction Code"),
            slot("26T", "26", &["T"], AtMostOnce, "Transaction Type Code"),
            slot("32A", "32", &["A"], Once, "Value Date/Currency/Interbank Settled Amount"),
            slot("33B", "33", &["B"], AtMostOnce, "Currency/Instructed Amount"),
            slot("36", "36", &[""], AtMostOnce, "Exchange Rate"),
            slot("50a", "50", &["A", "F", "K"], Once, "Ordering Customer"),
            slot("51A", "51", $own, AtMostOnce, "Sending Institution"),
            slot("52a", "52", $ordering, AtMostOnce, "Ordering Institution"),
            slot("53a", "53", $sender, AtMostOnce, "Sender's Correspondent"),
            slot("54a", "54", $others, AtMostOnce, "Receiver's Correspondent"),
            slot("55a", "55", $others, AtMostOnce, "Third Reimbursement Institution"),
            slot("56a", "56", $intermediary, AtMostOnce, "Intermediary Institution"),
            slot("57a", "57", $account_with, AtMostOnce, "Account With Institution"),
            slot("59a", "59", &["", "A", "F"], Once, "Beneficiary Customer"),
            slot("70", "70", $remittance, AtMostOnce, "Remittance Information"),
            slot("71A", "71", &["A"], Once, "Details of Charges"),
            slot("71F", "71", &["F"], AnyNumber, "Sender's Charges"),
            slot("71G", "71", &["G"], AtMostOnce, "Receiver's Charges"),
            slot("72", "72", &[""], AtMostOnce, "Sender to Receiver Information"),
            slot("77B", "77", &["B"], AtMostOnce, "Regulatory Reporting"),
            slot("77T", "77", $envelope, $envelope_times, "Envelope Contents"),
        ]
    };
}

const MT103: &[Slot] = mt103!(
    own: &["A"], ordering: &["A", "D"], sender: &["A", "B", "D"], others: &["A", "B", "D"],
    intermediary: &["A", "C", "D"], account_with: &["A", "B", "C", "D"], remittance: &[""],
    envelope: &[], AtMostOnce
);

const MT103_STP: &[Slot] = mt103!(
    own: &[], ordering: &["A"], sender: &["A", "B"], others: &["A"],
    intermediary: &["A"], account_with: &["A"], remittance: &[""],
    envelope: &[], AtMostOnce
);

const MT103_REMIT: &[Slot] = mt103!(
    own: &["A"], ordering: &["A", "D"], sender: &["A", "B", "D"], others: &["A", "B", "D"],
    intermediary: &["A", "C", "D"], account_with: &["A", "B", "C", "D"], remittance: &[],
    envelope: &["T"], Once
);

/// The fields of MT202, then others.
macro_rules! mt202 {
    ($($more:expr),* $(,)?) => {
        &[
            slot("20", "20", &[""], Once, "Transaction Reference Number"),
            slot("21", "21", &[""], Once, "Related Reference"),
            slot("13C", "13", &["C"], AnyNumber, "Time Indication"),
            slot("32A", "32", &["A"], Once, "Value Date, Currency Code, Amount"),
            slot("52a", "52", &["A", "D"], AtMostOnce, "Ordering Institution"),
            slot("53a", "53", &["A", "B", "D"], AtMostOnce, "Sender's Correspondent"),
            slot("54a", "54", &["A", "B", "D"], AtMostOnce, "Receiver's Correspondent"),
            slot("56a", "56", &["A", "D"], AtMostOnce, "Intermediary"),
            slot("57a", "57", &["A", "B", "D"], AtMostOnce, "Account With Institution"),
            slot("58a", "58", &["A", "D"], Once, "Beneficiary Institution"),
            slot("72", "72", &[""], AtMostOnce, "Sender to Receiver Information"),
            $($more),*
        ]
    };
}

const MT202: &[Slot] = mt202!();

const MT202_COV: &[Slot] = mt202!(
    slot("B.50a", "50", &["A", "F", "K"], Once, "Ordering Customer"),
    slot("B.52a", "52", &["A", "D"], AtMostOnce, "Ordering Institution"),
    slot("B.56a", "56", &["A", "C", "D"], AtMostOnce, "Intermediary Institution"),
    slot("B.57a", "57", &["A", "B", "C", "D"], AtMostOnce, "Account With Institution"),
    slot("B.59a", "59", &["", "A", "F"], Once, "Beneficiary Customer"),
    slot("B.70", "70", &[""], AtMostOnce, "Remittance Information"),
    slot("B.72", "72", &[""], AtMostOnce, "Sender to Receiver Information"),
    slot("B.33B", "33", &["B"], AtMostOnce, "Currency/Instructed Amount"),
);

const MT900: &[Slot] = &[
    slot("20", "20", &[""], Once, "Transaction Reference Number"),
    slot("21", "21", &[""], Once, "Related Reference"),
    slot("25a", "25", &["", "P"], Once, "Account Identification"),
    slot("13D", "13", &["D"], AtMostOnce, "Date/Time Indication"),
    slot("32A", "32", &["A"], Once, "Value Date, Currency Code, Amount"),
    slot("52a", "52", &["A", "D"], AtMostOnce, "Ordering Institution"),
    slot("72", "72", &[""], AtMostOnce, "Sender to Receiver Information"),
];

const MT910: &[Slot] = &[
    slot("20", "20", &[""], Once, "Transaction Reference Number"),
    slot("21", "21", &[""], Once, "Related Reference"),
    slot("25a", "25", &["", "P"], Once, "Account Identification"),
    slot("13D", "13", &["D"], AtMostOnce, "Date/Time Indication"),
    slot("32A", "32", &["A"], Once, "Value Date, Currency Code, Amount"),
    slot("50a", "50", &["A", "F", "K"], AtMostOnce, "Ordering Customer"),
    slot("52a", "52", &["A", "D"], AtMostOnce, "Ordering Institution"),
    slot("56a", "56", &["A", "D"], AtMostOnce, "Intermediary"),
    slot("72", "72", &[""], AtMostOnce, "Sender to Receiver Information"),
];

const MT940: &[Slot] = &[
    slot("20", "20", &[""], Once, "Transaction Reference Number"),
    slot("21", "21", &[""], AtMostOnce, "Related Reference"),
    slot("25a", "25", &["", "P"], Once, "Account Identification"),
    slot("28C", "28", &["C"], Once, "Statement Number/Sequence Number"),
    slot("60a", "60", &["F", "M"], Once, "Opening Balance"),
    slot("61", "61", &[""], AtMostOnce, "Statement Line"),
    slot("86", "86", &[""], AtMostOnce, "Information to Account Owner"),
    slot("62a", "62", &["F", "M"], Once, "Closing Balance (Booked Funds)"),
    slot("64", "64", &[""], AtMostOnce, "Closing Available Balance (Available Funds)"),
    slot("65", "65", &[""], AnyNumber, "Forward Available Balance"),
    slot("B.86", "86", &[""], AtMostOnce, "Information to Account Owner"),
];

const MT950: &[Slot] = &[
    slot("20", "20", &[""], Once, "Transaction Reference Number"),
    slot("25a", "25", &[""], Once, "Account Identification"),
    slot("28C", "28", &["C"], Once, "Statement Number/Sequence Number"),
    slot("60a", "60", &["F", "M"], Once, "Opening Balance"),
    slot("61", "61", &[""], AnyNumber, "Statement Line"),
    slot("62a", "62", &["F", "M"], Once, "Closing Balance (Booked Funds)"),
    slot("64", "64", &[""], AtMostOnce, "Closing Available Balance (Available Funds)"),
];

/// The layout of a kind of message.
pub(super) fn layout(kind: Kind) -> Layout {
    let (slots, group) = match kind {
        Kind::Mt103 => (MT103, None),
        Kind::Mt103Stp => (MT103_STP, None),
        Kind::Mt103Remit => (MT103_REMIT, None),
        Kind::Mt202 => (MT202, None),
        Kind::Mt202Cov => (MT202_COV, None),
        Kind::Mt900 => (MT900, None),
        Kind::Mt910 => (MT910, None),
        Kind::Mt940 => (MT940, Some((5, 6))),
        Kind::Mt950 => (MT950, None),
    };
    Layout { slots, group }
}
