//! The names that a Content-Disposition field suggests for a file (RFC 6266).
//!
//! In scope: `filename*` (RFC 8187) and `filename`, read as leniently as servers ask for: bytes in any encoding, and encoded words.
//! Out of scope: whether a name is safe, the disposition type, and the continuations of RFC 2231, which RFC 6266 leaves out.

use encoding_rs::{Encoding, WINDOWS_1252};
use percent_encoding::percent_decode;

use super::encoded_word;
use super::hex::hex_pair;
use crate::decode::guessed_text;

/// The last path segments of the names in `value`, which may be empty, the preferred first. `region` makes a guess at an encoding one
/// that fits there.
pub(super) fn names(value: &[u8], region: Option<&str>) -> Vec<String> {
    let parameters = parameters(value);
    let of = |name: &'static [u8]| parameters.iter().filter(move |parameter| parameter.name.eq_ignore_ascii_case(name));
    let extended = of(b"filename*").filter_map(|parameter| extended(&parameter.value));
    let plain = of(b"filename").map(|parameter| decoded(&parameter.value, region));
    extended.chain(plain).map(|name| last_segment(&name).to_owned()).collect()
}

struct Parameter<'a> {
    name: &'a [u8],
    /// Without quotes and escapes.
    value: Vec<u8>,
}

/// Whatever has an equals sign; the disposition type has none, where it is not missing.
fn parameters(value: &[u8]) -> Vec<Parameter<'_>> {
    let mut found = Vec::new();
    let mut rest = value;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| b";=".contains(byte)).unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end).unwrap_or_default();
        let Some(after) = after.strip_prefix(b"=") else {
            rest = after.get(1..).unwrap_or_default();
            continue;
        };
        let (value, after) = parameter_value(after.trim_ascii_start());
        found.push(Parameter { name: name.trim_ascii(), value });
        rest = after;
    }
    found
}

/// The value at the start of `rest`, and what is behind the next semicolon. One without quotes may have what tokens may
/// not.
fn parameter_value(rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let Some(quoted) = rest.strip_prefix(b"\"") else {
        let (value, after) = split_at_semicolon(rest);
        return (value.trim_ascii().to_vec(), after);
    };
    let mut value = Vec::new();
    let mut bytes = quoted.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => value.extend(bytes.next()),
            _ => value.push(byte),
        }
    }
    (value, split_at_semicolon(bytes.as_slice()).1)
}

