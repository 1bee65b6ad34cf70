// SPDX-License-Identifier: MIT

//! Payments that somebody must look at: held, decided about, posted or released once; alerts; rules; what cannot be judged.

use std::time::{Duration, Instant};

use qenexd::people::{PeopleStore, verify_decisions};
use qenexd::risk::{DATABASE, Freeze};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::harness::{Bank, Client, configuration, german_bank, transfer};

/// What is more than 100.00 is looked at, what is more than 1,000.00 looks as if it should be rejected.
const RULES: &str = r#"
[[limit]]
id = "large"
action = "review"
currency = "USD"
most_sum = "100.00"

[[limit]]
id = "huge"
action = "block"
currency = "USD"
most_sum = "1000.00"
"#;

pub(crate) fn set_rules(bank: &Bank, text: &str) {
    bank.user("admin").expect(200, "PUT", "/v1/risk/rules", Some(&json!({ "text": text })), &[]);
}

/// Asks until the answer is as it should be.
fn until(mut ask: impl FnMut() -> Value, is_so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let answer = ask();
        if is_so(&answer) {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{answer:#}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn account(client: &mut Client, number: &str) -> (String, String) {
    let account = client.expect(200, "GET", &format!("/v1/accounts/{number}"), None, &[]);
    let text = |name: &str| account[name].as_str().expect("an amount").to_owned();
    (text("balance"), text("debits_held"))
}

fn metric(bank: &Bank, line: &str) -> f64 {
    let answer = bank.anybody().call("GET", "/metrics", None, &[]);
    let text = String::from_utf8(answer.body).expect("text");
    let found = text.lines().find_map(|found| found.strip_prefix(line)?.strip_prefix(' ')?.parse().ok());
    found.unwrap_or(0.0)
}

/// Two accounts of the customer, and theirs.
fn prepared(bank: &Bank) -> (String, String, Client, Client) {
    let from = bank.account(bank.owner("customer"), "5000.00");
    let to = bank.account(bank.owner("other"), "0.00");
    (from, to, bank.user("customer"), bank.user("operator"))
}

#[test]
fn without_rules_and_models_everything_is_posted() {
    let bank = Bank::open();
    let (from, to, mut customer, _) = prepared(&bank);
    customer.expect(201, "POST", "/v1/transfers", Some(&transfer(&from, &to, "4999.99")), &[]);
    assert!(metric(&bank, "qenex_risk_decisions_total{action=\"allow\",when=\"before\"}") >= 1.0);
    let own = transfer(&to, &from, "0.00");
    customer.refused("not_your_account", "POST", "/v1/transfers", Some(&own));
}

#[test]
fn approved_it_is_posted_once() {
    let bank = Bank::open();
    set_rules(&bank, RULES);
    let (from, to, mut customer, mut operator) = prepared(&bank);
    let key = [("idempotency-key", "rent")];
    customer.expect(201, "POST", "/v1/transfers", Some(&transfer(&from, &to, "100.00")), &[]);
    let held = customer.call("POST", "/v1/transfers", Some(&transfer(&from, &to, "250.00")), &key);
    assert_eq!(held.status, 202, "{held:?}");
    let review = held.json();
    assert_eq!((&review["state"], &review["kind"]), (&json!("pending"), &json!("payment")));
    // Whoever asked does not learn by what it was found.
    assert!(review.get("decision").is_none(), "{review}");
    let id = review["id"].as_str().expect("an id").to_owned();
    assert_eq!(held.header("location"), Some(format!("/v1/risk/reviews/{id}").as_str()));
    assert_eq!(account(&mut customer, &from), ("4900.00".into(), "250.00".into()));
    // Sent again it is the same one, and nothing more is held; sent differently it is refused.
    let again = customer.call("POST", "/v1/transfers", Some(&transfer(&from, &to, "250.00")), &key);
    assert_eq!((again.status, again.json()["id"].as_str()), (202, Some(id.as_str())));
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let other = customer.call("POST", "/v1/transfers", Some(&transfer(&from, &to, "251.00")), &key);
    assert_eq!(other.problem(), "exists_with_different_amount");
    assert_eq!(account(&mut customer, &from), ("4900.00".into(), "250.00".into()));
    // The payer cannot help themselves.
    for end in ["post", "void"] {
        customer.refused("under_review", "POST", &format!("/v1/holds/{id}/{end}"), None);
    }
    customer.refused("not_allowed", "POST", &format!("/v1/risk/reviews/{id}/approve"), None);

    let list = operator.expect(200, "GET", "/v1/risk/reviews?state=pending", None, &[]);
    assert_eq!(list["reviews"][0]["decision"]["rules"][0]["rule"], "large");
    let path = format!("/v1/risk/reviews/{id}/approve");
    let approved = operator.expect(200, "POST", &path, Some(&json!({ "note": "called them" })), &[]);
    assert_eq!(approved["state"], "approved");
    assert_eq!(account(&mut customer, &from), ("4650.00".into(), "0.00".into()));
    // Again, by the same one and by another; and the customer's retry.
    assert_eq!(operator.expect(200, "POST", &path, None, &[])["state"], "approved");
    bank.user("second").refused("already_decided", "POST", &path, None);
    operator.refused("already_decided", "POST", &format!("/v1/risk/reviews/{id}/reject"), None);
    let retried = customer.call("POST", "/v1/transfers", Some(&transfer(&from, &to, "250.00")), &key);
    assert_eq!((retried.status, &retried.json()["state"]), (200, &json!("approved")));
    assert_eq!(retried.header("idempotent-replayed"), Some("true"));
    assert_eq!(account(&mut customer, &from), ("4650.00".into(), "0.00".into()));
    assert_eq!(bank.user("other").balance(&to), "350.00");

    let people = PeopleStore::open(bank.directory(), qenexd::people::Policy::default()).expect("people");
    let log = people.decisions(0, 1000).expect("the log");
    let said: Vec<&str> = log.iter().filter(|one| one.subject == id).map(|one| one.what.as_str()).collect();
    assert_eq!(said, ["review_approved", "carried_out"]);
    verify_decisions(&people).expect("unbroken");
}

#[test]
fn rejected_it_is_released() {
    let bank = Bank::open();
    set_rules(&bank, RULES);
    let (from, to, mut customer, mut operator) = prepared(&bank);
    let held = customer.expect(202, "POST", "/v1/transfers", Some(&transfer(&from, &to, "2000.00")), &[]);
    let id = held["id"].as_str().expect("an id");
    assert_eq!(
        operator.expect(200, "GET", &format!("/v1/risk/reviews/{id}"), None, &[])["decision"]["action"],
        "block"
    );
    let rejected = operator.expect(200, "POST", &format!("/v1/risk/reviews/{id}/reject"), None, &[]);
    assert_eq!(rejected["state"], "rejected");
    assert_eq!(account(&mut customer, &from), ("5000.00".into(), "0.00".into()));
    let hold = customer.expect(200, "GET", &format!("/v1/holds/{id}"), None, &[]);
    assert_eq!(hold["state"], "voided");
    // The verdict is known of it.
    let judged = operator.expect(200, "GET", &format!("/v1/risk/payments/{id}"), None, &[]);
    assert_eq!((&judged["fraud"], &judged["before"]), (&json!(true), &json!(true)));
    operator.refused(
        "already_labelled",
        "POST",
        &format!("/v1/risk/payments/{id}/label"),
        Some(&json!({ "fraud": true })),
    );
    assert!(judged["features"].as_array().is_some_and(|features| features.len() > 40));
    bank.user("other").refused("no_such_review", "GET", &format!("/v1/risk/reviews/{id}"), None);
}

#[test]
fn whoever_asked_cannot_approve() {
    let bank = Bank::open();
    set_rules(&bank, RULES);
    let (from, to, _, mut operator) = prepared(&bank);
    let held = operator.expect(202, "POST", "/v1/transfers", Some(&transfer(&from, &to, "200.00")), &[]);
    let path = format!("/v1/risk/reviews/{}/approve", held["id"].as_str().expect("an id"));
    operator.refused("own_request", "POST", &path, None);
    assert_eq!(bank.user("second").expect(200, "POST", &path, None, &[])["state"], "approved");
}

#[test]
fn what_the_ledger_refuses_is_refused_as_ever() {
    let bank = Bank::open();
    set_rules(&bank, RULES);
    let (from, to, mut customer, mut operator) = prepared(&bank);
    customer.refused("exceeds_available_balance", "POST", "/v1/transfers", Some(&transfer(&from, &to, "5000.01")));
    let nobody = qenex_abi::AccountNumber::from_index(99_999).expect("a number").get().to_string();
    customer.refused("to_account_not_found", "POST", "/v1/transfers", Some(&transfer(&from, &nobody, "200.00")));
    assert_eq!(operator.expect(200, "GET", "/v1/risk/reviews", None, &[])["reviews"], json!([]));
    // Approved, but the account was frozen meanwhile: nothing moves, nothing stays held.
    let held = customer.expect(202, "POST", "/v1/transfers", Some(&transfer(&from, &to, "200.00")), &[]);
    let freeze = json!({ "credits_frozen": true });
    operator.expect(200, "PATCH", &format!("/v1/accounts/{to}"), Some(&freeze), &[]);
    let path = format!("/v1/risk/reviews/{}/approve", held["id"].as_str().expect("an id"));
    let failed = operator.expect(200, "POST", &path, None, &[]);
    assert_eq!((&failed["state"], &failed["outcome"]), (&json!("failed"), &json!("to_account_frozen")));
    assert_eq!(account(&mut customer, &from), ("5000.00".into(), "0.00".into()));
}

#[test]
fn holds_batches_and_chains() {
    let bank = Bank::open();
    set_rules(&bank, RULES);
    let (from, to, mut customer, mut operator) = prepared(&bank);
    let approve = |operator: &mut Client, id: &Value| {
        let path = format!("/v1/risk/reviews/{}/approve", id.as_str().expect("an id"));
        assert_eq!(operator.expect(200, "POST", &path, None, &[])["state"], "approved");
    };
    // A hold is there, but nobody may post it yet.
    let hold = customer.expect(202, "POST", "/v1/holds", Some(&transfer(&from, &to, "300.00")), &[]);
    assert_eq!(hold["kind"], "hold");
    let post = format!("/v1/holds/{}/post", hold["id"].as_str().expect("an id"));
    customer.refused("under_review", "POST", &post, None);
    approve(&mut operator, &hold["id"]);
    assert_eq!(account(&mut customer, &from), ("5000.00".into(), "300.00".into()));
    customer.expect(200, "POST", &post, None, &[]);
    assert_eq!(account(&mut customer, &from), ("4700.00".into(), "0.00".into()));

    // Of a batch only what looks bad waits.
    let item = |amount: &str| {
        let mut item = transfer(&from, &to, amount);
        item["kind"] = "transfer".into();
        item
    };
    let batch = json!({ "items": [item("1.00"), item("400.00"), item("2.00")] });
    let done = customer.expect(200, "POST", "/v1/batches", Some(&batch), &[("idempotency-key", "batch")]);
    assert_eq!(done["done"], 2);
    let results: Vec<&Value> = done["items"].as_array().expect("items").iter().map(|item| &item["result"]).collect();
    assert_eq!(results, [&json!("ok"), &json!("under_review"), &json!("ok")]);
    assert_eq!(account(&mut customer, &from), ("4697.00".into(), "400.00".into()));
    let again = customer.expect(200, "POST", "/v1/batches", Some(&batch), &[("idempotency-key", "batch")]);
    assert_eq!(again["items"][1]["review"], done["items"][1]["review"]);
    assert_eq!(
        (&again["items"][0]["result"], &again["items"][1]["result"]),
        (&json!("exists"), &json!("under_review"))
    );
    approve(&mut operator, &done["items"][1]["review"]);
    assert_eq!(account(&mut customer, &from), ("4297.00".into(), "0.00".into()));

    // A chain waits as a whole; of what looks bad the money is held.
    let chain = json!({ "items": [item("3.00"), item("500.00")] });
    let held = customer.expect(202, "POST", "/v1/chains", Some(&chain), &[("idempotency-key", "chain")]);
    assert_eq!(account(&mut customer, &from), ("4297.00".into(), "500.00".into()));
    approve(&mut operator, &held["id"]);
    assert_eq!(account(&mut customer, &from), ("3794.00".into(), "0.00".into()));
    customer.expect(200, "POST", "/v1/chains", Some(&chain), &[("idempotency-key", "chain")]);
    let held = customer.expect(202, "POST", "/v1/chains", Some(&chain), &[]);
    operator.expect(
        200,
        "POST",
        &format!("/v1/risk/reviews/{}/reject", held["id"].as_str().expect("an id")),
        None,
        &[],
    );
    assert_eq!(account(&mut customer, &from), ("3794.00".into(), "0.00".into()));
}

#[test]
fn items_that_come_at_once_see_each_other() {
    let bank = Bank::open();
    set_rules(&bank, "[[limit]]\nid = \"often\"\naction = \"review\"\nwindow = \"1h\"\nmost_count = 3\n");
    let (from, to, mut customer, _) = prepared(&bank);
    let mut item = transfer(&from, &to, "1.00");
    item["kind"] = "transfer".into();
    let done = customer.expect(200, "POST", "/v1/batches", Some(&json!({ "items": vec![item; 6] })), &[]);
    assert_eq!(done["done"], 3);
    // And one after the other, before anything is durable.
    let wait = [("prefer", "respond-async")];
    let held = customer.call("POST", "/v1/transfers", Some(&transfer(&from, &to, "1.00")), &wait);
    assert_eq!(held.status, 202);
    let second = bank.account(bank.owner("customer"), "10.00");
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(customer.call("POST", "/v1/transfers", Some(&transfer(&second, &to, "1.00")), &wait).status);
    }
    assert_eq!(statuses, [201, 201, 201, 202, 202]);
}

#[test]
fn verdicts_survive_a_restart_at_any_step() {
    let mut bank = Bank::open();
    set_rules(&bank, RULES);
    let (from, to, mut customer, mut operator) = prepared(&bank);
    let mut ids = Vec::new();
    for (place, amount) in ["200.00", "300.00", "400.00", "500.00"].into_iter().enumerate() {
        let key = place.to_string();
        let key = [("idempotency-key", key.as_str())];
        let held = customer.expect(202, "POST", "/v1/transfers", Some(&transfer(&from, &to, amount)), &key);
        ids.push(held["id"].as_str().expect("an id").to_owned());
    }
    operator.expect(200, "POST", &format!("/v1/risk/reviews/{}/approve", ids[0]), None, &[]);
    drop((customer, operator));
    bank.reopen_after(|directory| {
        let database = Connection::open(directory.join(DATABASE.file)).expect("the database");
        let set = |id: &str, state: &str| {
            let id = u128::from_str_radix(id, 16).expect("an id").to_be_bytes();
            let sql = "UPDATE review SET state = ?, decided_by = 'operator', decided_at = 1, at = 1 WHERE id = ?";
            assert_eq!(database.execute(sql, rusqlite::params![state, id]).expect("changed"), 1);
        };
        // As a kill leaves them: posted but not noted; decided but not posted; decided but not released; held but not noted.
        set(&ids[0], "approving");
        set(&ids[1], "approving");
        set(&ids[2], "rejecting");
        set(&ids[3], "holding");
    });
    let mut operator = bank.user("operator");
    let states = |list: &Value| -> Vec<String> {
        let reviews = list["reviews"].as_array().expect("reviews");
        reviews.iter().map(|review| review["state"].as_str().expect("a state").to_owned()).collect()
    };
    let wanted = ["approved", "approved", "rejected", "pending"];
    until(|| operator.expect(200, "GET", "/v1/risk/reviews", None, &[]), |list| states(list) == wanted);
    let mut customer = bank.user("customer");
    assert_eq!(account(&mut customer, &from), ("4500.00".into(), "500.00".into()));
    assert_eq!(bank.user("other").balance(&to), "500.00");
    let again =
        customer.call("POST", "/v1/transfers", Some(&transfer(&from, &to, "300.00")), &[("idempotency-key", "1")]);
    assert_eq!((again.status, &again.json()["state"]), (200, &json!("approved")));
}

#[test]
fn money_that_was_about_to_be_held_is_held_by_a_retry() {
    let mut bank = Bank::open();
    set_rules(&bank, RULES);
    let (from, to, mut customer, operator) = prepared(&bank);
    let key = [("idempotency-key", "k")];
    let held = customer.expect(202, "POST", "/v1/transfers", Some(&transfer(&from, &to, "200.00")), &key);
    let id = held["id"].as_str().expect("an id").to_owned();
    drop((customer, operator));
    // The rules are gone, too: what was judged stays judged.
    set_rules(&bank, "");
    bank.reopen_after(|directory| {
        let database = Connection::open(directory.join(DATABASE.file)).expect("the database");
        database.execute("UPDATE review SET state = 'holding'", []).expect("changed");
    });
    let mut customer = bank.user("customer");
    let again = customer.expect(202, "POST", "/v1/transfers", Some(&transfer(&from, &to, "200.00")), &key);
    assert_eq!((again["id"].as_str(), &again["state"]), (Some(id.as_str()), &json!("pending")));
    assert_eq!(account(&mut customer, &from), ("5000.00".into(), "200.00".into()));
}

#[test]
fn without_its_database_nothing_is_posted_twice() {
    let mut bank = Bank::open();
    set_rules(&bank, RULES);
    let (from, to, mut customer, operator) = prepared(&bank);
    let key = [("idempotency-key", "k")];
    customer.expect(202, "POST", "/v1/transfers", Some(&transfer(&from, &to, "200.00")), &key);
    drop((customer, operator));
    bank.reopen_after(|directory| {
        for file in ["risk.sqlite", "risk.sqlite-wal", "risk.sqlite-shm"] {
            let _ = std::fs::remove_file(directory.join(file));
        }
    });
    let mut customer = bank.user("customer");
    let again = customer.call("POST", "/v1/transfers", Some(&transfer(&from, &to, "200.00")), &key);
    assert_eq!(again.problem(), "exists_with_different_flags");
    assert_eq!(account(&mut customer, &from), ("5000.00".into(), "200.00".into()));
}

#[test]
fn a_damaged_database_says_what_to_do() {
    let mut bank = Bank::open();
    bank.close();
    std::fs::write(bank.directory().join(DATABASE.file), "this is no database, however long one looks at it")
        .expect("written");
    let error = DATABASE.check(bank.directory()).expect_err("damaged").to_string();
    assert!(error.contains("restore risk.sqlite from a backup"), "{error}");
}

#[test]
fn it_is_in_a_backup() {
    let mut bank = Bank::open();
    set_rules(&bank, RULES);
    let (from, to, mut customer, operator) = prepared(&bank);
    let held = customer.expect(202, "POST", "/v1/transfers", Some(&transfer(&from, &to, "200.00")), &[]);
    drop((customer, operator));
    let copy = tempfile::tempdir().expect("a directory");
    let to = copy.path().join("copy");
    qenexd::backup::backup(bank.directory(), &to).expect("a backup");
    bank.close();
    let store = qenexd::risk::RiskStore::open(&to).expect("the copy");
    let id = u128::from_str_radix(held["id"].as_str().expect("an id"), 16).expect("an id");
    let review = store.review(qenex_abi::Id::from_u128(id)).expect("the review");
    assert_eq!(review.state.name(), "pending");
    assert_eq!(store.rules().expect("rules").text, RULES);
}

/// More minor units than any payment is believed to move.
fn absurd() -> String {
    format!("{}.00", 10_u64.pow(13) + 1)
}

#[test]
fn what_cannot_be_judged_passes_or_waits_as_its_channel_says() {
    use qenex_risk::decide::Action;
    use qenex_risk::features::Channel;
    let mut configuration = configuration();
    configuration.risk.policy.on_failure.insert(Channel::Card, Action::Review);
    let bank = Bank::configured(configuration);
    let rich = bank.account(bank.owner("customer"), &format!("{}.00", 10_u64.pow(14)));
    let to = bank.account(bank.owner("other"), "0.00");
    let mut customer = bank.user("customer");
    let mut by = |channel: &str| {
        let mut body = transfer(&rich, &to, &absurd());
        body["context"] = json!({ "channel": channel });
        customer.call("POST", "/v1/transfers", Some(&body), &[]).status
    };
    assert_eq!((by("online"), by("card"), by("mobile")), (201, 202, 201));
    let mut operator = bank.user("operator");
    let list = operator.expect(200, "GET", "/v1/risk/reviews", None, &[]);
    let failure = list["reviews"][0]["decision"]["failure"].as_str().expect("why").to_owned();
    assert!(failure.contains("absurd"), "{failure}");
    assert!(metric(&bank, "qenex_risk_failures_total") >= 3.0);
    // Asked for by somebody it is a plain error.
    operator.refused("payment_not_judged", "POST", "/v1/risk/score", Some(&transfer(&rich, &to, &absurd())));
}

#[test]
fn contexts_are_checked() {
    let bank = Bank::open();
    let (from, to, mut customer, mut operator) = prepared(&bank);
    let with = |context: Value| {
        let mut body = transfer(&from, &to, "1.00");
        body["context"] = context;
        body
    };
    let branch = with(json!({ "channel": "branch" }));
    customer.refused("not_allowed", "POST", "/v1/transfers", Some(&branch));
    operator.expect(201, "POST", "/v1/transfers", Some(&branch), &[]);
    for (context, problem) in [
        (json!({ "channel": "pigeon" }), "invalid_value"),
        (json!({ "country": "us" }), "invalid_value"),
        (json!({ "device": "" }), "invalid_value"),
        (json!({ "planet": "Mars" }), "unknown_field"),
        (json!(7), "wrong_type"),
    ] {
        customer.refused(problem, "POST", "/v1/transfers", Some(&with(context)));
    }
    let made = customer.expect(
        201,
        "POST",
        "/v1/transfers",
        Some(&with(json!({ "channel": "mobile", "country": "US", "device": "phone 1" }))),
        &[],
    );
    let judged =
        operator.expect(200, "GET", &format!("/v1/risk/payments/{}", made["id"].as_str().expect("an id")), None, &[]);
    assert_eq!((&judged["channel"], &judged["country"]), (&json!("mobile"), &json!("US")));
    operator.refused("no_such_payment", "GET", &format!("/v1/risk/payments/{}", "0".repeat(31) + "1"), None);
}

#[test]
fn postings_by_the_device_are_judged_and_accounts_frozen() {
    let mut configuration = configuration();
    configuration.risk.freeze = Freeze::Block;
    let bank = Bank::configured(configuration);
    let ledger: &dyn qenexd::bank::Bank = bank.device();
    let (from, to, mut customer, mut operator) = prepared(&bank);
    set_rules(&bank, RULES);
    let post = |low: u64, amount: u64| {
        let item = qenex_abi::Transfer {
            id: qenex_abi::Id { low, high: 0 },
            from_account: from.parse().expect("a number"),
            to_account: to.parse().expect("a number"),
            amount,
            currency: 840,
            ..qenex_abi::Transfer::default()
        };
        let results = ledger.batch(&[item]).expect("posted");
        assert_eq!(results[0].result, 0);
        format!("{:032x}", item.id.to_u128())
    };
    post(1, 5_000);
    let large = post(2, 20_000);
    let list = until(
        || operator.expect(200, "GET", "/v1/risk/reviews", None, &[]),
        |list| list["reviews"].as_array().is_some_and(|reviews| !reviews.is_empty()),
    );
    let alert = &list["reviews"][0];
    assert_eq!((&alert["kind"], &alert["state"], &alert["id"]), (&json!("alert"), &json!("pending"), &json!(large)));
    customer.expect(201, "POST", "/v1/transfers", Some(&transfer(&from, &to, "1.00")), &[]);
    // An alert is confirmed: nothing moves, but it is known what it was.
    let confirmed = operator.expect(200, "POST", &format!("/v1/risk/reviews/{large}/reject"), None, &[]);
    assert_eq!(confirmed["state"], "rejected");
    let judged = operator.expect(200, "GET", &format!("/v1/risk/payments/{large}"), None, &[]);
    assert_eq!((&judged["fraud"], &judged["before"]), (&json!(true), &json!(false)));

    post(3, 150_000);
    until(
        || operator.expect(200, "GET", &format!("/v1/accounts/{from}"), None, &[]),
        |account| account["debits_frozen"] == true,
    );
    customer.refused("from_account_frozen", "POST", "/v1/transfers", Some(&transfer(&from, &to, "1.00")));
    assert_eq!(metric(&bank, "qenex_risk_accounts_frozen_total"), 1.0);
    let mut admin = bank.user("admin");
    let log = admin.expect(200, "GET", "/v1/audit/decisions?limit=1000", None, &[]);
    let frozen = log["decisions"].as_array().expect("decisions").iter().filter(|one| one["what"] == "account_frozen");
    assert_eq!(frozen.map(|one| one["subject"].clone()).collect::<Vec<_>>(), [json!(from)]);
}

#[test]
fn rules_are_replaced_while_payments_go_on() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "").expect("written");
    let mut configuration = configuration();
    configuration.risk.rules = Some(file.path().into());
    let bank = Bank::configured(configuration);
    let (from, to, mut customer, mut operator) = prepared(&bank);
    let small = transfer(&from, &to, "150.00");
    customer.expect(201, "POST", "/v1/transfers", Some(&small), &[]);
    // A newer file.
    std::fs::write(file.path(), RULES).expect("written");
    until(|| operator.expect(200, "GET", "/v1/risk/rules", None, &[]), |rules| rules["text"] == RULES);
    customer.expect(202, "POST", "/v1/transfers", Some(&small), &[]);
    // A wrong one changes nothing.
    std::fs::write(file.path(), "[[limit]]\nid = \"x\"\n").expect("written");
    std::thread::sleep(Duration::from_secs(3));
    customer.expect(202, "POST", "/v1/transfers", Some(&small), &[]);
    let mut admin = bank.user("admin");
    for text in [
        "nonsense",
        "[[limit]]\nid = \"x\"\naction = \"review\"\n",
        "[[list]]\nid = \"l\"\naction = \"block\"\naccounts = [1]\nauthor = \"\"\n",
    ] {
        admin.refused("bad_rules", "PUT", "/v1/risk/rules", Some(&json!({ "text": text })));
    }
    operator.refused("not_allowed", "PUT", "/v1/risk/rules", Some(&json!({ "text": "" })));
    customer.expect(202, "POST", "/v1/transfers", Some(&small), &[]);

    // Lists with an end, and suppressions; from a device that is new, too.
    let later = qenexd::people::now() / 1_000_000_000 + 3600;
    let listed = format!(
        "{RULES}\n[[list]]\nid = \"known\"\naction = \"block\"\naccounts = [{to}]\nauthor = \"anna\"\nexpires = {later}\n\
         [[suppression]]\nrule = \"large\"\naccount = {from}\nauthor = \"anna\"\nexpires = {later}\n"
    );
    set_rules(&bank, &listed);
    let held = customer.expect(202, "POST", "/v1/transfers", Some(&transfer(&from, &to, "1.00")), &[]);
    let review =
        operator.expect(200, "GET", &format!("/v1/risk/reviews/{}", held["id"].as_str().expect("an id")), None, &[]);
    assert_eq!(review["decision"]["rules"][0]["rule"], "known");
    set_rules(&bank, &listed.replace(&format!("expires = {later}\n[["), "expires = 1\n[["));
    customer.expect(201, "POST", "/v1/transfers", Some(&small), &[]);

    // Tried on the past.
    let tried = operator.expect(200, "POST", "/v1/risk/backtest", Some(&json!({ "text": RULES })), &[]);
    let rules = tried["rules"].as_array().expect("rules");
    let large = rules.iter().find(|rule| rule["rule"] == "large").expect("the rule");
    // The opening balance of 5,000.00 and two payments of 150.00.
    assert_eq!((&tried["payments"], &large["fired"]), (&json!(3), &json!(3)), "{tried:#}");
    operator.refused("bad_rules", "POST", "/v1/risk/backtest", Some(&json!({ "text": "x" })));
    // A restart keeps what is in force, unless the file says otherwise.
    std::fs::remove_file(file.path()).expect("removed");
    std::fs::write(file.path(), &listed).expect("written");
    let mut bank = bank;
    drop((customer, operator, admin));
    bank.reopen_after(|_| {});
    assert_eq!(bank.user("auditor").expect(200, "GET", "/v1/risk/rules", None, &[])["text"], json!(listed));
}

