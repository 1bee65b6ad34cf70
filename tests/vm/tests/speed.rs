//! What calls of the device cost in instructions, which is the same on every machine, must stay within a committed budget.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use vm_tests::{Vm, repository};

const BUDGET: &str = "tests/speed/budget.toml";

/// The figures that `calls.c` printed, by name.
fn measure() -> BTreeMap<String, i64> {
    let vm = Vm::new().with_option(&["--icount"]);
    vm.add(&repository().join("tools/bench/guest/calls.c"), "calls.c");
    let out = vm.succeeds("cc -O2 -Wall -Werror -o /tmp/calls calls.c && /tmp/calls");
    let line = |line: &str| {
        let (name, count) = line.trim().rsplit_once(' ')?;
        Some((name.trim().to_owned(), count.parse().ok()?))
    };
    out.lines().map(|text| line(text).unwrap_or_else(|| panic!("not a figure: {text}"))).collect()
}

/// The budget file with other figures; what is said above them stays.
fn with_figures(budget: &str, measured: &BTreeMap<String, i64>) -> String {
    let (above, _) = budget.split_once("[instructions]").expect("a table of instructions");
    let mut text = format!("{above}[instructions]\n");
    for (name, count) in measured {
        writeln!(text, "\"{name}\" = {count}").expect("a string takes everything");
    }
    text
}

#[test]
fn calls_stay_within_their_budget() {
    let path = repository().join(BUDGET);
    let text = fs::read_to_string(&path).expect("the budget");
    let measured = measure();
    if std::env::var_os("QENEX_BUDGET_WRITE").is_some() {
        fs::write(&path, with_figures(&text, &measured)).expect("the budget can be written");
        return;
    }
    let budget: toml::Table = text.parse().expect("the budget is TOML");
    let percent = |name: &str| budget[name].as_integer().expect("a whole number of percent");
    let (rise, fall) = (percent("rise"), percent("fall"));
    let allowed = budget["instructions"].as_table().expect("a table of instructions");
    let mut wrong = String::new();
    for (name, count) in &measured {
        let Some(planned) = allowed.get(name).and_then(toml::Value::as_integer) else {
            writeln!(wrong, "{name}: {count} instructions, and the budget has no such line").expect("a string");
            continue;
        };
        println!("{name:<44} {count:>7} of {planned}");
        if count * 100 > planned * (100 + rise) {
            writeln!(wrong, "{name}: {count} instructions, more than {planned} and {rise} %").expect("a string");
        } else if count * 100 < planned * (100 - fall) {
            writeln!(wrong, "{name}: {count} instructions, far below {planned}: lower the budget, so that it stays so")
                .expect("a string");
        }
    }
    for name in allowed.keys().filter(|name| !measured.contains_key(*name)) {
        writeln!(wrong, "{name}: in the budget, and not measured").expect("a string");
    }
    assert!(wrong.is_empty(), "\n{wrong}`make budget` writes {BUDGET} anew; say in the commit why");
}
