//! A certificate as it is shown.
//!
//! In scope: reading the fields that people look at (RFC 5280 §4.1) out of a certificate of the peer, valid or not. Out of scope: whether
//! the certificate is trusted.

use ring::digest::{SHA256, digest};

use super::date::Date;
use super::der::{BIT_STRING, Element, Elements, IDENTIFIER, INTEGER, OCTET_STRING, SEQUENCE};
use super::name::{alternative, distinguished};

/// The most alternative names of a certificate that are read.
pub const NAMES_MAX: usize = 100;

/// The number of bytes of a serial number that are shown. A serial number has at most 20 (RFC 5280 §4.1.2.2).
const SERIAL_MAX: usize = 64;

/// The tag of the version of a certificate.
const VERSION: u8 = 0xa0;
/// The tag of the extensions of a certificate.
const EXTENSIONS: u8 = 0xa3;
/// The object identifier 2.5.29.17, subjectAltName.
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];

/// A certificate that the peer presented. All texts come from the peer: they are cut to a bound, and may hold any character.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    pub(super) fn read(der: &[u8]) -> Self {
        Self::parsed(der).unwrap_or_else(|| Self::bare(der))
    }

    /// Reads the fields in the order in which they stand (RFC 5280 §4.1).
    fn parsed(der: &[u8]) -> Option<Self> {
        let mut certificate = Elements(der).take_tagged(SEQUENCE)?.inside();
        let mut fields = certificate.take_tagged(SEQUENCE)?.inside();
        let signature_algorithm = certificate.take_tagged(SEQUENCE)?;
        certificate.take_tagged(BIT_STRING)?;
        fields.take_tagged(VERSION);
        let serial = fields.take_tagged(INTEGER)?;
        fields.take_tagged(SEQUENCE)?;
        let issuer = fields.take_tagged(SEQUENCE)?;
        let mut validity = fields.take_tagged(SEQUENCE)?.inside();
        let subject = fields.take_tagged(SEQUENCE)?;
        let (key_algorithm, key_bits) = key(fields.take_tagged(SEQUENCE)?)?;
        let (names, names_left_out) = alternative_names(fields);
        Some(Self {
            subject: distinguished(subject),
            issuer: distinguished(issuer),
            self_issued: subject.whole == issuer.whole,
            names,
            names_left_out,
            not_before: Some(Date::read(validity.next()?)?),
            not_after: Some(Date::read(validity.next()?)?),
            serial: hexadecimal(serial.content),
            signature_algorithm: signature_algorithm.inside().next()?.known_as(signature_name),
            key_algorithm,
            key_bits,
            issuer_der: issuer.whole.to_vec(),
            ..Self::bare(der)
        })
    }

    fn bare(der: &[u8]) -> Self {
        let sha256 = digest(&SHA256, der).as_ref().try_into().unwrap_or_default();
        Self { sha256, der: der.to_vec(), ..Self::default() }
    }

    /// The SHA-256 as people write it: pairs of digits with colons.
    pub fn fingerprint(&self) -> String {
        self.sha256.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
    }

    /// Whether the certificate could be read.
    pub fn is_readable(&self) -> bool {
        self.not_after.is_some()
    }
}

/// The alternative names among the fields after the key, and how many more there are. A certificate may not have two extensions with such
/// names, but what is there should be seen.
fn alternative_names(fields: Elements<'_>) -> (Vec<String>, usize) {
    let lists = fields.filter(|field| field.tag == EXTENSIONS).flat_map(Element::inside).flat_map(Element::inside);
    let lists = lists.filter(|extension| {
        extension.inside().next().is_some_and(|id| id.tag == IDENTIFIER && id.content == ALTERNATIVE_NAMES)
    });
    let values = lists.filter_map(|extension| extension.inside().find(|part| part.tag == OCTET_STRING));
    let mut names = values.flat_map(Element::inside).flat_map(Element::inside).filter_map(alternative);
    let shown = names.by_ref().take(NAMES_MAX).collect();
    (shown, names.count())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().take(SERIAL_MAX).map(|byte| format!("{byte:02x}")).collect()
}

/// What a key is for and its length in bits, of a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
fn key(info: Element<'_>) -> Option<(String, Option<u32>)> {
    let mut parts = info.inside();
    let mut algorithm = parts.take_tagged(SEQUENCE)?.inside();
    let bits = parts.take_tagged(BIT_STRING)?;
    let kind = algorithm.take_tagged(IDENTIFIER)?.figures();
    Some(match kind.as_str() {
        "1.2.840.113549.1.1.1" => ("RSA".to_owned(), modulus_bits(bits)),
        "1.2.840.10045.2.1" => curve(algorithm.take_tagged(IDENTIFIER)),
        "1.3.101.112" => ("Ed25519".to_owned(), Some(256)),
        "1.3.101.113" => ("Ed448".to_owned(), Some(456)),
        _ => (kind, None),
    })
}

fn modulus_bits(key: Element<'_>) -> Option<u32> {
    // The first byte of a BIT STRING says how many bits of the last one are unused.
    let (_, key) = key.content.split_first()?;
    let modulus = Elements(key).take_tagged(SEQUENCE)?.inside().take_tagged(INTEGER)?.content;
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let first = modulus.get(zeros)?;
    let bytes = u32::try_from(modulus.len() - zeros).ok()?;
    Some(8 * bytes - first.leading_zeros())
}

fn curve(curve: Option<Element<'_>>) -> (String, Option<u32>) {
    let curve = curve.map(Element::figures).unwrap_or_default();
    match curve.as_str() {
        "1.2.840.10045.3.1.7" => ("EC P-256".to_owned(), Some(256)),
        "1.3.132.0.34" => ("EC P-384".to_owned(), Some(384)),
        "1.3.132.0.35" => ("EC P-521".to_owned(), Some(521)),
        "1.3.132.0.10" => ("EC secp256k1".to_owned(), Some(256)),
        _ => (format!("EC {curve}").trim_end().to_owned(), None),
    }
}

fn signature_name(algorithm: &str) -> Option<&'static str> {
    Some(match algorithm {
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
        _ => return None,
    })
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
