// SPDX-License-Identifier: MIT

//! Posting what messages ask for.
//!
//! Every posting has an id that follows from the payment, so that doing it again changes nothing; and what became of it is
//! noted only when it is durable, so that nothing is answered that a power cut could take back. A payment whose refusal has
//! consequences (a refund, a return) has its refusal noted before they begin.
//!
//! With batch booking the debtor is debited once for all payments of a group, into the clearing account, and each payment goes
//! from there. One that the ledger then refuses is refunded from there.
//!
//! What an analyst must look at first waits, as what is for a day to come, and goes on when that is decided.

use qenex_abi::{Id, QENEX_TRANSFER_LINKED, ResultCode, Transfer, TransferResult};
use qenex_messages::identifiers::Uetr;
use qenex_risk::features::{Channel, Context};

use super::PaymentError;
use super::clerk::Clerk;
use super::reason::{Why, of_refusal};
use super::store::{
    BookingState, Kind, Message, MessageState, Payment, PaymentState, Posting, mandate, message, payment,
};
use crate::bank::{BankError, Scope};
use crate::people::now;
use crate::risk::{Ask, Paid, ReviewState, verdict_id};

/// What is known of payments that come in messages.
const CONTEXT: Context = Context { channel: Channel::Batch, country: None, device: None };

/// Payments that are posted at once, and noted with one commit.
const AT_ONCE: usize = 1024;

/// What the ledger said.
#[derive(Clone, Debug)]
enum Outcome {
    /// Posted, now or before, and durable: the id and the sequence number of the posting.
    Done(Id, u64),
    /// An analyst must look at it first; its money is held.
    Held,
    /// Not posted.
    Refused(Why),
}

impl Kind {
    /// The classification that its postings carry in the ledger.
    pub fn code(self) -> u32 {
        let kind = match self {
            Kind::TransferOnUs => 1,
            Kind::TransferOut => 2,
            Kind::TransferIn => 3,
            Kind::ReturnIn => 4,
            Kind::CollectionOnUs => 5,
            Kind::CollectionOut => 6,
            Kind::CollectionIn => 7,
            Kind::RecallIn => 8,
        };
        20_022_000 + kind
    }
}

/// The classification of the one debit of a group.
pub(super) const BATCH_CODE: u32 = 20_022_009;

/// The reference of a payment in the ledger: its unique end-to-end transaction reference.
fn reference(payment: &Payment) -> Id {
    let uetr = payment.uetr.as_deref().and_then(|text| text.parse::<Uetr>().ok());
    uetr.map_or(Id::NONE, |uetr| Id::from_u128(u128::from_be_bytes(*uetr.as_bytes())))
}

/// A posting of a payment, in one of its steps.
fn item(payment: &Payment, step: &str, from: u64, to: u64) -> Transfer {
    Transfer {
        id: Clerk::derived(&payment.key, step),
        from_account: from,
        to_account: to,
        amount: payment.amount,
        currency: payment.currency,
        reference: reference(payment),
        code: payment.kind.code(),
        ..Transfer::default()
    }
}

/// What is to be noted of a payment.
struct Noted {
    payment: u64,
    state: PaymentState,
    why: Option<Why>,
    postings: Vec<Posting>,
    accounts: Option<(u64, u64)>,
    /// The collection that is undone by it.
    undone: Option<u64>,
}

impl Clerk {
    /// Posts all of a message that can be posted today.
    pub(super) fn execute(&mut self, message: &Message) -> Result<(), PaymentError> {
        let today = self.today().unix_days();
        let payments = self.store.payments(message.number)?;
        if payments.iter().any(|payment| payment.state == PaymentState::Waiting && payment.due <= today) {
            self.store.change(|transaction| payment::take_up(transaction, message.number, today))?;
        }
        self.book_batches(message)?;
        loop {
            let mut todo = self.store.payments(message.number)?;
            todo.retain(|payment| {
                matches!(
                    payment.state,
                    PaymentState::Ready | PaymentState::Refunding | PaymentState::Returning | PaymentState::Reclaimed
                )
            });
            if todo.is_empty() {
                return Ok(());
            }
            for piece in todo.chunks(AT_ONCE) {
                let noted = self.run(message, piece)?;
                let at = now();
                self.store.change(|transaction| {
                    for one in &noted {
                        let why = one.why.as_ref().map(|why| (why.code, why.text.as_str()));
                        payment::set_state(transaction, one.payment, one.state, why)?;
                        if let Some((debit, credit)) = one.accounts {
                            payment::set_accounts(transaction, one.payment, debit, credit)?;
                        }
                        if let Some(undone) = one.undone {
                            mandate::undo_first(transaction, undone)?;
                        }
                        for posting in &one.postings {
                            payment::add_posting(transaction, one.payment, posting)?;
                        }
                    }
                    let posted: usize = noted.iter().map(|one| one.postings.len()).sum();
                    message::note(transaction, message.number, at, "posted", "", &posted.to_string())
                })?;
            }
        }
    }

