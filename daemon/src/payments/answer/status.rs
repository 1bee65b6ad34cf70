// SPDX-License-Identifier: MIT

//! What became of payments, between banks (pacs.002).

use qenex_messages::identifiers::Uetr;
use qenex_messages::iso20022::message::parts::{Agent, OriginalGroup, OriginalGroupStatus, PaymentId, Reason};
use qenex_messages::iso20022::message::{
    BankPaymentStatus, BankStatusReport, CreditTransfers, DateTime, DirectDebits, Message as Definition,
    PaymentReturns, Text,
};

use super::{Names, Outgoing, created, outgoing};
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::content::Content;
use crate::payments::store::{Payment, PaymentState};

/// References of a payment between banks.
struct References<'a> {
    instruction: Option<&'a Text<35>>,
    end_to_end: Option<&'a Text<35>>,
    transaction: Option<&'a Text<35>>,
    uetr: Option<Uetr>,
}

impl<'a> References<'a> {
    fn of(id: &'a PaymentId) -> Self {
        let (instruction, transaction) = (id.instruction.as_ref(), id.transaction.as_ref());
        References { instruction, end_to_end: Some(&id.end_to_end), transaction, uetr: id.uetr }
    }
}

/// The message that a status is about.
struct About<'a> {
    message: &'a Text<35>,
    definition: &'static str,
    created: &'a DateTime,
    from: Option<&'a Agent>,
}

impl About<'_> {
    fn group(&self) -> Result<OriginalGroup, PaymentError> {
        let definition = Text::new(self.definition)?;
        Ok(OriginalGroup { message: self.message.clone(), definition, created: Some(self.created.clone()) })
    }
}

impl Clerk {
    pub(super) fn transfers_status(
        &self,
        message: &CreditTransfers,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Option<Outgoing>, PaymentError> {
        let header = &message.header;
        let about = About {
            message: &header.message,
            definition: CreditTransfers::DEFINITION,
            created: &header.created,
            from: header.instructing_agent.as_ref(),
        };
        // What goes back is told by the return itself.
        let status = |payment: &Payment| match payment.state {
            PaymentState::Settled => Some("ACSC"),
            PaymentState::Rejected => Some("RJCT"),
            PaymentState::Waiting => Some("PDNG"),
            _ => None,
        };
        let references = message.payments.iter().map(|payment| References::of(&payment.id)).collect();
        self.bank_status(&about, references, payments, status, names)
    }

    /// Of collections only rejections are told (EPC016-06, 4.3.4).
    pub(super) fn debits_status(
        &self,
        message: &DirectDebits,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Option<Outgoing>, PaymentError> {
        let header = &message.header;
        let about = About {
            message: &header.message,
            definition: DirectDebits::DEFINITION,
            created: &header.created,
            from: header.instructing_agent.as_ref(),
        };
        let references = message.collections.iter().map(|collection| References::of(&collection.id)).collect();
        self.bank_status(&about, references, payments, rejected, names)
    }

    /// Returns are taken, unless they are of nothing that was sent.
    pub(super) fn returns_status(
        &self,
        message: &PaymentReturns,
        payments: &[Payment],
        names: &mut Names,
    ) -> Result<Option<Outgoing>, PaymentError> {
        let header = &message.header;
        let about = About {
            message: &header.message,
            definition: PaymentReturns::DEFINITION,
            created: &header.created,
            from: header.instructing_agent.as_ref(),
        };
        let references = message.payments.iter().map(|payment| References {
            instruction: payment.instruction.as_ref(),
            end_to_end: payment.end_to_end.as_ref(),
            transaction: payment.transaction.as_ref(),
            uetr: payment.uetr,
        });
        self.bank_status(&about, references.collect(), payments, rejected, names)
    }

    fn bank_status(
        &self,
        about: &About<'_>,
        references: Vec<References<'_>>,
        payments: &[Payment],
        status: impl Fn(&Payment) -> Option<&'static str>,
        names: &mut Names,
    ) -> Result<Option<Outgoing>, PaymentError> {
        let told: Vec<_> =
            payments.iter().zip(&references).filter_map(|(one, of)| Some((one, of, status(one)?))).collect();
        if told.is_empty() {
            return Ok(None);
        }
        let named = names.next()?;
        let mut lines = Vec::with_capacity(told.len());
        for (payment, references, status) in told {
            lines.push(BankPaymentStatus {
                id: Some(Text::new(format!("{}-{}", &named.1[..20], payment.place))?),
                group: Some(about.group()?),
                instruction: references.instruction.cloned(),
                end_to_end: references.end_to_end.cloned(),
                transaction: references.transaction.cloned(),
                uetr: references.uetr,
                status: Some(Text::new(status)?),
                reasons: self.reasons(payment)?,
                ..BankPaymentStatus::default()
            });
        }
        let report = self.bank_report(named.1.clone(), about.from, Vec::new(), lines)?;
        Ok(Some(outgoing(named, &report, false, Vec::new())?))
    }

    /// The rejection of a message as a whole.
    pub(super) fn bank_rejection(
        &self,
        content: &Content,
        reasons: Vec<Reason>,
        names: &mut Names,
    ) -> Result<Option<Outgoing>, PaymentError> {
        let (message, created, count, from, definition) = match content {
            Content::Transfers(message) => {
                let header = &message.header;
                let from = header.instructing_agent.as_ref();
                (&header.message, &header.created, header.count, from, CreditTransfers::DEFINITION)
            }
            Content::Debits(message) => {
                let header = &message.header;
                let from = header.instructing_agent.as_ref();
                (&header.message, &header.created, header.count, from, DirectDebits::DEFINITION)
            }
            Content::Returns(message) => {
                let header = &message.header;
                let from = header.instructing_agent.as_ref();
                (&header.message, &header.created, header.count, from, PaymentReturns::DEFINITION)
            }
            _ => return Ok(None),
        };
        let named = names.next()?;
        let group = OriginalGroupStatus {
            message: message.clone(),
            definition: Text::new(definition)?,
            created: Some(created.clone()),
            count: Some(count),
            sum: None,
            status: Some(Text::new("RJCT")?),
            reasons,
            counts: Vec::new(),
        };
        let report = self.bank_report(named.1.clone(), from, vec![group], Vec::new())?;
        Ok(Some(outgoing(named, &report, false, Vec::new())?))
    }

    fn bank_report(
        &self,
        message: Text<35>,
        to: Option<&Agent>,
        groups: Vec<OriginalGroupStatus>,
        payments: Vec<BankPaymentStatus>,
    ) -> Result<BankStatusReport, PaymentError> {
        Ok(BankStatusReport {
            message,
            created: created()?,
            instructing_agent: Some(self.house.agent()),
            instructed_agent: to.cloned(),
            groups,
            payments,
        })
    }
}

fn rejected(payment: &Payment) -> Option<&'static str> {
    (payment.state == PaymentState::Rejected).then_some("RJCT")
}
