// SPDX-License-Identifier: MIT

//! Logging in: passwords, tokens, lockout, what the log says; on the database and over the wire.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use qenexd::beside;
use qenexd::people::{
    Actor, DecisionError, NewUser, OWNER_FIRST, Peer, PeopleError, PeopleStore, Policy, Role, Secret, UserChange,
    password, verify_decisions,
};
use serde_json::json;

use crate::harness::{Bank, PASSWORD, configuration, somebody};

const START: u64 = 1_800_000_000_000_000_000;
const SECOND: u64 = 1_000_000_000;

fn policy() -> Policy {
    Policy { iterations: password::FLOOR, ..Policy::default() }
}

fn store(directory: &std::path::Path) -> PeopleStore {
    PeopleStore::open(directory, policy()).expect("people")
}

fn add(people: &mut PeopleStore, name: &str, role: Role) {
    let password = password::hash(&Secret::new(PASSWORD.into()), password::FLOOR).expect("randomness");
    let new = NewUser { name: name.into(), role, uid: None, password, request: None };
    people.add_user(&new, OWNER_FIRST, &somebody("(test)"), START).expect("added");
}

fn from(name: &str, uid: u32) -> Actor {
    Actor { user: name.into(), peer: Peer::Unix { uid, pid: Some(7) } }
}

fn fail(people: &mut PeopleStore, actor: &Actor, now: u64) -> Result<(), PeopleError> {
    let attempt = people.begin_login(actor, now)?;
    people.refuse_login(&attempt, now)
}

fn succeed(people: &mut PeopleStore, actor: &Actor, now: u64) -> Result<Secret, PeopleError> {
    let attempt = people.begin_login(actor, now)?;
    Ok(people.accept_login(&attempt, None, now)?.token)
}

#[test]
fn five_failures_within_the_window_by_user_and_by_peer() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut people = store(directory.path());
    add(&mut people, "anna", Role::Customer);
    add(&mut people, "bert", Role::Customer);
    let minute = 60 * SECOND;
    // From five different peers, one a minute.
    for number in 0..5 {
        fail(&mut people, &from("anna", 2000 + number), START + u64::from(number) * minute).expect("counted");
    }
    let locked = |outcome: Result<Secret, PeopleError>| match outcome {
        Err(PeopleError::LockedOut { seconds }) => Some(seconds),
        Ok(_) => None,
        Err(other) => panic!("{other}"),
    };
    let just_before = START + 15 * minute - SECOND;
    assert_eq!(locked(succeed(&mut people, &from("anna", 3000), just_before)), Some(1));
    // It is in the database: another process sees it, and so does this one after a restart.
    drop(people);
    let mut people = store(directory.path());
    people.fail_pending_attempts().expect("none");
    assert_eq!(locked(succeed(&mut people, &from("anna", 3000), just_before)), Some(1));
    assert_eq!(locked(succeed(&mut people, &from("bert", 3000), just_before)), None, "somebody else");
    // The first failure has left the window; then four are in it.
    assert_eq!(locked(succeed(&mut people, &from("anna", 3000), START + 15 * minute)), None);
    fail(&mut people, &from("anna", 3000), START + 15 * minute).expect("the fifth again");
    assert_eq!(locked(succeed(&mut people, &from("anna", 3000), START + 15 * minute)), Some(60));

    // One peer that tries names: known and unknown ones are answered alike.
    let later = START + 100 * minute;
    for name in ["bert", "nobody", "no-one", "bert", "anna"] {
        fail(&mut people, &from(name, 4000), later).expect("counted");
    }
    for name in ["bert", "nobody", "anna", "whoever"] {
        assert_eq!(locked(succeed(&mut people, &from(name, 4000), later + SECOND)), Some(15 * 60 - 1), "{name}");
    }
    assert_eq!(locked(succeed(&mut people, &from("bert", 4001), later + SECOND)), None, "from elsewhere");
    // Unlocking a user forgets their failures.
    people.unlock("bert", &somebody("admin"), later).expect("unlocked");
    people.unlock("anna", &somebody("admin"), later).expect("unlocked");
    fail(&mut people, &from("bert", 4000), later + SECOND).expect("two of five are left to the peer");
}

