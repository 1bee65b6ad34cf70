// SPDX-License-Identifier: MIT

//! What can be configured: a TOML file, each key of which has a default. Unknown keys are refused.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;

use crate::payments::{House, Interruption};
use crate::people::{Policy, password};
use crate::risk::RiskSettings;

/// The file, read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    /// `[api]`: sockets and limits of the HTTP API.
    pub api: Api,
    /// `[people]`: passwords and sessions.
    pub people: People,
    /// `[four_eyes]`: what a second person must approve.
    pub four_eyes: FourEyes,
    /// `[payments]`: which bank this is. Without it no message is taken.
    pub payments: Option<Payments>,
    /// `[risk]`: what is done about payments that look bad, and how models learn.
    pub risk: RiskSettings,
    /// `[log]`: where to write what happens.
    pub log: Log,
}

/// Sockets and limits of the HTTP API.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Api {
    /// Path of the Unix socket.
    pub socket: PathBuf,
    /// Also listen at this loopback address, such as `127.0.0.1:8080`. No other address is taken: put a proxy that does TLS
    /// in front for others.
    pub listen: Option<SocketAddr>,
    /// Only these Unix users may connect to the socket; without it, all whom the socket's mode (0660) lets in.
    pub peers: Option<Vec<u32>>,
    /// Most connections at once; more wait in the system's queue.
    pub connections: usize,
    /// Most requests at once; more are answered with 503.
    pub requests: usize,
    /// Most changes, questions and hashings of passwords, each, that wait for their threads; more are answered with 503.
    pub queue: usize,
    /// Requests per second and peer, in the long run.
    pub rate: u32,
    /// Requests that a peer may make at once before [`Self::rate`] counts.
    pub burst: u32,
    /// Largest body of a request, bytes.
    pub body: usize,
    /// Most items in a batch, at most 8,192.
    pub batch: usize,
    /// Most streams of events at once.
    pub streams: usize,
    /// Seconds after which a reader of events who takes none is dropped.
    pub stream_patience: u64,
    /// Seconds that a request waits for its change to be durable before it is answered with 503.
    pub durable_patience: u64,
    /// Seconds that a request may take to arrive, headers and body each.
    pub arrival: u64,
    /// Seconds that requests which have begun may take when the daemon stops.
    pub stop: u64,
}

impl Default for Api {
    fn default() -> Self {
        Api {
            socket: "/run/qenex/api.sock".into(),
            listen: None,
            peers: None,
            connections: 1024,
            requests: 512,
            queue: 1024,
            rate: 5_000,
            burst: 10_000,
            body: 4 << 20,
            batch: 8192,
            streams: 64,
            stream_patience: 30,
            durable_patience: 20,
            arrival: 30,
            stop: 25,
        }
    }
}

/// Passwords and sessions.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct People {
    /// Rounds of PBKDF2-HMAC-SHA256, at least 100,000. When it rises, passwords are hashed anew at the next login.
    pub iterations: u32,
    /// Hours that a session lasts.
    pub session_hours: u32,
    /// Failed logins that are allowed per user and per peer within the window.
    pub attempts: u32,
    /// Minutes of the window.
    pub window_minutes: u32,
}

impl Default for People {
    fn default() -> Self {
        People { iterations: password::DEFAULT, session_hours: 8, attempts: 5, window_minutes: 15 }
    }
}

impl People {
    /// What holds for logins.
    pub fn policy(&self) -> Policy {
        Policy {
            iterations: self.iterations,
            session: Duration::from_secs(3600 * u64::from(self.session_hours)),
            attempts: self.attempts,
            window: Duration::from_secs(60 * u64::from(self.window_minutes)),
        }
    }
}

/// What a second person must approve.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FourEyes {
    /// Overdraft limits.
    pub overdraft_limit: bool,
    /// Reversals of more than so many whole units of the currency; none if it is absent.
    pub reversal_above: Option<u64>,
    /// Letting a user who is locked out try again.
    pub unlock: bool,
}

impl Default for FourEyes {
    fn default() -> Self {
        FourEyes { overdraft_limit: true, reversal_above: Some(10_000), unlock: true }
    }
}

/// Which bank this is, and how it treats messages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    /// Country of its IBANs, ISO 3166-1 alpha-2.
    pub country: String,
    /// What its IBANs have between check digits and account: in Germany the eight digits of the Bankleitzahl.
    pub bank_code: String,
    /// Its business identifier code.
    pub bic: String,
    /// Currencies in which it exchanges payments with other banks, ISO 4217.
    #[serde(default)]
    pub currencies: Vec<String>,
    /// By currency, the number of the account over which it settles with other banks. Of a currency that is not here, one
    /// is opened when it is first needed.
    #[serde(default)]
    pub settlement: BTreeMap<String, String>,
    /// The profile by which messages are judged where the request names none.
    #[serde(default = "default_profile")]
    pub profile: String,
    /// What is done when another bank asks a payment back.
    #[serde(default)]
    pub recalls: RecallPolicy,
    /// Ends the work at a chosen step, for tests.
    #[serde(skip)]
    pub interruption: Option<Interruption>,
}

impl Payments {
    /// A bank to try things out with, which no other bank knows.
    pub fn demo() -> Self {
        Payments {
            country: "DE".into(),
            bank_code: "99900000".into(),
            bic: "QENXDEFFXXX".into(),
            currencies: vec!["EUR".into(), "USD".into()],
            settlement: BTreeMap::new(),
            profile: default_profile(),
            recalls: RecallPolicy::default(),
            interruption: None,
        }
    }
}

