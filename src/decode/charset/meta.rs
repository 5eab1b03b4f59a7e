//! The encoding that a document names within itself.
//!
//! In scope: `<meta>` and the XML declaration, as the WHATWG HTML standard reads them in "prescan a byte stream to determine its encoding"
//! and "get an XML encoding". As there, the text of a comment is passed over, and that of a script is not. A browser's parser finds an
//! encoding behind the first 1024 bytes too, and reads the page anew ("changing the encoding while parsing"). So the first 64 KiB of the
//! document are searched, where browsers have no bound. Out of scope: the byte order mark, and any other source of an encoding.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// The number of bytes that a browser looks at before it parses.
const WINDOW: usize = 1024;
/// The number of bytes that are searched as a parser does.
const DOCUMENT: usize = 64 * 1024;
/// Elements whose content has no tags for a parser.
const RAW: [&[u8]; 8] = [b"script", b"style", b"title", b"textarea", b"xmp", b"iframe", b"noembed", b"noframes"];

/// The encoding that an HTML document names at its start.
pub(crate) fn in_html(start: &[u8]) -> Option<&'static Encoding> {
    let window = window(start);
    let known = utf16_declaration(window).or_else(|| in_tags(window, false)).or_else(|| declaration(window));
    known.or_else(|| in_tags(start.get(..DOCUMENT).unwrap_or(start), true))
}

/// The encoding that an XML document names in its declaration.
pub(crate) fn in_xml(start: &[u8]) -> Option<&'static Encoding> {
    let window = window(start);
    utf16_declaration(window).or_else(|| declaration(window))
}

fn window(start: &[u8]) -> &[u8] {
    start.get(..WINDOW).unwrap_or(start)
}

/// The encoding with this label. A label of `replacement` counts as unknown, as no text could be read in it.
pub(crate) fn labelled(label: &[u8]) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(label)
}

/// UTF-16, if the bytes begin with an XML declaration in it. The declaration need not name an encoding.
fn utf16_declaration(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.starts_with(b"<\0?\0x\0") {
        return Some(UTF_16LE);
    }
    bytes.starts_with(b"\0<\0?\0x").then_some(UTF_16BE)
}

/// "Get an XML encoding".
fn declaration(bytes: &[u8]) -> Option<&'static Encoding> {
    let (declaration, _) = split_at_byte(bytes.strip_prefix(b"<?xml")?, b'>')?;
    let rest = behind(declaration, b"encoding")?;
    let rest = trim_controls(trim_controls(rest).strip_prefix(b"=")?);
    let (&quote, rest) = rest.split_first()?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let (label, _) = split_at_byte(rest, quote)?;
    if label.iter().any(|&byte| byte <= b' ') {
        return None;
    }
    labelled(label).map(readable)
}

/// UTF-8 in place of UTF-16: a name that could be read as ASCII does not stand in UTF-16.
fn readable(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == UTF_16BE || encoding == UTF_16LE { UTF_8 } else { encoding }
}

/// The encoding that the first `<meta>` with one names. Returns `None` also when the bytes end within a tag or a comment. A parser passes
/// over the text of a script, the prescan does not.
fn in_tags(mut rest: &[u8], is_parsed: bool) -> Option<&'static Encoding> {
    loop {
        let open = memchr::memchr(b'<', rest)?;
        rest = rest.get(open + 1..)?;
        if rest.starts_with(b"!--") {
            // The two hyphens at the end of a comment may be those at its beginning.
            rest = behind(rest, b"-->")?;
        } else if let Some(after) = behind_meta(rest) {
            rest = after;
            if let Some(encoding) = in_meta(&mut rest)? {
                return Some(encoding);
            }
        } else if begins_tag(rest) {
            let tag = rest;
            skip_while(&mut rest, |byte| !is_space(byte) && byte != b'>');
            let name = tag.get(..tag.len() - rest.len()).unwrap_or_default();
            while next_attribute(&mut rest)?.is_some() {}
            if is_parsed && RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
                rest = from_end_tag(rest, name)?;
            }
        } else if matches!(rest.first(), Some(b'!' | b'/' | b'?')) {
            rest = split_at_byte(rest, b'>')?.1;
        }
    }
}

/// The bytes from the end tag `name` on, without its `<`.
fn from_end_tag<'a>(mut rest: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    loop {
        rest = behind(rest, b"</")?;
        if rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return Some(rest);
        }
    }
}

/// The bytes behind `meta`, with the byte that must follow it.
fn behind_meta(rest: &[u8]) -> Option<&[u8]> {
    let (name, after) = rest.split_at_checked(4)?;
    let ends = after.first().is_some_and(|&byte| is_space(byte) || byte == b'/');
    (ends && name.eq_ignore_ascii_case(b"meta")).then_some(after)
}

fn begins_tag(rest: &[u8]) -> bool {
    let name = rest.strip_prefix(b"/").unwrap_or(rest);
    name.first().is_some_and(u8::is_ascii_alphabetic)
}

