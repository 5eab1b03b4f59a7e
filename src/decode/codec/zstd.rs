//! Undoes zstd (RFC 8878).
//!
//! In scope: frames one after the other, those to be skipped, checksums, lengths, and handing out each block as soon as it is whole.
//! Out of scope: dictionaries, and what is within a block.
//!
//! The library gets whole blocks only, so that it sees the same calls however the stream was split.

use std::fmt;

use zstd_safe::{DCtx, InBuffer, OutBuffer, get_error_name};

use super::step::{CodecFault, CodecStep};
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
    state: State,
    /// What has come of what `state` reads.
    gathered: Vec<u8>,
    /// How many bytes of it the library has read.
    read: usize,
    /// Offset of its first byte.
    start: u64,
    /// What the header of the frame said.
    frame: ZstdFrame,
    /// Bytes the frame has given so far.
    made: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The header of a frame, of which so many bytes at least are to be gathered.
    Head(usize),
    /// What is in a skippable frame; so many bytes are to come.
    Skip(u32),
    BlockHeader,
    /// A block, of so many bytes with its header; whether it is the last one.
    Block(usize, bool),
    /// A whole block is being decoded and handed out; whether it is the last one.
    Drain(bool),
    Checksum,
}

impl Default for Zstd {
    fn default() -> Self {
        Self {
            inner: None,
            state: State::Head(1),
            gathered: Vec::new(),
            read: 0,
            start: 0,
            frame: ZstdFrame::default(),
            made: 0,
        }
    }
}

impl Zstd {
    pub(crate) fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> CodecStep {
        let wanted = match self.state {
            State::Drain(is_last) => return self.drain(is_last, buffer),
            State::Skip(left) => return self.skip(left, input),
            State::Head(wanted) | State::Block(wanted, _) => wanted,
            State::BlockHeader => BLOCK_HEADER,
            State::Checksum => CHECKSUM,
        };
        let missing = wanted.saturating_sub(self.gathered.len());
        let taken = input.get(..missing).unwrap_or(input);
        self.gathered.extend_from_slice(taken);
        if self.gathered.len() < wanted {
            return CodecStep::used(taken.len());
        }
        let fault = self.gathered().err();
        // A block may be whole already, and what it held is to be handed out.
        let more = fault.is_none() && matches!(self.state, State::Drain(_) | State::Block(BLOCK_HEADER, _));
        CodecStep { used: taken.len(), more, fault, made: 0 }
    }

    /// What is wrong with an end here.
    pub(crate) fn end(&self) -> Option<CodecFault> {
        if matches!(self.state, State::Head(_)) && self.gathered.is_empty() {
            return None;
        }
        Some(CodecFault { at: self.start + self.gathered.len() as u64, kind: CodingFault::Truncated })
    }

    fn skip(&mut self, left: u32, input: &[u8]) -> CodecStep {
        let used = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        self.start += used as u64;
        let left = left.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX));
        self.state = if left == 0 { State::Head(1) } else { State::Skip(left) };
        CodecStep::used(used)
    }

    /// Reads what has been gathered.
    fn gathered(&mut self) -> Result<(), CodecFault> {
        match self.state {
            State::Head(_) => self.head(),
            State::BlockHeader => self.block_header(),
            State::Block(_, is_last) => {
                self.state = State::Drain(is_last);
                Ok(())
            }
            State::Checksum => self.checksum(),
            State::Skip(_) | State::Drain(_) => Ok(()),
        }
    }

    fn head(&mut self) -> Result<(), CodecFault> {
        let frame = match ZstdHead::read(&self.gathered) {
            ZstdHead::Part(wanted) => {
                self.state = State::Head(wanted);
                return Ok(());
            }
            ZstdHead::Skip(length) => {
                self.next(if length == 0 { State::Head(1) } else { State::Skip(length) });
                return Ok(());
            }
            ZstdHead::Alien if self.start > 0 => return Err(self.fault(CodingFault::TrailingGarbage)),
            ZstdHead::Alien => return Err(self.fault(CodingFault::corrupt("not zstd"))),
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
        self.next(State::BlockHeader);
        Ok(())
    }

    fn block_header(&mut self) -> Result<(), CodecFault> {
        let &[low, middle, high] = self.gathered.as_slice() else { return Ok(()) };
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
        self.state = State::Block(BLOCK_HEADER + size, header & 1 == 1);
        Ok(())
    }

    /// Decodes the block, and hands out as much of it as `buffer` takes.
    fn drain(&mut self, is_last: bool, buffer: &mut [u8]) -> CodecStep {
        let block = std::mem::take(&mut self.gathered);
        let decoded = self.decode(block.get(self.read..).unwrap_or_default(), buffer);
        self.gathered = block;
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
        if self.read < self.gathered.len() {
            return Err(self.fault(CodingFault::corrupt("more in a block than is decoded")));
        }
        let after = match (is_last, self.frame.has_checksum) {
            (false, _) => State::BlockHeader,
            (true, true) => State::Checksum,
            (true, false) => State::Head(1),
        };
        self.next(after);
        if is_last && self.frame.length.is_some_and(|length| length != self.made) {
            return Err(self.fault(CodingFault::Length));
        }
        Ok(())
    }

    fn checksum(&mut self) -> Result<(), CodecFault> {
        let sum = std::mem::take(&mut self.gathered);
        self.decode(&sum, &mut []).map_err(|_| self.fault(CodingFault::Checksum))?;
        self.gathered = sum;
        self.next(State::Head(1));
        Ok(())
    }

    /// Lets the library read of `input` and write to `buffer`; returns how much it did of both.
    fn decode(&mut self, input: &[u8], buffer: &mut [u8]) -> Result<(usize, usize), CodingFault> {
        let inner = self.inner.as_mut().ok_or_else(|| CodingFault::corrupt("no memory for a decoder"))?;
        let (mut from, mut to) = (InBuffer::around(input), OutBuffer::around(buffer));
        match inner.decompress_stream(&mut to, &mut from) {
            Ok(_) => Ok((from.pos(), to.pos())),
            Err(code) => Err(CodingFault::corrupt(get_error_name(code))),
        }
    }

    /// Goes on with `state` after all that has been gathered.
    fn next(&mut self, state: State) {
        self.start += self.gathered.len() as u64;
        self.gathered.clear();
        self.read = 0;
        self.state = state;
    }

    fn fault(&self, kind: CodingFault) -> CodecFault {
        CodecFault { at: self.start, kind }
    }
}

impl fmt::Debug for Zstd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zstd").field("state", &self.state).field("start", &self.start).finish_non_exhaustive()
    }
}
