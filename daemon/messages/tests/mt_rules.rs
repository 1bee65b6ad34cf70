// SPDX-License-Identifier: MIT

//! Each rule of MT messages, with a message that breaks just that one.

mod mt_common;

use mt_common::{FIELDS_103, FIELDS_202, FIELDS_940, FIELDS_COVER, codes, examined, message, mt103, replaced};

fn cover() -> String {
    format!("{FIELDS_202}\n{FIELDS_COVER}")
}

#[test]
fn valid_messages() {
    let without_uetr =
        |kind, fields| replaced(&message(kind, "", fields), "{121:7d0b6c5e-3a1f-4c2d-9e8b-5f6a7b8c9d0e}", "{108:REF}");
    for text in [
        mt103(FIELDS_103),
        message("103", "{119:STP}", FIELDS_103),
        message("103", "{119:REMIT}", &replaced(&format!("{FIELDS_103}\n:77T:/UEDI/UNH+1"), ":70:INVOICE 4711\n", "")),
        message("202", "", FIELDS_202),
        message("202", "{119:COV}", &cover()),
        without_uetr("900", ":20:A\n:21:B\n:25:1234\n:13D:2611241530+0100\n:32A:261124EUR1,\n:52A:COBADEFF"),
        without_uetr("910", ":20:A\n:21:B\n:25P:1234\nCOBADEFF\n:32A:261124EUR1,\n:50K:NAME"),
        without_uetr("940", FIELDS_940),
        without_uetr(
            "950",
            ":20:A\n:25:1234\n:28C:1\n:60F:D261123JPY10,\n:61:261124C15,S202REF//BANK\n:62F:C261124JPY5,",
        ),
    ] {
        assert_eq!(codes(&text), [] as [&str; 0], "{text}");
    }
}

/// What a change of the fields of an MT103 breaks.
#[test]
fn mt103_rules() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("D75", &[(":33B:EUR1000,50", ":33B:USD1100,50")]),
        ("D75", &[(":50K:", ":36:1,1\n:50K:")]),
        ("D49", &[(":33B:EUR1000,50\n", "")]),
        ("E01", &[(":23B:CRED", ":23B:SPRI\n:23E:CORT")]),
        ("E02", &[(":23B:CRED", ":23B:SSTD\n:23E:SDVA")]),
        ("E03", &[(":23B:CRED", ":23B:SPAY"), (":59:", ":53D:BANK\n:59:")]),
        ("E04", &[(":23B:CRED", ":23B:SPRI"), (":59:", ":53B:FRANKFURT\n:59:")]),
        ("E05", &[(":23B:CRED", ":23B:SPRI"), (":59:", ":54D:BANK\n:59:")]),
        ("E06", &[(":59:", ":53A:COBADEFF\n:55A:BNPAFRPP\n:59:")]),
        ("E07", &[(":23B:CRED", ":23B:SPRI"), (":59:", ":53A:COBADEFF\n:54A:COBADEFF\n:55D:BANK\n:59:")]),
        ("C81", &[(":59:", ":56A:COBADEFF\n:59:")]),
        ("E16", &[(":23B:CRED", ":23B:SPRI"), (":59:", ":56A:COBADEFF\n:57A:BNPAFRPP\n:59:")]),
        ("E17", &[(":23B:CRED", ":23B:SSTD"), (":59:", ":56D:BANK\n:57A:BNPAFRPP\n:59:")]),
        ("E09", &[(":23B:CRED", ":23B:SSTD"), (":59:", ":57B:/123\n:59:")]),
        ("E09", &[(":23B:CRED", ":23B:SSTD"), (":59:", ":57D:BANK\n:59:")]),
        ("E10", &[(":23B:CRED", ":23B:SPRI"), (":59:/FR1420041010050500013M02606\n", ":59:")]),
        ("E18", &[(":23B:CRED", ":23B:CRED\n:23E:CHQB")]),
        ("E13", &[(":71A:SHA", ":71A:OUR\n:71F:EUR1,")]),
        ("D50", &[(":71A:SHA", ":71A:SHA\n:71G:EUR1,")]),
        ("E15", &[(":71A:SHA", ":71A:BEN")]),
        ("E15", &[(":71A:SHA", ":71A:BEN\n:71F:EUR1,\n:71G:EUR1,")]),
        ("C02", &[(":71A:SHA", ":71A:OUR\n:71G:USD1,")]),
        ("D57", &[(":71A:SHA", ":71A:OUR\n:71G:EUR0,")]),
        ("E44", &[(":23B:CRED", ":23B:CRED\n:23E:PHOI")]),
        ("E44", &[(":23B:CRED", ":23B:CRED\n:23E:TELI")]),
        ("E45", &[(":23B:CRED", ":23B:CRED\n:23E:PHON")]),
        ("E45", &[(":23B:CRED", ":23B:CRED\n:23E:TELE")]),
        ("T36", &[(":23B:CRED", ":23B:ABCD")]),
        ("T47", &[(":23B:CRED", ":23B:CRED\n:23E:ABCD")]),
        ("D97", &[(":23B:CRED", ":23B:CRED\n:23E:SDVA/NOW")]),
        ("D98", &[(":23B:CRED", ":23B:CRED\n:23E:INTC\n:23E:SDVA")]),
        ("E46", &[(":23B:CRED", ":23B:CRED\n:23E:SDVA\n:23E:SDVA")]),
        ("D67", &[(":23B:CRED", ":23B:CRED\n:23E:SDVA\n:23E:HOLD")]),
        ("D67", &[(":23B:CRED", ":23B:CRED\n:23E:PHOB\n:23E:TELB")]),
        ("D67", &[(":23B:CRED", ":23B:CRED\n:23E:REPA\n:23E:CORT")]),
        ("T08", &[(":71A:SHA", ":71A:ALL")]),
    ];
    for (code, changes) in table {
        let fields = changes.iter().fold(FIELDS_103.to_string(), |fields, (from, to)| replaced(&fields, from, to));
        assert_eq!(codes(&mt103(&fields)), [*code], "{fields}");
    }
}

