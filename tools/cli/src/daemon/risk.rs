// SPDX-License-Identifier: MIT

//! `qenex review …` and `qenex risk …`: payments that somebody must look at, and what judges them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::requests::{get, money, object, post, query, segment};
use super::show::{answer, rows, text};
use crate::error::Error;
use crate::output::Align::{Left, Right};
use crate::output::{Table, print_facts, print_json};
use qenex_client::{Client, Method, Request};

/// What to do with payments and alerts that somebody must look at.
#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// List them, oldest first
    List {
        /// Only those in this state
        #[arg(long, value_enum)]
        state: Option<ReviewState>,
    },
    /// Show one, and why it must be looked at
    Show {
        /// Its id
        id: String,
    },
    /// Let the payment be made, or say that the alert was none
    Approve(VerdictArgs),
    /// Refuse the payment, or say that the alert was right
    Reject(VerdictArgs),
}

/// A verdict.
#[derive(Args, Debug)]
pub(crate) struct VerdictArgs {
    /// Id of the review
    id: String,
    /// For others who look at it later
    #[arg(long)]
    note: Option<String>,
    /// The verdict says nothing about what the payment was: nothing is learnt from it
    #[arg(long)]
    no_label: bool,
}

/// State of a review.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReviewState {
    /// Nobody has decided
    Pending,
    /// Decided for, about to be posted
    Approving,
    /// Posted
    Approved,
    /// Decided against, about to be released
    Rejecting,
    /// Released
    Rejected,
    /// Decided for, and refused by the ledger
    Failed,
}

/// What to ask of those who judge payments.
#[derive(Debug, Subcommand)]
pub(crate) enum RiskCommand {
    /// Ask what a payment would be judged; nothing is posted
    #[command(after_help = "Example:\n  qenex risk score 292 389 150.00 USD --channel card --country US")]
    Score {
        /// Number of the account that would be debited
        from: u64,
        /// Number of the account that would be credited
        to: u64,
        /// Amount and currency, such as 150.00 USD, as one word or two
        #[arg(required = true, value_name = "AMOUNT", num_args = 1..=2)]
        amount: Vec<String>,
        /// How it would be asked for: branch, online, mobile, card (also in an online store), api, batch
        #[arg(long)]
        channel: Option<String>,
        /// Where from, such as US
        #[arg(long, value_name = "CODE")]
        country: Option<String>,
        /// Whatever identifies the device
        #[arg(long)]
        device: Option<String>,
    },
    /// Show what a payment was judged, and why
    Explain {
        /// Its id
        id: String,
    },
    /// Say what a payment was; models learn from it
    Label {
        /// Its id
        id: String,
        /// What it was
        #[arg(value_enum)]
        what: Truth,
        /// The bank or card scheme that wants the money back
        #[arg(long, value_name = "NAME")]
        chargeback: Option<String>,
    },
    /// Show which features matter to the model that decides
    Importance {
        /// By shuffling each feature, not by its contributions; needs labels
        #[arg(long)]
        permutation: bool,
    },
    /// Show the models: which one decides, which one is tried out, how they compare
    Models,
    /// Train a model, and wait until it is tried out
    Train {
        /// Learn only what is usual, for as long as no fraud is known
        #[arg(long)]
        unlabelled: bool,
        /// Seed of the random numbers
        #[arg(long, value_name = "NUMBER")]
        seed: Option<u64>,
    },
    /// Let the model that is tried out decide, if it is better
    Promote,
    /// Go back to the model that decided before
    Rollback {
        /// Why, for the log
        #[arg(long)]
        why: Option<String>,
    },
    /// Show the rules that are in force, or put those of a file into force
    Rules {
        /// A file of rules, TOML
        file: Option<PathBuf>,
    },
    /// Try rules on the whole journal
    Backtest {
        /// A file of rules, TOML [default: those that are in force]
        file: Option<PathBuf>,
        /// From this time on, such as 2026-11-01T00:00:00Z
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
    },
    /// Show how good the model is that decides, and draw it
    Report {
        /// A directory for the pictures, SVG: precision and recall, calibration, importance
        directory: Option<PathBuf>,
    },
    /// Ask how much somebody can be lent
    Credit {
        /// The application: a JSON object of the model's columns with their numbers
        file: PathBuf,
        /// Income of a month and currency, such as 2500.00 EUR, as one word or two
        #[arg(required = true, value_name = "INCOME", num_args = 1..=2)]
        income: Vec<String>,
    },
}