#[test]
fn payments_of_messages_wait_for_their_review() {
    let mut configuration = configuration();
    configuration.payments = Some(german_bank());
    let bank = Bank::configured(configuration);
    let open = |owner: &str, balance: &str| bank.open_account(bank.owner(owner), "EUR", balance);
    let (from, to) = (open("customer", "5000.00"), open("other", "0.00"));
    set_rules(&bank, &RULES.replace("USD", "EUR"));
    let mut customer = bank.user("customer");
    let pain = |id: &str, amounts: [&str; 2], batch: bool| {
        crate::messages::pain001(
            id,
            from["iban"].as_str().expect("an IBAN"),
            to["iban"].as_str().expect("an IBAN"),
            &amounts,
            batch,
        )
    };
    let send = |client: &mut Client, text: &str| {
        let answer = client.raw("POST", "/v1/messages", text.as_bytes(), &[("content-type", "application/xml")]);
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()
    };
    let number = |account: &Value| account["number"].as_str().expect("a number").to_owned();
    let (from, to) = (number(&from), number(&to));
    let mut operator = bank.user("operator");
    let pending = |operator: &mut Client| {
        let list = operator.expect(200, "GET", "/v1/risk/reviews?state=pending", None, &[]);
        let list = list["reviews"].as_array().expect("reviews");
        list.iter().map(|review| review["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let states = |client: &mut Client, message: &Value| -> Vec<String> {
        let path = format!("/v1/messages/{}", message["id"].as_str().expect("an id"));
        let detail = client.expect(200, "GET", &path, None, &[]);
        let payments = detail["payments"].as_array().expect("payments");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        payments.iter().map(|payment| format!("{} {}", text(&payment["state"]), text(&payment["reason"]))).collect()
    };
    let mut settles = |message: &Value, wanted: [&str; 2]| {
        let begun = Instant::now();
        while states(&mut customer, message) != wanted {
            assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", states(&mut customer, message));
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    let mut sender = bank.user("customer");
    let message = send(&mut sender, &pain("first", ["50.00", "150.00"], false));
    assert_eq!(message["state"], "waiting");
    settles(&message, ["settled ", "waiting "]);
    let held = pending(&mut operator);
    assert_eq!(held.len(), 1);
    operator.expect(200, "POST", &format!("/v1/risk/reviews/{}/approve", held[0]), None, &[]);
    settles(&message, ["settled ", "settled "]);
    let answers = format!("/v1/messages/{}/answers", message["id"].as_str().expect("an id"));
    let answers = sender.expect(200, "GET", &answers, None, &[]);
    // First that one is pending, then that both are settled: nothing in between, however long it took.
    assert_eq!(answers["answers"].as_array().map(Vec::len), Some(2), "{answers:#}");

    let message = send(&mut sender, &pain("second", ["60.00", "160.00"], false));
    let held = pending(&mut operator);
    operator.expect(200, "POST", &format!("/v1/risk/reviews/{}/reject", held[0]), None, &[]);
    settles(&message, ["settled ", "rejected FR01"]);

    // Booked as one: the one debit waits, and all payments with it.
    let message = send(&mut sender, &pain("third", ["70.00", "80.00"], true));
    settles(&message, ["waiting ", "waiting "]);
    let held = pending(&mut operator);
    assert_eq!(held.len(), 1);
    operator.expect(200, "POST", &format!("/v1/risk/reviews/{}/approve", held[0]), None, &[]);
    settles(&message, ["settled ", "settled "]);
    assert_eq!(account(&mut sender, &from), ("4590.00".into(), "0.00".into()));
    assert_eq!(bank.user("other").balance(&to), "410.00");
}
