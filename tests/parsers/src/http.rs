// SPDX-License-Identifier: MIT

//! The HTTP API: any body, path, query and header gets an answer that the API knows, never that something in the daemon failed.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use api_sandbox::{Options, serve};
use qenexd::config::Configuration;
use qenexd::people::password;
use serde_json::Value;

use crate::bytes::Bytes;

/// Where bodies, paths and queries are read. A place in a path is filled from the input.
const OPERATIONS: [(&str, &str); 44] = [
    ("POST", "/v1/sessions"),
    ("GET", "/v1/sessions/current"),
    ("PUT", "/v1/sessions/current/password"),
    ("POST", "/v1/users"),
    ("GET", "/v1/users?{}"),
    ("GET", "/v1/users/{}"),
    ("PATCH", "/v1/users/customer"),
    ("PATCH", "/v1/users/{}"),
    ("GET", "/v1/approvals?{}"),
    ("POST", "/v1/approvals/{}/approve"),
    ("POST", "/v1/approvals/{}/reject"),
    ("POST", "/v1/accounts"),
    ("GET", "/v1/accounts?{}"),
    ("GET", "/v1/accounts/{}"),
    ("PATCH", "/v1/accounts/292"),
    ("GET", "/v1/accounts/292/balance?{}"),
    ("GET", "/v1/accounts/292/statement?{}"),
    ("POST", "/v1/transfers"),
    ("GET", "/v1/transfers/{}"),
    ("POST", "/v1/transfers/{}/reversals"),
    ("POST", "/v1/holds"),
    ("POST", "/v1/holds/{}/post"),
    ("POST", "/v1/holds/{}/void"),
    ("POST", "/v1/batches"),
    ("POST", "/v1/chains"),
    ("POST", "/v1/messages"),
    ("GET", "/v1/messages?{}"),
    ("GET", "/v1/messages/{}/answers"),
    ("POST", "/v1/messages/{}/decision"),
    ("POST", "/v1/messages/{}/recall"),
    ("GET", "/v1/accounts/292/camt.053?{}"),
    ("POST", "/v1/mandates"),
    ("PATCH", "/v1/mandates/{}"),
    ("GET", "/v1/risk/reviews?{}"),
    ("POST", "/v1/risk/reviews/{}/approve"),
    ("POST", "/v1/risk/score"),
    ("POST", "/v1/risk/payments/{}/label"),
    ("PUT", "/v1/risk/rules"),
    ("POST", "/v1/risk/backtest"),
    ("POST", "/v1/risk/credit"),
    ("GET", "/v1/journal?{}"),
    ("GET", "/v1/trial-balance?{}"),
    ("GET", "/v1/audit/decisions?{}"),
    ("GET", "/problems/{}"),
];

/// The daemon, as long as the process lives.
fn socket() -> &'static PathBuf {
    static SOCKET: OnceLock<PathBuf> = OnceLock::new();
    SOCKET.get_or_init(|| {
        let directory = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a directory").keep();
        let mut configuration = Configuration::default();
        configuration.people.iterations = password::FLOOR;
        // The most that can be asked for: logins that random bytes attempt lock everybody out for a while.
        (configuration.people.attempts, configuration.people.window_minutes) = (1000, 1);
        configuration.api.socket = directory.join("api.sock");
        let socket = configuration.api.socket.clone();
        let (ready, is_ready) = mpsc::channel();
        std::thread::spawn(move || {
            static STOP: AtomicBool = AtomicBool::new(false);
            let options = Options { configuration, demo: true, journal_entries: 16_384 };
            serve(&directory, options, &STOP, |_| ready.send(()).expect("somebody waits")).expect("served");
        });
        is_ready.recv_timeout(Duration::from_secs(60)).expect("ready");
        socket
    })
}

struct Client {
    stream: BufReader<UnixStream>,
    /// Of the administrator, who may do the most.
    token: String,
}

fn connect() -> BufReader<UnixStream> {
    let stream = UnixStream::connect(socket()).expect("the daemon takes connections");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    BufReader::new(stream)
}

