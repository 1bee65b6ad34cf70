// SPDX-License-Identifier: MIT

//! Where what happens is written: standard error, or the journal of systemd. Never passwords or tokens: they are of a type
//! that does not show itself.

use thiserror::Error;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};

/// Why nothing can be written.
#[derive(Debug, Error)]
pub enum LoggingError {
    /// The level is no directive.
    #[error("log.level: {0}")]
    Level(#[from] tracing_subscriber::filter::ParseError),
    /// There is no journal.
    #[error("the journal of systemd: {0}")]
    Journal(#[from] std::io::Error),
    /// Something else writes already.
    #[error(transparent)]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Begins to write.
///
/// # Errors
///
/// [`LoggingError`].
pub fn start(log: &Log) -> Result<(), LoggingError> {
    let filter = EnvFilter::try_new(log.level.as_deref().unwrap_or("info"))?;
    let registry = tracing_subscriber::registry().with(filter);
    let lines = || tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => registry.with(lines().with_ansi(false)).try_init()?,
        LogFormat::Json => registry.with(lines().json()).try_init()?,
        LogFormat::Journald => registry.with(tracing_journald::layer()?).try_init()?,
    }
    Ok(())
}
