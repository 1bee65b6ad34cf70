// SPDX-License-Identifier: MIT

//! Models: loaded, trained in a thread of low priority, tried out in shadow, promoted and taken back.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use qenex_risk::features::schema_hash;
use qenex_risk::learn::drift::Monitor;
use qenex_risk::learn::{Judgement, LearnError, Record};
use qenex_risk::model::{FraudModel, train};
use serde::Serialize;
use serde_json::json;

use super::RiskError;
use super::follow::DAEMON;
use super::guard::{Risk, lock};
use super::store::StoredModel;
use crate::people::{Actor, Peer, What, now};

/// The thread of a training is as nice to others as it can be.
const NICE: i32 = 19;
/// Fewest payments by which it is learnt what is usual.
const FEWEST: usize = 100;

/// How far a training is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Training {
    /// None was begun since the daemon started.
    #[default]
    Idle,
    /// One goes on.
    Running {
        /// Since when, nanoseconds since 1970-01-01 UTC.
        since: u64,
        /// Of its random numbers.
        seed: u64,
    },
    /// The last one has made a model, which is being tried out.
    Done {
        /// When, nanoseconds since 1970-01-01 UTC.
        at: u64,
        /// Version of the model.
        version: String,
    },
    /// The last one has made none.
    Failed {
        /// When, nanoseconds since 1970-01-01 UTC.
        at: u64,
        /// Why.
        why: String,
    },
}

/// Who trains.
pub(super) struct Trainer {
    state: Mutex<Training>,
    thread: Mutex<Option<JoinHandle<()>>>,
    cancel: Arc<AtomicBool>,
    /// Something has happened that only a training helps against.
    wanted: AtomicBool,
    /// When the last one was begun, or, since the start none was, when the newest model was made: nanoseconds since
    /// 1970-01-01 UTC. A daemon that is started more often than it trains would never train if it counted from its start.
    begun: AtomicU64,
    /// Time of the file of rules that was taken last.
    pub(super) rules_seen: Mutex<Option<SystemTime>>,
}

impl Default for Trainer {
    fn default() -> Self {
        Trainer {
            state: Mutex::default(),
            thread: Mutex::default(),
            cancel: Arc::default(),
            wanted: AtomicBool::new(false),
            begun: AtomicU64::new(now()),
            rules_seen: Mutex::default(),
        }
    }
}

