//! What a name may hold that any common file system is to take.
//!
//! In scope: characters that separate, mislead or are refused, and the names of devices. What Windows refuses is listed
//! in "Naming Files, Paths, and Namespaces". Out of scope: how long a name is.

/// Devices of Windows; COM and LPT with a number too.
const RESERVED: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

/// What of `name` may be in the name of a file, which may be nothing.
pub(super) fn safe(name: &str) -> String {
    let clean: String = name.chars().filter(|ch| is_allowed(*ch)).collect();
    clean.trim_matches(is_trimmed).to_owned()
}

/// Neither a separator, nor refused by Windows, nor invisible.
pub(super) fn is_allowed(ch: char) -> bool {
    let refused = matches!(ch, '/' | '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*' | char::REPLACEMENT_CHARACTER);
    !(refused || ch.is_control() || is_unseen(ch))
}

/// Whether `ch` shows nothing or turns the text around it: Default_Ignorable_Code_Point and Bidi_Control of UAX #44,
/// U+2028 and U+2029. The selectors of emoji stay.
fn is_unseen(ch: char) -> bool {
    let fillers = matches!(ch, '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}');
    let turning = matches!(ch, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    let selectors = matches!(ch, '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0d}' | '\u{e0000}'..='\u{e0fff}');
    let signs = matches!(ch, '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{fff0}'..='\u{fffb}');
    fillers || turning || selectors || signs || matches!(ch, '\u{ad}' | '\u{34f}' | '\u{feff}')
}

/// What a name neither begins nor ends with.
pub(super) fn is_trimmed(ch: char) -> bool {
    ch == '.' || ch.is_whitespace()
}

/// Whether Windows takes the name for a device, whatever its extension.
pub(super) fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let port = ["COM", "LPT"].iter().find_map(|device| stem.strip_prefix(device));
    let numbered =
        port.is_some_and(|number| matches!(number.chars().collect::<Vec<_>>()[..], ['0'..='9' | '¹' | '²' | '³']));
    RESERVED.contains(&stem.as_str()) || numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_safe() {
        for (name, expected) in [
            ("a/b\\c:d", "abcd"),
            (" .\u{3000}a. b .", "a. b"),
            ("a\u{202e}b\u{200d}c\u{7f}d", "abcd"),
            ("\u{2764}\u{fe0f}", "\u{2764}\u{fe0f}"),
            ("...", ""),
        ] {
            assert_eq!(safe(name), expected, "{name:?}");
        }
    }

    #[test]
    fn devices_are_reserved() {
        for name in ["con", "NUL.txt", "Com0", "lpt\u{b9}.a.b", "aux .c", "conin$"] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["_con", "company", "com10", "com", "a.con"] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
