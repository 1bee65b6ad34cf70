// SPDX-License-Identifier: MIT

//! The login that is kept between commands: a file that only its owner can read, or the variable `QENEX_TOKEN`.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, BufRead, IsTerminal, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
use serde::{Deserialize, Serialize};

use super::error::DaemonError;
use qenex_client::Client;

/// Where the daemon listens unless it is told otherwise.
const SOCKET: &str = "/run/qenex/api.sock";
/// Names the socket.
const SOCKET_VARIABLE: &str = "QENEX_SOCKET";
/// A token, for scripts.
const TOKEN_VARIABLE: &str = "QENEX_TOKEN";

/// Somebody who is logged in.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Session {
    /// The daemon's socket.
    pub(super) socket: PathBuf,
    /// What proves it.
    pub(super) token: String,
    /// Name of the user.
    pub(super) user: String,
    /// Their role.
    pub(super) role: String,
    /// Until when.
    pub(super) expires: String,
}

impl Session {
    /// Who is logged in, if anybody. `socket` asks for a daemon other than that of the login.
    pub(crate) fn current(socket: Option<&Path>) -> Result<Option<Session>, DaemonError> {
        if let Ok(token) = std::env::var(TOKEN_VARIABLE) {
            let unknown = String::new;
            let socket = self::socket(socket);
            return Ok(Some(Session { socket, token, user: unknown(), role: unknown(), expires: unknown() }));
        }
        let Some(path) = path() else { return Ok(None) };
        let session: Session = match fs::read(&path) {
            // HOME may be that of somebody else, as with `setpriv`: their login is not this user's.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) => {
                return Ok(None);
            }
            Err(source) => return Err(DaemonError::Session { path, source }),
            Ok(text) => serde_json::from_slice(&text)
                .map_err(|error| DaemonError::Session { path: path.clone(), source: error.into() })?,
        };
        Ok(Some(session).filter(|session| socket.is_none_or(|socket| socket == session.socket)))
    }
}

/// The daemon's socket: that of the command line, of the environment, or the usual one.
pub(super) fn socket(given: Option<&Path>) -> PathBuf {
    given.map(PathBuf::from).or_else(|| std::env::var_os(SOCKET_VARIABLE).map(PathBuf::from)).unwrap_or(SOCKET.into())
}

/// Asks for the password, logs in and keeps the login.
pub(super) fn log_in(socket: &Path, user: &str) -> Result<Session, DaemonError> {
    let password = password(user).map_err(DaemonError::Password)?;
    let document = Client::new(socket, None)?.log_in(user, &password)?;
    let text = |name: &str| {
        let value = document[name].as_str().map(String::from);
        value.ok_or_else(|| DaemonError::answer(format!("there is no {name} in it")))
    };
    let session = Session {
        socket: socket.into(),
        token: text("token")?,
        user: text("user")?,
        role: text("role")?,
        expires: text("expires")?,
    };
    keep(&session)?;
    Ok(session)
}

fn keep(session: &Session) -> Result<(), DaemonError> {
    let path =
        path().ok_or_else(|| DaemonError::Session { path: "HOME".into(), source: io::ErrorKind::NotFound.into() })?;
    let write = || {
        if let Some(directory) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        }
        // A new file, so that an older one's rights do not matter.
        let new = path.with_extension("new");
        let _ = fs::remove_file(&new);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        serde_json::to_writer(&mut file, session)?;
        fs::rename(&new, &path)
    };
    write().map_err(|source| DaemonError::Session { path: path.clone(), source })
}

/// Forgets the login.
pub(super) fn forget() -> Result<(), DaemonError> {
    let Some(path) = path() else { return Ok(()) };
    match fs::remove_file(&path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(DaemonError::Session { path, source }),
        _ => Ok(()),
    }
}

/// The file that keeps the login.
fn path() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").filter(|directory| !directory.is_empty()).map(PathBuf::from);
    let state = state.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state")))?;
    Some(state.join("qenex/session"))
}

/// A password: typed at the terminal without showing it, or a line of standard input.
pub(super) fn password(user: &str) -> io::Result<String> {
    let stdin = io::stdin();
    let mut line = String::new();
    if stdin.is_terminal() {
        write!(io::stderr(), "Password of {user}: ")?;
        let before = tcgetattr(&stdin)?;
        let mut silent = before.clone();
        silent.local_flags.remove(LocalFlags::ECHO);
        tcsetattr(&stdin, SetArg::TCSADRAIN, &silent)?;
        let read = stdin.lock().read_line(&mut line);
        tcsetattr(&stdin, SetArg::TCSADRAIN, &before)?;
        writeln!(io::stderr())?;
        read?;
    } else {
        stdin.lock().read_line(&mut line)?;
    }
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(password.into()) }
}
