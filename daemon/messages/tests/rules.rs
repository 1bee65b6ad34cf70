// SPDX-License-Identifier: MIT

//! One change to a valid message, and what is found then.

mod common;

use common::{COLLECTION, HEADER, INITIATION, PAYMENT, codes, replaced, verdict};
use qenex_messages::rules::Profile;

/// A change and the code that it must lead to; no code if the message stays valid.
type Row<'t> = (&'t str, &'t str, &'t str);

fn check(text: &str, profile: Profile, rows: &[Row<'_>]) {
    let before = verdict(text, profile);
    assert!(before.is_valid(), "{profile}: {:?}", before.findings.list());
    for (from, to, code) in rows {
        let found = codes(&replaced(text, from, to), profile);
        if code.is_empty() {
            assert!(found.is_empty(), "{profile}: {from} -> {to}: {found:?}");
        } else {
            assert!(found.contains(code), "{profile}: {from} -> {to}: {found:?}, not {code}");
        }
    }
}

#[test]
fn cross_checks_of_an_initiation() {
    check(
        INITIATION,
        Profile::Default,
        &[
            ("<NbOfTxs>2</NbOfTxs>", "<NbOfTxs>3</NbOfTxs>", "count"),
            ("<NbOfTxs>2</NbOfTxs>", "<NbOfTxs>002</NbOfTxs>", ""),
            ("</NbOfTxs><CtrlSum>30.50", "</NbOfTxs><CtrlSum>30.51", "control-sum"),
            ("</NbOfTxs><CtrlSum>30.50", "</NbOfTxs><CtrlSum>030.5", ""),
            ("<PmtMtd>TRF</PmtMtd><NbOfTxs>2", "<PmtMtd>TRF</PmtMtd><NbOfTxs>1", "count"),
            (
                "<PmtMtd>TRF</PmtMtd><NbOfTxs>2</NbOfTxs><CtrlSum>30.50",
                "<PmtMtd>TRF</PmtMtd><NbOfTxs>2</NbOfTxs><CtrlSum>30",
                "control-sum",
            ),
            (">20.50<", ">20.505<", "amount-decimals"),
            ("Ccy=\"EUR\">10.00", "Ccy=\"JPY\">10.00", ""),
            ("Ccy=\"EUR\">20.50", "Ccy=\"JPY\">20.50", "amount-decimals"),
            ("Ccy=\"EUR\">10.00", "Ccy=\"XXQ\">10.00", "currency"),
            ("Ccy=\"EUR\">10.00", "Ccy=\"DEM\">10.00", "currency"),
            ("E-2", "E-1", "duplicate-end-to-end"),
            ("DE89370400440532013000", "DE88370400440532013000", "iban"),
            ("COBADEFFXXX", "COBAXYFFXXX", "bic"),
            ("<Cd>SEPA", "<Cd>SEPX", "external-code"),
            ("<Nm>Exemple SARL</Nm>", "<Nm>E</Nm><PstlAdr><Ctry>XY</Ctry></PstlAdr>", "country"),
            ("<Nm>Exemple SARL</Nm>", "<Nm>E</Nm><Id><OrgId><LEI>529900T8BM49AURSDO56</LEI></OrgId></Id>", "lei"),
            ("<Nm>Exemple SARL</Nm>", "<Nm>E</Nm><PstlAdr><AdrLine>Paris</AdrLine></PstlAdr>", "address-unstructured"),
            ("</Amt>\n<Cdtr>", "</Amt><ChrgBr>SLEV</ChrgBr><Cdtr>", "said-twice"),
            (
                "</Amt>\n<Cdtr>",
                "</Amt><IntrmyAgt2><FinInstnId><BICFI>COBADEFF</BICFI></FinInstnId></IntrmyAgt2><Cdtr>",
                "needs",
            ),
        ],
    );
    let twice =
        INITIATION.split_once("<PmtInf>").and_then(|(_, rest)| rest.rsplit_once("</PmtInf>")).expect("a group").0;
    let text = replaced(INITIATION, "</PmtInf>", &format!("</PmtInf><PmtInf>{twice}</PmtInf>"));
    assert!(codes(&text, Profile::Default).contains(&"duplicate-payment-information"));
}

#[test]
fn cross_checks_of_a_payment() {
    let uetr = "<UETR>eb6305c9-1f7f-49de-aed0-16487c27b42d</UETR>";
    check(
        PAYMENT,
        Profile::Default,
        &[
            ("<TtlIntrBkSttlmAmt Ccy=\"EUR\">1000.50", "<TtlIntrBkSttlmAmt Ccy=\"EUR\">1000.51", "settlement-total"),
            ("<TtlIntrBkSttlmAmt Ccy=\"EUR\">", "<TtlIntrBkSttlmAmt Ccy=\"USD\">", "settlement-currency"),
            ("<IntrBkSttlmDt>2026-11-24</IntrBkSttlmDt>", "", "settlement-date"),
            ("<IntrBkSttlmDt>2026-11-24", "<IntrBkSttlmDt>2026-11-22", "target-closed"),
            ("<IntrBkSttlmDt>2026-11-24", "<IntrBkSttlmDt>2027-03-26", "target-closed"),
            ("<IntrBkSttlmDt>2026-11-24", "<IntrBkSttlmDt>2026-11-31", "schema-value"),
            ("<SttlmMtd>CLRG", "<SttlmMtd>COVE", "settlement-method"),
            ("<ChrgBr>", "<InstdAmt Ccy=\"USD\">1100.00</InstdAmt><ChrgBr>", "exchange-rate"),
            ("<ChrgBr>", "<InstdAmt Ccy=\"USD\">1100.00</InstdAmt><XchgRate>1.1</XchgRate><ChrgBr>", ""),
            ("<ChrgBr>", "<InstdAmt Ccy=\"EUR\">1100.00</InstdAmt><XchgRate>1.1</XchgRate><ChrgBr>", "exchange-rate"),
            ("<ChrgBr>", "<XchgRate>1.1</XchgRate><ChrgBr>", "exchange-rate"),
            (uetr, "<UETR>EB6305C9-1F7F-49DE-AED0-16487C27B42D</UETR>", "schema-value"),
        ],
    );
    let payment =
        PAYMENT.split_once("<CdtTrfTxInf>").and_then(|(_, rest)| rest.split_once("</CdtTrfTxInf>")).expect("one").0;
    let twice = replaced(PAYMENT, "</CdtTrfTxInf>", &format!("</CdtTrfTxInf><CdtTrfTxInf>{payment}</CdtTrfTxInf>"));
    let found = codes(&twice, Profile::Default);
    for code in ["count", "settlement-total", "duplicate-uetr", "duplicate-transaction", "duplicate-instruction"] {
        assert!(found.contains(&code), "{code}: {found:?}");
    }
    // The same message twice in one input.
    let bare = PAYMENT.split_once('\n').expect("a declaration").1;
    assert!(codes(&format!("<E>{bare}{bare}</E>"), Profile::Default).contains(&"duplicate-message"));
}

#[test]
fn sepa_credit_transfers() {
    check(
        INITIATION,
        Profile::SepaSct,
        &[
            ("Ccy=\"EUR\">10.00", "Ccy=\"USD\">10.00", "sepa-currency"),
            (">10.00<", ">0.00<", "sepa-amount"),
            (">10.00<", ">1000000000.00<", "sepa-amount"),
            ("<PmtMtd>TRF", "<PmtMtd>CHK", "sepa-method"),
            ("<ChrgBr>SLEV", "<ChrgBr>SHAR", "sepa-charge-bearer"),
            ("<Cd>SEPA", "<Cd>URGP", "sepa-service-level"),
            ("<Dbtr><Nm>Beispiel GmbH</Nm></Dbtr>", "<Dbtr/>", "sepa-name"),
            ("<Nm>Exemple SARL", &format!("<Nm>{}", "x".repeat(71)), "sepa-name"),
            ("<Nm>Exemple SARL", "<Nm>Müller", "sepa-charset"),
            ("<Ustrd>One</Ustrd>", "<Ustrd>One</Ustrd><Ustrd>Two</Ustrd>", "sepa-remittance"),
            (
                "<Ustrd>One</Ustrd>",
                "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>RF19539007547034</Ref></CdtrRefInf></Strd>",
                "creditor-reference",
            ),
            (
                "<Ustrd>One</Ustrd>",
                "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>RF18539007547034</Ref></CdtrRefInf></Strd>",
                "",
            ),
            ("E-1", "/E-1", "sepa-slash"),
            ("E-1", "E//1", "sepa-slash"),
            ("COBADEFFXXX", "NOTPROVIDED", "sepa-bic"),
            ("FR1420041010050500013M02606", "TR330006100519786457841326", "sepa-country"),
            ("FR1420041010050500013M02606", "CH9300762011623852957", "sepa-debtor-address"),
            ("<Nm>Exemple SARL</Nm>", "<Nm>E</Nm><PstlAdr><AdrLine>Paris</AdrLine></PstlAdr>", "sepa-address"),
            (
                "<Nm>Exemple SARL</Nm>",
                "<Nm>E</Nm><PstlAdr><TwnNm>Paris</TwnNm><Ctry>FR</Ctry><AdrLine>x</AdrLine></PstlAdr>",
                "",
            ),
            ("<Dt>2026-11-24", "<Dt>2026-11-28", "target-closed"),
            (
                "<SvcLvl><Cd>SEPA</Cd></SvcLvl>",
                "<SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>INST</Cd></LclInstrm>",
                "sepa-local-instrument",
            ),
        ],
    );
    check(
        PAYMENT,
        Profile::SepaSct,
        &[
            ("<TxId>TX-1</TxId>", "", "sepa-mandatory"),
            ("<IntrBkSttlmDt>2026-11-24", "<IntrBkSttlmDt>2026-11-29", "sepa-settlement-day"),
            ("<BICFI>BNPAFRPPXXX</BICFI>", "<Othr><Id>NOTPROVIDED</Id></Othr>", "sepa-mandatory"),
            ("<ChrgBr>", "<InstdAmt Ccy=\"EUR\">1.00</InstdAmt><ChrgBr>", "sepa-not-used"),
        ],
    );
    let instant = replaced(PAYMENT, "</SvcLvl>", "</SvcLvl><LclInstrm><Cd>INST</Cd></LclInstrm>");
    let instant = replaced(&instant, "<ChrgBr>", "<AccptncDtTm>2026-11-24T09:30:00Z</AccptncDtTm><ChrgBr>");
    check(
        &instant,
        Profile::SepaSctInst,
        &[
            ("<AccptncDtTm>2026-11-24T09:30:00Z</AccptncDtTm>", "", "sepa-acceptance-time"),
            ("<Cd>INST", "<Cd>CORE", "sepa-local-instrument"),
            // Instant payments settle on every day.
            ("<IntrBkSttlmDt>2026-11-24", "<IntrBkSttlmDt>2026-11-29", ""),
        ],
    );
    assert!(codes(COLLECTION, Profile::SepaSct).contains(&"sepa-message"));
}

#[test]
fn sepa_direct_debits() {
    let amended =
        |details: &str| format!("</DtOfSgntr><AmdmntInd>true</AmdmntInd><AmdmntInfDtls>{details}</AmdmntInfDtls>");
    let other_account = amended("<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>");
    let wrong_account = amended("<OrgnlDbtrAcct><Id><Othr><Id>12345</Id></Othr></Id></OrgnlDbtrAcct>");
    let nothing = amended("<OrgnlFnlColltnDt>2026-01-01</OrgnlFnlColltnDt>");
    check(
        COLLECTION,
        Profile::SepaSddCore,
        &[
            ("<Cd>CORE", "<Cd>B2B", "sepa-local-instrument"),
            ("<SeqTp>RCUR</SeqTp>", "", "sepa-sequence-type"),
            ("<SeqTp>RCUR", "<SeqTp>RPRE", "sepa-sequence-type"),
            ("DE98ZZZ09999999999", "DE97ZZZ09999999999", "sepa-creditor-identifier"),
            ("<Prtry>SEPA", "<Prtry>OTHER", "sepa-creditor-identifier"),
            ("<MndtId>MANDATE-1</MndtId>", "", "sepa-mandate"),
            ("<DtOfSgntr>2025-01-31</DtOfSgntr>", "", "sepa-mandate"),
            ("<DtOfSgntr>2025-01-31", "<DtOfSgntr>2026-12-02", "sepa-mandate-date"),
            ("</DtOfSgntr>", "</DtOfSgntr><AmdmntInd>true</AmdmntInd>", "sepa-amendment"),
            ("</DtOfSgntr>", &other_account, ""),
            ("</DtOfSgntr>", &wrong_account, "sepa-amendment"),
            ("</DtOfSgntr>", &nothing, "sepa-amendment"),
            ("<ReqdColltnDt>2026-12-01", "<ReqdColltnDt>2026-12-25", "target-closed"),
        ],
    );
    check(
        &replaced(COLLECTION, "<Cd>CORE", "<Cd>B2B"),
        Profile::SepaSddB2b,
        &[("<Cd>B2B", "<Cd>CORE", "sepa-local-instrument")],
    );
}

#[test]
fn returns_and_statuses() {
    let returned = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.09"><PmtRtr><GrpHdr><MsgId>R-1</MsgId>
        <CreDtTm>2026-11-26T10:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs><TtlRtrdIntrBkSttlmAmt Ccy="EUR">10.00</TtlRtrdIntrBkSttlmAmt>
        <IntrBkSttlmDt>2026-11-27</IntrBkSttlmDt><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr><TxInf><RtrId>R-1-1</RtrId>
        <OrgnlIntrBkSttlmDt>2026-11-24</OrgnlIntrBkSttlmDt><RtrdIntrBkSttlmAmt Ccy="EUR">10.00</RtrdIntrBkSttlmAmt>
        <RtrRsnInf><Rsn><Cd>AC04</Cd></Rsn></RtrRsnInf></TxInf></PmtRtr></Document>"#;
    check(
        returned,
        Profile::SepaSct,
        &[
            ("<Cd>AC04", "<Cd>MD06", "sepa-reason"),
            ("<RtrRsnInf><Rsn><Cd>AC04</Cd></Rsn></RtrRsnInf>", "", "sepa-reason"),
            // Three business days after Monday the 23rd is Thursday the 26th.
            ("<OrgnlIntrBkSttlmDt>2026-11-24", "<OrgnlIntrBkSttlmDt>2026-11-23", "sepa-return-window"),
        ],
    );
    check(
        returned,
        Profile::SepaSddCore,
        &[
            ("<Cd>AC04", "<Cd>MD06", ""),
            ("<OrgnlIntrBkSttlmDt>2026-11-24", "<OrgnlIntrBkSttlmDt>2026-11-20", ""),
            ("<OrgnlIntrBkSttlmDt>2026-11-24", "<OrgnlIntrBkSttlmDt>2026-11-19", "sepa-return-window"),
        ],
    );
    let status = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10"><FIToFIPmtStsRpt><GrpHdr><MsgId>S-1</MsgId>
        <CreDtTm>2026-11-26T10:00:00Z</CreDtTm></GrpHdr><TxInfAndSts><OrgnlEndToEndId>E</OrgnlEndToEndId><TxSts>RJCT</TxSts>
        <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></FIToFIPmtStsRpt></Document>"#;
    check(status, Profile::SepaSctInst, &[("<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>", "", "sepa-reason")]);
    check(status, Profile::CbprPlus, &[("<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf>", "", "cbpr-reason")]);
}

#[test]
fn recalls() {
    let asked = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq><Assgnmt><Id>RC-1</Id>
        <Assgnr><Agt><FinInstnId><BICFI>BNPAFRPPXXX</BICFI></FinInstnId></Agt></Assgnr>
        <Assgne><Agt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></Agt></Assgne>
        <CreDtTm>2026-11-24T09:00:00Z</CreDtTm></Assgnmt><CtrlData><NbOfTxs>1</NbOfTxs></CtrlData><Undrlyg><TxInf>
        <CxlId>RC-1-1</CxlId><OrgnlEndToEndId>E</OrgnlEndToEndId><OrgnlTxId>T</OrgnlTxId>
        <OrgnlIntrBkSttlmAmt Ccy="EUR">10.00</OrgnlIntrBkSttlmAmt><OrgnlIntrBkSttlmDt>2026-11-10</OrgnlIntrBkSttlmDt>
        <CxlRsnInf><Rsn><Cd>DUPL</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg></FIToFIPmtCxlReq></Document>"#;
    check(
        asked,
        Profile::SepaSct,
        &[
            ("<Cd>DUPL", "<Cd>AC04", "sepa-reason"),
            // Ten business days after Monday the 9th is Monday the 23rd; for fraud there are thirteen months.
            ("<OrgnlIntrBkSttlmDt>2026-11-10", "<OrgnlIntrBkSttlmDt>2026-11-09", "sepa-recall-window"),
        ],
    );
    let fraud = replaced(asked, "<Cd>DUPL", "<Cd>FRAD");
    check(
        &fraud,
        Profile::SepaSct,
        &[
            ("<OrgnlIntrBkSttlmDt>2026-11-10", "<OrgnlIntrBkSttlmDt>2025-10-24", ""),
            ("<OrgnlIntrBkSttlmDt>2026-11-10", "<OrgnlIntrBkSttlmDt>2025-10-23", "sepa-recall-window"),
        ],
    );
}

#[test]
fn statements_add_up() {
    let balance = |kind: &str, amount: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
             <Dt><Dt>2026-11-24</Dt></Dt></Bal>"
        )
    };
    let entry = |amount: &str, direction: &str| {
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
             <BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd></Ntry>"
        )
    };
    let text = format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>S</MsgId>\
         <CreDtTm>2026-11-24T10:00:00Z</CreDtTm></GrpHdr><Stmt><Id>S-1</Id><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id>\
         </Acct>{}{}<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>35.00</Sum></TtlNtries></TxsSummry>{}{}</Stmt>\
         </BkToCstmrStmt></Document>",
        balance("OPBD", "100.00"),
        balance("CLBD", "115.00"),
        entry("25.00", "CRDT"),
        entry("10.00", "DBIT"),
    );
    check(
        &text,
        Profile::Default,
        &[
            (">115.00<", ">116.00<", "statement-balance"),
            ("<NbOfNtries>2", "<NbOfNtries>1", "count"),
            ("<Sum>35.00", "<Sum>15.00", "entries-sum"),
            (">10.00<", ">11.00<", "statement-balance"),
        ],
    );
}

