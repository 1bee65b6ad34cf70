// SPDX-License-Identifier: MIT

//! What a translation does not carry over as it was.

use crate::finding::{Finding, Findings, Position, Severity};
use crate::iso20022::message::Text;
use crate::mt::transliterate;
use crate::translate::TranslateError;

const RULE: &str = "translation between MT and ISO 20022";

/// What is not carried over as it was: `mt-lost` left out, `mt-cut` cut, `mt-characters` written with other characters,
/// `mt-guessed` concluded from elsewhere in the message. All are warnings.
#[derive(Debug)]
pub struct Notes {
    findings: Findings,
}

impl Notes {
    /// No notes yet.
    pub fn new() -> Notes {
        Notes { findings: Findings::new(1_000) }
    }

    /// The notes.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Paths of what was left out or cut.
    pub fn losses(&self) -> Vec<String> {
        let lost = self.findings.list().iter().filter(|finding| matches!(finding.code, "mt-lost" | "mt-cut"));
        lost.map(|finding| finding.path.clone()).collect()
    }

    pub(super) fn add(&mut self, code: &'static str, path: &str, text: String) {
        let (severity, at) = (Severity::Warning, Position::default());
        self.findings.add(severity, || Finding { severity, code, path: path.into(), at, rule: RULE.into(), text });
    }

    /// Something that the new message has no place for.
    pub(super) fn lost(&mut self, path: &str, what: impl std::fmt::Display) {
        self.add("mt-lost", path, format!("the new message has no place for {what}"));
    }

    /// The same of something that may be absent.
    pub(super) fn lost_if<T: std::fmt::Debug>(&mut self, path: &str, what: &Option<T>) {
        if let Some(what) = what {
            let shown: String = format!("{what:?}").chars().take(200).collect();
            self.lost(path, shown);
        }
    }

    /// A text in set x.
    pub(super) fn written(&mut self, path: &str, text: &str) -> String {
        let written = transliterate(text);
        if written != text {
            self.add("mt-characters", path, format!("{text:?} becomes {written:?}"));
        }
        written
    }

    /// A text in set x of at most so many characters.
    pub(super) fn short(&mut self, path: &str, text: &str, most: usize) -> String {
        let written = self.written(path, text);
        self.cut(path, written, most)
    }

    /// A reference of field 20 or 21: at most 16 characters, no slash at its ends, no two in a row.
    pub(super) fn reference(&mut self, path: &str, text: &str) -> String {
        let written = self.written(path, text);
        let mut tidy = written.trim_matches('/').to_string();
        while tidy.contains("//") {
            tidy = tidy.replace("//", "/");
        }
        if tidy != written {
            self.add("mt-characters", path, format!("{written:?} becomes {tidy:?}"));
        }
        let cut = self.cut(path, tidy, 16);
        let cut = cut.trim_end_matches('/').trim().to_string();
        if cut.is_empty() { "NONREF".into() } else { cut }
    }

    fn cut(&mut self, path: &str, text: String, most: usize) -> String {
        if text.chars().count() <= most {
            return text;
        }
        let short: String = text.chars().take(most).collect();
        self.add("mt-cut", path, format!("{text:?} is cut to {short:?}"));
        short
    }

    /// Lines of set x, broken at spaces where that fits. What goes beyond the last line is cut.
    pub(super) fn lines(&mut self, path: &str, text: &str, count: usize, width: usize) -> Vec<String> {
        let written = self.written(path, text);
        let mut lines: Vec<String> = Vec::new();
        let mut rest = written.trim();
        while !rest.is_empty() && lines.len() < count {
            // A line that begins with a colon or hyphen would end the field.
            let tidy = if lines.is_empty() { rest } else { rest.trim_start_matches([':', '-']) };
            if tidy.len() < rest.len() {
                self.add("mt-characters", path, format!("colon or hyphen before {tidy:?} is left out"));
                rest = tidy.trim_start();
                continue;
            }
            let (line, more) = break_at(rest, width);
            lines.push(line.trim_end().to_string());
            rest = more.trim_start();
        }
        if !rest.is_empty() {
            self.add("mt-cut", path, format!("{rest:?} does not fit any more"));
        }
        lines
    }

    /// A text of an ISO 20022 message; what is too long is cut.
    pub(super) fn text<const MAX: usize>(&mut self, path: &str, text: &str) -> Result<Text<MAX>, TranslateError> {
        let cut = self.cut(path, text.to_string(), MAX);
        Ok(Text::new(cut)?)
    }
}

impl Default for Notes {
    fn default() -> Notes {
        Notes::new()
    }
}

/// The front of a text of at most `width` characters, to the last space if there is one in its second half.
fn break_at(text: &str, width: usize) -> (&str, &str) {
    let Some((end, _)) = text.char_indices().nth(width) else { return (text, "") };
    let (front, back) = text.split_at(end);
    if back.starts_with(' ') {
        return (front, back);
    }
    match front.rfind(' ').filter(|space| *space > width / 2) {
        Some(space) => text.split_at(space),
        None => (front, back),
    }
}

/// Lines as one text, which has a space where a line ended before its full width.
pub(super) fn joined(lines: &[String], width: usize) -> String {
    let mut out = String::new();
    let mut full = true;
    for line in lines {
        if !full {
            out.push(' ');
        }
        out.push_str(line);
        full = line.chars().count() >= width;
    }
    out.trim().to_string()
}
