// SPDX-License-Identifier: MIT

//! Whether a collection may be made under its mandate.
//!
//! In the core scheme the creditor keeps the mandate, and the debtor's bank relies on the creditor's (EPC016-06, 4.1): an
//! unknown one is registered when it is first used. Between businesses the debtor's bank must have had it confirmed
//! (EPC222-07, 4.1). A customer of this bank who collects by themselves needs, in both schemes, a mandate that the bank has
//! registered for their account: nobody debits others by naming a mandate that they made up.

use qenex_messages::calendar::Date;
use qenex_messages::iso20022::message::parts::{
    DirectDebitTransaction, DirectDebitType, LongCode, Party, PartyId, Sequence,
};
use qenex_messages::rules::sepa::mandate::{Mandate, MandateError, MandateState, SequenceType};

use super::{Occasion, Plan};
use crate::bank::Scope;
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::reason::Why;
use crate::payments::store::StoredMandate;

/// A collection as its mandate sees it.
pub(super) struct Use<'a> {
    /// What the collection says of its mandate.
    pub(super) transaction: Option<&'a DirectDebitTransaction>,
    /// The creditor, if the whole group says it.
    pub(super) creditor_scheme: Option<&'a Party>,
    /// What kind of collection it is.
    pub(super) kind: Option<&'a DirectDebitType>,
    /// The day on which it is due.
    pub(super) due: Date,
    /// Account debited, zero if it is at another bank.
    pub(super) account: u64,
    /// Account credited, zero if it is at another bank.
    pub(super) credit: u64,
}

/// The creditor identifier of a party.
fn creditor_identifier(party: &Party) -> Option<String> {
    let other = match party.identification.as_ref()? {
        PartyId::Person(person) => person.other.first(),
        PartyId::Organisation(organisation) => organisation.other.first(),
    };
    other.map(|other| other.id.to_string())
}

impl Clerk {
    /// The mandate as it will be after the collection, and where it stood before.
    pub(super) fn use_mandate(
        &self,
        plan: &Plan,
        wanted: &Use<'_>,
        occasion: &Occasion<'_>,
    ) -> Result<Result<(StoredMandate, MandateState), Why>, PaymentError> {
        let missing = |what| Ok(Err(Why::new("MD02", format!("the mandate lacks {what}"))));
        let transaction = wanted.transaction;
        let party = transaction.and_then(|transaction| transaction.creditor_scheme.as_ref());
        let Some(creditor) = party.or(wanted.creditor_scheme).and_then(creditor_identifier) else {
            return missing("the creditor identifier");
        };
        let reference = transaction.and_then(|transaction| transaction.mandate.as_ref());
        let Some(mandate) = reference.and_then(|reference| reference.id.as_ref()) else {
            return missing("its reference");
        };
        let instrument = wanted.kind.and_then(|kind| kind.local_instrument.as_ref());
        let between_businesses = matches!(instrument, Some(LongCode::Code(code)) if code.as_str() == "B2B");
        let scheme = if between_businesses { "B2B" } else { "CORE" };
        let planned = plan.mandates.iter().rev().find(|known| known.creditor == creditor && known.mandate == **mandate);
        let known = match planned {
            Some(planned) => Some(planned.clone()),
            None => self.store.mandate(&creditor, mandate)?,
        };
        let by_customer = occasion.scope != Scope::All;
        let mut known = match known {
            Some(known) if known.scheme != scheme => {
                return Ok(Err(Why::new("MD01", format!("the mandate is one of the scheme {}", known.scheme))));
            }
            Some(known) if differs(known.account, wanted.account) || differs(known.credit, wanted.credit) => {
                return Ok(Err(Why::new("MD01", "the mandate is for other accounts")));
            }
            Some(known) if by_customer && known.credit != wanted.credit => {
                return Ok(Err(Why::new("MD01", "the mandate is not registered for this account")));
            }
            Some(known) => known,
            None if by_customer || between_businesses && wanted.account != 0 => {
                return Ok(Err(Why::new("MD01", "no such mandate is registered here")));
            }
            None => {
                let Some(signed) = reference.and_then(|reference| reference.signed) else {
                    return missing("the day of its signature");
                };
                StoredMandate {
                    number: 0,
                    creditor,
                    mandate: mandate.to_string(),
                    scheme: scheme.into(),
                    account: wanted.account,
                    credit: wanted.credit,
                    signed: signed.unix_days(),
                    life: Mandate::signed(signed),
                    origin: occasion.user.into(),
                    at: occasion.now,
                }
            }
        };
        let sequence = match wanted.kind.and_then(|kind| kind.sequence) {
            Some(Sequence::First) => SequenceType::First,
            Some(Sequence::Final) => SequenceType::Final,
            Some(Sequence::OneOff) => SequenceType::OneOff,
            // What is presented again was counted when it was presented first.
            Some(Sequence::Recurrent | Sequence::Represented) | None => SequenceType::Recurrent,
        };
        let was = known.life.state();
        Ok(match known.life.collect(sequence, wanted.due) {
            Ok(()) => Ok((known, was)),
            // Invalid sequence type.
            Err(error @ MandateError::OutOfSequence(_)) => Err(Why::new("AG02", error.to_string())),
            Err(error @ MandateError::NotYetSigned(_)) => Err(Why::new("MD02", error.to_string())),
            Err(error) => Err(Why::new("MD01", error.to_string())),
        })
    }
}

/// Whether two accounts of this bank are known and not the same.
fn differs(known: u64, wanted: u64) -> bool {
    known != 0 && wanted != 0 && known != wanted
}
