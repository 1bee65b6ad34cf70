// SPDX-License-Identifier: MIT

//! How much can be lent.

use serde::{Deserialize, Serialize};

use super::CreditError;

/// What the bank is willing to risk. Amounts are minor units.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitPolicy {
    /// Nobody is lent more.
    pub most: u64,
    /// Nobody with a higher probability of default is lent anything.
    pub highest_probability: f64,
    /// Share of what is lent that is lost when somebody does not pay back.
    pub loss_given_default: f64,
    /// The most that a loan may be expected to lose, as a share of a month's income.
    pub loss_to_income: f64,
    /// The most that is lent, in months of income, whatever the probability.
    pub months: f64,
    /// Limits are whole multiples of this.
    pub step: u64,
}

impl Default for LimitPolicy {
    fn default() -> Self {
        LimitPolicy {
            most: 5_000_000,
            highest_probability: 0.35,
            loss_given_default: 0.6,
            loss_to_income: 0.15,
            months: 3.0,
            step: 10_000,
        }
    }
}

/// A limit, and what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Minor units; 0 means that nothing should be lent.
    pub limit: u64,
    /// Minor units that are expected to be lost if all of it is used.
    pub expected_loss: u64,
    /// What the limit is bound by.
    pub bound_by: Bound,
}

/// What keeps a limit from being higher.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// The probability of default is too high for any loan.
    Probability,
    /// The loss to be expected.
    ExpectedLoss,
    /// The income.
    Income,
    /// The bank's highest limit.
    Most,
}

impl LimitPolicy {
    /// The limit for somebody with a probability of default and a monthly income in minor units.
    ///
    /// # Errors
    ///
    /// [`CreditError::Policy`] for a policy or probability that cannot be one.
    pub fn propose(&self, probability: f64, income: u64) -> Result<Proposal, CreditError> {
        let shares = [self.highest_probability, self.loss_given_default, probability];
        if shares.iter().any(|share| !(0.0..=1.0).contains(share)) {
            return Err(CreditError::Policy("probabilities and shares must be 0 to 1"));
        }
        let factors = [self.loss_to_income, self.months];
        if self.step == 0 || factors.iter().any(|factor| !factor.is_finite() || *factor < 0.0) {
            return Err(CreditError::Policy("the step must not be zero, and factors must be finite and not negative"));
        }
        if probability > self.highest_probability {
            return Ok(Proposal { limit: 0, expected_loss: 0, bound_by: Bound::Probability });
        }
        let loss = probability * self.loss_given_default;
        let income = income as f64;
        let bounds = [
            (income * self.loss_to_income / loss.max(f64::MIN_POSITIVE), Bound::ExpectedLoss),
            (income * self.months, Bound::Income),
            (self.most as f64, Bound::Most),
        ];
        let (limit, bound_by) =
            bounds.into_iter().fold(bounds[2], |low, bound| if bound.0 < low.0 { bound } else { low });
        let limit = limit as u64 / self.step * self.step;
        Ok(Proposal { limit, expected_loss: (limit as f64 * loss).round() as u64, bound_by })
    }
}
