//! Turns the bytes of a body into UTF-8 while they come.
//!
//! In scope: the same text for any split of the bytes; U+FFFD for bytes that can't be decoded, and their count (WHATWG Encoding, "decode"
//! with the error mode "replacement"); leaving out the byte order mark of the encoding. Out of scope: which encoding a body is in.

use std::fmt;

use encoding_rs::{Decoder, DecoderResult, Encoding};

/// The most text that is handed on at a time, in bytes.
const PIECE: usize = 8 * 1024;

/// A decoder of a body to UTF-8.
pub struct ToUtf8 {
    decoder: Decoder,
    piece: String,
    taken: u64,
    malformed: u64,
    first_malformed: Option<u64>,
    is_over: bool,
}

impl ToUtf8 {
    /// A decoder of a body in `encoding`.
    #[must_use]
    pub fn new(encoding: &'static Encoding) -> Self {
        Self {
            decoder: encoding.new_decoder_with_bom_removal(),
            piece: String::with_capacity(PIECE),
            taken: 0,
            malformed: 0,
            first_malformed: None,
            is_over: false,
        }
    }

    /// Reads the next bytes and hands on the text that is certain now, in pieces that are not empty. After [`ToUtf8::finish`] a call has no
    /// effect.
    ///
    /// # Errors
    /// Those of `out`. The rest of the bytes is then lost.
    pub fn push<E>(&mut self, bytes: &[u8], out: &mut impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        self.decode(bytes, false, out)
    }

