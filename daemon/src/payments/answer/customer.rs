// SPDX-License-Identifier: MIT

//! What became of payments, for the customer (pain.002).

use qenex_messages::iso20022::message::parts::{CustomerPaymentId, OriginalGroupStatus, Reason};
use qenex_messages::iso20022::message::{
    CreditTransferInitiation, CustomerPaymentStatus, CustomerStatusReport, DirectDebitInitiation, InitiationHeader,
    Message as Definition, PaymentGroupStatus, Text,
};

use super::{Names, Outgoing, created, outgoing};
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::content::Content;
use crate::payments::store::{Kind, Payment, PaymentState};

/// The status of a payment (external payment transaction status code set).
fn status(payment: &Payment) -> &'static str {
    match (payment.state, payment.kind) {
        (PaymentState::Rejected, _) => "RJCT",
        (PaymentState::Waiting | PaymentState::Asked, _) => "PDNG",
        // Debited, and on its way to another bank.
        (_, Kind::TransferOut) => "ACSP",
        (PaymentState::Settled, _) => "ACSC",
        _ => "ACSP",
    }
}

/// The status of several payments together: partially accepted if only some were rejected, else that of the one that is
/// least far.
fn together<'a>(statuses: impl Iterator<Item = &'a str> + Clone) -> &'static str {
    let has = |status| statuses.clone().any(|one| one == status);
    match (has("RJCT"), statuses.clone().all(|one| one == "RJCT")) {
        (true, true) => "RJCT",
        (true, false) => "PART",
        _ if has("PDNG") => "PDNG",
        _ if has("ACSP") => "ACSP",
        _ => "ACSC",
    }
}

impl Clerk {
    pub(super) fn initiation_status(
        &self,
        message: &CreditTransferInitiation,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Outgoing, PaymentError> {
        let groups = message.groups.iter().map(|group| {
            let ids = group.payments.iter().map(|payment| &payment.id).collect();
            (&group.id, ids)
        });
        let definition = CreditTransferInitiation::DEFINITION;
        self.customer_status(&message.header, definition, groups.collect(), payments, names)
    }

    pub(super) fn collections_status(
        &self,
        message: &DirectDebitInitiation,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Outgoing, PaymentError> {
        let groups = message.groups.iter().map(|group| {
            let ids = group.collections.iter().map(|collection| &collection.id).collect();
            (&group.id, ids)
        });
        let definition = DirectDebitInitiation::DEFINITION;
        self.customer_status(&message.header, definition, groups.collect(), payments, names)
    }

    fn customer_status(
        &self,
        header: &InitiationHeader,
        definition: &str,
        groups: Vec<(&Text<35>, Vec<&CustomerPaymentId>)>,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Outgoing, PaymentError> {
        let named = names.next()?;
        let mut payments_left = payments.iter();
        let mut reported = Vec::with_capacity(groups.len());
        for (id, ids) in groups {
            let of_group: Vec<&Payment> = payments_left.by_ref().take(ids.len()).collect();
            let mut lines = Vec::with_capacity(ids.len());
            for (id, payment) in ids.iter().zip(&of_group) {
                lines.push(CustomerPaymentStatus {
                    id: Some(Text::new(format!("{}-{}", &named.1[..20], payment.place))?),
                    instruction: id.instruction.clone(),
                    end_to_end: Some(id.end_to_end.clone()),
                    uetr: id.uetr,
                    status: Some(Text::new(status(payment))?),
                    reasons: self.reasons(payment)?,
                    ..CustomerPaymentStatus::default()
                });
            }
            let status = together(of_group.iter().map(|payment| status(payment)));
            reported.push(PaymentGroupStatus {
                id: id.clone(),
                count: Some(lines.len() as u64),
                sum: None,
                status: Some(Text::new(status)?),
                reasons: Vec::new(),
                counts: Vec::new(),
                payments: lines,
            });
        }
        let status = together(payments.iter().map(status));
        let report = self.customer_report(header, definition, status, Vec::new(), reported, named.1.clone())?;
        outgoing(named, &report, true, Vec::new())
    }

    /// The rejection of a message as a whole.
    pub(super) fn customer_rejection(
        &self,
        header: &InitiationHeader,
        content: &Content,
        reasons: Vec<Reason>,
        names: &mut Names,
    ) -> Result<Outgoing, PaymentError> {
        let definition = match content {
            Content::Collections(_) => DirectDebitInitiation::DEFINITION,
            _ => CreditTransferInitiation::DEFINITION,
        };
        let named = names.next()?;
        let report = self.customer_report(header, definition, "RJCT", reasons, Vec::new(), named.1.clone())?;
        outgoing(named, &report, true, Vec::new())
    }

    fn customer_report(
        &self,
        header: &InitiationHeader,
        definition: &str,
        status: &str,
        reasons: Vec<Reason>,
        groups: Vec<PaymentGroupStatus>,
        name: Text<35>,
    ) -> Result<CustomerStatusReport, PaymentError> {
        Ok(CustomerStatusReport {
            message: name,
            created: created()?,
            initiator: None,
            debtor_agent: None,
            creditor_agent: None,
            original: OriginalGroupStatus {
                message: header.message.clone(),
                definition: Text::new(definition)?,
                created: Some(header.created.clone()),
                count: Some(header.count),
                sum: header.sum,
                status: Some(Text::new(status)?),
                reasons,
                counts: Vec::new(),
            },
            groups,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::together;

    #[test]
    fn the_least_far_counts() {
        for (statuses, expected) in [
            (&["RJCT", "RJCT"][..], "RJCT"),
            (&["RJCT", "ACSC"], "PART"),
            (&["RJCT", "PDNG"], "PART"),
            (&["PDNG", "ACSC"], "PDNG"),
            (&["ACSP", "ACSC"], "ACSP"),
            (&["ACSC"], "ACSC"),
        ] {
            assert_eq!(together(statuses.iter().copied()), expected, "{statuses:?}");
        }
    }
}
