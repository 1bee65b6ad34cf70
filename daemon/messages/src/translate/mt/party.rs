// SPDX-License-Identifier: MIT

//! Customers and their accounts.

use super::Notes;
use super::notes::joined;
use crate::identifiers::{Iban, is_country};
use crate::iso20022::message::parts::{
    Account, AccountId, OrganisationId, OtherAccountId, Party, PartyId, PostalAddress,
};
use crate::iso20022::message::{Letters, Text};
use crate::mt::message::{Customer, DetailLine};
use crate::translate::TranslateError;

/// Party and account of a customer. `country` is where its bank is.
pub(super) fn from_customer(
    path: &str,
    customer: &Customer,
    country: &str,
    notes: &mut Notes,
) -> Result<(Party, Option<Account>), TranslateError> {
    let account = customer.account().map(account).transpose()?;
    let mut party = Party::default();
    match customer {
        Customer::Bic { bic, .. } => {
            let organisation = OrganisationId { any_bic: Some(bic.clone()), ..OrganisationId::default() };
            party.identification = Some(PartyId::Organisation(organisation));
        }
        Customer::Lines { lines, .. } => {
            let (name, address) = lines.split_first().map_or(("", lines.as_slice()), |(name, rest)| (name, rest));
            party.name = Some(notes.text(path, name)?);
            let country = account.as_ref().and_then(Account::iban).map_or(country, Iban::country);
            party.address = from_lines(path, address, country, notes)?;
        }
        Customer::Numbered { identifier, lines, .. } => {
            notes.lost_if(path, identifier);
            numbered(path, lines, &mut party, notes)?;
        }
    }
    Ok((party, account))
}

/// An address of lines: the last is the town, what is before it lines. The message does not say the country.
fn from_lines(
    path: &str,
    lines: &[String],
    country: &str,
    notes: &mut Notes,
) -> Result<Option<PostalAddress>, TranslateError> {
    let Some((town, before)) = lines.split_last() else { return Ok(None) };
    notes.add(
        "mt-guessed",
        path,
        format!("{town:?} is taken for the town, {country} of account or bank for the country"),
    );
    let before: Vec<&String> = before.iter().collect();
    let lines = before.into_iter().map(|line| notes.text(path, line)).collect::<Result<Vec<_>, _>>()?;
    let (town, country) = (notes.text(path, town.trim())?, country.parse().ok());
    Ok(Some(PostalAddress { town: Some(town), country, lines, ..PostalAddress::default() }))
}

/// Name and address of numbered lines.
fn numbered(path: &str, lines: &[DetailLine], party: &mut Party, notes: &mut Notes) -> Result<(), TranslateError> {
    let of = |number: u8| -> Vec<String> {
        lines.iter().filter(|line| line.number == number).map(|line| line.details.clone()).collect()
    };
    let name = joined(&of(1), 33);
    party.name = Some(notes.text(path, &name)?);
    let places = of(3);
    if let Some((first, more)) = places.split_first() {
        let (country, town) = first.split_once('/').unwrap_or((first, ""));
        let town: Vec<String> = Some(town.to_string()).into_iter().chain(more.iter().cloned()).collect();
        let town = joined(&town, 30);
        let mut address = PostalAddress { country: country.parse().ok(), ..PostalAddress::default() };
        if town.is_empty() {
            notes.add("mt-guessed", path, "the town is not said: NOTPROVIDED stands for it".into());
        }
        address.town = Some(notes.text(path, if town.is_empty() { "NOTPROVIDED" } else { &town })?);
        for line in of(2) {
            address.lines.push(Text::new(line)?);
        }
        party.address = Some(address);
    }
    for line in lines.iter().filter(|line| line.number > 3) {
        notes.lost(path, format!("{}/{}", line.number, line.details));
    }
    Ok(())
}

/// An account: an IBAN if it is one.
pub(super) fn account(text: &str) -> Result<Account, TranslateError> {
    let id = match text.parse() {
        Ok(iban) => AccountId::Iban(iban),
        Err(_) => AccountId::Other(OtherAccountId { id: Text::new(text)?, scheme: None, issuer: None }),
    };
    Ok(Account { id, kind: None, currency: None, name: None })
}

/// The number of an account.
pub(super) fn account_text(path: &str, account: &Account, notes: &mut Notes) -> String {
    notes.lost_if(&format!("{path}/Tp"), &account.kind);
    notes.lost_if(&format!("{path}/Ccy"), &account.currency);
    notes.lost_if(&format!("{path}/Nm"), &account.name);
    id_text(path, &account.id, notes)
}

