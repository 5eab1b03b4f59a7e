//! What the two ends agreed on.
//!
//! In scope: the data that are shown once the handshake is complete. Out of scope: the handshake.

use super::certificate::Certificate;
use super::certificate_fault::CertificateFault;

/// Whether the peer is the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The certificates have been verified.
    Verified,
    /// The certificates have at least one fault, and the user chose to go on for this one run.
    AcceptedAnyway(Vec<CertificateFault>),
}

/// The result of a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFacts {
    /// The version: `TLS 1.3`.
    pub version: &'static str,
    /// The cipher suite by its IANA name: `TLS_AES_128_GCM_SHA256`.
    pub suite: String,
    /// The group of the key exchange by its IANA name: `x25519`.
    pub group: Option<String>,
    /// The protocol that was agreed on by ALPN (RFC 7301). `None` if the peer did not name one.
    pub alpn: Option<String>,
    /// The server name that was sent (RFC 6066 §3). An address is never sent.
    pub sni: Option<String>,
    /// The certificates of the peer, its own first.
    pub certificates: Vec<Certificate>,
    /// Whether the certificates are trusted.
    pub trust: Trust,
}
