//! Undoes zstd (RFC 8878).
//!
//! In scope: frames one after the other, those to be skipped, checksums, lengths, and what was decoded before an error.
//! Out of scope: dictionaries, and what is within a block.
//!
//! The library gets whole blocks only, so that it sees the same calls however the stream was split. It keeps as many
//! decoded bytes as the window has until a frame ends; after an error the frame is ended for it, and it gives them.

use std::fmt;
use std::io::Read;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::codec::{Fault, Step};
use super::coding_error::CodingFault;
use super::guard::guarded;
use super::zstd_frame::{ZstdFrame, ZstdHead, without_checksum};

/// The size of the header of a block.
const BLOCK_HEADER: usize = 3;
/// The size of a checksum.
const CHECKSUM: usize = 4;
/// A block that is the last one and empty.
const LAST_BLOCK: [u8; BLOCK_HEADER] = [1, 0, 0];

/// A zstd stream being decoded.
pub(super) struct Zstd {
    inner: FrameDecoder,
    state: State,
    /// What has come of what `state` reads.
    gathered: Vec<u8>,
    /// Offset of its first byte.
    start: u64,
    /// What the header of the frame said.
    frame: Option<ZstdFrame>,
    /// Bytes the frame has given so far.
    made: u64,
    is_salvaging: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The header of a frame, of which so many bytes at least are to be gathered.
    Head(usize),
    /// What is in a skippable frame; so many bytes are to come.
    Skip(u32),
    BlockHeader,
    /// A block, of so many bytes with its header.
    Block(usize),
    /// What was decoded is being handed out; whether the block was the last one.
    Drain(bool),
    Checksum,
}

impl Default for Zstd {
    fn default() -> Self {
        Self {
            inner: FrameDecoder::new(),
            state: State::Head(1),
            gathered: Vec::new(),
            start: 0,
            frame: None,
            made: 0,
            is_salvaging: false,
        }
    }
}

impl Zstd {
    pub(super) fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> Step {
        let wanted = match self.state {
            State::Drain(is_last) => return self.drain(is_last, buffer),
            State::Skip(left) => return self.skip(left, input),
            State::Head(wanted) | State::Block(wanted) => wanted,
            State::BlockHeader => BLOCK_HEADER,
            State::Checksum => CHECKSUM,
        };
        let missing = wanted.saturating_sub(self.gathered.len());
        let taken = input.get(..missing).unwrap_or(input);
        self.gathered.extend_from_slice(taken);
        if self.gathered.len() < wanted {
            return Step::used(taken.len());
        }
        let fault = self.gathered().err();
        // A block may be whole already, and what it held is to be handed out.
        let more = fault.is_none() && matches!(self.state, State::Drain(_) | State::Block(BLOCK_HEADER));
        Step { used: taken.len(), more, fault, made: 0 }
    }

    /// What is wrong with an end here.
    pub(super) fn end(&self) -> Option<Fault> {
        if matches!(self.state, State::Head(_)) && self.gathered.is_empty() {
            return None;
        }
        Some(Fault { at: self.start + self.gathered.len() as u64, kind: CodingFault::Truncated })
    }

    /// Ends the frame, so that the library hands out what it keeps.
    pub(super) fn salvage(&mut self, buffer: &mut [u8]) -> usize {
        if self.frame.is_none() {
            return 0;
        }
        let inner = &mut self.inner;
        if !self.is_salvaging {
            self.is_salvaging = true;
            let _ = guarded(|| inner.decode_blocks(&LAST_BLOCK[..], BlockDecodingStrategy::UptoBlocks(1)).is_ok());
        }
        guarded(|| inner.read(buffer).unwrap_or(0)).unwrap_or(0)
    }

