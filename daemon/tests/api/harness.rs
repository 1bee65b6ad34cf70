// SPDX-License-Identifier: MIT

//! A bank in a directory of its own, and a client.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use api_sandbox::{InProcess, Options, serve_beside};
use qenexd::config::{Configuration, Payments};
use qenexd::people::{Actor, NewUser, OWNER_FIRST, Peer, PeopleStore, Role, Secret, now, password};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The password of every user here.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// The fewest entries that the ledger can remember.
pub(crate) const RING: u64 = 16_384;

/// A bank that is open.
pub(crate) struct Bank {
    directory: Arc<TempDir>,
    configuration: Configuration,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<u64>>,
    device: Arc<InProcess>,
}

/// Quick hashes, and a socket in the directory.
pub(crate) fn configuration() -> Configuration {
    let mut configuration = Configuration::default();
    configuration.people.iterations = password::FLOOR;
    configuration
}

/// A bank in Germany that exchanges euros with others.
pub(crate) fn german_bank() -> Payments {
    Payments {
        country: "DE".into(),
        bank_code: "37040044".into(),
        bic: "COBADEFFXXX".into(),
        currencies: vec!["EUR".into()],
        settlement: Default::default(),
        profile: "default".into(),
        recalls: Default::default(),
        interruption: None,
    }
}

/// Whoever prepares things before the bank opens.
pub(crate) fn somebody(name: &str) -> Actor {
    Actor { user: name.into(), peer: Peer::CommandLine { uid: 0 } }
}

impl Bank {
    /// A new bank with one user of each role, named after it, and a second operator.
    pub(crate) fn open() -> Self {
        Self::configured(configuration())
    }

    pub(crate) fn configured(configuration: Configuration) -> Self {
        let directory = Arc::new(tempfile::tempdir().expect("a directory"));
        let mut people = PeopleStore::open(directory.path(), configuration.people.policy()).expect("people");
        let hashed = password::hash(&Secret::new(PASSWORD.into()), password::FLOOR).expect("randomness");
        let users = Role::ALL.map(|role| (role.name(), role));
        for (name, role) in users.into_iter().chain([("second", Role::Operator), ("other", Role::Customer)]) {
            let new = NewUser { name: name.into(), role, uid: None, password: hashed.clone(), request: None };
            people.add_user(&new, OWNER_FIRST, &somebody("(test)"), now()).expect("added");
        }
        Self::start(directory, configuration, false)
    }

    /// A new bank with the demo users and accounts, and no others.
    pub(crate) fn demo(configuration: Configuration) -> Self {
        Self::start(Arc::new(tempfile::tempdir().expect("a directory")), configuration, true)
    }

    /// The bank whose store is in a directory.
    pub(crate) fn found(directory: TempDir, configuration: Configuration) -> Self {
        Self::start(Arc::new(directory), configuration, false)
    }

    /// Balances of the demo user's accounts.
    pub(crate) fn demo_accounts(&self) -> Value {
        let mut demo = self.anybody();
        demo.log_in("demo", "DemoPass123!");
        let list = demo.expect(200, "GET", "/v1/accounts", None, &[]);
        list["accounts"].as_array().expect("accounts").iter().map(|account| account["balance"].clone()).collect()
    }

    fn start(directory: Arc<TempDir>, mut configuration: Configuration, demo: bool) -> Self {
        configuration.api.socket = directory.path().join("api.sock");
        let options = Options { configuration: configuration.clone(), demo, journal_entries: RING };
        let stop = Arc::new(AtomicBool::new(false));
        let (ready, is_ready) = mpsc::channel();
        let (opened, device) = mpsc::channel();
        let thread = {
            let (stop, directory) = (Arc::clone(&stop), Arc::clone(&directory));
            std::thread::spawn(move || {
                let open = |bank: &Arc<InProcess>| opened.send(Arc::clone(bank)).expect("somebody waits");
                let ready = |_: &_| ready.send(()).expect("somebody waits");
                serve_beside(directory.path(), options, &stop, open, ready).expect("served")
            })
        };
        is_ready.recv_timeout(Duration::from_secs(30)).expect("ready");
        let device = device.recv().expect("the ledger");
        Bank { directory, configuration, stop, thread: Some(thread), device }
    }

    /// Closes, and returns the last entry stored.
    pub(crate) fn close(&mut self) -> u64 {
        self.stop.store(true, Ordering::Release);
        self.thread.take().expect("open").join().expect("no panic")
    }

    /// Closes, does something meanwhile, and opens again.
    pub(crate) fn reopen_after(&mut self, meanwhile: impl FnOnce(&Path)) {
        self.close();
        meanwhile(self.directory.path());
        *self = Self::start(Arc::clone(&self.directory), self.configuration.clone(), false);
    }

