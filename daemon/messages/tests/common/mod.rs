// SPDX-License-Identifier: MIT

//! Messages that tests begin with, and what is found in them.

#![allow(dead_code)]

use qenex_messages::iso20022::validate::Options;
use qenex_messages::rules::Profile;
use qenex_messages::{Verdict, judge};

/// A SEPA credit transfer between banks, valid by every profile but those of direct debits.
pub(crate) const PAYMENT: &str = include_str!("../../benches/payment.xml");

/// A customer's credit transfer with two payments.
pub(crate) const INITIATION: &str = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-11-23T10:00:00Z</CreDtTm><NbOfTxs>2</NbOfTxs><CtrlSum>30.50</CtrlSum>
<InitgPty><Nm>Beispiel GmbH</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>G-1</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>2</NbOfTxs><CtrlSum>30.50</CtrlSum>
<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf><ReqdExctnDt><Dt>2026-11-24</Dt></ReqdExctnDt>
<Dbtr><Nm>Beispiel GmbH</Nm></Dbtr><DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
<DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>
<CdtTrfTxInf><PmtId><EndToEndId>E-1</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">10.00</InstdAmt></Amt>
<Cdtr><Nm>Exemple SARL</Nm></Cdtr><CdtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></CdtrAcct>
<RmtInf><Ustrd>One</Ustrd></RmtInf></CdtTrfTxInf>
<CdtTrfTxInf><PmtId><EndToEndId>E-2</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">20.50</InstdAmt></Amt>
<Cdtr><Nm>Exemple SARL</Nm></Cdtr><CdtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></CdtrAcct>
<RmtInf><Ustrd>Two</Ustrd></RmtInf></CdtTrfTxInf>
</PmtInf></CstmrCdtTrfInitn></Document>"#;

/// A creditor's direct debit.
pub(crate) const COLLECTION: &str = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"><CstmrDrctDbtInitn>
<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-11-23T10:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs><InitgPty><Nm>Verein</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>G-1</PmtInfId><PmtMtd>DD</PmtMtd><PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl>
<LclInstrm><Cd>CORE</Cd></LclInstrm><SeqTp>RCUR</SeqTp></PmtTpInf><ReqdColltnDt>2026-12-01</ReqdColltnDt>
<Cdtr><Nm>Verein</Nm></Cdtr><CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct>
<CdtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></CdtrAgt><ChrgBr>SLEV</ChrgBr>
<CdtrSchmeId><Id><PrvtId><Othr><Id>DE98ZZZ09999999999</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id></CdtrSchmeId>
<DrctDbtTxInf><PmtId><EndToEndId>E-1</EndToEndId></PmtId><InstdAmt Ccy="EUR">12.00</InstdAmt>
<DrctDbtTx><MndtRltdInf><MndtId>MANDATE-1</MndtId><DtOfSgntr>2025-01-31</DtOfSgntr></MndtRltdInf></DrctDbtTx>
<DbtrAgt><FinInstnId><BICFI>BNPAFRPPXXX</BICFI></FinInstnId></DbtrAgt>
<Dbtr><Nm>Mitglied</Nm></Dbtr><DbtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></DbtrAcct>
</DrctDbtTxInf></PmtInf></CstmrDrctDbtInitn></Document>"#;

/// The header that goes before [`PAYMENT`] on Swift's network.
pub(crate) const HEADER: &str = r#"<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">
<Fr><FIId><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></FIId></Fr>
<To><FIId><FinInstnId><BICFI>BNPAFRPPXXX</BICFI></FinInstnId></FIId></To>
<BizMsgIdr>MSG-20261124-1</BizMsgIdr><MsgDefIdr>pacs.008.001.08</MsgDefIdr><CreDt>2026-11-24T09:30:00Z</CreDt></AppHdr>"#;

pub(crate) fn verdict(text: &str, profile: Profile) -> Verdict {
    judge(text.as_bytes(), profile, &Options::default())
}

/// Replaces what must be there.
pub(crate) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in the message");
    text.replacen(from, to, 1)
}

/// Codes of what is found, warnings included, without repetitions.
pub(crate) fn codes(text: &str, profile: Profile) -> Vec<&'static str> {
    let verdict = verdict(text, profile);
    let mut codes: Vec<_> = verdict.findings.list().iter().map(|finding| finding.code).collect();
    codes.extend(verdict.refusal.iter().map(|refusal| refusal.code()));
    codes.dedup();
    codes
}
