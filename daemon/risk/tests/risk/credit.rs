// SPDX-License-Identifier: MIT

//! Credit.

use std::collections::BTreeMap;

use qenex_risk::credit::{Bound, CreditError, CreditModel, CreditSettings, LimitPolicy};
use qenex_risk::metrics::roc_auc;
use qenex_risk::model::ModelError;
use qenex_risk::random::Random;
use qenex_risk::table::{Examples, Table};

use crate::common::{NEVER, model};

/// Loans that are the less paid back the more months of income they are and the shorter somebody is employed.
fn loans(rows: usize, seed: u64) -> Examples {
    let mut random = Random::new(seed);
    let (mut table, mut outcomes) = (Table::new(["months", "employed", "colour"]), Vec::new());
    for _ in 0..rows {
        let row = [random.unit() * 24.0, random.unit() * 10.0, random.unit()];
        let odds = -1.0 + (row[0] - 12.0) * 0.15 - (row[1] - 5.0) * 0.3;
        outcomes.push(random.unit() < 1.0 / (1.0 + f64::exp(-odds)));
        table.push(&row.map(|value| value as f32)).unwrap();
    }
    Examples::new(table, outcomes).unwrap()
}

fn trained() -> CreditModel {
    CreditModel::fit(&loans(2_000, 1), CreditSettings::default(), &NEVER).unwrap()
}

fn application(months: f64, employed: f64) -> BTreeMap<String, f64> {
    [("months", months), ("employed", employed), ("colour", 0.5)].map(|(name, value)| (name.to_owned(), value)).into()
}

#[test]
fn it_orders_loans_and_gives_reasons() {
    let (model, test) = (trained(), loans(1_000, 2));
    let probabilities = model.probabilities(test.table()).unwrap();
    assert!(roc_auc(&probabilities, test.outcomes()).unwrap() > 0.75);
    let policy = LimitPolicy::default();
    let bad = model.assess(&application(23.0, 0.5), 300_000, &policy).unwrap();
    let good = model.assess(&application(2.0, 9.0), 300_000, &policy).unwrap();
    assert!(bad.probability > 0.6 && good.probability < 0.1, "{} {}", bad.probability, good.probability);
    assert_eq!((bad.proposal.limit, bad.proposal.bound_by), (0, Bound::Probability));
    assert!(good.proposal.limit > 0);
    assert!(bad.reasons[0].feature != "colour" && bad.reasons[0].text.contains("raises"), "{:?}", bad.reasons);
}

#[test]
fn applications_that_say_too_little_or_too_much_are_refused() {
    let (model, policy) = (trained(), LimitPolicy::default());
    let mut lacking = application(1.0, 1.0);
    lacking.remove("employed");
    assert_eq!(model.assess(&lacking, 1, &policy), Err(CreditError::Missing("employed".to_owned())));
    let mut more = application(1.0, 1.0);
    more.insert("religion".to_owned(), 1.0);
    assert_eq!(model.assess(&more, 1, &policy), Err(CreditError::Unknown("religion".to_owned())));
    let absurd = model.assess(&application(1e300, 1.0), 1, &policy);
    assert!(matches!(absurd, Err(CreditError::NotFinite { .. })));
    assert!(matches!(model.probabilities(&Table::new(["months"])), Err(CreditError::Missing(_))));
}

#[test]
fn limits_follow_the_policy() {
    let policy = LimitPolicy::default();
    let limit = |probability, income| policy.propose(probability, income).unwrap();
    // 3,000.00 a month: 0.15 of it may be lost, of a loan that loses 0.3 × 0.6.
    assert_eq!(limit(0.3, 300_000).limit, 250_000);
    assert_eq!(limit(0.3, 300_000).expected_loss, 45_000);
    assert_eq!((limit(0.01, 300_000).limit, limit(0.01, 300_000).bound_by), (900_000, Bound::Income));
    assert_eq!((limit(0.0, u64::MAX).limit, limit(0.0, u64::MAX).bound_by), (5_000_000, Bound::Most));
    assert_eq!(limit(0.1, 0).limit, 0);
    let mut last = u64::MAX;
    for step in 0..=100 {
        let proposed = limit(f64::from(step) / 100.0, 400_000).limit;
        assert!(proposed <= last && proposed % policy.step == 0);
        last = proposed;
    }
    assert!(policy.propose(f64::NAN, 1).is_err());
    assert!(LimitPolicy { step: 0, ..policy }.propose(0.1, 1).is_err());
}

#[test]
fn its_file_is_its_own() {
    let trained = trained();
    let bytes = trained.to_bytes().unwrap();
    assert_eq!(CreditModel::from_bytes(&bytes, trained.columns()).unwrap(), trained);
    let others = vec!["a".to_owned()];
    assert_eq!(CreditModel::from_bytes(&bytes, &others), Err(ModelError::Schema));
    let fraud = model().to_bytes().unwrap();
    assert!(matches!(CreditModel::from_bytes(&fraud, trained.columns()), Err(ModelError::Kind { .. })));
    let mut random = Random::new(1);
    for _ in 0..100 {
        let mut damaged = bytes.clone();
        let at = random.below(bytes.len());
        damaged[at] ^= 1 << random.below(8);
        assert!(CreditModel::from_bytes(&damaged, trained.columns()).is_err());
    }
}
