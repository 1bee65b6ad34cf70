// SPDX-License-Identifier: MIT

//! The header is what the source wants, and compiles as C11 and C++17.

mod support;

use qenex_header::Product;
use support::{C, CXX, assert_clean, compile};

#[test]
fn is_up_to_date() {
    for Product { path, text } in qenex_header::products().expect("the source has products") {
        let current = std::fs::read_to_string(&path).expect("it is there");
        assert!(current == text, "{} is out of date; make it anew with: make header", path.display());
    }
}

/// The page has every declaration, and places and sizes that the compiler agrees with (see `layout.rs` for the structs).
#[test]
fn reference_is_complete() {
    let products = qenex_header::products().expect("the source has products");
    let page = products.iter().find(|product| product.path.ends_with("docs/abi.md")).expect("the page");
    let wanted = &page.text;
    let header = qenex_header::generate().expect("the source has a header");
    for line in header.lines() {
        let name = line.strip_prefix("struct ").and_then(|rest| rest.strip_suffix(" {"));
        let defined = line.strip_prefix("#define QENEX_").and_then(|rest| rest.split_once(' ')).map(|(name, _)| name);
        if let Some(name) = name.or(defined.filter(|name| !name.contains('('))) {
            assert!(wanted.contains(name), "{name}");
        }
    }
    // The size of each struct that a call has is in its number, too.
    for (name, size) in [("transfer_request", 128), ("batch_request", 64), ("info", 256), ("journal_entry", 192)] {
        let section = wanted.split(&format!("### struct qenex_{name}\n")).nth(1).expect("a section");
        assert!(section.lines().any(|line| line == format!("{size} bytes.")), "{name}: {section:.400}");
    }
}

#[test]
fn fits_the_page() {
    let text = qenex_header::generate().expect("the source has a header");
    for line in text.lines() {
        assert!(line.trim_end() == line, "white space at the end: {line}");
        let long_text = line.trim_start().starts_with("return \"");
        assert!(line.len() <= 120 || long_text, "too long: {line}");
    }
}

#[test]
fn compiles_alone_and_twice() {
    for language in [C, CXX] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let source = "#include <qenex.h>\n#include <qenex.h>\nint main(void) { return 0; }\n";
        assert_clean(language, &compile(language, directory.path(), source, &["-fsyntax-only"]));
    }
}

/// The programs that the project promises, as people write them.
#[test]
fn compiles_as_people_use_it() {
    const USE: &str = r#"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <qenex.h>

static int report(const struct qenex_transfer_request *request)
{
    if (request->result == QENEX_OK || request->result == QENEX_EXISTS)
        return 0;
    fprintf(stderr, "%s: %s\n", qenex_result_name(request->result), qenex_result_meaning(request->result));
    return 1;
}
"#;
    const MAIN_C: &str = r#"
int main(void)
{
    uint64_t other_account = 292;
    int fd = open(QENEX_DEVICE_PATH, O_RDWR);
    struct qenex_account_request acc_req = { .initial_balance = 100000, .currency = 840 };
    ioctl(fd, QENEX_CREATE_ACCOUNT, &acc_req);
    struct qenex_transfer_request tx_req = { .from_account = acc_req.account_number,
            .to_account = other_account, .amount = 5000, .currency = 840 };
    ioctl(fd, QENEX_TRANSFER, &tx_req);
    return report(&tx_req);
}
"#;
    const MAIN_CXX: &str = r#"
int main()
{
    int fd = open("/dev/" QENEX_DEVICE_NAME, O_RDWR);
    qenex_transfer_request tx_req = {};
    tx_req.flags = QENEX_TRANSFER_UP_TO;
    tx_req.amount = QENEX_AMOUNT_ALL;
    ioctl(fd, QENEX_TRANSFER, &tx_req);
    return report(&tx_req);
}
"#;
    for (language, main) in [(C, MAIN_C), (CXX, MAIN_CXX)] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        assert_clean(language, &compile(language, directory.path(), &format!("{USE}{main}"), &["-fsyntax-only"]));
    }
}
