// SPDX-License-Identifier: MIT

//! A writer of elements, text and attributes, which keeps what it writes well-formed.

/// Writes a document into a string.
///
/// Elements are addressed by paths below the element that is open. What two paths have in common is written once, so
/// that the fields of a struct can be written one after the other, each with its whole path.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    /// Names of the elements that are open.
    open: Vec<&'static str>,
    /// How many of them belong to the struct that is being written.
    base: usize,
    /// Whether the start tag that came last still lacks its `>`.
    unfinished: bool,
    /// Whether the element that ended or began last holds elements, which decides about line breaks.
    indent: bool,
    /// Whether text was written into the element that is open.
    text: bool,
}

impl Writer {
    /// A writer of a document with an XML declaration. With `indent` elements stand in lines of their own.
    pub fn new(indent: bool) -> Writer {
        let mut out = String::with_capacity(4_096);
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        Writer { out, indent, ..Writer::default() }
    }

    /// What was written. All elements are closed.
    pub fn finish(mut self) -> String {
        self.base = 0;
        self.close_to(0);
        self.out.push('\n');
        self.out
    }

    /// Writes the element at a path below the one that is being written; `content` writes what is in it.
    pub fn element(&mut self, path: &'static str, content: impl FnOnce(&mut Writer)) {
        let mut names = path.split('/');
        let last = names.next_back().unwrap_or(path);
        // What the path has in common with what is open stays open.
        let mut depth = self.base;
        for name in names {
            if self.open.get(depth) != Some(&name) {
                self.close_to(depth);
                self.start(name);
            }
            depth += 1;
        }
        self.close_to(depth);
        self.start(last);
        let base = std::mem::replace(&mut self.base, self.open.len());
        content(self);
        self.close_to(self.base);
        self.base = base;
        self.close_to(depth);
    }

    /// Writes an attribute of the element that has just been begun.
    pub fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        self.escape(value, true);
        self.out.push('"');
    }

    /// Writes text into the element that is open.
    pub fn text(&mut self, text: &str) {
        self.finish_tag();
        self.escape(text, false);
        self.text = true;
    }

    fn start(&mut self, name: &'static str) {
        self.finish_tag();
        self.line();
        self.out.push('<');
        self.out.push_str(name);
        self.open.push(name);
        self.unfinished = true;
        self.text = false;
    }

    fn finish_tag(&mut self) {
        if std::mem::take(&mut self.unfinished) {
            self.out.push('>');
        }
    }

    /// Closes elements until `depth` are open.
    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(name) = self.open.pop() else { return };
            if std::mem::take(&mut self.unfinished) {
                self.out.push_str("/>");
            } else {
                if !std::mem::take(&mut self.text) {
                    self.line();
                }
                self.out.push_str("</");
                self.out.push_str(name);
                self.out.push('>');
            }
        }
    }

    fn line(&mut self) {
        if self.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.open.len()));
        }
    }

    /// Writes characters, those with a meaning in XML as references. Line ends and, in attributes, all white space are
    /// references as well, because a reader would change them.
    fn escape(&mut self, text: &str, attribute: bool) {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\r', '\n', '\t']) {
            let (before, after) = rest.split_at(at);
            self.out.push_str(before);
            let reference = match after.as_bytes().first() {
                Some(b'&') => "&amp;",
                Some(b'<') => "&lt;",
                Some(b'>') => "&gt;",
                Some(b'"') => "&quot;",
                Some(b'\r') => "&#13;",
                Some(b'\n') if attribute => "&#10;",
                Some(b'\t') if attribute => "&#9;",
                Some(b'\n') => "\n",
                _ => "\t",
            };
            self.out.push_str(reference);
            rest = after.get(1..).unwrap_or_default();
        }
        self.out.push_str(rest);
    }
}
