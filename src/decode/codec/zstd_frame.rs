//! The header of a zstd frame (RFC 8878 §3.1.1).
//!
//! In scope: the fields of the header, and whether the frame can be decoded. Out of scope: the blocks.

use crate::decode::coding_error::CodingFault;

/// The magic number of a frame, which is little-endian.
const MAGIC: u32 = 0xfd2f_b528;
/// The magic number of a skippable frame, without its last four bits.
const SKIPPABLE: u32 = 0x184d_2a50;
/// The largest window, in bytes (RFC 9659 §3).
const WINDOW_MAX: u64 = 8 << 20;
/// The descriptor of the largest window.
const WINDOW_LAST: u8 = 13 << 3;
/// The largest block, in bytes.
const BLOCK_MAX: u64 = 128 << 10;
/// Where the descriptor lies.
const DESCRIPTOR: usize = 4;

const IS_SINGLE: u8 = 1 << 5;
const IS_RESERVED: u8 = 1 << 3;
const HAS_CHECKSUM: u8 = 1 << 2;

/// The fields of a header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ZstdFrame {
    /// The size of the window in bytes.
    window: u64,
    /// How many bytes are decoded from the frame, if the header says so.
    pub(crate) length: Option<u64>,
    pub(crate) has_checksum: bool,
}

/// What the first bytes of a frame are.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ZstdHead {
    /// The bytes are too few. Holds the least number of bytes that decides.
    Part(usize),
    /// A skippable frame. Holds the number of bytes after its header.
    Skip(u32),
    Frame(ZstdFrame),
    /// The bytes are no frame.
    NotZstd,
    /// A frame that can't be decoded.
    Fault(CodingFault),
}

impl ZstdHead {
    /// Reads the first bytes of a frame: never more than what an earlier [`ZstdHead::Part`] asked for.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let magic = [MAGIC.to_le_bytes(), SKIPPABLE.to_le_bytes()];
        let begins = |magic: &[u8; 4]| bytes.iter().zip(magic).skip(1).all(|(byte, expected)| byte == expected);
        let [frame, skippable] = magic;
        let is_frame = bytes.first().is_none_or(|first| *first == frame[0]) && begins(&frame);
        let is_skippable = bytes.first().is_none_or(|first| first & 0xf0 == skippable[0]) && begins(&skippable);
        match bytes {
            _ if !is_frame && !is_skippable => Self::NotZstd,
            // One byte at a time, as each can show that the bytes are no frame.
            [] | [_] | [_, _] | [_, _, _] => Self::Part(bytes.len() + 1),
            [_, _, _, _, size @ ..] if is_skippable => match size {
                &[a, b, c, d] => Self::Skip(u32::from_le_bytes([a, b, c, d])),
                _ => Self::Part(8),
            },
            [_, _, _, _, descriptor, fields @ ..] => Self::fields(*descriptor, fields),
            _ => Self::Part(DESCRIPTOR + 1),
        }
    }

    fn fields(descriptor: u8, fields: &[u8]) -> Self {
        if descriptor & IS_RESERVED != 0 {
            return Self::Fault(CodingFault::corrupt("reserved bit in a frame header"));
        }
        let is_single = descriptor & IS_SINGLE != 0;
        let window_size = usize::from(!is_single);
        let dictionary_size = [0, 1, 2, 4].get(usize::from(descriptor & 3)).copied().unwrap_or(0);
        let length_size = match descriptor >> 6 {
            0 => usize::from(is_single),
            power => 1 << power,
        };
        let size = window_size + dictionary_size + length_size;
        if fields.len() < size {
            return Self::Part(DESCRIPTOR + 1 + size);
        }
        let (window, fields) = fields.split_at_checked(window_size).unwrap_or_default();
        let (dictionary, length) = fields.split_at_checked(dictionary_size).unwrap_or_default();
        if number(dictionary) != 0 {
            return Self::Fault(CodingFault::corrupt("needs a dictionary"));
        }
        // A length of two bytes counts from 256.
        let length = (length_size > 0).then(|| number(length) + if length_size == 2 { 256 } else { 0 });
        let window = window.first().map_or(length.unwrap_or(0), |window| window_bytes(*window));
        if window > WINDOW_MAX {
            return Self::Fault(CodingFault::Window { bytes: window });
        }
        let has_checksum = descriptor & HAS_CHECKSUM != 0;
        Self::Frame(ZstdFrame { window, length, has_checksum })
    }
}

impl ZstdFrame {
    /// The most bytes of a block.
    pub(crate) fn block_max(&self) -> u64 {
        self.window.min(BLOCK_MAX)
    }

    /// The header without the length. A library that knows a wrong length does not hand out the last block.
    pub(crate) fn header(&self) -> [u8; 6] {
        let [a, b, c, d] = MAGIC.to_le_bytes();
        let window =
            (0..WINDOW_LAST).find(|descriptor| window_bytes(*descriptor) >= self.window).unwrap_or(WINDOW_LAST);
        [a, b, c, d, if self.has_checksum { HAS_CHECKSUM } else { 0 }, window]
    }
}

fn window_bytes(descriptor: u8) -> u64 {
    let base = 1 << (10 + u64::from(descriptor >> 3));
    base + base / 8 * u64::from(descriptor & 7)
}

/// A little-endian number of up to eight bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}
