// SPDX-License-Identifier: MIT

//! `qenex-bench`: how fast the ledger is.
//!
//! | file | holds |
//! | --- | --- |
//! | `workload.rs` | what is asked for: how many accounts, which of them, which ids, what mix |
//! | `core.rs` | the ledger itself, in this process: the same source as in the kernel |
//! | `naive.rs` | what a hash map, a vector and a log do for the same workload |
//! | `clock.rs` | processor time |
//! | `memory.rs` | what memory the ledger takes |
//! | `table.rs` | the results, for people and for programs |

#![forbid(unsafe_code)]

mod clock;
mod core;
mod memory;
mod naive;
mod table;
mod workload;

use std::path::PathBuf;

use clap::Parser;

use table::Row;
use workload::Workload;

/// Measures the ledger in this process, with the source that the kernel module is made of.
///
/// Each figure is the least of several runs in nanoseconds per item, beside that of a naive ledger measured between them:
/// machine and moment decide the figures, so compare the ratios.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Runs of each workload.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Only workloads whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Only the mixes: 10,000 accounts, and a ring that forgets.
    #[arg(long)]
    mixes: bool,
    /// Items in each run.
    #[arg(long, default_value_t = 1_000_000)]
    items: usize,
    /// Leave the naive ledger out, for a profile of ours.
    #[arg(long)]
    alone: bool,
    /// Measure memory instead.
    #[arg(long)]
    memory: bool,
    /// Write every run's figures to this file, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    if arguments.memory {
        println!("{}", serde_json::to_string(&memory::measure()?)?);
        return Ok(());
    }
    let wanted = |workload: &Workload| {
        let mix = workload.accounts == 10_000 && !workload.whole;
        workload.name.contains(&arguments.only) && (mix || !arguments.mixes)
    };
    let mut rows: Vec<_> = workload::all(arguments.items).into_iter().filter(wanted).map(Row::new).collect();
    // Each round has all of them, so that a slow minute of the machine is not all that one of them ever sees.
    for round in 1..=arguments.runs {
        for row in &mut rows {
            row.run(arguments.alone);
        }
        eprintln!("round {round} of {}", arguments.runs);
        // After each, so that an end too early leaves what there is.
        if let Some(path) = &arguments.json {
            std::fs::write(path, serde_json::to_vec_pretty(&rows)?)?;
        }
    }
    for row in &rows {
        println!("{row}");
    }
    Ok(())
}
