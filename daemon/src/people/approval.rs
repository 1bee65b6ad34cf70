// SPDX-License-Identifier: MIT

//! What a second person must approve before it is done.
//!
//! *pending* → *approved* → *carried out* or *failed*; or *pending* → *rejected*. The id of an approval is the id that its
//! change has in the ledger: however often the daemon is killed between the approval and the change, or the change and its
//! being noted, the ledger makes it once.

use qenex_abi::Id;
use rusqlite::{OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::decision::record;
use super::store::{loaded, stored};
use super::{Actor, PeopleError, PeopleStore, What};

/// How far an approval is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// It waits for a second person.
    Pending,
    /// It was approved and will be carried out at once, or when the ledger takes changes again.
    Approved,
    /// It will not be done.
    Rejected,
    /// It was done.
    CarriedOut,
    /// It was approved, but the ledger refused it.
    Failed,
}

impl ApprovalState {
    const ALL: [ApprovalState; 5] = [
        ApprovalState::Pending,
        ApprovalState::Approved,
        ApprovalState::Rejected,
        ApprovalState::CarriedOut,
        ApprovalState::Failed,
    ];

    /// The name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            ApprovalState::Pending => "pending",
            ApprovalState::Approved => "approved",
            ApprovalState::Rejected => "rejected",
            ApprovalState::CarriedOut => "carried_out",
            ApprovalState::Failed => "failed",
        }
    }
}

/// Something that a second person must approve.
#[derive(Clone, Debug)]
pub struct Approval {
    /// 1 for the first.
    pub number: u64,
    /// Id of the change in the ledger.
    pub id: Id,
    /// What it is.
    pub operation: String,
    /// What was asked for, JSON.
    pub request: String,
    /// Who asked for it.
    pub requested_by: String,
    /// When, nanoseconds since 1970-01-01 UTC.
    pub requested_at: u64,
    /// How far it is.
    pub state: ApprovalState,
    /// Who approved or rejected it.
    pub decided_by: Option<String>,
    /// When, nanoseconds since 1970-01-01 UTC.
    pub decided_at: Option<u64>,
    /// What became of it, JSON.
    pub outcome: Option<String>,
}

const COLUMNS: &str =
    "SELECT number, id, operation, request, requested_by, requested_at, state, decided_by, decided_at,
    outcome FROM approval";

fn read(row: &Row<'_>) -> rusqlite::Result<Approval> {
    let state: String = row.get(6)?;
    Ok(Approval {
        number: row.get(0)?,
        id: Id::from_u128(u128::from_be_bytes(row.get(1)?)),
        operation: row.get(2)?,
        request: row.get(3)?,
        requested_by: row.get(4)?,
        requested_at: loaded(row.get(5)?),
        // The table allows no other.
        state: ApprovalState::ALL
            .into_iter()
            .find(|known| known.name() == state)
            .ok_or(rusqlite::Error::InvalidQuery)?,
        decided_by: row.get(7)?,
        decided_at: row.get::<_, Option<i64>>(8)?.map(loaded),
        outcome: row.get(9)?,
    })
}

fn find(connection: &rusqlite::Connection, id: Id) -> Result<Approval, PeopleError> {
    let mut query = connection.prepare_cached(&format!("{COLUMNS} WHERE id = ?"))?;
    query.query_row([id.to_u128().to_be_bytes()], read).optional()?.ok_or(PeopleError::NoApproval)
}

/// What an approval is called in the log.
fn subject(approval: &Approval) -> String {
    format!("{:032x}", approval.id.to_u128())
}

impl PeopleStore {
    /// Notes that something waits for a second person. A retry with the same id and request returns what is there.
    ///
    /// # Errors
    ///
    /// [`PeopleError::OtherRequest`] if the id was used for something else.
    pub fn request_approval(
        &mut self,
        id: Id,
        operation: &str,
        request: &str,
        actor: &Actor,
        now: u64,
    ) -> Result<Approval, PeopleError> {
        let change = self.change()?;
        match find(&change, id) {
            Err(PeopleError::NoApproval) => {}
            Ok(known) if known.operation == operation && known.request == request => return Ok(known),
            Ok(_) => return Err(PeopleError::OtherRequest),
            Err(error) => return Err(error),
        }
        change.execute(
            "INSERT INTO approval (id, operation, request, requested_by, requested_at, state)
             VALUES (?, ?, ?, ?, ?, 'pending')",
            (id.to_u128().to_be_bytes(), operation, request, &actor.user, stored(now)),
        )?;
        let approval = find(&change, id)?;
        record(&change, now, What::ApprovalRequested, actor, &subject(&approval), &format!("{operation} {request}"))?;
        change.commit()?;
        Ok(approval)
    }

