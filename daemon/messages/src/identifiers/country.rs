// SPDX-License-Identifier: MIT

//! Countries (ISO 3166-1) and who is in the single euro payments area.

/// Alpha-2 codes, and `XK`, which banks use for Kosovo.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE \
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XK";

/// The European Economic Area.
const EEA: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK";

/// Countries of SEPA outside of the European Economic Area (EPC409-09), as of November 2026.
const SEPA_OUTSIDE_EEA: &str = "AD AL CH GB MC MD ME MK RS SM VA";

/// Territories that belong to SEPA with a country of it and have a code of their own in BICs and addresses.
const SEPA_TERRITORIES: &str = "AX BL GF GG GI GP IM JE MF MQ PM RE YT";

fn lists(list: &str, country: &str) -> bool {
    country.len() == 2 && list.split(' ').any(|code| code == country)
}

/// For each first letter the second letters of [`COUNTRIES`], a bit each: it is asked for every BIC and address of a message.
const SECOND_LETTERS: [u32; 26] = {
    let codes = COUNTRIES.as_bytes();
    let mut letters = [0; 26];
    let mut at = 0;
    while at + 1 < codes.len() {
        letters[(codes[at] - b'A') as usize] |= 1 << (codes[at + 1] - b'A');
        at += 3;
    }
    letters
};

/// Whether it is the code of a country.
pub fn is_country(code: &str) -> bool {
    let [first @ b'A'..=b'Z', second @ b'A'..=b'Z'] = code.as_bytes() else { return false };
    SECOND_LETTERS[usize::from(first - b'A')] & 1 << (second - b'A') != 0
}

/// Whether SEPA payments can go to accounts in the country.
pub fn is_sepa(country: &str) -> bool {
    lists(EEA, country) || is_sepa_outside_eea(country) || lists(SEPA_TERRITORIES, country)
}

/// Whether the country is in SEPA but not in the European Economic Area, so that payments carry the payer's address.
pub fn is_sepa_outside_eea(country: &str) -> bool {
    lists(SEPA_OUTSIDE_EEA, country) || matches!(country, "GG" | "GI" | "IM" | "JE")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_of_the_list() {
        let letters = || (b'A'..=b'Z').map(char::from);
        for code in letters().flat_map(|first| letters().map(move |second| format!("{first}{second}"))) {
            assert_eq!(is_country(&code), lists(COUNTRIES, &code), "{code}");
        }
        assert!(["", "D", "DEU", "de", "D1", "@E", "\u{c4}"].iter().all(|code| !is_country(code)));
    }
}
