//! From the target of a request to a path inside the folder.
//!
//! In scope: every spelling by which a path could lead elsewhere: dot segments, encoded or not, slashes and backslashes that are
//! encoded, NUL, names of devices and streams on Windows. What is not plainly a name is refused, never mended. Out of scope: links;
//! those are the jail's.

use std::ffi::OsString;
use std::path::PathBuf;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

use crate::net::responders::http::{Status, has_whole_escapes};

/// What is written with `%` in a path: all but the unreserved characters (RFC 3986 §2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path that a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct RequestPath {
    /// The path below the folder; `.` is the folder itself.
    pub path: PathBuf,
    /// Whether the target ends in a slash.
    pub is_folder: bool,
    names: Vec<Vec<u8>>,
}

impl RequestPath {
    /// Reads a target in origin form; fails with what it is refused with.
    pub fn parse(target: &[u8], hidden: bool) -> Result<Self, Status> {
        let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
        let is_folder = path.last() == Some(&b'/');
        // Several slashes are one.
        let segments = path.split(|byte| *byte == b'/').filter(|segment| !segment.is_empty());
        let names = segments.map(|segment| name(segment, hidden)).collect::<Result<Vec<_>, _>>()?;
        let mut path = PathBuf::new();
        for name in &names {
            path.push(os_name(name.clone()).ok_or(Status::NOT_FOUND)?);
        }
        if names.is_empty() {
            path.push(".");
        }
        Ok(Self { path, is_folder, names })
    }

    /// Whether it is the folder itself.
    pub fn is_root(&self) -> bool {
        self.names.is_empty()
    }

    /// The path of the folder as a target, with one slash before and after each name.
    pub fn with_slash(&self) -> String {
        let names = self.names.iter().map(|name| format!("/{}", encoded(name)));
        names.collect::<String>() + "/"
    }
}

/// A name as it stands in a target.
pub fn encoded(name: &[u8]) -> String {
    percent_encode(name, ENCODED).to_string()
}

fn name(segment: &[u8], hidden: bool) -> Result<Vec<u8>, Status> {
    if !has_whole_escapes(segment) {
        return Err(Status::BAD_REQUEST);
    }
    let name = percent_decode(segment).collect::<Vec<u8>>();
    if name.contains(&0) {
        return Err(Status::BAD_REQUEST);
    }
    let leads_elsewhere = name.contains(&b'/') || name.contains(&b'\\') || name == b"." || name == b"..";
    let is_hidden = name.first() == Some(&b'.') && !hidden;
    if leads_elsewhere || is_hidden || (cfg!(windows) && is_special_on_windows(&name)) {
        return Err(Status::NOT_FOUND);
    }
    Ok(name)
}

/// Streams, short names, names that lose their end, and devices.
fn is_special_on_windows(name: &[u8]) -> bool {
    let stem = name.split(|byte| *byte == b'.').next().unwrap_or_default().to_ascii_uppercase();
    let is_device = matches!(stem.trim_ascii_end(), b"CON" | b"PRN" | b"AUX" | b"NUL" | b"CONIN$" | b"CONOUT$")
        || (stem.len() == 4 && (stem.starts_with(b"COM") || stem.starts_with(b"LPT")));
    is_device || name.iter().any(|byte| b":~*?\"<>|".contains(byte)) || matches!(name.last(), Some(b'.' | b' '))
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not every name can be one")]
fn os_name(name: Vec<u8>) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(name))
}

#[cfg(not(unix))]
fn os_name(name: Vec<u8>) -> Option<OsString> {
    String::from_utf8(name).ok().map(OsString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(target: &str) -> Result<String, u16> {
        let path = RequestPath::parse(target.as_bytes(), false);
        path.map(|path| path.path.to_string_lossy().into_owned()).map_err(|status| status.0)
    }

    #[test]
    fn names_are_decoded_once() {
        for (target, expected) in [
            ("/", "."),
            ("/a", "a"),
            ("/a/b.html?x=/../y", "a/b.html"),
            ("//a///b", "a/b"),
            ("/%E4%B8%AD%20x", "中 x"),
            ("/a%2eb", "a.b"),
            ("/a%252e", "a%2e"),
            ("/a+b", "a+b"),
            ("/...x/", "404"),
        ] {
            let got = path(target).unwrap_or_else(|status| status.to_string());
            assert_eq!(got, expected, "{target}");
        }
    }

    #[test]
    fn no_spelling_leads_elsewhere() {
        for target in [
            "/..",
            "/../",
            "/../etc/passwd",
            "/a/../b",
            "/a/..",
            "/.",
            "/./a",
            "/%2e%2e/a",
            "/%2E%2e/a",
            "/.%2e/a",
            "/a%2fb",
            "/..%2f..%2fetc",
            "/%2fetc",
            "/..%5c..%5ca",
            "/a%5c..%5cb",
            "/.hidden",
            "/a/.git/config",
            "/%2ehidden",
        ] {
            assert_eq!(path(target), Err(404), "{target}");
        }
        for target in ["/a%00", "/%00/../a", "/%", "/%4", "/%zz", "/a%g0"] {
            assert_eq!(path(target), Err(400), "{target}");
        }
        // Encoded twice it is a name, and one that is decoded no further.
        assert_eq!(path("/%252e%252e/a").unwrap(), "%2e%2e/a");
    }

    #[test]
    fn hidden_names_are_served_only_if_asked_and_dot_segments_never() {
        assert!(RequestPath::parse(b"/.git/config", true).is_ok());
        assert!(RequestPath::parse(b"/..", true).is_err());
        assert!(RequestPath::parse(b"/.", true).is_err());
    }

    #[test]
    fn a_folder_is_named_as_a_target_that_stays_here() {
        for (target, folder) in
            [("/a", "/a/"), ("//evil.example", "/evil.example/"), ("/", "/"), ("/%E4%B8%AD/x%20", "/%E4%B8%AD/x%20/")]
        {
            assert_eq!(RequestPath::parse(target.as_bytes(), false).unwrap().with_slash(), folder);
        }
    }

    #[test]
    fn devices_of_windows_are_no_names_there() {
        for name in ["CON", "nul.txt", "com1", "a:b", "x.", "x ", "AUX .txt"] {
            assert!(is_special_on_windows(name.as_bytes()), "{name}");
        }
        assert!(!is_special_on_windows(b"console.txt"));
    }
}
