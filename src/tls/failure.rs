//! What went wrong with TLS.
//!
//! In scope: failures as data, sorted so that each kind can be explained. Out of scope: the sentences that people read; failures
//! of sockets.

use rustls::Error;

use super::alert::alert_name;
use super::certificate::Certificate;
use super::fault::CertificateFault;
use super::spelled::spelled;

/// Why a connection can't begin or go on with TLS. It can't be used any more then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsFailure {
    /// There is nothing to check certificates against; the text says what was looked for.
    #[error("no trusted roots: {0}")]
    Roots(String),
    /// A file that the user named holds no roots; the text says what is wrong with it.
    #[error("no roots in the file: {0}")]
    RootFile(String),
    /// The host is neither a DNS name nor an address.
    #[error("{0:?} is neither a DNS name nor an address")]
    Name(String),
    /// The peer's certificates don't make it the one that was asked for.
    #[error("the certificate is refused: {detail}")]
    Certificate {
        /// What is wrong, at least one; who vouches for it comes first, then dates, then names.
        faults: Vec<CertificateFault>,
        /// What the peer presented, its own certificate first.
        certificates: Vec<Certificate>,
        /// The verifier's own words.
        detail: String,
    },
    /// The peer did not prove that it has the key of the certificate that it presented. This is never accepted.
    #[error("the peer's signature in the handshake: {0}")]
    HandshakeSignature(String),
    /// What the peer speaks on this port is not TLS.
    #[error("the peer does not speak TLS")]
    NotTls {
        /// Whether it is HTTP without TLS.
        http: bool,
        /// The first bytes that it sent.
        opening: Vec<u8>,
    },
    /// The two ends don't agree, or the peer broke the rules, before the handshake was done.
    #[error("the handshake failed: {0}")]
    Handshake(String),
    /// The peer gave up and said why.
    #[error("the peer sent the alert {}", .name.unwrap_or("?"))]
    Alert {
        /// Its number.
        code: u8,
        /// Its registered name.
        name: Option<&'static str>,
        /// Whether the handshake was still under way.
        handshaking: bool,
    },
    /// A record is not what the peer sealed: it was changed on the way, or the ends disagree on the keys.
    #[error("a record can't be decrypted")]
    Decrypt,
    /// The peer broke the rules after the handshake.
    #[error("the peer broke the protocol: {0}")]
    Protocol(String),
    /// The peer ended the connection before the handshake was done, without saying why.
    #[error("the peer ended the connection during the handshake")]
    Closed,
    /// We were asked to send after [`close`](super::Tls::close).
    #[error("sending has ended")]
    SendingEnded,
}

impl TlsFailure {
    /// A stable name for texts, reports and tests.
    #[must_use]
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

    /// What the library says of it.
    #[must_use]
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

    /// The failure that `error` is, when it is not about the certificates presented.
    #[must_use]
    pub(super) fn of(error: &Error, handshaking: bool) -> Self {
        match error {
            Error::AlertReceived(alert) => {
                let code = u8::from(*alert);
                Self::Alert { code, name: alert_name(code), handshaking }
            }
            Error::InvalidCertificate(fault) => Self::HandshakeSignature(spelled(fault)),
            Error::DecryptError => Self::Decrypt,
            _ if handshaking => Self::Handshake(spelled(error)),
            _ => Self::Protocol(spelled(error)),
        }
    }
}
