//! What is searched for.
//!
//! In scope: a text in a character encoding, with or without regard to case; bytes as hex; a regular expression over bytes; why
//! something can't be searched for. Out of scope: where the bytes come from (see [`Search`](super::Search)).

use core::ops::Range;

use encoding_rs::{Encoding, UTF_8};
use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};

use super::boundary::{CHARACTER_MAX, Multibyte};
use super::folded::Folded;
use super::pattern_error::PatternError;
use super::spelling::{Letter, is_cased, letters};
use crate::capture::hex::hex_pattern;

/// How many bytes a text, hex or expression may have, as it is typed.
pub const PATTERN_MAX: usize = 4 * 1024;
/// The longest hit of a regular expression, in bytes, that is found wherever it lies. Whether a longer hit is found whole, cut to this
/// length, or not at all depends on how the bytes came.
pub const REGEX_HIT_MAX: usize = 64 * 1024;

/// How many bytes behind a hit may decide whether it is one: the next character, for `\b` and `$`.
const BEHIND: usize = 4;

/// Whether `source` writes a byte that is no character, `\x80` to `\xff`; as a number, `\x{ff}`, it would be one.
fn writes_a_byte(source: &str) -> bool {
    let mut rest = source;
    while let Some((_, escaped)) = rest.split_once('\\') {
        let mut characters = escaped.chars();
        let (is_x, after) = (characters.next() == Some('x'), characters.as_str());
        let (high, low) = (characters.next(), characters.next());
        if is_x
            && high.is_some_and(|high| "89abcdefABCDEF".contains(high))
            && low.is_some_and(|low| low.is_ascii_hexdigit())
        {
            return true;
        }
        rest = after;
    }
    false
}

/// What is searched for, made ready. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pattern {
    engine: Engine,
    /// How many bytes from the beginning of a hit on decide whether it is one.
    pub(super) reach: usize,
    /// No hit is longer.
    pub(super) longest: usize,
    /// The encoding, if a hit in it has to begin where a character does.
    pub(super) multibyte: Option<Multibyte>,
}

#[derive(Clone, Debug)]
enum Engine {
    Plain(Box<memmem::Finder<'static>>),
    Folded(Folded),
    Regex(Regex),
}

impl Pattern {
    /// The text `text` as it is written in `encoding`. With `any_case`, letters are found in any case: those of ASCII in
    /// both, others in UTF-8 as Unicode folds them, in other encodings as far as one letter becomes one letter. Fails if it is empty or
    /// too long, or has a character that the encoding lacks.
    pub fn text(text: &str, encoding: &'static Encoding, any_case: bool) -> Result<Self, PatternError> {
        check(text)?;
        if any_case && encoding == UTF_8 && text.chars().any(|character| !character.is_ascii() && is_cased(character)) {
            let longest = text.chars().count() * 4;
            return Self::fixed_regex(&format!("(?i){}", regex::escape(text)), longest, None);
        }
        let letters = letters(text, encoding, any_case)?;
        let multibyte = Multibyte::of(encoding);
        if letters.iter().all(|letter| letter.len() == 1) {
            return Ok(Self::plain(&letters.concat().concat(), multibyte));
        }
        if let Some(folded) = Folded::of(&letters) {
            let longest = folded.len();
            return Ok(Self::new(Engine::Folded(folded), longest, multibyte));
        }
        let longest = letters.iter().filter_map(|letter| letter.iter().map(Vec::len).max()).sum();
        let source: String = letters.iter().map(any_way).collect();
        Self::fixed_regex(&format!("(?s-u){source}"), longest, multibyte)
    }

    /// Bytes as [`hex_bytes`](crate::capture::hex_bytes) reads them, with `??` for any byte. Fails if it is no hex, or nothing but
    /// wildcards.
    pub fn hex(text: &str) -> Result<Self, PatternError> {
        check(text)?;
        let bytes = hex_pattern(text)?;
        if !bytes.iter().any(Option::is_some) {
            return Err(if bytes.is_empty() { PatternError::Empty } else { PatternError::OnlyWildcards });
        }
        if let Some(plain) = bytes.iter().copied().collect::<Option<Vec<u8>>>() {
            return Ok(Self::plain(&plain, None));
        }
        let source: String = bytes.iter().map(|byte| byte.map_or_else(|| ".".to_owned(), escaped)).collect();
        Self::fixed_regex(&format!("(?s-u){source}"), bytes.len(), None)
    }

    /// A regular expression over bytes, which are taken for UTF-8 unless it says `(?-u)` or writes a byte as `\xff`. `^` and `$` stand at the beginning and
    /// end of each line, which ends in LF, CR or CRLF; `.` is anything else. Hits of no length are none. See [`REGEX_HIT_MAX`]. Fails if
    /// it is no regular expression.
    pub fn regex(source: &str, any_case: bool) -> Result<Self, PatternError> {
        check(source)?;
        let regex = RegexBuilder::new(source)
            .unicode(!writes_a_byte(source))
            .multi_line(true)
            .crlf(true)
            .case_insensitive(any_case)
            .build()?;
        Ok(Self {
            engine: Engine::Regex(regex),
            reach: REGEX_HIT_MAX + BEHIND,
            longest: REGEX_HIT_MAX,
            multibyte: None,
        })
    }

    fn plain(bytes: &[u8], multibyte: Option<Multibyte>) -> Self {
        let finder = memmem::Finder::new(bytes).into_owned();
        Self::new(Engine::Plain(Box::new(finder)), bytes.len(), multibyte)
    }

    /// An expression that looks at nothing behind its hits, of which none is longer than `longest`.
    fn fixed_regex(source: &str, longest: usize, multibyte: Option<Multibyte>) -> Result<Self, PatternError> {
        Ok(Self::new(Engine::Regex(Regex::new(source)?), longest, multibyte))
    }

    fn new(engine: Engine, longest: usize, multibyte: Option<Multibyte>) -> Self {
        // A character that begins before a hit may end within it; its other bytes tell.
        let reach = longest + multibyte.map_or(0, |_| CHARACTER_MAX - 1);
        Self { engine, reach, longest, multibyte }
    }

    /// As if hits of an expression could have at most `longest` bytes.
    #[cfg(test)]
    pub(super) fn with_longest(self, longest: usize) -> Self {
        Self { reach: longest + BEHIND, longest, ..self }
    }

    /// The first hit in `bytes` that begins at `from` or later; it may be empty, and begin within a character.
    pub(super) fn find(&self, bytes: &[u8], from: usize) -> Option<Range<usize>> {
        match &self.engine {
            Engine::Plain(finder) => {
                let start = from + finder.find(bytes.get(from..)?)?;
                Some(start..start + finder.needle().len())
            }
            Engine::Folded(folded) => folded.find(bytes, from),
            Engine::Regex(regex) if from <= bytes.len() => regex.find_at(bytes, from).map(|found| found.range()),
            Engine::Regex(_) => None,
        }
    }
}

fn check(text: &str) -> Result<(), PatternError> {
    match text.len() {
        0 => Err(PatternError::Empty),
        1..=PATTERN_MAX => Ok(()),
        _ => Err(PatternError::TooLong),
    }
}

/// An expression for one letter in each of its cases.
fn any_way(letter: &Letter) -> String {
    let ways: Vec<String> = letter.iter().map(|way| way.iter().copied().map(escaped).collect()).collect();
    format!("(?:{})", ways.join("|"))
}

fn escaped(byte: u8) -> String {
    format!("\\x{byte:02x}")
}
