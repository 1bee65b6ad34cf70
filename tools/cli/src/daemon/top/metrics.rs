// SPDX-License-Identifier: MIT

//! Reading metrics as the daemon writes them: OpenMetrics text, one sample a line.

use std::collections::BTreeMap;

use super::super::error::DaemonError;

/// The samples of one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Metrics {
    /// By name, labels included, as they were written.
    samples: BTreeMap<String, f64>,
}

impl Metrics {
    /// Reads the text.
    pub(super) fn parse(text: &str) -> Result<Self, DaemonError> {
        let mut samples = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let sample = line.rsplit_once(' ').and_then(|(name, value)| Some((name, value.parse().ok()?)));
            let (name, value) = sample.ok_or_else(|| DaemonError::answer(format!("{line:?} is no sample")))?;
            samples.insert(name.to_owned(), value);
        }
        Ok(Metrics { samples })
    }

    /// The sample with this name and no labels, or the sum of all that have labels.
    pub(super) fn sum(&self, name: &str) -> f64 {
        self.of(name).map(|(_, value)| value).sum()
    }

    /// The sum of those that have this label, as `name="value"`.
    pub(super) fn sum_with(&self, name: &str, label: &str) -> f64 {
        self.of(name).filter(|(labels, _)| labels.contains(label)).map(|(_, value)| value).sum()
    }

    /// Each one with this name: its labels and its value.
    fn of(&self, name: &str) -> impl Iterator<Item = (&str, f64)> {
        self.samples
            .range(name.to_owned()..)
            .map_while(move |(whole, value)| Some((whole.strip_prefix(name)?, *value)))
            .filter(|(labels, _)| labels.is_empty() || labels.starts_with('{'))
    }

    /// Bounds and counts of a histogram, each bucket with all below it.
    pub(super) fn buckets(&self, name: &str) -> Vec<(f64, f64)> {
        let bound = |labels: &str| -> Option<f64> { labels.strip_prefix("{le=\"")?.strip_suffix("\"}")?.parse().ok() };
        let name = format!("{name}_bucket");
        let mut buckets: Vec<_> = self.of(&name).filter_map(|(labels, count)| Some((bound(labels)?, count))).collect();
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        buckets
    }
}

/// The value below which `share` of what came between two moments lies: the upper bound of its bucket. `None` if nothing came.
pub(super) fn quantile(before: &[(f64, f64)], now: &[(f64, f64)], share: f64) -> Option<f64> {
    let since =
        |(place, (bound, count)): (usize, &(f64, f64))| (*bound, count - before.get(place).map_or(0.0, |old| old.1));
    let buckets: Vec<_> = now.iter().enumerate().map(since).collect();
    let all = buckets.last().map(|(_, count)| *count).filter(|count| *count > 0.0)?;
    buckets.iter().find(|(_, count)| *count >= all * share).map(|(bound, _)| *bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# TYPE a counter\na_total{result=\"ok\"} 7\na_total{result=\"exists\"} 2\na_total_more 9\nb 1.5\n\
                        h_bucket{le=\"0.1\"} 1\nh_bucket{le=\"0.2\"} 9\nh_bucket{le=\"+Inf\"} 10\n# EOF\n";

    #[test]
    fn samples_and_sums() {
        let metrics = Metrics::parse(TEXT).expect("samples");
        assert_eq!(metrics.sum("a_total"), 9.0);
        assert_eq!(metrics.sum_with("a_total", "result=\"exists\""), 2.0);
        assert_eq!(metrics.sum("b"), 1.5);
        assert_eq!(metrics.sum("absent"), 0.0);
        assert!(Metrics::parse("a b c\n").is_err());
    }

    #[test]
    fn quantiles_of_what_came_between() {
        let now = Metrics::parse(TEXT).expect("samples").buckets("h");
        assert_eq!(now, [(0.1, 1.0), (0.2, 9.0), (f64::INFINITY, 10.0)]);
        assert_eq!(quantile(&[], &now, 0.5), Some(0.2));
        assert_eq!(quantile(&[], &now, 0.99), Some(f64::INFINITY));
        assert_eq!(quantile(&now, &now, 0.5), None);
        assert_eq!(quantile(&[(0.1, 0.0), (0.2, 8.0), (f64::INFINITY, 9.0)], &now, 0.99), Some(0.1));
    }
}
