//! What each kind of pattern finds, by tables.

use encoding_rs::{BIG5, Encoding, GB18030, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};

use super::*;
use crate::capture::{HexError, PATTERN_MAX, PatternError};

fn found(pattern: &Pattern, bytes: &[u8]) -> Vec<(u64, u64)> {
    let hits = scan(pattern, bytes, 1 << 16);
    assert_eq!(scan(pattern, bytes, 1), hits, "a byte at a time");
    hits
}

fn text(text: &str, encoding: &'static Encoding, any_case: bool) -> Pattern {
    Pattern::text(text, encoding, any_case).unwrap()
}

#[test]
fn a_text_is_found_in_its_encoding() {
    for (pattern, bytes, hits) in [
        (text("ab", UTF_8, false), b"abAbab".as_slice(), vec![(0, 2), (4, 6)]),
        (text("ab", UTF_8, true), b"abAbab", vec![(0, 2), (2, 4), (4, 6)]),
        (text("aa", UTF_8, false), b"aaaaa", vec![(0, 2), (2, 4)]),
        (text("a.b(", UTF_8, true), b"axb( A.B(", vec![(5, 9)]),
        (text("É", UTF_8, true), "é É e".as_bytes(), vec![(0, 2), (3, 5)]),
        // The sign of Kelvin is a capital k to Unicode, but not to ASCII.
        (text("k", UTF_8, true), "K\u{212a}".as_bytes(), vec![(0, 1)]),
        (text("k\u{e9}", UTF_8, true), "\u{212a}É".as_bytes(), vec![(0, 5)]),
        (text("第A章", UTF_8, true), "第a章第A章".as_bytes(), vec![(0, 7), (7, 14)]),
        (text("你", UTF_16LE, false), b"\x60\x4fa\0\x60\x4f", vec![(0, 2), (4, 6)]),
        (text("Ab", UTF_16BE, true), b"head\0a\0B\0a\0c", vec![(4, 8)]),
        (text("Мир", WINDOWS_1251, true), b"\xec\xe8\xf0 \xcc\xc8\xd0", vec![(0, 3), (4, 7)]),
        (text("日本", ISO_2022_JP, false), b"a\x1b$B\x46\x7c\x4b\x5c\x1b(B", vec![(4, 8)]),
    ] {
        assert_eq!(found(&pattern, bytes), hits, "{pattern:?}");
    }
}

#[test]
fn a_hit_does_not_begin_within_a_character() {
    for (pattern, bytes, hits) in [
        // 0xC4E3 0xBAC3 is 你好; its middle reads as 愫 (0xE3BA).
        (text("愫", GBK, false), b"\xc4\xe3\xba\xc3\xe3\xba".as_slice(), vec![(4, 6)]),
        // Second bytes that are letters: 0x8141, 0x8161.
        (text("a", GBK, true), b"\x81\x41\x81\x61Aa", vec![(4, 5), (5, 6)]),
        // Digits within a character of four bytes, and after one.
        (text("0", GB18030, false), b"\x81\x30\x81\x300", vec![(4, 5)]),
        (text("0", GB18030, false), b"\x81\x300", vec![(1, 2), (2, 3)]),
        (text("\\", SHIFT_JIS, false), b"\x83\x5c\\", vec![(2, 3)]),
        (text("|", BIG5, false), b"\xa4\x7c|\xa4\x7c", vec![(2, 3)]),
    ] {
        assert_eq!(found(&pattern, bytes), hits, "{pattern:?}");
    }
}

#[test]
fn hex_is_found_with_and_without_wildcards() {
    for (hex, bytes, hits) in [
        ("0d 0a", b"\r\n\n\r\n".as_slice(), vec![(0, 2), (3, 5)]),
        ("00 ?? ff", b"\0\n\xff\0\xff\xff\xff", vec![(0, 3), (3, 6)]),
        ("?? 61", b"aab\xffa", vec![(0, 2), (3, 5)]),
        ("00", b"\0\0a", vec![(0, 1), (1, 2)]),
    ] {
        assert_eq!(found(&Pattern::hex(hex).unwrap(), bytes), hits, "{hex}");
    }
}

