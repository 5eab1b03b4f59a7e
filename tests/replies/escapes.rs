//! The bytes that a line of the table stands for.
//!
//! In scope: `\r`, `\n`, `\t`, `\0`, `\\`, `\{`, `\}`, `\xHH`, and between braces: `@name` (a mark, no byte), `N*text` (the text so many
//! times), `hex 1f8b` (bytes), `gbk:text` (the text in an encoding), `name` (bytes that were defined before) and `name 2..9` (part of
//! them). Anything else stands for itself, in UTF-8. Out of scope: what lines mean.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// Bytes, and where in them the marks lie.
#[derive(Clone, Debug, Default)]
pub struct Text {
    pub bytes: Vec<u8>,
    pub marks: BTreeMap<String, u64>,
}

/// Bytes by the names that lines give them.
pub type Defined = BTreeMap<String, Text>;

/// What `line` stands for.
pub fn text(line: &str, defined: &Defined) -> Text {
    let mut rest = line.chars().peekable();
    let read = sequence(&mut rest, defined);
    assert_eq!(rest.next(), None, "a brace too many: {line}");
    read
}

/// `bytes` as a line could write them; long ones are cut off.
pub fn escaped(bytes: &[u8]) -> String {
    const MOST: usize = 400;
    let mut line = String::new();
    for &byte in bytes.iter().take(MOST) {
        match byte {
            b'\\' | b'{' | b'}' => line.extend(['\\', char::from(byte)]),
            b' '..=b'~' => line.push(char::from(byte)),
            _ => line += &byte.escape_ascii().to_string(),
        }
    }
    if bytes.len() > MOST {
        let sum = bytes.iter().fold(0_u32, |sum, &byte| sum.rotate_left(5).wrapping_mul(0x9e37_79b1) ^ u32::from(byte));
        line += &format!("... {} bytes, sum {sum:08x}", bytes.len());
    }
    line
}

fn sequence(rest: &mut Peekable<Chars<'_>>, defined: &Defined) -> Text {
    let mut read = Text::default();
    while let Some(next) = rest.next_if(|&next| next != '}') {
        match next {
            '\\' => read.bytes.push(escape(rest)),
            '{' => {
                let inner = braces(rest, defined);
                assert_eq!(rest.next(), Some('}'), "an open brace");
                let from = read.bytes.len() as u64;
                read.marks.extend(inner.marks.into_iter().map(|(name, at)| (name, from + at)));
                read.bytes.extend(inner.bytes);
            }
            _ => read.bytes.extend(next.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    read
}

fn escape(rest: &mut Peekable<Chars<'_>>) -> u8 {
    match rest.next() {
        Some('r') => b'\r',
        Some('n') => b'\n',
        Some('t') => b'\t',
        Some('0') => 0,
        Some(itself @ ('\\' | '{' | '}')) => itself as u8,
        Some('x') => u8::from_str_radix(&rest.take(2).collect::<String>(), 16).expect("two digits after \\x"),
        other => panic!("no such escape: {other:?}"),
    }
}

/// What stands behind an opening brace, before the closing one.
fn braces(rest: &mut Peekable<Chars<'_>>, defined: &Defined) -> Text {
    let mut word = String::new();
    while let Some(next) = rest.next_if(|next| !matches!(next, '}' | '*' | ':')) {
        word.push(next);
    }
    match rest.peek() {
        Some('*') => {
            rest.next();
            let inner = sequence(rest, defined);
            let times = word.parse().expect("a number before the star");
            Text { bytes: inner.bytes.repeat(times), marks: inner.marks }
        }
        Some(':') => {
            rest.next();
            let inner = sequence(rest, defined);
            Text { bytes: encoded(&word, std::str::from_utf8(&inner.bytes).expect("UTF-8")), marks: inner.marks }
        }
        _ => named(&word, defined),
    }
}

fn named(word: &str, defined: &Defined) -> Text {
    if let Some(mark) = word.strip_prefix('@') {
        return Text { bytes: Vec::new(), marks: [(mark.to_owned(), 0)].into() };
    }
    if let Some(digits) = word.strip_prefix("hex ") {
        return Text { bytes: hex(digits), ..Text::default() };
    }
    let (name, range) = word.split_once(' ').map_or((word, None), |(name, range)| (name, Some(range)));
    let Some(text) = defined.get(name) else { panic!("nothing is called {name}") };
    let Some((from, to)) = range.and_then(|range| range.split_once("..")) else { return text.clone() };
    let from = from.parse().unwrap_or(0);
    let to = to.parse().unwrap_or(text.bytes.len());
    Text { bytes: text.bytes[from..to].to_vec(), ..Text::default() }
}

fn hex(digits: &str) -> Vec<u8> {
    let digits: String = digits.split_whitespace().collect();
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("pairs of digits")).collect()
}

fn encoded(label: &str, text: &str) -> Vec<u8> {
    let Some(encoding) = Encoding::for_label(label.as_bytes()) else { panic!("no such encoding: {label}") };
    if encoding == UTF_16LE {
        return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    if encoding == UTF_16BE {
        return text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    }
    let (bytes, _, is_lossy) = encoding.encode(text);
    assert!(!is_lossy, "{label} has no {text}");
    bytes.into_owned()
}

#[test]
fn escapes_and_braces_are_read() {
    let mut defined = Defined::new();
    defined.insert("abc".into(), text("abc", &defined));
    for (line, bytes) in [
        (r"a\r\n\t\0\\\{\}\xff", &b"a\r\n\t\0\\{}\xff"[..]),
        ("{3*x{@m}y}", b"xyxyxy"),
        ("{hex 1f 8B}{abc}{abc 1..}{abc ..1}{abc 1..2}", b"\x1f\x8babcbcab"),
        ("{gbk:你好}{utf-16le:a}", b"\xc4\xe3\xba\xc3a\0"),
        ("é", "é".as_bytes()),
    ] {
        assert_eq!(text(line, &defined).bytes, bytes, "{line}");
        assert_eq!(text(&escaped(bytes), &defined).bytes, bytes, "{line}");
    }
    assert_eq!(text("ab{@here}c", &defined).marks["here"], 2);
}
