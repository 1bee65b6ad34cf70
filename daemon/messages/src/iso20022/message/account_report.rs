// SPDX-License-Identifier: MIT

//! What happened on accounts: statements (camt.053) and notifications (camt.054).

use super::parts::{
    Account, AccountId, Agent, Code, CreditDebit, DateOrDateTime, Party, PartyOrAgent, Reason, Remittance,
};
use super::{CurrencyAmount, DateTime, Letters, Message, Text};
use crate::amount::Decimal;
use crate::identifiers::Uetr;

element! {
    /// `camt.053.001.08`, BankToCustomerStatement.
    pub struct Statements {
        /// What is said of the whole message.
        header: ReportHeader = "GrpHdr",
        /// Statements, each of one account.
        statements: Vec<Statement> = "Stmt",
    }
}

impl Message for Statements {
    const DEFINITION: &'static str = "camt.053.001.08";
    const ROOT: &'static str = "BkToCstmrStmt";
}

element! {
    /// `camt.054.001.08`, BankToCustomerDebitCreditNotification.
    pub struct Notifications {
        /// What is said of the whole message.
        header: ReportHeader = "GrpHdr",
        /// Notifications, each of one account.
        notifications: Vec<Notification> = "Ntfctn",
    }
}

impl Message for Notifications {
    const DEFINITION: &'static str = "camt.054.001.08";
    const ROOT: &'static str = "BkToCstmrDbtCdtNtfctn";
}

element! {
    /// What a bank says of a whole message.
    pub struct ReportHeader {
        /// Identifies the message.
        message: Text<35> = "MsgId",
        /// When it was made.
        created: DateTime = "CreDtTm",
        /// For whom it is.
        recipient: Option<Party> = "MsgRcpt",
        /// More.
        additional: Option<Text<500>> = "AddtlInf",
    }
}

element! {
    /// A period of time.
    #[derive(Eq)]
    pub struct Period {
        /// Its beginning.
        from: DateTime = "FrDtTm",
        /// Its end.
        to: DateTime = "ToDtTm",
    }
}

element! {
    /// One account's statement.
    pub struct Statement {
        /// Identifies it.
        id: Text<35> = "Id",
        /// Counts statements without gaps.
        sequence: Option<u64> = "ElctrncSeqNb",
        /// When it was made.
        created: Option<DateTime> = "CreDtTm",
        /// The time that it is about.
        period: Option<Period> = "FrToDt",
        /// The account.
        account: ReportedAccount = "Acct",
        /// Balances, at least an opening and a closing one.
        balances: Vec<Balance> = "Bal",
        /// Counts and sums of the entries.
        summary: Option<EntriesSummary> = "TxsSummry",
        /// What changed the balance.
        #[serde(default)]
        entries: Vec<Entry> = "Ntry",
        /// More.
        additional: Option<Text<500>> = "AddtlStmtInf",
    }
}

element! {
    /// What happened on one account.
    pub struct Notification {
        /// Identifies it.
        id: Text<35> = "Id",
        /// Counts notifications without gaps.
        sequence: Option<u64> = "ElctrncSeqNb",
        /// When it was made.
        created: Option<DateTime> = "CreDtTm",
        /// The time that it is about.
        period: Option<Period> = "FrToDt",
        /// The account.
        account: ReportedAccount = "Acct",
        /// Counts and sums of the entries.
        summary: Option<EntriesSummary> = "TxsSummry",
        /// What changed the balance.
        #[serde(default)]
        entries: Vec<Entry> = "Ntry",
        /// More.
        additional: Option<Text<500>> = "AddtlNtfctnInf",
    }
}

element! {
    /// The account that a report is about.
    pub struct ReportedAccount {
        /// Its number.
        id: AccountId = "Id",
        /// Its kind.
        kind: Option<Code> = "Tp",
        /// Its currency, ISO 4217.
        currency: Option<Letters<3>> = "Ccy",
        /// Its name.
        name: Option<Text<70>> = "Nm",
        /// Its owner.
        owner: Option<Party> = "Ownr",
        /// The bank that keeps it.
        servicer: Option<Agent> = "Svcr",
    }
}

element! {
    /// A balance.
    pub struct Balance {
        /// Which: `OPBD` opening, `CLBD` closing, `CLAV` available.
        kind: Code = "Tp/CdOrPrtry",
        /// How much; never negative.
        amount: CurrencyAmount = "Amt",
        /// Whether it is in favour of the customer.
        direction: CreditDebit = "CdtDbtInd",
        /// When.
        date: DateOrDateTime = "Dt",
    }
}

