//! Bytes and texts as literals of a language: what the literal denotes is what was given, whatever that is.
//!
//! Python: Lexical analysis, 2.5. Rust: Reference, Tokens. C: ISO 9899 §6.4.4.4 and §6.4.5; there `\x` takes any number of digits, so
//! octal escapes of three are used, and `??` may begin a trigraph.

use std::time::Duration;

use super::dialect::Dialect;

/// Bytes up to this length are written out in a source: 64 KiB. Longer ones stand in a file beside the program.
pub const WRITTEN_MAX: usize = 64 * 1024;

/// A literal goes on in another line after this many characters, and where a line ends in what it denotes.
const WIDTH: usize = 72;

/// `bytes` as the lines of a literal.
pub fn bytes(bytes: &[u8], dialect: Dialect) -> Vec<String> {
    let mut parts = vec![String::new()];
    for (at, byte) in bytes.iter().enumerate() {
        let begins = at == 0 || parts.last().is_some_and(String::is_empty);
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
        let text = byte_in(*byte, before, begins, dialect);
        if let Some(part) = parts.last_mut() {
            part.push_str(&text);
            let is_full = *byte == b'\n' || part.len() >= WIDTH;
            if is_full && at + 1 < bytes.len() {
                parts.push(String::new());
            }
        }
    }
    let last = parts.len() - 1;
    let numbered = parts.into_iter().enumerate();
    numbered.map(|(number, part)| enclosed(&part, number == 0, number == last, dialect)).collect()
}

/// The same between `before` and `behind`, with each line under the first.
pub fn within(before: &str, content: &[u8], behind: &str, dialect: Dialect) -> Vec<String> {
    let (mut lines, indent) = (bytes(content, dialect), " ".repeat(before.len()));
    for (number, line) in lines.iter_mut().enumerate() {
        line.insert_str(0, if number == 0 { before } else { &indent });
    }
    if let Some(last) = lines.last_mut() {
        last.push_str(behind);
    }
    lines
}

/// `bytes` as a literal in one line.
pub fn in_line(bytes: &[u8], dialect: Dialect) -> String {
    let before = |at: usize| at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let parts = bytes.iter().enumerate().map(|(at, byte)| byte_in(*byte, before(at), false, dialect));
    enclosed(&parts.collect::<String>(), true, true, dialect)
}

fn enclosed(part: &str, is_first: bool, is_last: bool, dialect: Dialect) -> String {
    match dialect {
        Dialect::Python => format!("b'{part}'"),
        Dialect::C => format!("\"{part}\""),
        // A backslash at the end of a line passes over the line end and the blanks after it.
        Dialect::Rust => format!("{}{part}{}", if is_first { "b\"" } else { "" }, if is_last { "\"" } else { "\\" }),
    }
}

fn byte_in(byte: u8, before: Option<u8>, begins: bool, dialect: Dialect) -> String {
    match (byte, dialect) {
        (b'\\', _) => "\\\\".into(),
        (b'\r', _) => "\\r".into(),
        (b'\n', _) => "\\n".into(),
        (b'\t', _) => "\\t".into(),
        (b'\'', Dialect::Python) => "\\'".into(),
        (b'"', Dialect::Rust | Dialect::C) => "\\\"".into(),
        (b' ', Dialect::Rust) if begins => "\\x20".into(),
        (b'?', Dialect::C) if before == Some(b'?') => "\\?".into(),
        (b' '..=b'~', _) => char::from(byte).to_string(),
        (_, Dialect::C) => format!("\\{byte:03o}"),
        (_, Dialect::Python | Dialect::Rust) => format!("\\x{byte:02x}"),
    }
}

/// `text` as a literal.
pub fn text(text: &str, dialect: Dialect) -> String {
    let quote = if dialect == Dialect::Python { '\'' } else { '"' };
    let mut before = ' ';
    let mut literal = String::from(quote);
    for ch in text.chars() {
        match (ch, dialect) {
            ('\\', _) => literal.push_str("\\\\"),
            (ch, _) if ch == quote => literal.extend(['\\', quote]),
            ('?', Dialect::C) if before == '?' => literal.push_str("\\?"),
            (' '..='~', _) => literal.push(ch),
            // Letters of any writing are readable; what is none may be invisible, and compilers refuse some of it.
            (ch, _) if !ch.is_ascii() && ch.is_alphanumeric() => literal.push(ch),
            (ch, Dialect::Python) => literal.push_str(&format!("\\U{:08x}", u32::from(ch))),
            (ch, Dialect::Rust) => literal.push_str(&format!("\\u{{{:x}}}", u32::from(ch))),
            (ch, Dialect::C) => {
                let mut room = [0; 4];
                for byte in ch.encode_utf8(&mut room).bytes() {
                    literal.push_str(&format!("\\{byte:03o}"));
                }
            }
        }
        before = ch;
    }
    literal.push(quote);
    literal
}

/// A time in seconds, at least 0.001; a whole number has no point.
pub fn seconds(time: Duration) -> String {
    let text = format!("{:.3}", time.as_secs_f64());
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "0" { "0.001".into() } else { text.to_owned() }
}
