//! Undoes zstd (RFC 8878).
//!
//! In scope: frames one after the other, skippable frames, checksums, lengths, and handing out each block as soon as it is whole. Out of
//! scope: dictionaries, and the content of a block.
//!
//! The library gets whole blocks only. So its calls are the same however the stream was split.

use zstd_safe::{DCtx, InBuffer, OutBuffer, get_error_name};

use super::step::{Codec, CodecFault, CodecStep};
use super::zstd_frame::{ZstdFrame, ZstdHead};
use crate::decode::coding_error::CodingFault;

/// The size of the header of a block.
const BLOCK_HEADER: usize = 3;
/// The size of a checksum.
const CHECKSUM: usize = 4;

/// A zstd stream being decoded.
pub(crate) struct Zstd {
    /// The library's decoder; `None` before the first frame.
    inner: Option<DCtx<'static>>,
    state: ZstdState,
    /// The bytes so far of the part that `state` reads.
    collected: Vec<u8>,
    /// How many bytes of `collected` the library has read.
    read: usize,
    /// Offset of the first byte of `collected`.
    start: u64,
    /// The header of the frame.
    frame: ZstdFrame,
    /// Bytes decoded from the frame so far.
    made: u64,
}

#[derive(Clone, Copy)]
enum ZstdState {
    /// The header of a frame. Holds the least number of bytes to be collected.
    Head(usize),
    /// The content of a skippable frame. Holds the number of bytes that are still to come.
    Skip(u32),
    BlockHeader,
    /// A block. Holds its size in bytes with its header, and whether it is the last block.
    Block(usize, bool),
    /// A whole block that is being decoded and handed out. Holds whether it is the last block.
    Drain(bool),
    Checksum,
}

impl Default for Zstd {
    fn default() -> Self {
        Self {
            inner: None,
            state: ZstdState::Head(1),
            collected: Vec::new(),
            read: 0,
            start: 0,
            frame: ZstdFrame::default(),
            made: 0,
        }
    }
}

impl Codec for Zstd {
    fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> CodecStep {
        let wanted = match self.state {
            ZstdState::Drain(is_last) => return self.drain(is_last, buffer),
            ZstdState::Skip(left) => return self.skip(left, input),
            ZstdState::Head(wanted) | ZstdState::Block(wanted, _) => wanted,
            ZstdState::BlockHeader => BLOCK_HEADER,
            ZstdState::Checksum => CHECKSUM,
        };
        let missing = wanted.saturating_sub(self.collected.len());
        let taken = input.get(..missing).unwrap_or(input);
        self.collected.extend_from_slice(taken);
        if self.collected.len() < wanted {
            return CodecStep::used(taken.len());
        }
        let fault = self.collected().err();
        // A block may be whole already, and its content is to be handed out.
        let more = fault.is_none() && matches!(self.state, ZstdState::Drain(_) | ZstdState::Block(BLOCK_HEADER, _));
        CodecStep { used: taken.len(), more, fault, made: 0 }
    }

    fn end(&self) -> Option<CodecFault> {
        if matches!(self.state, ZstdState::Head(_)) && self.collected.is_empty() {
            return None;
        }
        Some(CodecFault { at: self.start + self.collected.len() as u64, kind: CodingFault::Truncated })
    }
}

