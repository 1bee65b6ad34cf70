// SPDX-License-Identifier: MIT

//! Notations from text.

use super::{Item, Notation, NotationError, Run};
use crate::mt::Set;

impl Notation {
    /// Reads a format.
    ///
    /// # Errors
    ///
    /// [`NotationError`].
    pub fn new(text: &'static str) -> Result<Notation, NotationError> {
        let mut parser = Parser { text, at: 0 };
        let items = parser.items(None)?;
        Ok(Notation { items })
    }
}

struct Parser {
    text: &'static str,
    at: usize,
}

impl Parser {
    fn items(&mut self, end: Option<u8>) -> Result<Vec<Item>, NotationError> {
        let mut items = Vec::new();
        loop {
            match self.peek() {
                None if end.is_none() => return Ok(items),
                None => return Err(self.wrong()),
                byte if byte == end => {
                    self.at += 1;
                    return Ok(items);
                }
                Some(b' ') => self.at += 1,
                Some(b'$') => {
                    self.at += 1;
                    items.push(Item::Break);
                }
                Some(b'[') => {
                    self.at += 1;
                    items.push(Item::Optional(self.items(Some(b']'))?));
                }
                Some(b'(') => {
                    self.at += 1;
                    let first = self.items(Some(b'|'))?;
                    items.push(Item::Either(first, self.items(Some(b')'))?));
                }
                Some(byte) if byte.is_ascii_digit() || byte.is_ascii_lowercase() || byte == b'~' => {
                    self.run(&mut items)?;
                }
                Some(byte @ (b'/' | b':' | b',')) => {
                    self.at += 1;
                    items.push(Item::Literal(byte));
                }
                Some(_) => return Err(self.wrong()),
            }
        }
    }

    /// `[name=][~]length[!]set`, `lines*length set` or `lines*(…)`.
    fn run(&mut self, items: &mut Vec<Item>) -> Result<(), NotationError> {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_lowercase()) {
            self.at += 1;
        }
        let name = self.text.get(from..self.at).unwrap_or_default();
        if name.is_empty() == self.take(b'=') {
            return Err(self.wrong());
        }
        let lazy = self.take(b'~');
        let first = self.number()?;
        if !self.take(b'*') {
            items.push(Item::Run(self.length(name, first, lazy)?));
            return Ok(());
        }
        let line = if self.take(b'(') {
            self.items(Some(b')'))?
        } else {
            let length = self.number()?;
            vec![Item::Run(self.length(name, length, lazy)?)]
        };
        // The last line first: each line may be followed by the next.
        let mut more: Vec<Item> = Vec::new();
        for number in (0..first).rev() {
            let mut lines = if number == 0 { Vec::new() } else { vec![Item::Break] };
            lines.extend(line.iter().cloned());
            if !more.is_empty() {
                lines.push(Item::Optional(more));
            }
            more = lines;
        }
        items.extend(more);
        Ok(())
    }

    fn length(&mut self, name: &'static str, max: usize, lazy: bool) -> Result<Run, NotationError> {
        let fixed = self.take(b'!');
        let set = self.peek().and_then(Set::from_letter).ok_or(self.wrong())?;
        self.at += 1;
        Ok(Run { name, set, min: if fixed { max } else { 1 }, max, lazy })
    }

    fn number(&mut self) -> Result<usize, NotationError> {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.text
            .get(from..self.at)
            .and_then(|digits| digits.parse().ok())
            .filter(|number| *number > 0)
            .ok_or(self.wrong())
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn wrong(&self) -> NotationError {
        NotationError(self.at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_notations() {
        for text in ["[", "3", "3!", "3!q", "name=", "4*", "4*(3n", "0n", "=3n", "name 3n", "§", "(3n)", "(3n|"] {
            assert!(Notation::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn matches_and_names_parts() {
        let notation = Notation::new("[/account=34x$]name=2*5x").expect("a notation");
        let parts = |content: &'static [u8]| -> Vec<(&str, &[u8])> {
            let parts = notation.matches(content).expect("matches");
            parts.iter().map(|part| (part.name, &content[part.from..part.to])).collect()
        };
        assert_eq!(parts(b"/1\r\nabc\nde"), [("account", &b"1"[..]), ("name", b"abc"), ("name", b"de")]);
        assert_eq!(parts(b"abc"), [("name", &b"abc"[..])]);
        assert!(notation.matches(b"a\nb\nc").is_err());
        assert_eq!(notation.matches(b"abcdef").expect_err("too long").at, 5);
    }

    #[test]
    fn as_little_as_possible() {
        let notation = Notation::new("own=~16x[//theirs=16x]").expect("a notation");
        let parts = notation.matches(b"A/B//C").expect("matches");
        assert_eq!(parts.iter().map(|part| (part.from, part.to)).collect::<Vec<_>>(), [(0, 3), (5, 6)]);
    }
}