/// The encoding that the attributes of one `<meta>` name together. Returns the outer `None` when the bytes end within the tag.
fn in_meta(rest: &mut &[u8]) -> Option<Option<&'static Encoding>> {
    let mut seen: Vec<Vec<u8>> = Vec::new();
    let mut got_pragma = false;
    let mut need_pragma = None;
    // The inner `None` is an unknown label. No later label replaces it.
    let mut charset: Option<Option<&'static Encoding>> = None;
    while let Some(Attribute { name, value }) = next_attribute(rest)? {
        if seen.contains(&name) {
            continue;
        }
        match name.as_slice() {
            b"http-equiv" if value == b"content-type" => got_pragma = true,
            b"content" if charset.is_none() => {
                if let Some(encoding) = in_content(&value) {
                    charset = Some(Some(encoding));
                    need_pragma = Some(true);
                }
            }
            b"charset" => {
                charset = Some(labelled(&value));
                need_pragma = Some(false);
            }
            _ => {}
        }
        seen.push(name);
    }
    if need_pragma.is_none_or(|needed| needed && !got_pragma) {
        return Some(None);
    }
    let encoding = charset.flatten().map(readable);
    Some(encoding.map(|encoding| if encoding == X_USER_DEFINED { WINDOWS_1252 } else { encoding }))
}

/// "Extracting a character encoding from a meta element". `content` is in lower case.
fn in_content(content: &[u8]) -> Option<&'static Encoding> {
    let mut rest = content;
    loop {
        rest = behind(rest, b"charset")?.trim_ascii_start();
        let Some(value) = rest.strip_prefix(b"=") else {
            continue;
        };
        let value = value.trim_ascii_start();
        let (&first, inner) = value.split_first()?;
        if matches!(first, b'"' | b'\'') {
            return labelled(split_at_byte(inner, first)?.0);
        }
        let label = value.split(|&byte| byte == b';' || byte.is_ascii_whitespace()).next();
        return label.and_then(labelled);
    }
}

/// An attribute of a tag, in lower case.
struct Attribute {
    name: Vec<u8>,
    value: Vec<u8>,
}

/// "Get an attribute", which does not pass a `>`. The inner `None` is the end of the tag, the outer `None` is the end of the bytes.
fn next_attribute(rest: &mut &[u8]) -> Option<Option<Attribute>> {
    skip_while(rest, |byte| is_space(byte) || byte == b'/');
    if *rest.first()? == b'>' {
        return Some(None);
    }
    let end = rest.iter().enumerate().position(|(at, &byte)| {
        let equals = byte == b'=' && at > 0;
        equals || is_space(byte) || matches!(byte, b'/' | b'>')
    })?;
    let (name, after) = rest.split_at_checked(end)?;
    let name = name.to_ascii_lowercase();
    *rest = after;
    skip_while(rest, is_space);
    if *rest.first()? != b'=' {
        return Some(Some(Attribute { name, value: Vec::new() }));
    }
    *rest = rest.get(1..)?;
    let value = attribute_value(rest)?.to_ascii_lowercase();
    Some(Some(Attribute { name, value }))
}

/// The value behind the equals sign. Returns `None` when the bytes end within the value.
fn attribute_value<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    skip_while(rest, is_space);
    let (&first, inner) = rest.split_first()?;
    if matches!(first, b'"' | b'\'') {
        let (value, after) = split_at_byte(inner, first)?;
        *rest = after;
        return Some(value);
    }
    let end = rest.iter().position(|&byte| is_space(byte) || byte == b'>')?;
    let (value, after) = rest.split_at_checked(end)?;
    *rest = after;
    Some(value)
}

/// Whether `byte` is white space of HTML.
fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

fn skip_while(rest: &mut &[u8], skipped: impl Fn(u8) -> bool) {
    while let Some((_, after)) = rest.split_first().filter(|(first, _)| skipped(**first)) {
        *rest = after;
    }
}

fn trim_controls(mut rest: &[u8]) -> &[u8] {
    skip_while(&mut rest, |byte| byte <= b' ');
    rest
}

/// The bytes before the first `byte`, and those behind it. Returns `None` without such a byte.
fn split_at_byte(bytes: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let (before, after) = bytes.split_at_checked(memchr::memchr(byte, bytes)?)?;
    Some((before, after.get(1..)?))
}

