// SPDX-License-Identifier: MIT

//! Measures our models, writes what scikit-learn needs to measure its own, and puts both beside each other.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use qenex_bench_risk::report::{Ours, Theirs, markdown, reached};
use qenex_bench_risk::{Failure, credit, drift, fraud, speed};

/// Measures the risk models; `tools/bench-risk/run` does all of it.
#[derive(Parser)]
#[command(name = "qenex-bench-risk", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures our models; writes ours.json, pictures, and the rows for scikit-learn.
    Ours {
        /// Where to.
        folder: PathBuf,
        /// German Credit as CSV.
        #[arg(long)]
        german_credit: PathBuf,
    },
    /// Measures only how a new form of fraud is found.
    Drift,
    /// Prints the table of ours.json and theirs.json.
    Table {
        /// Where they are.
        folder: PathBuf,
        /// Where else to write the table, and beside it the folder `report` with the pictures.
        #[arg(long)]
        write: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Ours { folder, german_credit } => ours(&folder, &german_credit).map(|()| true),
        Command::Drift => drift::measure().map(|figures| println!("{figures:#?}")).map(|()| true),
        Command::Table { folder, write } => table(&folder, write.as_deref()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("qenex-bench-risk: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn ours(folder: &Path, german_credit: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder)?;
    eprintln!("German Credit");
    let credit = credit::measure(german_credit, folder)?;
    eprintln!("{credit:?}\nfraud in a simulated bank");
    let (fraud, model) = fraud::measure(folder)?;
    eprintln!("{fraud:?}\ndecisions");
    let speed = speed::measure(&model)?;
    eprintln!("{speed:?}\na new form of fraud");
    let drift = drift::measure()?;
    let ours = Ours { fraud, drift, speed, credit };
    fs::write(folder.join("ours.json"), serde_json::to_vec_pretty(&ours)?)?;
    Ok(())
}

fn table(folder: &Path, write: Option<&Path>) -> Result<bool, Failure> {
    let ours: Ours = serde_json::from_slice(&fs::read(folder.join("ours.json"))?)?;
    let theirs: Theirs = serde_json::from_slice(&fs::read(folder.join("theirs.json"))?)?;
    let table = markdown(&ours, &theirs);
    println!("{table}");
    if let Some(path) = write {
        fs::write(path, &table)?;
        let report = path.with_file_name("report");
        fs::create_dir_all(&report)?;
        for picture in ["precision-recall.svg", "calibration.svg", "importance.svg"] {
            fs::copy(folder.join(picture), report.join(picture))?;
        }
    }
    Ok(reached(&table))
}