#[test]
fn cross_border() {
    let bare = PAYMENT.split_once('\n').expect("a declaration").1;
    let text = format!("<Envelope>{HEADER}{bare}</Envelope>");
    let text = replaced(&text, "<ChrgBr>SLEV", "<ChrgBr>SHAR");
    let agents = "<InstgAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></InstgAgt>\
                  <InstdAgt><FinInstnId><BICFI>BNPAFRPPXXX</BICFI></FinInstnId></InstdAgt><Dbtr>";
    let text = replaced(&text, "<Dbtr>", agents);
    let long = format!("<InstrId>{}", "x".repeat(17));
    check(
        &text,
        Profile::CbprPlus,
        &[
            ("<BizMsgIdr>MSG", "<BizMsgIdr>OTHER", "cbpr-message-identifier"),
            ("<MsgDefIdr>pacs.008", "<MsgDefIdr>pacs.009", "cbpr-definition"),
            ("<InstgAgt><FinInstnId><BICFI>COBADEFFXXX", "<InstgAgt><FinInstnId><BICFI>DEUTDEFFXXX", "cbpr-agents"),
            ("<InstdAgt><FinInstnId><BICFI>BNPAFRPPXXX", "<InstdAgt><FinInstnId><BICFI>DEUTDEFFXXX", "cbpr-agents"),
            ("<UETR>eb6305c9-1f7f-49de-aed0-16487c27b42d</UETR>", "", "cbpr-identification"),
            ("<InstrId>INSTR-1", "<InstrId>/INSTR-1", "cbpr-slash"),
            ("<InstrId>INSTR-1", &long, "cbpr-identification"),
            ("<ChrgBr>SHAR", "<ChrgBr>SLEV", "cbpr-charge-bearer"),
            ("<ChrgBr>SHAR", "<ChrgBr>CRED", "cbpr-charges"),
            (
                "<Ustrd>Invoice 4711</Ustrd>",
                "<Ustrd>a</Ustrd><Strd><AddtlRmtInf>b</AddtlRmtInf></Strd>",
                "cbpr-remittance",
            ),
            ("<Cdtr>\n        <Nm>Exemple SARL</Nm>", "<Cdtr>", "cbpr-party-name"),
            ("<TwnNm>Frankfurt am Main</TwnNm>", "", "cbpr-address"),
            ("<Ctry>DE</Ctry>", "<Ctry>DE</Ctry><AdrLine>60311 Frankfurt am Main</AdrLine>", "cbpr-address-repeated"),
            ("<BICFI>COBADEFFXXX</BICFI>\n", "<BICFI>COBADEFFXXX</BICFI><Nm>Bank</Nm>\n", "cbpr-agent-name-address"),
            ("<Cd>SEPA", "<Cd>G004", "cbpr-service-level"),
        ],
    );
    assert!(codes(PAYMENT, Profile::CbprPlus).contains(&"cbpr-header"));
}