    /// Ends the body. Bytes of a character that is not whole can't be decoded.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn finish<E>(&mut self, out: &mut impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        self.decode(&[], true, out)
    }

    /// How many sequences of bytes became U+FFFD so far.
    #[must_use]
    pub fn malformed(&self) -> u64 {
        self.malformed
    }

    /// Where the first such sequence begins, in bytes from the start of the body.
    #[must_use]
    pub fn first_malformed(&self) -> Option<u64> {
        self.first_malformed
    }

    /// The encoding of the bytes.
    #[must_use]
    pub fn encoding(&self) -> &'static Encoding {
        self.decoder.encoding()
    }

    fn decode<E>(
        &mut self,
        mut bytes: &[u8],
        last: bool,
        out: &mut impl FnMut(&str) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.is_over {
            return Ok(());
        }
        self.is_over = last;
        loop {
            let (result, read) = self.decoder.decode_to_string_without_replacement(bytes, &mut self.piece, last);
            bytes = bytes.get(read..).unwrap_or_default();
            self.taken += read as u64;
            match result {
                DecoderResult::InputEmpty => return self.hand_on(out),
                DecoderResult::OutputFull => self.hand_on(out)?,
                DecoderResult::Malformed(length, after) => {
                    self.note_malformed(u64::from(length) + u64::from(after));
                    // Without room the string would reallocate.
                    if self.piece.capacity() - self.piece.len() < char::REPLACEMENT_CHARACTER.len_utf8() {
                        self.hand_on(out)?;
                    }
                    self.piece.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
    }

    /// Counts a sequence that began `ago` bytes before the end of the bytes read.
    fn note_malformed(&mut self, ago: u64) {
        self.malformed += 1;
        self.first_malformed.get_or_insert(self.taken.saturating_sub(ago));
    }

    fn hand_on<E>(&mut self, out: &mut impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let handed = if self.piece.is_empty() { Ok(()) } else { out(&self.piece) };
        self.piece.clear();
        handed
    }
}

impl fmt::Debug for ToUtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToUtf8")
            .field("encoding", &self.encoding().name())
            .field("taken", &self.taken)
            .field("malformed", &self.malformed)
            .field("first_malformed", &self.first_malformed)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use encoding_rs::*;
    use proptest::prelude::*;

    use super::super::ALL;
    use super::*;

    /// The text, how many sequences were malformed, and where the first of them was.
    type Decoded = (String, u64, Option<u64>);

    fn decoded<'a>(encoding: &'static Encoding, pieces: impl IntoIterator<Item = &'a [u8]>) -> Decoded {
        let mut text = String::new();
        let mut out = |piece: &str| {
            assert!(!piece.is_empty());
            text.push_str(piece);
            Ok::<_, Infallible>(())
        };
        let mut body = ToUtf8::new(encoding);
        for piece in pieces {
            body.push(piece, &mut out).unwrap();
        }
        body.finish(&mut out).unwrap();
        body.push(b"late", &mut out).unwrap();
        body.finish(&mut out).unwrap();
        (text, body.malformed(), body.first_malformed())
    }

    /// An encoding, bytes, and what becomes of them.
    type Row = (&'static Encoding, &'static [u8], &'static str, u64, Option<u64>);

    #[test]
    fn bytes_become_text() {
        let rows: [Row; 17] = [
            (UTF_8, b"", "", 0, None),
            (UTF_8, b"\xef\xbb\xbfa", "a", 0, None),
            (UTF_8, b"\xef\xbb\xbf\xef\xbb\xbfa", "\u{feff}a", 0, None),
            (UTF_8, b"\xef\xbb\xbfa\xff", "a\u{fffd}", 1, Some(4)),
            (UTF_8, b"\xef\xbb", "\u{fffd}", 1, Some(0)),
            (UTF_8, b"\xefa", "\u{fffd}a", 1, Some(0)),
            (UTF_8, b"ab\xe4\xbdc\xff", "ab\u{fffd}c\u{fffd}", 2, Some(2)),
            (GBK, b"\xc4\xe3\xba\xc3", "你好", 0, None),
            (GBK, b"\xc4\xe3\xba", "你\u{fffd}", 1, Some(2)),
            (BIG5, b"\xa7\x41\xa6\x6e", "你好", 0, None),
            (SHIFT_JIS, b"\x82\xb1\x82\xf1", "こん", 0, None),
            (EUC_KR, b"\xb0\xa1", "가", 0, None),
            (WINDOWS_1251, b"\xcf\xf0\xe8", "При", 0, None),
            (UTF_16LE, b"\xff\xfeh\0i\0", "hi", 0, None),
            (UTF_16BE, b"\0h\0i", "hi", 0, None),
            (UTF_16LE, b"h\0\x00\xd8i\0!", "h\u{fffd}i\u{fffd}", 2, Some(2)),
            (GB18030, b"a\x81\x30\x81\xff", "a\u{fffd}0\u{fffd}", 2, Some(1)),
        ];
        for (encoding, bytes, text, malformed, first) in rows {
            let expected = (text.to_owned(), malformed, first);
            let name = encoding.name();
            assert_eq!(decoded(encoding, [bytes]), expected, "{name}: {}", bytes.escape_ascii());
            assert_eq!(decoded(encoding, bytes.chunks(1)), expected, "{name}: {}", bytes.escape_ascii());
        }
    }

    #[test]
    fn an_error_ends_a_push() {
        let mut body = ToUtf8::new(UTF_8);
        assert_eq!(body.push(b"abc", &mut |_| Err("full")), Err("full"));
        assert_eq!(body.push(b"", &mut |_| Err("nothing is left")), Ok(()));
    }

    #[test]
    fn long_texts_come_in_pieces() {
        let bytes = GBK.encode(&"你好".repeat(PIECE)).0.into_owned();
        let mut longest = 0;
        let mut body = ToUtf8::new(GBK);
        let mut out = |piece: &str| {
            longest = longest.max(piece.len());
            Ok::<_, Infallible>(())
        };
        body.push(&bytes, &mut out).unwrap();
        body.push(&[0xff; 3 * PIECE], &mut out).unwrap();
        body.finish(&mut out).unwrap();
        assert!(longest <= PIECE && longest > PIECE / 2);
        assert_eq!(body.malformed(), 3 * PIECE as u64);
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same(
            encoding in prop::sample::select(ALL),
            mark in prop::sample::select(vec![&b""[..], b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xef", b"\xef\xbb"]),
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..60),
                prop::collection::vec(prop::sample::select(&b"\x1b$B(J0a\x81\x30\xd8\xdc\xff\xfe\xe4\xbd\0"[..]), 0..40),
            ],
            at in any::<prop::sample::Index>(),
        ) {
            let bytes = [mark, &bytes].concat();
            let whole = decoded(encoding, [&bytes[..]]);
            let (expected, _) = encoding.decode_with_bom_removal(&bytes);
            prop_assert_eq!(&whole.0, &expected);
            prop_assert_eq!(whole.1 > 0, whole.2.is_some());
            prop_assert!(whole.2.is_none_or(|first| first < bytes.len() as u64));
            prop_assert_eq!(&decoded(encoding, bytes.chunks(1)), &whole);
            let (before, after) = bytes.split_at(at.index(bytes.len() + 1));
            prop_assert_eq!(&decoded(encoding, [before, after]), &whole);
        }
    }
}