/// The number that identifies an account.
pub(super) fn id_text(path: &str, id: &AccountId, notes: &mut Notes) -> String {
    match id {
        AccountId::Iban(iban) => iban.to_string(),
        AccountId::Other(other) => {
            notes.lost_if(&format!("{path}/Id/Othr/SchmeNm"), &other.scheme);
            notes.lost_if(&format!("{path}/Id/Othr/Issr"), &other.issuer);
            notes.short(path, &other.id, 34)
        }
    }
}

/// The customer of a party and its account. With town and country it has numbered lines, which 50F allows only beside an
/// account.
pub(super) fn to_customer(path: &str, party: &Party, account: Option<&Account>, notes: &mut Notes) -> Customer {
    let number = account.map(|account| account_text(&format!("{path}Acct"), account, notes));
    notes.lost_if(&format!("{path}/CtryOfRes"), &party.residence);
    let bic = match &party.identification {
        Some(PartyId::Organisation(organisation)) => {
            notes.lost_if(&format!("{path}/Id/OrgId/LEI"), &organisation.lei);
            for other in &organisation.other {
                notes.lost(&format!("{path}/Id/OrgId/Othr"), other.id.as_str());
            }
            organisation.any_bic.clone()
        }
        Some(PartyId::Person(person)) => {
            notes.lost_if(&format!("{path}/Id/PrvtId/DtAndPlcOfBirth"), &person.birth);
            for other in &person.other {
                notes.lost(&format!("{path}/Id/PrvtId/Othr"), other.id.as_str());
            }
            None
        }
        None => None,
    };
    let Some(name) = &party.name else {
        notes.lost_if(&format!("{path}/PstlAdr"), &party.address);
        return match bic {
            Some(bic) => Customer::Bic { account: number, bic },
            None => {
                notes.add("mt-guessed", path, "without name and code the party is NOTPROVIDED".into());
                Customer::Lines { account: number, lines: vec!["NOTPROVIDED".into()] }
            }
        };
    };
    notes.lost_if(&format!("{path}/Id/OrgId/AnyBIC"), &bic);
    let address = party.address.clone().unwrap_or_default();
    let place = address.country.as_ref().map(Letters::as_str).filter(|country| is_country(country));
    let name_path = format!("{path}/Nm");
    match (place, &number) {
        (Some(country), Some(_)) => {
            let lines = address_lines(path, name, country, &address, notes);
            Customer::Numbered { account: number, identifier: None, lines }
        }
        _ => {
            if address != PostalAddress::default() {
                notes.lost(&format!("{path}/PstlAdr"), "an address without country or account");
            }
            let lines = notes.lines(&name_path, name.trim_start_matches('/'), 4, 35);
            Customer::Lines { account: number, lines }
        }
    }
}

/// At most four lines: the name, street or lines, country with post code and town.
fn address_lines(path: &str, name: &str, country: &str, address: &PostalAddress, notes: &mut Notes) -> Vec<DetailLine> {
    let path_of = |element: &str| format!("{path}/{element}");
    let place: Vec<&str> = [&address.town, &address.town_location, &address.district, &address.subdivision]
        .into_iter()
        .filter_map(|part| part.as_deref())
        .collect();
    let code = address.post_code.as_deref();
    let place: Vec<&str> = code.into_iter().chain(place).collect();
    let street = [&address.street.as_deref(), &address.building_number.as_deref(), &address.building_name.as_deref()];
    let street: Vec<&str> = street.into_iter().filter_map(|part| *part).collect();
    let more = [&address.floor.as_deref(), &address.room.as_deref(), &address.post_box.as_deref()];
    let of_house = [&address.department.as_deref(), &address.sub_department.as_deref()];
    let all = of_house.into_iter().chain(more).filter_map(|part| *part);
    let lines = address.lines.iter().map(|line| line.as_str());
    let street = all
        .chain(Some(street.join(" ")).as_deref().filter(|street| !street.is_empty()))
        .chain(lines)
        .collect::<Vec<_>>()
        .join(", ");
    // Three lines beside country and town: the name may take what the street leaves.
    let street_lines = if street.is_empty() {
        0
    } else if street.len() > 33 && name.len() <= 33 {
        2
    } else {
        1
    };
    let mut out = Vec::new();
    for line in notes.lines(&path_of("Nm"), name, 3 - street_lines, 33) {
        out.push(DetailLine { number: 1, details: line });
    }
    let room = 3_usize.saturating_sub(out.len()).min(2);
    if room > 0 {
        for line in notes.lines(&path_of("PstlAdr"), &street, room, 33) {
            out.push(DetailLine { number: 2, details: line });
        }
    }
    let place = notes.short(&path_of("PstlAdr/TwnNm"), &place.join(" "), 30);
    let details = if place.is_empty() { country.to_string() } else { format!("{country}/{place}") };
    out.push(DetailLine { number: 3, details });
    out
}
