//! A certificate as it is shown.
//!
//! In scope: reading the fields that people look at (RFC 5280 §4.1) out of a certificate of the peer, valid or not. Out of scope: whether
//! the certificate is trusted.

use ring::digest::{SHA256, digest};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use super::date::Date;
use super::name::{alternative, distinguished, identifier};

/// The most alternative names of a certificate that are read.
pub const NAMES_MAX: usize = 100;

/// The most bytes of a serial number (RFC 5280 §4.1.2.2). A longer one is shown up to this length.
const SERIAL_MAX: usize = 64;

/// A certificate that the peer presented. All texts come from the peer: they are cut to a bound, and may hold any character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The subject.
    pub subject: String,
    /// The issuer.
    pub issuer: String,
    /// Whether issuer and subject are the same, byte by byte.
    pub self_issued: bool,
    /// The DNS names and addresses of the subject, at most [`NAMES_MAX`].
    pub names: Vec<String>,
    /// How many more names the certificate has.
    pub names_left_out: usize,
    /// The beginning of the validity. `None` for a certificate that could not be read.
    pub not_before: Option<Date>,
    /// The last second of the validity.
    pub not_after: Option<Date>,
    /// The serial number, in hexadecimal digits.
    pub serial: String,
    /// The algorithm of the signature: `ecdsa-with-SHA256`.
    pub signature_algorithm: String,
    /// The algorithm of the key: `RSA`, `EC P-256`, `Ed25519`.
    pub key_algorithm: String,
    /// The length of the key in bits, where it is known.
    pub key_bits: Option<u32>,
    /// The SHA-256 of all bytes of the certificate, by which people compare certificates.
    pub sha256: [u8; 32],
    /// All bytes of the certificate.
    pub der: Vec<u8>,
    /// The name of the issuer as it is encoded.
    pub(super) issuer_der: Vec<u8>,
}

impl Certificate {
    /// Reads a certificate. Bytes that are no certificate give only themselves and their SHA-256.
    #[must_use]
    pub(super) fn read(der: &[u8]) -> Self {
        let bare = Self::bare(der);
        let Ok((_, read)) = X509Certificate::from_der(der) else {
            return bare;
        };
        let (names, names_left_out) = alternative_names(&read);
        let (key_algorithm, key_bits) = key(read.public_key());
        Self {
            subject: distinguished(read.subject()),
            issuer: distinguished(read.issuer()),
            self_issued: read.subject().as_raw() == read.issuer().as_raw(),
            names,
            names_left_out,
            not_before: Some(Date { unix: read.validity().not_before.timestamp() }),
            not_after: Some(Date { unix: read.validity().not_after.timestamp() }),
            serial: hexadecimal(read.raw_serial()),
            signature_algorithm: signature_algorithm(&read.signature_algorithm),
            key_algorithm,
            key_bits,
            issuer_der: read.issuer().as_raw().to_vec(),
            ..bare
        }
    }

    fn bare(der: &[u8]) -> Self {
        let mut sha256 = [0; 32];
        for (to, from) in sha256.iter_mut().zip(digest(&SHA256, der).as_ref()) {
            *to = *from;
        }
        Self {
            subject: String::new(),
            issuer: String::new(),
            self_issued: false,
            names: Vec::new(),
            names_left_out: 0,
            not_before: None,
            not_after: None,
            serial: String::new(),
            signature_algorithm: String::new(),
            key_algorithm: String::new(),
            key_bits: None,
            sha256,
            der: der.to_vec(),
            issuer_der: Vec::new(),
        }
    }

    /// The SHA-256 as people write it: pairs of digits with colons.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.sha256.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
    }

    /// Whether the certificate could be read.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.not_after.is_some()
    }
}

/// The alternative names in all extensions of that kind, and how many were left out. A certificate may have only one such extension, but
/// all that are there are shown.
fn alternative_names(read: &X509Certificate<'_>) -> (Vec<String>, usize) {
    let lists = read.extensions().iter().filter_map(|extension| match extension.parsed_extension() {
        ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
        _ => None,
    });
    let mut names = lists.flatten().filter_map(alternative);
    let shown = names.by_ref().take(NAMES_MAX).collect();
    (shown, names.count())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().take(SERIAL_MAX).map(|byte| format!("{byte:02x}")).collect()
}

