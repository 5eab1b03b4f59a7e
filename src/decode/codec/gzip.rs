//! Undoes gzip (RFC 1952).
//!
//! In scope: members one after the other, their checksums and lengths, and the bytes that may follow them. Out of scope: the names and
//! times in headers.
//!
//! Zero bytes after the last member are passed over, as gzip(1) does for media with blocks. Any other byte there is an error, and so is any
//! byte after the zero bytes.

use flate2::Crc;

use super::gzip_header::GzipHeader;
use super::inflater::Inflater;
use super::step::{Codec, CodecFault, CodecStep};
use crate::decode::coding_error::CodingFault;

/// The first byte of a member, and the second.
pub(crate) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A gzip stream being decoded.
pub(crate) struct Gzip {
    /// Offset of the next byte.
    at: u64,
    state: GzipState,
    inflater: Inflater,
    /// The checksum of the decoded bytes of the member, and their count.
    crc: Crc,
}

enum GzipState {
    /// Before the first byte.
    Empty,
    Header(GzipHeader),
    Data,
    Trailer(Trailer),
    /// After a member.
    Between,
    /// After a member and the first byte of another member.
    Begun,
    /// After a member and zero bytes.
    Padding,
}

/// The end of a member: its checksum and its length modulo 2^32, four bytes each.
#[derive(Default)]
struct Trailer {
    /// How many bytes have come.
    count: u8,
    /// The last four of them.
    word: [u8; 4],
}

impl Default for Gzip {
    fn default() -> Self {
        Self { at: 0, state: GzipState::Empty, inflater: Inflater::new(false, 0), crc: Crc::new() }
    }
}

impl Codec for Gzip {
    fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> CodecStep {
        if matches!(self.state, GzipState::Data) {
            return self.data(input, buffer);
        }
        match self.frame(input) {
            Ok(used) => {
                self.at += used as u64;
                CodecStep::used(used)
            }
            Err(fault) => CodecStep::of(Some(fault)),
        }
    }

    fn end(&self) -> Option<CodecFault> {
        match self.state {
            GzipState::Empty | GzipState::Between | GzipState::Padding => None,
            _ => Some(CodecFault { at: self.at, kind: CodingFault::Truncated }),
        }
    }
}

impl Gzip {
    fn data(&mut self, input: &[u8], buffer: &mut [u8]) -> CodecStep {
        let inflated = self.inflater.step(input, buffer);
        self.crc.update(buffer.get(..inflated.step.made).unwrap_or_default());
        self.at = self.inflater.at();
        if inflated.is_over {
            self.state = GzipState::Trailer(Trailer::default());
        }
        inflated.step
    }

    /// Reads headers, trailers and padding. Returns how many bytes were used.
    fn frame(&mut self, input: &[u8]) -> Result<usize, CodecFault> {
        let Some(&byte) = input.first() else { return Ok(0) };
        match &mut self.state {
            GzipState::Empty => {
                self.state = GzipState::Header(GzipHeader::new(0));
                self.frame(input)
            }
            GzipState::Header(header) => {
                let used = header.take(input)?;
                if header.is_over() {
                    self.inflater.restart(header.at());
                    self.crc.reset();
                    self.state = GzipState::Data;
                }
                Ok(used)
            }
            GzipState::Data => Ok(0),
            GzipState::Trailer(trailer) => {
                trailer.take(byte, &self.crc, self.at)?;
                if trailer.count == 8 {
                    self.state = GzipState::Between;
                }
                Ok(1)
            }
            GzipState::Between => self.between(byte),
            GzipState::Begun if byte != MAGIC[1] => Err(garbage(self.at - 1)),
            GzipState::Begun => {
                let mut header = GzipHeader::new(self.at - 1);
                header.take(&MAGIC)?;
                self.state = GzipState::Header(header);
                Ok(1)
            }
            GzipState::Padding => match input.iter().position(|&byte| byte != 0) {
                Some(index) => Err(garbage(self.at + index as u64)),
                None => Ok(input.len()),
            },
        }
    }

    fn between(&mut self, byte: u8) -> Result<usize, CodecFault> {
        self.state = match byte {
            0 => GzipState::Padding,
            _ if byte == MAGIC[0] => GzipState::Begun,
            _ => return Err(garbage(self.at)),
        };
        Ok(1)
    }
}

impl Trailer {
    /// Reads the byte at offset `at` of a member whose data have the checksum `crc`.
    fn take(&mut self, byte: u8, crc: &Crc, at: u64) -> Result<(), CodecFault> {
        self.word.rotate_left(1);
        self.word[3] = byte;
        self.count += 1;
        let word = u32::from_le_bytes(self.word);
        match self.count {
            4 if word != crc.sum() => Err(CodecFault { at: at - 3, kind: CodingFault::Checksum }),
            8 if word != crc.amount() => Err(CodecFault { at: at - 3, kind: CodingFault::Length }),
            _ => Ok(()),
        }
    }
}

fn garbage(at: u64) -> CodecFault {
    CodecFault { at, kind: CodingFault::TrailingGarbage }
}
