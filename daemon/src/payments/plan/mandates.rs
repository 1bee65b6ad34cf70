// SPDX-License-Identifier: MIT

//! Whether a collection may be made under its mandate.
//!
//! In the core scheme the creditor keeps the mandate, and the debtor's bank relies on the creditor's (EPC016-06, 4.1): an
//! unknown one is registered when it is first used. Between businesses the debtor's bank must have had it confirmed
//! (EPC222-07, 4.1). A customer of this bank who collects by themselves needs, in both schemes, a mandate that the bank has
//! registered for their account: nobody debits others by naming a mandate that they made up.
//!
//! A collection may say what was changed in its mandate since the last one (AT-M008): its reference, the creditor, the debtor's
//! account. The mandate is then known by what it is now. That it is for another account of this bank is taken from other banks
//! in the core scheme alone; a customer who collects, and a debtor that is a business, must have told this bank before
//! ([`Clerk::amend_mandate`]).

use qenex_messages::calendar::Date;
use qenex_messages::iso20022::message::parts::{
    DirectDebitTransaction, DirectDebitType, MandateReference, Party, PartyId, Sequence,
};
use qenex_messages::rules::sepa::mandate::{Mandate, MandateError, MandateState, SequenceType};

use super::{Occasion, Plan};
use crate::bank::Scope;
use crate::payments::PaymentError;
use crate::payments::clerk::Clerk;
use crate::payments::reason::Why;
use crate::payments::store::StoredMandate;
use crate::payments::time_limit::is_between_businesses;

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
    /// The mandate that a creditor calls so, as it will be when the plan is stored.
    fn known_mandate(&self, plan: &Plan, creditor: &str, mandate: &str) -> Result<Option<StoredMandate>, PaymentError> {
        let planned = plan.mandates.iter().rev().find(|known| known.creditor == creditor && known.mandate == mandate);
        match planned {
            Some(planned) => Ok(Some(planned.clone())),
            None => self.store.mandate(creditor, mandate),
        }
    }

    /// The mandate that was called otherwise before.
    fn mandate_before(
        &self,
        plan: &Plan,
        reference: &MandateReference,
        creditor: &str,
        mandate: &str,
    ) -> Result<Option<StoredMandate>, PaymentError> {
        let original = reference.original_creditor.as_ref().and_then(creditor_identifier);
        let original = original.as_deref().unwrap_or(creditor);
        self.known_mandate(plan, original, reference.original_id.as_deref().unwrap_or(mandate))
    }

    /// The mandate as it will be after the collection, and where it stood before.
    pub(super) fn use_mandate(
        &self,
        plan: &mut Plan,
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
        let between_businesses = is_between_businesses(wanted.kind);
        let scheme = if between_businesses { "B2B" } else { "CORE" };
        let by_customer = occasion.scope != Scope::All;
        let mut known = self.known_mandate(plan, &creditor, mandate)?;
        let mut amended = None;
        if let Some(reference) = reference.filter(|reference| reference.amended == Some(true)) {
            if known.is_none() {
                known = self.mandate_before(plan, reference, &creditor, mandate)?;
            }
            if let Some(before) = &mut known {
                let was = (before.creditor.clone(), before.mandate.clone(), before.account);
                (before.creditor, before.mandate) = (creditor.clone(), mandate.to_string());
                let original = reference.original_debtor_account.as_ref();
                if original.is_some() || reference.original_debtor_agent.is_some() {
                    let told_here = wanted.account != 0 && (by_customer || between_businesses);
                    if before.account != wanted.account && told_here {
                        return Ok(Err(Why::new(
                            "MD01",
                            "that the mandate is for another account must be told the bank before",
                        )));
                    }
                    let original = self.house.account(original).unwrap_or(0);
                    if before.account != wanted.account && differs(before.account, original) {
                        return Ok(Err(Why::new(
                            "MD01",
                            "the mandate was not for the account that is named as the one before",
                        )));
                    }
                    before.account = wanted.account;
                }
                if was != (before.creditor.clone(), before.mandate.clone(), before.account) {
                    amended = Some(format!("{} of {}, account {}", was.1, was.0, was.2));
                }
            }
        }
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
            Ok(()) => {
                if let Some(before) = amended {
                    let now = format!("{} of {}, account {}", known.mandate, known.creditor, known.account);
                    plan.amended.push(format!("{before}: now {now}"));
                }
                Ok((known, was))
            }
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
