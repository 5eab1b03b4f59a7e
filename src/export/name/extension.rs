//! How the name of a file ends, by its media type.
//!
//! In scope: the usual extension of the types that are met on the web, by the IANA registry where it names one; where the type says
//! nothing, as `application/octet-stream` does, what the first bytes plainly are. Out of scope: types whose files have many endings.

use infer::MatcherType;

use crate::decode::essence;

/// Types and their extensions, sorted by type.
const EXTENSIONS: [(&str, &str); 97] = [
    ("application/dash+xml", "mpd"),
    ("application/ecmascript", "js"),
    ("application/epub+zip", "epub"),
    ("application/geo+json", "geojson"),
    ("application/gzip", "gz"),
    ("application/java-archive", "jar"),
    ("application/javascript", "js"),
    ("application/json", "json"),
    ("application/manifest+json", "webmanifest"),
    ("application/mp4", "mp4"),
    ("application/msword", "doc"),
    ("application/ogg", "ogx"),
    ("application/pdf", "pdf"),
    ("application/pgp-signature", "asc"),
    ("application/postscript", "ps"),
    ("application/rtf", "rtf"),
    ("application/sql", "sql"),
    ("application/toml", "toml"),
    ("application/vnd.android.package-archive", "apk"),
    ("application/vnd.apple.mpegurl", "m3u8"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-fontobject", "eot"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.oasis.opendocument.presentation", "odp"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.rar", "rar"),
    ("application/wasm", "wasm"),
    ("application/x-7z-compressed", "7z"),
    ("application/x-bzip2", "bz2"),
    ("application/x-gzip", "gz"),
    ("application/x-javascript", "js"),
    ("application/x-mpegurl", "m3u8"),
    ("application/x-ndjson", "ndjson"),
    ("application/x-rar-compressed", "rar"),
    ("application/x-sh", "sh"),
    ("application/x-tar", "tar"),
    ("application/x-xz", "xz"),
    ("application/x-yaml", "yaml"),
    ("application/x-zip-compressed", "zip"),
    ("application/xhtml+xml", "xhtml"),
    ("application/xml", "xml"),
    ("application/yaml", "yaml"),
    ("application/zip", "zip"),
    ("application/zstd", "zst"),
    ("audio/aac", "aac"),
    ("audio/flac", "flac"),
    ("audio/mp4", "m4a"),
    ("audio/mpeg", "mp3"),
    ("audio/ogg", "ogg"),
    ("audio/wav", "wav"),
    ("audio/webm", "weba"),
    ("audio/x-wav", "wav"),
    ("font/otf", "otf"),
    ("font/ttf", "ttf"),
    ("font/woff", "woff"),
    ("font/woff2", "woff2"),
    ("image/apng", "apng"),
    ("image/avif", "avif"),
    ("image/bmp", "bmp"),
    ("image/gif", "gif"),
    ("image/heic", "heic"),
    ("image/jpeg", "jpg"),
    ("image/jpg", "jpg"),
    ("image/jxl", "jxl"),
    ("image/pjpeg", "jpg"),
    ("image/png", "png"),
    ("image/svg+xml", "svg"),
    ("image/tiff", "tif"),
    ("image/vnd.microsoft.icon", "ico"),
    ("image/webp", "webp"),
    ("image/x-icon", "ico"),
    ("image/x-ms-bmp", "bmp"),
    ("text/calendar", "ics"),
    ("text/css", "css"),
    ("text/csv", "csv"),
    ("text/event-stream", "txt"),
    ("text/html", "html"),
    ("text/javascript", "js"),
    ("text/json", "json"),
    ("text/markdown", "md"),
    ("text/plain", "txt"),
    ("text/rtf", "rtf"),
    ("text/tab-separated-values", "tsv"),
    ("text/vcard", "vcf"),
    ("text/vtt", "vtt"),
    ("text/xml", "xml"),
    ("text/yaml", "yaml"),
    ("video/mp2t", "ts"),
    ("video/mp4", "mp4"),
    ("video/mpeg", "mpg"),
    ("video/ogg", "ogv"),
    ("video/quicktime", "mov"),
    ("video/webm", "webm"),
];

/// Types that say no more than that there are bytes.
const VAGUE: [&str; 9] = [
    "*/*",
    "application/binary",
    "application/download",
    "application/force-download",
    "application/octet-stream",
    "application/unknown",
    "application/x-download",
    "application/x-octet-stream",
    "binary/octet-stream",
];

/// The extension, without a dot, of what comes with the field value `content_type`.
pub(super) fn extension_of(content_type: &[u8]) -> Option<&'static str> {
    let essence = essence(content_type)?;
    let known = EXTENSIONS.binary_search_by_key(&essence.as_str(), |&(name, _)| name).ok();
    if let Some((_, extension)) = known.and_then(|at| EXTENSIONS.get(at)) {
        return Some(extension);
    }
    // RFC 6839: a reader of the syntax takes them all.
    let suffixes = [("+json", "json"), ("+xml", "xml"), ("+zip", "zip"), ("+gzip", "gz")];
    suffixes.iter().find(|(suffix, _)| essence.ends_with(suffix)).map(|&(_, extension)| extension)
}