    /// The approval with this id.
    ///
    /// # Errors
    ///
    /// [`PeopleError::NoApproval`].
    pub fn approval(&self, id: Id) -> Result<Approval, PeopleError> {
        find(&self.connection, id)
    }

    /// Up to `most` approvals after number `after`, those in `state` if one is given.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Sqlite`].
    pub fn approvals(
        &self,
        state: Option<ApprovalState>,
        after: u64,
        most: usize,
    ) -> Result<Vec<Approval>, PeopleError> {
        let condition = "WHERE number > ?1 AND (?2 IS NULL OR state = ?2) ORDER BY number LIMIT ?3";
        let mut query = self.connection.prepare_cached(&format!("{COLUMNS} {condition}"))?;
        let found = query.query_map((stored(after), state.map(ApprovalState::name), most), read)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// A second person agrees. A retry by the same one returns what has become of it.
    ///
    /// # Errors
    ///
    /// [`PeopleError::OwnRequest`] if they are the first; [`PeopleError::Decided`] if somebody decided before.
    pub fn approve(&mut self, id: Id, actor: &Actor, now: u64) -> Result<Approval, PeopleError> {
        self.decide(id, ApprovalState::Approved, actor, now)
    }

    /// Somebody rejects it, or who asked for it takes it back.
    ///
    /// # Errors
    ///
    /// [`PeopleError::Decided`] if somebody decided before.
    pub fn reject(&mut self, id: Id, actor: &Actor, now: u64) -> Result<Approval, PeopleError> {
        self.decide(id, ApprovalState::Rejected, actor, now)
    }

    fn decide(&mut self, id: Id, to: ApprovalState, actor: &Actor, now: u64) -> Result<Approval, PeopleError> {
        let change = self.change()?;
        let before = find(&change, id)?;
        let approves = to == ApprovalState::Approved;
        if approves && before.requested_by == actor.user {
            return Err(PeopleError::OwnRequest);
        }
        if before.state != ApprovalState::Pending {
            let was_rejected = before.state == ApprovalState::Rejected;
            return match before.decided_by.as_deref() == Some(&actor.user) && was_rejected != approves {
                true => Ok(before),
                false => Err(PeopleError::Decided(if was_rejected { "rejected" } else { "approved" })),
            };
        }
        let sql = "UPDATE approval SET state = ?, decided_by = ?, decided_at = ? WHERE id = ?";
        change.execute(sql, (to.name(), &actor.user, stored(now), id.to_u128().to_be_bytes()))?;
        let what = if approves { What::Approved } else { What::Rejected };
        record(&change, now, what, actor, &subject(&before), &before.operation)?;
        let after = find(&change, id)?;
        change.commit()?;
        Ok(after)
    }

    /// What was approved has been done, or cannot be done; `outcome` is JSON. To note it again changes nothing.
    ///
    /// # Errors
    ///
    /// [`PeopleError::NoApproval`].
    pub fn conclude(
        &mut self,
        id: Id,
        done: bool,
        outcome: &str,
        actor: &Actor,
        now: u64,
    ) -> Result<Approval, PeopleError> {
        let change = self.change()?;
        let before = find(&change, id)?;
        if before.state != ApprovalState::Approved {
            return Ok(before);
        }
        let (state, what) = match done {
            true => (ApprovalState::CarriedOut, What::CarriedOut),
            false => (ApprovalState::Failed, What::Failed),
        };
        let sql = "UPDATE approval SET state = ?, outcome = ? WHERE id = ?";
        change.execute(sql, (state.name(), outcome, id.to_u128().to_be_bytes()))?;
        record(&change, now, what, actor, &subject(&before), outcome)?;
        let after = find(&change, id)?;
        change.commit()?;
        Ok(after)
    }
}
