//! A name for a file, suggested by the path of a URL, which comes from the network's side of the world and is never trusted.
//!
//! In scope: the last segment, percent-decoded and made safe for every common file system. Out of scope: folders; the user
//! chooses those. What Windows refuses is listed in "Naming Files, Paths, and Namespaces".

use std::path::{Path, PathBuf};

/// The name where the path has none.
const INDEX: &str = "index.html";
/// The longest name that common file systems take, in bytes of UTF-8.
const NAME_MAX: usize = 255;
/// The longest extension that is kept when a name is cut, in bytes, with its dot.
const EXTENSION_MAX: usize = 32;

/// How the name of a part ends.
const PART: &str = ".incomplete";

const RESERVED: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// A safe name for what stands at `path`, which may have a query: its last segment, or `index.html`.
#[must_use]
pub fn suggested_name(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let segment = path.rsplit('/').next().unwrap_or_default();
    let decoded = percent_decoded(segment);
    let clean: String = decoded.chars().filter(|ch| is_allowed(*ch)).collect();
    let clean = clean.trim_matches(is_trimmed);
    if clean.is_empty() {
        return INDEX.into();
    }
    let name = if is_reserved(clean) { format!("_{clean}") } else { clean.to_owned() };
    cut(&name)
}

fn percent_decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if let (b'%', Some(value)) = (byte, after.get(..2).and_then(hex_value)) {
            bytes.push(value);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_value(digits: &[u8]) -> Option<u8> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u8::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok()
}

/// Neither a separator, nor refused by Windows, nor invisible.
fn is_allowed(ch: char) -> bool {
    let refused = matches!(ch, '/' | '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*' | char::REPLACEMENT_CHARACTER);
    !(refused || ch.is_control() || is_unseen(ch))
}

/// Whether `ch` shows nothing or turns the text around it: Default_Ignorable_Code_Point and Bidi_Control of UAX #44, U+2028 and
/// U+2029. The selectors of emoji stay.
fn is_unseen(ch: char) -> bool {
    let fillers = matches!(ch, '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}');
    let turning = matches!(ch, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    let selectors = matches!(ch, '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0d}' | '\u{e0000}'..='\u{e0fff}');
    let signs = matches!(ch, '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{fff0}'..='\u{fffb}');
    fillers || turning || selectors || signs || matches!(ch, '\u{ad}' | '\u{34f}' | '\u{feff}')
}

/// What a name neither begins nor ends with.
fn is_trimmed(ch: char) -> bool {
    ch == '.' || ch.is_whitespace()
}

/// Whether Windows takes the name for a device, whatever its extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let port = ["COM", "LPT"].iter().find_map(|device| stem.strip_prefix(device));
    let numbered =
        port.is_some_and(|number| matches!(number.chars().collect::<Vec<_>>()[..], ['0'..='9' | '¹' | '²' | '³']));
    RESERVED.contains(&stem.as_str()) || numbered
}

/// The name under which a part of what was to become `path` is kept: `.incomplete` at its end, and cut where it would be too
/// long for a file system.
#[must_use]
pub fn name_of_part(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    if name.len() + PART.len() > NAME_MAX {
        let mut text = name.to_string_lossy().into_owned();
        while text.len() + PART.len() > NAME_MAX {
            text.pop();
        }
        name = text.into();
    }
    name.push(PART);
    path.with_file_name(name)
}

/// At most [`NAME_MAX`] bytes, the extension kept.
fn cut(name: &str) -> String {
    if name.len() <= NAME_MAX {
        return name.to_owned();
    }
    let (stem, extension) = match name.rfind('.').and_then(|dot| name.split_at_checked(dot)) {
        Some((stem, extension)) if extension.len() <= EXTENSION_MAX => (stem, extension),
        _ => (name, ""),
    };
    let mut stem = stem.to_owned();
    while stem.len() + extension.len() > NAME_MAX {
        stem.pop();
    }
    format!("{}{extension}", stem.trim_end_matches(is_trimmed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_a_name_that_a_file_system_takes() {
        assert_eq!(name_of_part(Path::new("a/b.html")), Path::new("a/b.html.incomplete"));
        assert_eq!(name_of_part(Path::new("/x")), Path::new("/x.incomplete"));
        for length in 240..256 {
            let name = name_of_part(&Path::new("a").join("é".repeat(length / 2)));
            assert!(name.starts_with("a") && name.file_name().unwrap().len() <= 255, "{name:?}");
            assert!(name.to_str().unwrap().ends_with(".incomplete"));
        }
    }
    use proptest::prelude::*;

    #[test]
    fn paths_suggest_names() {
        for (path, name) in [
            ("/", "index.html"),
            ("", "index.html"),
            ("/a/b.html", "b.html"),
            ("/a/b%20c.html?x=y", "b c.html"),
            ("/?x=y", "index.html"),
            ("/%ff%fe", "index.html"),
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
            assert_eq!(suggested_name(path), name, "{path}");
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = suggested_name(&format!("/{}.html", "长".repeat(200)));
        assert!(name.len() <= NAME_MAX && name.ends_with(".html") && name.starts_with("长长"));
        // The cut falls just behind a point.
        let name = suggested_name(&format!("/{}.{}", "a".repeat(254), "b".repeat(99)));
        assert_eq!(name, "a".repeat(254));
    }

    proptest! {
        #[test]
        fn no_path_gives_an_unsafe_name(path in prop_oneof![".*", "[./%\\\\a-fA-F0-9: ]{0,400}", "/[a-c长. ]{200,600}"]) {
            let name = suggested_name(&path);
            prop_assert!(!name.is_empty() && name.len() <= NAME_MAX);
            prop_assert!(!name.starts_with('.') && !name.ends_with(['.', ' ']));
            prop_assert!(!name.contains(['/', '\\', ':', '\0']) && !name.chars().any(char::is_control));
        }
    }
}
