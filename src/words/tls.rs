//! The sentences about TLS: failures, faults of certificates, what the ends agreed on.

use super::catalogue::{Arg, Words};
use crate::tls::{CertificateFault, Date, TlsFacts, TlsFailure, Trust};
use crate::view::excerpt;

impl Words {
    /// Why TLS failed, as the end of a sentence.
    pub(super) fn tls_cause(&self, failure: &TlsFailure) -> String {
        let key = format!("cause-tls-{}", failure.name());
        match failure {
            TlsFailure::Certificate { faults, .. } => {
                self.with(&key, [("faults", Arg::from(self.certificate_faults(faults)))])
            }
            TlsFailure::Alert { code, name, .. } => {
                let alert = name.map_or_else(|| code.to_string(), |name| format!("{name} ({code})"));
                self.with(&key, [("alert", Arg::from(alert))])
            }
            _ => self.text(&key).into_owned(),
        }
    }

    /// All faults of a certificate, in one text.
    pub fn certificate_faults(&self, faults: &[CertificateFault]) -> String {
        let texts = faults.iter().map(|fault| self.certificate_fault(fault)).collect::<Vec<_>>();
        texts.join(&self.text("list-separator"))
    }

    /// One fault of a certificate.
    pub fn certificate_fault(&self, fault: &CertificateFault) -> String {
        let dated = |key: &str, more: &str, date: &Option<Date>| match date {
            Some(date) => self.with(&format!("{key}-{more}"), [("date", Arg::from(date.to_string()))]),
            None => self.text(key).into_owned(),
        };
        match fault {
            CertificateFault::Expired { not_after } => dated("fault-expired", "since", not_after),
            CertificateFault::NotYetValid { not_before } => dated("fault-not-yet-valid", "until", not_before),
            CertificateFault::WrongName { wanted, names } => {
                let key = if names.is_empty() { "fault-wrong-name-none" } else { "fault-wrong-name" };
                let names = excerpt(&names.join(", "));
                let wanted = excerpt(wanted);
                self.with(key, [("wanted", Arg::from(wanted)), ("names", Arg::from(names))])
            }
            CertificateFault::UnknownIssuer { missing_intermediate: true } => {
                self.text("fault-missing-intermediate").into_owned()
            }
            CertificateFault::Other(text) => self.with("fault-other", [("text", Arg::from(excerpt(text)))]),
            _ => self.text(&format!("fault-{}", fault.name())).into_owned(),
        }
    }

    /// Whether the peer is the one that was asked for.
    pub fn trust(&self, trust: &Trust) -> String {
        match trust {
            Trust::Verified => self.text("tls-verified").into_owned(),
            Trust::AcceptedAnyway(faults) => {
                self.with("tls-accepted", [("faults", Arg::from(self.certificate_faults(faults)))])
            }
        }
    }

    /// What the ends agreed on, in one sentence. `ms` is the time of the handshake in milliseconds.
    pub fn tls_summary(&self, facts: &TlsFacts, ms: f64) -> String {
        let subject = facts.certificates.first().map(|own| excerpt(&own.subject)).unwrap_or_default();
        let parts = [
            ("version", Arg::from(facts.version)),
            ("suite", Arg::from(facts.suite.clone())),
            ("subject", Arg::from(subject)),
            ("trust", Arg::from(self.trust(&facts.trust))),
            ("ms", Arg::from(format!("{ms:.1}"))),
        ];
        self.with("story-tls", parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Language;

    fn faults() -> Vec<CertificateFault> {
        let date = Some(Date::from_unix(0));
        let names = vec!["a.example".to_owned(), "b\u{1b}[31m.example".to_owned()];
        vec![
            CertificateFault::Expired { not_after: date },
            CertificateFault::Expired { not_after: None },
            CertificateFault::NotYetValid { not_before: date },
            CertificateFault::NotYetValid { not_before: None },
            CertificateFault::WrongName { wanted: "c.example".to_owned(), names },
            CertificateFault::WrongName { wanted: "c.example".to_owned(), names: Vec::new() },
            CertificateFault::UnknownIssuer { missing_intermediate: true },
            CertificateFault::UnknownIssuer { missing_intermediate: false },
            CertificateFault::SelfSigned,
            CertificateFault::BadSignature,
            CertificateFault::Revoked,
            CertificateFault::OfAuthority,
            CertificateFault::Other("odd\u{7}".to_owned()),
        ]
    }

    fn failures() -> Vec<TlsFailure> {
        let text = || "text".to_owned();
        vec![
            TlsFailure::Roots(text()),
            TlsFailure::RootFile(text()),
            TlsFailure::Name(text()),
            TlsFailure::Certificate { faults: faults(), certificates: Vec::new(), detail: text() },
            TlsFailure::HandshakeSignature(text()),
            TlsFailure::NotTls { http: true, opening: Vec::new() },
            TlsFailure::NotTls { http: false, opening: Vec::new() },
            TlsFailure::Handshake(text()),
            TlsFailure::Alert { code: 40, name: Some("handshake_failure"), handshaking: true },
            TlsFailure::Alert { code: 200, name: None, handshaking: false },
            TlsFailure::Decrypt,
            TlsFailure::Protocol(text()),
            TlsFailure::Closed,
            TlsFailure::SendingEnded,
        ]
    }

    #[test]
    fn every_failure_of_tls_has_a_sentence_in_both_languages() {
        for language in Language::ALL {
            let words = Words::new(language);
            for failure in failures() {
                let text = words.failure(&crate::capture::Failure::of_tls(None, failure)).to_string();
                assert!(
                    !["cause-", "try-", "fault-", "failed-", "list-"].iter().any(|key| text.contains(key)),
                    "{text}"
                );
                assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
            }
        }
    }

    #[test]
    fn a_refused_certificate_says_what_is_wrong_with_it() {
        let names = vec!["other.example".to_owned()];
        let faults = vec![
            CertificateFault::Expired { not_after: Some(Date::from_unix(0)) },
            CertificateFault::WrongName { wanted: "test.example".to_owned(), names },
        ];
        assert_eq!(
            Words::new(Language::English).certificate_faults(&faults),
            "it was valid until 1970-01-01T00:00:00Z; it is not for test.example but for other.example"
        );
    }
}
