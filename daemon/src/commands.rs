// SPDX-License-Identifier: MIT

//! The subcommands: each one call into the library, and printing what it says.

mod progress;
mod user;

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::{Args, CommandFactory, Parser, Subcommand};
use qenex_abi::{Currency, QENEX_ENTRY_EXPIRE_HOLD, QENEX_ENTRY_HOLD, QENEX_ENTRY_OPEN, QENEX_ENTRY_POST_HOLD};
use qenex_abi::{QENEX_ENTRY_POSTING, QENEX_ENTRY_REVERSAL, QENEX_ENTRY_UPDATE, QENEX_ENTRY_VOID_HOLD};
use qenex_device::Ledger;
use qenexd::audit::{LiveError, compare, verify_with_head};
use qenexd::backup::backup;
use qenexd::books::Books;
use qenexd::config::{ConfigError, Configuration};
use qenexd::export::{export, import};
use qenexd::history::{History, Moment, trial_balance};
use qenexd::people::{PeopleStore, Policy, verify_decisions};
use qenexd::restore::{Restored, restore, restore_until};
use qenexd::serve::{Config, serve};
use qenexd::store::sqlite::{SqliteReader, SqliteStore};
use qenexd::store::{ChainHead, Reader};

use progress::{Shown, shown_file};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

type Outcome = Result<(), Box<dyn Error>>;

/// Looks after the store of a QENEX ledger.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve: give the kernel what the store holds, then store what the kernel does, until SIGTERM or SIGINT.
    Run {
        #[command(flatten)]
        store: StoreArgument,
        /// The kernel's device.
        #[arg(long, value_name = "PATH", default_value = qenex_abi::QENEX_DEVICE_PATH)]
        device: PathBuf,
        /// Take the journal from another daemon, which is fenced.
        #[arg(long)]
        take_over: bool,
        #[command(flatten)]
        api: ApiArguments,
    },
    /// Look after the users of the API.
    User {
        #[command(flatten)]
        store: StoreArgument,
        #[command(flatten)]
        config: ConfigArgument,
        #[command(subcommand)]
        command: user::UserCommand,
    },
    /// Verify the whole journal from its first entry, name the first bad one; compare the ledger in the kernel with it.
    Verify {
        #[command(flatten)]
        store: StoreArgument,
        /// The kernel's device; if it is there, its ledger must agree with the journal.
        #[arg(long, value_name = "PATH", default_value = qenex_abi::QENEX_DEVICE_PATH)]
        device: PathBuf,
        /// Do not look at the kernel: this store is a copy, or not in use.
        #[arg(long)]
        offline: bool,
        /// A head kept from an earlier `audit-head`, as SEQUENCE:HEAD: the journal must pass through it.
        #[arg(long, value_parser = parse_head, value_name = "SEQUENCE:HEAD")]
        head: Option<(u64, ChainHead)>,
    },
    /// Write a manual page for each command into a directory.
    #[command(hide = true)]
    Man {
        /// Which directory.
        directory: PathBuf,
    },
    /// Print the head of the audit chain as SEQUENCE:HEAD, to be kept elsewhere.
    AuditHead(StoreArgument),
    /// Write the journal into one portable file.
    Export {
        #[command(flatten)]
        store: StoreArgument,
        /// The new file.
        file: PathBuf,
    },
    /// Make a new store of an exported journal.
    Import {
        /// The exported file.
        file: PathBuf,
        /// The new directory.
        directory: PathBuf,
    },
    /// Copy the store, which may be in use, and verify the copy.
    Backup {
        #[command(flatten)]
        store: StoreArgument,
        /// The new directory.
        to: PathBuf,
    },
    /// What happened to one account between two moments.
    Statement {
        #[command(flatten)]
        store: StoreArgument,
        /// Number of the account.
        account: u64,
        /// After this entry.
        #[arg(long, default_value_t = 0, conflicts_with = "from_time")]
        from: u64,
        /// Up to this entry; the last one if nothing is given.
        #[arg(long, conflicts_with = "until_time")]
        until: Option<u64>,
        /// From this time on, nanoseconds since 1970-01-01 UTC.
        #[arg(long)]
        from_time: Option<u64>,
        /// What happened before this time, nanoseconds since 1970-01-01 UTC.
        #[arg(long)]
        until_time: Option<u64>,
    },
    /// All accounts of each currency added up.
    TrialBalance {
        #[command(flatten)]
        store: StoreArgument,
        /// After this entry; the last one if nothing is given.
        #[arg(long)]
        sequence: Option<u64>,
    },
    /// Make the books (the tables for SQL) anew from the journal.
    Reindex(StoreArgument),
    /// Accept that the end of the journal, although it was durable, is lost. For those who answer for the books.
    AcceptEnd(StoreArgument),
}

