// SPDX-License-Identifier: MIT

//! Messages as customers and other banks write them.

/// Of another bank.
pub(super) const FOREIGN_IBAN: &str = "FR1420041010050500013M02606";
/// The other bank.
pub(super) const FOREIGN_BIC: &str = "BNPAFRPPXXX";

fn document(definition: &str, content: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{definition}\">{content}</Document>\n"
    )
}

/// A day so many days from now.
pub(super) fn day(from_now: i64) -> String {
    let today = i64::try_from(qenexd::people::now() / 86_400_000_000_000).expect("a day");
    qenex_messages::calendar::Date::from_unix_days(today + from_now).expect("a day").to_string()
}

/// One instruction of a customer: end-to-end reference, the creditor's IBAN, amount.
pub(super) type Line<'a> = (&'a str, &'a str, &'a str);

/// A pain.001 with one group.
pub(super) struct Initiation<'a> {
    pub(super) message: &'a str,
    pub(super) debtor: &'a str,
    pub(super) batch: Option<bool>,
    pub(super) execution: String,
    pub(super) lines: &'a [Line<'a>],
}

impl Initiation<'_> {
    pub(super) fn text(&self) -> String {
        let Initiation { message, debtor, batch, execution, lines } = self;
        let sum: u64 = lines.iter().map(|(_, _, amount)| cents(amount)).sum();
        let (count, sum) = (lines.len(), format!("{}.{:02}", sum / 100, sum % 100));
        let batch = batch.map(|batch| format!("<BtchBookg>{batch}</BtchBookg>")).unwrap_or_default();
        let payments: String = lines
            .iter()
            .map(|(end_to_end, creditor, amount)| {
                format!(
                    "<CdtTrfTxInf><PmtId><InstrId>I-{end_to_end}</InstrId><EndToEndId>{end_to_end}</EndToEndId></PmtId>\
                     <Amt><InstdAmt Ccy=\"EUR\">{amount}</InstdAmt></Amt><Cdtr><Nm>Creditor</Nm></Cdtr>\
                     <CdtrAcct><Id><IBAN>{creditor}</IBAN></Id></CdtrAcct>\
                     <RmtInf><Ustrd>Invoice {end_to_end}</Ustrd></RmtInf></CdtTrfTxInf>"
                )
            })
            .collect();
        document(
            "pain.001.001.09",
            &format!(
                "<CstmrCdtTrfInitn><GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-11-20T09:00:00Z</CreDtTm>\
                 <NbOfTxs>{count}</NbOfTxs><CtrlSum>{sum}</CtrlSum><InitgPty><Nm>Customer</Nm></InitgPty></GrpHdr>\
                 <PmtInf><PmtInfId>{message}-1</PmtInfId><PmtMtd>TRF</PmtMtd>{batch}<NbOfTxs>{count}</NbOfTxs>\
                 <CtrlSum>{sum}</CtrlSum><ReqdExctnDt><Dt>{execution}</Dt></ReqdExctnDt><Dbtr><Nm>Customer</Nm></Dbtr>\
                 <DbtrAcct><Id><IBAN>{debtor}</IBAN></Id></DbtrAcct>\
                 <DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt>\
                 {payments}</PmtInf></CstmrCdtTrfInitn>"
            ),
        )
    }
}

/// Cents of an amount with two decimals.
fn cents(amount: &str) -> u64 {
    amount.replace('.', "").parse().expect("an amount with two decimals")
}

/// A pacs.008 of the foreign bank with one payment. `extra` goes into the payment's type.
pub(super) fn transfer(message: &str, creditor: &str, amount: &str, settles: &str, instrument: &str) -> String {
    let instrument = match instrument {
        "" => String::new(),
        code => format!("<PmtTpInf><LclInstrm><Cd>{code}</Cd></LclInstrm></PmtTpInf>"),
    };
    document(
        "pacs.008.001.08",
        &format!(
            "<FIToFICstmrCdtTrf><GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-11-20T09:00:00Z</CreDtTm>\
             <NbOfTxs>1</NbOfTxs><TtlIntrBkSttlmAmt Ccy=\"EUR\">{amount}</TtlIntrBkSttlmAmt>\
             <IntrBkSttlmDt>{settles}</IntrBkSttlmDt><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>\
             <InstgAgt><FinInstnId><BICFI>{FOREIGN_BIC}</BICFI></FinInstnId></InstgAgt>\
             <InstdAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></InstdAgt></GrpHdr>\
             <CdtTrfTxInf><PmtId><InstrId>{message}-I</InstrId><EndToEndId>{message}-E</EndToEndId>\
             <TxId>{message}-T</TxId></PmtId>{instrument}<IntrBkSttlmAmt Ccy=\"EUR\">{amount}</IntrBkSttlmAmt>\
             <ChrgBr>SLEV</ChrgBr><Dbtr><Nm>Payer</Nm></Dbtr><DbtrAcct><Id><IBAN>{FOREIGN_IBAN}</IBAN></Id></DbtrAcct>\
             <DbtrAgt><FinInstnId><BICFI>{FOREIGN_BIC}</BICFI></FinInstnId></DbtrAgt>\
             <CdtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></CdtrAgt><Cdtr><Nm>Payee</Nm></Cdtr>\
             <CdtrAcct><Id><IBAN>{creditor}</IBAN></Id></CdtrAcct></CdtTrfTxInf></FIToFICstmrCdtTrf>"
        ),
    )
}

