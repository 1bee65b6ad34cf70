// SPDX-License-Identifier: MIT

//! Values by what their type means, wherever they stand.

use crate::amount::{Decimal, exponent, is_currency};
use crate::identifiers::{Bic, Iban, Lei, is_country};
use crate::iso20022::record::Element;
use crate::iso20022::schema::Role;
use crate::rules::report::Report;

/// Checks every value in a part.
pub(super) fn check(part: Element<'_>, report: &mut Report<'_>) {
    for element in part.descendants() {
        let text = element.text();
        match element.ty().role {
            Role::Plain => {}
            Role::Amount => amount(element, report),
            Role::Iban => {
                if let Err(error) = text.parse::<Iban>() {
                    report.error(element, "iban", "ISO 13616-1", || format!("{text:?} {error}"));
                }
            }
            Role::Bic => {
                if let Err(error) = text.parse::<Bic>() {
                    report.error(element, "bic", "ISO 9362", || format!("{text:?} {error}"));
                }
            }
            Role::Lei => {
                if let Err(error) = text.parse::<Lei>() {
                    report.error(element, "lei", "ISO 17442", || format!("{text:?} {error}"));
                }
            }
            Role::Country if !is_country(text) => {
                report.error(element, "country", "ISO 3166-1", || format!("{text:?} is no country"));
            }
            Role::Currency if !is_currency(text) => {
                report.error(element, "currency", "ISO 4217", || format!("{text:?} is no currency in use"));
            }
            Role::External(codes) if codes.binary_search(&text).is_err() => {
                report.error(element, "external-code", "ISO 20022 external code sets, 2Q2026", || {
                    format!("{text:?} is not one of the {} codes of {}", codes.len(), element.ty().name)
                });
            }
            Role::Country | Role::Currency | Role::External(_) => {}
        }
    }
}

fn amount(element: Element<'_>, report: &mut Report<'_>) {
    let currency = element.attribute();
    if !is_currency(currency) {
        report.error(element, "currency", "ISO 4217", || format!("{currency:?} is no currency in use"));
        return;
    }
    // The charge per unit and similar prices may have more decimals than the currency.
    if element.ty().name.contains("13DecimalAmount") {
        return;
    }
    if let (Some(exponent), Ok(amount)) = (exponent(currency), element.text().parse::<Decimal>()) {
        if amount.scale() > exponent {
            report.error(element, "amount-decimals", "ISO 4217", || {
                format!("{amount} has {} decimals, {currency} has {exponent}", amount.scale())
            });
        }
    }
}
