//! What is wrong with a certificate.
//!
//! In scope: faults as data, sorted so that each kind can be explained (RFC 5280 §6, RFC 9110 §4.3.4). Out of scope: finding
//! them; the sentences that people read.

use super::date::Date;

/// One reason why a certificate does not make its peer the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// It, or one above it, is no longer valid.
    Expired {
        /// When it ended, where that is known.
        not_after: Option<Date>,
    },
    /// It, or one above it, is not valid yet.
    NotYetValid {
        /// When it will begin, where that is known.
        not_before: Option<Date>,
    },
    /// It is for other names.
    WrongName {
        /// The name that was asked for.
        wanted: String,
        /// The names that it is for, as many as are shown.
        names: Vec<String>,
    },
    /// Nobody who is trusted has vouched for it.
    UnknownIssuer {
        /// A hint: the peer sent this one certificate only, and no root has its issuer's name. Either the issuer is a root
        /// that is not trusted here, or the peer forgot to send the certificate between.
        missing_intermediate: bool,
    },
    /// It vouches for itself, and is not trusted.
    SelfSigned,
    /// The signature under it, or under one above it, is wrong.
    BadSignature,
    /// It was taken back.
    Revoked,
    /// It is that of an authority, which vouches for others, and not of a server.
    OfAuthority,
    /// Something else; the text says what.
    Other(String),
}

impl CertificateFault {
    /// A stable name for texts, reports and tests.
    #[must_use]
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
