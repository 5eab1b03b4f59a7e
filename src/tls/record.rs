//! Splits received bytes at the ends of TLS records.
//!
//! In scope: the five bytes of a record's header (RFC 8446 §5.1). Out of scope: the content of a record.
//!
//! The library gets one record at a time. So it holds no more than one, and the bytes after close_notify are known exactly.

/// The place of the next byte in a record.
#[derive(Debug, Default)]
pub(super) struct RecordSplitter {
    /// The header bytes that have come.
    header: usize,
    /// How many bytes of the record are still to come after the header.
    left: usize,
}

/// The bytes of type, version and length.
const HEADER: usize = 5;
/// The bytes before the length: type and version.
const LENGTH_AT: usize = 3;

impl RecordSplitter {
    /// Splits off the bytes that belong to the present record, up to its end.
    pub(super) fn split<'a>(&mut self, wire: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        let mut taken = 0;
        for byte in wire.iter().take(HEADER - self.header) {
            if self.header >= LENGTH_AT {
                self.left = self.left << 8 | usize::from(*byte);
            }
            self.header += 1;
            taken += 1;
        }
        if self.header == HEADER {
            let body = self.left.min(wire.len() - taken);
            self.left -= body;
            taken += body;
        }
        if self.header == HEADER && self.left == 0 {
            self.header = 0;
        }
        wire.split_at_checked(taken).unwrap_or((wire, &[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records of `wire`, joined from the pieces.
    fn records(wire: &[u8], step: usize) -> Vec<Vec<u8>> {
        let (mut records, mut all) = (RecordSplitter::default(), vec![Vec::new()]);
        for mut piece in wire.chunks(step) {
            while !piece.is_empty() {
                let (cut, rest) = records.split(piece);
                all.last_mut().unwrap().extend(cut);
                piece = rest;
                if records.header == 0 {
                    all.push(Vec::new());
                }
            }
        }
        all
    }

    #[test]
    fn any_split_gives_the_same_records() {
        let mut wire = vec![22, 3, 3, 0, 2, 8, 9, 23, 3, 3, 0, 0, 23, 3, 3, 1, 1];
        wire.resize(wire.len() + 257, 7);
        wire.extend([21, 3, 3]);
        let whole = records(&wire, wire.len());
        assert_eq!(whole.iter().map(Vec::len).collect::<Vec<_>>(), [7, 5, 262, 3]);
        for step in 1..wire.len() {
            assert_eq!(records(&wire, step), whole, "in steps of {step}");
        }
    }
}
