// SPDX-License-Identifier: MIT

//! Collections that were debited here for another bank, and are given back to the debtor: refunds and late returns.
//!
//! A debtor may have an authorised collection back for eight weeks without saying why (`MD06`), an unauthorised one for
//! thirteen months (`MD01`); for other reasons the debtor's bank has some days (EPC016-06, EPC222-07, 4.3.4). The creditor's bank
//! gets a pacs.004 as it would for a collection that could not be debited at all.

use qenex_abi::Id;
use qenex_messages::rules::sepa::reasons::{Exception, codes, is_known};

use super::PaymentError;
use super::clerk::Clerk;
use super::store::{Kind, Message, MessageState, PaymentState, message, payment};
use crate::people::now;

impl Clerk {
    /// Gives the collection at `place` of message `id`, a pacs.003, back to its debtor. Returns the message, and whether it was
    /// done before.
    ///
    /// # Errors
    ///
    /// [`PaymentError::State`] if there is no collection there that was debited, or it is too late;
    /// [`PaymentError::Value`] if the scheme has no such reason.
    pub fn refund(&mut self, id: Id, place: u32, reason: &str, user: &str) -> Result<(Message, bool), PaymentError> {
        let message = self.store.message(id)?.ok_or(PaymentError::NoSuchMessage)?;
        let found = self.store.payments(message.number)?.into_iter().find(|payment| payment.place == place);
        let Some(collection) = found.filter(|payment| payment.kind == Kind::CollectionIn) else {
            return Err(PaymentError::State("there is no collection for another bank at this place".into()));
        };
        let scheme = self.scheme(&collection)?;
        if !is_known(scheme, Exception::Return, reason) {
            return Err(PaymentError::Value(format!("{reason} is none of {}", codes(scheme, Exception::Return))));
        }
        let given_back = matches!(collection.state, PaymentState::Reclaimed | PaymentState::Returned);
        if given_back && collection.reason.as_deref() == Some(reason) {
            return Ok((message, true));
        }
        if collection.state != PaymentState::Settled {
            return Err(PaymentError::State(format!("the collection is {}, not settled", collection.state.name())));
        }
        if let Some(why) = self.too_late_to_return(&collection, reason, self.today())? {
            return Err(PaymentError::State(why.text));
        }
        self.store.change(|transaction| {
            let why = Some((reason, "given back to the debtor"));
            payment::set_state(transaction, collection.number, PaymentState::Reclaimed, why)?;
            message::set_state(transaction, message.number, MessageState::Received, None)?;
            message::note(transaction, message.number, now(), "reclaimed", user, &format!("{place}: {reason}"))
        })?;
        self.metrics.message_moved(&message.definition, message.state.name(), MessageState::Received.name());
        if let Err(error) = self.finish(message.number) {
            tracing::warn!(%error, message = message.number, "a refund was stored, and is carried out later");
        }
        Ok((self.stored(message.number)?, false))
    }
}
