// SPDX-License-Identifier: MIT

//! The characters that every SEPA bank takes, and what to write instead of others (EPC217-08).

/// Whether every SEPA bank takes the character.
pub fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || "/-?:().,'+ ".contains(character)
}

/// The text with every character that is not allowed replaced by the nearest that is; a full stop where there is none.
pub fn transliterate(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_allowed(character) {
            out.push(character);
        } else {
            out.push_str(replacement(character));
        }
    }
    out
}

/// What stands for a character that is not allowed.
fn replacement(character: char) -> &'static str {
    let found = TABLE.iter().find(|(characters, _)| characters.contains(character));
    found.map_or(".", |(_, replacement)| *replacement)
}

/// Characters and their replacement: Latin, Greek and Cyrillic as EPC217-08 lists them, then punctuation.
const TABLE: &[(&str, &str)] = &[
    ("ÀÁÂÃÄÅĀĂĄǺ", "A"),
    ("àáâãäåāăąǻªαάΆἀ", "a"),
    ("ÆǼ", "AE"),
    ("æǽ", "ae"),
    ("ÇĆĈĊČ", "C"),
    ("çćĉċč", "c"),
    ("ÐĎĐДΔ", "D"),
    ("ðďđдδ", "d"),
    ("ÈÉÊËĒĔĖĘĚЕЭЄΕΈ", "E"),
    ("èéêëēĕėęěеэєεέ€", "e"),
    ("ĜĞĠĢГΓҐ", "G"),
    ("ĝğġģгγґ", "g"),
    ("ĤĦ", "H"),
    ("ĥħ", "h"),
    ("ÌÍÎÏĨĪĬĮİИІΙΊΪΗΉ", "I"),
    ("ìíîïĩīĭįıиіιίϊΐηή", "i"),
    ("Ĳ", "IJ"),
    ("ĳ", "ij"),
    ("ĴЙ", "J"),
    ("ĵй", "j"),
    ("ĶКΚ", "K"),
    ("ķкκĸ", "k"),
    ("ĹĻĽĿŁЛΛ", "L"),
    ("ĺļľŀłлλ", "l"),
    ("МΜ", "M"),
    ("мμµ", "m"),
    ("ÑŃŅŇŊНΝ", "N"),
    ("ñńņňŉŋнν", "n"),
    ("ÒÓÔÕÖØŌŎŐǾОΟΌΩΏ", "O"),
    ("òóôõöøōŏőǿоοόωώº", "o"),
    ("Œ", "OE"),
    ("œ", "oe"),
    ("ПΠ", "P"),
    ("пπ", "p"),
    ("ŔŖŘРΡ", "R"),
    ("ŕŗřрρ", "r"),
    ("ŚŜŞŠȘСΣ", "S"),
    ("śŝşšșсσςſ", "s"),
    ("ß", "ss"),
    ("ŢŤŦȚТΤ", "T"),
    ("ţťŧțтτ", "t"),
    ("ÞΘ", "TH"),
    ("þθ", "th"),
    ("ÙÚÛÜŨŪŬŮŰŲУ", "U"),
    ("ùúûüũūŭůűųу", "u"),
    ("ВΒ", "V"),
    ("вβ", "v"),
    ("ŴẀẂẄ", "W"),
    ("ŵẁẃẅ", "w"),
    ("Ξ", "X"),
    ("ξ", "x"),
    ("ÝŶŸỲЫΥΎΫ", "Y"),
    ("ýÿŷỳыυύϋΰ", "y"),
    ("ŹŻŽЗΖ", "Z"),
    ("źżžзζ", "z"),
    ("А", "A"),
    ("а", "a"),
    ("Б", "B"),
    ("б", "b"),
    ("Ж", "ZH"),
    ("ж", "zh"),
    ("Φ", "F"),
    ("Ф", "F"),
    ("фφ", "f"),
    ("ΧХ", "H"),
    ("χх", "h"),
    ("Ц", "TS"),
    ("ц", "ts"),
    ("Ч", "CH"),
    ("ч", "ch"),
    ("Ш", "SH"),
    ("ш", "sh"),
    ("Щ", "SHT"),
    ("щ", "sht"),
    ("Ъ", "A"),
    ("ъ", "a"),
    ("Ьь", "y"),
    ("Ю", "YU"),
    ("ю", "yu"),
    ("Я", "YA"),
    ("я", "ya"),
    ("Α", "A"),
    ("Ψ", "PS"),
    ("ψ", "ps"),
    ("&", "+"),
    ("@", "(at)"),
    ("\"‘’‚‛“”„`´<>", "'"),
    ("{[", "("),
    ("}]", ")"),
    ("–—‐‑_~", "-"),
    (";", ","),
    ("!", "."),
    ("\\|", "/"),
    ("\t\r\n\u{A0}", " "),
];
