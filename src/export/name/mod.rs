//! A name for a file, suggested by what comes with a message, all of which the network's side of the world says and is
//! never trusted.
//!
//! In scope: which of the names counts (RFC 6266, then the URL), and how it ends. Out of scope: folders; the user
//! chooses those.

mod disposition;
mod encoded_word;
mod extension;
mod hex;
mod part;
mod safe;
mod undone;

use disposition::names;
use extension::{extension_by, extension_of, is_html};
use part::NAME_MAX;
pub use part::name_of_part;
use safe::{is_reserved, is_trimmed, safe};

use crate::decode::{Coding, essence, guessed_text};

/// The name of what stands at a folder.
const INDEX: &str = "index";
/// The longest extension that is kept when a name is cut, in bytes, with its dot.
const EXTENSION_MAX: usize = 32;

/// What the name of an incomplete body has before its extension.
const INCOMPLETE: &str = ".INCOMPLETE";

/// What may say how a file is to be called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NameSources<'a> {
    /// The value of Content-Disposition.
    pub disposition: Option<&'a [u8]>,
    /// The path of the URL, which may have a query.
    pub path: &'a str,
    /// The host of the URL.
    pub host: &'a str,
    /// The value of Content-Type.
    pub content_type: Option<&'a [u8]>,
    /// What the content coding adds, such as `.gz`, when the body is saved as coded.
    pub coding_suffix: Option<&'a str>,
    /// The codings that were undone, in the order in which they were applied.
    pub undone: &'a [Coding],
    /// The first bytes of what is saved.
    pub start: &'a [u8],
    /// Where it comes from (see [`region`](crate::decode::region)).
    pub region: Option<&'a str>,
    /// Whether a part of the body is missing.
    pub incomplete: bool,
}

/// A safe name: never empty, no longer than 255 bytes, and never a path. It is what Content-Disposition says, or else
/// the last segment of the path, `index.html` for a folder with HTML or what may be HTML, or the host. What tells of a coding that was
/// undone is left out.
pub fn suggested_name(sources: &NameSources<'_>) -> String {
    let mut parts = Parts::of(sources);
    if sources.incomplete {
        parts.marker = INCOMPLETE;
    }
    let suffix = sources.coding_suffix.map(safe).filter(|suffix| (1..EXTENSION_MAX).contains(&suffix.len()));
    // A server that calls a compressed file one with a content coding names it as compressed already.
    if let Some(suffix) = suffix.map(|suffix| format!(".{suffix}")).filter(|suffix| !parts.tells(suffix)) {
        parts.suffix = suffix;
    }
    let name = parts.joined();
    if !is_reserved(&name) {
        return name;
    }
    parts.stem.insert(0, '_');
    parts.joined()
}

/// A name in the order of its parts, each but the stem empty or with its dot.
#[derive(Default)]
struct Parts {
    stem: String,
    marker: &'static str,
    extension: String,
    suffix: String,
}

impl Parts {
    fn of(sources: &NameSources<'_>) -> Parts {
        let undone = undone::codings(sources.undone, sources.start);
        // A server that calls a coded archive one with a content coding gives the type of what it has become.
        let is_coding = |extension: &str| undone.iter().any(|coding| coding.suffix().ends_with(extension));
        let typed = sources.content_type.and_then(extension_of).filter(|extension| !is_coding(extension));
        let typed = typed.or_else(|| extension_by(sources.content_type, sources.start));
        let said = sources.disposition.map(|value| names(value, sources.region)).unwrap_or_default().into_iter();
        let candidates = said.chain([last_of_path(sources.path, sources.region)]);
        let mut candidates = candidates.map(|name| undone::without(&safe(&name), undone));
        if let Some(name) = candidates.find(|name| !name.is_empty()) {
            return Self::split(name, typed);
        }
        let known = sources.content_type.filter(|content_type| essence(content_type).is_some());
        if known.is_some_and(is_html) || (known.is_none() && typed.is_none()) {
            return Self { stem: INDEX.into(), extension: ".html".into(), ..Self::default() };
        }
        let host = safe(&sources.host.trim_matches(['[', ']']).replace(':', "_"));
        let stem = if host.is_empty() { INDEX.into() } else { host };
        Self { stem, extension: with_dot(typed), ..Self::default() }
    }

