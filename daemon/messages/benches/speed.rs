// SPDX-License-Identifier: MIT

//! How fast messages are judged and written, beside libxml2 on the same bytes, and how much memory a long one takes.
//!
//! ```sh
//! cargo bench -p qenex-messages --bench speed -- [SCHEMA]
//! ```
//!
//! `SCHEMA` is the published `pain.001.001.09.xsd` for xmllint; without it libxml2 only parses.

use std::hint::black_box;
use std::io::{BufRead, BufReader, Read};
use std::process::Command;
use std::time::{Duration, Instant};

use qenex_messages::iso20022::message::{CreditTransfers, parse, write};
use qenex_messages::iso20022::validate::Options;
use qenex_messages::judge;
use qenex_messages::rules::Profile;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n <CstmrCdtTrfInitn>\n  <GrpHdr>\n   \
<MsgId>MSG-1</MsgId>\n   <CreDtTm>2026-11-23T10:00:00Z</CreDtTm>\n   <NbOfTxs>{count}</NbOfTxs>\n   \
<CtrlSum>{sum}</CtrlSum>\n   <InitgPty>\n    <Nm>Beispiel GmbH</Nm>\n   </InitgPty>\n  </GrpHdr>\n  <PmtInf>\n   \
<PmtInfId>GROUP-1</PmtInfId>\n   <PmtMtd>TRF</PmtMtd>\n   <ReqdExctnDt>\n    <Dt>2026-11-24</Dt>\n   </ReqdExctnDt>\n   \
<Dbtr>\n    <Nm>Beispiel GmbH</Nm>\n   </Dbtr>\n   <DbtrAcct>\n    <Id>\n     <IBAN>DE89370400440532013000</IBAN>\n    \
</Id>\n   </DbtrAcct>\n   <DbtrAgt>\n    <FinInstnId>\n     <BICFI>COBADEFFXXX</BICFI>\n    </FinInstnId>\n   \
</DbtrAgt>\n";
const TAIL: &str = "  </PmtInf>\n </CstmrCdtTrfInitn>\n</Document>\n";

/// One payment with number `index`, 1000.50 EUR.
fn payment(index: u64) -> String {
    format!(
        "   <CdtTrfTxInf>\n    <PmtId>\n     <InstrId>INSTR-{index}</InstrId>\n     <EndToEndId>E2E-{index}</EndToEndId>\n    \
         </PmtId>\n    <Amt>\n     <InstdAmt Ccy=\"EUR\">1000.50</InstdAmt>\n    </Amt>\n    <CdtrAgt>\n     <FinInstnId>\n      \
         <BICFI>BNPAFRPPXXX</BICFI>\n     </FinInstnId>\n    </CdtrAgt>\n    <Cdtr>\n     <Nm>Exemple SARL</Nm>\n     \
         <PstlAdr>\n      <StrtNm>Rue de la Paix</StrtNm>\n      <BldgNb>1</BldgNb>\n      <PstCd>75002</PstCd>\n      \
         <TwnNm>Paris</TwnNm>\n      <Ctry>FR</Ctry>\n     </PstlAdr>\n    </Cdtr>\n    <CdtrAcct>\n     <Id>\n      \
         <IBAN>FR1420041010050500013M02606</IBAN>\n     </Id>\n    </CdtrAcct>\n    <RmtInf>\n     <Ustrd>Invoice {index} of \
         November, see our letter of 2026-11-02</Ustrd>\n    </RmtInf>\n   </CdtTrfTxInf>\n"
    )
}

fn head(count: u64) -> String {
    let sum = format!("{}.{}0", count * 10_005 / 10, count * 10_005 % 10);
    HEAD.replace("{count}", &count.to_string()).replace("{sum}", &sum)
}

/// A message that is made while it is read.
struct Endless {
    buffer: Vec<u8>,
    position: usize,
    next: u64,
    count: u64,
    done: bool,
}

