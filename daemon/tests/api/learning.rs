// SPDX-License-Identifier: MIT

//! Models: what becomes known is learnt from, a model is tried out, promoted if it is better, and taken back.

use std::time::{Duration, Instant};

use qenex_risk::decide::Thresholds;
use qenexd::config::Configuration;
use qenexd::people::{Decision, PeopleStore, verify_decisions};
use qenexd::risk::DATABASE;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::harness::{Bank, Client, configuration};

/// Small models, of what happened a moment ago.
fn quick() -> Configuration {
    let mut configuration = configuration();
    let learn = &mut configuration.risk.learn;
    (learn.maturity_hours, learn.settle_hours) = (0, 0);
    (learn.trees, learn.rounds) = (20, 30);
    configuration
}

/// A bank whose customers pay each other.
struct World {
    bank: Bank,
    admin: Client,
    accounts: Vec<String>,
    thief: Vec<String>,
    round: u64,
}

/// What was paid: the id of each item.
type Ids = Vec<String>;

impl World {
    fn new() -> World {
        World::configured(quick())
    }

    fn configured(configuration: Configuration) -> World {
        let bank = Bank::configured(configuration);
        let accounts = (0..12).map(|_| bank.account(bank.owner("customer"), "90000.00")).collect();
        let thief = (0..3).map(|_| bank.account(bank.owner("other"), "0.00")).collect();
        let admin = bank.user("admin");
        World { bank, admin, accounts, thief, round: 0 }
    }

    fn items(&mut self, items: Vec<Value>) -> Ids {
        let answer = self.admin.expect(200, "POST", "/v1/batches", Some(&json!({ "items": items })), &[]);
        let items = answer["items"].as_array().expect("items");
        assert!(items.iter().all(|item| item["result"] == "ok" || item["result"] == "under_review"), "{answer:#}");
        items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    }

    fn item(&self, from: &str, to: &str, amount: String, device: String) -> Value {
        json!({ "kind": "transfer", "debtor_account": from, "creditor_account": to, "amount": amount, "currency": "USD",
            "context": { "channel": "online", "country": "DE", "device": device } })
    }

    /// Customers pay each other small amounts from their own devices.
    fn honest(&mut self, count: usize) -> Ids {
        let items = (0..count).map(|place| {
            let place = place + self.round as usize;
            let from = place % self.accounts.len();
            let to = (place * 7 + 1) % self.accounts.len();
            let to = if to == from { (to + 1) % self.accounts.len() } else { to };
            let amount = format!("{}.{:02}", 5 + place * 13 % 40, place % 100);
            self.item(&self.accounts[from], &self.accounts[to], amount, format!("own {from}"))
        });
        let items = items.collect();
        self.round += count as u64;
        self.items(items)
    }

    /// Somebody empties their accounts into a few of their own.
    fn fraud(&mut self, count: usize) -> Ids {
        let items = (0..count).map(|place| {
            let place = place + self.round as usize;
            let from = &self.accounts[place * 5 % self.accounts.len()];
            let to = &self.thief[place % self.thief.len()];
            self.item(from, to, format!("{}.00", 900 + place * 37 % 300), "thief".into())
        });
        let items = items.collect();
        self.round += count as u64;
        self.items(items)
    }

    fn label(&mut self, ids: &[String], label: Value) {
        for id in ids {
            self.admin.expect(200, "POST", &format!("/v1/risk/payments/{id}/label"), Some(&label), &[]);
        }
    }

    fn models(&mut self) -> Value {
        self.admin.expect(200, "GET", "/v1/risk/models", None, &[])
    }

