// SPDX-License-Identifier: MIT

//! Users and accounts to try things out with: known passwords, so never without being asked for.

use qenex_abi::{AccountRequest, QENEX_ACCOUNT_CHECKING, QENEX_ACCOUNT_OWNER_GIVEN, QENEX_ACCOUNT_SAVINGS};

use super::extract::Wait;
use super::problem::Problem;
use super::{App, accounts, users};
use crate::bank::derive_id;
use crate::people::{Actor, NewUser, Peer, PeopleError, Role, Secret, User, now, password};

/// US dollars.
const USD: u32 = 840;

/// Makes `admin` and `demo` with their passwords, and a checking account with 1,000.00 and a savings account with 5,000.00
/// US dollars for `demo`. What is there already stays as it is.
pub(super) async fn prepare(app: &App) -> Result<(), Problem> {
    user(app, "admin", Role::Admin, "AdminPass123!").await?;
    let demo = user(app, "demo", Role::Customer, "DemoPass123!").await?;
    for (name, account_type, balance) in
        [("checking", QENEX_ACCOUNT_CHECKING, 100_000), ("savings", QENEX_ACCOUNT_SAVINGS, 500_000)]
    {
        let request = AccountRequest {
            // The owner is part of the id: with another list of users it is another account.
            id: derive_id("demo", &format!("{name} of {}", demo.owner), 0),
            initial_balance: balance,
            currency: USD,
            account_type,
            flags: QENEX_ACCOUNT_OWNER_GIVEN,
            owner: demo.owner,
            ..AccountRequest::default()
        };
        let (account, _) = accounts::open_with(app, request, true, Wait(true)).await?;
        tracing::warn!(number = %account.number, name, "demo account");
    }
    tracing::warn!("there are demo users with passwords that everybody knows");
    Ok(())
}

async fn user(app: &App, name: &'static str, role: Role, known: &str) -> Result<User, Problem> {
    match app.people.ask(move |people| Ok(people.user(name))).await? {
        Err(PeopleError::NoUser(_)) => {}
        found => return Ok(found?),
    }
    let (secret, iterations) = (Secret::new(known.into()), app.config.people.iterations);
    let password = app.hashing.ask(move |()| Ok(password::hash(&secret, iterations))).await??;
    let new = NewUser { name: name.into(), role, uid: None, password, request: None };
    let actor = Actor { user: "(demo)".into(), peer: Peer::CommandLine { uid: 0 } };
    let from = users::owners_from(app);
    Ok(app.people.ask(move |people| Ok(people.add_user(&new, from, &actor, now()))).await??)
}
