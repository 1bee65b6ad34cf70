// SPDX-License-Identifier: MIT

//! Cutting a stream of entries into groups and chaining them.

use qenex_abi::JournalEntry;

use super::{ChainHead, GROUP_MAX, Group, NoGroup};

/// Entries on their way into groups.
///
/// # Invariants
///
/// `open` holds fewer than [`GROUP_MAX`] entries, the ones that come after the group whose head is `chain`.
pub(super) struct Sealer {
    chain: ChainHead,
    open: Vec<JournalEntry>,
}

impl Sealer {
    /// One whose first group comes after `chain`.
    pub(super) fn new(chain: ChainHead) -> Self {
        Sealer { chain, open: Vec::new() }
    }

    /// Adds the next entries. Returns the groups that are full with them.
    pub(super) fn add(&mut self, entries: Vec<JournalEntry>) -> Result<Vec<Group>, NoGroup> {
        if self.open.is_empty() && entries.len() <= GROUP_MAX {
            // Most often so: nothing is copied.
            self.open = entries;
            return if self.open.len() == GROUP_MAX { Ok(self.close()?.into_iter().collect()) } else { Ok(Vec::new()) };
        }
        let (mut rest, mut groups) = (entries.as_slice(), Vec::new());
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(GROUP_MAX - self.open.len()));
            self.open.extend_from_slice(now);
            rest = later;
            if self.open.len() == GROUP_MAX {
                groups.extend(self.close()?);
            }
        }
        Ok(groups)
    }

    /// A group of the entries that are in none yet, if there are any.
    pub(super) fn close(&mut self) -> Result<Option<Group>, NoGroup> {
        if self.open.is_empty() {
            return Ok(None);
        }
        let group = Group::seal(self.chain, std::mem::take(&mut self.open))?;
        self.chain = group.head();
        Ok(Some(group))
    }
}

#[cfg(test)]
mod tests {
    use qenex_abi::Id;

    use super::*;
    use crate::synthetic::Synthetic;

    /// However the entries come, the groups are full ones and a rest, without a gap, each chained to the one before.
    #[test]
    fn entries_become_full_groups() {
        for pieces in [
            vec![GROUP_MAX; 3],
            vec![1; GROUP_MAX + 1],
            vec![3 * GROUP_MAX + 5, 2],
            vec![5000; 5],
            vec![GROUP_MAX - 1, 1, 7],
        ] {
            let mut journal = Synthetic::new(10, 1);
            let genesis = ChainHead::genesis(Id::from_u128(1));
            let mut sealer = Sealer::new(genesis);
            let mut groups = Vec::new();
            for count in &pieces {
                groups.extend(sealer.add(journal.entries(*count)).expect("entries that follow"));
                assert!(sealer.open.len() < GROUP_MAX);
            }
            let full = groups.len();
            groups.extend(sealer.close().expect("entries that follow"));
            assert!(sealer.close().expect("nothing is wrong").is_none());
            let total: usize = pieces.iter().sum();
            assert_eq!(full, total / GROUP_MAX);
            assert_eq!(groups.iter().map(|group| group.entries().len()).sum::<usize>(), total);
            assert!(groups[..full].iter().all(|group| group.entries().len() == GROUP_MAX));
            let (mut sequence, mut chain) = (1, genesis);
            for group in &groups {
                assert_eq!((group.first(), group.previous()), (sequence, chain));
                sequence = group.last() + 1;
                chain = group.head();
            }
        }
    }

    #[test]
    fn a_gap_is_refused() {
        let mut journal = Synthetic::new(10, 1);
        let mut sealer = Sealer::new(ChainHead::genesis(Id::from_u128(1)));
        sealer.add(journal.entries(5)).expect("entries that follow");
        journal.entries(1);
        sealer.add(journal.entries(5)).expect("not looked at yet");
        assert!(matches!(sealer.close(), Err(NoGroup::Gap { expected: 6, found: 7 })));
    }
}
