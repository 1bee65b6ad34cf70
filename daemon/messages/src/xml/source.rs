// SPDX-License-Identifier: MIT

//! Input that counts lines and stops where a limit is reached.

use std::io::{self, BufRead, Read};

use crate::finding::Position;

/// How much is read at once.
const BUFFER: usize = 32 << 10;

/// Marks the error of a limit among those of the operating system.
#[derive(Debug, thiserror::Error)]
#[error("more than {limit} {what}")]
pub(super) struct Exceeded {
    pub(super) what: &'static str,
    pub(super) limit: u64,
}

/// An input with a count of lines and limits.
#[derive(Debug)]
pub(super) struct Source<R> {
    inner: R,
    buffer: Box<[u8]>,
    /// What is read and not yet taken.
    start: usize,
    end: usize,
    /// Bytes taken so far.
    taken: u64,
    /// Line feeds so far.
    lines: u64,
    /// Offset of the first byte of the current line.
    line_start: u64,
    /// Where the current token began.
    token_start: u64,
    token_limit: u64,
    input_limit: u64,
}

impl<R: Read> Source<R> {
    pub(super) fn new(inner: R, token_limit: u64, input_limit: u64) -> Source<R> {
        Source {
            inner,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            end: 0,
            taken: 0,
            lines: 0,
            line_start: 0,
            token_start: 0,
            token_limit,
            input_limit,
        }
    }

    /// Says that a token begins here, and where that is.
    pub(super) fn begin_token(&mut self) -> Position {
        self.token_start = self.taken;
        let from_one = |count: u64| u32::try_from(count.saturating_add(1)).unwrap_or(u32::MAX);
        Position { line: from_one(self.lines), column: from_one(self.taken - self.line_start) }
    }

    /// Bytes taken so far.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Reads more. Called when all is taken.
    #[cold]
    fn refill(&mut self) -> io::Result<()> {
        if self.taken - self.token_start > self.token_limit {
            return Err(io::Error::other(Exceeded { what: "bytes in one tag or text", limit: self.token_limit }));
        }
        if self.taken > self.input_limit {
            return Err(io::Error::other(Exceeded { what: "bytes", limit: self.input_limit }));
        }
        self.start = 0;
        self.end = self.inner.read(&mut self.buffer)?.min(BUFFER);
        Ok(())
    }
}

impl<R: Read> BufRead for Source<R> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.refill()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    #[inline]
    fn consume(&mut self, amount: usize) {
        let until = self.end.min(self.start + amount);
        for (index, byte) in self.buffer[self.start..until].iter().enumerate() {
            if *byte == b'\n' {
                self.lines += 1;
                // CAST: usize is at most 64 bits wide.
                self.line_start = self.taken + index as u64 + 1;
            }
        }
        self.taken += (until - self.start) as u64;
        self.start = until;
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(into.len());
        into[..length].copy_from_slice(&available[..length]);
        self.consume(length);
        Ok(length)
    }
}