#[derive(Args)]
struct ApiArguments {
    #[command(flatten)]
    config: ConfigArgument,
    /// Path of the API's Unix socket.
    #[arg(long, value_name = "PATH")]
    socket: Option<PathBuf>,
    /// Serve the API at this loopback address, too.
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<std::net::SocketAddr>,
    /// Make users and accounts with passwords that everybody knows, to try things out.
    #[arg(long)]
    demo: bool,
    /// Do not serve the API.
    #[arg(long, conflicts_with_all = ["socket", "listen", "demo"])]
    no_api: bool,
}

#[derive(Args)]
struct ConfigArgument {
    /// The configuration; without it, /etc/qenex/qenexd.toml if it is there.
    #[arg(long = "config", value_name = "FILE", env = "QENEX_CONFIG")]
    file: Option<PathBuf>,
}

/// Where the configuration is unless another file is named.
const CONFIG: &str = "/etc/qenex/qenexd.toml";

impl ConfigArgument {
    fn read(&self) -> Result<Configuration, ConfigError> {
        match &self.file {
            Some(file) => Configuration::read(file),
            None if Path::new(CONFIG).exists() => Configuration::read(Path::new(CONFIG)),
            None => Ok(Configuration::default()),
        }
    }
}

#[derive(Args)]
struct StoreArgument {
    /// Directory of the store.
    #[arg(long = "store", value_name = "DIRECTORY", env = "QENEX_STORE", default_value = "/var/lib/qenex")]
    directory: PathBuf,
}

fn parse_head(text: &str) -> Result<(u64, ChainHead), String> {
    let (sequence, head) = text.split_once(':').ok_or("SEQUENCE:HEAD is wanted, as audit-head prints it")?;
    let sequence = sequence.parse().map_err(|_| format!("{sequence} is no sequence number"))?;
    Ok((sequence, head.parse().map_err(|error| format!("{error}"))?))
}

