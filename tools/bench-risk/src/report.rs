// SPDX-License-Identifier: MIT

//! One table of what was measured.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::{credit, drift, fraud, speed};

/// All figures of ours.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ours {
    /// Fraud in the simulated bank.
    pub fraud: fraud::Figures,
    /// A new form of fraud.
    pub drift: drift::Figures,
    /// Time of a decision.
    pub speed: speed::Figures,
    /// German Credit.
    pub credit: credit::Figures,
}

/// All figures of scikit-learn, on the same rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Theirs {
    /// Its version.
    pub version: String,
    /// Average precision of `RandomForestClassifier` as it comes, mean of some seeds.
    pub forest_default: f64,
    /// The same with the parameters of ours.
    pub forest_same: f64,
    /// Average precision of `HistGradientBoostingClassifier`.
    pub boosting: f64,
    /// Area under the curve of `IsolationForest`, mean of some seeds.
    pub isolation: f64,
    /// Microseconds that `RandomForestClassifier` takes for one row; half of the rows were faster.
    pub forest_p50: f64,
    /// As above; 99 of 100 were faster.
    pub forest_p99: f64,
    /// German Credit: area under the curve of `HistGradientBoostingClassifier`.
    pub credit_auc: f64,
    /// Its log-loss.
    pub credit_log_loss: f64,
    /// The same of `RandomForestClassifier` with 500 trees.
    pub credit_forest_auc: f64,
}

/// How the table begins.
const HEAD: &str = "<!-- Printed by `make bench-risk`. -->\n
| figure | ours | scikit-learn | goal | reached |
| --- | --- | --- | --- | --- |
";

