//! Which character encoding a body is in, and how the encoding is known.
//!
//! In scope: the order in which browsers look (WHATWG HTML, "encoding sniffing algorithm"): byte order mark, Content-Type, the name in the
//! document, a guess by the bytes. The guess recognizes UTF-8 too, unlike that of browsers. Out of scope: decoding (see `to_utf8`).

pub(crate) mod meta;
pub(crate) mod region;
pub(crate) mod to_utf8;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::*;

use super::content_type::{charset, essence};
use super::media::{ImageKind, MediaKind};
use meta::{in_html, in_xml, labelled};

/// The number of bytes that are enough for a guess.
const SAMPLE: usize = 64 * 1024;
/// The number of bytes that show whether every other byte is zero.
const ZEROS: usize = 1024;

/// The encodings of the WHATWG Encoding standard by region, the most frequent first. Without `replacement`, which is no encoding.
pub const ALL: &[&Encoding] = &[
    UTF_8,
    GBK,
    GB18030,
    BIG5,
    SHIFT_JIS,
    EUC_JP,
    ISO_2022_JP,
    EUC_KR,
    WINDOWS_1252,
    ISO_8859_15,
    ISO_8859_3,
    ISO_8859_10,
    ISO_8859_14,
    MACINTOSH,
    WINDOWS_1250,
    ISO_8859_2,
    ISO_8859_16,
    WINDOWS_1251,
    KOI8_R,
    KOI8_U,
    ISO_8859_5,
    IBM866,
    X_MAC_CYRILLIC,
    WINDOWS_1253,
    ISO_8859_7,
    WINDOWS_1254,
    WINDOWS_1255,
    ISO_8859_8,
    ISO_8859_8_I,
    WINDOWS_1256,
    ISO_8859_6,
    WINDOWS_1257,
    ISO_8859_4,
    ISO_8859_13,
    WINDOWS_1258,
    WINDOWS_874,
    UTF_16LE,
    UTF_16BE,
    X_USER_DEFINED,
];

enum_with_all! {
    /// How an encoding is known.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum CharsetReason {
        /// The body begins with a byte order mark.
        Bom = "bom",
        /// The charset parameter of Content-Type.
        ContentType = "content-type",
        /// The document names the encoding: in `<meta>`, or in the XML declaration.
        Meta = "meta",
        /// A guess by the bytes.
        Detected = "detected",
        /// The user's choice.
        Chosen = "chosen",
        /// UTF-8, as the body is JSON or has no byte beyond ASCII.
        Utf8Default = "utf8-default",
    }
}

/// The encoding of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Charset {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// How the encoding is known.
    pub reason: CharsetReason,
}

/// The encoding of a body that comes with the field value `content_type`. `start` is the beginning of the body without its content codings:
/// at least 1024 bytes, or the whole body. No more than 64 KiB of it are looked at. `sample_is_whole` says that no byte follows `start`. A
/// guess prefers the encodings of `region`, see [`region`](crate::decode::region).
pub fn find(content_type: Option<&[u8]>, start: &[u8], sample_is_whole: bool, region: Option<&str>) -> Charset {
    if let Some((encoding, _)) = Encoding::for_bom(start) {
        return Charset { encoding, reason: CharsetReason::Bom };
    }
    if let Some(encoding) = content_type.and_then(charset).and_then(|label| labelled(&label)) {
        return Charset { encoding, reason: CharsetReason::ContentType };
    }
    let kind = MediaKind::of(content_type, start);
    if let Some(encoding) = said_within(kind, content_type, start) {
        return Charset { encoding, reason: CharsetReason::Meta };
    }
    if kind == MediaKind::Json {
        // RFC 8259 §8.1
        return Charset { encoding: UTF_8, reason: CharsetReason::Utf8Default };
    }
    detected(start, sample_is_whole, region)
}

/// The text of a few bytes whose encoding is not stated, such as those of a name. The bytes are read as UTF-8, or by a guess that prefers
/// the encodings of `region`. Returns `None` when they can't be read.
pub fn guessed_text(bytes: &[u8], region: Option<&str>) -> Option<String> {
    if let Ok(text) = core::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(region.map(str::as_bytes), Utf8Detection::Deny);
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    (!text.contains(char::is_control)).then(|| text.into_owned())
}