impl Trainer {
    /// Ends a training that goes on, within about a second.
    pub(super) fn end(&self) {
        self.cancel.store(true, Ordering::Release);
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

/// The daemon itself, in the log of decisions.
pub(super) fn daemon() -> Actor {
    Actor { user: DAEMON.into(), peer: Peer::CommandLine { uid: 0 } }
}

/// Who decides, who is tried out, and how well.
#[derive(Clone, Debug)]
pub struct Models {
    /// The model that decides.
    pub champion: Option<Arc<FraudModel>>,
    /// The model that is tried out.
    pub challenger: Option<Arc<FraudModel>>,
    /// How the two compare.
    pub judgement: Result<Judgement, LearnError>,
    /// Changes of the champion, the last first.
    pub changes: Vec<Record>,
    /// How far a training is.
    pub training: Training,
    /// Payments that are remembered, and how many of them it is known of what they were.
    pub examples: (usize, usize),
    /// Population stability index of each feature and the score, highest first, and of how many payments.
    pub drift: (Vec<(String, f64)>, u64),
}

impl Risk {
    /// Loads the champions and the challenger.
    pub(super) fn load_models(&self) -> Result<(), RiskError> {
        let line = self.with_store(|store| store.line())?;
        let mut mind = lock(&self.mind);
        let mut decides = None;
        for version in line.iter().skip(line.len().saturating_sub(6)) {
            match self.load(version) {
                Ok(model) => {
                    mind.learner.install(model, DAEMON, "loaded", now());
                    decides = Some(version);
                }
                Err(error) => {
                    tracing::error!(%error, version, "a model cannot be loaded");
                    self.record(What::ModelUnusable, DAEMON, version, &error.to_string())?;
                }
            }
        }
        if line.last() != decides {
            // Somebody must decide, and learn anew.
            self.trainer.wanted.store(true, Ordering::Release);
            let record = Record {
                time: now(),
                by: DAEMON.into(),
                from: line.last().cloned(),
                to: decides.cloned(),
                about: mind.learner.champion().map(|model| model.about().clone()),
                judgement: None,
                why: "the champion cannot be loaded".into(),
            };
            self.note_reign("rollback", What::ModelRolledBack, &record, &daemon())?;
        }
        if let Some((version, since)) = self.with_store(|store| store.challenger())? {
            match self.load(&version) {
                Ok(model) => mind.learner.challenge(model, since),
                Err(error) => {
                    tracing::error!(%error, version, "a model cannot be loaded");
                    self.record(What::ModelUnusable, DAEMON, &version, &error.to_string())?;
                    self.with_store(|store| store.set_challenger(None))?;
                    self.trainer.wanted.store(true, Ordering::Release);
                }
            }
        }
        if let Some(made) = self.with_store(|store| store.newest_model())? {
            self.trainer.begun.store(made, Ordering::Release);
        }
        let champion = mind.learner.champion().cloned();
        mind.champion(champion.as_deref(), &self.settings.policy, false);
        self.change_engine(|engine| engine.set_model(champion));
        Ok(())
    }

    fn load(&self, version: &str) -> Result<FraudModel, RiskError> {
        let bytes = self.with_store(|store| store.model(version))?;
        Ok(FraudModel::from_bytes(&bytes)?)
    }

    /// Trains a model in a thread of its own, which is then tried out in shadow. Without `labels` it only learns what is
    /// usual.
    ///
    /// # Errors
    ///
    /// [`RiskError::Training`] if one goes on; [`RiskError::Learn`] if there is nothing to learn from, or only one class.
    pub fn train(self: &Arc<Self>, labels: bool, seed: u64, actor: &Actor) -> Result<Training, RiskError> {
        // What was posted a moment ago is learnt from, too.
        self.follow_some(usize::MAX)?;
        let since = now();
        let (table, examples, times) = {
            let mind = lock(&self.mind);
            match labels {
                true => {
                    let set = mind.learner.training_set(since, since)?;
                    (set.examples.table().clone(), Some(set.examples), set.times)
                }
                false => {
                    let (table, times) = mind.learner.unlabelled(self.settings.learn.rows)?;
                    (table, None, times)
                }
            }
        };
        if table.len() < FEWEST {
            let needed = self.settings.learn.frauds;
            let fraud = examples.as_ref().map_or(0, |examples| examples.outcomes().iter().filter(|it| **it).count());
            return Err(LearnError::TooEarly { rows: table.len(), fraud, needed }.into());
        }
        let details = json!({ "seed": seed, "labels": labels, "rows": table.len(), "from": times.0, "to": times.1 });
        let (risk, by, settings) = (Arc::clone(self), actor.clone(), self.settings.learn.training(seed));
        let running = self.in_training(seed, actor, &details.to_string(), move |cancel| {
            let model = train(&table, examples.as_ref(), times, settings, cancel)?;
            risk.challenge(model, &by)
        })?;
        // Also if people began it: what is made now is to be tried out before the next one takes its place.
        self.trainer.begun.store(now(), Ordering::Release);
        // If the change goes on, because what was made of it is not promoted, it is told again.
        self.trainer.wanted.store(false, Ordering::Release);
        lock(&self.mind).has_drifted = false;
        Ok(running)
    }

    /// Has `work` make a model in the thread of trainings, whose priority is the lowest. It returns the model's version.
    pub(super) fn in_training(
        self: &Arc<Self>,
        seed: u64,
        actor: &Actor,
        details: &str,
        work: impl FnOnce(&AtomicBool) -> Result<String, RiskError> + Send + 'static,
    ) -> Result<Training, RiskError> {
        let mut thread = lock(&self.trainer.thread);
        if matches!(*lock(&self.trainer.state), Training::Running { .. }) {
            return Err(RiskError::Training);
        }
        let since = now();
        lock(&self.people).record(since, What::ModelTraining, actor, "model", details)?;
        let running = Training::Running { since, seed };
        *lock(&self.trainer.state) = running.clone();
        let (risk, cancel) = (Arc::clone(self), Arc::clone(&self.trainer.cancel));
        let work = move || {
            if let Err(error) = rustix::process::nice(NICE) {
                tracing::warn!(%error, "the training has the priority of everything else");
            }
            let state = match work(&cancel) {
                Ok(version) => Training::Done { at: now(), version },
                Err(error) => {
                    tracing::warn!(%error, "no model was made");
                    Training::Failed { at: now(), why: error.to_string() }
                }
            };
            *lock(&risk.trainer.state) = state;
        };
        match std::thread::Builder::new().name("risk-training".into()).spawn(work) {
            Ok(begun) => *thread = Some(begun),
            Err(error) => {
                *lock(&self.trainer.state) = Training::Idle;
                return Err(RiskError::Thread(error));
            }
        }
        Ok(running)
    }

    /// Keeps a model and tries it out.
    fn challenge(&self, model: FraudModel, actor: &Actor) -> Result<String, RiskError> {
        let (version, since) = (model.version(), now());
        let stored = StoredModel {
            version: version.clone(),
            kind: "fraud",
            crate_version: model.about().crate_version.clone(),
            schema: schema_hash().to_vec(),
            at: since,
            columns: Vec::new(),
            bytes: model.to_bytes()?,
        };
        let about = serde_json::to_string(model.about()).unwrap_or_default();
        lock(&self.people).record(since, What::ModelTrained, actor, &version, &about)?;
        self.with_store(|store| {
            store.add_model(&stored)?;
            store.set_challenger(Some((&version, since)))
        })?;
        lock(&self.mind).learner.challenge(model, since);
        Ok(version)
    }

    /// Who decides, who is tried out, and how well.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn models(&self) -> Result<Models, RiskError> {
        self.follow_some(usize::MAX)?;
        let changes = self.with_store(|store| store.reigns(20))?;
        let mind = lock(&self.mind);
        let learner = &mind.learner;
        let drift = mind.monitor.as_ref().map_or_else(Vec::new, Monitor::report);
        Ok(Models {
            champion: learner.champion().cloned(),
            challenger: learner.challenger().cloned(),
            judgement: learner.judge(now()),
            changes,
            training: lock(&self.trainer.state).clone(),
            examples: (learner.window().len(), learner.labels().len()),
            drift: (drift, mind.monitor.as_ref().map_or(0, |monitor| monitor.count())),
        })
    }

    /// Makes the model that is tried out the one that decides, if it is better beyond chance. Where nobody decides there is
    /// nothing to compare with: it is up to whoever asks.
    ///
    /// # Errors
    ///
    /// [`RiskError::Learn`] says why not; the champion stays.
    pub fn promote(&self, actor: &Actor) -> Result<Record, RiskError> {
        self.follow_some(usize::MAX)?;
        let mut mind = lock(&self.mind);
        let challenger = mind.learner.challenger().cloned().ok_or(LearnError::NoChallenger)?;
        let (what, record) = match mind.learner.champion() {
            Some(_) => ("promote", mind.learner.promote(&actor.user, now())?),
            None => {
                let record = mind.learner.install((*challenger).clone(), &actor.user, "the first one", now());
                mind.learner.withdraw();
                ("install", record)
            }
        };
        if let Err(error) = self.note_reign(what, What::ModelPromoted, &record, actor) {
            // Nobody is champion of whom the log does not say so.
            if mind.learner.rollback(DAEMON, "the log cannot be written", now()).is_err() {
                mind.learner.depose(DAEMON, "the log cannot be written", now());
            }
            mind.learner.challenge((*challenger).clone(), record.time);
            return Err(error);
        }
        let champion = mind.learner.champion().cloned();
        mind.champion(champion.as_deref(), &self.settings.policy, true);
        self.change_engine(|engine| engine.set_model(champion));
        Ok(record)
    }

    /// Goes back to the model that decided before.
    ///
    /// # Errors
    ///
    /// [`RiskError::Learn`] if there is none; the champion stays.
    pub fn rollback(&self, why: &str, actor: &Actor) -> Result<Record, RiskError> {
        let mut mind = lock(&self.mind);
        let record = mind.learner.rollback(&actor.user, why, now())?;
        self.went_back(&mut mind, record, actor)
    }

    fn went_back(&self, mind: &mut super::mind::Mind, record: Record, actor: &Actor) -> Result<Record, RiskError> {
        // A model that is feared must go even if the log cannot be written.
        let champion = mind.learner.champion().cloned();
        mind.champion(champion.as_deref(), &self.settings.policy, false);
        self.change_engine(|engine| engine.set_model(champion));
        self.note_reign("rollback", What::ModelRolledBack, &record, actor)?;
        Ok(record)
    }

    /// A new champion raises far more alerts than it should: the one before decides again, or nobody.
    pub(super) fn dismiss(&self) {
        let why = "far more alerts than in its training";
        let mut mind = lock(&self.mind);
        let record = match mind.learner.rollback(DAEMON, why, now()) {
            Ok(record) => record,
            Err(_) => mind.learner.depose(DAEMON, why, now()),
        };
        tracing::error!(from = record.from, to = record.to, why, "a model was taken back");
        if let Err(error) = self.went_back(&mut mind, record, &daemon()) {
            tracing::error!(%error, "the log of decisions cannot be written");
        }
        self.metrics.risk_dismissed();
    }

    fn note_reign(&self, what: &str, decision: What, record: &Record, actor: &Actor) -> Result<(), RiskError> {
        let subject = record.to.as_deref().unwrap_or("none");
        let details = serde_json::to_string(record).unwrap_or_default();
        lock(&self.people).record(now(), decision, actor, subject, &details)?;
        self.with_store(|store| store.add_reign(what, record))
    }

    /// Notes that a training would help.
    pub(super) fn train_by_itself(&self, why: &str) {
        tracing::warn!(why, "a model should be trained anew");
        self.metrics.risk_drift();
        self.trainer.wanted.store(true, Ordering::Release);
    }

    /// Begins a training, and promotes what the one before has made, if the daemon is to do that by itself.
    pub(super) fn train_if_due(self: &Arc<Self>) {
        let (every, pause) = (self.settings.learn.every, self.settings.learn.pause);
        let is_training = matches!(*lock(&self.trainer.state), Training::Running { .. });
        if every.is_zero() || is_training {
            return;
        }
        let at = now();
        let since = Duration::from_nanos(at.saturating_sub(self.trainer.begun.load(Ordering::Acquire)));
        let wanted = since >= pause && self.trainer.wanted.load(Ordering::Acquire);
        if since < every && !wanted {
            return;
        }
        self.trainer.begun.store(at, Ordering::Release);
        let actor = daemon();
        match self.promote_if_better(&actor) {
            Ok(record) => tracing::info!(to = record.to, why = record.why, "a model was promoted"),
            Err(RiskError::Learn(why)) => tracing::info!(%why, "no model is promoted"),
            Err(error) => tracing::error!(%error, "no model is promoted"),
        }
        // What cannot be learnt from yet is tried again after the pause, if it was wanted.
        if let Err(error) = self.train(true, at, &actor) {
            tracing::warn!(%error, "no model is trained");
        }
    }

    /// As [`Risk::promote`], but never the first one: that is for people to decide.
    fn promote_if_better(&self, actor: &Actor) -> Result<Record, RiskError> {
        if lock(&self.mind).learner.champion().is_none() {
            return Err(RiskError::NoModel);
        }
        self.promote(actor)
    }

    /// Tells the metrics how far payments are from what they were in the training.
    pub(super) fn tell_drift(&self) {
        let mind = lock(&self.mind);
        let Some(monitor) = &mind.monitor else { return };
        let report = monitor.report();
        let worst = report.first().map_or(0.0, |(_, psi)| *psi);
        let score = report.iter().find(|(name, _)| name == "score").map_or(0.0, |(_, psi)| *psi);
        self.metrics.risk_stability(score, worst);
    }
}