fn key(info: &SubjectPublicKeyInfo<'_>) -> (String, Option<u32>) {
    let kind = identifier(&info.algorithm.algorithm);
    match kind.as_str() {
        "1.2.840.113549.1.1.1" => ("RSA".to_owned(), modulus_bits(info)),
        "1.2.840.10045.2.1" => curve(&info.algorithm),
        "1.3.101.112" => ("Ed25519".to_owned(), Some(256)),
        "1.3.101.113" => ("Ed448".to_owned(), Some(456)),
        _ => (kind, None),
    }
}

fn modulus_bits(info: &SubjectPublicKeyInfo<'_>) -> Option<u32> {
    let Ok(PublicKey::RSA(key)) = info.parsed() else {
        return None;
    };
    let zeros = key.modulus.iter().take_while(|byte| **byte == 0).count();
    let first = key.modulus.get(zeros)?;
    let bytes = u32::try_from(key.modulus.len() - zeros).ok()?;
    Some(8 * bytes - first.leading_zeros())
}

fn curve(algorithm: &AlgorithmIdentifier<'_>) -> (String, Option<u32>) {
    let curve = algorithm.parameters.as_ref().and_then(|parameters| parameters.as_oid().ok());
    let curve = curve.as_ref().map(identifier).unwrap_or_default();
    match curve.as_str() {
        "1.2.840.10045.3.1.7" => ("EC P-256".to_owned(), Some(256)),
        "1.3.132.0.34" => ("EC P-384".to_owned(), Some(384)),
        "1.3.132.0.35" => ("EC P-521".to_owned(), Some(521)),
        "1.3.132.0.10" => ("EC secp256k1".to_owned(), Some(256)),
        _ => (format!("EC {curve}").trim_end().to_owned(), None),
    }
}

fn signature_algorithm(algorithm: &AlgorithmIdentifier<'_>) -> String {
    let figures = identifier(&algorithm.algorithm);
    let known = match figures.as_str() {
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10" => "RSASSA-PSS",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        _ => return figures,
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(change: impl FnOnce(&mut rcgen::CertificateParams)) -> Certificate {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(vec!["example.org".to_owned()]).unwrap();
        change(&mut parameters);
        Certificate::read(parameters.self_signed(&key).unwrap().der())
    }

    #[test]
    fn what_people_look_at_is_read() {
        let certificate = made(|parameters| {
            parameters.not_before = rcgen::date_time_ymd(2020, 2, 29);
            parameters.not_after = rcgen::date_time_ymd(2060, 1, 1);
            parameters.serial_number = Some(vec![0x12, 0xab].into());
            parameters.distinguished_name = rcgen::DistinguishedName::new();
            parameters.distinguished_name.push(rcgen::DnType::CountryName, "CN");
            parameters.distinguished_name.push(rcgen::DnType::CommonName, "示例, Ltd");
        });
        assert_eq!(certificate.subject, "C=CN, CN=示例\\, Ltd");
        assert_eq!(certificate.issuer, certificate.subject);
        assert!(certificate.self_issued && certificate.is_readable());
        assert_eq!(certificate.names, ["example.org"]);
        assert_eq!(certificate.not_before.unwrap().to_string(), "2020-02-29T00:00:00Z");
        assert_eq!(certificate.not_after.unwrap().to_string(), "2060-01-01T00:00:00Z");
        assert_eq!(certificate.serial, "12ab");
        assert_eq!(certificate.signature_algorithm, "ecdsa-with-SHA256");
        assert_eq!((certificate.key_algorithm.as_str(), certificate.key_bits), ("EC P-256", Some(256)));
        assert_eq!(certificate.fingerprint().len(), 32 * 3 - 1);
    }

    #[test]
    fn more_names_than_the_bound_are_counted() {
        let certificate = made(|parameters| {
            let name = |nth: usize| rcgen::SanType::DnsName(format!("n{nth}.example.org").try_into().unwrap());
            parameters.subject_alt_names = (0..NAMES_MAX + 7).map(name).collect();
        });
        assert_eq!((certificate.names.len(), certificate.names_left_out), (NAMES_MAX, 7));
    }

    #[test]
    fn what_is_no_certificate_keeps_its_bytes() {
        let certificate = Certificate::read(b"no certificate");
        assert!(!certificate.is_readable());
        assert_eq!(certificate.der, b"no certificate");
        assert_ne!(certificate.sha256, [0; 32]);
    }
}
