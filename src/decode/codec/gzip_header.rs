//! The header of a gzip member (RFC 1952 §2.3).
//!
//! In scope: where the header ends, and whether it can be read. Out of scope: the names, comments and times in it, which are passed over.

use flate2::Crc;

use super::step::CodecFault;
use crate::decode::coding_error::CodingFault;

/// The first bytes of a member: two bytes of magic, then the method, which is always deflate.
const BEGIN: [u8; 3] = [0x1f, 0x8b, 8];
/// Where the flags lie.
const FLAGS: u8 = 3;
/// The size of the part that every header has.
const FIXED: u8 = 10;

const HAS_CHECKSUM: u8 = 1 << 1;
const HAS_EXTRA: u8 = 1 << 2;
const HAS_NAME: u8 = 1 << 3;
const HAS_COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// A header being read.
pub(crate) struct GzipHeader {
    /// Offset of the next byte.
    at: u64,
    flags: u8,
    part: HeaderPart,
    /// The checksum of all bytes before that in the header.
    crc: Crc,
}

/// What the next byte belongs to.
#[derive(Clone, Copy)]
enum HeaderPart {
    /// A byte that every header has. Holds its index.
    Fixed(u8),
    /// The first byte of the length of the extra field.
    ExtraLow,
    /// The second byte of the length. Holds the first one.
    ExtraHigh(u8),
    /// The extra field. Holds the number of bytes that are still to come.
    Extra(u16),
    Name,
    Comment,
    ChecksumLow,
    /// The second byte of the checksum. Holds the first one.
    ChecksumHigh(u8),
    Over,
}

impl GzipHeader {
    /// A header whose first byte is at `start`.
    pub(crate) fn new(start: u64) -> Self {
        Self { at: start, flags: 0, part: HeaderPart::Fixed(0), crc: Crc::new() }
    }

    /// Offset of the next byte.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Whether the header is whole.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.part, HeaderPart::Over)
    }

    /// Reads bytes up to the end of the header. Returns how many were used.
    ///
    /// # Errors
    /// A byte that can't be in a header.
    pub(crate) fn take(&mut self, input: &[u8]) -> Result<usize, CodecFault> {
        let mut used = 0;
        for &byte in input {
            if self.is_over() {
                break;
            }
            if !matches!(self.part, HeaderPart::ChecksumLow | HeaderPart::ChecksumHigh(_)) {
                self.crc.update(&[byte]);
            }
            self.part = self.next(byte)?;
            self.at += 1;
            used += 1;
        }
        Ok(used)
    }

    fn next(&mut self, byte: u8) -> Result<HeaderPart, CodecFault> {
        Ok(match self.part {
            HeaderPart::Fixed(index) => return self.fixed(index, byte),
            HeaderPart::ExtraLow => HeaderPart::ExtraHigh(byte),
            HeaderPart::ExtraHigh(low) => match u16::from_le_bytes([low, byte]) {
                0 => self.after(HAS_EXTRA),
                length => HeaderPart::Extra(length),
            },
            HeaderPart::Extra(1) => self.after(HAS_EXTRA),
            HeaderPart::Extra(left) => HeaderPart::Extra(left.saturating_sub(1)),
            HeaderPart::Name if byte == 0 => self.after(HAS_NAME),
            HeaderPart::Comment if byte == 0 => self.after(HAS_COMMENT),
            HeaderPart::ChecksumLow => HeaderPart::ChecksumHigh(byte),
            HeaderPart::ChecksumHigh(low) if [low, byte] != self.checksum() => {
                return Err(CodecFault { at: self.at - 1, kind: CodingFault::Checksum });
            }
            HeaderPart::ChecksumHigh(_) => HeaderPart::Over,
            HeaderPart::Name | HeaderPart::Comment | HeaderPart::Over => self.part,
        })
    }

    fn fixed(&mut self, index: u8, byte: u8) -> Result<HeaderPart, CodecFault> {
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
        Ok(if index + 1 < FIXED { HeaderPart::Fixed(index + 1) } else { self.after(0) })
    }

    /// The part that follows the one that `flag` announces.
    fn after(&self, flag: u8) -> HeaderPart {
        let parts =
            [(HAS_EXTRA, HeaderPart::ExtraLow), (HAS_NAME, HeaderPart::Name), (HAS_COMMENT, HeaderPart::Comment)];
        let follows = |part: &&(u8, HeaderPart)| part.0 > flag && self.flags & part.0 != 0;
        match parts.iter().find(follows) {
            Some(part) => part.1,
            None if self.flags & HAS_CHECKSUM != 0 => HeaderPart::ChecksumLow,
            None => HeaderPart::Over,
        }
    }

    fn checksum(&self) -> [u8; 2] {
        let [low, high, ..] = self.crc.sum().to_le_bytes();
        [low, high]
    }
}
