// SPDX-License-Identifier: MIT

//! Files of messages and the blocks of each: `{1:` basic header, `{2:` application header, `{3:` user header, `{4:` text,
//! `{5:` trailers (FIN System Messages, message structure).

mod acknowledgement;
mod blocks;
mod headers;
mod scan;
mod source;
mod text;

pub use acknowledgement::Acknowledgement;
pub use blocks::Tagged;
pub use headers::{Headers, Terminal};

pub(super) use blocks::{trailers, user};
pub(super) use headers::read_headers;
pub(super) use scan::{Raw, RawBlock, next};
pub(super) use source::Source;
pub(super) use text::{RawField, split};