/// A pacs.004 of the foreign bank for one payment.
pub(super) fn returned(message: &str, original: &str, transaction: &str, amount: &str, reason: &str) -> String {
    let settles = day(0);
    document(
        "pacs.004.001.09",
        &format!(
            "<PmtRtr><GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-11-21T09:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs>\
             <TtlRtrdIntrBkSttlmAmt Ccy=\"EUR\">{amount}</TtlRtrdIntrBkSttlmAmt><IntrBkSttlmDt>{settles}</IntrBkSttlmDt>\
             <SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>\
             <InstgAgt><FinInstnId><BICFI>{FOREIGN_BIC}</BICFI></FinInstnId></InstgAgt></GrpHdr>\
             <OrgnlGrpInf><OrgnlMsgId>{original}</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>\
             <TxInf><RtrId>{message}-1</RtrId><OrgnlTxId>{transaction}</OrgnlTxId>\
             <RtrdIntrBkSttlmAmt Ccy=\"EUR\">{amount}</RtrdIntrBkSttlmAmt>\
             <RtrRsnInf><Rsn><Cd>{reason}</Cd></Rsn></RtrRsnInf></TxInf></PmtRtr>"
        ),
    )
}

/// A pacs.002 of the foreign bank that rejects one payment.
pub(super) fn rejected(message: &str, original: &str, transaction: &str, reason: &str) -> String {
    document(
        "pacs.002.001.10",
        &format!(
            "<FIToFIPmtStsRpt><GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-11-21T09:00:00Z</CreDtTm>\
             <InstgAgt><FinInstnId><BICFI>{FOREIGN_BIC}</BICFI></FinInstnId></InstgAgt></GrpHdr>\
             <TxInfAndSts><StsId>{message}-1</StsId><OrgnlGrpInf><OrgnlMsgId>{original}</OrgnlMsgId>\
             <OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf><OrgnlTxId>{transaction}</OrgnlTxId>\
             <TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf></TxInfAndSts></FIToFIPmtStsRpt>"
        ),
    )
}

/// A creditor identifier.
pub(super) const CREDITOR: &str = "DE98ZZZ09999999999";

fn mandate(reference: &str) -> String {
    let signed = day(-100);
    format!(
        "<DrctDbtTx><MndtRltdInf><MndtId>{reference}</MndtId><DtOfSgntr>{signed}</DtOfSgntr></MndtRltdInf>\
         <CdtrSchmeId><Id><PrvtId><Othr><Id>{CREDITOR}</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>\
         </CdtrSchmeId></DrctDbtTx>"
    )
}

fn kind(instrument: &str, sequence: &str) -> String {
    format!(
        "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>{instrument}</Cd></LclInstrm>\
         <SeqTp>{sequence}</SeqTp></PmtTpInf>"
    )
}

/// One collection of a creditor: end-to-end reference, the debtor's IBAN and bank, amount, mandate.
pub(super) type Collection<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

