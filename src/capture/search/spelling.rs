//! How a text is written in a character encoding, letter by letter.
//!
//! In scope: every encoding of the WHATWG standard and UTF-16 (which encoding_rs does not write), and the other case of a letter.
//! Out of scope: the other cases in UTF-8, which the regular expressions know better.

use encoding_rs::{Encoding, GB18030, GBK, ISO_2022_JP, UTF_16BE, UTF_16LE};

use super::pattern_error::PatternError;

const ESCAPE: u8 = 0x1b;
/// What switches ISO-2022-JP back to ASCII.
const TO_ASCII: &[u8] = b"\x1b(B";

/// One letter: the ways to write it, of which there is at least one.
pub(super) type Letter = Vec<Vec<u8>>;

/// The letters of `text` in `encoding`; with `any_case` each in all its cases, as far as the encoding has them.
pub(super) fn letters(text: &str, encoding: &'static Encoding, any_case: bool) -> Result<Vec<Letter>, PatternError> {
    let missing = |character| PatternError::NotInEncoding { character, encoding };
    if encoding == ISO_2022_JP {
        let unmapped = text.chars().find(|character| coded(*character, encoding).is_none());
        return unmapped.map_or_else(|| Ok(switched(&encoding.encode(text).0, any_case)), |c| Err(missing(c)));
    }
    text.chars()
        .map(|character| {
            let mut letter = vec![coded(character, encoding).ok_or(missing(character))?];
            if any_case {
                for other in cases(character).into_iter().filter_map(|other| coded(other, encoding)) {
                    if !letter.contains(&other) {
                        letter.push(other);
                    }
                }
            }
            Ok(letter)
        })
        .collect()
}

/// Whether a character has another case, of any length.
pub(super) fn is_cased(character: char) -> bool {
    !character.to_lowercase().eq([character]) || !character.to_uppercase().eq([character])
}

/// The other cases of a character, as far as they are one character.
fn cases(character: char) -> Vec<char> {
    let (mut lower, mut upper) = (character.to_lowercase(), character.to_uppercase());
    let firsts = [(lower.next(), lower.next()), (upper.next(), upper.next())];
    firsts.into_iter().filter_map(|(first, more)| first.filter(|first| more.is_none() && *first != character)).collect()
}

/// A character in `encoding`; `None` if it has none there.
fn coded(character: char, encoding: &'static Encoding) -> Option<Vec<u8>> {
    let mut units = [0; 2];
    if encoding == UTF_16LE {
        return Some(character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_le_bytes()).collect());
    }
    if encoding == UTF_16BE {
        return Some(character.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()).collect());
    }
    let mut utf8 = [0; 4];
    let (bytes, _, is_unmapped) = encoding.encode(character.encode_utf8(&mut utf8));
    match is_unmapped {
        false => Some(bytes.into_owned()),
        // What is written in GBK is read as gb18030, which has all characters.
        true if encoding == GBK => coded(character, GB18030),
        true => None,
    }
}

/// Bytes of ISO-2022-JP without the escape sequences around them: those depend on what stands before and behind.
fn switched(bytes: &[u8], any_case: bool) -> Vec<Letter> {
    let inner = if bytes.first() == Some(&ESCAPE) { bytes.get(TO_ASCII.len()..).unwrap_or_default() } else { bytes };
    let mut is_ascii = inner.len() == bytes.len();
    let inner = inner.strip_suffix(TO_ASCII).unwrap_or(inner);
    let mut letters = Vec::with_capacity(inner.len());
    let mut escape = 0;
    for (at, byte) in inner.iter().enumerate() {
        if *byte == ESCAPE {
            escape = TO_ASCII.len();
            is_ascii = inner.get(at + 1) == Some(&b'(');
        }
        let has_cases = any_case && is_ascii && escape == 0 && byte.is_ascii_alphabetic();
        letters.push(if has_cases { vec![vec![*byte], vec![byte ^ 0x20]] } else { vec![vec![*byte]] });
        escape = usize::saturating_sub(escape, 1);
    }
    letters
}

#[cfg(test)]
mod tests {
    use encoding_rs::{SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

    use super::*;

    fn plain(text: &str, encoding: &'static Encoding) -> Result<Vec<u8>, PatternError> {
        Ok(letters(text, encoding, false)?.concat().concat())
    }

    #[test]
    fn texts_are_written_as_their_encoding_writes_them() {
        for (text, encoding, bytes) in [
            ("a你", GBK, b"a\xc4\xe3".as_slice()),
            ("€", GBK, b"\x80"),
            ("€", GB18030, b"\xa2\xe3"),
            ("\u{1f600}", GBK, b"\x94\x39\xfc\x36"),
            ("a你", UTF_16LE, b"a\0\x60\x4f"),
            ("a你", UTF_16BE, b"\0a\x4f\x60"),
            ("\u{1f600}", UTF_16BE, b"\xd8\x3d\xde\x00"),
            ("é€", WINDOWS_1252, b"\xe9\x80"),
            ("カ", SHIFT_JIS, b"\x83\x4a"),
            ("日本", ISO_2022_JP, b"\x46\x7c\x4b\x5c"),
            ("a日b", ISO_2022_JP, b"a\x1b$B\x46\x7c\x1b(Bb"),
            ("ab", ISO_2022_JP, b"ab"),
        ] {
            assert_eq!(plain(text, encoding), Ok(bytes.to_vec()), "{text} in {}", encoding.name());
        }
    }

    #[test]
    fn what_an_encoding_lacks_is_named() {
        for (text, encoding, character) in
            [("a你", WINDOWS_1252, '你'), ("é", SHIFT_JIS, 'é'), ("x한", ISO_2022_JP, '한')]
        {
            assert_eq!(plain(text, encoding), Err(PatternError::NotInEncoding { character, encoding }));
        }
    }

    #[test]
    fn letters_have_their_other_case_and_nothing_else_has() {
        let ways = |text, encoding| letters(text, encoding, true).unwrap().iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(ways("aZ1你", GBK), [2, 2, 1, 1]);
        assert_eq!(ways("Жж", WINDOWS_1251), [2, 2]);
        // ÿ has its capital only beyond Latin-1; ß has none of one letter.
        assert_eq!(ways("ÿß", WINDOWS_1252), [2, 1]);
        assert_eq!(letters("б", WINDOWS_1251, true), Ok(vec![vec![vec![0xe1], vec![0xc1]]]));
        // The second byte of カ is the J of ASCII, and has no other case.
        assert_eq!(letters("カ", SHIFT_JIS, true), Ok(vec![vec![b"\x83\x4a".to_vec()]]));
        // a, three bytes of escape, four of the two characters.
        assert_eq!(ways("a日本", ISO_2022_JP), [2, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(ways("日a", ISO_2022_JP), [1, 1, 1, 1, 1, 2]);
    }
}
