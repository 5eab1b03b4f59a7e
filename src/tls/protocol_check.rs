//! Recognizes a peer that does not speak TLS by its first bytes.
//!
//! In scope: TLS, HTTP without TLS, any other protocol. Out of scope: the bytes after the first ones.
//!
//! A TLS record begins with its type, which is one of five numbers, none of them a printable character (RFC 8446 §5.1).

use super::failure::TlsFailure;

/// The number of bytes that decide. `HTTP/` is as long as the header of a record.
const ENOUGH: usize = 5;

/// The most bytes that are kept to be shown.
const SHOWN_MAX: usize = 64;

/// The types from change_cipher_spec to heartbeat.
const RECORD_TYPES: std::ops::RangeInclusive<u8> = 20..=24;

/// The first bytes of the peer.
#[derive(Debug, Default)]
pub(super) struct ProtocolCheck {
    bytes: Vec<u8>,
    is_tls: bool,
}

impl ProtocolCheck {
    /// Checks the next bytes. Error: [`TlsFailure::NotTls`], once there are enough bytes to decide.
    pub(super) fn check(&mut self, wire: &[u8]) -> Result<(), TlsFailure> {
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

    /// Whether the bytes so far begin no TLS record.
    pub(super) fn is_not_tls(&self) -> bool {
        !self.is_tls && !self.bytes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_told_by_its_first_byte() {
        let mut protocol = ProtocolCheck::default();
        protocol.check(&[]).unwrap();
        protocol.check(&[22]).unwrap();
        protocol.check(b"HTTP/1.1 400 Bad Request").unwrap();
        assert!(!protocol.is_not_tls());
    }

    #[test]
    fn http_is_told_however_it_is_cut() {
        let mut protocol = ProtocolCheck::default();
        for byte in b"HTTP" {
            protocol.check(&[*byte]).unwrap();
            assert!(protocol.is_not_tls());
        }
        let failure = protocol.check(b"/1.1 400 Bad Request").unwrap_err();
        assert_eq!(failure, TlsFailure::NotTls { http: true, opening: b"HTTP/1.1 400 Bad Request".to_vec() });
    }

    #[test]
    fn other_protocols_are_shown_up_to_a_bound() {
        let mut long = b"SSH-2.0-".to_vec();
        long.resize(1000, b'x');
        let failure = ProtocolCheck::default().check(&long).unwrap_err();
        assert!(matches!(failure, TlsFailure::NotTls { http: false, opening } if opening == long[..SHOWN_MAX]));
    }
}
