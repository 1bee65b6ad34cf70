// SPDX-License-Identifier: MIT

//! Payments: judged, then posted, or held and put into the queue.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use qenex_abi::{
    Account, Id, JournalEntry, QENEX_BATCH_MAX, QENEX_ENTRY_HOLD, QENEX_ENTRY_POSTING, QENEX_TRANSFER_HOLD,
    QENEX_TRANSFER_LINKED, QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_VOID_HOLD, ResultCode, Transfer, TransferResult,
};
use qenex_risk::decide::{Action, Decision};
use qenex_risk::features::Context;

use super::RiskError;
use super::follow::json;
use super::guard::{Risk, holds, pays};
use super::store::{Item, NewReview, Review, ReviewKind, ReviewState};
use crate::bank::{BankError, Counter, Scope, groups, same_transfer};
use crate::people::now;

/// For whom and how payments are made.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What the channel knows of each item, in order; of items beyond, nothing.
    pub contexts: &'a [Context],
    /// Whether ids may be those of earlier changes, however old.
    pub keyed: bool,
    /// Whose accounts may be debited.
    pub scope: Scope,
    /// Who asks.
    pub user: &'a str,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paid {
    /// The ledger has answered.
    Done(TransferResult),
    /// It belongs to this review, now or since an earlier request.
    Review(Id),
}

impl From<RiskError> for BankError {
    fn from(error: RiskError) -> Self {
        match error {
            RiskError::Bank(error) => error,
            error => BankError::Risk(error.to_string()),
        }
    }
}

/// One group of items that happen together, on its way to the ledger.
struct Way {
    group: Range<usize>,
    /// Places in what is sent.
    sent: Range<usize>,
    review: Option<Review>,
}

fn code(code: ResultCode) -> Paid {
    Paid::Done(TransferResult { result: code as u32, ..TransferResult::default() })
}

impl Counter {
    /// Moves money, as [`Counter::transfer`] does, but what looks bad is held and put into the queue of the analysts, if
    /// somebody judges payments here.
    ///
    /// # Errors
    ///
    /// As [`Counter::transfer`]; [`BankError::UnderReview`] if an item ends a hold about which somebody is to decide;
    /// [`BankError::Risk`] if what is to be held cannot be noted: then it was not done.
    pub fn pay(&mut self, items: &[Transfer], ask: &Ask<'_>) -> Result<Vec<Paid>, BankError> {
        let Some(risk) = self.risk() else {
            return Ok(self.transfer(items, ask.keyed, ask.scope)?.into_iter().map(Paid::Done).collect());
        };
        let ends = QENEX_TRANSFER_POST_HOLD | QENEX_TRANSFER_VOID_HOLD;
        let under_review = |item: &Transfer| {
            let known = if item.flags & ends == 0 { None } else { risk.review_of(item.related_id) };
            known.is_some_and(|known| !is_over(known.state))
        };
        if let Some(item) = items.iter().position(under_review) {
            return Err(BankError::UnderReview { item });
        }
        self.check_owners(items, ask.scope)?;
        let mut paid: Vec<Option<Paid>> = vec![None; items.len()];
        let (mut open, mut resumed) = (Vec::new(), HashMap::new());
        for group in groups(items) {
            match items[group.clone()].iter().find_map(|item| risk.review_of(item.id)) {
                None => open.push(group),
                Some(known) => {
                    let review = risk.with_store(|store| store.review(known.review))?;
                    let answers = known_before(&items[group.clone()], &review);
                    if known.state == ReviewState::Holding && answers.iter().all(|it| matches!(it, Paid::Review(_))) {
                        resumed.insert(group.start, review);
                        open.push(group);
                    } else {
                        group.zip(answers).for_each(|(place, answer)| paid[place] = Some(answer));
                    }
                }
            }
        }
        let decisions = self.judge(&risk, items, &open, ask)?;
        let (sent, ways) = self.ways(&risk, items, open, &mut resumed, &decisions, ask)?;
        if !sent.is_empty() {
            let results = self.transfer(&sent, ask.keyed, ask.scope);
            if results.is_err() {
                sent.iter().for_each(|item| risk.not_posted(item.id));
            }
            let results = results?;
            for way in ways {
                settle(&risk, items, &sent, &results, way, &mut paid)?;
            }
        }
        Ok(paid.into_iter().map(|paid| paid.unwrap_or(code(ResultCode::LinkedItemFailed))).collect())
    }

