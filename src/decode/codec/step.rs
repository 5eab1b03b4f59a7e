//! What all codecs have in common: they go step by step.
//!
//! In scope: the counts of bytes of a step, and the fault that ended the stream. Out of scope: the codecs.

use crate::decode::coding_error::CodingFault;

/// A decoder of one stream.
pub(crate) trait Codec: Send {
    /// Uses some of `input` and fills some of `buffer`, which is not empty. After a fault this function must not be called.
    fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> CodecStep;

    /// The fault of a stream that ends here. Returns `None` for a whole stream.
    fn end(&self) -> Option<CodecFault>;

    /// Fills some of `buffer` with bytes that were decoded before a fault and are still kept. Returns how many: 0 once there are none left.
    /// After this function no other may be called.
    fn salvage(&mut self, _buffer: &mut [u8]) -> usize {
        0
    }
}

/// What one step did.
#[derive(Default)]
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