/// The encoding that the user chose by one of its labels. Returns `None` for an unknown label.
pub fn for_label(label: &str) -> Option<Charset> {
    let encoding = labelled(label.as_bytes())?;
    Some(Charset { encoding, reason: CharsetReason::Chosen })
}

fn said_within(kind: MediaKind, content_type: Option<&[u8]>, start: &[u8]) -> Option<&'static Encoding> {
    match kind {
        MediaKind::Html => in_html(start),
        MediaKind::Xml if content_type.and_then(essence).as_deref() == Some("application/xhtml+xml") => {
            // A browser looks at the first place only. The author of the second place meant it too.
            in_xml(start).or_else(|| in_html(start))
        }
        MediaKind::Xml | MediaKind::Image(ImageKind::Svg) => in_xml(start),
        _ => None,
    }
}

fn detected(start: &[u8], sample_is_whole: bool, region: Option<&str>) -> Charset {
    let sample = start.get(..SAMPLE).unwrap_or(start);
    if let Some(encoding) = utf16_by_zeros(sample) {
        return Charset { encoding, reason: CharsetReason::Detected };
    }
    // Browsers refuse ISO-2022-JP, as it can hide scripts. Nothing runs scripts here.
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let is_last = sample_is_whole && sample.len() == start.len() && !is_cut_utf8(sample);
    let has_more_than_ascii = detector.feed(sample, is_last);
    let encoding = detector.guess(region.map(str::as_bytes), Utf8Detection::Allow);
    let nothing_to_tell = encoding == UTF_8 && !has_more_than_ascii;
    Charset { encoding, reason: if nothing_to_tell { CharsetReason::Utf8Default } else { CharsetReason::Detected } }
}

/// UTF-16 without a byte order mark, for text in Latin-1: every other byte is zero, and no other byte is.
fn utf16_by_zeros(sample: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = sample.get(..ZEROS).unwrap_or(sample).as_chunks::<2>();
    if pairs.len() < 2 {
        return None;
    }
    if pairs.iter().all(|&[low, high]| low != 0 && high == 0) {
        return Some(UTF_16LE);
    }
    pairs.iter().all(|&[high, low]| high == 0 && low != 0).then_some(UTF_16BE)
}

