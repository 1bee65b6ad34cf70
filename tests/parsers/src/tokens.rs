// SPDX-License-Identifier: MIT

//! Session tokens: only the very token that was given lets somebody in, and only from where it was given.

use std::cell::RefCell;

use qenexd::people::{Actor, NewUser, OWNER_FIRST, Peer, PeopleStore, Policy, Role, Secret, password};
use tempfile::TempDir;

const NOW: u64 = 1_700_000_000_000_000_000;
const HERE: Peer = Peer::Unix { uid: 1000, pid: None };

struct Open {
    _directory: TempDir,
    people: PeopleStore,
    token: String,
}

fn open() -> Open {
    let directory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a directory");
    let policy = Policy { iterations: password::FLOOR, ..Policy::default() };
    let mut people = PeopleStore::open(directory.path(), policy).expect("opened");
    let secret = Secret::new("correct horse battery".into());
    let password = password::hash(&secret, password::FLOOR).expect("randomness");
    let actor = Actor { user: "somebody".into(), peer: HERE };
    let new = NewUser { name: "somebody".into(), role: Role::Customer, uid: None, password, request: None };
    people.add_user(&new, OWNER_FIRST, &actor, NOW).expect("added");
    let attempt = people.begin_login(&actor, NOW).expect("may try");
    let login = people.accept_login(&attempt, None, NOW).expect("let in");
    let token = login.token.reveal().to_owned();
    Open { _directory: directory, people, token }
}

pub(crate) fn run(input: &[u8]) {
    thread_local!(static OPEN: RefCell<Open> = RefCell::new(open()));
    OPEN.with_borrow(|open| {
        let text = String::from_utf8_lossy(input);
        let lets_in =
            |token: &str, peer: &Peer, now: u64| open.people.session(token, peer, now).expect("asked").is_some();
        assert_eq!(lets_in(&text, &HERE, NOW), text == open.token);
        // The token itself, changed by the input.
        let mut changed = open.token.clone().into_bytes();
        for (byte, change) in changed.iter_mut().zip(input) {
            *byte ^= change;
        }
        changed.truncate(input.get(64).map_or(64, |length| usize::from(*length)));
        changed.extend(input.get(65..).unwrap_or(&[]));
        let changed = String::from_utf8_lossy(&changed).into_owned();
        assert_eq!(lets_in(&changed, &HERE, NOW), changed == open.token);
        let elsewhere = Peer::Unix { uid: 1001, pid: None };
        assert!(!lets_in(&changed, &elsewhere, NOW) && !lets_in(&open.token, &elsewhere, NOW));
        assert!(!lets_in(&open.token, &HERE, NOW + 9 * 3600 * 1_000_000_000));
    });
}
