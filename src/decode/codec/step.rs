//! What one step of a codec did.
//!
//! In scope: the counts of bytes, and the fault that ended the stream. Out of scope: the codecs.

use crate::decode::coding_error::CodingFault;

/// What one step did.
#[derive(Debug, Default)]
pub(crate) struct CodecStep {
    /// Bytes of input used.
    pub(crate) used: usize,
    /// Bytes of output made.
    pub(crate) made: usize,
    /// Whether the next step can go on without input.
    pub(crate) more: bool,
    /// The fault that ended the stream. The bytes made come before it.
    pub(crate) fault: Option<CodecFault>,
}

/// A fault in a coded stream.
#[derive(Clone, Debug)]
pub(crate) struct CodecFault {
    /// Offset in the coded stream.
    pub(crate) at: u64,
    pub(crate) kind: CodingFault,
}

impl CodecStep {
    /// A step that used this number of bytes and did nothing else.
    pub(crate) fn used(used: usize) -> Self {
        Self { used, ..Self::default() }
    }

    /// A step that did nothing, or ended the stream.
    pub(crate) fn of(fault: Option<CodecFault>) -> Self {
        Self { fault, ..Self::default() }
    }

    /// A step that ended the stream.
    pub(crate) fn fault(at: u64, kind: CodingFault) -> Self {
        Self::of(Some(CodecFault { at, kind }))
    }
}
