//! Bytes as text to be pasted elsewhere: hex, text, or a literal of a programming language.
//!
//! In scope: the forms and their escapes. Out of scope: the clipboard. Literals are such that the language's own compiler gives back
//! the same bytes: C (ISO C17 §6.7.9), Rust (byte strings are avoided: an array shows each byte), Python 3 (`bytes` literal).

use std::fmt::Write;

use encoding_rs::Encoding;

use super::row::{BYTES_PER_ROW, hex_rows};

enum_with_all! {
    /// A form, and the key of its name.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum CopyFormat {
        /// `48 65 6c`.
        Hex = "copy-hex",
        /// The text in its character encoding; what is no text becomes U+FFFD.
        Text = "copy-text",
        /// Offset, hex and text, as on the screen.
        Dump = "copy-dump",
        /// `unsigned char data[] = { 0x48, … };`
        C = "copy-c",
        /// `let data: [u8; 3] = [0x48, …];`
        Rust = "copy-rust",
        /// `data = b'…'`
        Python = "copy-python",
    }
}

/// `bytes`, which begin at `offset`, in a form; their text is in `encoding`.
pub fn copy_as(bytes: &[u8], offset: u64, form: CopyFormat, encoding: &'static Encoding) -> String {
    match form {
        CopyFormat::Hex => hex(bytes),
        CopyFormat::Text => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        CopyFormat::Dump => dump(bytes, offset),
        CopyFormat::C => array(bytes, &format!("unsigned char data[{}] = {{", bytes.len().max(1)), "};"),
        CopyFormat::Rust => array(bytes, &format!("let data: [u8; {}] = [", bytes.len()), "];"),
        CopyFormat::Python => python(bytes),
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for (i, byte) in bytes.iter().enumerate() {
        let gap = if i == 0 { "" } else { " " };
        push(&mut text, format_args!("{gap}{byte:02x}"));
    }
    text
}

fn dump(bytes: &[u8], offset: u64) -> String {
    let mut text = String::with_capacity(bytes.len() * 5);
    for row in hex_rows(bytes, offset, BYTES_PER_ROW) {
        push(&mut text, format_args!("{:08x}  {:<48}  |{}|\n", row.offset, row.hex(), row.text()));
    }
    text
}

fn array(bytes: &[u8], open: &str, close: &str) -> String {
    let mut text = String::with_capacity(bytes.len() * 6 + 64);
    text.push_str(open);
    for row in bytes.chunks(16) {
        text.push_str("\n   ");
        for byte in row {
            push(&mut text, format_args!(" 0x{byte:02x},"));
        }
    }
    text.push_str(if bytes.is_empty() { "" } else { "\n" });
    text.push_str(close);
    text.push('\n');
    text
}

fn python(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2 + 64);
    text.push_str("data = (\n");
    // Lines are kept short, and end after a line feed.
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        for part in line.chunks(64) {
            text.push_str("    b'");
            part.iter().for_each(|byte| push_python(&mut text, *byte));
            text.push_str("'\n");
        }
    }
    text.push_str(if bytes.is_empty() { "    b''\n)\n" } else { ")\n" });
    text
}

fn push_python(text: &mut String, byte: u8) {
    match byte {
        b'\n' => text.push_str("\\n"),
        b'\r' => text.push_str("\\r"),
        b'\t' => text.push_str("\\t"),
        b'\\' | b'\'' => text.extend(['\\', char::from(byte)]),
        b' '..=b'~' => text.push(char::from(byte)),
        _ => push(text, format_args!("\\x{byte:02x}")),
    }
}

fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing to a String can't fail.
    let _ = text.write_fmt(part);
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GBK, UTF_8};

    use super::*;

    #[test]
    fn each_form_holds_the_bytes() {
        let bytes = b"a'\\\r\n\0\xff";
        for (form, text) in [
            (CopyFormat::Hex, "61 27 5c 0d 0a 00 ff"),
            (CopyFormat::Text, "a'\\\r\n\0\u{fffd}"),
            (CopyFormat::Dump, "00000010  61 27 5c 0d 0a 00 ff                              |a'\\····|\n"),
            (CopyFormat::C, "unsigned char data[7] = {\n    0x61, 0x27, 0x5c, 0x0d, 0x0a, 0x00, 0xff,\n};\n"),
            (CopyFormat::Rust, "let data: [u8; 7] = [\n    0x61, 0x27, 0x5c, 0x0d, 0x0a, 0x00, 0xff,\n];\n"),
            (CopyFormat::Python, "data = (\n    b'a\\'\\\\\\r\\n'\n    b'\\x00\\xff'\n)\n"),
        ] {
            assert_eq!(copy_as(bytes, 16, form, UTF_8), text);
        }
        assert_eq!(copy_as(b"\xd6\xd0", 0, CopyFormat::Text, GBK), "中");
        assert_eq!(copy_as(b"", 0, CopyFormat::Python, UTF_8), "data = (\n    b''\n)\n");
        assert_eq!(copy_as(b"", 0, CopyFormat::Rust, UTF_8), "let data: [u8; 0] = [];\n");
    }

    /// Runs `program` with python3 and gives back what it printed.
    fn python3(program: &str) -> Vec<u8> {
        let output = std::process::Command::new("python3").arg("-c").arg(program).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    #[test]
    fn python_itself_reads_every_byte_back() {
        let bytes: Vec<u8> = (0..=255).chain(0..=255).collect();
        let literal = copy_as(&bytes, 0, CopyFormat::Python, UTF_8);
        assert_eq!(python3(&format!("import sys\n{literal}\nsys.stdout.buffer.write(data)")), bytes);
    }
}
