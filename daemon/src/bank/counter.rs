// SPDX-License-Identifier: MIT

//! Where changes are asked for: at most once each, and only of accounts that the caller may debit.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use qenex_abi::{
    AccountRequest, Id, JournalEntry, QENEX_TRANSFER_LINKED, QENEX_TRANSFER_POST_HOLD, QENEX_TRANSFER_VOID_HOLD,
    QENEX_UPDATE_OWNER, ResultCode, Transfer, TransferResult, UpdateRequest,
};

use super::recent::Noted;
use super::{Bank, BankError, Recent, repeat};
use crate::books::{Books, BooksError};
use crate::follow::Follower;
use crate::risk::Risk;
use crate::store::Identity;

/// How long a caller waits for books that lag behind.
const PATIENCE: Duration = Duration::from_secs(3);

impl From<BooksError> for BankError {
    fn from(error: BooksError) -> Self {
        BankError::Books(error.to_string())
    }
}

/// Whose accounts a caller may see and debit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// All of them.
    All,
    /// Those of one owner.
    Owner(u32),
}

impl Scope {
    /// Whether an account of `owner` is in it.
    pub fn includes(self, owner: u32) -> bool {
        match self {
            Scope::All => true,
            Scope::Owner(own) => own == owner,
        }
    }
}

/// What one thread needs to work at the ledger.
pub struct Counter {
    bank: Arc<dyn Bank>,
    recent: Arc<Recent>,
    follower: Arc<Follower>,
    directory: PathBuf,
    identity: Identity,
    books: Option<Books>,
    /// Which edition of the books is open.
    edition: u64,
    /// Held for reading from the check of an owner to the change that relies on it, for writing while owners change.
    owners: Arc<RwLock<()>>,
    /// Who judges payments.
    risk: Option<Arc<Risk>>,
}

impl Counter {
    /// As many counters as wanted, for the ledger `bank`, whose store is in `directory`.
    pub fn several(
        count: usize,
        bank: &Arc<dyn Bank>,
        recent: &Arc<Recent>,
        follower: &Arc<Follower>,
        directory: &Path,
        identity: Identity,
    ) -> Vec<Self> {
        let owners = Arc::new(RwLock::new(()));
        let counter = || Counter {
            bank: Arc::clone(bank),
            recent: Arc::clone(recent),
            follower: Arc::clone(follower),
            directory: directory.into(),
            identity,
            books: None,
            edition: 0,
            owners: Arc::clone(&owners),
            risk: None,
        };
        (0..count).map(|_| counter()).collect()
    }

    /// The same, where payments are judged ([`Counter::pay`]).
    pub fn guarded(self, risk: Arc<Risk>) -> Self {
        Counter { risk: Some(risk), ..self }
    }

    /// Who judges payments, if anybody does.
    pub fn risk(&self) -> Option<Arc<Risk>> {
        self.risk.clone()
    }

    /// The ledger.
    pub fn bank(&self) -> &dyn Bank {
        &*self.bank
    }

    /// What follows from the journal.
    pub fn follower(&self) -> &Arc<Follower> {
        &self.follower
    }

    /// The books as they are now.
    ///
    /// # Errors
    ///
    /// [`BankError::Books`].
    pub fn books(&mut self) -> Result<&mut Books, BankError> {
        let edition = self.follower.editions_of_books();
        let books = match self.books.take() {
            Some(books) if self.edition == edition => books,
            _ => Books::reader(&self.directory, self.identity)?,
        };
        self.edition = edition;
        let books = self.books.insert(books);
        let reached = books.refresh()?;
        self.recent.books_reach(reached);
        Ok(books)
    }

    /// The books when they hold entry `sequence`.
    ///
    /// # Errors
    ///
    /// [`BankError::Behind`] if that takes too long.
    pub fn books_with(&mut self, sequence: u64) -> Result<&mut Books, BankError> {
        self.wait_for_books(sequence, Instant::now() + PATIENCE)?;
        self.books()
    }

    fn wait_for_books(&self, sequence: u64, until: Instant) -> Result<(), BankError> {
        let left = until.saturating_duration_since(Instant::now());
        match self.follower.wait_for_books(sequence, left) {
            Ok(books) if books >= sequence => Ok(()),
            Ok(books) => Err(BankError::Behind { books, wanted: sequence }),
            Err(error) => Err(BankError::Books(error.to_string())),
        }
    }