impl Endless {
    fn new(count: u64) -> Endless {
        Endless { buffer: head(count).into_bytes(), position: 0, next: 0, count, done: false }
    }
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let length = self.fill_buf()?.len().min(into.len());
        into[..length].copy_from_slice(&self.buffer[self.position..self.position + length]);
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Endless {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.position == self.buffer.len() {
            self.buffer.clear();
            self.position = 0;
            if self.next < self.count {
                let until = self.count.min(self.next + 50);
                (self.next..until).for_each(|index| self.buffer.extend(payment(index).bytes()));
                self.next = until;
            } else if !self.done {
                self.buffer.extend(TAIL.bytes());
                self.done = true;
            }
        }
        Ok(&self.buffer[self.position..])
    }

    fn consume(&mut self, amount: usize) {
        self.position += amount;
    }
}

/// The best of several runs.
fn best(runs: usize, mut run: impl FnMut()) -> Duration {
    let times = (0..runs).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

fn rate(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}

/// Peak memory of this process so far, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn main() {
    let schema = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    one_payment();
    long_file(schema.as_deref());
    memory();
}

fn one_payment() {
    let text = include_str!("payment.xml");
    let parsed = parse::<CreditTransfers>(text.as_bytes()).expect("the message is valid");
    let options = Options::default();
    let rounds = 2_000_u32;
    for profile in [Profile::Schema, Profile::Default, Profile::SepaSct] {
        let time = best(5, || {
            for _ in 0..rounds {
                assert!(black_box(judge(text.as_bytes(), profile, &options)).is_valid());
            }
        });
        println!(
            "pacs.008 of {} bytes, judged by {profile}: {:.1} us",
            text.len(),
            time.as_secs_f64() * 1e6 / f64::from(rounds)
        );
    }
    let time = best(5, || (0..rounds).for_each(|_| drop(black_box(parse::<CreditTransfers>(text.as_bytes())))));
    println!("pacs.008, validated and read into its type: {:.1} us", time.as_secs_f64() * 1e6 / f64::from(rounds));
    let time = best(5, || (0..rounds).for_each(|_| drop(black_box(write(&parsed.message, false)))));
    println!("pacs.008, written: {:.1} us", time.as_secs_f64() * 1e6 / f64::from(rounds));
}

fn long_file(schema: Option<&str>) {
    let mut text = head(10_000);
    (0..10_000).for_each(|index| text.push_str(&payment(index)));
    text.push_str(TAIL);
    let path = std::env::temp_dir().join(format!("qenex-messages-{}.xml", std::process::id()));
    std::fs::write(&path, &text).expect("the temporary folder can be written");
    let options = Options::default();
    for profile in [Profile::Schema, Profile::Default, Profile::SepaSct] {
        let time = best(5, || {
            let file = std::fs::File::open(&path).expect("the file is there");
            assert!(judge(BufReader::with_capacity(1 << 16, file), profile, &options).is_valid());
        });
        println!(
            "pain.001 of 10000 payments, {} bytes, judged by {profile}: {:.0} MB/s",
            text.len(),
            rate(text.len(), time)
        );
    }
    let mut arguments = vec!["--noout", "--nonet", "--timing"];
    arguments.extend(schema.iter().flat_map(|schema| ["--schema", *schema]));
    let output = Command::new("xmllint").args(arguments).arg(&path).output();
    match output {
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr).into_owned();
            let milliseconds = |what: &str| {
                let line = words.lines().find(|line| line.starts_with(what))?;
                line.split_whitespace().rev().nth(1)?.parse::<f64>().ok()
            };
            let total: f64 = ["Parsing", "Validating"].iter().filter_map(|what| milliseconds(what)).sum();
            let what = if schema.is_some() { "parsed and validated" } else { "parsed only" };
            println!("the same, {what} by xmllint: {:.0} MB/s", rate(text.len(), Duration::from_secs_f64(total / 1e3)));
        }
        Err(error) => println!("xmllint cannot be run ({error}): apt-get install libxml2-utils"),
    }
    let _ = std::fs::remove_file(&path);
}

fn memory() {
    // The second is more than a gigabyte.
    for count in [10_000, 1_500_000] {
        for profile in [Profile::Schema, Profile::Default] {
            let start = Instant::now();
            let verdict = judge(Endless::new(count), profile, &Options::default());
            assert!(verdict.is_valid(), "{:?}", verdict.findings.list());
            println!(
                "pain.001 of {count} payments as a stream, judged by {profile}: {:.1} s, peak {} MiB so far",
                start.elapsed().as_secs_f64(),
                peak()
            );
        }
    }
}