    /// Debits each group that is booked as one.
    fn book_batches(&mut self, message: &Message) -> Result<(), PaymentError> {
        let payments = self.store.payments(message.number)?;
        for booking in self.store.bookings(message.number)? {
            let mut parts = payments.iter().filter(|payment| payment.batch && payment.part == booking.part);
            let due = parts.clone().any(|payment| payment.state == PaymentState::Ready);
            if booking.state != BookingState::Ready || !due {
                continue;
            }
            let total = Transfer {
                id: Self::derived(&booking.key, "total"),
                from_account: booking.account,
                to_account: self.clearing(booking.currency)?,
                amount: booking.amount,
                currency: booking.currency,
                code: BATCH_CODE,
                ..Transfer::default()
            };
            let outcome = self.post(&[total], message, message.scope(), true)?.into_iter().next();
            let at = now();
            self.store.change(|transaction| {
                let (number, part) = (message.number, booking.part);
                match outcome {
                    Some(Outcome::Done(id, sequence)) => {
                        let posted = Some((id, sequence));
                        payment::set_booking(transaction, number, part, BookingState::Settled, posted)?;
                        message::note(transaction, number, at, "booked", "", &part.to_string())
                    }
                    Some(Outcome::Refused(why)) => {
                        payment::set_booking(transaction, number, part, BookingState::Rejected, None)?;
                        parts.try_for_each(|payment| {
                            let why = Some((why.code, why.text.as_str()));
                            payment::set_state(transaction, payment.number, PaymentState::Rejected, why)
                        })
                    }
                    // With the debit, the payments wait.
                    Some(Outcome::Held) => parts
                        .filter(|payment| payment.state == PaymentState::Ready)
                        .try_for_each(|one| payment::set_state(transaction, one.number, PaymentState::Waiting, None)),
                    None => Ok(()),
                }
            })?;
        }
        Ok(())
    }

    /// Posts some payments, each as its state demands.
    fn run(&mut self, message: &Message, payments: &[Payment]) -> Result<Vec<Noted>, PaymentError> {
        // What debits the account of whoever sent it is limited to their own; the rest is the bank's.
        let (mut own, mut bank, mut corrections) = (Vec::new(), Vec::new(), Vec::new());
        for payment in payments {
            let theirs = matches!(payment.kind, Kind::TransferOnUs | Kind::TransferOut) && !payment.batch;
            if payment.state == PaymentState::Ready && theirs {
                own.push((payment, item(payment, "move", payment.debit, payment.credit)));
            } else {
                let clearing = self.clearing(payment.currency)?;
                let items = self.bank_items(payment, clearing);
                // What goes back to where it came from, or has settled with another bank for good, is never held up.
                let settled = matches!(payment.kind, Kind::ReturnIn | Kind::CollectionOut | Kind::RecallIn);
                let judged = payment.state == PaymentState::Ready && !settled;
                let of = if judged { &mut bank } else { &mut corrections };
                of.push((payment, items));
            }
        }
        let mut noted = Vec::with_capacity(payments.len());
        if !own.is_empty() {
            let items: Vec<Transfer> = own.iter().map(|(_, item)| *item).collect();
            let outcomes = self.post(&items, message, message.scope(), true)?;
            for ((payment, item), outcome) in own.iter().zip(outcomes) {
                noted.push(self.outcome(payment, std::slice::from_ref(item), &[outcome])?);
            }
        }
        for (payments, judged) in
            [(bank, true), (corrections, false)].iter().filter(|(payments, _)| !payments.is_empty())
        {
            let items: Vec<Transfer> = payments.iter().flat_map(|(_, items)| items.iter().copied()).collect();
            let mut outcomes = self.post(&items, message, Scope::All, *judged)?.into_iter();
            for (payment, items) in payments {
                let of_this: Vec<Outcome> = outcomes.by_ref().take(items.len()).collect();
                noted.push(self.outcome(payment, items, &of_this)?);
            }
        }
        Ok(noted)
    }

