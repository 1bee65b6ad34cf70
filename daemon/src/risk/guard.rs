// SPDX-License-Identifier: MIT

//! What everybody who has to do with risk shares, and the judgement before a payment is posted.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use qenex_abi::{
    Account, Counters, Id, QENEX_TRANSFER_HOLD, QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_REVERSE, QENEX_TRANSFER_UP_TO,
    QENEX_TRANSFER_VOID_HOLD, Transfer,
};
use qenex_risk::decide::{Action, Decision, Engine};
use qenex_risk::features::{Context, Event, FeatureError, History, Payment, Row, available};
use qenex_risk::rules::RuleSet;

use super::follow::Follow;
use super::mind::Mind;
use super::reviews::{Known, Reviews};
use super::settings::RiskSettings;
use super::store::{JudgedRow, RiskStore};
use super::train::Trainer;
use super::{RiskError, rules};
use crate::bank::{Bank, Durable};
use crate::metrics::Metrics;
use crate::people::{PeopleStore, Policy, now};
use crate::store::Reader;

/// Entries that are caught up with before a judgement; more are left to the thread that follows.
const CATCH_UP: usize = 256;
/// Rows that wait to be written before whoever adds one writes them.
const UNWRITTEN: usize = 65_536;

/// A payment that was judged and not yet seen in the journal.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) decision: Decision,
    pub(super) row: Option<Row>,
    pub(super) payment: Payment,
}

