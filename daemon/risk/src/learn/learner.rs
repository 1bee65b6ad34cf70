// SPDX-License-Identifier: MIT

//! Champion and challenger.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::error::{LabelError, LearnError};
use super::gate::{GateSettings, Holdout, Judgement, judge};
use super::labels::{Label, LabelLimits, Labels, Source, SourceKind};
use super::window::{Example, Window, WindowLimits};
use crate::decide::Action;
use crate::features::{Row, names};
use crate::model::{FraudModel, Scored};
use crate::random::mix;
use crate::table::{Examples, Table};

/// How learning goes on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearnSettings {
    /// What is remembered.
    pub window: WindowLimits,
    /// Whose labels are believed, and how many.
    pub labels: LabelLimits,
    /// Most rows of a training set, which bounds memory and time of a training: of the honest a part is drawn then.
    pub rows: usize,
    /// Nanoseconds after which a payment that nobody complained about counts as honest.
    pub maturity: u64,
    /// Nanoseconds until analysts have looked at an alert: younger payments are not compared.
    pub settle: u64,
    /// The most that customers' claims may weigh, as a share of all fraud in a training set.
    pub claims: f64,
    /// When a challenger is better.
    pub gate: GateSettings,
    /// Earlier champions that are kept.
    pub predecessors: usize,
    /// Of what is drawn.
    pub seed: u64,
}

impl Default for LearnSettings {
    fn default() -> Self {
        LearnSettings {
            window: WindowLimits::default(),
            labels: LabelLimits::default(),
            rows: 100_000,
            maturity: 3 * 86_400_000_000_000,
            settle: 86_400_000_000_000,
            claims: 0.2,
            gate: GateSettings::default(),
            predecessors: 5,
            seed: 1,
        }
    }
}

/// What a model is trained with, see [`crate::model::train`].
#[derive(Clone, Debug)]
pub struct TrainingSet {
    /// Rows in order of time, with what is known of them.
    pub examples: Examples,
    /// Time of the first and the last.
    pub times: (u64, u64),
}

/// A change of champion, for the audit chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Nanoseconds since 1970.
    pub time: u64,
    /// Who did it: a user, or the daemon itself.
    pub by: String,
    /// Version of the champion before.
    pub from: Option<String>,
    /// Version of the champion now. None after going back to none.
    pub to: Option<String>,
    /// Where the champion comes from: data range, seed, crate version, hash of the data.
    pub about: Option<crate::model::About>,
    /// The comparison that it won. None for the first champion and for going back.
    pub judgement: Option<Judgement>,
    /// Why.
    pub why: String,
}

/// Keeps examples, labels, the champion and who challenges it.
pub struct Learner {
    settings: LearnSettings,
    window: Window,
    labels: Labels,
    champion: Option<Arc<FraudModel>>,
    challenger: Option<Challenger>,
    predecessors: Vec<Arc<FraudModel>>,
}

/// A model that judges in shadow.
struct Challenger {
    model: Arc<FraudModel>,
    /// From when on it is compared, nanoseconds since 1970.
    since: u64,
    /// The score from which it would raise an alert.
    threshold: f64,
}

/// What the challenger says of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shadow {
    /// Its scores.
    pub scored: Scored,
    /// Whether it would have raised an alert. Somebody should look at such a payment even if the champion did not raise
    /// one: if only the champion's alerts are looked at, only the champion's hits are known, and no challenger can win.
    pub alert: bool,
}

impl Learner {
    /// Without a champion.
    pub fn new(settings: LearnSettings) -> Learner {
        Learner {
            window: Window::new(settings.window),
            labels: Labels::new(settings.labels),
            settings,
            champion: None,
            challenger: None,
            predecessors: Vec::new(),
        }
    }

    /// Remembers a payment that was judged.
    pub fn observe(&mut self, example: Example) {
        let now = example.time;
        let forgotten = self.window.push(example);
        if !forgotten.is_empty() {
            forgotten.into_iter().for_each(|posting| self.labels.forget(posting));
            self.labels.tidy(now);
        }
    }

    /// Takes what became known of a payment.
    ///
    /// # Errors
    ///
    /// [`LabelError`].
    pub fn label(&mut self, label: Label) -> Result<(), LabelError> {
        let example = self.window.get(label.posting).ok_or(LabelError::UnknownPosting(label.posting))?;
        self.labels.add(label, example.time)
    }

