//! What kind of media a body is, as far as its display depends on it.
//!
//! In scope: the kind that Content-Type names, and without a type the kind that the first bytes show, by the rules of WHATWG MIME Sniffing
//! §7.1. Out of scope: bodies that are not what their type says.

use super::content_type::essence;

/// What kind of media a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// HTML in any syntax but XML.
    Html,
    /// XML, also XHTML, except images.
    Xml,
    /// JSON, or a format in its syntax.
    Json,
    /// Other text.
    Text,
    /// An image.
    Image(ImageKind),
    /// Anything else: bytes.
    Other,
}

/// What kind of image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
    /// SVG, which is XML.
    Svg,
    /// Any other image.
    Other,
}

/// Types of text whose name does not begin with `text/`.
const TEXTS: [&str; 11] = [
    "application/ecmascript",
    "application/graphql",
    "application/javascript",
    "application/sql",
    "application/toml",
    "application/x-javascript",
    "application/x-mpegurl",
    "application/x-ndjson",
    "application/x-www-form-urlencoded",
    "application/x-yaml",
    "application/yaml",
];

/// Types that count as no type (WHATWG MIME Sniffing §7).
const UNKNOWN: [&str; 3] = ["unknown/unknown", "application/unknown", "*/*"];

/// The tags with which HTML begins, after white space. A space or `>` must follow the tag.
const HTML_STARTS: [&[u8]; 17] = [
    b"<!DOCTYPE HTML",
    b"<HTML",
    b"<HEAD",
    b"<SCRIPT",
    b"<IFRAME",
    b"<H1",
    b"<DIV",
    b"<FONT",
    b"<TABLE",
    b"<A",
    b"<STYLE",
    b"<TITLE",
    b"<B",
    b"<BODY",
    b"<BR",
    b"<P",
    b"<!--",
];

/// The bytes with which images begin, but for WebP.
const IMAGE_STARTS: [(&[u8], ImageKind); 7] = [
    (b"\x89PNG\r\n\x1a\n", ImageKind::Png),
    (b"\xff\xd8\xff", ImageKind::Jpeg),
    (b"GIF87a", ImageKind::Gif),
    (b"GIF89a", ImageKind::Gif),
    (b"BM", ImageKind::Other),
    (b"\0\0\x01\0", ImageKind::Other),
    (b"\0\0\x02\0", ImageKind::Other),
];

/// The number of first bytes that are looked at ("resource header").
const HEADER: usize = 1445;

impl MediaKind {
    /// The kind of a body that comes with the field value `content_type` and begins with `start`.
    pub fn of(content_type: Option<&[u8]>, start: &[u8]) -> MediaKind {
        match content_type.and_then(essence) {
            Some(essence) if !UNKNOWN.contains(&essence.as_str()) => Self::named(&essence),
            _ => Self::sniffed(start),
        }
    }

    /// Whether a body of this kind that begins with `start` is neither text nor a picture that can be shown.
    #[must_use]
    pub fn is_binary(self, start: &[u8]) -> bool {
        let is_text = !matches!(self, Self::Other | Self::Image(ImageKind::Other));
        !is_text && start.get(..HEADER).unwrap_or(start).iter().any(|&byte| is_binary(byte))
    }

    fn named(essence: &str) -> MediaKind {
        match essence {
            "text/html" => Self::Html,
            "text/xml" | "application/xml" => Self::Xml,
            "text/json" | "application/json" => Self::Json,
            "image/png" | "image/apng" | "image/x-png" => Self::Image(ImageKind::Png),
            "image/jpeg" | "image/jpg" | "image/pjpeg" => Self::Image(ImageKind::Jpeg),
            "image/gif" => Self::Image(ImageKind::Gif),
            "image/webp" => Self::Image(ImageKind::WebP),
            "image/svg+xml" => Self::Image(ImageKind::Svg),
            _ if essence.starts_with("image/") => Self::Image(ImageKind::Other),
            _ if essence.ends_with("+xml") => Self::Xml,
            _ if essence.ends_with("+json") => Self::Json,
            _ if essence.starts_with("text/") || TEXTS.contains(&essence) => Self::Text,
            _ => Self::Other,
        }
    }

    fn sniffed(start: &[u8]) -> MediaKind {
        let header = start.get(..HEADER).unwrap_or(start);
        let trimmed = header.trim_ascii_start();
        if HTML_STARTS.iter().any(|tag| begins_with_tag(trimmed, tag)) {
            return Self::Html;
        }
        if trimmed.starts_with(b"<?xml") {
            return Self::Xml;
        }
        if header.starts_with(b"%PDF-") {
            return Self::Other;
        }
        if [&b"\xfe\xff"[..], b"\xff\xfe", b"\xef\xbb\xbf"].iter().any(|mark| header.starts_with(mark)) {
            return Self::Text;
        }
        if let Some(image) = image(header) {
            return Self::Image(image);
        }
        if header.iter().any(|&byte| is_binary(byte)) { Self::Other } else { Self::Text }
    }
}