/// The extension of what begins with `start`, where the field value `content_type` is missing or says nothing. No program's: whoever
/// means one names it.
pub(super) fn extension_by(content_type: Option<&[u8]>, start: &[u8]) -> Option<&'static str> {
    let essence = content_type.and_then(essence);
    if essence.is_some_and(|essence| !VAGUE.contains(&essence.as_str())) {
        return None;
    }
    let kind = infer::get(start).filter(|kind| !matches!(kind.matcher_type(), MatcherType::App | MatcherType::Text));
    kind.map(|kind| kind.extension())
}

/// Whether it is HTML in either syntax.
pub(super) fn is_html(content_type: &[u8]) -> bool {
    matches!(essence(content_type).as_deref(), Some("text/html" | "application/xhtml+xml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(EXTENSIONS.is_sorted_by(|(before, _), (after, _)| before < after));
    }

    #[test]
    fn first_bytes_tell_where_no_type_does() {
        let vague = Some(&b"application/octet-stream"[..]);
        type Row = (Option<&'static [u8]>, &'static [u8], Option<&'static str>);
        let rows: [Row; 14] = [
            (vague, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some("png")),
            (vague, b"\xff\xd8\xff\xe0\0\x10JFIF", Some("jpg")),
            (vague, b"GIF89a\x01\0", Some("gif")),
            (vague, b"%PDF-1.7\n", Some("pdf")),
            (vague, b"PK\x03\x04\x14\0", Some("zip")),
            (vague, b"\x1f\x8b\x08\0", Some("gz")),
            (Some(b"binary/octet-stream; x=y"), b"GIF89a\x01\0", Some("gif")),
            (None, b"GIF89a\x01\0", Some("gif")),
            (Some(b"text/plain"), b"GIF89a\x01\0", None),
            (Some(b"application/json"), b"%PDF-1.7\n", None),
            (vague, b"MZ\x90\0\x03\0\0\0", None),
            (vague, b"<!DOCTYPE html><html>", None),
            (vague, b"plain words", None),
            (vague, b"", None),
        ];
        for (content_type, start, expected) in rows {
            assert_eq!(extension_by(content_type, start), expected, "{}", start.escape_ascii());
        }
    }

    #[test]
    fn types_have_extensions() {
        for (value, expected) in [
            ("text/html", Some("html")),
            (" Text/HTML ;charset=x", Some("html")),
            ("image/jpeg", Some("jpg")),
            ("image/svg+xml", Some("svg")),
            ("application/problem+json", Some("json")),
            ("application/rss+xml", Some("xml")),
            ("application/vnd.x+zip", Some("zip")),
            ("video/webm", Some("webm")),
            ("application/octet-stream", None),
            ("text/x-unknown", None),
            ("text", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(extension_of(value.as_bytes()), expected, "{value}");
        }
        assert!(EXTENSIONS.iter().all(|(name, extension)| extension_of(name.as_bytes()) == Some(extension)));
        assert!(is_html(b"text/html;x") && is_html(b"application/xhtml+xml") && !is_html(b"text/plain"));
    }
}
