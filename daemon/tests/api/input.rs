// SPDX-License-Identifier: MIT

//! Bad input: each kind has its own problem document, and changes nothing.

use serde_json::json;

use crate::harness::{Bank, transfer};

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn each_has_its_own_problem() {
    let bank = Bank::open();
    let (from, to) = (bank.account(1000, "10.00"), bank.account(1001, "0.00"));
    let mut client = bank.user("operator");
    let good = transfer(&from, &to, "1.00").to_string();
    let with = |amount: &str| good.replace("\"1.00\"", amount);
    let bodies: [(String, u16, &str, &str); 26] = [
        (String::new(), 400, "malformed_json", ""),
        ("{".into(), 400, "malformed_json", ""),
        (format!("{good} {{}}"), 400, "malformed_json", ""),
        ("[".repeat(1000), 400, "wrong_type", ""),
        (with(&"[".repeat(1000)), 400, "wrong_type", "amount"),
        (with("NaN"), 400, "malformed_json", "amount"),
        (with("\"\\ud800\""), 400, "malformed_json", "amount"),
        ("[]".into(), 400, "wrong_type", ""),
        (format!("[\"{from}\",\"{to}\",\"1.00\",\"USD\",false,null,0]"), 400, "wrong_type", ""),
        (with("1.00"), 400, "wrong_type", "amount"),
        (with("1e3"), 400, "wrong_type", "amount"),
        (with("null"), 400, "wrong_type", "amount"),
        (with("{}"), 400, "wrong_type", "amount"),
        (good.replace("\"amount\"", "\"sum\""), 400, "unknown_field", "sum"),
        (good.replace(",\"currency\":\"USD\"", ""), 400, "missing_field", ""),
        (with("\"1.00\",\"amount\":\"2.00\""), 400, "duplicate_field", ""),
        (with("\"NaN\""), 400, "amount_not_a_number", "amount"),
        (with("\"1e3\""), 400, "amount_exponent", "amount"),
        (with("\"-1.00\""), 400, "amount_negative", "amount"),
        (with("\".50\""), 400, "amount_missing_digits", "amount"),
        (with("\"\""), 400, "amount_empty", "amount"),
        (with("\"1.001\""), 422, "amount_too_many_decimals", "amount"),
        (with("\"999999999999999999999\""), 422, "amount_too_large", "amount"),
        (good.replace("USD", "ZZZ"), 422, "currency_unknown", "currency"),
        (good.replace("USD", "usd"), 400, "invalid_value", "currency"),
        (with(&format!("\"{}\"", "9".repeat(5000))), 400, "invalid_value", "amount"),
    ];
    for (body, status, problem, at) in bodies {
        let answer = client.raw("POST", "/v1/transfers", body.as_bytes(), &[JSON]);
        assert_eq!((answer.status, answer.problem().as_str()), (status, problem), "{body:.80}");
        let place = answer.json()["at"].as_str().unwrap_or_default().to_owned();
        assert!(place.ends_with(at), "{body:.80}: at {place}");
    }
    for headers in
        [vec![], vec![("content-type", "text/plain")], vec![("content-type", "application/json; charset=latin1")]]
    {
        assert_eq!(client.raw("POST", "/v1/transfers", good.as_bytes(), &headers).problem(), "unsupported_media_type");
    }
    let invalid_utf8 = [b"{\"amount\":\"".as_slice(), &[0xff], b"\"}"].concat();
    assert_eq!(client.raw("POST", "/v1/transfers", &invalid_utf8, &[JSON]).problem(), "malformed_json");
    for (key, problem) in [(" ", "invalid_header"), ("a b", "invalid_header"), (&*"k".repeat(256), "invalid_header")] {
        let answer = client.raw("POST", "/v1/transfers", good.as_bytes(), &[JSON, ("idempotency-key", key)]);
        assert_eq!(answer.problem(), problem, "{key:.20}");
    }
    let twice = [JSON, ("idempotency-key", "a"), ("idempotency-key", "b")];
    assert_eq!(client.raw("POST", "/v1/transfers", good.as_bytes(), &twice).problem(), "invalid_header");
    for (path, problem) in [
        ("/v1/accounts/abc", "invalid_parameter"),
        ("/v1/accounts/%ff", "invalid_parameter"),
        ("/v1/accounts/293", "account_number_invalid"),
        ("/v1/accounts/970001", "account_number_invalid"),
        ("/v1/accounts?limit=0", "invalid_parameter"),
        ("/v1/accounts?limit=1001", "invalid_parameter"),
        ("/v1/accounts?colour=blue", "invalid_parameter"),
        ("/v1/accounts?after=292&after=389", "invalid_parameter"),
        ("/v1/transfers/xyz", "invalid_parameter"),
        ("/v1/journal?from=yesterday", "invalid_parameter"),
        ("/v1/journal?amount_min=5", "currency_needed"),
        ("/v1/nothing", "not_found"),
        ("/", "not_found"),
    ] {
        let answer = client.call("GET", path, None, &[]);
        assert_eq!(answer.problem(), problem, "{path}");
    }
    let answer = client.call("PUT", "/v1/transfers", Some(&json!({})), &[]);
    assert_eq!((answer.status, answer.problem().as_str()), (405, "method_not_allowed"));
    assert_eq!(answer.header("allow"), Some("POST"));
    assert_eq!((client.balance(&from), client.balance(&to)), ("10.00".into(), "0.00".into()));
}

#[test]
fn every_type_of_problem_can_be_fetched() {
    let bank = Bank::open();
    let mut client = bank.anybody();
    let answer = client.call("GET", "/v1/accounts", None, &[]).json();
    let explained = client.expect(200, "GET", answer["type"].as_str().expect("a type"), None, &[]);
    assert_eq!((&explained["type"], &explained["status"]), (&answer["type"], &json!(401)));
    for code in qenex_abi::ResultCode::ALL {
        let expected = if code.is_success() { 404 } else { 200 };
        client.expect(expected, "GET", &format!("/problems/{}", code.name()), None, &[]);
    }
}