/// The bytes behind the first `needle`.
fn behind<'a>(bytes: &'a [u8], needle: &[u8]) -> Option<&'a [u8]> {
    bytes.get(memchr::memmem::find(bytes, needle)? + needle.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> Option<&'static str> {
        in_html(text.as_bytes()).map(Encoding::name)
    }

    #[test]
    fn tags_name_an_encoding() {
        for (text, expected) in [
            ("<meta charset=gbk>", Some("GBK")),
            ("<meta charset=\"GB2312\">", Some("GBK")),
            ("<META CharSet = 'big5' >", Some("Big5")),
            ("<meta/charset=gbk>", Some("GBK")),
            ("<meta\n/ charset=gbk/>", None),
            ("<meta charset=gbk />", Some("GBK")),
            ("<meta charset=\" gbk\t\">", Some("GBK")),
            ("<meta name=x><meta charset=gbk>", Some("GBK")),
            ("<meta charset=none><meta charset=gbk>", Some("GBK")),
            ("<meta charset=gbk charset=big5>", Some("GBK")),
            ("<meta =charset=gbk><meta charset=big5>", Some("Big5")),
            ("<meta charset><meta charset=big5>", Some("Big5")),
            ("<meta charset=utf-16le>", Some("UTF-8")),
            ("<meta charset=x-user-defined>", Some("windows-1252")),
            ("<metacharset=gbk>", None),
            ("<meta charset=gbk", None),
            ("<meta charset=\"gbk>", None),
            ("<html><head><title a=\"<meta charset=big5>\">x</title><meta charset=gbk>", Some("GBK")),
            ("</x y=\"><meta charset=big5>\"><meta charset=gbk>", Some("GBK")),
            ("<a<meta charset=gbk>", None),
            ("<? <meta charset=big5><meta charset=gbk>", Some("GBK")),
            ("<!DOCTYPE html><meta charset=gbk>", Some("GBK")),
            ("</ <meta charset=big5><meta charset=gbk>", Some("GBK")),
            ("< meta charset=gbk>", None),
            ("<<meta charset=gbk>", Some("GBK")),
            ("", None),
        ] {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    #[test]
    fn comments_hide_and_scripts_do_not() {
        for (text, expected) in [
            ("<!-- <meta charset=big5> --><meta charset=gbk>", Some("GBK")),
            ("<!--><meta charset=gbk>", Some("GBK")),
            ("<!---><meta charset=gbk>", Some("GBK")),
            ("<!-- -- > <meta charset=big5> --!> --><meta charset=gbk>", Some("GBK")),
            ("<!-- <meta charset=gbk>", None),
            ("<script>'<meta charset=big5>'</script><meta charset=gbk>", Some("Big5")),
        ] {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    #[test]
    fn pragmas_name_an_encoding() {
        for (text, expected) in [
            ("http-equiv=Content-Type content=\"text/html; charset=gb2312\"", Some("GBK")),
            ("content='text/html;charset = gbk ;x' http-equiv='content-type'", Some("GBK")),
            ("content='charset charset=gbk' http-equiv='content-type'", Some("GBK")),
            ("content='charset=\"gbk\"' http-equiv='content-type'", Some("GBK")),
            ("content='charset=\"gbk' http-equiv='content-type'", None),
            ("content='charset=' http-equiv='content-type'", None),
            ("content='text/html' http-equiv='content-type'", None),
            ("content='text/html; charset=gbk'", None),
            ("content='text/html; charset=gbk' http-equiv=refresh", None),
            ("content='text/html; charset=gbk' charset=big5", Some("Big5")),
            ("charset=big5 content='text/html; charset=gbk' http-equiv=content-type", Some("Big5")),
            ("charset=none content='text/html; charset=gbk' http-equiv=content-type", None),
        ] {
            assert_eq!(html(&format!("<meta {text}>")), expected, "{text}");
        }
    }

    #[test]
    fn declarations_name_an_encoding() {
        for (text, expected) in [
            ("<?xml version='1.0' encoding='gbk'?>", Some("GBK")),
            ("<?xml encoding = \"Shift_JIS\" ?>", Some("Shift_JIS")),
            ("<?xml encoding=\"utf-16\"?>", Some("UTF-8")),
            ("<?xml encoding='g bk'?>", None),
            ("<?xml encoding=gbk?>", None),
            ("<?xml encoding='gbk'", None),
            ("<?xml version='1.0'?><a encoding='gbk'>", None),
            (" <?xml encoding='gbk'?>", None),
            ("<\0?\0x\0m\0l\0", Some("UTF-16LE")),
            ("\0<\0?\0x\0m\0l", Some("UTF-16BE")),
        ] {
            assert_eq!(in_xml(text.as_bytes()).map(Encoding::name), expected, "{text}");
            assert_eq!(html(text), expected, "{text}");
        }
        assert_eq!(html("<?xml encoding='gbk'?><meta charset=big5>"), Some("Big5"));
        assert_eq!(in_xml(b"<?xml encoding='gbk'?><meta charset=big5>").map(Encoding::name), Some("GBK"));
    }

    #[test]
    fn what_comes_late_is_seen_by_a_parser() {
        let meta = "<meta charset=shift_jis>";
        let after = |length: usize, text: &str| html(&format!("<!DOCTYPE html>{}{text}", " ".repeat(length)));
        for length in [WINDOW - 60, WINDOW - 20, WINDOW, 3000, DOCUMENT - 60] {
            assert_eq!(after(length, meta), Some("Shift_JIS"), "{length}");
        }
        assert_eq!(after(DOCUMENT, meta), None);
        let script = "<meta charset=big5>";
        assert_eq!(after(3000, &format!("<SCRIPT x='y'>\"{script}</scrip>\"</Script >{meta}")), Some("Shift_JIS"));
        assert_eq!(after(3000, &format!("<title>{script}</title><!-- {script} -->{meta}")), Some("Shift_JIS"));
        assert_eq!(after(3000, &format!("<script>{script}")), None);
        // The prescan takes the text of a script for a tag.
        assert_eq!(after(0, &format!("<script>{script}</script>{meta}")), Some("Big5"));
    }
}
