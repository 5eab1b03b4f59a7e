//! The roots against which certificates are checked: the system's, and those of a file that the user names.
//!
//! In scope: reading roots. Out of scope: opening that file, and checking certificates. No certificate and no revocation list is ever
//! fetched: a program that shows every socket call makes none in secret.

#[cfg(all(unix, not(target_os = "macos")))]
use std::path::PathBuf;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_native_certs::CertificateResult;

use super::failure::TlsFailure;
use super::name::bounded;
use super::plain_text::plain_text;

/// Trusted roots.
#[derive(Debug)]
pub(super) struct Roots {
    /// All roots. Empty only if the user goes on without roots.
    pub(super) store: Arc<RootCertStore>,
    /// The roots that the user named.
    pub(super) named: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// The system's roots and those that the user named. Fails when there is no root, unless `accept_none`.
    pub(super) fn load(named: Vec<CertificateDer<'static>>, accept_none: bool) -> Result<Self, TlsFailure> {
        Self::of(of_system(), named, accept_none)
    }

    fn of(
        system: CertificateResult,
        named: Vec<CertificateDer<'static>>,
        accept_none: bool,
    ) -> Result<Self, TlsFailure> {
        let mut store = RootCertStore::empty();
        // A store of a hundred roots may hold one that can't be read. The others are good all the same.
        let (_, system_unread) = store.add_parsable_certificates(system.certs);
        let (_, named_unread) = store.add_parsable_certificates(named.iter().cloned());
        if store.is_empty() && !accept_none {
            let why = system.errors.iter().map(ToString::to_string).chain([
                format!("unreadable in the system's store: {system_unread}"),
                format!("unreadable among those named: {named_unread}"),
            ]);
            let why = why.collect::<Vec<_>>().join("; ");
            return Err(TlsFailure::Roots(bounded(&format!("the system's store of certificates is empty ({why})"))));
        }
        Ok(Self { store: Arc::new(store), named })
    }
}

/// The system's store, or that of SSL_CERT_FILE and SSL_CERT_DIR.
fn of_system() -> CertificateResult {
    // The library takes an empty variable for a file without a name.
    #[cfg(all(unix, not(target_os = "macos")))]
    if std::env::var_os("SSL_CERT_FILE").is_some_and(|file| file.is_empty()) {
        let found = openssl_probe::probe();
        let folder = found.cert_dir.first().map(PathBuf::as_path);
        return rustls_native_certs::load_certs_from_paths(found.cert_file.as_deref(), folder);
    }
    rustls_native_certs::load_native_certs()
}

/// The certificates in `pem`, the text of a PEM file (RFC 7468), to be trusted for one run besides the system's. Fails when the text is
/// damaged, or holds no certificate.
pub fn extra_roots(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsFailure> {
    let failure = |why: &dyn std::fmt::Display| TlsFailure::RootFile(plain_text(&why));
    let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(|error| failure(&error))?;
    if found.is_empty() {
        return Err(failure(&"no certificate in PEM form"));
    }
    // Bytes that are no certificate would be left out later without an error.
    found.iter().try_for_each(|root| RootCertStore::empty().add(root.clone())).map_err(|error| failure(&error))?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> rcgen::Certificate {
        let key = rcgen::KeyPair::generate().unwrap();
        rcgen::CertificateParams::new(vec!["root".to_owned()]).unwrap().self_signed(&key).unwrap()
    }

    #[test]
    fn no_root_at_all_is_an_error_unless_accepted() {
        let failure = Roots::of(CertificateResult::default(), Vec::new(), false).unwrap_err();
        assert!(failure.to_string().contains("store of certificates is empty"), "{failure}");
        assert!(Roots::of(CertificateResult::default(), Vec::new(), true).unwrap().store.is_empty());
    }

    #[test]
    fn named_roots_do_without_a_system_store() {
        let named = vec![root().der().clone()];
        assert_eq!(Roots::of(CertificateResult::default(), named, false).unwrap().store.len(), 1);
    }

    #[test]
    fn what_the_system_says_about_its_store_is_passed_on() {
        let folder = std::env::temp_dir().join(format!("no-such-folder-{}", std::process::id()));
        let system = rustls_native_certs::load_certs_from_paths(None, Some(&folder));
        let failure = Roots::of(system, Vec::new(), false).unwrap_err();
        assert!(failure.to_string().contains("no-such-folder"), "{failure}");
    }

    #[test]
    fn a_file_of_roots_holds_at_least_one() {
        assert_eq!(extra_roots(format!("# two\n{}{}", root().pem(), root().pem()).as_bytes()).unwrap().len(), 2);
        assert!(extra_roots(b"no certificate").unwrap_err().to_string().contains("no certificate in PEM form"));
        let damaged = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(extra_roots(damaged).unwrap_err().name(), "root-file");
    }
}
