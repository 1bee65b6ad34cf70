// SPDX-License-Identifier: MIT

//! Until when payments in euro may be sent back, refunded or asked back, by the rulebooks of SEPA.
//!
//! The days are counted from what this bank itself knows of the original, not from what the other bank says of it.

use qenex_messages::calendar::{Date, next_business_day};
use qenex_messages::iso20022::message::parts::{DirectDebitType, LongCode};
use qenex_messages::rules::Profile;
use qenex_messages::rules::sepa::reasons::{last_day_of_recall, last_day_of_return};

use super::PaymentError;
use super::clerk::Clerk;
use super::content::{self, Content};
use super::reason::Why;
use super::store::{Kind, Payment};

/// Euro, by ISO 4217 number: the currency whose banks settle by the calendar of T2.
pub(super) const EUR: u32 = 978;
const DAY: u64 = 86_400_000_000_000;

impl Clerk {
    /// Why `original` can no longer be sent back for a reason by a return that settles on a day, if that is so.
    pub(super) fn too_late_to_return(
        &self,
        original: &Payment,
        reason: &str,
        on: Date,
    ) -> Result<Option<Why>, PaymentError> {
        if original.currency != EUR {
            return Ok(None);
        }
        let last = last_day_of_return(self.scheme(original)?, reason, self.settled_on(original)?);
        // The cut-off time has passed.
        Ok(last.filter(|last| on > *last).map(|last| Why::new("TM01", format!("the last day to return it was {last}"))))
    }

    /// Whether `original` can still be asked back for a reason today.
    pub(super) fn in_time_to_recall(&self, original: &Payment, reason: &str) -> Result<bool, PaymentError> {
        let last = last_day_of_recall(reason, self.settled_on(original)?);
        Ok(original.currency != EUR || last.is_none_or(|last| self.today() <= last))
    }

    /// The scheme by which a payment came or went.
    pub(super) fn scheme(&self, payment: &Payment) -> Result<Profile, PaymentError> {
        if !matches!(payment.kind, Kind::CollectionIn | Kind::CollectionOut | Kind::CollectionOnUs) {
            return Ok(Profile::SepaSct);
        }
        let message = self.stored(payment.message)?;
        let read = content::read(&message.definition, &self.store.original(message.number)?)?;
        let place = usize::try_from(payment.place).unwrap_or(usize::MAX);
        let kind = match read.as_ref().map(|(content, _)| content) {
            Some(Content::Debits(debits)) => {
                let own = debits.collections.get(place).and_then(|collection| collection.payment_type.as_ref());
                own.or(debits.header.payment_type.as_ref())
            }
            Some(Content::Collections(initiation)) => {
                let all =
                    initiation.groups.iter().flat_map(|group| group.collections.iter().map(move |one| (group, one)));
                let mut all = all.map(|(group, one)| one.payment_type.as_ref().or(group.payment_type.as_ref()));
                all.nth(place).flatten()
            }
            _ => None,
        };
        Ok(if is_between_businesses(kind) { Profile::SepaSddB2b } else { Profile::SepaSddCore })
    }

    /// The day on which a payment settled between the banks.
    fn settled_on(&self, payment: &Payment) -> Result<Date, PaymentError> {
        let days = match payment.sent.filter(|_| matches!(payment.kind, Kind::TransferOut | Kind::CollectionOut)) {
            // Not before it was sent.
            Some(sent) => payment.due.max(i64::try_from(self.stored(sent)?.at / DAY).unwrap_or(payment.due)),
            None => payment.due,
        };
        let day = Date::from_unix_days(days);
        let day = day.ok_or_else(|| PaymentError::Stored(payment.message, format!("day {days} of a payment")))?;
        Ok(next_business_day(day).unwrap_or(day))
    }
}

/// Whether a collection is one between businesses.
pub(super) fn is_between_businesses(kind: Option<&DirectDebitType>) -> bool {
    let instrument = kind.and_then(|kind| kind.local_instrument.as_ref());
    matches!(instrument, Some(LongCode::Code(code)) if code.as_str() == "B2B")
}