/// 71F and 71G without 33B, from outside of the European Economic Area.
#[test]
fn charges_need_the_instructed_amount() {
    let fields = replaced(FIELDS_103, ":33B:EUR1000,50\n", "") + "\n:71F:EUR1,";
    assert_eq!(codes(&replaced(&mt103(&fields), "BNPAFRPPXXXX", "BOFAUS3NXXXX")), ["D51"]);
    let fields = replaced(FIELDS_103, ":33B:EUR1000,50\n", "");
    assert!(codes(&replaced(&mt103(&fields), "BNPAFRPPXXXX", "BOFAUS3NXXXX")).is_empty());
}

#[test]
fn mt103_stp_rules() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("T48", &[(":23B:CRED", ":23B:CRED\n:23E:PHOB")]),
        ("T13", &[(":59:", ":52D:BANK\n:59:")]),
        ("T13", &[(":59:", ":53D:BANK\n:59:")]),
        ("T13", &[(":59:", ":51A:COBADEFF\n:59:")]),
        ("T13", &[(":59:", ":57D:BANK\n:59:")]),
        ("E04", &[(":59:", ":53B:FRANKFURT\n:59:")]),
        ("E01", &[(":23B:CRED", ":23B:SPRI\n:23E:CORT")]),
        ("E10", &[(":59:/FR1420041010050500013M02606\n", ":59:")]),
        ("D19", &[(":59:/FR1420041010050500013M02606\n", ":59:/12345\n")]),
        ("D97", &[(":23B:CRED", ":23B:CRED\n:23E:CORT/X")]),
        ("T81", &[(":71A:SHA", ":71A:SHA\n:72:/REJT/59")]),
        ("T27", &[(":71A:SHA", ":71A:SHA\n:72:/INS/SOME BANK")]),
    ];
    for (code, changes) in table {
        let fields = changes.iter().fold(FIELDS_103.to_string(), |fields, (from, to)| replaced(&fields, from, to));
        assert_eq!(codes(&message("103", "{119:STP}", &fields)), [*code], "{fields}");
    }
    // Paid through a bank of another country, the account need not be an IBAN.
    let fields = replaced(FIELDS_103, ":59:/FR1420041010050500013M02606\n", ":57A:BOFAUS3N\n:59:/12345\n");
    assert!(codes(&message("103", "{119:STP}", &fields)).is_empty());
}

