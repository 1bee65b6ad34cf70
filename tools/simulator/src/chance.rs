// SPDX-License-Identifier: MIT

//! Random numbers of the shapes that life has.

use qenex_risk::random::Random;

/// Draws.
pub(crate) struct Chance(Random);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(Random::new(seed))
    }

    pub(crate) fn unit(&mut self) -> f64 {
        self.0.unit()
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// True with this probability.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.0.unit() < probability
    }

    /// Below `end`, which is above 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.below(end)
    }

    /// Of `low..=high`.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.0.below(high - low + 1)
    }

    pub(crate) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + self.0.unit() * (high - low)
    }

    /// Normally distributed (Box and Muller).
    pub(crate) fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.0.unit()).ln()).sqrt();
        mean + deviation * radius * (std::f64::consts::TAU * self.0.unit()).cos()
    }

    /// e to something normally distributed.
    pub(crate) fn lognormal(&mut self, median: f64, deviation: f64) -> f64 {
        median * self.normal(0.0, deviation).exp()
    }

    /// Number of events of which `mean` are expected (Knuth); for small means.
    pub(crate) fn poisson(&mut self, mean: f64) -> usize {
        let limit = (-mean.min(500.0)).exp();
        let (mut count, mut product) = (0, self.0.unit());
        while product > limit {
            count += 1;
            product *= self.0.unit();
        }
        count
    }

    /// Of a slice that is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.0.below(from.len())]
    }

    /// Of a slice that is not empty, the first ones much more often.
    pub(crate) fn pick_popular<T: Copy>(&mut self, from: &[T]) -> T {
        let unit = self.0.unit();
        from[((unit * unit * unit) * from.len() as f64) as usize % from.len()]
    }
}