pub(crate) fn run(cli: Cli) -> Outcome {
    match cli.command {
        Command::Run { store, device, take_over, api } => {
            let mut configuration = api.config.read()?;
            configuration.api.socket = api.socket.unwrap_or(configuration.api.socket);
            configuration.api.listen = api.listen.or(configuration.api.listen);
            qenexd::logging::start(&configuration.log)?;
            let api = (!api.no_api).then_some((configuration, api.demo));
            run_serve(&Config { device, store: store.directory, take_over, api })
        }
        Command::User { store, config, command } => {
            user::run(&store.directory, config.read()?.people.policy(), command)
        }
        Command::Verify { store, device, offline, head } => {
            run_verify(&store.directory, head, (!offline && device.exists()).then_some(&device))
        }
        Command::Man { directory } => Ok(clap_mangen::generate_to(<Cli as CommandFactory>::command(), directory)?),
        Command::AuditHead(store) => {
            let head = SqliteReader::open(&store.directory)?.head()?;
            print(format_args!("{}:{}", head.sequence, head.chain))
        }
        Command::Export { store, file } => run_export(&store.directory, &file),
        Command::Import { file, directory } => {
            let state =
                import(BufReader::with_capacity(1 << 20, shown_file("importing", File::open(file)?)?), &directory)?;
            print(format_args!("entries   {}\naccounts  {}", state.sequence(), state.accounts().len()))
        }
        Command::Backup { store, to } => {
            let copied = backup(&store.directory, &to)?;
            print(format_args!("entries   {}\nhead      {}:{}", copied.sequence, copied.sequence, copied.chain))
        }
        Command::Statement { store, account, from, until, from_time, until_time } => {
            let from = from_time.map_or(Moment::Sequence(from), Moment::Time);
            let until = until_time.map(Moment::Time).or(until.map(Moment::Sequence));
            run_statement(&store.directory, account, from, until)
        }
        Command::TrialBalance { store, sequence } => run_trial_balance(&store.directory, sequence),
        Command::Reindex(store) => {
            let mut reader = Shown::new("indexing", SqliteReader::open(&store.directory)?)?;
            let mut books = Books::rebuild(&store.directory, reader.identity())?;
            books.index_to(&mut reader, u64::MAX)?;
            print(format_args!("entries   {}", books.sequence()))
        }
        Command::AcceptEnd(store) => {
            let sequence = SqliteStore::accept_end(&store.directory)?;
            print(format_args!("the journal now ends at entry {sequence}"))
        }
    }
}

/// Serves until a signal says to stop.
fn run_serve(config: &Config) -> Outcome {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    signal_hook::flag::register(SIGHUP, qenexd::risk::read_again())?;
    let sequence = serve(config, &stop, |brought| {
        for damaged in &brought.damaged {
            eprintln!("qenexd: a snapshot could not be used: {damaged}");
        }
        eprintln!(
            "qenexd: ready: {} accounts, {} open holds, last entry {} ({} replayed in {:.1} s)",
            brought.accounts,
            brought.holds,
            brought.sequence,
            brought.replayed,
            brought.elapsed.as_secs_f64(),
        );
    })?;
    eprintln!("qenexd: stopped, everything up to entry {sequence} is stored");
    Ok(())
}

fn run_verify(directory: &Path, head: Option<(u64, ChainHead)>, device: Option<&PathBuf>) -> Outcome {
    let mut reader = Shown::new("verifying", SqliteReader::open(directory)?)?;
    let mut audited = verify_with_head(&mut reader, head).map_err(|error| {
        let first = error.first_bad().map_or(String::new(), |sequence| format!("first bad entry: {sequence}\n"));
        format!("{first}{error}")
    })?;
    print(format_args!(
        "entries   {}\ngroups    {}\naccounts  {}\nholds     {}\nreversals {}\nhead      {}:{}\ndigest    {}\nverified in {:.1} s",
        audited.sequence,
        audited.groups,
        audited.accounts,
        audited.holds,
        audited.reversals,
        audited.sequence,
        audited.chain,
        audited.digest,
        audited.elapsed.as_secs_f64()
    ))?;
    if let Some(people) = PeopleStore::open_existing(directory, Policy::default())? {
        let head = verify_decisions(&people)?;
        print(format_args!("decisions {}:{}", head.number, ChainHead(head.hash)))?;
    }
    let Some(device) = device else {
        return print(format_args!("kernel    not compared"));
    };
    let agreed = compare(&Ledger::open(device)?, &mut reader, &mut audited.state).map_err(|error| match error {
        LiveError::Differs { sequence, .. } => format!("first bad entry: {sequence}\n{error}"),
        other => format!("{other}; with --offline the store alone is verified"),
    })?;
    print(format_args!("kernel    {} accounts agree, up to entry {}", agreed.accounts, agreed.sequence))
}

fn run_export(directory: &Path, file: &Path) -> Outcome {
    let mut reader = Shown::new("exporting", SqliteReader::open(directory)?)?;
    let mut to = BufWriter::with_capacity(1 << 20, File::create_new(file)?);
    let (sequence, chain) = export(&mut reader, &mut to)?;
    to.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    print(format_args!("entries   {sequence}\nhead      {sequence}:{chain}"))
}

