// SPDX-License-Identifier: MIT

//! Rules: replaced while payments go on, from the API or from a file, and tried on the past.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use qenex_abi::JournalEntry;
use qenex_risk::features::Event;
use qenex_risk::rules::{Backtest, Past, RuleSet, backtest};

use super::follow::DAEMON;
use super::guard::{Risk, lock};
use super::store::StoredRules;
use super::{RiskError, RiskStore};
use crate::people::{Actor, What, now};
use crate::store::Reader;

/// Set by SIGHUP: the file of rules is read again, changed or not.
static HANGUP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
/// Bytes that are read of the store at once.
const READ_BYTES: usize = 4 << 20;

/// Whoever sets it has the file of rules read again soon: it is what SIGHUP sets.
pub fn read_again() -> Arc<AtomicBool> {
    Arc::clone(&HANGUP)
}

impl Risk {
    /// The rules that are in force.
    ///
    /// # Errors
    ///
    /// [`RiskError::Sqlite`].
    pub fn rules(&self) -> Result<StoredRules, RiskError> {
        self.with_store(|store| store.rules())
    }

    /// Puts other rules into force, in the name of `actor`.
    ///
    /// # Errors
    ///
    /// [`RiskError::Rules`] says what is wrong with them; those before stay in force.
    pub fn set_rules(&self, text: &str, actor: &Actor) -> Result<StoredRules, RiskError> {
        let set = RuleSet::from_toml(text)?;
        let count = set.ids().count();
        let at = now();
        let mut people = lock(&self.people);
        people.record(at, What::RulesChanged, actor, "rules", &format!("{count} rules, {} bytes", text.len()))?;
        drop(people);
        let number = self.with_store(|store| store.set_rules(text, &actor.user, at))?;
        self.change_engine(|engine| engine.set_rules(Arc::new(set)));
        Ok(StoredRules { number, at, author: actor.user.clone(), text: text.into() })
    }
}

/// Takes the rules of the configured file, if they are others than those that were last taken from it or from the API.
///
/// # Errors
///
/// [`RiskError::Io`]; [`RiskError::Rules`]: the rules before stay in force.
pub(super) fn take_file(risk: &Risk) -> Result<(), RiskError> {
    let Some(path) = &risk.settings.rules else { return Ok(()) };
    let asked = HANGUP.swap(false, Ordering::AcqRel);
    let io = |source| RiskError::Io { path: path.clone(), source };
    let changed = std::fs::metadata(path).and_then(|about| about.modified()).map_err(io)?;
    {
        let mut seen = lock(&risk.trainer.rules_seen);
        if *seen == Some(changed) && !asked {
            return Ok(());
        }
        // Also if they are wrong: they are told once, not every two seconds.
        *seen = Some(changed);
    }
    let text = std::fs::read_to_string(path).map_err(io)?;
    let author = format!("file {}", path.display());
    let stored = risk.rules()?;
    if stored.text == text {
        return Ok(());
    }
    let actor = Actor { user: author, peer: crate::people::Peer::CommandLine { uid: 0 } };
    let taken = risk.set_rules(&text, &actor)?;
    tracing::info!(number = taken.number, path = %path.display(), by = DAEMON, "rules were taken from the file");
    Ok(())
}

/// Tries rules on all that the store holds. Payments before `from`, nanoseconds since 1970-01-01 UTC, only fill the windows.
///
/// # Errors
///
/// [`RiskError::Rules`]; [`RiskError::Journal`].
pub fn try_rules(text: &str, from: u64, reader: &mut dyn Reader, store: &RiskStore) -> Result<Backtest, RiskError> {
    let set = RuleSet::from_toml(text)?;
    let mut labels: HashMap<u128, bool> = HashMap::new();
    let mut after = 0;
    loop {
        let more = store.labels_after(after, 8192)?;
        let Some((last, _)) = more.last() else { break };
        after = *last;
        labels.extend(more.iter().map(|(_, label)| (label.posting, label.fraud)));
    }
    let mut trouble = None;
    let past =
        Journal { reader, next: 1, entries: Vec::new().into_iter(), trouble: &mut trouble }.filter_map(|entry| {
            let (id, related) = (entry.id.to_u128(), entry.related_id);
            // Of a hold that was posted the context was noted with the hold.
            let row = store.judged(entry.id).ok().flatten();
            let row = row.or_else(|| (!related.is_none()).then(|| store.judged(related).ok().flatten()).flatten());
            let event = Event::from_entry(&entry, row.map(|row| row.context).unwrap_or_default())?;
            let fraud = labels.get(&id).or_else(|| labels.get(&related.to_u128())).copied();
            Some(Past { event, fraud })
        });
    let result = backtest(&set, past, from);
    trouble.map_or(Ok(result), |error: RiskError| Err(error))
}

/// The journal, entry by entry.
struct Journal<'a> {
    reader: &'a mut dyn Reader,
    next: u64,
    entries: std::vec::IntoIter<JournalEntry>,
    trouble: &'a mut Option<RiskError>,
}

impl Iterator for Journal<'_> {
    type Item = JournalEntry;

    fn next(&mut self) -> Option<JournalEntry> {
        loop {
            if let Some(entry) = self.entries.next() {
                return Some(entry);
            }
            let groups = match self.reader.groups(self.next, READ_BYTES) {
                Ok(groups) => groups,
                Err(error) => {
                    *self.trouble = Some(error.into());
                    return None;
                }
            };
            let first = self.next;
            self.next = groups.last()?.last() + 1;
            let entries = groups.iter().flat_map(|group| group.entries()).filter(|entry| entry.sequence >= first);
            self.entries = entries.copied().collect::<Vec<_>>().into_iter();
        }
    }
}