/// A new login; none if too many have failed.
fn client() -> Option<Client> {
    let mut stream = connect();
    let body = br#"{"user":"admin","password":"AdminPass123!"}"#;
    let length = body.len();
    let head = "POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json";
    let head = format!("{head}\r\ncontent-length: {length}\r\n\r\n");
    stream.get_mut().write_all(&[head.as_bytes(), body].concat()).expect("sent");
    let (status, _, answer) = receive(&mut stream).expect("an answer");
    assert!(status == 201 || status == 429, "{}", String::from_utf8_lossy(&answer));
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    Some(Client { stream, token: answer["token"].as_str()?.into() })
}

/// Status, type of the content, content.
fn receive(stream: &mut BufReader<UnixStream>) -> std::io::Result<(u16, String, Vec<u8>)> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let (mut kind, mut length) = (String::new(), 0);
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-type" => kind = value.trim().into(),
            "content-length" => length = value.trim().parse().expect("a length"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((status, kind, body))
}

pub(crate) fn run(input: &[u8]) {
    thread_local!(static CLIENT: RefCell<Option<Client>> = const { RefCell::new(None) });
    CLIENT.with_borrow_mut(|client| {
        request(client.get_or_insert_with(|| self::client().expect("the first login")), input)
    });
}

/// Bytes as a part of a path or query, or of a header: what would end it is left out.
fn printable(bytes: &[u8]) -> String {
    bytes.iter().filter(|byte| byte.is_ascii_graphic() && **byte != b'#').map(|byte| char::from(*byte)).collect()
}

fn request(client: &mut Client, input: &[u8]) {
    let mut input = Bytes(input);
    let (method, path) = OPERATIONS[usize::from(input.next::<u8>()) % OPERATIONS.len()];
    let how = input.next::<u8>();
    let length = usize::from(input.next::<u8>());
    let place = printable(input.take(if path.contains("{}") || how & 0x0c != 0 { length } else { 0 }));
    let body = input.0;
    let mut head = format!("{method} {} HTTP/1.1\r\nhost: x\r\n", path.replace("{}", &place));
    head += &format!("content-length: {}\r\n", body.len());
    head += match how & 3 {
        3 if path.starts_with("/v1/messages") => "content-type: application/xml\r\n",
        3 => "content-type: text/plain\r\n",
        _ => "content-type: application/json\r\n",
    };
    // Once in a while it is the header that is any text.
    head += &match how & 0x0c {
        0x04 => format!("authorization: Bearer {}\r\nidempotency-key: {place}\r\n", client.token),
        0x08 => format!("authorization: {place}\r\n"),
        0x0c => format!("authorization: Bearer {}\r\nprefer: {place}\r\n", client.token),
        _ => format!("authorization: Bearer {}\r\n", client.token),
    };
    head += "\r\n";
    let bytes = [head.as_bytes(), body].concat();
    let mut answer = None;
    for _ in 0..2 {
        // The daemon may have ended the connection after the request before, or ends it before it has read all of a body that
        // is too large.
        let _ = client.stream.get_mut().write_all(&bytes);
        answer = receive(&mut client.stream).ok();
        if answer.is_some() {
            break;
        }
        client.stream = connect();
    }
    let (status, kind, answer) = answer.unwrap_or_else(|| panic!("no answer: {head}"));
    let told =
        || format!("{status} {kind}: {}\n{head}{}", String::from_utf8_lossy(&answer), String::from_utf8_lossy(body));
    assert!((200..300).contains(&status) || (400..500).contains(&status) || status == 503, "{}", told());
    if status >= 400 && !kind.is_empty() {
        assert_eq!(kind, "application/problem+json", "{}", told());
    }
    if kind.contains("json") {
        let document: Value = serde_json::from_slice(&answer).unwrap_or_else(|error| panic!("{error}: {}", told()));
        assert!(status < 400 || document["status"] == status, "{}", told());
    }
    // A change of the password ends the sessions of the user.
    if status == 401 && how & 0x0c != 0x08 && path != "/v1/sessions" {
        if let Some(new) = self::client() {
            *client = new;
        }
    }
}