    /// What is posted for a payment that debits no account of whoever sent it.
    fn bank_items(&self, payment: &Payment, clearing: u64) -> Vec<Transfer> {
        let (debit, credit) = (payment.debit, payment.credit);
        match payment.state {
            PaymentState::Refunding => vec![item(payment, "refund", clearing, debit)],
            PaymentState::Reclaimed => vec![item(payment, "reclaim", credit, debit)],
            // It came and goes, both seen in the settlement account, together or not at all.
            PaymentState::Returning => {
                let mut there = item(payment, "there", debit, credit);
                there.flags |= QENEX_TRANSFER_LINKED;
                vec![there, item(payment, "back", credit, debit)]
            }
            _ if payment.batch => vec![item(payment, "leg", clearing, credit)],
            _ => vec![item(payment, "move", debit, credit)],
        }
    }

    /// What is to be noted of a payment after its postings.
    fn outcome(&mut self, payment: &Payment, items: &[Transfer], outcomes: &[Outcome]) -> Result<Noted, PaymentError> {
        let refused = outcomes.iter().find_map(|outcome| match outcome {
            Outcome::Refused(why) => Some(why.clone()),
            Outcome::Done(..) | Outcome::Held => None,
        });
        let mut noted = Noted {
            payment: payment.number,
            state: payment.state,
            why: refused.clone(),
            postings: Vec::new(),
            accounts: None,
            undone: None,
        };
        if refused.is_none() && outcomes.iter().any(|outcome| matches!(outcome, Outcome::Held)) {
            noted.state = PaymentState::Waiting;
            return Ok(noted);
        }
        let Some(why) = refused else {
            let posted = items.iter().zip(outcomes).filter_map(|(item, outcome)| match outcome {
                Outcome::Done(id, sequence) => Some((item, *id, *sequence)),
                Outcome::Refused(_) | Outcome::Held => None,
            });
            noted.postings.extend(posted.map(|(item, transfer, sequence)| Posting {
                transfer,
                sequence,
                debit: item.from_account,
                credit: item.to_account,
                amount: item.amount,
            }));
            noted.state = match payment.state {
                PaymentState::Refunding => PaymentState::Rejected,
                PaymentState::Returning | PaymentState::Reclaimed => PaymentState::Returned,
                _ => PaymentState::Settled,
            };
            if payment.kind == Kind::ReturnIn {
                noted.undone = payment.original;
            }
            return Ok(noted);
        };
        let clearing = self.clearing(payment.currency)?;
        noted.state = match (payment.state, payment.kind) {
            // The bank's own accounts, or the debtor's refund: somebody must look at it, and then it goes on.
            (PaymentState::Refunding | PaymentState::Returning | PaymentState::Reclaimed, _) => {
                return Err(PaymentError::State(format!("payment {}: {}: {}", payment.number, why.code, why.text)));
            }
            (_, Kind::TransferOnUs | Kind::TransferOut) if payment.batch => PaymentState::Refunding,
            (_, Kind::TransferOnUs | Kind::TransferOut | Kind::RecallIn) => PaymentState::Rejected,
            (_, Kind::CollectionOnUs) => {
                noted.undone = Some(payment.number);
                PaymentState::Rejected
            }
            (_, Kind::TransferIn) => {
                noted.accounts = Some((payment.debit, clearing));
                PaymentState::Returning
            }
            (_, Kind::CollectionIn) => {
                noted.accounts = Some((clearing, payment.credit));
                noted.undone = Some(payment.number);
                PaymentState::Returning
            }
            // It has settled with the other bank and cannot be refused: kept in the clearing account for an operator.
            (_, Kind::ReturnIn | Kind::CollectionOut) => {
                let settlement = self.own(payment.currency)?.map_or(0, |own| own.settlement);
                if payment.debit == clearing || payment.credit == clearing {
                    return Err(PaymentError::State(format!("payment {}: {}", payment.number, why.text)));
                }
                let replaced = |account| if account == settlement { account } else { clearing };
                noted.accounts = Some((replaced(payment.debit), replaced(payment.credit)));
                PaymentState::Ready
            }
        };
        Ok(noted)
    }