/// Whether the sample is UTF-8 beyond ASCII that is cut within a character, as when a connection broke.
fn is_cut_utf8(sample: &[u8]) -> bool {
    match core::str::from_utf8(sample) {
        Ok(_) => false,
        Err(error) => {
            error.error_len().is_none() && sample.get(..error.valid_up_to()).is_some_and(|valid| !valid.is_ascii())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::CharsetReason::{Bom, ContentType, Detected, Meta, Utf8Default};
    use super::*;
    use crate::decode::region;

    const CHINESE: &str = "百度一下，你就知道。中文网页的编码检测：这是一个用来测试的段落。";
    const TRADITIONAL: &str = "這是一個用來測試的段落，看看能不能認出它的編碼。";
    const JAPANESE: &str = "これは文字コードを判別するためのテストです。日本語の文章。";
    const KOREAN: &str = "이것은 문자 인코딩을 판별하기 위한 시험용 문장입니다.";
    const RUSSIAN: &str = "Это предложение нужно для проверки определения кодировки.";

    fn found(content_type: Option<&str>, start: &[u8]) -> (&'static str, CharsetReason) {
        let charset = find(content_type.map(str::as_bytes), start, true, None);
        (charset.encoding.name(), charset.reason)
    }

    fn in_encoding(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        let (bytes, _, lossy) = encoding.encode(text);
        assert!(!lossy);
        bytes.into_owned()
    }

    fn utf16(text: &str, byte_order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(byte_order).collect()
    }

    fn page(meta: &str, text: &str) -> String {
        format!("<!DOCTYPE html><!--STATUS OK--><html><head>{meta}<title>{text}</title></head></html>")
    }

    #[test]
    fn pages_in_the_encodings_of_the_world() {
        let meta = "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">";
        let html = Some("text/html");
        for (content_type, bytes, expected) in [
            (html, in_encoding(GBK, &page(meta, CHINESE)), ("GBK", Meta)),
            (
                html,
                page("<meta http-equiv=content-type content=text/html;charset=utf-8>", CHINESE).into(),
                ("UTF-8", Meta),
            ),
            (None, in_encoding(GBK, &page(meta, CHINESE)), ("GBK", Meta)),
            (Some("text/plain"), in_encoding(GBK, &page(meta, CHINESE)), ("GBK", Detected)),
            (html, in_encoding(GBK, &page("", CHINESE)), ("GBK", Detected)),
            (html, in_encoding(BIG5, &page("", TRADITIONAL)), ("Big5", Detected)),
            (html, in_encoding(SHIFT_JIS, &page("", JAPANESE)), ("Shift_JIS", Detected)),
            (html, in_encoding(EUC_JP, &page("", JAPANESE)), ("EUC-JP", Detected)),
            (html, in_encoding(ISO_2022_JP, &page("", JAPANESE)), ("ISO-2022-JP", Detected)),
            (html, in_encoding(EUC_KR, &page("", KOREAN)), ("EUC-KR", Detected)),
            (html, in_encoding(WINDOWS_1251, &page("", RUSSIAN)), ("windows-1251", Detected)),
            (html, in_encoding(KOI8_R, &page("", RUSSIAN)), ("KOI8-U", Detected)),
            (html, page("", CHINESE).into(), ("UTF-8", Detected)),
            (html, page("", "plain").into(), ("UTF-8", Utf8Default)),
            (html, Vec::new(), ("UTF-8", Utf8Default)),
            (None, Vec::new(), ("UTF-8", Utf8Default)),
            (html, in_encoding(WINDOWS_1252, "Un café très agréable"), ("windows-1252", Detected)),
        ] {
            assert_eq!(found(content_type, &bytes), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_is_said_first_counts() {
        let gbk = in_encoding(GBK, &page("<meta charset=big5>", CHINESE));
        let xml = "<?xml version=\"1.0\" encoding=\"gbk\"?><a>";
        let xhtml = "<html xmlns='http://www.w3.org/1999/xhtml'><meta charset='gbk'/></html>";
        let late = format!("<!DOCTYPE html>{}<meta charset=big5>", " ".repeat(1024));
        for (content_type, bytes, expected) in [
            (Some("text/html; charset=gbk"), gbk.as_slice(), ("GBK", ContentType)),
            (Some("text/html; Charset=\"gb2312\""), &gbk, ("GBK", ContentType)),
            (Some("text/html; charset=none"), &gbk, ("Big5", Meta)),
            (Some("text/html; charset=hz-gb-2312"), &gbk, ("Big5", Meta)),
            (Some("text/html; charset=gbk"), b"\xef\xbb\xbfx", ("UTF-8", Bom)),
            (Some("text/html; charset=utf-16"), b"x", ("UTF-16LE", ContentType)),
            (Some("text/html"), late.as_bytes(), ("Big5", Meta)),
            (Some("text/html"), b"<!--<meta charset=gbk>-->", ("UTF-8", Utf8Default)),
            (Some("text/html"), b"<script>'<meta charset=gbk>'</script>", ("GBK", Meta)),
            (Some("text/plain"), b"<meta charset=gbk>", ("UTF-8", Utf8Default)),
            (Some("text/xml"), xml.as_bytes(), ("GBK", Meta)),
            (None, xml.as_bytes(), ("GBK", Meta)),
            (Some("image/svg+xml"), xml.as_bytes(), ("GBK", Meta)),
            (Some("application/xhtml+xml"), xml.as_bytes(), ("GBK", Meta)),
            (Some("application/xhtml+xml"), xhtml.as_bytes(), ("GBK", Meta)),
            (Some("application/xml"), xhtml.as_bytes(), ("UTF-8", Utf8Default)),
            (Some("text/html"), xml.as_bytes(), ("GBK", Meta)),
            (Some("application/json"), "{\"a\":\"é\"}".as_bytes(), ("UTF-8", Utf8Default)),
            (Some("application/json"), b"{\"a\":\"\xc4\xe3\"}", ("UTF-8", Utf8Default)),
            (Some("application/json; charset=gbk"), b"{\"a\":\"\xc4\xe3\"}", ("GBK", ContentType)),
        ] {
            assert_eq!(found(content_type, bytes), expected, "{content_type:?} {}", bytes.escape_ascii());
        }
    }

    #[test]
    fn utf16_with_and_without_a_mark() {
        let (little, big) = (u16::to_le_bytes, u16::to_be_bytes);
        for (bytes, expected) in [
            (utf16("\u{feff}你好", little), ("UTF-16LE", Bom)),
            (utf16("\u{feff}你好", big), ("UTF-16BE", Bom)),
            (utf16("<?xml version='1.0'?><a>你好", little), ("UTF-16LE", Meta)),
            (utf16("<?xml version='1.0'?><a>你好", big), ("UTF-16BE", Meta)),
            (utf16("<p>café", little), ("UTF-16LE", Detected)),
            (utf16("<p>café", big), ("UTF-16BE", Detected)),
        ] {
            assert_eq!(found(Some("text/html"), &bytes), expected, "{}", bytes.escape_ascii());
        }
        assert_eq!(found(None, b"a\0"), ("UTF-8", Utf8Default));
        assert_eq!(found(None, b"\0\0\0\0"), ("UTF-8", Utf8Default));
    }

    #[test]
    fn a_cut_sample_is_still_recognized() {
        let text = CHINESE.as_bytes();
        for end in 3..text.len() {
            for whole in [true, false] {
                let charset = find(None, &text[..end], whole, None);
                assert_eq!((charset.encoding, charset.reason), (UTF_8, Detected), "{end}");
            }
        }
        let long = CHINESE.repeat(2000);
        assert_eq!(find(None, long.as_bytes(), true, None).encoding, UTF_8);
    }

    #[test]
    fn where_it_comes_from_makes_a_guess_fit() {
        let found = |bytes: &[u8], region| {
            let charset = find(Some(b"text/plain"), bytes, true, region);
            (charset.encoding.name(), charset.reason)
        };
        let hello = b"\xc4\xe3\xba\xc3";
        assert_eq!(found(hello, Some("cn")), ("GBK", Detected));
        assert_eq!(found(hello, Some("tw")), ("Big5", Detected));
        assert_eq!(found("你好".as_bytes(), Some("kr")), ("UTF-8", Detected));
        assert_eq!(found(&in_encoding(WINDOWS_1252, "Un café très agréable"), Some("cn")), ("windows-1252", Detected));
        let said = find(Some(b"text/plain; charset=euc-kr"), hello, true, Some("cn"));
        assert_eq!((said.encoding, said.reason), (EUC_KR, ContentType));
    }

    #[test]
    fn names_are_read_in_the_encoding_that_fits() {
        for (bytes, region, expected) in [
            ("你.txt".as_bytes(), None, Some("你.txt")),
            (b"\xd6\xd0\xce\xc4.txt", None, Some("中文.txt")),
            (b"\xc4\xe3\xba\xc3", Some("cn"), Some("你好")),
            (b"caf\xe9.txt", Some("cn"), Some("café.txt")),
            (b"\x93\xfa\x96\x7b", Some("jp"), Some("日本")),
            (b"\xff\0\x01", None, None),
        ] {
            assert_eq!(guessed_text(bytes, region).as_deref(), expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn labels_choose() {
        let names = [("gb2312", "GBK"), (" UTF8 ", "UTF-8"), ("latin1", "windows-1252"), ("sjis", "Shift_JIS")];
        for (label, name) in names {
            let charset = for_label(label).unwrap();
            assert_eq!((charset.encoding.name(), charset.reason), (name, CharsetReason::Chosen));
        }
        assert_eq!((for_label("none"), for_label(""), for_label("replacement")), (None, None, None));
    }

    #[test]
    fn the_menu_has_each_once() {
        let mut names: Vec<_> = ALL.iter().map(|encoding| encoding.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!((names.len(), ALL.len()), (39, 39));
        assert!(names.iter().all(|name| for_label(name).is_some_and(|charset| charset.encoding.name() == *name)));
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(
            content_type in prop::option::of(prop_oneof![
                prop::collection::vec(any::<u8>(), 0..60),
                "(text/html|text/xml|application/xhtml\\+xml|)[; =\"'\\\\charsetgbk]{0,30}".prop_map(Vec::from),
            ]),
            start in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..1500),
                "(<\\?xml|<meta|<!--|-->|</|<|>|=|charset|encoding|content|http-equiv|content-type|gbk|[ \"'/;?a])*"
                    .prop_map(Vec::from),
            ],
            whole: bool,
            host in ".{0,20}|[a-zA-Z0-9.-]{0,20}",
        ) {
            let region = region(&host, None);
            let charset = find(content_type.as_deref(), &start, whole, region.as_deref());
            let _ = guessed_text(&start, region.as_deref());
            prop_assert!(ALL.contains(&charset.encoding));
        }
    }
}
