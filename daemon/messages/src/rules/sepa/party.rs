// SPDX-License-Identifier: MIT

//! Debtors, creditors, their accounts and agents.

use crate::identifiers::{is_sepa, is_sepa_outside_eea};
use crate::iso20022::record::Element;
use crate::rules::report::Report;

const RULE: &str = "EPC implementation guidelines, parties";

/// A party must have a name of at most 70 characters.
pub(super) fn named(holder: Element<'_>, party: &str, report: &mut Report<'_>) {
    let Some(found) = holder.get(party) else {
        report.error(holder, "sepa-name", RULE, || format!("{party} is missing"));
        return;
    };
    match found.get("Nm") {
        None => report.error(found, "sepa-name", RULE, || "Nm is missing".into()),
        Some(name) if name.text().chars().count() > 70 => {
            report.error(name, "sepa-name", RULE, || "has more than 70 characters".into());
        }
        Some(_) => {}
    }
}

/// An account must be an IBAN of a SEPA country.
pub(super) fn account(holder: Element<'_>, account: &str, report: &mut Report<'_>) {
    match holder.get(account).and_then(|account| account.get("Id/IBAN")) {
        None => report.error(holder, "sepa-iban", RULE, || format!("{account}/Id/IBAN is missing")),
        Some(iban) => {
            let country = iban.text().get(..2).unwrap_or_default();
            if !is_sepa(country) {
                report.error(iban, "sepa-country", "EPC409-09", || format!("{country} is not in SEPA"));
            }
        }
    }
}

/// Agents are identified by BIC, or not at all.
pub(super) fn agents(holder: Element<'_>, report: &mut Report<'_>) {
    for bic in holder.descendants().filter(|found| found.name() == "BICFI" && found.text().starts_with("NOTPROV")) {
        report.error(bic, "sepa-bic", RULE, || {
            "is no BIC: leave the agent out, or write NOTPROVIDED in FinInstnId/Othr/Id".into()
        });
    }
}

/// Between the European Economic Area and the rest of SEPA, payments carry the debtor's address.
pub(super) fn address_outside_eea(debtor: Option<Element<'_>>, countries: &[&str], report: &mut Report<'_>) {
    let Some(debtor) = debtor else { return };
    let outside = countries.iter().find(|country| is_sepa_outside_eea(country));
    if let Some(country) = outside {
        if debtor.get("PstlAdr").is_none() {
            report.error(debtor, "sepa-debtor-address", "EPC implementation guidelines, AT-P005", || {
                format!("needs PstlAdr with TwnNm and Ctry, because {country} is outside of the European Economic Area")
            });
        }
    }
}

/// The country of an account's IBAN.
pub(super) fn country<'r>(holder: Element<'r>, account: &str) -> &'r str {
    let iban = holder.get(account).and_then(|account| account.text_at("Id/IBAN"));
    iban.and_then(|iban| iban.get(..2)).unwrap_or_default()
}

/// Charges are shared as the scheme says.
pub(super) fn charge_bearer(holder: Element<'_>, report: &mut Report<'_>) {
    if let Some(bearer) = holder.get("ChrgBr").filter(|bearer| bearer.text() != "SLEV") {
        report.error(bearer, "sepa-charge-bearer", "EPC implementation guidelines, charges", || {
            format!("is {}, must be SLEV", bearer.text())
        });
    }
}

/// Remittance: one text of at most 140 characters, or one structured creditor reference, not both.
pub(super) fn remittance(payment: Element<'_>, report: &mut Report<'_>) {
    let Some(remittance) = payment.get("RmtInf") else { return };
    let rule = "EPC implementation guidelines, AT-T009";
    let count = |name: &str| remittance.children().filter(|child| child.name() == name).count();
    let (texts, structured) = (count("Ustrd"), count("Strd"));
    if texts > 1 || structured > 1 || texts > 0 && structured > 0 {
        report.error(remittance, "sepa-remittance", rule, || {
            format!("has {texts} Ustrd and {structured} Strd: one of one kind is allowed")
        });
    }
    for strd in remittance.children().filter(|child| child.name() == "Strd") {
        let reference = strd.get("CdtrRefInf/Ref");
        if let Some(reference) = reference.filter(|reference| reference.text().starts_with("RF")) {
            if let Err(error) = reference.text().parse::<crate::identifiers::CreditorReference>() {
                report
                    .error(reference, "creditor-reference", "ISO 11649", || format!("{:?} {error}", reference.text()));
            }
        }
        if let Some(kind) = strd.get("CdtrRefInf/Tp/CdOrPrtry/Cd").filter(|kind| kind.text() != "SCOR") {
            report.error(kind, "sepa-remittance", rule, || format!("is {}, must be SCOR", kind.text()));
        }
    }
}

/// The service level, if it is said, is SEPA.
pub(super) fn service_level(holder: Element<'_>, needed: bool, report: &mut Report<'_>) {
    let rule = "EPC implementation guidelines, service level";
    match holder.get("PmtTpInf/SvcLvl").map(|level| (level, level.text_at("Cd"))) {
        Some((_, Some("SEPA"))) => {}
        Some((level, _)) => report.error(level, "sepa-service-level", rule, || "Cd must be SEPA".into()),
        None if needed => {
            report
                .error(holder, "sepa-service-level", rule, || "PmtTpInf/SvcLvl/Cd is missing: it must be SEPA".into());
        }
        None => {}
    }
}
