//! Turns the bytes of a body into UTF-8 while they come.
//!
//! In scope: the same text for any split of the bytes; U+FFFD for bytes that can't be decoded (WHATWG Encoding, "decode" with the error
//! mode "replacement"); leaving out the byte order mark of the encoding. Out of scope: which encoding a body is in.

use std::fmt;

use encoding_rs::{CoderResult, Decoder, Encoding};

/// The most text that is handed on at a time, in bytes.
const PIECE: usize = 8 * 1024;

/// A decoder of a body to UTF-8.
pub struct ToUtf8 {
    decoder: Decoder,
    piece: String,
    is_over: bool,
}

impl ToUtf8 {
    /// A decoder of a body in `encoding`.
    pub fn new(encoding: &'static Encoding) -> Self {
        Self { decoder: encoding.new_decoder_with_bom_removal(), piece: String::with_capacity(PIECE), is_over: false }
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
            let (result, read, _) = self.decoder.decode_to_string(bytes, &mut self.piece, last);
            bytes = bytes.get(read..).unwrap_or_default();
            self.hand_on(out)?;
            if result == CoderResult::InputEmpty {
                return Ok(());
            }
        }
    }

    fn hand_on<E>(&mut self, out: &mut impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
        let handed = if self.piece.is_empty() { Ok(()) } else { out(&self.piece) };
        self.piece.clear();
        handed
    }
}

impl fmt::Debug for ToUtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToUtf8").field("encoding", &self.decoder.encoding().name()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use encoding_rs::*;
    use proptest::prelude::*;

    use super::super::ALL;
    use super::*;

    fn decoded<'a>(encoding: &'static Encoding, pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
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
        text
    }

    /// An encoding, bytes, and what becomes of them.
    type Row = (&'static Encoding, &'static [u8], &'static str);

    #[test]
    fn bytes_become_text() {
        let rows: [Row; 17] = [
            (UTF_8, b"", ""),
            (UTF_8, b"\xef\xbb\xbfa", "a"),
            (UTF_8, b"\xef\xbb\xbf\xef\xbb\xbfa", "\u{feff}a"),
            (UTF_8, b"\xef\xbb\xbfa\xff", "a\u{fffd}"),
            (UTF_8, b"\xef\xbb", "\u{fffd}"),
            (UTF_8, b"\xefa", "\u{fffd}a"),
            (UTF_8, b"ab\xe4\xbdc\xff", "ab\u{fffd}c\u{fffd}"),
            (GBK, b"\xc4\xe3\xba\xc3", "你好"),
            (GBK, b"\xc4\xe3\xba", "你\u{fffd}"),
            (BIG5, b"\xa7\x41\xa6\x6e", "你好"),
            (SHIFT_JIS, b"\x82\xb1\x82\xf1", "こん"),
            (EUC_KR, b"\xb0\xa1", "가"),
            (WINDOWS_1251, b"\xcf\xf0\xe8", "При"),
            (UTF_16LE, b"\xff\xfeh\0i\0", "hi"),
            (UTF_16BE, b"\0h\0i", "hi"),
            (UTF_16LE, b"h\0\x00\xd8i\0!", "h\u{fffd}i\u{fffd}"),
            (GB18030, b"a\x81\x30\x81\xff", "a\u{fffd}0\u{fffd}"),
        ];
        for (encoding, bytes, text) in rows {
            let name = encoding.name();
            assert_eq!(decoded(encoding, [bytes]), text, "{name}: {}", bytes.escape_ascii());
            assert_eq!(decoded(encoding, bytes.chunks(1)), text, "{name}: {}", bytes.escape_ascii());
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
        let (mut longest, mut marks) = (0, 0);
        let mut body = ToUtf8::new(GBK);
        let mut out = |piece: &str| {
            longest = longest.max(piece.len());
            marks += piece.matches(char::REPLACEMENT_CHARACTER).count();
            Ok::<_, Infallible>(())
        };
        body.push(&bytes, &mut out).unwrap();
        body.push(&[0xff; 3 * PIECE], &mut out).unwrap();
        body.finish(&mut out).unwrap();
        assert!(longest <= PIECE && longest > PIECE / 2);
        assert_eq!(marks, 3 * PIECE);
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
            prop_assert_eq!(&whole, &expected);
            prop_assert_eq!(&decoded(encoding, bytes.chunks(1)), &whole);
            let (before, after) = bytes.split_at(at.index(bytes.len() + 1));
            prop_assert_eq!(&decoded(encoding, [before, after]), &whole);
        }
    }
}