/// Judges payments, keeps what is known of them, and learns.
pub struct Risk {
    pub(super) settings: RiskSettings,
    pub(super) bank: Arc<dyn Bank>,
    pub(super) durable: Durable,
    pub(super) engine: RwLock<Engine>,
    pub(super) follow: Mutex<Follow>,
    /// The last entry of the journal that the engine knows.
    pub(super) followed: AtomicU64,
    pub(super) mind: Mutex<Mind>,
    pub(super) store: Mutex<RiskStore>,
    pub(super) people: Mutex<PeopleStore>,
    pub(super) waiting: Mutex<HashMap<Id, Judged>>,
    pub(super) unwritten: Mutex<Vec<JudgedRow>>,
    pub(super) reviews: Reviews,
    pub(super) metrics: Arc<Metrics>,
    pub(super) trainer: Trainer,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Risk {
    /// Brings back what is known: history and examples from the journal that `reader` reads, the rest from the database in
    /// the store's directory.
    ///
    /// # Errors
    ///
    /// [`RiskError`]. A model that cannot be loaded is none: it is said in the log of decisions, and the one before decides.
    pub fn open(
        settings: RiskSettings,
        directory: &Path,
        (bank, durable): (Arc<dyn Bank>, Durable),
        reader: Box<dyn Reader>,
        people: Policy,
        metrics: Arc<Metrics>,
    ) -> Result<Arc<Risk>, RiskError> {
        let begun = Instant::now();
        let store = RiskStore::open(directory)?;
        let engine = Engine::new(History::new(), settings.policy.clone());
        let mind = Mind::new(&settings);
        let risk = Risk {
            bank,
            durable,
            engine: RwLock::new(engine),
            follow: Mutex::new(Follow::new(reader)),
            followed: AtomicU64::new(0),
            mind: Mutex::new(mind),
            reviews: Reviews::load(&store)?,
            store: Mutex::new(store),
            people: Mutex::new(PeopleStore::open(directory, people)?),
            waiting: Mutex::default(),
            unwritten: Mutex::default(),
            metrics,
            trainer: Trainer::default(),
            settings,
        };
        // Rules and models first: what happened while nobody looked is judged by them.
        risk.load_rules()?;
        risk.load_models()?;
        let entries = risk.rebuild()?;
        risk.load_labels()?;
        let took = begun.elapsed();
        let examples = lock(&risk.mind).learner.window().len();
        tracing::info!(entries, examples, took_ms = took.as_millis() as u64, "the history of all accounts is there");
        risk.tell_counts();
        Ok(Arc::new(risk))
    }

    /// What is configured.
    pub fn settings(&self) -> &RiskSettings {
        &self.settings
    }

    /// Looks at the engine; while `look` runs nothing new is noted, so it should not take long.
    pub(super) fn with_engine<T>(&self, look: impl FnOnce(&Engine) -> T) -> T {
        look(&self.engine.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn change_engine<T>(&self, change: impl FnOnce(&mut Engine) -> T) -> T {
        change(&mut self.engine.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks the database.
    ///
    /// # Errors
    ///
    /// What `ask` says.
    pub fn with_store<T>(&self, ask: impl FnOnce(&mut RiskStore) -> Result<T, RiskError>) -> Result<T, RiskError> {
        ask(&mut lock(&self.store))
    }

    /// The review that a change with this id belongs to.
    pub fn review_of(&self, id: Id) -> Option<Known> {
        self.reviews.of(id)
    }

    /// What the engine says of a payment that nobody has asked for. Nothing is noted.
    ///
    /// # Errors
    ///
    /// [`RiskError::Payment`].
    pub fn score(&self, payment: &Payment) -> Result<(Decision, Row), RiskError> {
        self.catch_up();
        Ok(self.with_engine(|engine| engine.decide(payment))?)
    }

    /// Follows the journal as far as it goes, within bounds. Returns whether the end was reached.
    fn catch_up(&self) -> bool {
        match self.follow_some(CATCH_UP) {
            Ok(more) => !more || self.lag() <= self.settings.lag,
            Err(error) => {
                tracing::warn!(%error, "the journal cannot be followed");
                self.lag() <= self.settings.lag
            }
        }
    }

    /// Entries of the journal that the engine does not know yet.
    fn lag(&self) -> u64 {
        self.bank.info().map_or(u64::MAX, |info| info.sequence.saturating_sub(self.followed.load(Ordering::Acquire)))
    }

    /// Judges what is about to be posted: one decision for each item, none for those that move no money between two
    /// accounts that are there. `accounts` are those that the items name, as they are now.
    pub fn judge(&self, items: &[(Transfer, Context)], accounts: &HashMap<u64, Account>) -> Vec<Option<Decision>> {
        let begun = Instant::now();
        let is_current = self.catch_up();
        let at = now();
        let payments: Vec<Option<Payment>> =
            items.iter().map(|(item, context)| payment(item, *context, accounts, at)).collect();
        let count = payments.iter().flatten().count();
        if count == 0 {
            return vec![None; items.len()];
        }
        let mut judged: Vec<Option<(Decision, Option<Row>)>> = Vec::with_capacity(items.len());
        if count == 1 {
            self.with_engine(|engine| {
                judged.extend(payments.iter().map(|payment| payment.as_ref().map(|one| decide(engine, one))));
            });
        } else {
            let named = || payments.iter().flatten();
            let mut ahead = self.with_engine(|engine| {
                engine.ahead(
                    named().flat_map(|payment| [payment.from, payment.to]),
                    named().filter_map(|payment| payment.context.device),
                )
            });
            for payment in &payments {
                judged.push(payment.as_ref().map(|payment| {
                    let decided = decide(&ahead, payment);
                    // What cannot be noted was not judged either, which the decision says.
                    let _ = ahead.apply(&Event::Paid(*payment));
                    decided
                }));
            }
        }
        if !is_current {
            let why = "the history of the accounts is too far behind the journal";
            for (place, payment) in payments.iter().enumerate() {
                if let (Some(payment), Some(Some((decision, row)))) = (payment, judged.get_mut(place)) {
                    (*decision, *row) = (self.not_judged(payment, why), None);
                }
            }
        }
        let took = begun.elapsed() / u32::try_from(count).unwrap_or(u32::MAX);
        let mut waiting = lock(&self.waiting);
        let mut decisions = Vec::with_capacity(items.len());
        for (((item, _), payment), judged) in items.iter().zip(payments).zip(judged) {
            let (Some(payment), Some((decision, row))) = (payment, judged) else {
                decisions.push(None);
                continue;
            };
            self.metrics.judged(&decision, true, took);
            waiting.insert(item.id, Judged { decision: decision.clone(), row, payment });
            decisions.push(Some(decision));
        }
        decisions
    }

    /// What is decided about a payment that cannot be judged, and why it cannot.
    fn not_judged(&self, payment: &Payment, why: &str) -> Decision {
        let action = self.settings.policy.on_failure(payment.context.channel);
        Decision {
            action,
            scored: None,
            expected_loss: None,
            reasons: Vec::new(),
            rules: Vec::new(),
            model: self.with_engine(|engine| engine.version().map(str::to_owned)),
            failure: Some(why.to_owned()),
        }
    }

    /// What was judged was not posted.
    pub fn not_posted(&self, id: Id) {
        lock(&self.waiting).remove(&id);
    }

    /// Keeps a row until it is written.
    pub(super) fn keep(&self, row: JudgedRow) {
        let full = {
            let mut unwritten = lock(&self.unwritten);
            unwritten.push(row);
            unwritten.len() >= UNWRITTEN
        };
        if full {
            if let Err(error) = self.write() {
                tracing::error!(%error, "what was judged cannot be kept");
            }
        }
    }

    /// Writes what was judged, and how far the journal was followed.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`]: the rows are tried again.
    pub(super) fn write(&self) -> Result<(), RiskError> {
        // The store first: whoever writes later must not overtake.
        let mut store = lock(&self.store);
        let (rows, followed) = (std::mem::take(&mut *lock(&self.unwritten)), self.followed.load(Ordering::Acquire));
        let written = store.write_judged(&rows, followed);
        if written.is_err() {
            let mut unwritten = lock(&self.unwritten);
            let newer = std::mem::replace(&mut *unwritten, rows);
            // Bounded, whatever the disk does: what is lost are contexts, never money.
            if unwritten.len() < 4 * UNWRITTEN {
                unwritten.extend(newer);
            }
        }
        written
    }

    /// Tells the metrics how many reviews there are.
    pub(super) fn tell_counts(&self) {
        let (alerts, reviews) = self.reviews.open();
        self.metrics.risk_open(alerts, reviews);
    }

    /// Takes the rules of the database, and those of the file if there is one.
    fn load_rules(&self) -> Result<(), RiskError> {
        let stored = self.with_store(|store| store.rules())?;
        match RuleSet::from_toml(&stored.text) {
            Ok(set) => self.change_engine(|engine| engine.set_rules(Arc::new(set))),
            Err(error) => return Err(RiskError::Stored("the rules".into(), error.to_string())),
        }
        if self.settings.rules.is_some() {
            rules::take_file(self)?;
        }
        Ok(())
    }
}

/// What an engine says of a payment, whatever is wrong with it.
fn decide(engine: &Engine, payment: &Payment) -> (Decision, Option<Row>) {
    let (mut decision, row) = engine.decide_always(payment);
    // The ledger refuses these by itself, and says why: nothing is to be held for them.
    let refused_anyway = matches!(
        payment.check(),
        Err(FeatureError::NoAmount | FeatureError::PaysItself(_) | FeatureError::UnknownCurrency(_))
    );
    if refused_anyway {
        decision.action = Action::Allow;
    }
    (decision, row)
}

/// Whether the item pays somebody, or holds money for that.
pub(crate) fn pays(item: &Transfer) -> bool {
    item.flags & (QENEX_TRANSFER_POST_HOLD | QENEX_TRANSFER_VOID_HOLD | QENEX_TRANSFER_REVERSE) == 0
}

/// Whether the item only holds money.
pub(crate) fn holds(item: &Transfer) -> bool {
    item.flags & QENEX_TRANSFER_HOLD != 0
}

/// The payment that an item asks for, if both accounts are there.
fn payment(item: &Transfer, context: Context, accounts: &HashMap<u64, Account>, time: u64) -> Option<Payment> {
    let (from, _) = (accounts.get(&item.from_account)?, accounts.get(&item.to_account)?);
    let counters = Counters {
        debits_posted: from.debits_posted,
        credits_posted: from.credits_posted,
        debits_held: from.debits_held,
        credits_held: from.credits_held,
    };
    let has = available(&counters);
    let mut amount = item.amount;
    if item.flags & QENEX_TRANSFER_UP_TO != 0 {
        let most = i128::from(has) + i128::from(from.overdraft_limit);
        amount = amount.min(u64::try_from(most.max(0)).unwrap_or(u64::MAX));
    }
    (pays(item) && amount > 0).then_some(Payment {
        time,
        from: item.from_account,
        to: item.to_account,
        amount,
        currency: item.currency,
        available: Some(has),
        context,
    })
}