    /// Takes back all that a source has said; how much that was.
    pub fn distrust(&mut self, source: &Source) -> usize {
        self.labels.distrust(source)
    }

    /// All that is known.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The payments that are remembered.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// What a model can learn at `now` from payments before `until`.
    ///
    /// Fraud is learnt as soon as it is known. What nobody complained about counts as honest once it is old enough, except
    /// what was blocked: nobody could complain about it, and the model must not learn from its own opinion.
    ///
    /// # Errors
    ///
    /// [`LearnError::Table`]: no rows, or all of one class.
    pub fn training_set(&self, now: u64, until: u64) -> Result<TrainingSet, LearnError> {
        let mature = now.saturating_sub(self.settings.maturity);
        let mut chosen: Vec<(&Example, bool, f64)> = Vec::new();
        let (mut fraud, mut claimed) = (0.0, 0.0);
        for example in self.window.between(0, until) {
            match self.labels.get(example.posting) {
                Some(label) => {
                    chosen.push((example, label.fraud, 1.0));
                    let weight = f64::from(u8::from(label.fraud));
                    fraud += weight;
                    claimed += if label.by.kind == SourceKind::Customer { weight } else { 0.0 };
                }
                None if example.time < mature && example.action != Action::Block => chosen.push((example, false, 1.0)),
                None => {}
            }
        }
        // Claims c of all fraud f are given the weight w with w·c = share·(w·c + f − c).
        let share = self.settings.claims.clamp(0.0, 1.0);
        if claimed > share * fraud {
            let weight = if share < 1.0 { share * (fraud - claimed) / ((1.0 - share) * claimed) } else { 1.0 };
            for (example, fraud, own) in &mut chosen {
                let by_customer =
                    self.labels.get(example.posting).is_some_and(|label| label.by.kind == SourceKind::Customer);
                if *fraud && by_customer {
                    *own = weight;
                }
            }
        }
        let honest = chosen.iter().filter(|(_, fraud, _)| !fraud).count();
        let room = self.settings.rows.saturating_sub(chosen.len() - honest).max(1);
        if honest > room {
            let part = room as f64 / honest as f64;
            chosen.retain_mut(|(example, fraud, weight)| {
                let draw = mix(self.settings.seed ^ mix(example.posting as u64 ^ (example.posting >> 64) as u64));
                let kept = *fraud || (draw as f64) < part * u64::MAX as f64;
                if !*fraud {
                    *weight /= part;
                }
                kept
            });
        }
        let mut table = Table::new(names());
        for (example, ..) in &chosen {
            table.push(&example.row)?;
        }
        let times = match (chosen.first(), chosen.last()) {
            (Some(first), Some(last)) => (first.0.time, last.0.time),
            _ => (0, 0),
        };
        let outcomes = chosen.iter().map(|(_, fraud, _)| *fraud).collect();
        let weights = chosen.iter().map(|(_, _, weight)| *weight).collect();
        Ok(TrainingSet { examples: Examples::weighted(table, outcomes, weights)?, times })
    }

    /// The rows of all payments that are remembered, at most `rows` of the latest, and the times of the first and the last:
    /// what is usual can be learnt without knowing what they were.
    ///
    /// # Errors
    ///
    /// [`LearnError::Table`] if there are none.
    pub fn unlabelled(&self, rows: usize) -> Result<(Table, (u64, u64)), LearnError> {
        let mut table = Table::new(names());
        let skipped = self.window.len().saturating_sub(rows);
        let mut times = (0, 0);
        for example in self.window.between(0, u64::MAX).skip(skipped) {
            table.push(&example.row)?;
            times = (if table.len() == 1 { example.time } else { times.0 }, example.time);
        }
        if table.is_empty() {
            return Err(crate::table::TableError::Empty.into());
        }
        Ok((table, times))
    }

    /// The model that decides.
    pub fn champion(&self) -> Option<&Arc<FraudModel>> {
        self.champion.as_ref()
    }

    /// The model that judges in shadow.
    pub fn challenger(&self) -> Option<&Arc<FraudModel>> {
        self.challenger.as_ref().map(|challenger| &challenger.model)
    }

    /// What the challenger says of a payment, to be noted beside what the champion says.
    pub fn shadow(&self, row: &Row) -> Option<Shadow> {
        let challenger = self.challenger.as_ref()?;
        let scored = challenger.model.score(row);
        Some(Shadow { scored, alert: scored.score >= challenger.threshold })
    }

