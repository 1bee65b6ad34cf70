//! Reading KTAP, in which the kernel tells how its tests went.
//!
//! Everything else that a kernel's log says between its lines is passed over; but a test that is planned and does not come, a
//! plan that does not come, and a report that ends too early are failures.

use std::error::Error;
use std::fmt;

/// A report that was read to its end.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    /// What stands at the outermost level, in order: the suites.
    pub suites: Vec<String>,
    /// Tests that have none within them and went well.
    pub passed: usize,
    /// Tests that were left out.
    pub skipped: usize,
    /// What did not go well, with the names around it.
    pub failed: Vec<String>,
}

/// Why something is no report, or not all of one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum KtapError {
    /// Nothing that looks like one.
    NoReport,
    /// The log ends within a report.
    Unfinished,
    /// This line has no place where it is.
    Misplaced(String),
    /// The results of a level come without a plan, or the plan says that there are none.
    NoPlan(String),
    /// This line is a result beyond the plan, or out of order.
    Unplanned(String),
    /// Results are missing before this line.
    Missing(String),
}

impl fmt::Display for KtapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KtapError::NoReport => f.write_str("there is no report"),
            KtapError::Unfinished => f.write_str("the report has no end"),
            KtapError::Misplaced(line) => write!(f, "has no place here: {line}"),
            KtapError::NoPlan(line) => write!(f, "has no plan: {line}"),
            KtapError::Unplanned(line) => write!(f, "is not planned here: {line}"),
            KtapError::Missing(line) => write!(f, "results are missing before: {line}"),
        }
    }
}

impl Error for KtapError {}

/// A level of tests within tests that has begun and not ended.
#[derive(Debug)]
struct Level {
    indent: usize,
    plan: Option<usize>,
    seen: usize,
}

impl Level {
    fn is_complete(&self) -> bool {
        self.plan == Some(self.seen)
    }
}

/// What a line can be.
enum Line<'a> {
    Version,
    Plan(usize),
    Result { ok: bool, number: usize, name: &'a str, skipped: bool },
    Other,
}

fn line_of(text: &str) -> Line<'_> {
    if text.strip_prefix("KTAP version ").is_some_and(|version| version.parse::<u32>().is_ok()) {
        return Line::Version;
    }
    if let Some(plan) = text.strip_prefix("1..").and_then(|count| count.trim_end().parse().ok()) {
        return Line::Plan(plan);
    }
    let (ok, rest) = match text.strip_prefix("not ok ") {
        Some(rest) => (false, rest),
        None => match text.strip_prefix("ok ") {
            Some(rest) => (true, rest),
            None => return Line::Other,
        },
    };
    let (number, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let Ok(number) = number.parse() else { return Line::Other };
    let (name, directive) = rest.split_once(" # ").unwrap_or((rest, ""));
    let name = name.trim_start_matches("- ").trim();
    Line::Result { ok, number, name, skipped: directive.trim_start().to_ascii_uppercase().starts_with("SKIP") }
}

