//! What is wrong with a certificate.
//!
//! In scope: faults as data, by kinds that can be explained (RFC 5280 §6, RFC 9110 §4.3.4). Out of scope: finding the faults (see
//! `verifier`); the sentences that people read.

use super::date::Date;

/// One reason why a certificate does not prove that the peer is the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// The certificate, or one above it, is no longer valid.
    Expired {
        /// The end of the validity, where it is known.
        not_after: Option<Date>,
    },
    /// The certificate, or one above it, is not valid yet.
    NotYetValid {
        /// The beginning of the validity, where it is known.
        not_before: Option<Date>,
    },
    /// The certificate is for other names.
    WrongName {
        /// The name that was asked for.
        wanted: String,
        /// The names of the certificate, as many as are shown.
        names: Vec<String>,
    },
    /// No trusted issuer has signed the certificate.
    UnknownIssuer {
        /// Whether the peer sent one certificate only, and no root has the name of its issuer. Then the issuer is a root that is not
        /// trusted here, or the peer did not send the certificate between.
        missing_intermediate: bool,
    },
    /// The certificate is signed with its own key, and is not trusted.
    SelfSigned,
    /// The signature of the certificate, or of one above it, is wrong.
    BadSignature,
    /// The certificate was revoked.
    Revoked,
    /// The certificate is that of an authority, and not that of a server.
    OfAuthority,
    /// Another fault, in the words of the library.
    Other(String),
}

impl CertificateFault {
    /// A name that does not change, fit for a key.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not-yet-valid",
            Self::WrongName { .. } => "wrong-name",
            Self::UnknownIssuer { .. } => "unknown-issuer",
            Self::SelfSigned => "self-signed",
            Self::BadSignature => "bad-signature",
            Self::Revoked => "revoked",
            Self::OfAuthority => "of-authority",
            Self::Other(_) => "other",
        }
    }
}