#[test]
fn a_regular_expression_reads_lines_and_has_no_empty_hits() {
    for (source, any_case, bytes, hits) in [
        ("^b+$", false, b"bb\r\nab\nb\rb".as_slice(), vec![(0, 2), (7, 8), (9, 10)]),
        ("a.*", false, b"xab\r\na\n", vec![(1, 3), (5, 6)]),
        ("x*", false, b"axxb", vec![(1, 3)]),
        (r"\bis\b", true, b"This IS it", vec![(5, 7)]),
        (r"(?-u)[\x80-\xff]+", false, b"a\xff\x80b\xfe", vec![(1, 3), (4, 5)]),
        (r"\Aa", false, b"aa", vec![(0, 1)]),
        (r"a\z", false, b"aa", vec![(1, 2)]),
        ("é.", false, "é你x".as_bytes(), vec![(0, 5)]),
        (r"\b", false, b"a b", vec![]),
    ] {
        assert_eq!(found(&Pattern::regex(source, any_case).unwrap(), bytes), hits, "{source}");
    }
}

#[test]
fn a_very_long_hit_is_cut() {
    let pattern = Pattern::regex("a+b", false).unwrap().with_longest(10);
    assert_eq!(scan(&pattern, b"aaaab aaaaaaaaaaaaaaaaaaab", 100), [(0, 5), (6, 16)]);
    // One of the length that is promised is found whole.
    assert_eq!(scan(&pattern, b"xxxxxaaaaaaaaab", 1), [(5, 15)]);
}

#[test]
fn what_can_not_be_searched_for_says_why() {
    let long = "x".repeat(PATTERN_MAX + 1);
    let missing = PatternError::NotInEncoding { character: '你', encoding: WINDOWS_1251 };
    for (pattern, error) in [
        (Pattern::text("", UTF_8, true), PatternError::Empty),
        (Pattern::text("", GBK, false), PatternError::Empty),
        (Pattern::hex(""), PatternError::Empty),
        (Pattern::regex("", false), PatternError::Empty),
        (Pattern::text(&long, UTF_8, false), PatternError::TooLong),
        (Pattern::text("a你", WINDOWS_1251, true), missing),
        (Pattern::hex("0g"), PatternError::Hex(HexError::NoDigit { at: 1, character: 'g' })),
    ] {
        assert_eq!(pattern.unwrap_err(), error);
    }
    let unclosed = Pattern::regex("a(b", false).unwrap_err();
    assert!(matches!(&unclosed, PatternError::Regex(error) if error.to_string().contains("unclosed group")));
    let large = Pattern::regex(r"\w{500}{500}", false).unwrap_err();
    assert!(matches!(large, PatternError::Regex(regex::Error::CompiledTooBig(_))));
}

#[test]
fn the_longest_text_can_be_searched_for_in_any_case_and_encoding() {
    let long = "я".repeat(PATTERN_MAX / 2);
    for encoding in [UTF_8, WINDOWS_1251, UTF_16LE, GBK] {
        let bytes = if encoding == UTF_16LE {
            "Я".encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else {
            encoding.encode("Я").0.into_owned()
        };
        let whole = bytes.repeat(PATTERN_MAX / 2);
        assert_eq!(scan(&text(&long, encoding, true), &whole, 1000), [(0, whole.len() as u64)], "{}", encoding.name());
    }
}

#[test]
fn an_expression_that_writes_a_byte_is_one_of_bytes() {
    let found = |source, bytes: &[u8]| scan(&Pattern::regex(source, true).unwrap(), bytes, 1000).len();
    for (source, bytes, hits) in [
        (r"^\xff\xfe", &b"\xff\xfe"[..], 1),
        (r"^\xff\xfe", b"\xc3\xbf\xc3\xbe", 0),
        (r"[\x80-\xBF]", b"\x80a\xbf", 2),
        (r"\\xff", br"\xff", 1),
        (r"\x{ff}", b"\xc3\xbf", 1),
        (r"\x41.", "A中".as_bytes(), 1),
        ("^.$", "中\r\n中".as_bytes(), 2),
    ] {
        assert_eq!(found(source, bytes), hits, "{source} {bytes:x?}");
    }
}