fn split_at_semicolon(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = bytes.splitn(2, |&byte| byte == b';');
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// The text of an ext-value (RFC 8187 §3.2); `None` for one that is not valid. Visible characters that should be
/// percent-encoded may stand for themselves.
fn extended(value: &[u8]) -> Option<String> {
    let mut parts = value.splitn(3, |&byte| byte == b'\'');
    let (charset, _language, text) = (parts.next()?, parts.next()?, parts.next()?);
    let encoding = Encoding::for_label_no_replacement(charset)?;
    let has_valid_escapes = text.split(|&byte| byte == b'%').skip(1).all(|after| hex_pair(after).is_some());
    if !has_valid_escapes || !text.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    let bytes: Vec<u8> = percent_decode(text).collect();
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
    Some(text.into_owned())
}

/// RFC 9110 §5.5 knows no encoding here; servers send UTF-8, that of their pages, or encoded words.
fn decoded(bytes: &[u8], region: Option<&str>) -> String {
    let text = guessed_text(bytes, region);
    let text = text.unwrap_or_else(|| WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned());
    encoded_word::decoded(&text)
}

/// RFC 6266 §4.3: no more than this is trusted.
fn last_segment(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_suggest_names() {
        let rows: [(&[u8], &[&str]); 46] = [
            // RFC 6266 §5
            (b"Attachment; filename=example.html", &["example.html"]),
            (b"INLINE; FILENAME= \"an example.html\"", &["an example.html"]),
            (b"attachment; filename*= UTF-8''%e2%82%ac%20rates", &["\u{20ac} rates"]),
            (
                b"attachment; filename=\"EURO rates\"; filename*=utf-8''%e2%82%ac%20rates",
                &["\u{20ac} rates", "EURO rates"],
            ),
            // RFC 8187 §3.2.3
            (b"a; filename*=iso-8859-1'en'%A3%20rates", &["\u{a3} rates"]),
            (b"a; filename*=UTF-8''%c2%a3%20and%20%e2%82%ac%20rates", &["\u{a3} and \u{20ac} rates"]),
            (b"a; filename*=GBK''%c4%e3%ba%c3.txt", &["你好.txt"]),
            (b"a; filename* =UTF-8''x", &["x"]),
            (b"a; filename*=UTF-8''a b(1).txt", &["a b(1).txt"]),
            (b"a; filename*=\"UTF-8''a%20b\"", &["a b"]),
            (b"a; filename*=UTF-8''A-%2541'b", &["A-%41'b"]),
            (b"a; filename*=UTF-8''%5cfoo%2fbar.html", &["bar.html"]),
            (b"a; filename*=UTF-8''C%3A%5Cx", &["x"]),
            // Not valid.
            (b"a; filename *=UTF-8''x; filename=y", &["y"]),
            (b"a; filename*=''x; filename=y", &["y"]),
            (b"a; filename*=none''x; filename=y", &["y"]),
            (b"a; filename*=replacement''x; filename=y", &["y"]),
            (b"a; filename*=UTF-8'x; filename=y", &["y"]),
            (b"a; filename*=x; filename=y", &["y"]),
            (b"a; filename*=UTF-8''x%; filename=y", &["y"]),
            (b"a; filename*=UTF-8''x%2; filename=y", &["y"]),
            (b"a; filename*=UTF-8''x%oo; filename=y", &["y"]),
            (b"a; filename*=UTF-8''x%E4; filename=y", &["y"]),
            (b"a; filename*=UTF-8''\xc3\xa4; filename=y", &["y"]),
            // Quotes, escapes, and their absence.
            (b"a; filename=\"f\\oo.html\"", &["foo.html"]),
            (b"a; filename=\"\\\"q\\\" \\\\ b.html\"", &[" b.html"]),
            (b"a; filename=\"a;b.html\"; x=y", &["a;b.html"]),
            (b"a; filename=\"open.html", &["open.html"]),
            (b"a; filename=\"open\\", &["open"]),
            (b"a; filename=\"a\"b; filename=c", &["a", "c"]),
            (b"a; filename=a b.html ; x", &["a b.html"]),
            (b"a; filename='a'", &["'a'"]),
            (b"filename=a.html", &["a.html"]),
            (b"a;; ;filename=a.html", &["a.html"]),
            (b"a; name=\"; filename=x\"; filename=y", &["y"]),
            // Bytes, and paths.
            (b"a; filename=\"\xe4\xbd\xa0.txt\"", &["你.txt"]),
            (b"a; filename=\"foo-\xe4.html\"", &["foo-\u{e4}.html"]),
            (b"a; filename=\"\xd6\xd0\xce\xc4.txt\"", &["中文.txt"]),
            (b"a; filename=\xc4\xe3\xba\xc3.txt", &["你好.txt"]),
            (b"attachment; filename=\"=?UTF-8?B?5pel5pys6KqeLmNzdg==?=\"", &["日本語.csv"]),
            (b"a; filename==?gbk?Q?=C4=E3?= =?gbk?Q?=BA=C3?=; x", &["你好"]),
            (b"a; filename=\"=?UTF-8?Q?..=2F..=2Fetc=2Fpasswd?=\"", &["passwd"]),
            (b"a; filename=\"../../etc/passwd\"", &["passwd"]),
            (b"a; filename=C:\\x", &["x"]),
            (b"a; filename=\"folder/\"", &[""]),
            (b"attachment; xfilename=a; filename", &[]),
        ];
        for (value, expected) in rows {
            assert_eq!(names(value, Some("cn")), expected, "{}", value.escape_ascii());
        }
    }
}