fn default_profile() -> String {
    "default".into()
}

/// What is done when another bank asks a payment back.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum RecallPolicy {
    /// An operator decides.
    #[default]
    Ask,
    /// It is sent back if the customer has as much.
    Accept,
}

/// Where to write what happens.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// To standard error as text or JSON, or to the journal of systemd.
    pub format: LogFormat,
    /// What is told, as a directive of tracing, such as `info` or `qenexd=debug`; `info` if it is absent.
    pub level: Option<String>,
}

/// Where to and how logs are written.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// To standard error, for people.
    #[default]
    Text,
    /// To standard error, one JSON object a line.
    Json,
    /// To the journal of systemd, with fields.
    Journald,
}

/// What is wrong with a configuration.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no TOML, or has a key or value that is unknown.
    #[error("{path}: {source}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What and where.
        source: Box<toml::de::Error>,
    },
    /// A value under `[payments]` is none.
    #[error("payments.{key}: {why}")]
    Payments {
        /// Which key.
        key: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A value is out of range.
    #[error("{key} must be {range}")]
    Range {
        /// Which key.
        key: &'static str,
        /// What it must be.
        range: &'static str,
    },
}

impl Configuration {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the line.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Io { path: path.into(), source })?;
        let syntax = |source| ConfigError::Syntax { path: path.into(), source: Box::new(source) };
        let configuration: Configuration = toml::from_str(&text).map_err(syntax)?;
        configuration.check()?;
        Ok(configuration)
    }

    /// Checks that every value is in range.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Range`].
    pub fn check(&self) -> Result<(), ConfigError> {
        let Configuration { api, people, risk, .. } = self;
        let rules = [
            ("api.listen", api.listen.is_none_or(|address| address.ip().is_loopback()), "a loopback address"),
            ("api.connections", (1..=100_000).contains(&api.connections), "1 to 100000"),
            ("api.requests", (1..=100_000).contains(&api.requests), "1 to 100000"),
            ("api.queue", (1..=100_000).contains(&api.queue), "1 to 100000"),
            ("api.rate", api.rate >= 1, "at least 1"),
            ("api.burst", api.burst >= 1, "at least 1"),
            ("api.body", (1024..=1 << 28).contains(&api.body), "1024 to 268435456"),
            ("api.batch", (1..=8192).contains(&api.batch), "1 to 8192"),
            ("api.stream_patience", (1..=3600).contains(&api.stream_patience), "1 to 3600"),
            ("api.durable_patience", (1..=3600).contains(&api.durable_patience), "1 to 3600"),
            ("api.arrival", (1..=3600).contains(&api.arrival), "1 to 3600"),
            ("people.iterations", people.iterations >= password::FLOOR, "at least 100000"),
            ("people.session_hours", (1..=24 * 31).contains(&people.session_hours), "1 to 744"),
            ("people.attempts", (1..=1000).contains(&people.attempts), "1 to 1000"),
            ("people.window_minutes", (1..=24 * 60).contains(&people.window_minutes), "1 to 1440"),
        ];
        if let Some((key, _, range)) = rules.into_iter().find(|(_, holds, _)| !holds) {
            return Err(ConfigError::Range { key, range });
        }
        if let Some((key, range)) = risk.out_of_range() {
            return Err(ConfigError::Range { key, range });
        }
        self.payments.as_ref().map_or(Ok(()), |payments| House::new(payments).map(drop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Configuration, ConfigError> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        Configuration::read(file.path())
    }

    #[test]
    fn defaults_and_keys() {
        let configuration = read("[api]\nlisten = \"127.0.0.1:8080\"\n[four_eyes]\nunlock = false\n").expect("good");
        assert_eq!(configuration.api.queue, Api::default().queue);
        assert!(!configuration.four_eyes.unlock && configuration.four_eyes.overdraft_limit);
    }

    #[test]
    fn hours_between_trainings() {
        assert!(Configuration::default().risk.learn.every.is_zero());
        let learn = read("[risk.learn]\nhours = 36\n").expect("good").risk.learn;
        assert_eq!((learn.every.as_secs(), learn.pause.as_secs()), (36 * 3600, 3600));
        for wrong in ["hours = -1", "hours = 1.5", "every = 1", "pause = 1"] {
            assert!(read(&format!("[risk.learn]\n{wrong}\n")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn unknown_keys_and_other_addresses_are_refused() {
        let message = |text: &str| read(text).expect_err("refused").to_string();
        assert!(message("[api]\nsokcet = \"x\"\n").contains("unknown field `sokcet`"));
        assert!(message("[api]\nlisten = \"0.0.0.0:80\"\n").contains("a loopback address"));
        assert!(message("[people]\niterations = 99999\n").contains("at least 100000"));
        assert!(message("[log]\nformat = \"xml\"\n").contains("unknown variant"));
        let bank = "[payments]\ncountry = \"DE\"\nbank_code = \"37040044\"\n";
        assert!(message(&format!("{bank}bic = \"COBADEFF1\"\n")).starts_with("payments.bic"));
        assert!(message(&format!("{bank}bic = \"COBADEFF\"\ncurrencies = [\"EUX\"]\n")).contains("currencies"));
        assert!(House::new(&Payments::demo()).is_ok());
        assert!(read(&format!("{bank}bic = \"COBADEFF\"\n[payments.settlement]\nEUR = \"292\"\n")).is_ok());
    }
}