    /// Judges the items of groups.
    fn judge(
        &mut self,
        risk: &Risk,
        items: &[Transfer],
        groups: &[Range<usize>],
        ask: &Ask<'_>,
    ) -> Result<HashMap<usize, Decision>, BankError> {
        let places = || groups.iter().cloned().flatten().filter(|place| pays(&items[*place]));
        let mut numbers: Vec<u64> =
            places().flat_map(|place| [items[place].from_account, items[place].to_account]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut accounts: HashMap<u64, Account> = HashMap::with_capacity(numbers.len());
        for piece in numbers.chunks(QENEX_BATCH_MAX as usize) {
            let read = self.bank().accounts(piece)?.accounts;
            let there = read.into_iter().filter(|account| account.result == ResultCode::Ok as u32);
            accounts.extend(there.map(|account| (account.account_number, account)));
        }
        let context = |place: usize| ask.contexts.get(place).copied().unwrap_or_default();
        let asked: Vec<(Transfer, Context)> = places().map(|place| (items[place], context(place))).collect();
        let decisions = risk.judge(&asked, &accounts);
        Ok(places().zip(decisions).filter_map(|(place, decision)| Some((place, decision?))).collect())
    }

    /// What is sent to the ledger for each group: the group itself, or holds for what is to be looked at, which is noted
    /// before.
    fn ways(
        &mut self,
        risk: &Arc<Risk>,
        items: &[Transfer],
        groups: Vec<Range<usize>>,
        resumed: &mut HashMap<usize, Review>,
        decisions: &HashMap<usize, Decision>,
        ask: &Ask<'_>,
    ) -> Result<(Vec<Transfer>, Vec<Way>), BankError> {
        let (mut sent, mut ways) = (Vec::with_capacity(items.len()), Vec::with_capacity(groups.len()));
        for group in groups {
            let flagged = |place: &usize| decisions.get(place).is_some_and(|it| it.action > Action::Allow);
            let mut review = resumed.remove(&group.start);
            if review.is_none() && group.clone().any(|place| flagged(&place)) {
                // What was done before is not done again, however it would be judged today.
                let mut is_new = true;
                if ask.keyed {
                    for place in group.clone() {
                        is_new &= self.recorded(items[place].id)?.is_none();
                    }
                }
                if is_new {
                    review = Some(note(risk, items, group.clone(), decisions, ask)?);
                }
            }
            let start = sent.len();
            match &review {
                None => sent.extend_from_slice(&items[group.clone()]),
                Some(review) => {
                    let held: Vec<&Item> = review.items.iter().filter(|item| item.held).collect();
                    let last = held.len().saturating_sub(1);
                    for (place, item) in held.into_iter().enumerate() {
                        let mut hold = item.transfer;
                        if !holds(&hold) {
                            hold.flags |= QENEX_TRANSFER_HOLD;
                            hold.timeout = risk.settings().hold_seconds;
                        }
                        hold.flags &= !QENEX_TRANSFER_LINKED;
                        hold.flags |= if place < last { QENEX_TRANSFER_LINKED } else { 0 };
                        sent.push(hold);
                    }
                }
            }
            ways.push(Way { group, sent: start..sent.len(), review });
        }
        Ok((sent, ways))
    }
}

/// Whether nothing is to be decided any more.
fn is_over(state: ReviewState) -> bool {
    matches!(state, ReviewState::Approved | ReviewState::Rejected | ReviewState::Failed)
}

/// Notes a review before its money is held.
fn note(
    risk: &Arc<Risk>,
    items: &[Transfer],
    group: Range<usize>,
    decisions: &HashMap<usize, Decision>,
    ask: &Ask<'_>,
) -> Result<Review, BankError> {
    let is_held = |place: usize| decisions.get(&place).is_some_and(|decision| decision.action > Action::Allow);
    let first = group.clone().find(|place| is_held(*place)).unwrap_or(group.start);
    let kind = match group.len() == 1 && holds(&items[first]) {
        true => ReviewKind::Hold,
        false => ReviewKind::Payment,
    };
    let new = NewReview {
        id: items[first].id,
        kind,
        state: ReviewState::Holding,
        at: now(),
        user: ask.user.to_owned(),
        owner: match ask.scope {
            Scope::Owner(owner) => Some(owner),
            Scope::All => None,
        },
        // The strictest one of the group.
        decision: group
            .clone()
            .filter_map(|place| decisions.get(&place))
            .max_by_key(|it| it.action)
            .map_or_else(String::new, json),
        items: group.map(|place| Item { transfer: items[place], held: is_held(place) }).collect(),
    };
    let known = risk.with_store(|store| store.add_review(&new))?;
    if let Some(known) = known {
        // The same was asked for on another connection at the same moment.
        return Ok(known);
    }
    risk.noted(&new);
    Ok(risk.with_store(|store| store.review(new.id))?)
}

/// Notes what the ledger has said about a group.
fn settle(
    risk: &Arc<Risk>,
    items: &[Transfer],
    sent: &[Transfer],
    results: &[TransferResult],
    way: Way,
    paid: &mut [Option<Paid>],
) -> Result<(), BankError> {
    let Way { group, sent: places, review } = way;
    let is_new = |result: &TransferResult| result.result == ResultCode::Ok as u32;
    for place in places.clone() {
        // Otherwise it is not seen in the journal, or was seen there long ago.
        if !results.get(place).is_some_and(is_new) {
            risk.not_posted(sent[place].id);
        }
    }
    let Some(review) = review else {
        for (place, result) in group.zip(&results[places]) {
            paid[place] = Some(Paid::Done(*result));
        }
        return Ok(());
    };
    // What is not held is judged again if it is posted some day.
    group.clone().for_each(|place| {
        if !review.items.iter().any(|item| item.held && item.transfer.id == items[place].id) {
            risk.not_posted(items[place].id);
        }
    });
    let is_done = |result: &TransferResult| ResultCode::from_u32(result.result).is_some_and(ResultCode::is_success);
    if results[places.clone()].iter().all(is_done) {
        // A power cut takes back no hold that is in the queue.
        risk.wait_durable(&results[places])?;
        risk.is_held(&review)?;
        tracing::info!(review = format!("{:032x}", review.id.to_u128()), "a payment is held for review");
        group.for_each(|place| paid[place] = Some(Paid::Review(review.id)));
        return Ok(());
    }
    risk.is_not_held(&review)?;
    for place in places {
        let of = group.clone().find(|at| items[*at].id == sent[place].id);
        if let Some(of) = of {
            paid[of] = Some(Paid::Done(results[place]));
        }
    }
    Ok(())
}

/// What is answered to a request that has become a review before: the review, or the first thing that differs.
fn known_before(items: &[Transfer], review: &Review) -> Vec<Paid> {
    let same = |item: &Transfer| {
        let Some(known) = review.items.iter().find(|known| known.transfer.id == item.id) else {
            return code(ResultCode::IdUsedUp);
        };
        let known = &known.transfer;
        let entry = JournalEntry {
            kind: if holds(known) { QENEX_ENTRY_HOLD } else { QENEX_ENTRY_POSTING },
            flags: known.flags,
            related_id: known.related_id,
            from_account: known.from_account,
            to_account: known.to_account,
            amount: known.amount,
            currency: known.currency as _,
            timeout: known.timeout,
            code: known.code,
            reference: known.reference,
            ..JournalEntry::default()
        };
        match same_transfer(item, &entry) {
            ResultCode::Exists => Paid::Review(review.id),
            other => code(other),
        }
    };
    let answers: Vec<Paid> = items.iter().map(same).collect();
    let whole = items.len() == review.items.len();
    match answers.iter().find(|answer| !matches!(answer, Paid::Review(_))) {
        None if whole => answers,
        None => items.iter().map(|_| code(ResultCode::ExistsWithDifferentFlags)).collect(),
        // A chain happens whole or not at all: the first difference speaks for all.
        Some(_) => answers
            .iter()
            .map(|answer| if matches!(answer, Paid::Review(_)) { code(ResultCode::LinkedItemFailed) } else { *answer })
            .collect(),
    }
}
