// SPDX-License-Identifier: MIT

//! How much a message may demand of its reader.

/// Limits that keep memory and time bounded whatever the input is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Most bytes of the whole input.
    pub input: u64,
    /// Most bytes of one tag, text, comment or processing instruction.
    pub token: u64,
    /// Most elements open at once.
    pub depth: usize,
    /// Most attributes of one element, declarations of namespaces included.
    pub attributes: usize,
    /// Most different namespaces in the whole input.
    pub namespaces: usize,
}

impl Default for Limits {
    /// 64 GiB of input, 1 MiB for one token, 64 levels, 32 attributes, 256 namespaces. The deepest published message
    /// has 17 levels and its longest value 10,240 bytes.
    fn default() -> Limits {
        Limits { input: 64 << 30, token: 1 << 20, depth: 64, attributes: 32, namespaces: 256 }
    }
}