    /// Takes a model as champion that was loaded, or the first one: nothing is compared.
    pub fn install(&mut self, model: FraudModel, by: &str, why: &str, time: u64) -> Record {
        let before = self.champion.take();
        let from = before.as_ref().map(|model| model.version());
        self.retire(before);
        self.champion = Some(Arc::new(model));
        self.record(time, by, from, None, why)
    }

    /// Lets a model judge in shadow, in place of the challenger before. It will be compared on payments from `since` on,
    /// and after its training: the time of now, or the end of its training if later days were held out.
    pub fn challenge(&mut self, model: FraudModel, since: u64) {
        let threshold = model.threshold(self.settings.gate.budget);
        self.challenger = Some(Challenger { model: Arc::new(model), since, threshold });
    }

    /// Nobody judges in shadow any more.
    pub fn withdraw(&mut self) {
        self.challenger = None;
    }

    /// Compares challenger and champion on the payments after the training of both, up to `now`. What is not known to be
    /// fraud counts as honest, for both.
    ///
    /// # Errors
    ///
    /// [`LearnError::NoChallenger`], [`LearnError::TooEarly`].
    pub fn judge(&self, now: u64) -> Result<Judgement, LearnError> {
        let Challenger { model: challenger, since, .. } = self.challenger.as_ref().ok_or(LearnError::NoChallenger)?;
        let champion_to = self.champion.as_ref().map_or(0, |champion| champion.about().to);
        let from = challenger.about().to.max(champion_to).saturating_add(1).max(*since);
        let now = now.saturating_sub(self.settings.settle);
        let mut holdout = Holdout::default();
        let both = |scored: Scored| (scored.score, scored.probability.unwrap_or(scored.score));
        for example in self.window.between(from, now) {
            let label = self.labels.get(example.posting);
            // Of what was blocked nobody knows what it was, unless somebody looked.
            if label.is_none() && example.action == Action::Block {
                continue;
            }
            holdout.outcomes.push(label.is_some_and(|label| label.fraud));
            holdout.accounts.push(example.account);
            holdout.amounts.push(example.amount);
            holdout.challenger.push(both(challenger.score(&example.row)));
            // Without a champion all payments look the same.
            holdout.champion.push(self.champion.as_ref().map_or((0.0, 0.0), |model| both(model.score(&example.row))));
        }
        judge(&holdout, &self.settings.gate)
    }

    /// Makes the challenger champion, if it won the comparison of [`Learner::judge`], which is made anew here.
    ///
    /// # Errors
    ///
    /// As [`Learner::judge`]; [`LearnError::NotBetter`]: the champion and the challenger stay.
    pub fn promote(&mut self, by: &str, now: u64) -> Result<Record, LearnError> {
        let judgement = self.judge(now)?;
        if !judgement.promote {
            return Err(LearnError::NotBetter(judgement.why));
        }
        let before = self.champion.take();
        let from = before.as_ref().map(|model| model.version());
        self.retire(before);
        self.champion = self.challenger.take().map(|challenger| challenger.model);
        let why = judgement.why.clone();
        Ok(self.record(now, by, from, Some(judgement), &why))
    }

    /// Goes back to the champion before.
    ///
    /// # Errors
    ///
    /// [`LearnError::NoPredecessor`]: the champion stays.
    pub fn rollback(&mut self, by: &str, why: &str, now: u64) -> Result<Record, LearnError> {
        let predecessor = self.predecessors.pop().ok_or(LearnError::NoPredecessor)?;
        let from = self.champion.replace(predecessor).map(|model| model.version());
        Ok(self.record(now, by, from, None, why))
    }

    /// Takes the champion away without one to go back to: nobody decides until another one is installed.
    pub fn depose(&mut self, by: &str, why: &str, time: u64) -> Record {
        let from = self.champion.take().map(|model| model.version());
        self.record(time, by, from, None, why)
    }

    fn retire(&mut self, champion: Option<Arc<FraudModel>>) {
        self.predecessors.extend(champion);
        if self.predecessors.len() > self.settings.predecessors {
            self.predecessors.remove(0);
        }
    }

    fn record(&self, time: u64, by: &str, from: Option<String>, judgement: Option<Judgement>, why: &str) -> Record {
        Record {
            time,
            by: by.to_owned(),
            from,
            to: self.champion.as_ref().map(|model| model.version()),
            about: self.champion.as_ref().map(|model| model.about().clone()),
            judgement,
            why: why.to_owned(),
        }
    }
}
