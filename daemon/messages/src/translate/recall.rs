// SPDX-License-Identifier: MIT

//! Payments between banks (pacs.008) asked back (camt.056), and the answers (camt.029).

use super::context::{Context, count, original, total};
use super::error::TranslateError;
use super::send_back::reference;
use crate::iso20022::message::parts::PartyOrAgent;
use crate::iso20022::message::{
    AnswerGroup, Assignment, CreditTransfers, Message, Recall, RecallAnswer, RecallAnswers, RecallCount, RecallGroup,
    RecallStatus, Recalls, Text,
};

/// A request to send all payments back, from the debtors' bank to the creditors' bank.
///
/// # Errors
///
/// [`TranslateError`].
pub fn to_recalls(payments: &CreditTransfers, context: &Context<'_>) -> Result<Recalls, TranslateError> {
    let header = &payments.header;
    let first = payments.payments.first().ok_or(TranslateError::Missing("a payment"))?;
    let (sum, _) = total(payments.payments.iter().map(|payment| &payment.amount))?;
    let mut recalls = Vec::new();
    for (index, payment) in payments.payments.iter().enumerate() {
        recalls.push(Recall {
            id: Some(context.reference(index + 1)?),
            group: Some(original(&header.message, CreditTransfers::DEFINITION, &header.created)?),
            instruction: payment.id.instruction.clone(),
            end_to_end: Some(payment.id.end_to_end.clone()),
            transaction: payment.id.transaction.clone(),
            uetr: payment.id.uetr,
            settled: Some(payment.amount.clone()),
            settled_on: payment.settlement_date.or(header.settlement_date),
            reasons: context.reasons(),
            original: Some(reference(payment)),
            ..Recall::default()
        });
    }
    Ok(Recalls {
        assignment: Assignment {
            id: context.message.clone(),
            assigner: PartyOrAgent::Agent(first.debtor_agent.clone()),
            assignee: PartyOrAgent::Agent(first.creditor_agent.clone()),
            created: context.created.clone(),
        },
        case: None,
        count: Some(RecallCount { count: count(recalls.len()), sum: Some(sum) }),
        underlying: vec![RecallGroup { payments: recalls }],
    })
}

/// Answers to a recall. With a reason none is sent back; without one the answer is that all were, and returns follow.
///
/// # Errors
///
/// [`TranslateError`].
pub fn to_answers(recalls: &Recalls, context: &Context<'_>) -> Result<RecallAnswers, TranslateError> {
    let rejected = context.reason.is_some();
    let status = if rejected { RecallStatus::Rejected } else { RecallStatus::Accepted };
    let mut details = Vec::new();
    let mut number = 0;
    for group in &recalls.underlying {
        let mut answers = Vec::new();
        for recall in &group.payments {
            number += 1;
            answers.push(RecallAnswer {
                id: Some(context.reference(number)?),
                case: recall.case.clone(),
                group: recall.group.clone(),
                instruction: recall.instruction.clone(),
                end_to_end: recall.end_to_end.clone(),
                transaction: recall.transaction.clone(),
                uetr: recall.uetr,
                status: Some(status),
                reasons: context.reasons(),
                settled: recall.settled.clone(),
                settled_on: recall.settled_on,
                original: recall.original.clone(),
                ..RecallAnswer::default()
            });
        }
        details.push(AnswerGroup { payments: answers });
    }
    Ok(RecallAnswers {
        // Who was asked answers.
        assignment: Assignment {
            id: context.message.clone(),
            assigner: recalls.assignment.assignee.clone(),
            assignee: recalls.assignment.assigner.clone(),
            created: context.created.clone(),
        },
        case: recalls.case.clone(),
        status: Text::new(if rejected { "RJCR" } else { "CNCL" })?,
        details,
    })
}