    fn skip(&mut self, left: u32, input: &[u8]) -> Step {
        let used = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
        self.start += used as u64;
        let left = left.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX));
        self.state = if left == 0 { State::Head(1) } else { State::Skip(left) };
        Step::used(used)
    }

    /// Reads what has been gathered.
    fn gathered(&mut self) -> Result<(), Fault> {
        match self.state {
            State::Head(_) => self.head(),
            State::BlockHeader => self.block_header(),
            State::Block(_) => self.block(),
            State::Checksum => self.checksum(),
            State::Skip(_) | State::Drain(_) => Ok(()),
        }
    }

    fn head(&mut self) -> Result<(), Fault> {
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
        without_checksum(&mut self.gathered);
        let (inner, header) = (&mut self.inner, self.gathered.as_slice());
        let begun = guarded(|| inner.reset(header)).map_err(|kind| Fault { at: self.start, kind })?;
        begun.map_err(|error| self.fault(CodingFault::Corrupt(error.to_string())))?;
        self.frame = Some(frame);
        self.made = 0;
        self.next(State::BlockHeader);
        Ok(())
    }

    fn block_header(&mut self) -> Result<(), Fault> {
        let &[low, middle, high] = self.gathered.as_slice() else { return Ok(()) };
        let header = u32::from_le_bytes([low, middle, high, 0]);
        let size = header >> 3;
        let block_max = self.frame.as_ref().map_or(0, |frame| frame.block_max);
        if u64::from(size) > block_max {
            return Err(self.fault(CodingFault::corrupt("block too large")));
        }
        let size = match header >> 1 & 3 {
            0 | 2 => usize::try_from(size).unwrap_or(usize::MAX),
            1 => 1,
            _ => return Err(self.fault(CodingFault::corrupt("reserved block type"))),
        };
        self.state = State::Block(BLOCK_HEADER + size);
        Ok(())
    }

    fn block(&mut self) -> Result<(), Fault> {
        let (inner, block) = (&mut self.inner, self.gathered.as_slice());
        let decoded = guarded(|| inner.decode_blocks(block, BlockDecodingStrategy::UptoBlocks(1)));
        match decoded {
            Ok(Ok(is_last)) => self.next(State::Drain(is_last)),
            Ok(Err(error)) => return Err(self.fault(CodingFault::Corrupt(error.to_string()))),
            Err(panicked) => return Err(self.fault(panicked)),
        }
        Ok(())
    }

    fn drain(&mut self, is_last: bool, buffer: &mut [u8]) -> Step {
        let inner = &mut self.inner;
        let made = match guarded(|| inner.read(buffer).unwrap_or(0)) {
            Ok(made) => made,
            Err(panicked) => return Step::of(Some(self.fault(panicked))),
        };
        self.made += made as u64;
        if made == buffer.len() {
            return Step { made, more: true, ..Step::default() };
        }
        let fault = self.drained(is_last).err();
        Step { used: 0, made, more: fault.is_none(), fault }
    }

    /// Goes on after a block has been handed out.
    fn drained(&mut self, is_last: bool) -> Result<(), Fault> {
        if !is_last {
            self.state = State::BlockHeader;
            return Ok(());
        }
        let (length, has_checksum) =
            self.frame.as_ref().map_or((None, false), |frame| (frame.length, frame.has_checksum));
        if length.is_some_and(|length| length != self.made) {
            return Err(self.fault(CodingFault::Length));
        }
        if !has_checksum {
            self.frame = None;
        }
        self.state = if has_checksum { State::Checksum } else { State::Head(1) };
        Ok(())
    }

    fn checksum(&mut self) -> Result<(), Fault> {
        let calculated = self.inner.get_calculated_checksum().map(u32::to_le_bytes);
        if calculated.as_ref().map(<[u8; CHECKSUM]>::as_slice) != Some(self.gathered.as_slice()) {
            return Err(self.fault(CodingFault::Checksum));
        }
        self.frame = None;
        self.next(State::Head(1));
        Ok(())
    }

    /// Goes on with `state` after all that has been gathered.
    fn next(&mut self, state: State) {
        self.start += self.gathered.len() as u64;
        self.gathered.clear();
        self.state = state;
    }

    fn fault(&self, kind: CodingFault) -> Fault {
        Fault { at: self.start, kind }
    }
}

impl fmt::Debug for Zstd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zstd").field("state", &self.state).field("start", &self.start).finish_non_exhaustive()
    }
}
