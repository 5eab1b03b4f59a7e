//! The sentences about patterns that can't be searched for.

use super::catalogue::{Arg, Words};
use crate::capture::{PATTERN_MAX, PatternError};
use crate::view::{excerpt, group_digits};

impl Words {
    /// Why a pattern can't be searched for. Places in it count from 1.
    pub fn pattern_error(&self, error: &PatternError) -> String {
        let shown = |character: char| ("character", Arg::from(excerpt(&character.to_string())));
        match error {
            PatternError::Empty => self.text("pattern-empty").into_owned(),
            PatternError::TooLong => {
                self.with("pattern-too-long", [("bytes", group_digits(PATTERN_MAX as u64).into())])
            }
            PatternError::Hex(error) => self.hex_error(*error),
            PatternError::OnlyWildcards => self.text("pattern-only-wildcards").into_owned(),
            PatternError::NotInEncoding { character, encoding } => {
                let encoding = ("encoding", Arg::from(encoding.name()));
                self.with("pattern-not-in-encoding", [shown(*character), encoding])
            }
            PatternError::Regex(regex::Error::CompiledTooBig(_)) => self.text("pattern-regex-too-big").into_owned(),
            PatternError::Regex(error) => self.regex_error(&error.to_string()),
        }
    }

    /// Why a regular expression is none. The lines of `error` before the last repeat the expression, with a mark at the place.
    pub(super) fn regex_error(&self, error: &str) -> String {
        let last = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
        self.with("pattern-regex", [("text", Arg::from(excerpt(last)))])
    }
}

#[cfg(test)]
mod tests {
    use crate::capture::Pattern;
    use crate::settings::Language;
    use crate::words::Words;

    #[test]
    fn every_error_is_said_with_its_place() {
        let words = Words::new(Language::English);
        for (pattern, text) in [
            (Pattern::hex(""), "Nothing to search for"),
            (Pattern::hex("48 6"), "character 4"),
            (Pattern::hex("4x"), "Character 2 is x,"),
            (Pattern::hex("??"), "any bytes at all"),
            (Pattern::text("a你", encoding_rs::WINDOWS_1252, false), "你 is not in windows-1252"),
            (Pattern::text(&"x".repeat(5000), encoding_rs::UTF_8, false), "4,096 bytes"),
            (Pattern::regex("a(b", false), "unclosed group"),
            (Pattern::regex(r"\w{500}{500}", false), "too large"),
        ] {
            let said = words.pattern_error(&pattern.unwrap_err());
            assert!(said.contains(text), "{said}");
        }
    }
}
