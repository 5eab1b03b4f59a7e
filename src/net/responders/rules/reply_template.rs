//! The reply of a rule with a regular expression: bytes, and groups of the expression between them.
//!
//! In scope: `$1`, `$name`, `${name}` and `$$` in a typed text, as sed and Perl have them: digits behind `$` are the number, whatever letters
//! come then. Out of scope: the escapes of typed texts.

use regex::bytes::{Captures, Regex};

/// A piece of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What the group of this number matched; 0 is the whole.
    Group(usize),
}

/// The expression has no such group.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no group {0:?}")]
pub struct UnknownGroup(pub String);

/// A piece of a typed template: text as it stands there, or the number of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed<'a> {
    /// A text.
    Text(&'a str),
    /// A group.
    Group(usize),
}

/// The pieces of `template`, a reply to what `regex` matches. Fails if it names a group that the expression does not have.
pub fn pieces<'a>(template: &'a str, regex: &Regex) -> Result<Vec<Typed<'a>>, UnknownGroup> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        pieces.push(Typed::Text(before));
        (pieces, rest) = match reference(after) {
            Some((name, after)) => {
                let number = number(name, regex).ok_or_else(|| UnknownGroup(name.to_owned()))?;
                pieces.push(Typed::Group(number));
                (pieces, after)
            }
            None => {
                pieces.push(Typed::Text("$"));
                (pieces, after.strip_prefix('$').unwrap_or(after))
            }
        };
    }
    pieces.push(Typed::Text(rest));
    Ok(pieces)
}

/// The name or number of a group behind a `$`, and what follows it.
fn reference(text: &str) -> Option<(&str, &str)> {
    if let Some(braced) = text.strip_prefix('{') {
        return braced.split_once('}');
    }
    let is_number = text.starts_with(|first: char| first.is_ascii_digit());
    let belongs = |ch: char| if is_number { ch.is_ascii_digit() } else { ch.is_ascii_alphanumeric() || ch == '_' };
    let end = text.find(|ch| !belongs(ch)).unwrap_or(text.len());
    if end == 0 { None } else { text.split_at_checked(end) }
}

fn number(name: &str, regex: &Regex) -> Option<usize> {
    match name.parse() {
        Ok(number) if !name.starts_with('+') => (number < regex.captures_len()).then_some(number),
        _ => regex.capture_names().position(|known| known == Some(name)),
    }
}

/// The reply that `pieces` make of a match. A group that took no part is empty.
pub(super) fn expand(pieces: &[Piece], captures: Option<&Captures<'_>>) -> Vec<u8> {
    let mut reply = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => reply.extend_from_slice(bytes),
            Piece::Group(number) => {
                let group = captures.and_then(|captures| captures.get(*number));
                reply.extend_from_slice(group.map_or(&[], |group| group.as_bytes()));
            }
        }
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_named_in_the_ways_of_sed_and_perl() {
        let regex = Regex::new(r"(\d+) (?<unit>\w+)").unwrap();
        let shown = |template| {
            let pieces = pieces(template, &regex)?;
            let shown = pieces.into_iter().map(|piece| match piece {
                Typed::Text(text) => text.to_owned(),
                Typed::Group(number) => format!("<{number}>"),
            });
            Ok(shown.collect::<String>())
        };
        for (template, wanted) in [
            ("$1USD and $1 usd", "<1>USD and <1> usd"),
            ("${1}0 $unit, ${unit}s", "<1>0 <2>, <2>s"),
            ("$0|$2_$1", "<0>|<2>_<1>"),
            ("$$1 $$$1 100$ $.", "$1 $<1> 100$ $."),
            ("5 $ 中", "5 $ 中"),
            ("", ""),
        ] {
            assert_eq!(shown(template), Ok(wanted.to_owned()), "{template}");
        }
        for (template, name) in [("$3", "3"), ("$10", "10"), ("$USD", "USD"), ("${unit }", "unit "), ("${}", "")] {
            assert_eq!(shown(template), Err(UnknownGroup(name.to_owned())), "{template}");
        }
    }
}
