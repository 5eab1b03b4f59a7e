//! What the two ends agreed on.
//!
//! In scope: data to be shown once the handshake is done. Out of scope: the handshake.

use super::certificate::Certificate;
use super::fault::CertificateFault;

/// Whether the peer is who it was asked to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Its certificates have been verified.
    Verified,
    /// They are at fault, and the user chose to go on for this one run. There is at least one fault.
    AcceptedAnyway(Vec<CertificateFault>),
}

/// What the handshake came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFacts {
    /// The version: `TLS 1.3`.
    pub version: &'static str,
    /// The cipher suite by its IANA name: `TLS_AES_128_GCM_SHA256`.
    pub suite: String,
    /// The group of the key exchange by its IANA name: `x25519`.
    pub group: Option<String>,
    /// The protocol that was agreed on by ALPN (RFC 7301); `None` if the peer did not say.
    pub alpn: Option<String>,
    /// The server name that was sent (RFC 6066 §3); an address is never sent.
    pub sni: Option<String>,
    /// What the peer presented, its own certificate first.
    pub certificates: Vec<Certificate>,
    /// Whether that is trusted.
    pub trust: Trust,
}