#[test]
fn other_rules() {
    assert_eq!(codes(&message("103", "{119:REMIT}", FIELDS_103)), ["T13", "mt-field-missing"]);
    assert_eq!(codes(&message("202", "", &replaced(FIELDS_202, ":58A:", ":56A:COBADEFF\n:58A:"))), ["C81"]);
    let in_cover = replaced(&cover(), ":59:", ":56A:COBADEFF\n:59:");
    assert_eq!(codes(&message("202", "{119:COV}", &in_cover)), ["C68"]);
    assert_eq!(codes(&message("202", "{119:COV}", &replaced(&cover(), ":58A:", ":56A:COBADEFF\n:58A:"))), ["C81"]);
    assert_eq!(codes(&message("202", "{119:COV}", FIELDS_202)), ["mt-field-missing"]);
    assert_eq!(codes(&message("910", "", ":20:A\n:21:B\n:25:1\n:32A:261124EUR1,")), ["C06"]);
    let both = ":20:A\n:21:B\n:25:1\n:32A:261124EUR1,\n:50K:NAME\n:52A:COBADEFF";
    assert_eq!(codes(&message("910", "", both)), ["C06"]);
    let without = replaced(&mt103(FIELDS_103), "{3:{121:7d0b6c5e-3a1f-4c2d-9e8b-5f6a7b8c9d0e}}", "");
    assert_eq!(codes(&without), ["mt-uetr"]);
    assert_eq!(codes(&replaced(&mt103(FIELDS_103), "-4c2d-", "-5c2d-")), ["mt-uetr"]);
    // Delivered before the reference was mandatory.
    let old = replaced(&without, "{2:I103BNPAFRPPXXXXN}", "{2:O1031200181117BNPAFRPPAXXX00000000001811171200N}");
    assert!(codes(&old).is_empty());
}

#[test]
fn statement_rules() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("C24", &[(":61:2611241124C250,25", ":86:NO LINE\n:61:2611241124C250,25")]),
        ("C27", &[(":64:C261124EUR", ":64:C261124USD")]),
        ("C27", &[(":65:C261125EUR", ":65:C261125GBP")]),
        ("mt-balance", &[(":62F:C261124EUR1160,75", ":62F:C261124EUR1160,76")]),
        ("mt-balance", &[(":62F:C261124EUR1160,75", ":62F:D261124EUR1160,75")]),
        ("mt-balance", &[(":61:261124RD10,", ":61:261124RC10,")]),
        ("T51", &[(":62F:C", ":62F:X")]),
        ("T51", &[(":61:2611241124C250,25", ":61:2611241124XY250,25")]),
        ("T53", &[("NTRFINV-1", "XTRFINV-1")]),
        ("T18", &[("S103QENEX-1", "S099QENEX-1")]),
        ("T50", &[(":61:2611241124C", ":61:2611241324C")]),
    ];
    for (code, changes) in table {
        let fields = changes.iter().fold(FIELDS_940.to_string(), |fields, (from, to)| replaced(&fields, from, to));
        assert_eq!(codes(&message("940", "", &fields)), [*code], "{fields}");
    }
    // The third letter of a currency may tell the kind of funds.
    let funds = replaced(FIELDS_940, ":64:C261124EUR", ":64:C261124EUX");
    assert_eq!(codes(&message("940", "", &funds)), ["T52"]);
}

/// Dates, currencies, amounts, references, countries, codes, lengths and characters.
#[test]
fn fields() {
    let table: &[(&str, &[(&str, &str)])] = &[
        ("T26", &[(":20:QENEX-1", ":20:/QENEX-1")]),
        ("T26", &[(":20:QENEX-1", ":20:QENEX-1/")]),
        ("T26", &[(":20:QENEX-1", ":20:QENEX//1")]),
        ("mt-format", &[(":20:QENEX-1", ":20:ABCDEFGHIJKLMNOPQ")]),
        ("mt-format", &[(":20:QENEX-1", ":20:")]),
        ("T50", &[("261124", "260230")]),
        ("T50", &[("261124", "261324")]),
        ("T52", &[(":32A:261124EUR", ":32A:261124XXQ"), (":33B:EUR", ":33B:XXQ")]),
        ("T40", &[(":32A:261124EUR1000,50", ":32A:261124EUR100050")]),
        ("T40", &[(":32A:261124EUR1000,50", ":32A:261124EUR,50")]),
        ("T40", &[(":32A:261124EUR1000,50", ":32A:261124EUR1,000,50")]),
        ("mt-format", &[(":32A:261124EUR1000,50", ":32A:261124EUR1000.50")]),
        ("C03", &[(":32A:261124EUR1000,50", ":32A:261124EUR1000,505")]),
        ("C03", &[(":32A:261124EUR1000,50\n:33B:EUR1000,50", ":32A:261124JPY1000,5\n:33B:JPY1000,")]),
        ("T43", &[(":32A:261124EUR1000,50", ":32A:261124EUR1234567890123,45")]),
        ("T27", &[(":59:", ":52A:COBAZZFF\n:59:")]),
        ("T27", &[(":59:", ":57A:COBADEF\n:59:")]),
        ("mt-format", &[("EXEMPLE SARL", "EXEMPLE & CIE")]),
        ("mt-format", &[("EXEMPLE SARL", "EXEMPLE SÀRL")]),
        ("mt-format", &[("EXEMPLE SARL", "EXEMPLE SARL OF MORE THAN THIRTY-FIVE CHARACTERS")]),
        ("mt-format", &[("PARIS", "PARIS\nFRANCE\nEUROPE")]),
        ("mt-iban", &[("FR1420041010050500013M02606", "FR1420041010050500013M02607")]),
        ("T38", &[(":23B:", ":13C:/SNDTIME/2400+0100\n:23B:")]),
        ("T15", &[(":23B:", ":13C:/SNDTIME/2300/0100\n:23B:")]),
        ("T16", &[(":23B:", ":13C:/SNDTIME/2300+1400\n:23B:")]),
        (
            "T77",
            &[(
                ":59:/FR1420041010050500013M02606\nEXEMPLE SARL\n1 RUE DE LA PAIX\nPARIS",
                ":59:/FR1420041010050500013M02606",
            )],
        ),
        ("T13", &[(":20:QENEX-1\n:23B:CRED", ":23B:CRED\n:20:QENEX-1")]),
        ("T13", &[(":71A:SHA", ":71A:SHA\n:99Z:X")]),
        ("T13", &[(":71A:SHA", ":71A:SHA\n:71A:SHA")]),
        ("T13", &[(":50K:", ":50H:")]),
        ("T13", &[(":71A:SHA", ":71A:SHA\n:ABC:X")]),
        ("mt-field-missing", &[(":71A:SHA", "")]),
        ("mt-field-missing", &[(":23B:CRED\n", "")]),
    ];
    for (code, changes) in table {
        let fields = changes.iter().fold(FIELDS_103.to_string(), |fields, (from, to)| replaced(&fields, from, to));
        let found = codes(&mt103(fields.trim_end()));
        assert!(found.first() == Some(code), "{code} {found:?} {fields}");
    }
}