#[test]
fn attempts_at_the_same_time_are_not_more_than_allowed() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut people = store(directory.path());
    add(&mut people, "anna", Role::Customer);
    let mut pending = Vec::new();
    for _ in 0..5 {
        pending.push(people.begin_login(&from("anna", 1), START).expect("within the limit"));
    }
    assert!(matches!(people.begin_login(&from("anna", 1), START), Err(PeopleError::LoginsPending)));
    let last = pending.pop().expect("one");
    people.accept_login(&last, None, START).expect("right");
    let next = people.begin_login(&from("anna", 1), START).expect("one was no failure");
    pending.push(next);
    // The daemon is killed while they are checked: they count as failed.
    drop(people);
    let mut people = store(directory.path());
    people.fail_pending_attempts().expect("noted");
    assert!(matches!(people.begin_login(&from("anna", 1), START), Err(PeopleError::LockedOut { .. })));
}

#[test]
fn tokens_expire_and_are_good_from_their_peer_only() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut people = store(directory.path());
    add(&mut people, "anna", Role::Customer);
    add(&mut people, "root", Role::Admin);
    let token = succeed(&mut people, &from("anna", 1000), START).expect("in");
    let token = token.reveal();
    let good = |people: &PeopleStore, peer: &Peer, now: u64| people.session(token, peer, now).expect("asked").is_some();
    let peer = Peer::Unix { uid: 1000, pid: Some(99) };
    assert!(good(&people, &peer, START), "another process of the same user");
    assert!(!good(&people, &Peer::Unix { uid: 1001, pid: Some(7) }, START));
    assert!(!good(&people, &Peer::Address(IpAddr::V4(Ipv4Addr::LOCALHOST)), START));
    assert!(good(&people, &peer, START + 8 * 3600 * SECOND - 1));
    assert!(!good(&people, &peer, START + 8 * 3600 * SECOND));
    for forged in ["", "x", &"0".repeat(64), &token.to_uppercase(), &format!("{token}0")] {
        assert!(people.session(forged, &peer, START).expect("asked").is_none(), "{forged}");
    }
    // Nothing in the database is the token.
    let bytes: Vec<u8> = ["people.sqlite", "people.sqlite-wal"]
        .iter()
        .flat_map(|name| std::fs::read(directory.path().join(name)).expect("a file"))
        .collect();
    for secret in [token, PASSWORD] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "stored as it is");
    }
    let disabled = UserChange { enabled: Some(false), ..UserChange::default() };
    people.change_user("anna", disabled, &somebody("root"), START).expect("changed");
    assert!(!good(&people, &peer, START));
    assert!(matches!(people.change_user("root", disabled, &somebody("root"), START), Err(PeopleError::LastAdmin)));
    assert!(people.user("root").expect("there").enabled, "refused, so unchanged");
}

#[test]
fn the_log_shows_what_was_changed() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut people = store(directory.path());
    add(&mut people, "anna", Role::Customer);
    for _ in 0..3 {
        succeed(&mut people, &from("anna", 1), START).expect("in");
    }
    let head = verify_decisions(&people).expect("unbroken");
    assert_eq!(head, people.decision_head().expect("the head"));
    assert_eq!(head.number, 4);
    let connection = rusqlite::Connection::open(directory.path().join("people.sqlite")).expect("the database");
    let refused = connection.execute("UPDATE decision SET actor = 'x' WHERE number = 2", []);
    assert!(refused.expect_err("a trigger").to_string().contains("append-only"));
    connection.execute("DROP TRIGGER decision_never_changes", []).expect("whoever owns the file can");
    connection.execute("UPDATE decision SET at = at + 1 WHERE number = 2", []).expect("changed");
    assert!(matches!(verify_decisions(&people), Err(DecisionError::Broken(2))));
    connection.execute("UPDATE decision SET at = at - 1 WHERE number = 2", []).expect("changed back");
    verify_decisions(&people).expect("unbroken");
    connection.execute("DROP TRIGGER decision_never_goes", []).expect("whoever owns the file can");
    connection.execute("DELETE FROM decision WHERE number = 3", []).expect("removed");
    assert!(matches!(verify_decisions(&people), Err(DecisionError::Broken(3))));
}

