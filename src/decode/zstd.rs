//! zstd undone (RFC 8878, with the window of RFC 9659).
//!
//! In scope: finding frames and blocks in bytes that come in pieces, skippable frames, the bound on the window, the checksum. Out of
//! scope: decoding a block, which is a library's, and dictionaries.

use std::io::Read;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::coding::CodingFault;
use super::decoder::{Out, Stop};

/// The largest window: 8 MiB (RFC 9659 §3).
const WINDOW_MAX: u64 = 8 * 1024 * 1024;
/// A frame begins with this number,
const MAGIC: u32 = 0xFD2F_B528;
/// and one to be skipped with one of sixteen from this on.
const SKIPPABLE: u32 = 0x184D_2A50;
/// So many bytes are made at a time.
const PIECE: usize = 64 * 1024;

/// A stream being decoded.
pub(super) struct Zstd {
    decoder: FrameDecoder,
    state: State,
    /// What has come of the part that is to be decoded next.
    gathered: Vec<u8>,
    /// Bytes before it.
    taken: u64,
    buffer: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before a frame.
    Magic,
    /// Within the header of a frame.
    Header,
    /// Before or within a block.
    Block { has_checksum: bool },
    /// Within a frame that is skipped, of which so many bytes are to come.
    Skip(u64),
}

/// What is needed of the next part.
enum Need {
    Bytes(usize),
    Whole,
}

impl Zstd {
    pub(super) fn new() -> Self {
        Self {
            decoder: FrameDecoder::new(),
            state: State::Magic,
            gathered: Vec::new(),
            taken: 0,
            buffer: vec![0; PIECE],
        }
    }

    /// Bytes taken in so far, up to the part that is being gathered.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Takes in `bytes` and hands out what comes of them.
    pub(super) fn push<E>(&mut self, bytes: &[u8], out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
        let mut rest = bytes;
        while !rest.is_empty() {
            if let State::Skip(left) = self.state {
                let count = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                self.taken += count as u64;
                rest = rest.get(count..).unwrap_or_default();
                let left = left - count as u64;
                self.state = if left > 0 { State::Skip(left) } else { State::Magic };
                continue;
            }
            let Need::Bytes(need) = self.need()? else {
                self.decode(out)?;
                continue;
            };
            let count = need.min(rest.len());
            self.gathered.extend_from_slice(rest.get(..count).unwrap_or_default());
            rest = rest.get(count..).unwrap_or_default();
        }
        while let Need::Whole = self.need()? {
            self.decode(out)?;
        }
        Ok(())
    }

    /// No more bytes come.
    pub(super) fn finish(&self) -> Result<(), CodingFault> {
        if self.state == State::Magic && self.gathered.is_empty() { Ok(()) } else { Err(CodingFault::Truncated) }
    }

    /// How many bytes are missing of the part that is being gathered, as far as that is known.
    fn need(&self) -> Result<Need, CodingFault> {
        let bytes = self.gathered.as_slice();
        let whole = match self.state {
            State::Skip(_) => return Ok(Need::Bytes(1)),
            State::Magic => 4,
            State::Header if number(bytes) & !0xf == SKIPPABLE => 8,
            State::Header => match bytes.get(4) {
                None => 5,
                Some(descriptor) => header_len(*descriptor),
            },
            State::Block { has_checksum } => match bytes.get(..3) {
                None => 3,
                Some(header) => 3 + block_len(header)? + if is_last(header) && has_checksum { 4 } else { 0 },
            },
        };
        Ok(if bytes.len() < whole { Need::Bytes(whole - bytes.len()) } else { Need::Whole })
    }

    /// Decodes the part that is whole.
    fn decode<E>(&mut self, out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
        match self.state {
            State::Magic => {
                let magic = number(&self.gathered);
                if magic != MAGIC && magic & !0xf != SKIPPABLE {
                    let fault = if self.taken == 0 { CodingFault::Corrupt } else { CodingFault::Trailing };
                    return Err(fault.into());
                }
                self.state = State::Header;
                return Ok(());
            }
            State::Header if number(&self.gathered) & !0xf == SKIPPABLE => {
                let length = u64::from(number(self.gathered.get(4..).unwrap_or_default()));
                self.state = if length > 0 { State::Skip(length) } else { State::Magic };
            }
            State::Header => {
                let window = window(&self.gathered);
                if window > WINDOW_MAX {
                    return Err(CodingFault::Window(window).into());
                }
                self.decoder.reset(self.gathered.as_slice()).map_err(|_| CodingFault::Corrupt)?;
                let has_checksum = self.gathered.get(4).is_some_and(|descriptor| descriptor & 4 != 0);
                self.state = State::Block { has_checksum };
            }
            State::Block { .. } => self.block(out)?,
            State::Skip(_) => return Ok(()),
        }
        self.taken += self.gathered.len() as u64;
        self.gathered.clear();
        Ok(())
    }

    fn block<E>(&mut self, out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
        let decoded = self.decoder.decode_blocks(self.gathered.as_slice(), BlockDecodingStrategy::UptoBlocks(1));
        let is_last = decoded.map_err(|_| CodingFault::Corrupt)?;
        loop {
            let count = self.decoder.read(&mut self.buffer).map_err(|_| CodingFault::Corrupt)?;
            if count == 0 {
                break;
            }
            out(self.buffer.get(..count).unwrap_or_default())?;
        }
        if is_last {
            let (told, counted) = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
            if told.is_some() && told != counted {
                return Err(CodingFault::Corrupt.into());
            }
            self.state = State::Magic;
        }
        Ok(())
    }
}

/// The number in the first four bytes.
fn number(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |four| u32::from_le_bytes(*four))
}

/// The length of a frame's header with its magic number (RFC 8878 §3.1.1.1).
fn header_len(descriptor: u8) -> usize {
    let is_single = descriptor & 0x20 != 0;
    let content = match descriptor >> 6 {
        0 => usize::from(is_single),
        1 => 2,
        2 => 4,
        _ => 8,
    };
    let dictionary = match descriptor & 3 {
        3 => 4,
        length => usize::from(length),
    };
    5 + usize::from(!is_single) + dictionary + content
}

/// The window that a whole header asks for, in bytes (RFC 8878 §3.1.1.1.2).
fn window(header: &[u8]) -> u64 {
    let descriptor = header.get(4).copied().unwrap_or(0);
    if descriptor & 0x20 == 0 {
        let byte = header.get(5).copied().unwrap_or(0);
        let base = 1_u64 << (10 + (byte >> 3));
        return base + base / 8 * u64::from(byte & 7);
    }
    let length = match descriptor >> 6 {
        0 => 1,
        1 => 2,
        2 => 4,
        _ => 8,
    };
    let from = header.len().saturating_sub(length);
    let content = header.get(from..).unwrap_or_default().iter().rev();
    let size = content.fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    if length == 2 { size + 256 } else { size }
}

/// The length of what follows a block's header of three bytes (RFC 8878 §3.1.1.2).
fn block_len(header: &[u8]) -> Result<usize, CodingFault> {
    let number = header.iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    match number >> 1 & 3 {
        1 => Ok(1),
        0 | 2 if number >> 3 <= 128 * 1024 => Ok(number >> 3),
        _ => Err(CodingFault::Corrupt),
    }
}

fn is_last(header: &[u8]) -> bool {
    header.first().is_some_and(|byte| byte & 1 != 0)
}
