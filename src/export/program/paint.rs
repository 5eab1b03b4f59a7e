//! A source told apart into words, strings, numbers and comments, so that it can be coloured.
//!
//! In scope: what our own programs have; a string that goes on in the next line, as Rust has it. Out of scope: colours, and anything that
//! somebody else wrote.

use super::dialect::Dialect;
use crate::view::TokenKind;

const PYTHON: &[&str] = &[
    "and", "as", "break", "def", "elif", "else", "except", "for", "from", "global", "if", "import", "in", "not", "or",
    "pass", "return", "try", "while", "with",
];
const RUST: &[&str] = &[
    "as", "break", "const", "else", "fn", "for", "if", "in", "let", "loop", "match", "move", "mut", "return", "static",
    "use", "while",
];
const C: &[&str] = &[
    "break", "char", "const", "continue", "else", "for", "if", "int", "long", "return", "size_t", "sizeof", "ssize_t",
    "static", "struct", "void", "while",
];

/// A stretch of a line that is of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its text.
    pub text: String,
    /// What it is: a keyword is a name.
    pub paint: TokenKind,
}

/// Tells the lines of one source apart, in order.
#[derive(Debug)]
pub struct Painter {
    dialect: Dialect,
    /// The quote of a string that goes on in the next line.
    open: Option<char>,
}

impl Painter {
    /// At the beginning of a source in `dialect`.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, open: None }
    }

    /// The parts of the next line.
    pub fn line(&mut self, line: &str) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = line;
        while !rest.is_empty() {
            let (length, paint) = self.next(rest);
            let (text, after) = rest.split_at_checked(length.max(1)).unwrap_or((rest, ""));
            rest = after;
            match parts.last_mut().filter(|last| last.paint == paint) {
                Some(last) => last.text.push_str(text),
                None => parts.push(Part { text: text.to_owned(), paint }),
            }
        }
        parts
    }

    /// How many bytes of `text` belong together, and what they are.
    fn next(&mut self, text: &str) -> (usize, TokenKind) {
        if let Some(quote) = self.open {
            return (self.string(text, quote), TokenKind::Text);
        }
        let first = text.chars().next().unwrap_or(' ');
        let comment = self.dialect.comment().trim_end();
        if text.starts_with(comment) {
            return (text.len(), TokenKind::Weak);
        }
        if self.dialect == Dialect::C && text.starts_with("/*") {
            return (text.find("*/").map_or(text.len(), |end| end + 2), TokenKind::Weak);
        }
        // In Rust and C an apostrophe begins a character, or the name of a lifetime.
        let is_quote = first == '"' || (first == '\'' && self.dialect == Dialect::Python);
        if is_quote {
            return (1 + self.string(text.get(1..).unwrap_or_default(), first), TokenKind::Text);
        }
        if first == '\'' {
            let length = if text.starts_with("'\\") {
                text.get(2..).and_then(|rest| rest.find('\'')).map(|at| at + 3)
            } else {
                Some(3)
            };
            return (length.unwrap_or(1).min(text.len()), TokenKind::Text);
        }
        let word = text.find(|ch: char| !(ch.is_alphanumeric() || ch == '_')).unwrap_or(text.len());
        let paint = match text.get(..word) {
            _ if first.is_ascii_digit() => TokenKind::Value,
            Some(word) if self.keywords().contains(&word) => TokenKind::Name,
            _ => TokenKind::Plain,
        };
        (word.max(first.len_utf8()), paint)
    }

    /// How many bytes of `text` belong to the string that it begins inside of, the closing quote included.
    fn string(&mut self, text: &str, quote: char) -> usize {
        self.open = Some(quote);
        let mut is_escaped = false;
        for (at, ch) in text.char_indices() {
            if ch == quote && !is_escaped {
                self.open = None;
                return at + 1;
            }
            is_escaped = ch == '\\' && !is_escaped;
        }
        // Only in Rust does one go on in the next line.
        if self.dialect != Dialect::Rust {
            self.open = None;
        }
        text.len()
    }

    fn keywords(&self) -> &'static [&'static str] {
        match self.dialect {
            Dialect::Python => PYTHON,
            Dialect::Rust => RUST,
            Dialect::C => C,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(dialect: Dialect, lines: &[&str], paint: TokenKind) -> Vec<String> {
        let mut painter = Painter::new(dialect);
        let mut found = Vec::new();
        for line in lines {
            let parts = painter.line(line);
            assert_eq!(parts.iter().map(|part| part.text.as_str()).collect::<String>(), *line);
            found.extend(parts.into_iter().filter(|part| part.paint == paint).map(|part| part.text));
        }
        found
    }

    #[test]
    fn words_strings_numbers_and_comments_are_told_apart() {
        let line = r"if d in (b'a\'b', 10): # 'no string'";
        assert_eq!(of(Dialect::Python, &[line], TokenKind::Text), [r"'a\'b'"]);
        assert_eq!(of(Dialect::Python, &[line], TokenKind::Name), ["if", "in"]);
        assert_eq!(of(Dialect::Python, &[line], TokenKind::Value), ["10"]);
        assert_eq!(of(Dialect::Python, &[line], TokenKind::Weak), ["# 'no string'"]);
        let lines = [r#"sock.write_all(b"GET \"#, r#"    / 1\"2")?; // 文"#];
        assert_eq!(of(Dialect::Rust, &lines, TokenKind::Text), [r#""GET \"#, r#"    / 1\"2""#]);
        assert_eq!(of(Dialect::C, &["answer[n] = '!'; c = '\\0'; /* 1 */ int x;"], TokenKind::Text), ["'!'", "'\\0'"]);
        assert_eq!(of(Dialect::C, &["/* 1 */ int x;"], TokenKind::Name), ["int"]);
    }
}
