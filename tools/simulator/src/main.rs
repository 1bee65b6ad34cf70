// SPDX-License-Identifier: MIT

//! Writes the events of a made-up bank to standard output.
#![forbid(unsafe_code)]

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use qenex_risk::features::Event;
use qenex_simulator::{Config, Simulator, Step};

/// Makes up customers, payments and fraud, and writes what happens to standard output, in order of time.
#[derive(Parser)]
#[command(name = "qenex-simulator", version)]
struct Arguments {
    /// The same number gives the same payments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Each makes about 1.3 payments a day.
    #[arg(long, default_value_t = 2_000)]
    customers: usize,
    /// How long.
    #[arg(long, default_value_t = 90)]
    days: u32,
    /// How much fraud: 1 is about one payment in a hundred.
    #[arg(long, default_value_t = 1.0)]
    fraud: f64,
    /// From this day on there is fraud of a form not seen before.
    #[arg(long)]
    drift_day: Option<u32>,
    /// JSON lines hold everything; CSV holds the payments.
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Only what a bank would know when it happens: neither the truth nor what will be reported.
    #[arg(long)]
    blind: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Csv,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("qenex-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> io::Result<()> {
    let config = Config {
        seed: arguments.seed,
        customers: arguments.customers,
        days: arguments.days,
        fraud: arguments.fraud,
        drift_day: arguments.drift_day,
        ..Config::default()
    };
    let simulator = Simulator::new(config).map_err(io::Error::other)?;
    let mut out = BufWriter::new(io::stdout().lock());
    if matches!(arguments.format, Format::Csv) {
        writeln!(out, "time,from,to,amount,currency,available,channel,country,device,typology,reported_at")?;
    }
    for mut step in simulator {
        if arguments.blind {
            step.truth = None;
        }
        match arguments.format {
            Format::Json => {
                serde_json::to_writer(&mut out, &step)?;
                writeln!(out)?;
            }
            Format::Csv => csv(&mut out, &step)?,
        }
    }
    out.flush()
}

/// One line for a payment.
fn csv(out: &mut impl Write, step: &Step) -> io::Result<()> {
    let Event::Paid(payment) = step.event else { return Ok(()) };
    let context = payment.context;
    let text = |value: Option<serde_json::Value>| match value {
        Some(serde_json::Value::String(text)) => text,
        Some(value) => value.to_string(),
        None => String::new(),
    };
    let typology = step.truth.and_then(|truth| truth.fraud).map(serde_json::to_value).transpose()?;
    writeln!(
        out,
        "{},{},{},{},{},{},{},{},{},{},{}",
        payment.time,
        payment.from,
        payment.to,
        payment.amount,
        payment.currency,
        text(payment.available.map(Into::into)),
        text(Some(serde_json::to_value(context.channel)?)),
        text(context.country.map(serde_json::to_value).transpose()?),
        text(context.device.map(Into::into)),
        text(typology),
        text(step.truth.and_then(|truth| truth.report).map(|report| report.time.into())),
    )
}
