// SPDX-License-Identifier: MIT

//! Who is at the other end of a connection.

use std::fmt;
use std::net::IpAddr;

/// The other end of a connection, as the kernel tells it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Peer {
    /// A process at a Unix socket, by the credentials it had when it connected.
    Unix {
        /// Effective user.
        uid: u32,
        /// Process, if it is in a name space that can be seen from here.
        pid: Option<i32>,
    },
    /// A program at a loopback address.
    Address(IpAddr),
    /// Somebody at the command line of this machine.
    CommandLine {
        /// Real user.
        uid: u32,
    },
}

impl Peer {
    /// What counts as one and the same peer: the user, or the address. All of 127.0.0.0/8 is one machine.
    pub fn key(&self) -> String {
        match self {
            Peer::Unix { uid, .. } => format!("uid:{uid}"),
            Peer::Address(address) if address.is_loopback() => "loopback".into(),
            Peer::Address(address) => format!("address:{address}"),
            Peer::CommandLine { uid } => format!("command-line:{uid}"),
        }
    }

    /// Number of the process, if known.
    pub fn process(&self) -> Option<i32> {
        match self {
            Peer::Unix { pid, .. } => *pid,
            _ => None,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key())?;
        match self.process() {
            Some(pid) => write!(f, " pid:{pid}"),
            None => Ok(()),
        }
    }
}