    /// `name` at its extension, or with that of its type where it has none.
    fn split(name: String, typed: Option<&str>) -> Parts {
        let (stem, extension) = at_extension(&name);
        // A number is as likely the end of a version.
        if typed.is_some() && !extension.contains(char::is_alphabetic) {
            return Self { stem: name, extension: with_dot(typed), ..Self::default() };
        }
        Self { stem: stem.to_owned(), extension: extension.to_owned(), ..Self::default() }
    }

    /// Whether the name says already what `suffix` does.
    fn tells(&self, suffix: &str) -> bool {
        let start = self.extension.len().checked_sub(suffix.len());
        let ends =
            start.and_then(|start| self.extension.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix));
        ends || undone::tells(&format!("{}{}", self.stem, self.extension), suffix)
    }

    /// At most [`NAME_MAX`] bytes, all but the stem kept.
    fn joined(&self) -> String {
        let ending = [self.marker, &self.extension, &self.suffix].concat();
        let mut stem = self.stem.as_str();
        if stem.len() + ending.len() > NAME_MAX {
            let end = stem.floor_char_boundary(NAME_MAX.saturating_sub(ending.len()));
            stem = stem.get(..end).unwrap_or_default().trim_end_matches(is_trimmed);
        }
        format!("{stem}{ending}")
    }
}

fn with_dot(extension: Option<&str>) -> String {
    extension.map(|extension| format!(".{extension}")).unwrap_or_default()
}

/// The stem, and the extension with its dot or nothing; that of a compressed archive is both of its own.
fn at_extension(name: &str) -> (&str, &str) {
    let Some((stem, extension)) = name.rfind('.').and_then(|dot| name.split_at_checked(dot)) else {
        return (name, "");
    };
    let is_plain = |ch: char| ch.is_alphanumeric() || matches!(ch, '-' | '_' | '+');
    let is_extension = extension.strip_prefix('.').is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_plain));
    if !is_extension || extension.len() > EXTENSION_MAX {
        return (name, "");
    }
    let inner = stem.len().checked_sub(".tar".len()).filter(|&start| start > 0);
    let archive = inner.filter(|&start| stem.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(".tar")));
    archive.and_then(|start| name.split_at_checked(start)).unwrap_or((stem, extension))
}

/// The last segment, percent-decoded.
fn last_of_path(path: &str, region: Option<&str>) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    percent_decoded(path.rsplit('/').next().unwrap_or_default(), region)
}

