//! Encoded words (RFC 2047) in a name, which servers send where RFC 6266 knows none; browsers read them.
//!
//! In scope: both encodings, several words, of which one character may be part of two. Out of scope: words that are not whole, which
//! stay as they are.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::Encoding;

use super::hex::hex_pair;

/// Padding may be missing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One word.
struct Word<'a> {
    encoding: &'static Encoding,
    bytes: Vec<u8>,
    /// What follows it.
    rest: &'a str,
}

/// `text` with its encoded words read; white space between two of them is none.
pub(super) fn decoded(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    // Words that follow one another in the same encoding: a character may begin in one and end in the next.
    let mut open: Option<(&'static Encoding, Vec<u8>)> = None;
    while let Some(start) = rest.find("=?") {
        let (before, from) = rest.split_at(start);
        let Some(word) = word(from) else {
            close(&mut out, &mut open);
            let (mark, after) = from.split_at(2);
            out.push_str(before);
            out.push_str(mark);
            rest = after;
            continue;
        };
        if open.is_none() || !before.trim().is_empty() {
            close(&mut out, &mut open);
            out.push_str(before);
        }
        match &mut open {
            Some((encoding, bytes)) if *encoding == word.encoding => bytes.extend(word.bytes),
            _ => {
                close(&mut out, &mut open);
                open = Some((word.encoding, word.bytes));
            }
        }
        rest = word.rest;
    }
    close(&mut out, &mut open);
    out + rest
}

fn close(out: &mut String, open: &mut Option<(&'static Encoding, Vec<u8>)>) {
    if let Some((encoding, bytes)) = open.take() {
        out.push_str(&encoding.decode_without_bom_handling(&bytes).0);
    }
}

/// The word that `from` begins with: `=?charset?B?text?=` or with Q; a language may follow the charset (RFC 2231 §5).
fn word(from: &str) -> Option<Word<'_>> {
    let mut parts = from.strip_prefix("=?")?.splitn(3, '?');
    let (charset, kind, text) = (parts.next()?, parts.next()?, parts.next()?);
    let (text, rest) = text.split_once("?=")?;
    let charset = charset.split('*').next().unwrap_or_default();
    let encoding = Encoding::for_label_no_replacement(charset.as_bytes())?;
    let bytes = match kind {
        "B" | "b" => BASE64.decode(text.trim()).ok()?,
        "Q" | "q" => quoted(text.as_bytes())?,
        _ => return None,
    };
    Some(Word { encoding, bytes, rest })
}

fn quoted(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'_' => bytes.push(b' '),
            b'=' => {
                bytes.push(hex_pair(after)?);
                rest = after.get(2..)?;
            }
            _ => bytes.push(byte),
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn words_are_read() {
        for (text, expected) in [
            ("=?UTF-8?B?5pel5pys6KqeLmNzdg==?=", "日本語.csv"),
            ("=?utf-8?b?5pel5pys6KqeLmNzdg?=", "日本語.csv"),
            ("=?UTF-8?Q?=E4=BD=A0_=E5=A5=BD.txt?=", "你 好.txt"),
            ("=?iso-8859-1*de?q?f=FCr?=.txt", "für.txt"),
            ("=?GBK?B?xOO6ww==?= =?UTF-8?Q?=E5=A5=BD?=", "你好好"),
            // A character in two words, and a text between two.
            ("=?UTF-8?Q?=E4=BD?=\t =?UTF-8?Q?=A0?=", "你"),
            ("=?UTF-8?Q?a?= x =?UTF-8?Q?b?=", "a x b"),
            ("a =?UTF-8?Q?b?= c", "a b c"),
            // No words.
            ("=?UTF-8?B?!?=", "=?UTF-8?B?!?="),
            ("=?none?Q?a?=", "=?none?Q?a?="),
            ("=?UTF-8?X?a?=", "=?UTF-8?X?a?="),
            ("=?UTF-8?Q?a=2?=", "=?UTF-8?Q?a=2?="),
            ("=?UTF-8?Q?a", "=?UTF-8?Q?a"),
            ("=?=?UTF-8?Q?a?=", "=?a"),
            ("=?", "=?"),
            ("plain", "plain"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }
}
