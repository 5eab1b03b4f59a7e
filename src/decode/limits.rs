//! How many bytes a coded body may become.
//!
//! In scope: the rule. Out of scope: counting the bytes (see `layer`).

use super::coding_error::CodingFault;

/// Bounds on the decoded bytes, so that a small body can't fill a disk.
///
/// Output is refused from the first byte on that is beyond `bytes`, or beyond `ratio` times the coded size so far. The
/// coded size counts in started pieces of [`Limits::PIECE`] bytes, so that the first 4 MB of any body pass at a ratio
/// of 1000. Both bounds hold for the output of every layer, and compare it with the size of the body as it was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// The most bytes; by default 1 GiB.
    pub bytes: u64,
    /// The most bytes for each coded byte; by default 1000.
    pub ratio: u64,
}

/// How many bytes may have been decoded at some place in the coded body.
#[derive(Clone, Debug)]
pub(super) struct Allowance {
    /// The most bytes.
    pub(super) most: u64,
    /// The fault of a body that becomes more.
    pub(super) beyond: CodingFault,
}

impl Limits {
    /// No bounds.
    pub const NONE: Self = Self { bytes: u64::MAX, ratio: u64::MAX };

    /// The size of a piece in bytes. For the ratio, the coded size is rounded up to whole pieces.
    pub const PIECE: u64 = 4096;

    /// Where the piece with the byte at `offset` ends.
    pub(super) fn piece_end(offset: u64) -> u64 {
        (offset / Self::PIECE + 1) * Self::PIECE
    }

    /// How many bytes may be decoded from `coded` bytes, a whole number of pieces.
    pub(super) fn allowance(self, coded: u64) -> Allowance {
        let dense = self.ratio.saturating_mul(coded);
        if dense < self.bytes {
            return Allowance { most: dense, beyond: CodingFault::TooDense { ratio: self.ratio } };
        }
        Allowance { most: self.bytes, beyond: CodingFault::TooLong { limit: self.bytes } }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 30, ratio: 1000 }
    }
}

#[cfg(test)]
mod tests {
    use super::{CodingFault, Limits};

    #[test]
    fn the_nearer_bound_counts() {
        let limits = Limits { bytes: 10_000_000, ratio: 1000 };
        let allowance = limits.allowance(Limits::piece_end(0));
        assert_eq!((allowance.most, allowance.beyond), (4_096_000, CodingFault::TooDense { ratio: 1000 }));
        let allowance = limits.allowance(Limits::piece_end(2 * Limits::PIECE));
        assert_eq!((allowance.most, allowance.beyond), (10_000_000, CodingFault::TooLong { limit: 10_000_000 }));
        assert_eq!(Limits { bytes: u64::MAX, ratio: u64::MAX }.allowance(4096).most, u64::MAX);
    }

    #[test]
    fn a_piece_ends_after_its_last_byte() {
        assert_eq!([0, 4095, 4096].map(Limits::piece_end), [4096, 4096, 8192]);
    }
}
