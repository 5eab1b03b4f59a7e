//! Text made safe to show: what would not be seen, or would do something instead of being seen, becomes a mark.
//!
//! In scope: control characters (C0, DEL, C1), those that turn the direction of text, and those that show nothing. C0 and DEL
//! become the control pictures of U+2400, all others their number, as in ‹U+202E›. The ranges are those of the Unicode
//! properties Bidi_Control and Default_Ignorable_Code_Point (UAX #9, UAX #44), the separators U+2028 and U+2029, and the
//! noncharacters. U+FE0E and U+FE0F stay: they only choose between the two pictures of the sign before them.
//! Out of scope: signs that look like other signs, and whether a font has them.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

/// How many characters that somebody else wrote stand in a sentence: an excerpt must not fill the window.
const SAID_MAX: usize = 1024;

/// Which control characters stay as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeptControls {
    /// None.
    #[default]
    Nothing,
    /// Those that lay out lines: tab, LF, and CR before LF.
    Lines,
}

/// `text` with marks, on one line. Borrowed if there is nothing to mark.
pub fn visible(text: &str) -> Cow<'_, str> {
    visible_keeping(text, KeptControls::Nothing)
}

/// `text` with marks, but for what `keep` says. Borrowed if there is nothing to mark.
pub fn visible_keeping(text: &str, keep: KeptControls) -> Cow<'_, str> {
    let Some(first) = text.find(|ch| Mark::of(ch).is_some()) else { return Cow::Borrowed(text) };
    let (plain, rest) = text.split_at_checked(first).unwrap_or(("", text));
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(plain);
    let mut chars = rest.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '\t' | '\n' if keep == KeptControls::Lines => shown.push(ch),
            '\r' if keep == KeptControls::Lines && chars.peek() == Some(&'\n') => shown.push(ch),
            _ => push_visible(&mut shown, ch),
        }
    }
    Cow::Owned(shown)
}

/// `bytes` as UTF-8 with marks, on one line. What is no UTF-8 becomes U+FFFD, one for each maximal subpart
/// (Unicode, chapter 3, "U+FFFD Substitution of Maximal Subparts").
pub fn visible_bytes(bytes: &[u8]) -> String {
    visible_bytes_keeping(bytes, KeptControls::Nothing)
}

/// As [`visible_bytes`], but for what `keep` says.
pub fn visible_bytes_keeping(bytes: &[u8], keep: KeptControls) -> String {
    visible_keeping(&String::from_utf8_lossy(bytes), keep).into_owned()
}

/// As [`visible`], for a part of a sentence: at most 1,024 characters, and `…` where it is cut.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(SAID_MAX) {
        None => visible(text).into_owned(),
        Some((end, _)) => format!("{}…", visible(text.get(..end).unwrap_or_default())),
    }
}

/// Appends `ch`, or its mark.
pub(super) fn push_visible(shown: &mut String, ch: char) {
    match Mark::of(ch) {
        None => shown.push(ch),
        Some(Mark::Picture(picture)) => shown.push(picture),
        // Writing to a String can't fail.
        Some(Mark::Number) => drop(write!(shown, "‹U+{:04X}›", u32::from(ch))),
    }
}

/// The columns that `ch`, or its mark, takes in a face of fixed width. For a tab, those of its mark.
pub(super) fn shown_width(ch: char) -> usize {
    if matches!(ch, ' '..='~' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') {
        return if ch.is_ascii() { 1 } else { 2 };
    }
    match Mark::of(ch) {
        None => ch.width().unwrap_or(1),
        Some(Mark::Picture(_)) => 1,
        Some(Mark::Number) => match u32::from(ch) {
            0..=0xffff => 8,
            0x1_0000..=0xf_ffff => 9,
            _ => 10,
        },
    }
}

/// What stands for a character that must not be shown as it is.
enum Mark {
    /// This sign.
    Picture(char),
    /// Its number.
    Number,
}

impl Mark {
    fn of(ch: char) -> Option<Self> {
        match ch {
            ' '..='~' => None,
            '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(ch)).map(Self::Picture),
            '\u{7f}' => Some(Self::Picture('\u{2421}')),
            _ => is_unseen(ch).then_some(Self::Number),
        }
    }
}