/// Bytes that are in no encoding that can be told stay escaped.
fn percent_decoded(segment: &str, region: Option<&str>) -> String {
    // What controls a terminal is taken out of a name later.
    let bytes = percent_encoding::percent_decode_str(segment).collect();
    let text = String::from_utf8(bytes).or_else(|error| guessed_text(error.as_bytes(), region).ok_or(error));
    text.unwrap_or_else(|_| segment.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::safe::is_allowed;
    use super::*;

    fn named(disposition: Option<&[u8]>, path: &str, content_type: Option<&str>) -> String {
        let content_type = content_type.map(str::as_bytes);
        suggested_name(&NameSources { disposition, path, host: "example.com", content_type, ..NameSources::default() })
    }

    #[test]
    fn paths_suggest_names() {
        for (path, name) in [
            ("/", "index.html"),
            ("", "index.html"),
            ("/a/b.html", "b.html"),
            ("/a/b%20c.html?x=y", "b c.html"),
            ("/?x=y", "index.html"),
            ("/%ff%fe", "ÿş"),
            ("/%ff%00%fe", "%ff%00%fe"),
            ("/%D6%D0%CE%C4.txt", "中文.txt"),
            ("/caf%E9.txt", "café.txt"),
            ("/a\u{e0041}\u{3164}b%ef%bb%bf.txt", "ab.txt"),
            ("/a%3cb%3e%22%7c%3f%2a.txt", "ab.txt"),
            ("/nul", "_nul"),
            ("/lpt\u{b9}.tar.gz", "_lpt\u{b9}.tar.gz"),
            ("/a/b.html?x=y/z", "b.html"),
            ("/a/", "index.html"),
            ("/a%20b.txt", "a b.txt"),
            ("/%E4%BD%A0%E5%A5%BD.html", "你好.html"),
            ("/..%2f..%2fetc%2fpasswd", "etcpasswd"),
            ("/..", "index.html"),
            ("/.bashrc", "bashrc"),
            ("/a%00b%1b%e2%80%aec", "abc"),
            ("/con.txt", "_con.txt"),
            ("/COM1", "_COM1"),
            ("/company.txt", "company.txt"),
            ("/c:\\windows\\x.exe", "cwindowsx.exe"),
            ("/100%", "100%"),
            ("/%zz", "%zz"),
            ("/%+1", "%+1"),
            ("/name. ", "name"),
        ] {
            assert_eq!(named(None, path, None), name, "{path}");
        }
    }

    #[test]
    fn fields_suggest_names() {
        let rows: [(&[u8], &str); 24] = [
            (b"attachment", "url.bin"),
            (b"", "url.bin"),
            (b"attachment; filename=a.txt", "a.txt"),
            (b"attachment; filename=\"a.txt\"; filename*=UTF-8''%e4%bd%a0.txt", "你.txt"),
            (b"attachment; filename=\"a.txt\"; filename*=UTF-8''%e4", "a.txt"),
            (b"attachment; filename=\"a.txt\"; filename*=UTF-8''..", "a.txt"),
            (b"attachment; filename=\"\"", "url.bin"),
            (b"attachment; filename=\"...\"", "url.bin"),
            (b"attachment; filename=\"a/\"", "url.bin"),
            (b"attachment; filename=\"../../etc/passwd\"", "passwd"),
            (b"attachment; filename=\"..\\..\\x.exe\"", "x.exe"),
            (b"attachment; filename=\"..\\\\..\\\\x.exe\"", "x.exe"),
            (b"attachment; filename=C:\\x", "x"),
            (b"attachment; filename=\"C:\\x\"", "Cx"),
            (b"attachment; filename*=UTF-8''a%2f..%5cb.txt", "b.txt"),
            (b"attachment; filename=CON", "_CON"),
            (b"attachment; filename=aux.h", "_aux.h"),
            (b"attachment; filename=\"a\0b\x1b.txt\"", "ab.txt"),
            (b"attachment; filename*=UTF-8''a%00b%0d%0a.txt", "ab.txt"),
            (b"attachment; filename*=UTF-8''exe%e2%80%aetxt.exe", "exetxt.exe"),
            (b"attachment; filename=.htaccess", "htaccess"),
            (b"attachment; filename=\" a b.txt. \"", "a b.txt"),
            (b"attachment; filename=\"a:stream.txt\"", "astream.txt"),
            (b"attachment; filename=\"caf\xe9.txt\"", "café.txt"),
        ];
        for (disposition, name) in rows {
            assert_eq!(named(Some(disposition), "/url.bin", None), name, "{}", disposition.escape_ascii());
        }
    }

    #[test]
    fn types_end_names() {
        for (path, content_type, name) in [
            ("/search?q=x", Some("text/html; charset=utf-8"), "search.html"),
            ("/data", Some("application/json"), "data.json"),
            ("/data", Some("application/octet-stream"), "data"),
            ("/data", Some("nonsense"), "data"),
            ("/page.php", Some("text/html"), "page.php"),
            ("/2.0", Some("application/json"), "2.0.json"),
            ("/a.001", Some("application/octet-stream"), "a.001"),
            ("/Mr.%20Smith", Some("text/plain"), "Mr. Smith.txt"),
            ("/.bashrc", Some("text/plain"), "bashrc.txt"),
            ("/文件.文本", Some("text/plain"), "文件.文本"),
            ("/a/", Some("text/html"), "index.html"),
            ("/a/", Some("nonsense"), "index.html"),
            ("/", Some("image/png"), "example.com.png"),
            ("/", Some("application/octet-stream"), "example.com"),
            ("/..", Some("text/plain"), "example.com.txt"),
        ] {
            assert_eq!(named(None, path, content_type), name, "{path} {content_type:?}");
        }
    }

    #[test]
    fn codings_that_were_undone_and_first_bytes_show_in_names() {
        let gif = b"GIF89a\x01\0\x01\0";
        for (path, content_type, undone, start, name) in [
            ("/a.tar.gz", Some("application/x-gzip"), &[Coding::Gzip][..], &b""[..], "a.tar"),
            ("/a.tar.gz", Some("application/x-gzip"), &[Coding::Gzip][..], &b"\x1f\x8b\x08"[..], "a.tar.gz"),
            ("/a.tgz", Some("application/gzip"), &[Coding::Gzip], b"", "a.tar"),
            ("/a.svgz", Some("image/svg+xml"), &[Coding::Gzip], b"", "a.svg"),
            ("/page.html.gz", Some("text/html"), &[Coding::Gzip], b"", "page.html"),
            ("/download", Some("application/x-gzip"), &[Coding::Gzip], b"", "download"),
            ("/download", Some("application/x-gzip"), &[], b"", "download.gz"),
            ("/2024.gz", Some("text/plain"), &[Coding::Gzip], b"", "2024.txt"),
            ("/a.tar.gz", Some("application/x-gzip"), &[], b"", "a.tar.gz"),
            ("/con.gz", None, &[Coding::Gzip], b"", "_con"),
            ("/data", Some("application/octet-stream"), &[], gif, "data.gif"),
            ("/data.bin", Some("application/octet-stream"), &[], gif, "data.bin"),
            ("/v2", None, &[], gif, "v2.gif"),
            ("/", Some("application/octet-stream"), &[], gif, "example.com.gif"),
            ("/", None, &[], gif, "example.com.gif"),
            ("/data", Some("text/plain"), &[], gif, "data.txt"),
        ] {
            let content_type = content_type.map(str::as_bytes);
            let sources =
                NameSources { path, host: "example.com", content_type, undone, start, ..NameSources::default() };
            assert_eq!(suggested_name(&sources), name, "{path} {content_type:?}");
        }
        let disposition = Some(&b"attachment; filename=\"=?UTF-8?Q?..=2F=E4=BD=A0.tar.gz?=\""[..]);
        let sources = NameSources { disposition, undone: &[Coding::Gzip], ..NameSources::default() };
        assert_eq!(suggested_name(&sources), "你.tar");
    }

    #[test]
    fn hosts_are_the_last_resort() {
        for (host, name) in [
            ("example.com", "example.com.png"),
            ("localhost:8080", "localhost_8080.png"),
            ("[::1]", "__1.png"),
            ("../x", "x.png"),
            ("con", "_con.png"),
            ("", "index.png"),
            ("..", "index.png"),
        ] {
            let sources = NameSources { host, path: "/", content_type: Some(b"image/png"), ..NameSources::default() };
            assert_eq!(suggested_name(&sources), name, "{host}");
        }
    }

    #[test]
    fn what_is_incomplete_or_coded_says_so() {
        for (path, incomplete, coding_suffix, name) in [
            ("/page.html", true, None, "page.INCOMPLETE.html"),
            ("/page", true, None, "page.INCOMPLETE"),
            ("/", true, None, "index.INCOMPLETE.html"),
            ("/a.tar.gz", true, None, "a.INCOMPLETE.tar.gz"),
            ("/A.TAR.XZ", true, None, "A.INCOMPLETE.TAR.XZ"),
            ("/tar.gz", true, None, "tar.INCOMPLETE.gz"),
            ("/.tar.gz", true, None, "tar.INCOMPLETE.gz"),
            ("/con", true, None, "_con.INCOMPLETE"),
            ("/page.html", false, Some(".gz"), "page.html.gz"),
            ("/page.html", true, Some(".gz"), "page.INCOMPLETE.html.gz"),
            ("/a.tar.GZ", false, Some(".gz"), "a.tar.GZ"),
            ("/a.tgz", false, Some(".gz"), "a.tgz"),
            ("/a.svgz", false, Some(".gz"), "a.svgz"),
            ("/page.html", false, Some("../"), "page.html"),
            ("/page.html", false, Some(""), "page.html"),
        ] {
            let sources = NameSources { path, incomplete, coding_suffix, ..NameSources::default() };
            assert_eq!(suggested_name(&sources), name, "{path}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = named(None, &format!("/{}.html", "长".repeat(200)), None);
        assert!(name.len() <= NAME_MAX && name.ends_with(".html") && name.starts_with("长长"));
        // The cut falls just behind a point.
        let name = named(None, &format!("/{}.{}", "a".repeat(254), "b".repeat(99)), None);
        assert_eq!(name, "a".repeat(254));
        let path = format!("/{}.tar.gz", "a".repeat(1000));
        let sources = NameSources { path: &path, incomplete: true, ..NameSources::default() };
        let name = suggested_name(&sources);
        assert!(name.len() == NAME_MAX && name.ends_with("a.INCOMPLETE.tar.gz"));
        // The cut leaves what Windows refuses.
        assert_eq!(named(None, &format!("/con{}x", " ".repeat(300)), None), "_con");
        let name = named(None, &format!("/con.{}", "x".repeat(300)), None);
        assert!(name.len() == NAME_MAX && name.starts_with("_con.x"));
    }

    proptest! {
        #[test]
        fn nothing_gives_an_unsafe_name(
            disposition in prop::option::of(prop_oneof![
                prop::collection::vec(any::<u8>(), 0..60),
                "attachment; filename\\*?=(UTF-8''|GBK''|\"|)[./%\\\\a-fA-F0-9: con]{0,300}".prop_map(Vec::from),
                "attachment; filename=\"(=\\?(UTF-8|GBK|utf-16)\\?[BQbq]\\?[./=%a-zA-Z0-9: ]{0,40}\\?= ?){0,6}".prop_map(Vec::from),
            ]),
            path in prop_oneof![".*", "[./%\\\\a-fA-F0-9: ]{0,400}", "/[a-c长. ]{200,600}", "/con[ .]{0,300}[a-c]?"],
            host in prop_oneof![".*", "[a-c.:]{0,300}"],
            content_type in prop::option::of(prop::sample::select(&["text/html", "image/png", "application/zip", "x"][..])),
            coding_suffix in prop::option::of(prop_oneof![Just(".gz".to_owned()), ".{0,40}"]),
            undone in prop::collection::vec(prop::sample::select(&[Coding::Gzip, Coding::Brotli, Coding::Zstd][..]), 0..3),
            start in prop::collection::vec(any::<u8>(), 0..20),
            incomplete: bool,
        ) {
            let name = suggested_name(&NameSources {
                disposition: disposition.as_deref(),
                path: &path,
                host: &host,
                content_type: content_type.map(str::as_bytes),
                coding_suffix: coding_suffix.as_deref(),
                undone: &undone,
                start: &start,
                region: Some("cn"),
                incomplete,
            });
            prop_assert!(!name.is_empty() && name.len() <= NAME_MAX);
            prop_assert!(!name.starts_with(is_trimmed) && !name.ends_with(is_trimmed) && !is_reserved(&name), "{name}");
            prop_assert!(!name.contains(['/', '\\', ':', '\0']) && name.chars().all(is_allowed));
            prop_assert_eq!(name.contains(INCOMPLETE), incomplete);
        }
    }
}
