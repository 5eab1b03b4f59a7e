//! Names in certificates as text: distinguished names, alternative names, object identifiers.
//!
//! In scope: text of bounded length for people to read. Out of scope: comparing names, which is done on their bytes; making control
//! characters visible (see `view`).
//!
//! Distinguished names are written as in RFC 4514, but in the order of the certificate, as most tools do.

use core::net::IpAddr;

use x509_parser::asn1_rs::{Any, Oid, Tag};
use x509_parser::extensions::GeneralName;
use x509_parser::x509::X509Name;

/// The most characters of a text from a certificate. A longer text is cut and ends in `…`.
pub const TEXT_MAX: usize = 1024;

/// The most bytes of an object identifier that is written in decimal. A longer one is not known, and slow to write.
const OID_MAX: usize = 64;

/// `text`, cut to [`TEXT_MAX`] characters.
#[must_use]
pub(super) fn bounded(text: &str) -> String {
    match text.char_indices().nth(TEXT_MAX) {
        None => text.to_owned(),
        Some(_) => text.chars().take(TEXT_MAX - 1).chain(['…']).collect(),
    }
}

/// A subject or issuer: `CN=example.org, O=Example`.
#[must_use]
pub(super) fn distinguished(name: &X509Name<'_>) -> String {
    let mut text = String::new();
    for part in name.iter_rdn() {
        for (nth, attribute) in part.iter().enumerate() {
            if !text.is_empty() {
                text.push_str(if nth == 0 { ", " } else { " + " });
            }
            text.push_str(&attribute_name(attribute.attr_type()));
            text.push('=');
            escape(&string(attribute.attr_value()), &mut text);
        }
        // The rest would be cut anyway.
        if text.len() > 4 * TEXT_MAX {
            break;
        }
    }
    bounded(&text)
}

/// A DNS name or an address among the alternative names. Returns `None` for other kinds, which say nothing about an https server.
#[must_use]
pub(super) fn alternative(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(bounded(name)),
        GeneralName::IPAddress(bytes) => Some(address(bytes)),
        GeneralName::Invalid(Tag(2), bytes) => Some(bounded(&String::from_utf8_lossy(bytes))),
        _ => None,
    }
}

/// An object identifier in decimal.
#[must_use]
pub(super) fn identifier(oid: &Oid<'_>) -> String {
    if oid.as_bytes().len() > OID_MAX { "?".to_owned() } else { oid.to_id_string() }
}

fn address(bytes: &[u8]) -> String {
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    let sixteen = || <[u8; 16]>::try_from(bytes).map(IpAddr::from);
    four.or_else(|_| sixteen()).map_or_else(|_| "?".to_owned(), |address| address.to_string())
}

fn attribute_name(oid: &Oid<'_>) -> String {
    let figures = identifier(oid);
    let known = match figures.as_str() {
        "2.5.4.3" => "CN",
        "2.5.4.4" => "SN",
        "2.5.4.5" => "serialNumber",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.9" => "street",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "2.5.4.12" => "title",
        "2.5.4.42" => "GN",
        "2.5.4.97" => "organizationIdentifier",
        "0.9.2342.19200300.100.1.1" => "UID",
        "0.9.2342.19200300.100.1.25" => "DC",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => return figures,
    };
    known.to_owned()
}

fn string(value: &Any<'_>) -> String {
    // This is longer than any text that is shown, even at four bytes a character.
    let bytes = value.data.get(..4 * TEXT_MAX + 4).unwrap_or(value.data);
    match value.tag() {
        Tag::BmpString => {
            let units = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        Tag::UniversalString => {
            let units = bytes.as_chunks::<4>().0.iter().map(|four| u32::from_be_bytes(*four));
            units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        Tag::T61String => bytes.iter().copied().map(char::from).collect(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Escapes characters that would end the value or begin another one (RFC 4514 §2.4).
fn escape(value: &str, text: &mut String) {
    for character in value.chars() {
        if matches!(character, ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=') {
            text.push('\\');
        }
        text.push(character);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let exact = "ü".repeat(TEXT_MAX);
        assert_eq!(bounded(&exact), exact);
        let long = bounded(&"ü".repeat(TEXT_MAX + 1));
        assert_eq!(long.chars().count(), TEXT_MAX);
        assert!(long.ends_with("ü…"));
    }

    #[test]
    fn a_value_cannot_look_like_another_attribute() {
        let mut text = "CN=".to_owned();
        escape("a, O=Bank", &mut text);
        assert_eq!(text, r"CN=a\, O\=Bank");
    }

    #[test]
    fn addresses_of_both_kinds_are_read() {
        assert_eq!(address(&[127, 0, 0, 1]), "127.0.0.1");
        assert_eq!(address(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), "::1");
        assert_eq!(address(&[1, 2, 3]), "?");
    }

    #[test]
    fn two_byte_strings_are_read() {
        let value = Any::new(x509_parser::asn1_rs::Header::new_simple(Tag::BmpString), &[0x4e, 0x2d, 0xd8, 0x00]);
        assert_eq!(string(&value), "中\u{fffd}");
    }
}