/// Parties with numbered lines.
#[test]
fn numbered_parties() {
    let with = |party: &str| {
        let old = ":50K:/DE89370400440532013000\nBEISPIEL GMBH\nHAUPTSTRASSE 1\nBERLIN";
        codes(&mt103(&replaced(FIELDS_103, old, &format!(":50F:{party}"))))
    };
    let none: [&str; 0] = [];
    assert_eq!(with("/DE89370400440532013000\n1/BEISPIEL GMBH\n2/HAUPTSTRASSE 1\n3/DE/BERLIN"), none);
    assert_eq!(with("CCPT/DE/C01X00T47\n1/NAME\n4/19700101\n5/DE/BERLIN"), none);
    assert_eq!(with("/1\n2/STREET\n3/DE/BERLIN"), ["T56"]);
    assert_eq!(with("/1\n1/NAME\n3/DE/BERLIN\n2/STREET"), ["T56"]);
    assert_eq!(with("/1\n1/NAME\n2/STREET"), ["T56"]);
    assert_eq!(with("/1\n1/NAME\n9/X"), ["T56"]);
    assert_eq!(with("/1\n1/NAME\n4/19700101"), ["T56"]);
    assert_eq!(with("/1\n1/NAME\n4/19700230\n5/BERLIN"), ["T50"]);
    assert_eq!(with("/1\n1/NAME\n3/ZZ/TOWN"), ["T73"]);
    assert_eq!(with("/1\n1/NAME\n3/BERLIN"), ["T73"]);
    assert_eq!(with("CCPT/ZZ/1\n1/NAME"), ["T73"]);
    assert_eq!(with("ABCD/DE/1\n1/NAME"), ["T55"]);
    assert_eq!(with("NOTHING\n1/NAME"), ["T54"]);
    assert_eq!(with("/1\nNAME"), ["mt-format"]);
}

/// Findings say where they are and what would be right.
#[test]
fn places() {
    let text = mt103(&replaced(FIELDS_103, "HAUPTSTRASSE 1", "HAUPTSTRASSE #1"));
    let (_, findings) = examined(format!("{}\r\n${text}", mt103(FIELDS_103)).as_bytes());
    let [finding] = findings.list() else { panic!("{:?}", findings.list()) };
    assert_eq!((finding.path.as_str(), finding.code), ("/MT103[2]/4/50K/line[3]", "mt-format"));
    let line = mt103(FIELDS_103).lines().count() + 1 + 7;
    assert_eq!((finding.at.line as usize, finding.at.column), (line, 14));
    assert!(finding.text.contains("[/34x$]4*35x") && finding.text.contains("\"#1"), "{}", finding.text);
    let (_, findings) = examined(mt103(&format!("{FIELDS_103}\n:71F:EUR1,\n:71F:XXQ1,")).as_bytes());
    assert_eq!(findings.list()[0].path, "/MT103[1]/4/71F[2]/line[1]");
}