/// The reports in a kernel's log: one for those tests that are built in, one for each module that brings some.
///
/// # Errors
///
/// [`KtapError`] says what is wrong with the first that is not whole.
pub fn read(log: &str) -> Result<Vec<Report>, KtapError> {
    let mut reports: Vec<Report> = Vec::new();
    let mut levels: Vec<Level> = Vec::new();
    // Names of failures within the test whose own result is still to come.
    let mut inner: Vec<String> = Vec::new();
    for line in log.lines() {
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        let top = levels.last_mut();
        match line_of(text) {
            Line::Other => {}
            Line::Version => {
                match top {
                    None if indent == 0 => reports.push(Report::default()),
                    Some(outer) if indent > outer.indent && !outer.is_complete() => {}
                    _ => return Err(KtapError::Misplaced(line.to_owned())),
                }
                levels.push(Level { indent, plan: None, seen: 0 });
            }
            Line::Plan(count) => match top {
                Some(level) if level.indent == indent && level.plan.is_none() && level.seen == 0 => {
                    if count == 0 {
                        return Err(KtapError::NoPlan(line.to_owned()));
                    }
                    level.plan = Some(count);
                }
                _ => return Err(KtapError::Misplaced(line.to_owned())),
            },
            Line::Result { ok, number, name, skipped } => {
                let mut has_inner = false;
                // The result of a test with tests within it ends their level.
                if let Some(level) = if top.is_some_and(|level| level.indent > indent) { levels.pop() } else { None } {
                    if level.plan.is_none() {
                        return Err(KtapError::NoPlan(line.to_owned()));
                    }
                    if !level.is_complete() {
                        return Err(KtapError::Missing(line.to_owned()));
                    }
                    has_inner = true;
                }
                let (Some(level), Some(report)) = (levels.last_mut(), reports.last_mut()) else {
                    return Err(KtapError::Misplaced(line.to_owned()));
                };
                if level.indent != indent {
                    return Err(KtapError::Misplaced(line.to_owned()));
                }
                let Some(plan) = level.plan else { return Err(KtapError::NoPlan(line.to_owned())) };
                level.seen += 1;
                if number != level.seen || number > plan {
                    return Err(KtapError::Unplanned(line.to_owned()));
                }
                let outermost = levels.len() == 1;
                if outermost {
                    report.suites.push(name.to_owned());
                }
                let failures = if has_inner { std::mem::take(&mut inner) } else { Vec::new() };
                if !ok && failures.is_empty() {
                    inner.push(name.to_owned());
                } else {
                    inner.extend(failures.iter().map(|failure| format!("{name}/{failure}")));
                }
                if outermost {
                    report.failed.append(&mut inner);
                }
                match (has_inner, ok) {
                    (false, true) if skipped => report.skipped += 1,
                    (false, true) => report.passed += 1,
                    _ => {}
                }
                if outermost && levels[0].is_complete() {
                    levels.clear();
                }
            }
        }
    }
    match (levels.is_empty(), reports.is_empty()) {
        (false, _) => Err(KtapError::Unfinished),
        (true, true) => Err(KtapError::NoReport),
        (true, false) => Ok(reports),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "booting
KTAP version 1
1..2
    KTAP version 1
    # Subtest: first
    1..2
    # a.speed: normal
    ok 1 a
some driver: ok
    ok 2 b # SKIP no hardware
# first: pass:1 fail:0 skip:1 total:2
ok 1 first
    KTAP version 1
    # Subtest: second
    1..1
    ok 1 c
ok 2 second
loading
KTAP version 1
1..1
    KTAP version 1
    1..1
    ok 1 - d
ok 1 third
";

    #[test]
    fn several_reports() {
        let reports = read(LOG).expect("a report");
        assert_eq!(reports.len(), 2);
        assert_eq!(reports[0].suites, ["first", "second"]);
        assert_eq!((reports[0].passed, reports[0].skipped, &reports[0].failed), (2, 1, &vec![]));
        assert_eq!(reports[1].suites, ["third"]);
        assert_eq!((reports[1].passed, reports[1].skipped), (1, 0));
    }

    #[test]
    fn failures_have_names() {
        let log = LOG.replace("    ok 1 c\nok 2 second", "    not ok 1 c\nnot ok 2 second");
        assert_eq!(read(&log).expect("a report")[0].failed, ["second/c"]);
        // Whatever the kernel says of the suite.
        let log = LOG.replace("    ok 1 c\n", "    not ok 1 c\n");
        assert_eq!(read(&log).expect("a report")[0].failed, ["second/c"]);
        // A suite that fails without any of its tests.
        let log = LOG.replace("\nok 2 second", "\nnot ok 2 second");
        assert_eq!(read(&log).expect("a report")[0].failed, ["second"]);
        let log = LOG.replace("    ok 1 a\n", "    not ok 1 a\n").replace("    ok 1 c\n", "    not ok 1 c\n");
        assert_eq!(read(&log).expect("a report")[0].failed, ["first/a", "second/c"]);
    }

    #[test]
    fn a_failure_that_is_skipped_is_a_failure() {
        let log = LOG.replace("ok 2 b # SKIP", "not ok 2 b # SKIP");
        assert_eq!(read(&log).expect("a report")[0].failed, ["first/b"]);
    }

    #[test]
    fn what_is_missing_is_noticed() {
        let without = |line: &str| read(&LOG.replacen(line, "", 1)).expect_err("it is not whole");
        assert_eq!(without("    ok 1 a\n"), KtapError::Unplanned("    ok 2 b # SKIP no hardware".into()));
        assert_eq!(without("    ok 2 b # SKIP no hardware\n"), KtapError::Missing("ok 1 first".into()));
        assert_eq!(without("    1..1\n"), KtapError::NoPlan("    ok 1 c".into()));
        assert_eq!(without("1..2\n"), KtapError::NoPlan("ok 1 first".into()));
        assert!(matches!(without("ok 1 first\n"), KtapError::Misplaced(_)));
        assert!(matches!(without("ok 2 second\n"), KtapError::Misplaced(_)));
        // Without its first line the second suite's results are those of nobody.
        let second = LOG.rfind("    KTAP version 1\n    # Subtest").expect("the second suite");
        let log = format!("{}{}", &LOG[..second], &LOG[second + 19..]);
        assert!(matches!(read(&log), Err(KtapError::Misplaced(_))));
    }

    #[test]
    fn a_log_that_ends_too_early() {
        for (at, _) in LOG.match_indices('\n') {
            let begun = LOG[..at].matches("KTAP version").count();
            let whole = at < 10 || LOG[..at].ends_with("ok 2 second") || LOG[..at].ends_with("loading");
            let read = read(&LOG[..at]);
            match (begun, whole) {
                (0, _) => assert_eq!(read, Err(KtapError::NoReport)),
                (_, true) => assert_eq!(read.map(|reports| reports.len()), Ok(1)),
                _ if at == LOG.len() - 1 => assert!(read.is_ok()),
                _ => assert_eq!(read, Err(KtapError::Unfinished), "{}", &LOG[..at]),
            }
        }
    }

    #[test]
    fn what_has_no_place() {
        for extra in ["ok 3 third\n", "    ok 1 d\n", "1..2\n"] {
            assert!(matches!(read(&LOG.replacen("loading\n", extra, 1)), Err(KtapError::Misplaced(_))), "{extra}");
        }
        let twice = LOG.replacen("    ok 1 a\n", "    ok 1 a\n    ok 1 a\n", 1);
        assert!(matches!(read(&twice), Err(KtapError::Unplanned(_))));
        let more = LOG.replacen("ok 1 first", "    ok 3 c\nok 1 first", 1);
        assert!(matches!(read(&more), Err(KtapError::Unplanned(_))));
        assert_eq!(read(&LOG.replacen("    1..2", "    1..0", 1)), Err(KtapError::NoPlan("    1..0".into())));
    }
}