#[test]
fn owner_numbers_are_given_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut people = store(directory.path());
    let mut add = |name: &str, uid: Option<u32>, from: u32| {
        let new = NewUser { name: name.into(), role: Role::Customer, uid, password: "x".into(), request: None };
        people.add_user(&new, from, &somebody("(test)"), START).map(|user| user.owner)
    };
    assert_eq!(add("a", None, OWNER_FIRST).expect("added"), OWNER_FIRST);
    assert_eq!(add("b", Some(1000), OWNER_FIRST).expect("added"), 1000);
    // The ledger knows an owner that this database does not: it was lost, and made anew.
    assert_eq!(add("c", None, OWNER_FIRST + 50).expect("added"), OWNER_FIRST + 50);
    assert_eq!(add("d", None, OWNER_FIRST).expect("added"), OWNER_FIRST + 51);
    for (name, uid) in [("e", 1000), ("f", 0), ("g", OWNER_FIRST + 7)] {
        assert!(matches!(add(name, Some(uid), OWNER_FIRST), Err(PeopleError::BadOwner(_))), "{uid}");
    }
    for name in ["", "A", "ä", "a b", "-a", &"a".repeat(65)] {
        assert!(matches!(add(name, None, OWNER_FIRST), Err(PeopleError::BadName)), "{name}");
    }
}

#[test]
fn over_the_wire() {
    let mut bank = Bank::open();
    let mut nobody = bank.anybody();
    let wrong = |user: &str| json!({ "user": user, "password": "not the password" });
    let header = |client: &mut crate::harness::Client, value: &str| {
        client.call("GET", "/v1/accounts", None, &[("authorization", value)]).problem()
    };
    assert_eq!(
        nobody.refused("login_required", "GET", "/v1/accounts", None).header("www-authenticate"),
        Some("Bearer")
    );
    assert_eq!(header(&mut nobody, "Basic YTpi"), "login_required");
    assert_eq!(header(&mut nobody, &format!("Bearer {}", "0".repeat(64))), "session_invalid");
    assert_eq!(header(&mut nobody, "Bearer of news"), "session_invalid");
    let mut admin = bank.user("admin");
    let customer = bank.user("customer");
    for user in ["customer", "nobody", "customer", "customer"] {
        assert_eq!(nobody.refused("wrong_password", "POST", "/v1/sessions", Some(&wrong(user))).status, 401);
    }
    nobody.refused("wrong_password", "POST", "/v1/sessions", Some(&wrong("nobody")));
    for user in ["customer", "admin", "nobody"] {
        let locked =
            nobody.refused("locked_out", "POST", "/v1/sessions", Some(&json!({ "user": user, "password": PASSWORD })));
        assert_eq!(locked.status, 429);
        let wait: u64 = locked.header("retry-after").and_then(|wait| wait.parse().ok()).expect("seconds");
        assert!((800..=900).contains(&wait), "{wait}");
    }
    // Who is in stays in, also over a restart; who is locked out stays out.
    bank.reopen_after(|_| {});
    let (admin_token, customer_token) = (admin.token.take(), customer.token);
    let mut admin = bank.anybody();
    admin.token = admin_token;
    admin.expect(200, "GET", "/v1/sessions/current", None, &[]);
    bank.anybody().refused("locked_out", "POST", "/v1/sessions", Some(&wrong("customer")));
    // Ending sessions.
    let mut customer = bank.anybody();
    customer.token = customer_token;
    customer.expect(200, "GET", "/v1/sessions/current", None, &[]);
    admin.expect(204, "DELETE", "/v1/users/customer/sessions", None, &[]);
    customer.refused("session_invalid", "GET", "/v1/sessions/current", None);
    admin.expect(204, "DELETE", "/v1/sessions/current", None, &[]);
    admin.refused("session_invalid", "GET", "/v1/sessions/current", None);
}

