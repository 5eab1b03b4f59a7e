//! The header of a gzip member (RFC 1952 §2.3).
//!
//! In scope: where it ends, and whether it can be read. Out of scope: the names, comments and times in it, which are
//! passed over.

use flate2::Crc;

use super::step::CodecFault;
use crate::decode::coding_error::CodingFault;

/// What a member begins with: two bytes of magic, then the method, which is always deflate.
const BEGIN: [u8; 3] = [0x1f, 0x8b, 8];
/// Where the flags lie.
const FLAGS: u8 = 3;
/// The size of what every header has.
const FIXED: u8 = 10;

const HAS_CHECKSUM: u8 = 1 << 1;
const HAS_EXTRA: u8 = 1 << 2;
const HAS_NAME: u8 = 1 << 3;
const HAS_COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// A header being read.
#[derive(Debug)]
pub(crate) struct GzipHeader {
    /// Offset of the next byte.
    at: u64,
    flags: u8,
    part: Part,
    /// Of all bytes before the checksum.
    crc: Crc,
}

/// What the next byte belongs to.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// The bytes every header has; which of them.
    Fixed(u8),
    /// The length of the extra field: its first byte.
    ExtraLow,
    /// Its second byte; the first was this.
    ExtraHigh(u8),
    /// The extra field, of which so many bytes are to come.
    Extra(u16),
    Name,
    Comment,
    ChecksumLow,
    /// The first byte was this.
    ChecksumHigh(u8),
    Over,
}

impl GzipHeader {
    /// A header whose first byte is at `start`.
    pub(crate) fn new(start: u64) -> Self {
        Self { at: start, flags: 0, part: Part::Fixed(0), crc: Crc::new() }
    }

    /// Offset of the next byte.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Whether it is whole.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.part, Part::Over)
    }

    /// Reads up to its end; returns how many bytes that took.
    ///
    /// # Errors
    /// What can't be in a header.
    pub(crate) fn take(&mut self, input: &[u8]) -> Result<usize, CodecFault> {
        let mut used = 0;
        for &byte in input {
            if self.is_over() {
                break;
            }
            if !matches!(self.part, Part::ChecksumLow | Part::ChecksumHigh(_)) {
                self.crc.update(&[byte]);
            }
            self.part = self.next(byte)?;
            self.at += 1;
            used += 1;
        }
        Ok(used)
    }

    fn next(&mut self, byte: u8) -> Result<Part, CodecFault> {
        Ok(match self.part {
            Part::Fixed(index) => return self.fixed(index, byte),
            Part::ExtraLow => Part::ExtraHigh(byte),
            Part::ExtraHigh(low) => match u16::from_le_bytes([low, byte]) {
                0 => self.after(HAS_EXTRA),
                length => Part::Extra(length),
            },
            Part::Extra(1) => self.after(HAS_EXTRA),
            Part::Extra(left) => Part::Extra(left.saturating_sub(1)),
            Part::Name if byte == 0 => self.after(HAS_NAME),
            Part::Comment if byte == 0 => self.after(HAS_COMMENT),
            Part::ChecksumLow => Part::ChecksumHigh(byte),
            Part::ChecksumHigh(low) if [low, byte] != self.checksum() => {
                return Err(CodecFault { at: self.at - 1, kind: CodingFault::Checksum });
            }
            Part::ChecksumHigh(_) => Part::Over,
            Part::Name | Part::Comment | Part::Over => self.part,
        })
    }

    fn fixed(&mut self, index: u8, byte: u8) -> Result<Part, CodecFault> {
        if let Some(&expected) = BEGIN.get(usize::from(index))
            && byte != expected
        {
            let what = if index == 2 { "unknown compression method" } else { "not gzip" };
            return Err(CodecFault { at: self.at, kind: CodingFault::corrupt(what) });
        }
        if index == FLAGS && byte & RESERVED != 0 {
            return Err(CodecFault { at: self.at, kind: CodingFault::corrupt("reserved flags") });
        }
        if index == FLAGS {
            self.flags = byte;
        }
        Ok(if index + 1 < FIXED { Part::Fixed(index + 1) } else { self.after(0) })
    }

    /// What follows the part that is there because of `flag`.
    fn after(&self, flag: u8) -> Part {
        let parts = [(HAS_EXTRA, Part::ExtraLow), (HAS_NAME, Part::Name), (HAS_COMMENT, Part::Comment)];
        let follows = |part: &&(u8, Part)| part.0 > flag && self.flags & part.0 != 0;
        match parts.iter().find(follows) {
            Some(part) => part.1,
            None if self.flags & HAS_CHECKSUM != 0 => Part::ChecksumLow,
            None => Part::Over,
        }
    }

    fn checksum(&self) -> [u8; 2] {
        let [low, high, ..] = self.crc.sum().to_le_bytes();
        [low, high]
    }
}
