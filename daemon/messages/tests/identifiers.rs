// SPDX-License-Identifier: MIT

//! Identifiers, and the IBANs of our accounts.

use proptest::prelude::*;
use qenex_abi::AccountNumber;
use qenex_messages::identifiers::iban::Structure;
use qenex_messages::identifiers::{
    AccountIbans, AccountIbansError, Bic, CreditorIdentifier, CreditorReference, Iban, IdentifierError, Lei, Uetr,
};

#[test]
fn ibans() {
    for text in [
        "DE89370400440532013000",
        "FR1420041010050500013M02606",
        "GB29NWBK60161331926819",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "PK36SCBL0000001123456702",
        "BR9700360305000010009795493P1",
    ] {
        assert_eq!(text.parse::<Iban>().map(|iban| iban.to_string()), Ok(text.to_string()));
    }
    let error = |text: &str| text.parse::<Iban>().expect_err(text);
    assert_eq!(error("DE89370400440532013001"), IdentifierError::CheckDigits);
    // Right modulo 97, but not what ISO 7064 yields.
    assert_eq!(error("GB01BARC20714583608387"), IdentifierError::CheckDigitRange);
    assert_eq!(error("GB00HLFX11016111455365"), IdentifierError::CheckDigitRange);
    assert!(matches!(error("XX89370400440532013000"), IdentifierError::Country(_)));
    assert!(matches!(error("DE8937040044053201300"), IdentifierError::CountryLength { expected: 22, .. }));
    assert!(matches!(error("de89370400440532013000"), IdentifierError::Country(_)));
    assert!(matches!(error("DE8937040044053201300A"), IdentifierError::Character { position: 22, .. }));
    assert!(matches!(error("FR1420041010050500013m02606"), IdentifierError::Character { position: 22, .. }));
    assert!(matches!(error("DE89 3704 0044 0532 01"), IdentifierError::Character { position: 5, .. }));
    assert_eq!(Iban::from_written(" de89 3704 0044 0532 0130 00").expect("valid").bank_code(), "37040044");
}

#[test]
fn registry_is_sorted_and_fits() {
    let all = Structure::all();
    assert!(all.windows(2).all(|pair| pair[0].country < pair[1].country));
    for structure in all {
        let length: usize =
            structure.bban.split(' ').map(|run| run[..run.len() - 1].parse::<usize>().expect("a count")).sum();
        assert!((11..=30).contains(&length) && structure.length == length + 4, "{structure:?}");
        assert!(structure.bank.0 + structure.bank.1 <= length && structure.account.0 + structure.account.1 <= length);
    }
}

#[test]
fn bics() {
    for text in ["DEUTDEFF", "DEUTDEFFXXX", "BNPAFRPP500", "1234DE56"] {
        assert!(text.parse::<Bic>().is_ok(), "{text}");
    }
    for text in ["DEUTDEF", "DEUTDEFFX", "deutdeff", "DEUTXYFF", "DEUT1EFF", "DEUTDEFFXX\u{e4}", ""] {
        assert!(text.parse::<Bic>().is_err(), "{text}");
    }
    let bic: Bic = "DEUTDEFF".parse().expect("valid");
    assert_eq!((bic.country(), bic.party(), bic.branch()), ("DE", "DEUTDEFF", "XXX"));
}

#[test]
fn creditors() {
    let creditor: CreditorIdentifier = "DE98ZZZ09999999999".parse().expect("the German example");
    let other: CreditorIdentifier = "DE98ABC09999999999".parse().expect("the business code does not count");
    assert!(creditor.is_same_creditor(&other));
    assert_eq!((creditor.business_code(), creditor.national()), ("ZZZ", "09999999999"));
    assert_eq!(CreditorIdentifier::new("DE", "ZZZ", "09999999999").as_ref(), Ok(&creditor));
    for text in ["DE97ZZZ09999999999", "DE98ZZ", "US98ZZZ09999999999", "DE98Z ZZ09999999999"] {
        assert!(text.parse::<CreditorIdentifier>().is_err(), "{text}");
    }
}