/// A pain.008 with one group in the core scheme.
pub(super) fn collections(
    message: &str,
    creditor: &str,
    due: &str,
    sequence: &str,
    lines: &[Collection<'_>],
) -> String {
    let count = lines.len();
    let kind = kind("CORE", sequence);
    let collections: String = lines
        .iter()
        .map(|(end_to_end, debtor, bank, amount, reference)| {
            format!(
                "<DrctDbtTxInf><PmtId><EndToEndId>{end_to_end}</EndToEndId></PmtId>\
                 <InstdAmt Ccy=\"EUR\">{amount}</InstdAmt>{}\
                 <DbtrAgt><FinInstnId><BICFI>{bank}</BICFI></FinInstnId></DbtrAgt><Dbtr><Nm>Debtor</Nm></Dbtr>\
                 <DbtrAcct><Id><IBAN>{debtor}</IBAN></Id></DbtrAcct></DrctDbtTxInf>",
                mandate(reference)
            )
        })
        .collect();
    document(
        "pain.008.001.08",
        &format!(
            "<CstmrDrctDbtInitn><GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-11-20T09:00:00Z</CreDtTm>\
             <NbOfTxs>{count}</NbOfTxs><InitgPty><Nm>Creditor</Nm></InitgPty></GrpHdr>\
             <PmtInf><PmtInfId>{message}-1</PmtInfId><PmtMtd>DD</PmtMtd>{kind}<ReqdColltnDt>{due}</ReqdColltnDt>\
             <Cdtr><Nm>Creditor</Nm></Cdtr><CdtrAcct><Id><IBAN>{creditor}</IBAN></Id></CdtrAcct>\
             <CdtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></CdtrAgt>{collections}</PmtInf>\
             </CstmrDrctDbtInitn>"
        ),
    )
}

/// A pacs.003 of the foreign bank with one collection.
pub(super) fn debit(
    message: &str,
    debtor: &str,
    amount: &str,
    (settles, instrument, sequence, reference): (&str, &str, &str, &str),
) -> String {
    let (kind, mandate) = (kind(instrument, sequence), mandate(reference));
    document(
        "pacs.003.001.08",
        &format!(
            "<FIToFICstmrDrctDbt><GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-11-20T09:00:00Z</CreDtTm>\
             <NbOfTxs>1</NbOfTxs><TtlIntrBkSttlmAmt Ccy=\"EUR\">{amount}</TtlIntrBkSttlmAmt>\
             <IntrBkSttlmDt>{settles}</IntrBkSttlmDt><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>\
             <InstgAgt><FinInstnId><BICFI>{FOREIGN_BIC}</BICFI></FinInstnId></InstgAgt></GrpHdr>\
             <DrctDbtTxInf><PmtId><EndToEndId>{message}-E</EndToEndId><TxId>{message}-T</TxId></PmtId>{kind}\
             <IntrBkSttlmAmt Ccy=\"EUR\">{amount}</IntrBkSttlmAmt><ChrgBr>SLEV</ChrgBr>\
             <ReqdColltnDt>{settles}</ReqdColltnDt>{mandate}<Cdtr><Nm>Foreign creditor</Nm></Cdtr>\
             <CdtrAcct><Id><IBAN>{FOREIGN_IBAN}</IBAN></Id></CdtrAcct>\
             <CdtrAgt><FinInstnId><BICFI>{FOREIGN_BIC}</BICFI></FinInstnId></CdtrAgt><Dbtr><Nm>Debtor</Nm></Dbtr>\
             <DbtrAcct><Id><IBAN>{debtor}</IBAN></Id></DbtrAcct>\
             <DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt></DrctDbtTxInf></FIToFICstmrDrctDbt>"
        ),
    )
}

/// A camt.056 of the foreign bank for one payment of its.
pub(super) fn recall(message: &str, original: &str, amount: &str) -> String {
    document(
        "camt.056.001.08",
        &format!(
            "<FIToFIPmtCxlReq><Assgnmt><Id>{message}</Id>\
             <Assgnr><Agt><FinInstnId><BICFI>{FOREIGN_BIC}</BICFI></FinInstnId></Agt></Assgnr>\
             <Assgne><Agt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></Agt></Assgne>\
             <CreDtTm>2026-11-21T09:00:00Z</CreDtTm></Assgnmt><CtrlData><NbOfTxs>1</NbOfTxs></CtrlData>\
             <Undrlyg><TxInf><CxlId>{message}-1</CxlId><OrgnlGrpInf><OrgnlMsgId>{original}</OrgnlMsgId>\
             <OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf><OrgnlEndToEndId>{original}-E</OrgnlEndToEndId>\
             <OrgnlTxId>{original}-T</OrgnlTxId><OrgnlIntrBkSttlmAmt Ccy=\"EUR\">{amount}</OrgnlIntrBkSttlmAmt>\
             <CxlRsnInf><Rsn><Cd>DUPL</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg></FIToFIPmtCxlReq>"
        ),
    )
}