    /// What is on record under `id`, whether the kernel remembers it or not.
    ///
    /// # Errors
    ///
    /// [`BankError`].
    pub fn recorded(&mut self, id: Id) -> Result<Option<JournalEntry>, BankError> {
        match self.bank.recorded(&[id])?.into_iter().flatten().next() {
            Some(entry) => Ok(Some(entry)),
            None => Ok(self.books()?.by_id(id)?),
        }
    }

    /// Moves money. With `keyed`, ids may be those of earlier changes, however old; without, they are known to be new.
    ///
    /// # Errors
    ///
    /// [`BankError::NotOwner`] if `scope` does not allow an item; [`BankError::Behind`] if it is not certain that an
    /// item is new: then nothing was done.
    pub fn transfer(
        &mut self,
        items: &[Transfer],
        keyed: bool,
        scope: Scope,
    ) -> Result<Vec<TransferResult>, BankError> {
        let owners = Arc::clone(&self.owners);
        let _owners_stay = owners.read().unwrap_or_else(PoisonError::into_inner);
        self.check_owners(items, scope)?;
        let ids: Vec<Id> = items.iter().map(|item| item.id).collect();
        let mut results = if keyed {
            self.at_most_once(&ids, |bank, known| run(bank, items, known))?
        } else {
            self.bank.batch(items)?
        };
        for group in groups(items) {
            // The kernel tells only of the first item of a chain that it was done before.
            let first = results.get(group.start).map(|result| result.result);
            if group.len() > 1 && first == Some(ResultCode::Exists as u32) {
                let entries = ids[group.clone()].iter().map(|id| self.recorded(*id)).collect::<Result<Vec<_>, _>>()?;
                results.splice(group.clone(), repeated(&items[group], &entries));
            }
        }
        Ok(results)
    }

    /// Opens an account; `keyed` as above.
    ///
    /// # Errors
    ///
    /// [`BankError::Behind`] if it is not certain that it is new: then nothing was done.
    pub fn open_account(&mut self, request: &AccountRequest, keyed: bool) -> Result<AccountRequest, BankError> {
        if !keyed {
            return self.bank.open_account(request);
        }
        self.at_most_once(&[request.id], |bank, known| match known.first().copied().flatten() {
            None => bank.open_account(request),
            Some(entry) => {
                let mut answer = AccountRequest { result: repeat::opening(request, &entry) as u32, ..*request };
                if answer.result == ResultCode::Exists as u32 {
                    answer.account_number = entry.to_account;
                    (answer.sequence, answer.timestamp) = (entry.sequence, entry.timestamp);
                }
                Ok(answer)
            }
        })
    }

    /// Changes an account; `keyed` as above.
    ///
    /// # Errors
    ///
    /// [`BankError::Behind`] if it is not certain that it is new: then nothing was done.
    pub fn update_account(&mut self, request: &UpdateRequest, keyed: bool) -> Result<UpdateRequest, BankError> {
        let owners = Arc::clone(&self.owners);
        let _nobody_relies_on_it =
            (request.changes & QENEX_UPDATE_OWNER != 0).then(|| owners.write().unwrap_or_else(PoisonError::into_inner));
        if !keyed {
            return self.bank.update_account(request);
        }
        self.at_most_once(&[request.id], |bank, known| match known.first().copied().flatten() {
            None => bank.update_account(request),
            Some(entry) => {
                let mut answer = UpdateRequest { result: repeat::update(request, &entry) as u32, ..*request };
                if answer.result == ResultCode::Exists as u32 {
                    (answer.sequence, answer.timestamp) = (entry.sequence, entry.timestamp);
                }
                Ok(answer)
            }
        })
    }

