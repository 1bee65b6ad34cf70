// SPDX-License-Identifier: MIT

//! The patterns of the schemas: character classes with counts, one after the other, which need no search.

/// A class of ASCII characters and how often it stands there.
pub(crate) struct Item {
    /// One bit for each ASCII character.
    pub(crate) class: u128,
    pub(crate) min: u8,
    pub(crate) max: u8,
    /// Whether all of it may be absent.
    pub(crate) optional: bool,
}

/// Reads a pattern.
///
/// # Panics
///
/// If the pattern is of a form that matching from left to right without going back might judge wrongly.
pub(crate) fn parse(pattern: &str) -> Vec<Item> {
    let mut rest = pattern;
    let mut items: Vec<Item> = Vec::new();
    while !rest.is_empty() {
        if let Some(group) = rest.strip_prefix('(') {
            let (inner, after) = group.split_once("){0,1}").unwrap_or_else(|| panic!("group in {pattern}"));
            let mut inner = parse(inner);
            assert!(inner.len() == 1 && after.is_empty(), "group in {pattern}");
            items.extend(inner.pop().map(|item| Item { optional: true, ..item }));
            break;
        }
        let (class, after) = class(rest);
        let (min, max, after) = count(after);
        items.push(Item { class, min, max, optional: false });
        rest = after;
    }
    for pair in items.windows(2) {
        let fixed = pair[0].min == pair[0].max && !pair[0].optional;
        assert!(fixed || pair[0].class & pair[1].class == 0, "ambiguous pattern {pattern}");
    }
    items
}

/// One class or character, and what follows it.
fn class(text: &str) -> (u128, &str) {
    let Some(inner) = text.strip_prefix('[') else {
        let (character, after) = character(text);
        return (bit(character), after);
    };
    let (mut rest, mut set) = (inner, 0);
    loop {
        if let Some(after) = rest.strip_prefix(']') {
            return (set, after);
        }
        let (first, after) = character(rest);
        rest = after;
        let last = match rest.strip_prefix('-') {
            Some(after) => {
                let (last, after) = character(after);
                rest = after;
                last
            }
            None => first,
        };
        for code in first as u8..=last as u8 {
            set |= bit(char::from(code));
        }
    }
}

/// One character, perhaps escaped, and what follows it.
fn character(text: &str) -> (char, &str) {
    let text = text.strip_prefix('\\').unwrap_or(text);
    let first = text.chars().next().expect("a character");
    (first, &text[first.len_utf8()..])
}

fn bit(character: char) -> u128 {
    assert!(character.is_ascii(), "{character} in a pattern");
    1 << (character as u32)
}

/// `{3}` or `{1,30}` and what follows; once if there is none.
fn count(text: &str) -> (u8, u8, &str) {
    let Some(inner) = text.strip_prefix('{') else { return (1, 1, text) };
    let (inner, after) = inner.split_once('}').expect("the end of a count");
    let (min, max) = inner.split_once(',').unwrap_or((inner, inner));
    (min.parse().expect("a count"), max.parse().expect("a count"), after)
}
