//! A name for a file, suggested by the path of a URL, which comes from the network's side of the world and is never trusted.
//!
//! In scope: the last segment, percent-decoded and made safe for every common file system. Out of scope: folders; the user
//! chooses those. What Windows refuses is listed in "Naming Files, Paths, and Namespaces".

/// The name where the path has none.
const INDEX: &str = "index.html";
/// The longest name that common file systems take, in bytes of UTF-8.
const NAME_MAX: usize = 255;
/// The longest extension that is kept when a name is cut, in bytes, with its dot.
const EXTENSION_MAX: usize = 32;

const RESERVED: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// A safe name for what stands at `path`, which may have a query: its last segment, or `index.html`.
#[must_use]
pub fn suggested_name(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let segment = path.rsplit('/').next().unwrap_or_default();
    let decoded = percent_decoded(segment);
    let clean: String = decoded.chars().filter(|ch| is_allowed(*ch)).collect();
    let clean = clean.trim_matches(|ch: char| ch == '.' || ch.is_whitespace());
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
    let turning = matches!(ch, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    !(refused || turning || ch.is_control() || matches!(ch, '\u{ad}' | '\u{feff}'))
}

/// Whether Windows takes the name for a device, whatever its extension.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let port = ["COM", "LPT"].iter().find_map(|device| stem.strip_prefix(device));
    let numbered =
        port.is_some_and(|number| matches!(number.chars().collect::<Vec<_>>()[..], ['0'..='9' | '¹' | '²' | '³']));
    RESERVED.contains(&stem.as_str()) || numbered
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
    format!("{}{extension}", stem.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_suggest_names() {
        for (path, name) in [
            ("/", "index.html"),
            ("", "index.html"),
            ("/a/b.html", "b.html"),
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
    }

    proptest! {
        #[test]
        fn no_path_gives_an_unsafe_name(path in prop_oneof![".*", "[./%\\\\a-fA-F0-9: ]{0,400}"]) {
            let name = suggested_name(&path);
            prop_assert!(!name.is_empty() && name.len() <= NAME_MAX);
            prop_assert!(!name.starts_with('.') && !name.ends_with(['.', ' ']));
            prop_assert!(!name.contains(['/', '\\', ':', '\0']) && !name.chars().any(char::is_control));
        }
    }
}