/// Whether `ch`, which is past DEL, shows nothing by itself.
fn is_unseen(ch: char) -> bool {
    match ch {
        // C1, soft hyphen, joiner of graphemes, Arabic letter mark.
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' => true,
        // Fillers of Hangul, vowels of Khmer that show nothing, selectors of Mongolian.
        '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{3164}' | '\u{ffa0}' => true,
        // Zero width and direction, separators, direction again, the rest of the invisible ones.
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        // Selectors, but for text and emoji; the byte order mark; annotations.
        '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' => true,
        // Controls of hieroglyphs, shorthand and music; tags and more selectors.
        '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        '\u{fdd0}'..='\u{fdef}' => true,
        _ => u32::from(ch) & 0xfffe == 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_text_is_borrowed() {
        for text in ["", "GET / HTTP/1.1", "百度一下，你就知道", "“é” ☀\u{fe0f} א ع ｶﾞ", "a\u{301}"]
        {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn control_characters_become_pictures() {
        assert_eq!(visible("a\u{1b}[31m\0\t\r\n\u{7f}"), "a␛[31m␀␉␍␊␡");
    }

    #[test]
    fn everything_else_that_is_unseen_becomes_its_number() {
        assert_eq!(visible("a\u{202e}b"), "a‹U+202E›b");
        assert_eq!(visible("\u{85}\u{10ffff}\u{e0041}"), "‹U+0085›‹U+10FFFF›‹U+E0041›");
        let listed = [0x202a..=0x202e, 0x2066..=0x2069, 0x200b..=0x200f, 0x2028..=0x2029, 0x80..=0x9f, 0xfdd0..=0xfdef];
        let single = [0x61c, 0xad, 0x2060, 0xfeff, 0xfffe, 0xffff, 0x1fffe, 0x10ffff];
        for code in listed.into_iter().flatten().chain(single) {
            let ch = char::from_u32(code).unwrap();
            assert_eq!(visible(&ch.to_string()), format!("‹U+{code:04X}›"));
        }
    }

    #[test]
    fn what_is_said_is_no_longer_than_a_sentence_can_bear() {
        assert_eq!(excerpt("a\0"), "a␀");
        let most = "你".repeat(SAID_MAX);
        assert_eq!(excerpt(&most), most);
        assert_eq!(excerpt(&format!("{most}!")), format!("{most}…"));
    }

    #[test]
    fn the_layout_of_lines_stays_if_asked_for() {
        assert_eq!(visible_keeping("a\tb\r\nc\rd\n\r", KeptControls::Lines), "a\tb\r\nc␍d\n␍");
        assert_eq!(visible_bytes_keeping(b"\xff\n\x1b", KeptControls::Lines), "\u{fffd}\n␛");
    }

    #[test]
    fn each_maximal_subpart_that_is_no_utf8_becomes_one_sign() {
        assert_eq!(visible_bytes(b"\xe4\xbd\xa0\xe4\xbda\xf0\x80\x80"), "你\u{fffd}a\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(visible_bytes(b"\x1b\xc2\x9b"), "␛‹U+009B›");
    }

    #[test]
    fn no_character_takes_more_than_four_columns_a_byte() {
        for ch in '\0'..=char::MAX {
            assert!(shown_width(ch) <= 4 * ch.len_utf8(), "{ch:?}");
        }
    }

    #[test]
    fn widths_are_those_of_what_is_shown() {
        for ch in '\0'..=char::MAX {
            let mut shown = String::new();
            push_visible(&mut shown, ch);
            let width: usize = shown.chars().map(|ch| ch.width().unwrap()).sum();
            assert_eq!(shown_width(ch), width, "{ch:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_needs_no_more_marks(text in any::<String>()) {
            let shown = visible(&text).into_owned();
            prop_assert!(!shown.chars().any(|ch| ch.is_control()));
            prop_assert_eq!(visible(&shown), shown.as_str());
        }
    }
}
