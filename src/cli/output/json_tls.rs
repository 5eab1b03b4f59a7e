//! What was agreed on in a TLS handshake, as an object of JSON. `docs/JSON.md` describes it.

use serde::Serialize;

use crate::tls::{Certificate, CertificateFault, TlsFacts, Trust};

/// The object of a TLS handshake that is done.
#[derive(Serialize)]
pub(super) struct TlsLine {
    at: f64,
    version: &'static str,
    suite: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alpn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sni: Option<String>,
    verified: bool,
    faults: Vec<&'static str>,
    certificates: Vec<CertificateLine>,
}

#[derive(Serialize)]
struct CertificateLine {
    subject: String,
    issuer: String,
    names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_after: Option<String>,
    serial: String,
    key: String,
    signature: String,
    sha256: String,
}

impl TlsLine {
    /// What was agreed on; the handshake ended at `at`, in seconds since the run began.
    pub(super) fn of(at: f64, facts: &TlsFacts) -> Self {
        let faults = match &facts.trust {
            Trust::Verified => &[][..],
            Trust::AcceptedAnyway(faults) => faults,
        };
        Self {
            at,
            version: facts.version,
            suite: facts.suite.clone(),
            group: facts.group.clone(),
            alpn: facts.alpn.clone(),
            sni: facts.sni.clone(),
            verified: faults.is_empty(),
            faults: faults.iter().map(CertificateFault::name).collect(),
            certificates: facts.certificates.iter().map(CertificateLine::of).collect(),
        }
    }
}

impl CertificateLine {
    fn of(certificate: &Certificate) -> Self {
        let bits = certificate.key_bits.map(|bits| format!(" {bits}")).unwrap_or_default();
        Self {
            subject: certificate.subject.clone(),
            issuer: certificate.issuer.clone(),
            names: certificate.names.clone(),
            not_before: certificate.not_before.map(|date| date.to_string()),
            not_after: certificate.not_after.map(|date| date.to_string()),
            serial: certificate.serial.clone(),
            key: format!("{}{bits}", certificate.key_algorithm),
            signature: certificate.signature_algorithm.clone(),
            sha256: certificate.fingerprint(),
        }
    }
}