/// The state at the end and books that reach as far.
fn books_and_state(directory: &Path) -> Result<(Books, Restored), Box<dyn Error>> {
    let restored = restore(directory)?;
    let mut reader = Shown::new("indexing", SqliteReader::open(directory)?)?;
    let mut books = Books::open(directory, reader.identity())?;
    books.index_to(&mut reader, restored.state.sequence())?;
    Ok((books, restored))
}

fn run_statement(directory: &Path, account: u64, from: Moment, until: Option<Moment>) -> Outcome {
    let (books, restored) = books_and_state(directory)?;
    let until = until.unwrap_or(Moment::Sequence(restored.state.sequence()));
    let statement = History::new(&books, &restored.state)?.statement(account, from, until)?;
    let units = |amount: i128| units(amount, statement.opening.currency);
    let mut out = BufWriter::new(stdout().lock());
    let row = |out: &mut dyn Write, sequence: u64, time: &str, what: &str, change: &str, balance: i128| {
        writeln!(out, "{sequence:>12}  {time:>20}  {what:<12} {change:>24} {:>24}", units(balance))
    };
    row(&mut out, statement.opening.sequence, "", "opening", "", statement.opening.balance())?;
    for line in &statement.lines {
        let change = if line.change == 0 { String::new() } else { units(line.change) };
        let time = line.entry.timestamp.to_string();
        let after = qenexd::state::balance(&line.after);
        row(&mut out, line.entry.sequence, &time, kind(line.entry.kind), &change, after)?;
    }
    row(&mut out, statement.closing.sequence, "", "closing", "", statement.closing.balance())?;
    Ok(out.flush()?)
}

fn run_trial_balance(directory: &Path, sequence: Option<u64>) -> Outcome {
    let restored = restore_until(directory, sequence.unwrap_or(u64::MAX))?;
    let reached = restored.state.sequence();
    if let Some(asked) = sequence.filter(|asked| *asked != reached) {
        return Err(format!("entry {asked} is not there yet, the last one is {reached}").into());
    }
    let mut out = BufWriter::new(stdout().lock());
    writeln!(out, "{:<8} {:>10} {:>32} {:>32}", "currency", "accounts", "debit balances", "credit balances")?;
    for line in trial_balance(&restored.state) {
        let sum =
            |amount: u128| i128::try_from(amount).map_or(String::from("?"), |amount| units(amount, line.currency));
        let name = Currency::from_numeric(line.currency).map_or("?", |currency| currency.alpha);
        let (debits, credits) = (sum(line.debit_balances), sum(line.credit_balances));
        writeln!(out, "{name:<8} {:>10} {debits:>32} {credits:>32}", line.accounts)?;
        if !line.balances() {
            return Err(format!("the books of currency {} do not balance", line.currency).into());
        }
    }
    Ok(out.flush()?)
}

/// Minor units as people write them; the plain number if the currency is not known any more.
fn units(amount: i128, currency: u32) -> String {
    let exponent = Currency::from_numeric(currency).map_or(0, |currency| usize::from(currency.exponent));
    let sign = if amount < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", amount.unsigned_abs(), width = exponent + 1);
    let (whole, fraction) = digits.split_at(digits.len() - exponent);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn kind(kind: u16) -> &'static str {
    match kind {
        QENEX_ENTRY_OPEN => "open",
        QENEX_ENTRY_POSTING => "posting",
        QENEX_ENTRY_HOLD => "hold",
        QENEX_ENTRY_POST_HOLD => "post hold",
        QENEX_ENTRY_VOID_HOLD => "void hold",
        QENEX_ENTRY_EXPIRE_HOLD => "expire hold",
        QENEX_ENTRY_REVERSAL => "reversal",
        QENEX_ENTRY_UPDATE => "update",
        _ => "?",
    }
}

fn print(what: std::fmt::Arguments<'_>) -> Outcome {
    Ok(writeln!(stdout().lock(), "{what}")?)
}
