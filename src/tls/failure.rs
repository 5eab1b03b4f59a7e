//! What went wrong with TLS.
//!
//! In scope: failures as data, by kinds that can be explained. Out of scope: the sentences that people read; failures of sockets.

use rustls::Error;

use super::certificate::Certificate;
use super::certificate_fault::CertificateFault;
use super::plain_text::plain_text;

/// Why a connection can't begin or go on with TLS. After a failure the connection can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsFailure {
    /// There are no roots to check certificates against. Holds where they were looked for.
    #[error("no trusted roots: {0}")]
    Roots(String),
    /// A file that the user named holds no roots. Holds what is wrong with the file.
    #[error("no roots in the file: {0}")]
    RootFile(String),
    /// The host is neither a DNS name nor an address.
    #[error("{0:?} is neither a DNS name nor an address")]
    Name(String),
    /// The certificates do not prove that the peer is the one that was asked for.
    #[error("the certificate is refused: {detail}")]
    Certificate {
        /// The faults, at least one: first those of the issuer, then those of dates, then those of names.
        faults: Vec<CertificateFault>,
        /// The certificates of the peer, its own first.
        certificates: Vec<Certificate>,
        /// The words of the verifier.
        detail: String,
    },
    /// The peer did not prove that it has the key of its certificate. This failure is never accepted.
    #[error("the peer's signature in the handshake: {0}")]
    HandshakeSignature(String),
    /// The peer does not speak TLS on this port.
    #[error("the peer does not speak TLS")]
    NotTls {
        /// Whether the peer speaks HTTP without TLS.
        http: bool,
        /// The first bytes of the peer.
        opening: Vec<u8>,
    },
    /// The two ends don't agree, or the peer broke the rules, before the handshake was complete.
    #[error("the handshake failed: {0}")]
    Handshake(String),
    /// The peer sent an alert.
    #[error("the peer sent the alert {}", .name.unwrap_or("?"))]
    Alert {
        /// The number of the alert.
        code: u8,
        /// The registered name of the alert.
        name: Option<&'static str>,
        /// Whether the handshake was still under way.
        handshaking: bool,
    },
    /// A record can't be decrypted: it was changed on the way, or the ends disagree on the keys.
    #[error("a record can't be decrypted")]
    Decrypt,
    /// The peer broke the rules after the handshake.
    #[error("the peer broke the protocol: {0}")]
    Protocol(String),
    /// The peer ended the connection before the handshake was complete, without an alert.
    #[error("the peer ended the connection during the handshake")]
    Closed,
    /// Bytes were to be sent after [`close`](super::Tls::close).
    #[error("sending has ended")]
    SendingEnded,
}

impl TlsFailure {
    /// A name that does not change, fit for a key.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Roots(_) => "roots",
            Self::RootFile(_) => "root-file",
            Self::Name(_) => "name",
            Self::Certificate { .. } => "certificate",
            Self::HandshakeSignature(_) => "handshake-signature",
            Self::NotTls { http: true, .. } => "plain-http",
            Self::NotTls { http: false, .. } => "not-tls",
            Self::Handshake(_) => "handshake",
            Self::Alert { .. } => "alert",
            Self::Decrypt => "decrypt",
            Self::Protocol(_) => "protocol",
            Self::Closed => "closed",
            Self::SendingEnded => "sending-ended",
        }
    }

    /// The words of the library.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Certificate { detail: text, .. }
            | Self::Roots(text)
            | Self::RootFile(text)
            | Self::HandshakeSignature(text)
            | Self::Handshake(text)
            | Self::Protocol(text) => Some(text),
            Self::Name(_)
            | Self::NotTls { .. }
            | Self::Alert { .. }
            | Self::Decrypt
            | Self::Closed
            | Self::SendingEnded => None,
        }
    }

    /// The failure that `error` is, if it is not about the certificates of the peer.
    pub(super) fn of(error: &Error, handshaking: bool) -> Self {
        match error {
            Error::AlertReceived(alert) => {
                let code = u8::from(*alert);
                Self::Alert { code, name: alert_name(code), handshaking }
            }
            Error::InvalidCertificate(fault) => Self::HandshakeSignature(plain_text(fault)),
            Error::DecryptError => Self::Decrypt,
            _ if handshaking => Self::Handshake(plain_text(error)),
            _ => Self::Protocol(plain_text(error)),
        }
    }
}

/// The name of an alert, as IANA registers it (RFC 8446 §6, RFC 5246 §7.2). Returns `None` for a number that is not registered.
fn alert_name(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        21 => "decryption_failed",
        22 => "record_overflow",
        30 => "decompression_failure",
        40 => "handshake_failure",
        41 => "no_certificate",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        60 => "export_restriction",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        100 => "no_renegotiation",
        109 => "missing_extension",
        110 => "unsupported_extension",
        111 => "certificate_unobtainable",
        112 => "unrecognized_name",
        113 => "bad_certificate_status_response",
        114 => "bad_certificate_hash_value",
        115 => "unknown_psk_identity",
        116 => "certificate_required",
        120 => "no_application_protocol",
        121 => "ech_required",
        _ => return None,
    })
}