    /// Opens again, differently; it is closed.
    pub(crate) fn reconfigure(&mut self, configuration: Configuration) {
        *self = Self::start(Arc::clone(&self.directory), configuration, false);
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The ledger, as programs reach it that do not ask the daemon.
    pub(crate) fn device(&self) -> &InProcess {
        &self.device
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.directory.path().join("api.sock")
    }

    /// Nobody who is logged in.
    pub(crate) fn anybody(&self) -> Client {
        Client::connect(&self.socket())
    }

    /// A user who is logged in.
    pub(crate) fn user(&self, name: &str) -> Client {
        let mut client = self.anybody();
        client.log_in(name, PASSWORD);
        client
    }

    /// An account of `owner` with this much in it, made by the administrator.
    pub(crate) fn account(&self, owner: u32, balance: &str) -> String {
        self.open_account(owner, "USD", balance)["number"].as_str().expect("a number").into()
    }

    /// The same in some currency, as the answer says it.
    pub(crate) fn open_account(&self, owner: u32, currency: &str, balance: &str) -> Value {
        let body = json!({ "currency": currency, "owner": owner, "opening_balance": balance });
        let body = if balance == "0.00" { json!({ "currency": currency, "owner": owner }) } else { body };
        self.user("admin").expect(201, "POST", "/v1/accounts", Some(&body), &[])
    }

    pub(crate) fn owner(&self, name: &str) -> u32 {
        let store = PeopleStore::open(self.directory(), self.configuration.people.policy()).expect("people");
        store.user(name).expect("a user").owner
    }
}

impl Drop for Bank {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The name of the problem.
    pub(crate) fn problem(&self) -> String {
        let document = self.json();
        if self.status >= 400 {
            assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
            assert_eq!(document["status"], self.status);
        }
        document["type"].as_str().and_then(|kind| kind.strip_prefix("/problems/")).unwrap_or_default().into()
    }
}

/// One connection.
pub(crate) struct Client {
    stream: BufReader<UnixStream>,
    pub(crate) token: Option<String>,
}

impl Client {
    pub(crate) fn connect(socket: &Path) -> Self {
        let stream = UnixStream::connect(socket).expect("a socket");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        Client { stream: BufReader::new(stream), token: None }
    }

    pub(crate) fn log_in(&mut self, name: &str, password: &str) {
        let body = json!({ "user": name, "password": password });
        // Where there is room for one request at once, that of the one before may be free only a moment later.
        let mut answer = self.call("POST", "/v1/sessions", Some(&body), &[]);
        for _ in 0..100 {
            if answer.status != 503 {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
            answer = self.call("POST", "/v1/sessions", Some(&body), &[]);
        }
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
        self.token = Some(answer.json()["token"].as_str().expect("a token").into());
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    pub(crate) fn line(&mut self) -> std::io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().into())
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let mut byte = [0];
        self.stream.read_exact(&mut byte).expect("a byte");
        byte[0]
    }

    /// Reads an answer that says how long it is.
    pub(crate) fn receive(&mut self) -> Answer {
        let status = self.line().expect("a status");
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        let mut headers = Vec::new();
        loop {
            let line = self.line().expect("a header");
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer { status, headers, body: Vec::new() };
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        answer.body.resize(length, 0);
        self.stream.read_exact(&mut answer.body).expect("a body");
        answer
    }

    /// One request with a body of any bytes.
    pub(crate) fn raw(&mut self, method: &str, path: &str, body: &[u8], headers: &[(&str, &str)]) -> Answer {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if let Some(token) = self.token.as_ref().filter(|_| headers.iter().all(|(name, _)| *name != "authorization")) {
            head += &format!("authorization: Bearer {token}\r\n");
        }
        head += "\r\n";
        self.send(&[head.as_bytes(), body].concat()).expect("sent");
        self.receive()
    }

    pub(crate) fn call(&mut self, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Answer {
        let mut headers = headers.to_vec();
        let text = body.map(ToString::to_string).unwrap_or_default();
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        self.raw(method, path, text.as_bytes(), &headers)
    }

    /// The JSON of an answer that must have this status.
    pub(crate) fn expect(
        &mut self,
        status: u16,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Value {
        let answer = self.call(method, path, body, headers);
        assert_eq!(answer.status, status, "{method} {path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    /// Asks for something that must be refused with this problem.
    pub(crate) fn refused(&mut self, problem: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let answer = self.call(method, path, body, &[]);
        assert_eq!(answer.problem(), problem, "{method} {path}: {}", String::from_utf8_lossy(&answer.body));
        answer
    }

    pub(crate) fn balance(&mut self, account: &str) -> String {
        let account = self.expect(200, "GET", &format!("/v1/accounts/{account}"), None, &[]);
        account["balance"].as_str().expect("a balance").into()
    }
}

/// A transfer of US dollars.
pub(crate) fn transfer(from: &str, to: &str, amount: &str) -> Value {
    json!({ "debtor_account": from, "creditor_account": to, "amount": amount, "currency": "USD" })
}
