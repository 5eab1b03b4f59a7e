//! Errors of rustls in plain text. The library writes many of them as the names in its source.
//!
//! In scope: `Other(OtherError(NoSuchThing))` becomes `no such thing`. Out of scope: what an error means. The faults that people meet have
//! sentences of their own ([`CertificateFault`](super::CertificateFault)).

use std::fmt::Display;

use super::name::bounded;

/// Names that wrap another one and say nothing.
const WRAPPERS: [&str; 3] = ["Other", "OtherError", "Some"];

/// The text of `error` without names of a source, cut to the length that is shown.
pub(super) fn plain_text(error: &impl Display) -> String {
    let text = error.to_string();
    // The fields of a variant stand in braces, as in the source.
    let text = text.split_once(" {").map_or(text.as_str(), |(name, _)| name);
    let (mut said, mut rest) = (String::new(), text);
    // For each open bracket, whether it is shown.
    let mut brackets = Vec::new();
    while let Some(first) = rest.chars().next() {
        let len = match first {
            // A quoted text is no name of the source.
            '"' => rest.get(1..).and_then(|after| after.find('"')).map_or(rest.len(), |end| end + 2),
            _ => rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len()).max(first.len_utf8()),
        };
        let (token, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
        rest = after;
        let holds = is_name(token) && rest.starts_with('(');
        match first {
            _ if holds => {
                rest = rest.get(1..).unwrap_or_default();
                brackets.push(false);
                if !WRAPPERS.contains(&token) {
                    said.push_str(&words(token));
                    said.push_str(": ");
                }
            }
            '(' => {
                brackets.push(true);
                said.push('(');
            }
            ')' if brackets.pop() == Some(false) => {}
            _ if is_name(token) => said.push_str(&words(token)),
            _ => said.push_str(token),
        }
    }
    bounded(&said)
}

/// Whether `token` is written like the name of a type in Rust.
fn is_name(token: &str) -> bool {
    let is_camel =
        token.bytes().zip(token.bytes().skip(1)).any(|(a, b)| !a.is_ascii_uppercase() && b.is_ascii_uppercase());
    WRAPPERS.contains(&token) || (token.starts_with(|c: char| c.is_ascii_uppercase()) && is_camel)
}

/// A name as words in lower case.
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{CertificateError, Error, InvalidMessage, OtherError, PeerIncompatible};

    use super::*;

    #[test]
    fn no_name_of_a_source_is_said() {
        let other = OtherError(Arc::new(std::io::Error::other("CaUsedAsEndEntity")));
        for (error, said) in [
            (Error::InvalidCertificate(CertificateError::BadEncoding), "invalid peer certificate: bad encoding"),
            (
                Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon),
                "peer is incompatible: no cipher suites in common",
            ),
            (Error::PeerIncompatible(PeerIncompatible::Tls12NotOffered), "peer is incompatible: tls12 not offered"),
            (
                Error::InvalidMessage(InvalidMessage::MissingData("ServerName")),
                "received corrupt message of type missing data: \"ServerName\"",
            ),
            (Error::Other(other), "other error: ca used as end entity"),
            (Error::DecryptError, "cannot decrypt peer's message"),
            (
                Error::InvalidCertificate(CertificateError::UnsupportedSignatureAlgorithmContext {
                    signature_algorithm_id: vec![6, 9, 42],
                    supported_algorithms: Vec::new(),
                }),
                "invalid peer certificate: unsupported signature algorithm context",
            ),
        ] {
            assert_eq!(plain_text(&error), said);
        }
        let wrapped = "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity)) (twice)";
        assert_eq!(plain_text(&wrapped), "invalid peer certificate: ca used as end entity (twice)");
        for text in ["", "(", ")", "\"", "\"Ab\"Cd(", "é(É", "valid for \"MyHost.example\" (now)"] {
            assert!(plain_text(&text).len() <= text.len() + 1, "{text}");
        }
        assert_eq!(plain_text(&"for \"MyHost\" or DnsName(\"MyHost\")"), "for \"MyHost\" or dns name: \"MyHost\"");
    }
}
