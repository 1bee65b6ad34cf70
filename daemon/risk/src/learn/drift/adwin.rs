// SPDX-License-Identifier: MIT

//! ADWIN (Bifet and Gavaldà, 2007): a window over a stream that grows while its mean stays, and drops its old part as soon
//! as two parts of it differ by more than chance.

use std::collections::VecDeque;

/// Buckets of one size before two of them are joined.
const EACH: usize = 5;
/// Numbers between two looks.
const PERIOD: u64 = 32;
/// Fewest numbers in a part that is compared.
const FEWEST: f64 = 5.0;

/// Some numbers that were seen one after the other.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    count: f64,
    sum: f64,
    /// Sum of squared differences from the mean.
    squares: f64,
}

impl Bucket {
    fn join(self, other: Bucket) -> Bucket {
        if self.count == 0.0 {
            return other;
        }
        let count = self.count + other.count;
        let difference = self.sum / self.count - other.sum / other.count;
        let squares = self.squares + other.squares + difference * difference * self.count * other.count / count;
        Bucket { count, sum: self.sum + other.sum, squares }
    }
}

/// Watches the mean of a stream of numbers from 0 to 1; memory grows with the logarithm of the window.
#[derive(Clone, Debug)]
pub struct Adwin {
    /// How often, at most, chance is taken for a change.
    delta: f64,
    /// Row `i` holds buckets of 2ⁱ numbers, the oldest first.
    rows: Vec<VecDeque<Bucket>>,
    seen: u64,
    changes: u64,
}

impl Adwin {
    /// `delta` is the probability of a false alarm, 0.002 in the paper.
    pub fn new(delta: f64) -> Adwin {
        Adwin { delta: delta.clamp(1e-12, 0.5), rows: vec![VecDeque::new()], seen: 0, changes: 0 }
    }

    /// Takes the next number, which is put into 0 to 1; true if the mean has changed. What is not a number is ignored.
    pub fn add(&mut self, value: f64) -> bool {
        if value.is_nan() {
            return false;
        }
        self.rows[0].push_back(Bucket { count: 1.0, sum: value.clamp(0.0, 1.0), squares: 0.0 });
        self.compress();
        self.seen += 1;
        let mut changed = false;
        if self.seen % PERIOD == 0 {
            while self.cut() {
                changed = true;
            }
        }
        self.changes += u64::from(changed);
        changed
    }

    /// Mean of the window. None before the first number.
    pub fn mean(&self) -> Option<f64> {
        let total = self.total();
        (total.count > 0.0).then(|| total.sum / total.count)
    }

    /// Numbers in the window.
    pub fn len(&self) -> u64 {
        self.total().count as u64
    }

    /// Nothing seen.
    pub fn is_empty(&self) -> bool {
        self.seen == 0
    }

    /// Changes noticed so far.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    fn total(&self) -> Bucket {
        self.rows.iter().flatten().fold(Bucket::default(), |all, bucket| all.join(*bucket))
    }

    fn compress(&mut self) {
        for row in 0.. {
            if self.rows[row].len() <= EACH {
                return;
            }
            let (first, second) = (self.rows[row].pop_front(), self.rows[row].pop_front());
            if self.rows.len() == row + 1 {
                self.rows.push(VecDeque::new());
            }
            if let (Some(first), Some(second)) = (first, second) {
                self.rows[row + 1].push_back(first.join(second));
            }
        }
    }

    /// Drops the oldest bucket if some older part differs from the newer part; whether it did.
    fn cut(&mut self) -> bool {
        let total = self.total();
        if total.count < 2.0 * FEWEST {
            return false;
        }
        let variance = total.squares / total.count;
        let delta = (2.0 * total.count.ln() / self.delta).ln();
        let mut old = Bucket::default();
        for bucket in self.rows.iter().rev().flatten() {
            old = old.join(*bucket);
            let new_count = total.count - old.count;
            if new_count < FEWEST {
                break;
            }
            if old.count < FEWEST {
                continue;
            }
            let difference = (old.sum / old.count - (total.sum - old.sum) / new_count).abs();
            let m = 1.0 / (1.0 / (old.count - FEWEST + 1.0) + 1.0 / (new_count - FEWEST + 1.0));
            if difference > (2.0 / m * variance * delta).sqrt() + 2.0 / (3.0 * m) * delta {
                // The oldest bucket is the first of the last row that has any.
                return self.rows.iter_mut().rev().find_map(VecDeque::pop_front).is_some();
            }
        }
        false
    }
}