element! {
    /// Counts and sums.
    #[derive(Default)]
    pub struct EntriesSummary {
        /// How many entries.
        count: Option<u64> = "TtlNtries/NbOfNtries",
        /// Their sum without regard to direction.
        sum: Option<Decimal> = "TtlNtries/Sum",
        /// How many credits.
        credits: Option<u64> = "TtlCdtNtries/NbOfNtries",
        /// Their sum.
        credit_sum: Option<Decimal> = "TtlCdtNtries/Sum",
        /// How many debits.
        debits: Option<u64> = "TtlDbtNtries/NbOfNtries",
        /// Their sum.
        debit_sum: Option<Decimal> = "TtlDbtNtries/Sum",
    }
}

element! {
    /// What changed, or will change, a balance.
    pub struct Entry {
        /// Identifies it in the statement.
        reference: Option<Text<35>> = "NtryRef",
        /// How much; never negative.
        amount: CurrencyAmount = "Amt",
        /// Whether money arrived or left.
        direction: CreditDebit = "CdtDbtInd",
        /// Whether it takes another entry back.
        reversal: Option<bool> = "RvslInd",
        /// `BOOK` booked, `PDNG` pending.
        status: Code = "Sts",
        /// When it was booked.
        booked: Option<DateOrDateTime> = "BookgDt",
        /// From when it counts for interest, the value date.
        value_date: Option<DateOrDateTime> = "ValDt",
        /// The bank's reference.
        servicer_reference: Option<Text<35>> = "AcctSvcrRef",
        /// What kind of business it was.
        transaction_code: TransactionCode = "BkTxCd",
        /// The payments in it.
        #[serde(default)]
        details: Vec<EntryDetails> = "NtryDtls",
        /// More.
        additional: Option<Text<500>> = "AddtlNtryInf",
    }
}

element! {
    /// What kind of business an entry is.
    #[derive(Default, Eq)]
    pub struct TransactionCode {
        /// The published code.
        domain: Option<TransactionDomain> = "Domn",
        /// A bank's own code.
        proprietary: Option<ProprietaryCode> = "Prtry",
    }
}

element! {
    /// A bank's own code of a kind of business.
    #[derive(Eq)]
    pub struct ProprietaryCode {
        /// The code.
        code: Text<35> = "Cd",
        /// Which bank's.
        issuer: Option<Text<35>> = "Issr",
    }
}

element! {
    /// A bank transaction code, such as `PMNT`, `ICDT`, `ESCT`.
    #[derive(Eq)]
    pub struct TransactionDomain {
        /// Domain.
        domain: Text<4> = "Cd",
        /// Family.
        family: Text<4> = "Fmly/Cd",
        /// Subfamily.
        sub_family: Text<4> = "Fmly/SubFmlyCd",
    }
}

element! {
    /// Payments that were booked together.
    pub struct EntryDetails {
        /// The payments.
        #[serde(default)]
        payments: Vec<EntryPayment> = "TxDtls",
    }
}

element! {
    /// One payment of an entry.
    #[derive(Default)]
    pub struct EntryPayment {
        /// The bank's reference.
        servicer_reference: Option<Text<35>> = "Refs/AcctSvcrRef",
        /// The group that the customer sent it in.
        group: Option<Text<35>> = "Refs/PmtInfId",
        /// Its instruction's reference.
        instruction: Option<Text<35>> = "Refs/InstrId",
        /// Its end-to-end reference.
        end_to_end: Option<Text<35>> = "Refs/EndToEndId",
        /// Its unique end-to-end transaction reference.
        uetr: Option<Uetr> = "Refs/UETR",
        /// Its transaction's reference.
        transaction: Option<Text<35>> = "Refs/TxId",
        /// The mandate of a collection.
        mandate: Option<Text<35>> = "Refs/MndtId",
        /// How much.
        amount: Option<CurrencyAmount> = "Amt",
        /// Whether money arrived or left.
        direction: Option<CreditDebit> = "CdtDbtInd",
        /// Debtor.
        debtor: Option<PartyOrAgent> = "RltdPties/Dbtr",
        /// Its account.
        debtor_account: Option<Account> = "RltdPties/DbtrAcct",
        /// Creditor.
        creditor: Option<PartyOrAgent> = "RltdPties/Cdtr",
        /// Its account.
        creditor_account: Option<Account> = "RltdPties/CdtrAcct",
        /// The debtor's bank.
        debtor_agent: Option<Agent> = "RltdAgts/DbtrAgt",
        /// The creditor's bank.
        creditor_agent: Option<Agent> = "RltdAgts/CdtrAgt",
        /// Its purpose.
        purpose: Option<Code> = "Purp",
        /// What it is for.
        remittance: Option<Remittance> = "RmtInf",
        /// Why it came back.
        returned: Option<Reason> = "RtrInf",
        /// More.
        additional: Option<Text<500>> = "AddtlTxInf",
    }
}
