//! Verifies the certificates of the peer, and keeps them to be shown, refused or not.
//!
//! In scope: issuers, dates and names (RFC 5280 §6, RFC 9110 §4.3.4, RFC 9525), and going on with faults if the user chose so. Out of
//! scope: revocation, which needs sockets (see [`roots`](super::roots)).
//!
//! webpki builds the path and stops at the first fault. A user who accepts an expired certificate should know that its issuer is unknown
//! too, so the other kinds of faults are looked for as well.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};

use super::certificate::Certificate;
use super::certificate_fault::CertificateFault;
use super::date::Date;
use super::failure::TlsFailure;
use super::plain_text::plain_text;
use super::roots::Roots;

/// The certificates of the peer and their faults.
#[derive(Clone, Debug)]
pub(super) struct Presented {
    /// The certificates, the peer's own first.
    pub(super) certificates: Vec<Certificate>,
    /// The faults. Empty for certificates that are trusted.
    pub(super) faults: Vec<CertificateFault>,
    /// The first fault in the words of the verifier.
    pub(super) detail: String,
}

/// The verifier of one connection.
#[derive(Debug)]
pub(super) struct Verifier {
    roots: Roots,
    /// `None` without any root.
    webpki: Option<Arc<WebPkiServerVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
    accept_invalid: bool,
    presented: OnceLock<Presented>,
}

/// The certificates of one peer, and the name and the time for which they are verified.
struct PeerClaim<'a> {
    own: &'a CertificateDer<'a>,
    others: &'a [CertificateDer<'a>],
    name: &'a ServerName<'a>,
    ocsp: &'a [u8],
}

