// SPDX-License-Identifier: MIT

//! Following what happens. After a break it goes on where it was.

use std::io::{self, Write};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use super::command::EventArgs;
use super::error::DaemonError;
use super::requests::query;
use super::show::text;
use crate::error::Error;
use qenex_client::{ApiError, Client, Request};

/// Between two tries to go on.
const PAUSE: Duration = Duration::from_secs(1);

/// Prints each event until there are as many as were asked for, or the daemon refuses.
pub(super) fn follow(client: &Client, args: &EventArgs, json: bool) -> Result<(), Error> {
    let mut after = match args.after {
        Some(after) => after,
        None => now(client)?,
    };
    let mut is_first = true;
    let mut left = args.count.unwrap_or(u64::MAX);
    while left > 0 {
        let account = args.account.map(|number| number.to_string());
        let path = format!("/v1/events{}", query([("after", Some(after.to_string())), ("account", account)]));
        let mut written = Ok(());
        let ended = client.lines(&path, |line| {
            let Some(data) = line.strip_prefix("data:") else { return true };
            let Ok(entry) = serde_json::from_str::<Value>(data) else { return true };
            let Some(sequence) = entry["sequence"].as_str().and_then(|sequence| sequence.parse().ok()) else {
                return true;
            };
            after = sequence;
            left -= 1;
            written = print(&entry, json);
            written.is_ok() && left > 0
        });
        written?;
        match ended {
            Err(problem @ (ApiError::Problem(_) | ApiError::Answer(_))) => return Err(problem.into()),
            Err(error) if is_first => return Err(error.into()),
            _ if left > 0 => sleep(PAUSE),
            _ => {}
        }
        is_first = false;
    }
    Ok(())
}

/// The last entry there is: where to go on if nothing happens before a break.
fn now(client: &Client) -> Result<u64, Error> {
    let request = Request::get("/v1/accounts?limit=1");
    let document = client.send(&request)?.document;
    let sequence = document["sequence"].as_str().and_then(|sequence| sequence.parse().ok());
    Ok(sequence.ok_or_else(|| DaemonError::answer("there is no sequence in it"))?)
}

fn print(entry: &Value, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{entry}")?;
    } else {
        let [sequence, time, kind, amount, currency, debtor, creditor] =
            ["/sequence", "/timestamp", "/kind", "/amount", "/currency", "/debtor_account", "/creditor_account"]
                .map(|path| text(entry, path));
        writeln!(out, "{sequence:>10}  {time}  {kind:<12} {amount:>16} {currency}  {debtor} → {creditor}")?;
    }
    out.flush()
}