/// What a payment was.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Truth {
    /// Fraud
    Fraud,
    /// Honest
    Honest,
}

fn review_request(command: &ReviewCommand) -> Request {
    let of = |id: &str, what: &str| format!("/v1/risk/reviews/{}{what}", segment(id));
    let verdict = |args: &VerdictArgs, what: &str| {
        let body = object([
            ("note", args.note.clone().map(Value::from)),
            ("label", args.no_label.then_some(Value::Bool(false))),
        ]);
        post(of(&args.id, what), Some(body), None)
    };
    match command {
        ReviewCommand::List { state } => {
            let state = state.and_then(|state| state.to_possible_value()).map(|value| value.get_name().to_owned());
            get(format!("/v1/risk/reviews{}", query([("state", state)])))
        }
        ReviewCommand::Show { id } => get(of(id, "")),
        ReviewCommand::Approve(args) => verdict(args, "/approve"),
        ReviewCommand::Reject(args) => verdict(args, "/reject"),
    }
}

/// `qenex review …`.
pub(super) fn review(out: &mut impl Write, json: bool, client: &Client, command: &ReviewCommand) -> Result<(), Error> {
    let request = review_request(command);
    if json || matches!(command, ReviewCommand::List { .. }) {
        return answer(out, json, client, &request);
    }
    show_review(out, &client.send(&request)?.document)
}

/// A review with its payments and reasons.
pub(super) fn show_review(out: &mut impl Write, review: &Value) -> Result<(), Error> {
    let names = ["id", "kind", "state", "time", "requested_by", "decided_by", "decided_at", "note", "outcome"];
    facts_of(out, review, &names)?;
    let mut table = Table::new([
        ("DEBTOR", Right),
        ("CREDITOR", Right),
        ("AMOUNT", Right),
        ("CURRENCY", Left),
        ("HELD", Left),
        ("ID", Left),
    ]);
    let payments = review["payments"].as_array().map_or(&[][..], Vec::as_slice);
    rows(out, &mut table, payments, |item| {
        ["/debtor_account", "/creditor_account", "/amount", "/currency", "/held", "/id"].map(|path| text(item, path))
    })?;
    match review.get("decision") {
        Some(decision) => show_decision(out, decision),
        None => Ok(()),
    }
}

fn facts_of(out: &mut impl Write, document: &Value, names: &[&str]) -> Result<(), Error> {
    let there = names.iter().filter(|name| document.get(**name).is_some_and(|value| !value.is_null()));
    let facts: Vec<(&str, String)> = there.map(|name| (*name, text(document, &format!("/{name}")))).collect();
    Ok(print_facts(out, &facts)?)
}

/// What is to be done, and why.
fn show_decision(out: &mut impl Write, decision: &Value) -> Result<(), Error> {
    let number = |name: &str| decision[name].as_f64().map(|value| format!("{value:.4}"));
    let mut facts = vec![("action", text(decision, "/action"))];
    for name in ["score", "probability", "isolation"] {
        facts.extend(number(name).map(|value| (name, value)));
    }
    for name in ["expected_loss", "model", "failure"] {
        facts.extend(decision.get(name).map(|value| (name, text(value, ""))));
    }
    print_facts(out, &facts)?;
    for rule in decision["rules"].as_array().into_iter().flatten() {
        let [rule, action, why] = ["/rule", "/action", "/text"].map(|path| text(rule, path));
        writeln!(out, "rule {rule} ({action}): {why}")?;
    }
    for reason in decision["reasons"].as_array().into_iter().flatten() {
        let contribution = reason["contribution"].as_f64().unwrap_or(0.0);
        writeln!(out, "{contribution:+.4}  {}", text(reason, "/text"))?;
    }
    Ok(())
}

fn file(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| Error::Usage(format!("{}: {error}", path.display())))
}