/// The table, and what it says less briefly.
pub fn markdown(ours: &Ours, theirs: &Theirs) -> String {
    let (fraud, drift, speed, credit) = (&ours.fraud, &ours.drift, &ours.speed, &ours.credit);
    let best_forest = theirs.forest_default.max(theirs.forest_same);
    let mut text = String::from(HEAD);
    let mut row = |figure: &str, ours: String, theirs: String, goal: String, reached: Option<bool>| {
        let reached = match reached {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {figure} | {ours} | {theirs} | {goal} | {reached} |");
    };
    let none = String::new;
    row(
        "Fraud: average precision of the model that serves",
        format!("{:.4}", fraud.served),
        format!("{:.4} (as it comes), {:.4} (our parameters)", theirs.forest_default, theirs.forest_same),
        "≥ scikit-learn's random forest".into(),
        Some(fraud.served >= best_forest),
    );
    row(
        "Fraud: average precision of the random forest alone",
        format!("{:.4}", fraud.forest),
        format!("{best_forest:.4}"),
        "≥ scikit-learn's random forest".into(),
        Some(fraud.forest >= best_forest),
    );
    row("Fraud: average precision of boosting", none(), format!("{:.4}", theirs.boosting), none(), None);
    row(
        &format!("Fraud: average precision of the best single rule ({})", fraud.rule.1),
        format!("{:.4}, {:.1} times less", fraud.rule.0, fraud.served / fraud.rule.0.max(1e-9)),
        none(),
        "≥ 5 times less".into(),
        Some(fraud.served >= 5.0 * fraud.rule.0),
    );
    row(
        &format!("Fraud: average precision of the best single feature as a score ({})", fraud.feature.1),
        format!("{:.4}, {:.1} times less", fraud.feature.0, fraud.served / fraud.feature.0.max(1e-9)),
        none(),
        "≥ 5 times less".into(),
        Some(fraud.served >= 5.0 * fraud.feature.0),
    );
    row(
        "Fraud: recall with 10 alerts of 1,000 payments (share of alerts that are right)",
        format!("{:.3} ({:.3})", fraud.at_budget.0, fraud.at_budget.1),
        none(),
        none(),
        None,
    );
    row("Fraud: expected calibration error", format!("{:.5}", fraud.calibration), none(), none(), None);
    row(
        "Isolation forest: AUC (average precision)",
        format!("{:.4} ({:.4})", fraud.isolation, fraud.isolation_precision),
        format!("{:.4}", theirs.isolation),
        "within 0.01".into(),
        Some((fraud.isolation - theirs.isolation).abs() <= 0.01),
    );
    row(
        "New form of fraud: recall of all fraud after two trainings (before it: see goal)",
        format!("{:.3}", drift.after),
        none(),
        format!("≥ 0.95 × {:.3}", drift.before),
        Some(drift.after >= 0.95 * drift.before),
    );
    row(
        "New form of fraud: its own recall after two trainings (by the first champion, never replaced)",
        format!("{:.3} ({:.3})", drift.new_after, drift.new_unlearnt),
        none(),
        none(),
        None,
    );
    row(
        "New form of fraud: most wrong alerts of 1,000 payments in any week",
        format!("{:.2}", drift.wrong),
        none(),
        "≤ 10".into(),
        Some(drift.wrong <= 10.0),
    );
    row(
        "German Credit, 10 folds: AUC (smartcore's XGRegressor)",
        format!("{:.4} ({:.4})", credit.auc, credit.smartcore_auc),
        format!("{:.4} (boosting), {:.4} (500 trees)", theirs.credit_auc, theirs.credit_forest_auc),
        "≥ 0.78".into(),
        Some(credit.auc >= 0.78),
    );
    row(
        "German Credit, 10 folds: log-loss",
        format!("{:.4}", credit.log_loss),
        format!("{:.4} (boosting)", theirs.credit_log_loss),
        "≤ scikit-learn's boosting".into(),
        Some(credit.log_loss <= theirs.credit_log_loss),
    );
    row(
        "One decision with features, rules and reasons: p50, p99, p99.9 in µs",
        format!("{:.1}, {:.1}, {:.1}", speed.p50, speed.p99, speed.p999),
        format!("{:.0}, {:.0} (one row of the forest alone: p50, p99)", theirs.forest_p50, theirs.forest_p99),
        "p99 ≤ 1,000".into(),
        Some(speed.p99 <= 1_000.0),
    );
    row(
        "Decisions per second, one core (with the history brought up to date)",
        format!("{:.0} ({:.0})", speed.per_second, speed.per_second_with_history),
        none(),
        "≥ 50,000".into(),
        Some(speed.per_second >= 50_000.0),
    );
    let _ = writeln!(
        text,
        "\nFraud: {} payments learnt from, labelled by what was reported, {} later ones tested by the truth, {:.2} % of them \
         fraud; training took {:.0} s. Decisions: {} in a bank of 20,000 customers, {} of them alerts. scikit-learn {}.\n",
        fraud.rows.0,
        fraud.rows.1,
        fraud.base_rate * 100.0,
        fraud.seconds,
        speed.decisions,
        speed.alerts,
        theirs.version
    );
    let _ = writeln!(
        text,
        "Recall by form of fraud, with 10 alerts of 1,000 payments:\n\n| form | recall | payments |\n| --- | --- | --- |"
    );
    for (name, recall, count) in &fraud.typologies {
        let _ = writeln!(text, "| {name} | {recall:.2} | {count} |");
    }
    let _ = writeln!(
        text,
        "\nThe weeks of the bank in which a new form of fraud appears on day 61:\n\n\
         | from day | training | known fraud found | new fraud found (unlearnt) | wrong alerts of 1,000 |\n\
         | --- | --- | --- | --- | --- |"
    );
    for week in &drift.weeks {
        let _ = writeln!(
            text,
            "| {} | {} | {} of {} | {} ({}) of {} | {:.2} |",
            week.day,
            week.training,
            week.known.1,
            week.known.0,
            week.new.1,
            week.new_unlearnt,
            week.new.0,
            week.wrong_per_thousand()
        );
    }
    let _ = writeln!(
        text,
        "\n![precision and recall](report/precision-recall.svg) ![calibration](report/calibration.svg)\n\n\
         ![importance](report/importance.svg)"
    );
    text
}

/// Whether all goals of the table are reached.
pub fn reached(table: &str) -> bool {
    !table.contains("| **no** |")
}
