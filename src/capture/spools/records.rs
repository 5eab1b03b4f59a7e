//! Records of a fixed size in a spool: millions of them are read by number, and memory does not grow with them.

use std::io;

use super::{Spool, SpoolWriter};

/// A record of `N` words of 8 bytes each.
pub(in crate::capture) trait Record<const N: usize>: Sized {
    fn to_words(&self) -> [u64; N];

    /// `None` if the words are no such record.
    fn of_words(words: [u64; N]) -> Option<Self>;
}

/// Appends `record` to a spool that has only such records.
pub(in crate::capture) fn append<const N: usize>(writer: &mut SpoolWriter, record: &impl Record<N>) -> io::Result<()> {
    writer.append(record.to_words().map(u64::to_le_bytes).as_flattened())
}

/// The whole records at the beginning of `bytes`.
pub(in crate::capture) fn decode<R: Record<N>, const N: usize>(bytes: &[u8]) -> impl Iterator<Item = R> {
    let records = bytes.as_chunks::<8>().0.as_chunks::<N>().0;
    records.iter().filter_map(|words| R::of_words(words.map(u64::from_le_bytes)))
}

/// Up to `count` records from number `first` on, as many as there are.
pub(in crate::capture) fn read<R: Record<N>, const N: usize>(
    spool: &Spool,
    first: u64,
    count: usize,
) -> io::Result<Vec<R>> {
    let size = 8 * N;
    let left = usize::try_from((spool.len() / size as u64).saturating_sub(first)).unwrap_or(usize::MAX);
    let mut bytes = vec![0; count.min(left) * size];
    let read = spool.read_at(first.saturating_mul(size as u64), &mut bytes)?;
    Ok(decode(bytes.get(..read).unwrap_or_default()).collect())
}

/// How many of the first `count` numbers are such that `holds`, which is true below some number and false from there on.
pub(in crate::capture) fn partition_point(count: u64, holds: impl Fn(u64) -> io::Result<bool>) -> io::Result<u64> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