    /// Trains, and returns the version of what is tried out then.
    fn train(&mut self, how: Value) -> String {
        self.admin.expect(200, "POST", "/v1/risk/train", Some(&how), &[]);
        let begun = Instant::now();
        loop {
            let models = self.models();
            match models["training"]["state"].as_str() {
                Some("running") => assert!(begun.elapsed() < Duration::from_secs(120)),
                Some("done") => {
                    assert_eq!(models["challenger"]["version"], models["training"]["version"]);
                    return models["training"]["version"].as_str().expect("a version").to_owned();
                }
                _ => panic!("{models:#}"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// All that the log of decisions says of `what`.
    fn said(&self, what: &str) -> Vec<Decision> {
        let people = PeopleStore::open(self.bank.directory(), qenexd::people::Policy::default()).expect("people");
        let pages = (0..).map(|page| people.decisions(page * 1000, 1000).expect("the log"));
        pages.take_while(|page| !page.is_empty()).flatten().filter(|one| one.what == what).collect()
    }

    /// What it says of `what` that the daemon did by itself.
    fn said_by_daemon(&self, what: &str) -> Vec<Decision> {
        self.said(what).into_iter().filter(|one| one.actor == "(risk)").collect()
    }

    /// Opens again, differently.
    fn reconfigure(&mut self, configuration: &Configuration) {
        self.bank.close();
        self.bank.reconfigure(configuration.clone());
        self.admin = self.bank.user("admin");
    }

    fn reopen_after(&mut self, meanwhile: impl FnOnce(&Connection)) {
        self.bank.reopen_after(|directory| {
            meanwhile(&Connection::open(directory.join(DATABASE.file)).expect("the database"));
        });
        self.admin = self.bank.user("admin");
    }
}

fn metric(bank: &Bank, name: &str) -> f64 {
    let answer = bank.anybody().call("GET", "/metrics", None, &[]);
    let text = String::from_utf8(answer.body).expect("text");
    text.lines().find_map(|found| found.strip_prefix(name)?.strip_prefix(' ')?.parse().ok()).unwrap_or(0.0)
}

#[test]
fn learnt_tried_promoted_and_taken_back() {
    let mut world = World::new();
    let honest = world.honest(2500);
    let fraud = world.fraud(20);
    // Somebody says that whatever is small is fraud, and the first model believes it.
    let small = honest.iter().enumerate().filter(|(place, _)| place * 13 % 40 < 2).map(|(_, id)| id.clone());
    let small: Ids = small.collect();
    world.label(&small, json!({ "fraud": true, "source": "chargeback", "name": "wrong" }));
    let bad = world.train(json!({ "seed": "7" }));
    world.honest(50);
    let promoted = world.admin.expect(200, "POST", "/v1/risk/promote", None, &[]);
    assert_eq!((&promoted["to"], &promoted["from"]), (&json!(bad), &Value::Null));
    let models = world.models();
    assert_eq!((&models["champion"]["version"], &models["challenger"]), (&json!(bad), &Value::Null));
    assert_eq!((&models["champion"]["fraud"], &models["champion"]["seed"]), (&json!(small.len()), &json!("7")));
    world.admin.refused("not_promoted", "POST", "/v1/risk/promote", None);

    // What is known now is right.
    let body = json!({ "source": "chargeback", "name": "wrong" });
    let forgotten = world.admin.expect(200, "POST", "/v1/risk/sources/distrust", Some(&body), &[]);
    assert_eq!(forgotten["labels"], small.len());
    world.label(&fraud, json!({ "fraud": true }));
    let good = world.train(json!({}));
    assert_ne!(good, bad);
    // Nothing came after its training: nobody can say whether it is better.
    let early = world.admin.refused("not_promoted", "POST", "/v1/risk/promote", None).json();
    assert!(early["detail"].as_str().is_some_and(|why| why.contains("too few")), "{early}");
    let later = world.fraud(25);
    world.honest(600);
    world.models();
    let shadow = metric(&world.bank, "qenex_risk_shadow_total{action=\"review\",when=\"after\"}");
    assert!(shadow >= 10.0, "{shadow}");
    // What it would have had looked at is in the queue.
    let alerts = world.admin.expect(200, "GET", "/v1/risk/reviews?state=pending&limit=1000", None, &[]);
    let is_shadow =
        |review: &&Value| review["decision"]["failure"].as_str().is_some_and(|why| why.contains("tried out"));
    assert!(alerts["reviews"].as_array().expect("reviews").iter().filter(is_shadow).count() >= 10);
    world.label(&later, json!({ "fraud": true }));
    let promoted = world.admin.expect(200, "POST", "/v1/risk/promote", None, &[]);
    assert_eq!((&promoted["from"], &promoted["to"]), (&json!(bad), &json!(good)), "{promoted:#}");

    // It decides, says why, and after a restart still does.
    let question = |world: &mut World| {
        let body = world.item(&world.accounts[0], &world.thief[0], "1100.00".into(), "thief".into());
        let mut body = body;
        body.as_object_mut().expect("an object").remove("kind");
        world.admin.expect(200, "POST", "/v1/risk/score", Some(&body), &[])
    };
    let asked = question(&mut world);
    let decision = &asked["decision"];
    assert_eq!(decision["model"], json!(good));
    assert_ne!(decision["action"], "allow", "{decision:#}");
    assert!(decision["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()), "{decision:#}");
    assert!(decision["probability"].as_f64().is_some_and(|probability| probability > 0.2), "{decision:#}");
    // How good it is, in numbers and pictures.
    let report = world.admin.expect(200, "GET", "/v1/risk/report", None, &[]);
    assert_eq!((&report["model"], &report["later"]), (&json!(good), &json!(true)), "{report:#}");
    assert!(report["average_precision"].as_f64().is_some_and(|it| (0.3..=1.0).contains(&it)), "{report:#}");
    assert!(report["fraud"].as_u64() >= Some(25) && report["payments"].as_u64() >= Some(600), "{report:#}");
    for name in ["precision-recall", "calibration", "importance"] {
        let picture = world.admin.call("GET", &format!("/v1/risk/report/{name}.svg"), None, &[]);
        assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/svg+xml")));
        let text = String::from_utf8(picture.body).expect("text");
        assert!(text.starts_with("<svg") && text.contains("<polyline") != (name == "importance"), "{text}");
    }
    world.admin.refused("invalid_parameter", "GET", "/v1/risk/report/other.svg", None);
    // What two features both tell is missed in neither, so that nothing may be lost by shuffling one; but all are there.
    let importance = world.admin.expect(200, "GET", "/v1/risk/importance?method=permutation", None, &[]);
    let values = importance["importance"].as_array().expect("features").iter().map(|one| one["value"].as_f64());
    let values: Vec<f64> = values.map(|value| value.expect("a number")).collect();
    assert_eq!(values.len(), qenex_risk::features::FEATURES);
    assert!(values.is_sorted_by(|a, b| a >= b), "{values:?}");
    let importance = world.admin.expect(200, "GET", "/v1/risk/importance", None, &[]);
    assert!(importance["importance"][0]["value"].as_f64().is_some_and(|value| value > 0.0), "{importance:#}");
    let known = world.models()["labels"].as_u64();
    world.reopen_after(|_| {});
    assert_eq!(world.models()["champion"]["version"], json!(good));
    assert_eq!(world.models()["labels"].as_u64(), known);
    let again = question(&mut world);
    // Devices, countries and history are what they were, so that the score is.
    let score = |answer: &Value| answer["decision"]["score"].as_f64().expect("a score");
    assert!((score(&again) - score(&asked)).abs() < 0.05, "{asked:#} {again:#}");

    // One command goes back, and there is an end to it.
    let back = world.admin.expect(200, "POST", "/v1/risk/rollback", Some(&json!({ "why": "drill" })), &[]);
    assert_eq!((&back["to"], &back["why"]), (&json!(bad), &json!("drill")));
    assert_eq!(world.models()["champion"]["version"], json!(bad));
    world.admin.refused("not_promoted", "POST", "/v1/risk/rollback", None);
    world.reopen_after(|_| {});
    assert_eq!(world.models()["champion"]["version"], json!(bad));

    // All of it is in the log, with what is needed to do it again.
    let of = |what: &str| world.said(what);
    assert_eq!(of("model_trained").len(), 2);
    assert_eq!((of("model_promoted").len(), of("model_rolled_back").len(), of("labels_forgotten").len()), (2, 1, 1));
    let record: Value = serde_json::from_str(&of("model_promoted")[1].details).expect("JSON");
    for path in [
        "/about/from",
        "/about/to",
        "/about/rows",
        "/about/crate_version",
        "/about/settings/seed",
        "/about/data",
        "/judgement/average_precision/gain/low",
        "/from",
        "/to",
        "/by",
    ] {
        assert!(record.pointer(path).is_some_and(|value| !value.is_null()), "{path} is not in {record:#}");
    }
    let people = PeopleStore::open(world.bank.directory(), qenexd::people::Policy::default()).expect("people");
    verify_decisions(&people).expect("unbroken");
}

/// As [`quick`], and no model goes by itself: by cost there is no number of alerts that is too high.
fn patient() -> Configuration {
    let mut configuration = quick();
    configuration.risk.policy.thresholds = Thresholds::Cost { review: 500, wrong_block: 5_000, loss: 1.0 };
    configuration
}

/// Longest that anything here is waited for: a host may be busy with other things.
const PATIENCE: Duration = Duration::from_secs(600);

fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn the_daemon_learns_by_itself() {
    let mut configuration = patient();
    let mut world = World::configured(configuration.clone());
    let honest = world.honest(2500);
    let fraud = world.fraud(20);
    // Somebody says that whatever is small is fraud, and the first model believes it.
    let small = honest.iter().enumerate().filter(|(place, _)| place * 13 % 40 < 2).map(|(_, id)| id.clone());
    let small: Ids = small.collect();
    world.label(&small, json!({ "fraud": true, "source": "chargeback", "name": "wrong" }));

    // It trains again and again, but who decides first is up to people.
    configuration.risk.learn.every = Duration::from_millis(1);
    world.reconfigure(&configuration);
    until(|| world.said_by_daemon("model_trained").len() >= 2);
    let models = world.models();
    assert!(models.get("champion").is_none() && models.get("challenger").is_some(), "{models:#}");
    configuration.risk.learn.every = Duration::ZERO;
    world.reconfigure(&configuration);
    let bad = world.admin.expect(200, "POST", "/v1/risk/promote", None, &[])["to"].clone();
    assert_eq!(world.models()["champion"]["version"], bad);

    // What is known now is right.
    let body = json!({ "source": "chargeback", "name": "wrong" });
    world.admin.expect(200, "POST", "/v1/risk/sources/distrust", Some(&body), &[]);
    world.label(&fraud, json!({ "fraud": true }));
    let day = |world: &mut World| {
        let fraud = world.fraud(25);
        world.honest(600);
        world.label(&fraud, json!({ "fraud": true }));
    };
    let begun = Instant::now();
    day(&mut world);
    // However slow this host is, some such days lie between two trainings.
    let every = (4 * begun.elapsed()).max(Duration::from_secs(4));
    configuration.risk.learn.every = every;
    let before = world.said_by_daemon("model_training").len();
    world.reconfigure(&configuration);
    until(|| {
        day(&mut world);
        std::thread::sleep(every / 4);
        world.models()["champion"]["version"] != bad
    });
    let promoted = world.said_by_daemon("model_promoted");
    assert_eq!((promoted.len(), world.said("model_promoted").len()), (1, 2));
    let record: Value = serde_json::from_str(&promoted[0].details).expect("JSON");
    assert_eq!((&record["from"], &record["by"]), (&bad, &json!("(risk)")), "{record:#}");
    assert_eq!(world.models()["champion"]["version"], record["to"]);
    assert!(record.pointer("/judgement/average_precision/gain/low").is_some_and(|low| low.as_f64() > Some(0.0)));
    // What was promoted was made by itself, too, and it goes on.
    let trained = world.said_by_daemon("model_trained");
    assert!(trained.iter().any(|one| json!(one.subject) == record["to"]), "{record:#}");
    until(|| world.said_by_daemon("model_training").len() >= before + 2);
    // Nobody hurries it.
    let times: Vec<u64> = world.said_by_daemon("model_training").iter().skip(before).map(|one| one.at).collect();
    let shortest = u64::try_from(every.as_nanos()).expect("short");
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= shortest), "{times:?}");
}

#[test]
fn when_payments_change_it_trains_sooner() {
    let mut configuration = patient();
    let mut world = World::configured(configuration.clone());
    world.honest(2500);
    let fraud = world.fraud(20);
    world.label(&fraud, json!({ "fraud": true }));
    world.train(json!({}));
    world.admin.expect(200, "POST", "/v1/risk/promote", None, &[]);
    let made = world.said("model_training")[0].at;
    let pause = Duration::from_secs(10);
    (configuration.risk.learn.every, configuration.risk.learn.pause) = (Duration::from_secs(1_000_000), pause);
    world.reconfigure(&configuration);
    // Suddenly everybody pays the same few, from a device that nobody has seen.
    let begun = Instant::now();
    while metric(&world.bank, "qenex_risk_drifts_total") < 1.0 {
        assert!(begun.elapsed() < PATIENCE);
        assert_eq!(world.said_by_daemon("model_training").len(), 0);
        let items = (0..1000).map(|place| {
            let (from, to) = (&world.accounts[place % world.accounts.len()], &world.thief[place % world.thief.len()]);
            world.item(from, to, format!("{}.00", 5 + place % 40), "new".into())
        });
        let items = items.collect();
        world.items(items);
        world.models();
    }
    until(|| !world.said_by_daemon("model_trained").is_empty());
    let training = world.said_by_daemon("model_training");
    assert_eq!(training.len(), 1);
    assert!(training[0].at - made >= u64::try_from(pause.as_nanos()).expect("short"), "too soon");
    let models = world.models();
    assert_eq!(models["challenger"]["version"], json!(world.said_by_daemon("model_trained")[0].subject));
}

#[test]
fn without_labels_it_has_payments_looked_at_and_never_blocks() {
    let mut configuration = quick();
    configuration.risk.policy.cold_alerts_per_thousand = 50.0;
    let mut world = World::configured(configuration);
    let refused =
        world.admin.refused("not_promoted", "POST", "/v1/risk/train", Some(&json!({ "unlabelled": true }))).json();
    assert!(refused["detail"].as_str().is_some_and(|why| why.contains("too few")), "{refused}");
    world.honest(300);
    // All of one class.
    let refused = world.admin.refused("cannot_learn", "POST", "/v1/risk/train", None).json();
    assert!(refused["detail"].as_str().is_some_and(|why| why.contains("both kinds")), "{refused}");
    world.train(json!({ "unlabelled": true }));
    world.admin.expect(200, "POST", "/v1/risk/promote", None, &[]);
    world.fraud(20);
    let reviews = world.admin.expect(200, "GET", "/v1/risk/reviews?limit=1000", None, &[]);
    let reviews = reviews["reviews"].as_array().expect("reviews");
    assert!(!reviews.is_empty());
    assert!(reviews.iter().all(|review| review["decision"]["action"] == "review"), "{reviews:#?}");
    let importance = world.admin.expect(200, "GET", "/v1/risk/importance", None, &[]);
    assert!(importance["importance"][0]["value"].as_f64().is_some_and(|value| value > 0.0));
    // There is nothing to measure by.
    world.admin.refused("cannot_learn", "GET", "/v1/risk/importance?method=permutation", None);
}

#[test]
fn a_model_that_cannot_be_loaded_is_none() {
    let mut world = World::new();
    world.admin.refused("no_model", "GET", "/v1/risk/importance", None);
    world.honest(200);
    let first = world.train(json!({ "unlabelled": true }));
    world.admin.expect(200, "POST", "/v1/risk/promote", None, &[]);
    world.reopen_after(|database| {
        let sql = "UPDATE model SET bytes = substr(bytes, 1, 1000) WHERE version = ?";
        assert_eq!(database.execute(sql, [&first]).expect("damaged"), 1);
    });
    let models = world.models();
    assert_eq!(models.get("champion"), None, "{models:#}");
    world.honest(10);
    let log = world.admin.expect(200, "GET", "/v1/audit/decisions?limit=1000", None, &[]);
    let log = log["decisions"].as_array().expect("decisions").clone();
    let unusable = log.iter().find(|one| one["what"] == "model_unusable").expect("it is said");
    assert_eq!(unusable["subject"], json!(first));
    assert!(unusable["details"].as_str().is_some_and(|why| why.contains("damaged")), "{unusable}");
    // Another one takes its place.
    let second = world.train(json!({ "unlabelled": true, "seed": "2" }));
    assert_eq!(world.admin.expect(200, "POST", "/v1/risk/promote", None, &[])["to"], json!(second));
}

#[test]
fn labels_are_checked() {
    let mut world = World::new();
    let paid = world.honest(20);
    let path = |id: &str| format!("/v1/risk/payments/{id}/label");
    let fraud = json!({ "fraud": true });
    world.admin.refused("no_such_payment", "POST", &path(&("0".repeat(31) + "1")), Some(&fraud));
    for (body, problem) in [
        (json!({}), "missing_field"),
        (json!({ "fraud": "yes" }), "wrong_type"),
        (json!({ "fraud": true, "source": "rumour" }), "invalid_value"),
        (json!({ "fraud": true, "name": "" }), "invalid_value"),
    ] {
        world.admin.refused(problem, "POST", &path(&paid[0]), Some(&body));
    }
    // Customers claim it of their own, and no more than can be right.
    let mut customer = world.bank.user("customer");
    world.bank.user("other").refused("no_such_payment", "POST", &path(&paid[0]), Some(&fraud));
    let chargeback = json!({ "fraud": true, "source": "chargeback", "name": "visa" });
    customer.refused("not_allowed", "POST", &path(&paid[0]), Some(&chargeback));
    for id in &paid[..5] {
        customer.expect(200, "POST", &path(id), Some(&fraud), &[]);
    }
    customer.refused("already_labelled", "POST", &path(&paid[0]), Some(&fraud));
    let flood = customer.refused("label_flood", "POST", &path(&paid[5]), Some(&fraud));
    assert_eq!((flood.status, flood.header("retry-after")), (429, Some("3600")));
    // Whoever counts more is heard; who counts less is not any more.
    let honest = json!({ "fraud": false });
    world.admin.expect(200, "POST", &path(&paid[0]), Some(&chargeback), &[]);
    world.admin.expect(200, "POST", &path(&paid[0]), Some(&honest), &[]);
    world.admin.refused("already_labelled", "POST", &path(&paid[0]), Some(&chargeback));
    let judged = world.admin.expect(200, "GET", &format!("/v1/risk/payments/{}", paid[0]), None, &[]);
    assert_eq!(judged["fraud"], false);
    assert_eq!(metric(&world.bank, "qenex_risk_labels_total{fraud=\"true\"}"), 6.0);
}

#[test]
fn a_model_that_alarms_far_too_often_goes_by_itself() {
    let mut world = World::new();
    world.honest(2500);
    let fraud = world.fraud(20);
    world.label(&fraud, json!({ "fraud": true }));
    world.train(json!({}));
    world.admin.expect(200, "POST", "/v1/risk/promote", None, &[]);
    for _ in 0..12 {
        world.fraud(20);
    }
    let begun = Instant::now();
    while world.models().get("champion").is_some() {
        assert!(begun.elapsed() < Duration::from_secs(10), "{:#}", world.models());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(metric(&world.bank, "qenex_risk_models_dismissed_total"), 1.0);
    let log = world.admin.expect(200, "GET", "/v1/audit/decisions?limit=1000", None, &[]);
    let back = log["decisions"].as_array().expect("decisions").iter().find(|one| one["what"] == "model_rolled_back");
    assert_eq!(back.expect("it is said")["actor"], "(risk)");
}

#[test]
fn credit_is_learnt_and_asked_for() {
    let bank = Bank::open();
    let mut admin = bank.user("admin");
    let mut operator = bank.user("operator");
    let ask = json!({ "application": { "debts": 1.0, "years": 9.0 }, "income": "2500.00", "currency": "EUR" });
    operator.refused("no_model", "POST", "/v1/risk/credit", Some(&ask));
    // Whoever has many debts and has not worked for long does not pay back.
    let rows: Vec<[f64; 2]> = (0..400).map(|place| [f64::from(place % 10), f64::from(place / 10 % 10)]).collect();
    let defaults: Vec<bool> = rows.iter().map(|[debts, years]| debts - years > 4.0).collect();
    let mut past = json!({ "columns": ["debts", "years"], "rows": rows, "defaults": vec![false; 400] });
    admin.refused("bad_application", "POST", "/v1/risk/credit/train", Some(&past));
    past["defaults"] = json!(defaults);
    operator.refused("not_allowed", "POST", "/v1/risk/credit/train", Some(&past));
    let mut crooked = past.clone();
    crooked["rows"][7] = json!([1.0]);
    admin.refused("bad_application", "POST", "/v1/risk/credit/train", Some(&crooked));
    crooked["columns"] = json!(["debts", "debts"]);
    admin.refused("bad_application", "POST", "/v1/risk/credit/train", Some(&crooked));
    admin.expect(200, "POST", "/v1/risk/credit/train", Some(&past), &[]);
    let begun = Instant::now();
    while admin.expect(200, "GET", "/v1/risk/models", None, &[])["training"]["state"] == "running" {
        assert!(begun.elapsed() < Duration::from_secs(120));
        std::thread::sleep(Duration::from_millis(50));
    }
    let good = operator.expect(200, "POST", "/v1/risk/credit", Some(&ask), &[]);
    let mut bad = ask.clone();
    bad["application"] = json!({ "debts": 9.0, "years": 0.0 });
    let bad = operator.expect(200, "POST", "/v1/risk/credit", Some(&bad), &[]);
    let probability = |answer: &Value| answer["probability"].as_f64().expect("a probability");
    assert!(probability(&good) < 0.05 && probability(&bad) > 0.5, "{good:#} {bad:#}");
    assert_eq!((&good["limit"], &good["bound_by"]), (&json!("7500.00"), &json!("income")), "{good:#}");
    assert_eq!((&bad["limit"], &bad["bound_by"]), (&json!("0.00"), &json!("probability")), "{bad:#}");
    assert!(good["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()));
    for application in [json!({ "debts": 1.0 }), json!({ "debts": 1.0, "years": 1.0, "shoes": 43.0 })] {
        let mut wrong = ask.clone();
        wrong["application"] = application;
        operator.refused("bad_application", "POST", "/v1/risk/credit", Some(&wrong));
    }
}