    /// Calls `answer` with what is on record under each of `ids`, when it is certain that there is nothing more but what
    /// the kernel itself remembers. See [`super::recent`] for why.
    fn at_most_once<T>(
        &mut self,
        ids: &[Id],
        answer: impl Fn(&dyn Bank, &[Option<JournalEntry>]) -> Result<T, BankError>,
    ) -> Result<T, BankError> {
        let until = Instant::now() + PATIENCE;
        let recent = Arc::clone(&self.recent);
        let mut known: Vec<Option<JournalEntry>> = vec![None; ids.len()];
        loop {
            let books = self.books()?;
            let pin = recent.pin(books.sequence());
            for (known, id) in known.iter_mut().zip(ids).filter(|(known, _)| known.is_none()) {
                *known = books.by_id(*id)?;
            }
            let new: Vec<Id> = ids.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(id, _)| *id).collect();
            let noted = match recent.unless_noted(&pin, &new, || answer(&*self.bank, &known)) {
                Ok(answer) => return answer,
                Err(noted) => noted,
            };
            drop(pin);
            match noted {
                Noted::BooksNeeded(sequence) => self.wait_for_books(sequence, until)?,
                Noted::Known => self.learn(ids, &mut known, until)?,
            }
        }
    }

    /// Asks the kernel for what the books do not know yet, or waits for the books if the kernel has forgotten it.
    fn learn(&self, ids: &[Id], known: &mut [Option<JournalEntry>], until: Instant) -> Result<(), BankError> {
        let recorded = self.bank.recorded(ids)?;
        let mut learnt = false;
        for (known, entry) in known.iter_mut().zip(recorded).filter(|(known, _)| known.is_none()) {
            *known = entry;
            learnt |= entry.is_some();
        }
        if learnt {
            return Ok(());
        }
        let books = self.books.as_ref().map_or(0, Books::sequence);
        self.wait_for_books(books.saturating_add(1), until)
    }

    /// Checks that every account which `items` debit is in `scope`. Of what does not exist the ledger itself speaks.
    pub(crate) fn check_owners(&mut self, items: &[Transfer], scope: Scope) -> Result<(), BankError> {
        if scope == Scope::All {
            return Ok(());
        }
        let mut debited = Vec::with_capacity(items.len());
        for item in items {
            let settles = item.flags & (QENEX_TRANSFER_POST_HOLD | QENEX_TRANSFER_VOID_HOLD) != 0;
            debited.push(match settles {
                true => self.recorded(item.related_id)?.map_or(item.from_account, |hold| hold.from_account),
                false => item.from_account,
            });
        }
        let read = self.bank.accounts(&debited)?;
        let foreign =
            |account: &qenex_abi::Account| account.result == ResultCode::Ok as u32 && !scope.includes(account.owner);
        match read.accounts.iter().position(foreign) {
            Some(item) => Err(BankError::NotOwner { item }),
            None => Ok(()),
        }
    }
}

/// The places of single items and chains.
pub(crate) fn groups(items: &[Transfer]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        let linked = items.get(start..)?.iter().take_while(|item| item.flags & QENEX_TRANSFER_LINKED != 0).count();
        let end = (start + linked + 1).min(items.len());
        let group = start..end;
        start = end;
        Some(group).filter(|group| !group.is_empty())
    })
}

/// Answers what is known and has the ledger do the rest.
fn run(bank: &dyn Bank, items: &[Transfer], known: &[Option<JournalEntry>]) -> Result<Vec<TransferResult>, BankError> {
    let mut results = vec![TransferResult::default(); items.len()];
    let (mut rest, mut places) = (Vec::new(), Vec::new());
    for group in groups(items) {
        if known[group.clone()].iter().any(Option::is_some) {
            results.splice(group.clone(), repeated(&items[group.clone()], &known[group]));
        } else {
            rest.extend_from_slice(&items[group.clone()]);
            places.extend(group);
        }
    }
    if !rest.is_empty() {
        for (place, result) in places.into_iter().zip(bank.batch(&rest)?) {
            results[place] = result;
        }
    }
    Ok(results)
}

/// The results of a single item or chain of which at least one item is on record: the outcome of then if all of it is, else
/// the first item that stands against it.
fn repeated(items: &[Transfer], known: &[Option<JournalEntry>]) -> Vec<TransferResult> {
    let compared: Vec<Option<(ResultCode, &JournalEntry)>> = items
        .iter()
        .zip(known)
        .map(|(item, known)| known.as_ref().map(|entry| (repeat::transfer(item, entry), entry)))
        .collect();
    let all = compared.iter().all(|compared| matches!(compared, Some((ResultCode::Exists, _))));
    let differs = |compared: &Option<(ResultCode, _)>| compared.is_some_and(|(code, _)| code != ResultCode::Exists);
    let told = compared.iter().position(differs).or(compared.iter().position(Option::is_some));
    let result = |(place, compared): (usize, &Option<(ResultCode, &JournalEntry)>)| match compared {
        Some((ResultCode::Exists, entry)) if all || Some(place) == told => TransferResult {
            sequence: entry.sequence,
            timestamp: entry.timestamp,
            moved: entry.amount,
            result: ResultCode::Exists as u32,
            reserved: 0,
        },
        Some((code, _)) if Some(place) == told => TransferResult { result: *code as u32, ..TransferResult::default() },
        _ => TransferResult { result: ResultCode::LinkedItemFailed as u32, ..TransferResult::default() },
    };
    compared.iter().enumerate().map(result).collect()
}
