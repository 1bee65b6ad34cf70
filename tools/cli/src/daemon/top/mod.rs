// SPDX-License-Identifier: MIT

//! `qenex top`: the ledger at work, from the daemon's metrics. Nobody needs to log in for it.

mod metrics;
mod screen;
mod view;

use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use ratatui::crossterm::event::{self, Event, KeyCode, KeyModifiers};

use self::metrics::Metrics;
use self::view::View;
use super::error::DaemonError;
use crate::error::Error;
use crate::output::print_facts;
use qenex_client::Client;

/// So many rates are kept for the curve.
const CURVE: usize = 240;

/// Shows the ledger at work until `q` is pressed; or once.
pub(super) fn run(socket: &Path, seconds: f64, once: bool) -> Result<(), Error> {
    let interval = Duration::from_secs_f64(seconds);
    let client = Client::new(socket, None)?;
    let mut before = (Instant::now(), look(&client)?);
    if once {
        sleep(interval);
        let now = (Instant::now(), look(&client)?);
        let view = View::between(&before.1, &now.1, now.0 - before.0);
        let mut out = io::stdout().lock();
        print_facts(&mut out, &view.facts())?;
        for alert in view.alerts() {
            writeln!(out, "Alert: {alert}")?;
        }
        return Ok(());
    }
    let mut terminal = ratatui::try_init().map_err(DaemonError::Terminal)?;
    let mut curve = VecDeque::new();
    let ended = loop {
        match wait(interval) {
            Ok(false) => {}
            Ok(true) => break Ok(()),
            Err(error) => break Err(DaemonError::Terminal(error)),
        }
        let drawn = match look(&client) {
            Ok(metrics) => {
                let now = (Instant::now(), metrics);
                let view = View::between(&before.1, &now.1, now.0 - before.0);
                before = now;
                // CAST: a rate, whose fraction does not matter.
                curve.push_back(view.accepted as u64);
                if curve.len() > CURVE {
                    curve.pop_front();
                }
                terminal.draw(|frame| screen::draw(frame, socket, &view, curve.make_contiguous()))
            }
            // It may come back.
            Err(error) => terminal.draw(|frame| screen::draw_trouble(frame, socket, &error)),
        };
        if let Err(error) = drawn {
            break Err(DaemonError::Terminal(error));
        }
    };
    ratatui::restore();
    Ok(ended?)
}

fn look(client: &Client) -> Result<Metrics, DaemonError> {
    Metrics::parse(&client.text("/metrics")?)
}

/// Waits, and says whether the user wants to leave.
fn wait(interval: Duration) -> io::Result<bool> {
    let until = Instant::now() + interval;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if !event::poll(left)? {
            return Ok(false);
        }
        if let Event::Key(key) = event::read()? {
            let interrupt = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
            if interrupt || matches!(key.code, KeyCode::Char('q') | KeyCode::Esc) {
                return Ok(true);
            }
        }
    }
}
