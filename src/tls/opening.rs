//! Tells a peer that does not speak TLS by its first bytes.
//!
//! In scope: TLS, plain HTTP, anything else. Out of scope: everything after that.
//!
//! A TLS record begins with its type, which is one of five numbers, none of them a printable character (RFC 8446 §5.1).

use super::failure::TlsFailure;

/// With so many bytes it can be told; `HTTP/` is as long as a record's header.
const ENOUGH: usize = 5;

/// So many bytes are kept to be shown.
const SHOWN_MAX: usize = 64;

/// The types from change_cipher_spec to heartbeat.
const RECORD_TYPES: std::ops::RangeInclusive<u8> = 20..=24;

/// The first bytes of what the peer sends.
#[derive(Debug, Default)]
pub(super) struct Opening {
    bytes: Vec<u8>,
    is_tls: bool,
}

impl Opening {
    /// Looks at the next bytes.
    ///
    /// # Errors
    /// [`TlsFailure::NotTls`], once there are enough bytes to say so.
    pub(super) fn look(&mut self, wire: &[u8]) -> Result<(), TlsFailure> {
        if self.is_tls {
            return Ok(());
        }
        let room = SHOWN_MAX.saturating_sub(self.bytes.len());
        self.bytes.extend(wire.iter().take(room));
        self.is_tls = self.bytes.first().is_some_and(|first| RECORD_TYPES.contains(first));
        if self.is_tls || self.bytes.len() < ENOUGH {
            return Ok(());
        }
        Err(TlsFailure::NotTls { http: self.bytes.starts_with(b"HTTP/"), opening: self.bytes.clone() })
    }

    /// Whether bytes came that begin no TLS record.
    #[must_use]
    pub(super) fn is_foreign(&self) -> bool {
        !self.is_tls && !self.bytes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_told_by_its_first_byte() {
        let mut opening = Opening::default();
        opening.look(&[]).unwrap();
        opening.look(&[22]).unwrap();
        opening.look(b"HTTP/1.1 400 Bad Request").unwrap();
        assert!(!opening.is_foreign());
    }

    #[test]
    fn http_is_told_however_it_is_cut() {
        let mut opening = Opening::default();
        for byte in b"HTTP" {
            opening.look(&[*byte]).unwrap();
            assert!(opening.is_foreign());
        }
        let failure = opening.look(b"/1.1 400 Bad Request").unwrap_err();
        assert_eq!(failure, TlsFailure::NotTls { http: true, opening: b"HTTP/1.1 400 Bad Request".to_vec() });
    }

    #[test]
    fn other_protocols_are_shown_up_to_a_bound() {
        let mut long = b"SSH-2.0-".to_vec();
        long.resize(1000, b'x');
        let failure = Opening::default().look(&long).unwrap_err();
        assert!(matches!(failure, TlsFailure::NotTls { http: false, opening } if opening == long[..SHOWN_MAX]));
    }
}
