//! `vector-replay [--host|--device] FILE…`: replays recorded behaviour of another ledger. A FILE may be gzipped.
//!
//! Prints `scenarios, items, mismatches` for each file and every mismatch with its scenario and item. Exits with 0 when
//! there is none, 1 when there is one, 2 when a file cannot be replayed. The file format is documented in
//! `scenario.rs`, the differences between the two ledgers in `mapping.rs`.

#![forbid(unsafe_code)]

mod device;
mod host;
mod mapping;
mod replay;
mod scenario;
mod target;

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use device::Device;
use flate2::read::GzDecoder;
use host::Host;
use scenario::Scenario;
use target::Target;

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            eprintln!("vector-replay: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<u64, Box<dyn Error>> {
    let mut files = Vec::new();
    let mut host = true;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--host" => host = true,
            "--device" => host = false,
            "--help" | "-h" => {
                println!("usage: vector-replay [--host|--device] FILE…");
                return Ok(0);
            }
            option if option.starts_with('-') => return Err(format!("unknown option {option}").into()),
            _ => files.push(argument),
        }
    }
    if files.is_empty() {
        return Err("usage: vector-replay [--host|--device] FILE…".into());
    }
    // Scenarios share a ledger, each with ids of its own. In the device's ledger earlier runs have left theirs.
    let mut number = if host { 0 } else { now_millis() << 20 };
    let mut total = 0;
    for file in &files {
        let mut target: Box<dyn Target> = if host { Box::new(Host::new()?) } else { Box::new(Device::open()?) };
        total += replay_file(file, &mut number, target.as_mut()).map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(total)
}

fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(0)
}

fn replay_file(path: &str, number: &mut u64, target: &mut dyn Target) -> Result<u64, Box<dyn Error>> {
    let (mut scenarios, mut items, mut mismatches) = (0u64, 0u64, 0u64);
    let file = File::open(path)?;
    let text: Box<dyn Read> = if path.ends_with(".gz") { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    for (line_number, line) in BufReader::new(text).lines().enumerate() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let scenario: Scenario =
            serde_json::from_str(&line).map_err(|error| format!("line {}: {error}", line_number + 1))?;
        let report = replay::replay(*number, &scenario, target)?;
        *number += 1;
        scenarios += 1;
        items += report.items;
        mismatches += report.mismatches.len() as u64;
        for mismatch in report.mismatches {
            println!("{path}: {}: {mismatch}", scenario.name);
        }
    }
    if scenarios == 0 {
        return Err("no scenarios".into());
    }
    println!("{path}: {scenarios} scenarios, {items} items, {mismatches} mismatches");
    Ok(mismatches)
}