    /// Has the ledger post some items, and waits until those that it has are durable. What is `judged` may be held instead.
    fn post(
        &mut self,
        items: &[Transfer],
        message: &Message,
        scope: Scope,
        judged: bool,
    ) -> Result<Vec<Outcome>, PaymentError> {
        self.step()?;
        let mut outcomes: Vec<Option<Outcome>> = vec![None; items.len()];
        loop {
            let open: Vec<usize> = (0..items.len()).filter(|place| outcomes[*place].is_none()).collect();
            let asked: Vec<Transfer> = open.iter().map(|place| items[*place]).collect();
            let results = match judged {
                true => {
                    let contexts = vec![CONTEXT; asked.len()];
                    self.counter.pay(&asked, &Ask { contexts: &contexts, keyed: true, scope, user: &message.user })
                }
                false => {
                    let results = self.counter.transfer(&asked, true, scope);
                    results.map(|results| results.into_iter().map(Paid::Done).collect())
                }
            };
            let results = match results {
                // The account has been given to somebody else meanwhile.
                Err(BankError::NotOwner { item }) if item < open.len() => {
                    outcomes[open[item]] =
                        Some(Outcome::Refused(Why::new("AC01", "there is no such account to debit")));
                    if open.len() == 1 {
                        break;
                    }
                    continue;
                }
                results => results?,
            };
            let mut last = 0;
            for (place, paid) in open.into_iter().zip(&results) {
                let outcome = match paid {
                    Paid::Done(result) => self.outcome_of(items[place].id, result)?,
                    Paid::Review(review) => self.reviewed(*review, items[place].id)?,
                };
                if let Outcome::Done(_, sequence) = &outcome {
                    last = last.max(*sequence);
                }
                outcomes[place] = Some(outcome);
            }
            self.wait_durable(last)?;
            break;
        }
        Ok(outcomes.into_iter().flatten().collect())
    }

    fn outcome_of(&self, id: Id, result: &TransferResult) -> Result<Outcome, PaymentError> {
        self.metrics.changed(result.result);
        match ResultCode::from_u32(result.result) {
            Some(code) if code.is_success() => Ok(Outcome::Done(id, result.sequence)),
            Some(ResultCode::LinkedItemFailed) => Ok(Outcome::Refused(Why::new("MS03", "its other half was refused"))),
            // Nothing is wrong with the payment: it is tried again.
            _ => of_refusal(result.result)
                .map(Outcome::Refused)
                .ok_or(PaymentError::Bank(BankError::Refused(result.result))),
        }
    }

    /// What has become of an item that an analyst had to look at.
    fn reviewed(&mut self, review: Id, item: Id) -> Result<Outcome, PaymentError> {
        let Some(risk) = self.counter.risk() else { return Ok(Outcome::Held) };
        let review = risk.with_store(|store| store.review(review)).map_err(BankError::from)?;
        Ok(match review.state {
            ReviewState::Approved => match self.counter.recorded(verdict_id(item, "post"))? {
                Some(posting) => Outcome::Done(posting.id, posting.sequence),
                None => Outcome::Held,
            },
            ReviewState::Rejected => Outcome::Refused(Why::new("FR01", "it was taken for fraud")),
            ReviewState::Failed => {
                let code = ResultCode::ALL.iter().find(|code| Some(code.name()) == review.outcome.as_deref());
                let why = code.and_then(|code| of_refusal(*code as u32));
                Outcome::Refused(why.unwrap_or(Why::new("MS03", "the ledger has refused it")))
            }
            _ => Outcome::Held,
        })
    }

    /// Whether all that could be done about a message today waits for an analyst.
    pub(super) fn waits_for_review(&self, message: &Message) -> Result<bool, PaymentError> {
        let Some(risk) = self.counter.risk().filter(|_| message.state == MessageState::Waiting) else {
            return Ok(false);
        };
        let is_open = |id: Id| {
            let known = risk.review_of(id);
            known.is_some_and(|known| {
                !matches!(known.state, ReviewState::Approved | ReviewState::Rejected | ReviewState::Failed)
            })
        };
        let today = self.today().unix_days();
        let bookings = self.store.bookings(message.number)?;
        let mut waits = false;
        for payment in self.store.payments(message.number)? {
            match payment.state {
                PaymentState::Waiting if payment.due <= today => {
                    let total = bookings.iter().find(|booking| payment.batch && booking.part == payment.part);
                    let total = total.map(|booking| Self::derived(&booking.key, "total"));
                    let own = ["move", "leg"].map(|step| Self::derived(&payment.key, step));
                    if !own.into_iter().chain(total).any(is_open) {
                        return Ok(false);
                    }
                    waits = true;
                }
                PaymentState::Ready | PaymentState::Refunding | PaymentState::Returning => return Ok(false),
                _ => {}
            }
        }
        Ok(waits)
    }
}
