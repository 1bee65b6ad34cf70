// SPDX-License-Identifier: MIT

//! Reason codes of rejects, returns, refunds and recalls, and until when each may be sent.

use crate::calendar::{Date, is_business_day};
use crate::rules::Profile;

/// What a reason is given for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exception {
    /// Not accepted, before settlement: pacs.002 or pain.002.
    Reject,
    /// Sent back after settlement, or refunded to the debtor: pacs.004.
    Return,
    /// Asked back by the one who sent it: camt.056.
    Recall,
}

const SCT_REJECT: &str = "AB05 AB06 AB07 AB08 AB09 AB10 AC01 AC03 AC04 AC06 AG01 AG02 AG09 AG10 AG11 AM02 AM04 AM05 AM09 AM23 \
    BE01 BE04 CNOR CURR DNOR DT01 DUPL ED05 ERIN FF01 FF10 FRAD MD07 MS02 MS03 NOAS RC01 RC07 RR01 RR02 RR03 RR04 TM01";
const SCT_RETURN: &str = "AC01 AC03 AC04 AC06 AG01 AG02 AM05 AM09 BE01 BE04 CNOR DNOR ERIN FOCR FRAD MD07 MS02 MS03 NOAS RC01 \
    RC07 RR01 RR02 RR03 RR04";
const SCT_RECALL: &str = "AC03 AM09 CUST DUPL FRAD TECH";
const CORE_REJECT: &str = "AB05 AC01 AC04 AC06 AC13 AG01 AG02 AM04 AM05 BE01 BE05 CNOR DNOR DT01 ED05 FF01 FF05 MD01 MD02 MD07 \
    MS02 MS03 RC01 RR01 RR02 RR03 RR04 SL01 SL11 SL12 SL13 SL14";
const CORE_RETURN: &str = "AC01 AC04 AC06 AC13 AG01 AG02 AM04 AM05 BE01 BE05 CNOR DNOR FF01 FF05 MD01 MD02 MD06 MD07 MS02 MS03 \
    RC01 RR01 RR02 RR03 RR04 SL01 SL11 SL12 SL13 SL14";
const B2B_RETURN: &str = "AC01 AC04 AC06 AG01 AG02 AM04 AM05 BE01 BE05 CNOR DNOR FF01 FF05 MD01 MD02 MD07 MS02 MS03 RC01 RR01 \
    RR02 RR03 RR04 SL01 SL11 SL12 SL13 SL14";
const SDD_RECALL: &str = "AM05 CUST DUPL FRAD TECH";

/// The codes that the scheme has for an exception, apart by spaces; empty for a profile that is no SEPA scheme.
pub fn codes(profile: Profile, exception: Exception) -> &'static str {
    match (profile, exception) {
        (Profile::SepaSct | Profile::SepaSctInst, Exception::Reject) => SCT_REJECT,
        (Profile::SepaSct | Profile::SepaSctInst, Exception::Return) => SCT_RETURN,
        (Profile::SepaSct | Profile::SepaSctInst, Exception::Recall) => SCT_RECALL,
        (Profile::SepaSddCore, Exception::Reject) => CORE_REJECT,
        (Profile::SepaSddCore, Exception::Return) => CORE_RETURN,
        // A consumer's account, AC13, and a refund, MD06, are no matters between businesses.
        (Profile::SepaSddB2b, Exception::Reject | Exception::Return) => B2B_RETURN,
        (Profile::SepaSddCore | Profile::SepaSddB2b, Exception::Recall) => SDD_RECALL,
        _ => "",
    }
}

/// Whether the scheme has a code for an exception.
pub fn is_known(profile: Profile, exception: Exception, code: &str) -> bool {
    codes(profile, exception).split(' ').any(|known| known == code)
}

/// The last day on which a payment that settled on `settled` may be sent back for a reason; `None` if the profile is no
/// SEPA scheme.
///
/// * Credit transfer: three business days (EPC125-05, 4.3.2.2); after a recall (`FOCR`) fifteen business days after the
///   longest time for the recall itself.
/// * Direct debit core: five business days; a refund of an authorised collection (`MD06`) eight weeks, of one that was
///   not authorised (`MD01`) thirteen months (EPC016-06, 4.3.4).
/// * Direct debit between businesses: three business days (EPC222-07, 4.3.4).
pub fn last_day_of_return(profile: Profile, code: &str, settled: Date) -> Option<Date> {
    match (profile, code) {
        (Profile::SepaSct | Profile::SepaSctInst, "FOCR") => plus_business_days(settled.plus_months(13)?, 15),
        (Profile::SepaSct | Profile::SepaSctInst, _) => plus_business_days(settled, 3),
        // A refund reaches the creditor's bank some days after the debtor asked for it.
        (Profile::SepaSddCore, "MD06") => plus_business_days(settled.plus_days(56)?, 2),
        (Profile::SepaSddCore, "MD01") => plus_business_days(settled.plus_months(13)?, 30),
        (Profile::SepaSddCore, _) => plus_business_days(settled, 5),
        (Profile::SepaSddB2b, _) => plus_business_days(settled, 3),
        _ => None,
    }
}

/// The last day on which a payment that settled on `settled` may be recalled for a reason: ten business days, thirteen
/// months for fraud or on behalf of the customer (EPC125-05, 4.3.2.3).
pub fn last_day_of_recall(code: &str, settled: Date) -> Option<Date> {
    match code {
        "FRAD" | "CUST" | "AC03" | "AM09" => settled.plus_months(13),
        _ => plus_business_days(settled, 10),
    }
}

/// The day that comes `days` business days after another.
fn plus_business_days(from: Date, days: u8) -> Option<Date> {
    let mut day = from;
    for _ in 0..days {
        day = day.plus_days(1)?;
        while !is_business_day(day) {
            day = day.plus_days(1)?;
        }
    }
    Some(day)
}