/// Whether `bytes` begin with `tag`, in either case, and a byte that ends its name.
fn begins_with_tag(bytes: &[u8], tag: &[u8]) -> bool {
    let Some((start, after)) = bytes.split_at_checked(tag.len()) else {
        return false;
    };
    start.eq_ignore_ascii_case(tag) && matches!(after.first(), Some(b' ' | b'>'))
}

fn image(bytes: &[u8]) -> Option<ImageKind> {
    let known = IMAGE_STARTS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, kind)| *kind);
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..14) == Some(b"WEBPVP");
    known.or(is_webp.then_some(ImageKind::WebP))
}

/// "Binary data byte": a control character that text does not have.
fn is_binary(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_text_nor_a_picture_is_binary() {
        for (value, start, is_binary) in [
            (Some("application/octet-stream"), &b"\x1f\x8b\x08\0"[..], true),
            (Some("application/octet-stream"), b"a text\r\n", false),
            (Some("text/plain"), b"\0\x01", false),
            (Some("image/avif"), b"\0\0\0 ftypavif", true),
            (Some("image/png"), b"\x89PNG\r\n\x1a\n\0", false),
            (None, b"\0\x01", true),
            (None, b"", false),
        ] {
            let kind = MediaKind::of(value.map(str::as_bytes), start);
            assert_eq!(kind.is_binary(start), is_binary, "{value:?} {start:?}");
        }
    }

    #[test]
    fn types_name_kinds() {
        for (value, kind) in [
            ("text/html; charset=x", MediaKind::Html),
            ("TEXT/HTML", MediaKind::Html),
            ("application/xhtml+xml", MediaKind::Xml),
            ("application/rss+xml", MediaKind::Xml),
            ("text/xml", MediaKind::Xml),
            ("application/json", MediaKind::Json),
            ("application/problem+json", MediaKind::Json),
            ("text/plain", MediaKind::Text),
            ("text/css", MediaKind::Text),
            ("application/javascript", MediaKind::Text),
            ("application/x-www-form-urlencoded", MediaKind::Text),
            ("image/svg+xml", MediaKind::Image(ImageKind::Svg)),
            ("image/png", MediaKind::Image(ImageKind::Png)),
            ("image/avif", MediaKind::Image(ImageKind::Other)),
            ("application/octet-stream", MediaKind::Other),
            ("multipart/form-data", MediaKind::Other),
        ] {
            assert_eq!(MediaKind::of(Some(value.as_bytes()), b"<html>"), kind, "{value}");
        }
    }

    #[test]
    fn first_bytes_show_kinds() {
        let rows: [(&[u8], MediaKind); 22] = [
            (b"<!doctype html>", MediaKind::Html),
            (b" \r\n<HTML lang=en>", MediaKind::Html),
            (b"<a href=x>", MediaKind::Html),
            (b"<article>", MediaKind::Text),
            (b"<!-- x -->", MediaKind::Html),
            (b"<html", MediaKind::Text),
            (b"<?xml version='1.0'?>", MediaKind::Xml),
            (b"\xef\xbb\xbfhello", MediaKind::Text),
            (b"\xff\xfeh\0", MediaKind::Text),
            (b"\xfe\xff\0h", MediaKind::Text),
            (b"\x89PNG\r\n\x1a\n", MediaKind::Image(ImageKind::Png)),
            (b"\xff\xd8\xff\xe0", MediaKind::Image(ImageKind::Jpeg)),
            (b"GIF89a", MediaKind::Image(ImageKind::Gif)),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", MediaKind::Image(ImageKind::WebP)),
            (b"RIFF\x01\x02\x03\x04WAVE", MediaKind::Other),
            (b"BM\x01", MediaKind::Image(ImageKind::Other)),
            (b"%PDF-1.7", MediaKind::Other),
            (b"plain \x1b[0m text\xe9", MediaKind::Text),
            (b"\0\x01\x02", MediaKind::Other),
            (b"{}", MediaKind::Text),
            (b"", MediaKind::Text),
            (b"   ", MediaKind::Text),
        ];
        for (start, kind) in rows {
            assert_eq!(MediaKind::of(None, start), kind, "{}", start.escape_ascii());
            assert_eq!(MediaKind::of(Some(b"*/*"), start), kind, "{}", start.escape_ascii());
            assert_eq!(MediaKind::of(Some(b"nonsense"), start), kind, "{}", start.escape_ascii());
        }
    }
}
