// SPDX-License-Identifier: MIT

//! The structures of national account numbers (ISO 13616-1, as registered), as they stand in November 2026.

/// How a country's IBANs are built.
#[derive(Debug, Eq, PartialEq)]
pub struct Structure {
    /// Country code.
    pub country: &'static str,
    /// The national account number: counts of `n` digits, `a` letters, `c` letters or digits. All letters are upper
    /// case, all counts exact.
    pub bban: &'static str,
    /// Where in it the bank's code stands: first character and length.
    pub bank: (usize, usize),
    /// Where in it the account's own number stands: first character and length.
    pub account: (usize, usize),
    /// How many characters the whole IBAN has.
    pub length: usize,
    /// Whether it is in the registry of ISO 13616-1. The others are in use all the same.
    pub registered: bool,
}

/// By country code.
pub(super) const STRUCTURES: &[Structure] = &[
    structure("AD", "8n 12c", (0, 4), (8, 12), true),
    structure("AE", "19n", (0, 3), (3, 16), true),
    structure("AL", "8n 16c", (0, 0), (0, 0), true),
    structure("AO", "21n", (0, 0), (0, 0), false),
    structure("AT", "16n", (0, 5), (5, 11), true),
    structure("AZ", "4a 20c", (0, 4), (4, 20), true),
    structure("BA", "16n", (0, 0), (6, 8), true),
    structure("BE", "12n", (0, 0), (3, 7), true),
    structure("BF", "2c 22n", (0, 5), (10, 12), false),
    structure("BG", "4a 6n 8c", (0, 0), (10, 8), true),
    structure("BH", "4a 14c", (0, 4), (4, 14), true),
    structure("BI", "23n", (0, 0), (10, 11), true),
    structure("BJ", "2c 22n", (0, 5), (10, 12), false),
    structure("BR", "8c 15n 2c", (0, 0), (13, 10), true),
    structure("BY", "4c 4n 16c", (0, 4), (4, 20), true),
    structure("CF", "23n", (0, 5), (10, 11), false),
    structure("CG", "23n", (0, 5), (10, 11), false),
    structure("CH", "5n 12c", (0, 5), (5, 12), true),
    structure("CI", "2a 22n", (0, 5), (10, 12), false),
    structure("CM", "23n", (0, 5), (10, 11), false),
    structure("CR", "18n", (0, 4), (4, 14), true),
    structure("CV", "21n", (0, 4), (8, 11), false),
    structure("CY", "8n 16c", (0, 3), (8, 16), true),
    structure("CZ", "20n", (0, 0), (10, 10), true),
    structure("DE", "18n", (0, 8), (8, 10), true),
    structure("DJ", "23n", (0, 5), (10, 11), true),
    structure("DK", "14n", (0, 4), (4, 10), true),
    structure("DO", "4c 20n", (0, 4), (4, 20), true),
    structure("DZ", "22n", (0, 5), (10, 10), false),
    structure("EE", "16n", (0, 0), (4, 11), true),
    structure("EG", "25n", (0, 4), (8, 17), true),
    structure("ES", "20n", (0, 0), (10, 10), true),
    structure("FI", "14n", (0, 0), (3, 10), true),
    structure("FK", "2a 12n", (0, 2), (2, 12), true),
    structure("FO", "14n", (0, 0), (4, 9), true),
    structure("FR", "10n 11c 2n", (0, 0), (10, 11), true),
    structure("GA", "23n", (0, 5), (10, 11), false),
    structure("GB", "4a 14n", (0, 4), (10, 8), true),
    structure("GE", "2a 16n", (0, 2), (2, 16), true),
    structure("GI", "4a 15c", (0, 4), (4, 15), true),
    structure("GL", "14n", (0, 0), (4, 9), true),
    structure("GQ", "23n", (0, 5), (10, 11), false),
    structure("GR", "7n 16c", (0, 3), (7, 16), true),
    structure("GT", "24c", (0, 0), (8, 16), true),
    structure("GW", "2c 19n", (0, 0), (0, 0), false),
    structure("HN", "4a 20n", (0, 4), (4, 20), true),
    structure("HR", "17n", (0, 7), (7, 10), true),
    structure("HU", "24n", (0, 0), (7, 16), true),
    structure("IE", "4a 14n", (0, 4), (10, 8), true),
    structure("IL", "19n", (0, 3), (6, 13), true),
    structure("IQ", "4a 15n", (0, 4), (7, 12), true),
    structure("IR", "22n", (0, 0), (0, 0), false),
    structure("IS", "22n", (0, 0), (6, 6), true),
    structure("IT", "1a 10n 12c", (0, 0), (0, 0), true),
    structure("JO", "4a 4n 18c", (0, 4), (8, 18), true),
    structure("KM", "23n", (0, 0), (0, 0), false),
    structure("KW", "4a 22c", (0, 4), (4, 22), true),
    structure("KZ", "3n 13c", (0, 3), (3, 13), true),
    structure("LB", "4n 20c", (0, 4), (4, 20), true),
    structure("LC", "4a 24c", (0, 4), (4, 24), true),
    structure("LI", "5n 12c", (0, 5), (5, 12), true),
    structure("LT", "16n", (0, 5), (5, 11), true),
    structure("LU", "3n 13c", (0, 3), (3, 13), true),
    structure("LV", "4a 13c", (0, 4), (4, 13), true),
    structure("LY", "21n", (0, 3), (6, 15), true),
    structure("MA", "24n", (0, 5), (10, 12), false),
    structure("MC", "10n 11c 2n", (0, 0), (10, 11), true),
    structure("MD", "20c", (0, 2), (2, 18), true),
    structure("ME", "18n", (0, 0), (3, 13), true),
    structure("MG", "23n", (0, 0), (0, 0), false),
    structure("MK", "3n 10c 2n", (0, 0), (3, 10), true),
    structure("ML", "2c 22n", (0, 5), (10, 12), false),
    structure("MN", "16n", (0, 4), (4, 12), true),
    structure("MR", "23n", (0, 0), (10, 11), true),
    structure("MT", "4a 5n 18c", (0, 4), (9, 18), true),
    structure("MU", "4a 19n 3a", (0, 0), (8, 12), true),
    structure("MZ", "21n", (0, 0), (0, 0), false),
    structure("NE", "2a 22n", (0, 5), (10, 12), false),
    structure("NI", "4a 20n", (0, 4), (4, 20), true),
    structure("NL", "4a 10n", (0, 4), (4, 10), true),
    structure("NO", "11n", (0, 0), (4, 6), true),
    structure("OM", "3n 16c", (0, 3), (3, 16), true),
    structure("PK", "4a 16c", (0, 4), (4, 16), true),
    structure("PL", "24n", (0, 8), (0, 0), true),
    structure("PS", "4a 21c", (0, 4), (4, 21), true),
    structure("PT", "21n", (0, 0), (8, 11), true),
    structure("QA", "4a 21c", (0, 4), (4, 21), true),
    structure("RO", "4a 16c", (0, 4), (4, 16), true),
    structure("RS", "18n", (0, 0), (3, 13), true),
    structure("RU", "14n 15c", (0, 9), (14, 15), true),
    structure("SA", "2n 18c", (0, 2), (2, 18), true),
    structure("SC", "4a 20n 3a", (0, 0), (8, 16), true),
    structure("SD", "14n", (0, 2), (2, 12), true),
    structure("SE", "20n", (0, 0), (3, 16), true),
    structure("SI", "15n", (0, 2), (5, 8), true),
    structure("SK", "20n", (0, 0), (10, 10), true),
    structure("SM", "1a 10n 12c", (0, 0), (0, 0), true),
    structure("SN", "2a 22n", (0, 5), (10, 12), false),
    structure("SO", "19n", (0, 4), (7, 12), true),
    structure("ST", "21n", (0, 4), (8, 13), true),
    structure("SV", "4a 20n", (0, 4), (4, 20), true),
    structure("TD", "23n", (0, 5), (10, 11), false),
    structure("TG", "2a 22n", (0, 5), (10, 12), false),
    structure("TL", "19n", (0, 0), (3, 14), true),
    structure("TN", "20n", (0, 0), (5, 13), true),
    structure("TR", "6n 16c", (0, 0), (6, 16), true),
    structure("UA", "6n 19c", (0, 6), (6, 19), true),
    structure("VA", "18n", (0, 3), (3, 15), true),
    structure("VG", "4a 16n", (0, 4), (4, 16), true),
    structure("XK", "16n", (0, 2), (4, 12), true),
    structure("YE", "4a 4n 18c", (0, 4), (8, 18), true),
];

const fn structure(
    country: &'static str,
    bban: &'static str,
    bank: (usize, usize),
    account: (usize, usize),
    registered: bool,
) -> Structure {
    Structure { country, bban, bank, account, length: 4 + length(bban), registered }
}

/// The sum of the counts in a structure such as `8n 12c`.
const fn length(bban: &str) -> usize {
    let bytes = bban.as_bytes();
    let (mut sum, mut count, mut at) = (0, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            // CAST: a digit.
            digit @ b'0'..=b'9' => count = count * 10 + (digit - b'0') as usize,
            _ => {
                sum += count;
                count = 0;
            }
        }
        at += 1;
    }
    sum
}