#[test]
fn references() {
    assert_eq!(CreditorReference::from_own("539007547034").expect("valid").as_str(), "RF18539007547034");
    for text in ["RF19539007547034", "RF18", "XX18539007547034", "RF18539007547034 "] {
        assert!(text.parse::<CreditorReference>().is_err(), "{text}");
    }
    assert!("529900T8BM49AURSDO55".parse::<Lei>().is_ok());
    assert!("529900T8BM49AURSDO56".parse::<Lei>().is_err());
    let text = "eb6305c9-1f7f-49de-aed0-16487c27b42d";
    assert_eq!(text.parse::<Uetr>().expect("valid").to_string(), text);
    for text in [
        "EB6305C9-1F7F-49DE-AED0-16487C27B42D",
        "eb6305c9-1f7f-19de-aed0-16487c27b42d",
        "eb6305c91f7f49deaed016487c27b42d",
    ] {
        assert!(text.parse::<Uetr>().is_err(), "{text}");
    }
}

#[test]
fn accounts_without_room() {
    let german = AccountIbans::new("DE", "37040044").expect("a structure");
    let large = AccountNumber::from_index(10_000_000_000).expect("an index");
    assert_eq!(german.iban(large), Err(AccountIbansError::NoRoom(large.get())));
    for (country, code) in
        [("DE", "3704004"), ("DE", "370400441234"), ("XX", "1"), ("GB", "12345678901234"), ("DE", "ABCDEFGH")]
    {
        let made = AccountIbans::new(country, code);
        // Seven digits leave eleven for the account, which is enough, though no bank has such a code.
        assert_eq!(made.is_ok(), (country, code) == ("DE", "3704004"), "{country} {code}");
    }
    let other: Iban = "DE75512108001245126199".parse().expect("valid");
    assert_eq!(german.account(&other), None);
}

proptest! {
    /// Every account has one IBAN, which leads back to it and to no other.
    #[test]
    fn accounts(index in 1..9_999_999_999_u64) {
        let account = AccountNumber::from_index(index).expect("an index");
        for (country, code) in [("DE", "37040044"), ("MT", "MALT01100"), ("FR", "2004101005"), ("PL", "10901014")] {
            let ibans = AccountIbans::new(country, code).expect("a structure");
            let iban = ibans.iban(account).expect("room");
            prop_assert_eq!(iban.as_str().parse::<Iban>(), Ok(iban.clone()));
            prop_assert_eq!(ibans.account(&iban), Some(account));
        }
    }

    /// A single wrong character, and two neighbours swapped, are noticed.
    #[test]
    fn mistakes(index in 1..9_999_999_999_u64, at in 4..22_usize, digit in b'0'..=b'9') {
        let account = AccountNumber::from_index(index).expect("an index");
        let iban = AccountIbans::new("DE", "37040044").expect("a structure").iban(account).expect("room");
        let mut bytes = iban.as_str().as_bytes().to_vec();
        if bytes[at] != digit {
            bytes[at] = digit;
            prop_assert!(String::from_utf8(bytes).expect("digits").parse::<Iban>().is_err());
        }
        let mut bytes = iban.as_str().as_bytes().to_vec();
        if at < 21 && bytes[at] != bytes[at + 1] {
            bytes.swap(at, at + 1);
            prop_assert!(String::from_utf8(bytes).expect("digits").parse::<Iban>().is_err());
        }
    }

    /// Nothing panics.
    #[test]
    fn anything(text in "\\PC{0,40}") {
        let _ = (text.parse::<Iban>(), Iban::from_written(&text), text.parse::<Bic>(), text.parse::<CreditorIdentifier>());
        let _ = (text.parse::<CreditorReference>(), text.parse::<Lei>(), text.parse::<Uetr>(), AccountIbans::new("DE", &text));
        let _ = (Iban::from_bban("DE", &text), CreditorReference::from_own(&text));
    }
}
