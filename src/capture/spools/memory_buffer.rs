//! The first bytes of a spool, which stay in memory.
//!
//! In scope: growing bit by bit while older states of it are being read, without copying all of it each time. Parts are put together
//! so that each is larger than those after it, and a byte is copied no more often than the number of parts, which is the logarithm of
//! the bytes.

use std::sync::Arc;

use smallvec::SmallVec;

/// A part, and where it begins.
#[derive(Clone)]
struct Part {
    start: usize,
    bytes: Arc<[u8]>,
}

/// Bytes in memory. A clone stays as it is while this grows.
#[derive(Clone, Default)]
pub(super) struct MemoryBuffer {
    /// Many a spool never has a second one.
    parts: SmallVec<[Part; 1]>,
}

impl MemoryBuffer {
    pub(super) fn len(&self) -> usize {
        self.parts.last().map_or(0, |part| part.start + part.bytes.len())
    }

    /// Appends `bytes`.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let (mut merged, mut size) = (self.parts.len(), bytes.len());
        while let Some(before) = merged.checked_sub(1).and_then(|last| self.parts.get(last))
            && before.bytes.len() <= size
        {
            size += before.bytes.len();
            merged -= 1;
        }
        let Some(start) = self.parts.get(merged).map(|part| part.start) else {
            self.parts.push(Part { start: self.len(), bytes: bytes.into() });
            return;
        };
        let mut together = Vec::with_capacity(size);
        self.parts.drain(merged..).for_each(|part| together.extend_from_slice(&part.bytes));
        together.extend_from_slice(bytes);
        self.parts.push(Part { start, bytes: together.into() });
    }

    /// All of them.
    pub(super) fn to_vec(&self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.len());
        self.parts.iter().for_each(|part| all.extend_from_slice(&part.bytes));
        all
    }

    /// Copies some of the bytes from `offset` on; how many.
    pub(super) fn copy(&self, offset: u64, buffer: &mut [u8]) -> usize {
        let Ok(offset) = usize::try_from(offset) else { return 0 };
        let after = self.parts.partition_point(|part| part.start <= offset);
        let Some(part) = after.checked_sub(1).and_then(|at| self.parts.get(at)) else { return 0 };
        copy_from(&part.bytes, (offset - part.start) as u64, buffer)
    }
}

/// Copies what `part` has from `offset` on, as far as `buffer` goes; how many bytes.
pub(super) fn copy_from(part: &[u8], offset: u64, buffer: &mut [u8]) -> usize {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let Some(rest) = part.get(start..) else { return 0 };
    let n = rest.len().min(buffer.len());
    if let (Some(to), Some(from)) = (buffer.get_mut(..n), rest.get(..n)) {
        to.copy_from_slice(from);
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_come_bit_by_bit_are_read_back_from_any_place() {
        let all = (0..2000_u32).map(|i| (i % 251) as u8).collect::<Vec<_>>();
        let (mut memory, mut sizes) = (MemoryBuffer::default(), [1, 7, 100, 1, 1, 30, 2].iter().cycle());
        let mut rest = all.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(*sizes.next().unwrap()));
            memory.push(now);
            rest = later;
        }
        assert!(memory.len() == all.len() && memory.to_vec() == all);
        assert!(memory.parts.len() <= 12, "{}", memory.parts.len());
        for offset in 0..all.len() {
            let mut bytes = [0; 9];
            let n = memory.copy(offset as u64, &mut bytes);
            assert!(n > 0 && bytes[..n] == all[offset..offset + n]);
        }
        assert_eq!(memory.copy(2000, &mut [0]), 0);
        memory.push(&[]);
        assert_eq!(memory.len(), all.len());
    }
}