/// `qenex risk …`.
pub(super) fn risk(out: &mut impl Write, json: bool, client: &Client, command: &RiskCommand) -> Result<(), Error> {
    match command {
        RiskCommand::Train { unlabelled, seed } => {
            let body = object([
                ("unlabelled", unlabelled.then_some(Value::Bool(true))),
                ("seed", seed.map(|seed| seed.to_string().into())),
            ]);
            client.send(&post("/v1/risk/train", Some(body), None))?;
            loop {
                let models = client.send(&get("/v1/risk/models"))?.document;
                if models["training"]["state"] != "running" {
                    let training = &models["training"];
                    return if json {
                        print_json(out, training)
                    } else {
                        facts_of(out, training, &["state", "time", "version", "why"])
                    };
                }
                sleep(Duration::from_millis(500));
            }
        }
        RiskCommand::Report { directory } => {
            if let Some(directory) = directory {
                let io = |error: std::io::Error| Error::Usage(format!("{}: {error}", directory.display()));
                std::fs::create_dir_all(directory).map_err(io)?;
                for name in ["precision-recall.svg", "calibration.svg", "importance.svg"] {
                    let picture = client.picture(&format!("/v1/risk/report/{name}"))?;
                    std::fs::write(directory.join(name), picture).map_err(io)?;
                }
            }
            answer(out, json, client, &get("/v1/risk/report"))
        }
        other => {
            let request = risk_request(other)?;
            let document = client.send(&request)?.document;
            if json {
                return print_json(out, &document);
            }
            show_risk(out, other, &document)
        }
    }
}

fn risk_request(command: &RiskCommand) -> Result<Request, Error> {
    Ok(match command {
        RiskCommand::Score { from, to, amount, channel, country, device } => {
            let (amount, currency) = money(amount)?;
            let context = object([
                ("channel", channel.clone().map(Value::from)),
                ("country", country.clone().map(Value::from)),
                ("device", device.clone().map(Value::from)),
            ]);
            let body = json!({ "debtor_account": from.to_string(), "creditor_account": to.to_string(), "amount": amount,
                "currency": currency, "context": context });
            post("/v1/risk/score", Some(body), None)
        }
        RiskCommand::Explain { id } => get(format!("/v1/risk/payments/{}", segment(id))),
        RiskCommand::Label { id, what, chargeback } => {
            let body = object([
                ("fraud", Some(Value::Bool(*what == Truth::Fraud))),
                ("source", chargeback.as_ref().map(|_| "chargeback".into())),
                ("name", chargeback.clone().map(Value::from)),
            ]);
            post(format!("/v1/risk/payments/{}/label", segment(id)), Some(body), None)
        }
        RiskCommand::Importance { permutation } => {
            let method = permutation.then(|| "permutation".to_owned());
            get(format!("/v1/risk/importance{}", query([("method", method)])))
        }
        RiskCommand::Promote => post("/v1/risk/promote", None, None),
        RiskCommand::Rollback { why } => {
            post("/v1/risk/rollback", Some(object([("why", why.clone().map(Value::from))])), None)
        }
        RiskCommand::Rules { file: None } => get("/v1/risk/rules"),
        RiskCommand::Rules { file: Some(path) } => {
            Request::new(Method::PUT, "/v1/risk/rules").json(json!({ "text": file(path)? }))
        }
        RiskCommand::Backtest { file: path, from } => {
            let text = path.as_deref().map(file).transpose()?;
            let body = object([("text", text.map(Value::from)), ("from", from.clone().map(Value::from))]);
            post("/v1/risk/backtest", Some(body), None)
        }
        RiskCommand::Credit { file: path, income } => {
            let (income, currency) = money(income)?;
            let application: Value = serde_json::from_str(&file(path)?)
                .map_err(|error| Error::Usage(format!("{}: {error}", path.display())))?;
            let body = json!({ "application": application, "income": income, "currency": currency });
            post("/v1/risk/credit", Some(body), None)
        }
        RiskCommand::Models | RiskCommand::Train { .. } | RiskCommand::Report { .. } => get("/v1/risk/models"),
    })
}

