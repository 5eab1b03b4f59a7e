//! Cuts what arrives at the ends of TLS records.
//!
//! In scope: the five bytes before each record (RFC 8446 §5.1). Out of scope: what is in a record.
//!
//! With one record at a time, no more than one is ever held, and it is known to the byte what came after close_notify.

/// Where in a record the next byte belongs.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// How much of the header has come.
    header: usize,
    /// How much of the record is still to come after the header.
    left: usize,
}

/// Type, version and length.
const HEADER: usize = 5;
/// Type and version come before the length.
const LENGTH_AT: usize = 3;

impl Records {
    /// Cuts off what belongs to the record that is under way, up to its end.
    pub(super) fn cut<'a>(&mut self, wire: &'a [u8]) -> (&'a [u8], &'a [u8]) {
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

    /// The records of `wire`, put together again from what was cut.
    fn records(wire: &[u8], step: usize) -> Vec<Vec<u8>> {
        let (mut records, mut all) = (Records::default(), vec![Vec::new()]);
        for mut piece in wire.chunks(step) {
            while !piece.is_empty() {
                let (cut, rest) = records.cut(piece);
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