impl Zstd {
    fn skip(&mut self, left: u32, input: &[u8]) -> CodecStep {
        let used = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        self.start += used as u64;
        let left = left.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX));
        self.state = if left == 0 { ZstdState::Head(1) } else { ZstdState::Skip(left) };
        CodecStep::used(used)
    }

    /// Reads the collected bytes, which are a whole part.
    fn collected(&mut self) -> Result<(), CodecFault> {
        match self.state {
            ZstdState::Head(_) => self.head(),
            ZstdState::BlockHeader => self.block_header(),
            ZstdState::Block(_, is_last) => {
                self.state = ZstdState::Drain(is_last);
                Ok(())
            }
            ZstdState::Checksum => self.checksum(),
            ZstdState::Skip(_) | ZstdState::Drain(_) => Ok(()),
        }
    }

    fn head(&mut self) -> Result<(), CodecFault> {
        let frame = match ZstdHead::read(&self.collected) {
            ZstdHead::Part(wanted) => {
                self.state = ZstdState::Head(wanted);
                return Ok(());
            }
            ZstdHead::Skip(length) => {
                self.next(if length == 0 { ZstdState::Head(1) } else { ZstdState::Skip(length) });
                return Ok(());
            }
            ZstdHead::NotZstd if self.start > 0 => return Err(self.fault(CodingFault::TrailingGarbage)),
            ZstdHead::NotZstd => return Err(self.fault(CodingFault::corrupt("not zstd"))),
            ZstdHead::Fault(kind) => return Err(self.fault(kind)),
            ZstdHead::Frame(frame) => frame,
        };
        if self.inner.is_none() {
            self.inner = DCtx::try_create();
        }
        let (taken, _) = self.decode(&frame.header(), &mut []).map_err(|kind| self.fault(kind))?;
        debug_assert_eq!(taken, frame.header().len());
        self.frame = frame;
        self.made = 0;
        self.next(ZstdState::BlockHeader);
        Ok(())
    }

    fn block_header(&mut self) -> Result<(), CodecFault> {
        let &[low, middle, high] = self.collected.as_slice() else { return Ok(()) };
        let header = u32::from_le_bytes([low, middle, high, 0]);
        let size = header >> 3;
        if u64::from(size) > self.frame.block_max() {
            return Err(self.fault(CodingFault::corrupt("block too large")));
        }
        let size = match header >> 1 & 3 {
            0 | 2 => usize::try_from(size).unwrap_or(usize::MAX),
            1 => 1,
            _ => return Err(self.fault(CodingFault::corrupt("reserved block type"))),
        };
        self.state = ZstdState::Block(BLOCK_HEADER + size, header & 1 == 1);
        Ok(())
    }

    /// Decodes the block, and hands out as many bytes as `buffer` takes.
    fn drain(&mut self, is_last: bool, buffer: &mut [u8]) -> CodecStep {
        let block = std::mem::take(&mut self.collected);
        let decoded = self.decode(block.get(self.read..).unwrap_or_default(), buffer);
        self.collected = block;
        let (read, made) = match decoded {
            Ok(decoded) => decoded,
            Err(kind) => return CodecStep::of(Some(self.fault(kind))),
        };
        self.read += read;
        self.made += made as u64;
        if made == buffer.len() {
            return CodecStep { made, more: true, ..CodecStep::default() };
        }
        let fault = self.drained(is_last).err();
        CodecStep { used: 0, made, more: fault.is_none(), fault }
    }

    /// Goes on after a block has been handed out.
    fn drained(&mut self, is_last: bool) -> Result<(), CodecFault> {
        if self.read < self.collected.len() {
            return Err(self.fault(CodingFault::corrupt("more in a block than is decoded")));
        }
        let after = match (is_last, self.frame.has_checksum) {
            (false, _) => ZstdState::BlockHeader,
            (true, true) => ZstdState::Checksum,
            (true, false) => ZstdState::Head(1),
        };
        self.next(after);
        if is_last && self.frame.length.is_some_and(|length| length != self.made) {
            return Err(self.fault(CodingFault::Length));
        }
        Ok(())
    }

    fn checksum(&mut self) -> Result<(), CodecFault> {
        let sum = std::mem::take(&mut self.collected);
        self.decode(&sum, &mut []).map_err(|_| self.fault(CodingFault::Checksum))?;
        self.collected = sum;
        self.next(ZstdState::Head(1));
        Ok(())
    }

    /// Lets the library read from `input` and write to `buffer`. Returns how many bytes it read and how many it wrote.
    fn decode(&mut self, input: &[u8], buffer: &mut [u8]) -> Result<(usize, usize), CodingFault> {
        let inner = self.inner.as_mut().ok_or_else(|| CodingFault::corrupt("no memory for a decoder"))?;
        let (mut from, mut to) = (InBuffer::around(input), OutBuffer::around(buffer));
        match inner.decompress_stream(&mut to, &mut from) {
            Ok(_) => Ok((from.pos(), to.pos())),
            Err(code) => Err(CodingFault::corrupt(get_error_name(code))),
        }
    }

    /// Goes on with `state` behind the collected bytes.
    fn next(&mut self, state: ZstdState) {
        self.start += self.collected.len() as u64;
        self.collected.clear();
        self.read = 0;
        self.state = state;
    }

    fn fault(&self, kind: CodingFault) -> CodecFault {
        CodecFault { at: self.start, kind }
    }
}