fn show_risk(out: &mut impl Write, command: &RiskCommand, document: &Value) -> Result<(), Error> {
    match command {
        RiskCommand::Score { .. } => show_decision(out, &document["decision"]),
        RiskCommand::Explain { .. } => {
            let names = [
                "id",
                "time",
                "debtor_account",
                "creditor_account",
                "amount",
                "currency",
                "channel",
                "country",
                "before",
                "fraud",
            ];
            facts_of(out, document, &names)?;
            show_decision(out, &document["decision"])
        }
        RiskCommand::Importance { .. } => {
            let mut table = Table::new([("FEATURE", Left), ("VALUE", Right)]);
            let all = document["importance"].as_array().map_or(&[][..], Vec::as_slice);
            rows(out, &mut table, all, |one| {
                [text(one, "/feature"), format!("{:.5}", one["value"].as_f64().unwrap_or(0.0))]
            })
        }
        RiskCommand::Models => {
            for name in ["champion", "challenger"] {
                match document.get(name) {
                    Some(model) => writeln!(
                        out,
                        "{name}: {} ({} payments, {} fraud, up to {})",
                        text(model, "/version"),
                        text(model, "/rows"),
                        text(model, "/fraud"),
                        text(model, "/to")
                    )?,
                    None => writeln!(out, "{name}: none")?,
                }
            }
            facts_of(out, document, &["promote", "comparison", "examples", "labels", "drift_payments"])?;
            let mut table = Table::new([("TIME", Left), ("FROM", Left), ("TO", Left), ("BY", Left), ("WHY", Left)]);
            let changes = document["changes"].as_array().map_or(&[][..], Vec::as_slice);
            rows(out, &mut table, changes, |change| {
                ["/time", "/from", "/to", "/by", "/why"].map(|path| text(change, path))
            })
        }
        RiskCommand::Rules { .. } => Ok(out.write_all(document["text"].as_str().unwrap_or_default().as_bytes())?),
        RiskCommand::Backtest { .. } => {
            facts_of(out, document, &["payments", "fraud", "skipped"])?;
            let mut table =
                Table::new([("RULE", Left), ("FIRED", Right), ("FRAUD", Right), ("HONEST", Right), ("ALONE", Right)]);
            let rules = document["rules"].as_array().map_or(&[][..], Vec::as_slice);
            rows(out, &mut table, rules, |rule| {
                ["/rule", "/fired", "/fraud", "/honest", "/alone"].map(|path| text(rule, path))
            })
        }
        RiskCommand::Credit { .. } => {
            facts_of(out, document, &["probability", "limit", "currency", "expected_loss", "bound_by", "model"])?;
            for reason in document["reasons"].as_array().into_iter().flatten() {
                writeln!(out, "{:+.4}  {}", reason["contribution"].as_f64().unwrap_or(0.0), text(reason, "/text"))?;
            }
            Ok(())
        }
        _ => super::show::facts(out, document),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use qenex_client::Body;

    use super::*;
    use crate::cli::{Cli, Command};
    use crate::daemon::DaemonCommand;

    fn request(line: &str) -> Request {
        let words = std::iter::once("qenex").chain(line.split(' '));
        match Cli::try_parse_from(words).expect("valid arguments").command {
            Command::Daemon(DaemonCommand::Review(command)) => review_request(&command),
            Command::Daemon(DaemonCommand::Risk(command)) => risk_request(&command).expect("one request"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn requests() {
        assert_eq!(request("review list --state pending").path, "/v1/risk/reviews?state=pending");
        let verdict = request("review reject ab --note mine --no-label");
        assert_eq!(
            (verdict.path.as_str(), verdict.body),
            ("/v1/risk/reviews/ab/reject", Some(Body::Json(json!({ "note": "mine", "label": false }))))
        );
        let score = request("risk score 292 389 150.00 USD --channel card --country US");
        let body = json!({ "debtor_account": "292", "creditor_account": "389", "amount": "150.00", "currency": "USD",
            "context": { "channel": "card", "country": "US" } });
        assert_eq!((score.path.as_str(), score.body), ("/v1/risk/score", Some(Body::Json(body))));
        let label = request("risk label ab fraud --chargeback visa");
        assert_eq!(label.body, Some(Body::Json(json!({ "fraud": true, "source": "chargeback", "name": "visa" }))));
        assert_eq!(request("risk importance --permutation").path, "/v1/risk/importance?method=permutation");
        assert_eq!(request("risk rollback --why drill").body, Some(Body::Json(json!({ "why": "drill" }))));
    }

    #[test]
    fn decisions_for_people() {
        let decision = json!({ "action": "review", "score": 0.91234, "probability": 0.5, "model": "ab",
            "rules": [{ "rule": "large", "action": "review", "text": "too much" }],
            "reasons": [{ "feature": "amount", "value": 7.0, "contribution": 0.25, "text": "the amount: 1100.00" }] });
        let mut out = Vec::new();
        show_decision(&mut out, &decision).expect("memory takes it");
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "action:       review\nscore:        0.9123\nprobability:  0.5000\nmodel:        ab\n\
             rule large (review): too much\n+0.2500  the amount: 1100.00\n"
        );
    }
}
