//! The source files of the program, and their text as words without comments, literals and tests.
//!
//! In scope: as much of Rust's syntax as that takes. Out of scope: what the words say (see `imports`).

use std::fs;
use std::path::{Path, PathBuf};

/// A file of `src`.
pub struct Source {
    /// Its path from `src`, with `/` between folders.
    pub path: String,
    pub text: String,
}

impl Source {
    /// The floor that the file is in: the first part of its path.
    pub fn folder(&self) -> &str {
        self.path.split('/').next().unwrap()
    }

    /// Its text without lines that are comments.
    pub fn code(&self) -> String {
        self.text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    }

    /// Whether the file as a whole is a test.
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("tests.rs")
    }
}

/// All files of `src`, in the order of their paths.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    paths.iter().map(|path| Source { path: name(path), text: fs::read_to_string(path).unwrap() }).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The words of `text`: identifiers, `::`, and other characters one by one. Comments and literals are left out.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = word_length(rest);
        let length = word.unwrap_or_else(|| skipped_length(rest));
        if word.is_some() || (length == first.len_utf8() && !first.is_whitespace()) {
            words.push(rest[..length].to_owned());
        }
        rest = &rest[length..];
    }
    words
}

/// The length of the identifier or `::` that `rest` begins with.
fn word_length(rest: &str) -> Option<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if rest.starts_with("::") {
        return Some(2);
    }
    let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let is_literal = matches!(&rest[..length], "b" | "r" | "br" | "c") && rest[length..].starts_with(['"', '\'', '#']);
    (length > 0 && !is_literal).then_some(length)
}

/// The length of the comment, the literal or else the one character that `rest` begins with.
fn skipped_length(rest: &str) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return rest.find("*/").unwrap() + 2;
    }
    let literal = rest.trim_start_matches(['b', 'r', 'c']);
    let prefix = rest.len() - literal.len();
    if rest[..prefix].contains('r') {
        let quote = literal.find('"').unwrap();
        let end = format!("\"{}", &literal[..quote]);
        let inner = &literal[quote + 1..];
        return prefix + quote + 1 + inner.find(&end).unwrap() + end.len();
    }
    match literal.chars().next() {
        Some('"') => prefix + quoted_length(literal, '"'),
        // A lifetime has no second quote.
        Some('\'') if literal.starts_with("'\\") || literal.chars().nth(2) == Some('\'') => {
            prefix + quoted_length(literal, '\'')
        }
        _ => rest.chars().next().map_or(0, char::len_utf8),
    }
}

fn quoted_length(literal: &str, quote: char) -> usize {
    let mut is_escaped = false;
    let end = literal.char_indices().skip(1).find(|&(_, c)| {
        let is_end = c == quote && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    end.unwrap().0 + 1
}

/// `words` without the items that only tests have.
pub fn without_tests(words: &[String]) -> Vec<String> {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        if rest.len() > TEST.len() && rest.iter().zip(TEST).all(|(word, expected)| word == expected) {
            rest = &rest[TEST.len() + item_length(&rest[TEST.len()..])..];
        } else {
            kept.push(first.clone());
            rest = after;
        }
    }
    kept
}

/// How many words the item has that `words` begin with: up to a semicolon or a closing brace outside of other brackets.
fn item_length(words: &[String]) -> usize {
    let mut depth = 0;
    for (index, word) in words.iter().enumerate() {
        match word.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" if depth == 1 => return index + 1,
            "}" | ")" | "]" => depth -= 1,
            ";" if depth == 0 => return index + 1,
            _ => {}
        }
    }
    words.len()
}