#[test]
fn passwords_change_and_grow_stronger() {
    let mut bank = Bank::open();
    let mut client = bank.user("customer");
    let mut elsewhere = bank.user("customer");
    let path = "/v1/sessions/current/password";
    let change = |current: &str, new: &str| json!({ "current": current, "new": new });
    client.refused("password_length", "PUT", path, Some(&change(PASSWORD, "short")));
    client.refused("wrong_password", "PUT", path, Some(&change("not the password", "another long password")));
    client.expect(204, "PUT", path, Some(&change(PASSWORD, "another long password")), &[]);
    client.expect(200, "GET", "/v1/sessions/current", None, &[]);
    elsewhere.refused("session_invalid", "GET", "/v1/sessions/current", None);
    let old = json!({ "user": "customer", "password": PASSWORD });
    client.refused("wrong_password", "POST", "/v1/sessions", Some(&old));
    bank.anybody().log_in("customer", "another long password");
    let iterations = |directory: &std::path::Path| {
        let connection = rusqlite::Connection::open(directory.join("people.sqlite")).expect("the database");
        let row = "SELECT password, iterations FROM user WHERE name = 'operator'";
        connection.query_row(row, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?))).expect("a row")
    };
    assert!(iterations(bank.directory()).0.contains("$i=100000,"));
    bank.close();
    let mut stronger = configuration();
    stronger.people.iterations = 120_000;
    bank.reconfigure(stronger);
    drop(bank.user("operator"));
    let (stored, count) = iterations(bank.directory());
    assert!(stored.contains("$i=120000,") && count == 120_000, "{stored}");
    drop(bank.user("operator"));
}

/// A login takes as long for a user who is not there, or whose password took fewer rounds. The shortest times of several are
/// compared, with room for a busy machine: what is looked for is a check that is left out, which makes a factor of hundreds.
#[test]
fn the_time_says_nothing_of_users() {
    let weak = password::hash(&Secret::new(PASSWORD.into()), password::FLOOR).expect("randomness");
    let work = 3 * password::FLOOR;
    let strong = password::hash(&Secret::new(PASSWORD.into()), work).expect("randomness");
    let mut shortest = [f64::MAX; 3];
    for _ in 0..9 {
        for (shortest, stored) in shortest.iter_mut().zip([None, Some(&*weak), Some(&*strong)]) {
            let begun = Instant::now();
            assert!(!password::verify(&Secret::new("not the password".into()), stored, work));
            *shortest = shortest.min(begun.elapsed().as_secs_f64());
        }
    }
    let (least, most) = (shortest.into_iter().fold(f64::MAX, f64::min), shortest.into_iter().fold(0.0, f64::max));
    assert!(most < 2.0 * least, "{shortest:?}");
}

/// A database beside the journal that was cut off is noticed before the ledger is opened for those in it.
#[test]
fn damage_is_noticed() {
    let home = tempfile::tempdir().expect("a directory");
    let mut people = store(home.path());
    for user in 0..40 {
        add(&mut people, &format!("user{user}"), Role::Customer);
    }
    drop(people);
    for database in beside::ALL {
        drop(database.open(home.path()).expect("a database"));
        let path = home.path().join(database.file);
        let whole = std::fs::read(&path).expect("the database");
        for cut in (1..24).map(|part| whole.len() * part / 24) {
            std::fs::write(&path, &whole[..cut]).expect("cut off");
            let said = beside::check_all(home.path()).expect_err("it is damaged").to_string();
            assert!(said.contains(&format!("restore {} from a backup", database.file)), "cut off at {cut}: {said}");
        }
        std::fs::write(&path, &whole).expect("whole again");
        beside::check_all(home.path()).expect("in order");
    }
}