impl Verifier {
    /// A verifier for one connection. Fails when webpki can't work with the roots.
    pub(super) fn new(roots: Roots, provider: &Arc<CryptoProvider>, accept_invalid: bool) -> Result<Self, TlsFailure> {
        let webpki = if roots.store.is_empty() {
            None
        } else {
            let builder = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots.store), Arc::clone(provider));
            Some(builder.build().map_err(|error| TlsFailure::Roots(plain_text(&error)))?)
        };
        let algorithms = provider.signature_verification_algorithms;
        Ok(Self { roots, webpki, algorithms, accept_invalid, presented: OnceLock::new() })
    }

    /// The certificates of the peer, once they have come.
    pub(super) fn presented(&self) -> Option<&Presented> {
        self.presented.get()
    }

    /// The failure, if the connection was refused because of the certificates.
    pub(super) fn refusal(&self) -> Option<TlsFailure> {
        let Presented { certificates, faults, detail } = self.presented()?;
        if faults.is_empty() || self.accept_invalid {
            return None;
        }
        let (certificates, faults, detail) = (certificates.clone(), faults.clone(), detail.clone());
        Some(TlsFailure::Certificate { faults, certificates, detail })
    }

    fn examine(&self, claim: &PeerClaim<'_>, now: UnixTime) -> Presented {
        let certificates = [claim.own].into_iter().chain(claim.others).map(|der| Certificate::read(der));
        let certificates = certificates.collect::<Vec<_>>();
        let mut presented = Presented { certificates, faults: Vec::new(), detail: String::new() };
        let Some(own) = presented.certificates.first().cloned() else {
            return presented;
        };
        let date = date_fault(&own, now);
        // Whether the issuer of an expired certificate is known shows only at a time when the certificate was valid.
        let at = if date.is_some() { within(&own, now) } else { now };
        // The dates of the other certificates at that time are no faults.
        let is_beside = |error: &Error| date.is_some() && is_about_dates(error);
        let path = self.path(claim, &own, at).or_else(|error| if is_beside(&error) { Ok(()) } else { Err(error) });
        let named = name_check(claim);
        let wrong_name =
            [&path, &named].into_iter().filter_map(|result| result.as_ref().err()).find(|e| is_about_name(e));
        let first = [&path, &named].into_iter().find_map(|result| result.as_ref().err());
        presented.detail = first.map(plain_text).unwrap_or_default();
        if let Err(error) = &path
            && !is_about_name(error)
        {
            presented.faults.push(self.path_fault(error, claim, &own));
        }
        if let Some(date) = date
            && !presented.faults.contains(&date)
        {
            presented.faults.push(date);
        }
        match (wrong_name, &named) {
            (Some(_), _) => presented.faults.push(wrong_name_fault(claim, &own)),
            (None, Err(error)) if presented.faults.is_empty() => {
                presented.faults.push(CertificateFault::Other(plain_text(error)));
            }
            (None, _) => {}
        }
        if presented.detail.is_empty() {
            presented.detail = presented.faults.first().map(|fault| fault.name().to_owned()).unwrap_or_default();
        }
        presented
    }

    /// Checks that a trusted issuer has signed the certificate.
    fn path(&self, claim: &PeerClaim<'_>, own: &Certificate, at: UnixTime) -> Result<(), Error> {
        // webpki refuses a CA's certificate as a server's own, even if the user named it as trusted. People make such a
        // certificate for a test server, so only its dates and names are checked.
        if own.is_readable() && self.roots.named.iter().any(|named| named == claim.own) {
            return Ok(());
        }
        let Some(webpki) = &self.webpki else {
            return Err(CertificateError::UnknownIssuer.into());
        };
        webpki.verify_server_cert(claim.own, claim.others, claim.name, claim.ocsp, at).map(|_| ())
    }

    fn path_fault(&self, error: &Error, claim: &PeerClaim<'_>, own: &Certificate) -> CertificateFault {
        let Error::InvalidCertificate(error) = error else {
            return CertificateFault::Other(plain_text(error));
        };
        match error {
            CertificateError::Expired => CertificateFault::Expired { not_after: None },
            CertificateError::ExpiredContext { not_after, .. } => {
                CertificateFault::Expired { not_after: Some(date(*not_after)) }
            }
            CertificateError::NotValidYet => CertificateFault::NotYetValid { not_before: None },
            CertificateError::NotValidYetContext { not_before, .. } => {
                CertificateFault::NotYetValid { not_before: Some(date(*not_before)) }
            }
            CertificateError::BadSignature => CertificateFault::BadSignature,
            CertificateError::Revoked => CertificateFault::Revoked,
            // Other: webpki stops at a CA's certificate, or at one of the first version, before it looks for the issuer.
            CertificateError::UnknownIssuer | CertificateError::Other(_) if own.self_issued => {
                CertificateFault::SelfSigned
            }
            CertificateError::UnknownIssuer => {
                let is_root = |name: &rustls::DistinguishedName| name.as_ref() == own.issuer_der.as_slice();
                let missing_intermediate =
                    own.is_readable() && claim.others.is_empty() && !self.roots.store.subjects().iter().any(is_root);
                CertificateFault::UnknownIssuer { missing_intermediate }
            }
            // The error is known only by webpki's name for it.
            CertificateError::Other(OtherError(why)) if why.to_string() == "CaUsedAsEndEntity" => {
                CertificateFault::OfAuthority
            }
            _ => CertificateFault::Other(plain_text(error)),
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let presented = self.presented.get_or_init(|| self.examine(&PeerClaim { own, others, name, ocsp }, now));
        // The faults are kept here, as the error of rustls holds only one of them.
        match presented.faults.is_empty() || self.accept_invalid {
            true => Ok(ServerCertVerified::assertion()),
            false => Err(alert_for(&presented.faults).into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, own, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        own: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, own, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The error by which rustls chooses the alert for the peer.
fn alert_for(faults: &[CertificateFault]) -> CertificateError {
    match faults.first() {
        Some(CertificateFault::Expired { .. }) => CertificateError::Expired,
        Some(CertificateFault::NotYetValid { .. }) => CertificateError::NotValidYet,
        Some(CertificateFault::WrongName { .. }) => CertificateError::NotValidForName,
        Some(CertificateFault::UnknownIssuer { .. } | CertificateFault::SelfSigned) => CertificateError::UnknownIssuer,
        Some(CertificateFault::BadSignature) => CertificateError::BadSignature,
        Some(CertificateFault::Revoked) => CertificateError::Revoked,
        Some(CertificateFault::OfAuthority | CertificateFault::Other(_)) | None => {
            CertificateError::ApplicationVerificationFailure
        }
    }
}

fn name_check(claim: &PeerClaim<'_>) -> Result<(), Error> {
    verify_server_name(&ParsedCertificate::try_from(claim.own)?, claim.name)
}

fn is_about_name(error: &Error) -> bool {
    use CertificateError::{NotValidForName, NotValidForNameContext};
    matches!(error, Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }))
}

fn is_about_dates(error: &Error) -> bool {
    use CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    matches!(
        error,
        Error::InvalidCertificate(Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. })
    )
}

fn wrong_name_fault(claim: &PeerClaim<'_>, own: &Certificate) -> CertificateFault {
    CertificateFault::WrongName { wanted: claim.name.to_str().into_owned(), names: own.names.clone() }
}

fn date_fault(own: &Certificate, now: UnixTime) -> Option<CertificateFault> {
    let now = date(now);
    match (own.not_before, own.not_after) {
        (not_before @ Some(first), _) if now < first => Some(CertificateFault::NotYetValid { not_before }),
        (_, not_after @ Some(last)) if now > last => Some(CertificateFault::Expired { not_after }),
        _ => None,
    }
}

/// The moment closest to `now` at which the certificate was or will be valid.
fn within(own: &Certificate, now: UnixTime) -> UnixTime {
    let date = date(now);
    let closest = own.not_after.map_or(date, |last| date.min(last)).max(own.not_before.unwrap_or(date));
    let since = u64::try_from(closest.unix()).unwrap_or_default();
    UnixTime::since_unix_epoch(std::time::Duration::from_secs(since))
}

fn date(time: UnixTime) -> Date {
    Date::from_unix(i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
}
