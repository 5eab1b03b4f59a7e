//! Names in certificates as text: distinguished names and alternative names.
//!
//! In scope: text of bounded length for people to read. Out of scope: comparing names, which is done on their bytes; making control
//! characters visible (see `view`).
//!
//! Distinguished names are written as in RFC 4514, but in the order of the certificate, as most tools do.

use core::net::IpAddr;

use super::der::Element;

/// The most characters of a text from a certificate. A longer text is cut and ends in `…`.
pub const TEXT_MAX: usize = 1024;

/// The tag of a string of one byte a character.
const T61_STRING: u8 = 0x14;
/// The tag of a string of four bytes a character.
const UNIVERSAL_STRING: u8 = 0x1c;
/// The tag of a string of two bytes a character.
const BMP_STRING: u8 = 0x1e;
/// The tag of a DNS name among alternative names (RFC 5280 §4.2.1.6).
const DNS_NAME: u8 = 0x82;
/// The tag of an address among alternative names.
const IP_ADDRESS: u8 = 0x87;

/// `text`, cut to [`TEXT_MAX`] characters.
pub(super) fn bounded(text: &str) -> String {
    match text.char_indices().nth(TEXT_MAX) {
        None => text.to_owned(),
        Some(_) => text.chars().take(TEXT_MAX - 1).chain(['…']).collect(),
    }
}

/// A subject or issuer: `CN=example.org, O=Example`.
pub(super) fn distinguished(name: Element<'_>) -> String {
    let mut text = String::new();
    for part in name.inside() {
        for (nth, attribute) in part.inside().enumerate() {
            let mut kind_and_value = attribute.inside();
            let (Some(kind), Some(value)) = (kind_and_value.next(), kind_and_value.next()) else { continue };
            if !text.is_empty() {
                text.push_str(if nth == 0 { ", " } else { " + " });
            }
            text.push_str(&kind.known_as(attribute_name));
            text.push('=');
            escape(&string(value), &mut text);
        }
        // The rest would be cut anyway.
        if text.len() > 4 * TEXT_MAX {
            break;
        }
    }
    bounded(&text)
}

/// A DNS name or an address among the alternative names. Returns `None` for other kinds, which say nothing about an https server.
pub(super) fn alternative(name: Element<'_>) -> Option<String> {
    match name.tag {
        DNS_NAME => Some(bounded(&String::from_utf8_lossy(name.content))),
        IP_ADDRESS => Some(address(name.content)),
        _ => None,
    }
}

fn address(bytes: &[u8]) -> String {
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    let sixteen = || <[u8; 16]>::try_from(bytes).map(IpAddr::from);
    four.or_else(|_| sixteen()).map_or_else(|_| "?".to_owned(), |address| address.to_string())
}

fn attribute_name(kind: &str) -> Option<&'static str> {
    Some(match kind {
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
        _ => return None,
    })
}

fn string(value: Element<'_>) -> String {
    // This is longer than any text that is shown, even at four bytes a character.
    let bytes = value.content.get(..4 * TEXT_MAX + 4).unwrap_or(value.content);
    match value.tag {
        BMP_STRING => {
            let units = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        UNIVERSAL_STRING => {
            let units = bytes.as_chunks::<4>().0.iter().map(|four| u32::from_be_bytes(*four));
            units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        T61_STRING => bytes.iter().copied().map(char::from).collect(),
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
        let value = Element { tag: BMP_STRING, content: &[0x4e, 0x2d, 0xd8, 0x00], whole: &[] };
        assert_eq!(string(value), "中\u{fffd}");
    }
}
