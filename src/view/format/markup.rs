//! The pieces of HTML and XML: tags, comments and texts.

use super::pieces::{Gap, Pieces, TooMuch};

/// The elements of HTML that have no end.
const VOID: [&[u8]; 14] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"param", b"source",
    b"track", b"wbr",
];
/// The elements of HTML whose text stays as it is.
const KEPT: [&[u8]; 4] = [b"script", b"style", b"textarea", b"pre"];
/// An end is looked for among so many open elements.
const LEVELS_MAX: usize = 64;

/// What begins with a `<`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    /// A comment, a declaration, an instruction.
    Other,
    /// A part of the text.
    Text,
    Begin,
    /// An element without an end.
    Whole,
    End,
}

/// The pieces of `text`.
pub(super) fn pieces(text: &[u8], is_html: bool) -> Result<Pieces, TooMuch> {
    let mut pieces = Pieces::new();
    // The names of the open elements.
    let mut names: Vec<&[u8]> = Vec::new();
    let mut at = 0;
    // How many pieces there were when the last element began, if all since then is one text.
    let mut begun = None;
    while at < text.len() {
        let left = text.get(at..).unwrap_or_default();
        let (tag, length, name) = front(left, is_html);
        let (start, end) = trimmed(text, at, at + length);
        at += length;
        let is_first = begun == Some(pieces.all.len());
        match tag {
            _ if start == end => {}
            Tag::Text => {
                // A text that is all that an element has stands on the row of its tags.
                let is_only = is_first && ends_element(text.get(at..).unwrap_or_default(), names.last());
                pieces.push((start, end), if is_only { Gap::None } else { Gap::Row })?;
                begun = is_only.then_some(pieces.all.len());
            }
            Tag::Other | Tag::Whole => pieces.push((start, end), Gap::Row)?,
            Tag::Begin => {
                pieces.open((start, end), Gap::Row)?;
                names.push(name);
                begun = Some(pieces.all.len());
                if is_html && KEPT.iter().any(|kept| kept.eq_ignore_ascii_case(name)) {
                    let kept = until_end(text.get(at..).unwrap_or_default(), name);
                    if kept > 0 {
                        pieces.push((at, at + kept), Gap::None)?;
                        begun = Some(pieces.all.len());
                    }
                    at += kept;
                }
            }
            Tag::End => {
                let same = |open: &&[u8]| if is_html { open.eq_ignore_ascii_case(name) } else { *open == name };
                let level = names.iter().enumerate().rev().take(LEVELS_MAX).find(|(_, open)| same(open));
                match level.map(|(level, _)| level) {
                    Some(level) => {
                        let gap = if is_first && level + 1 == names.len() { Gap::None } else { Gap::Row };
                        names.truncate(level);
                        pieces.close((start, end), gap, level)?;
                    }
                    None => pieces.push((start, end), Gap::Row)?,
                }
            }
        }
    }
    Ok(pieces)
}

/// The part of a text from `start` to `end` without the white space at both ends.
fn trimmed(text: &[u8], start: usize, end: usize) -> (usize, usize) {
    let part = text.get(start..end).unwrap_or_default();
    let before = part.len() - part.trim_ascii_start().len();
    (start + before, start + before + part.trim_ascii().len())
}

/// What `left` begins with, how many bytes it has, and its name if it is a tag.
fn front(left: &[u8], is_html: bool) -> (Tag, usize, &[u8]) {
    let until = |mark: &[u8]| memchr::memmem::find(left, mark).map_or(left.len(), |at| at + mark.len());
    match left {
        [b'<', b'!', b'-', b'-', ..] => (Tag::Other, until(b"-->"), b""),
        [b'<', b'!', b'[', ..] => (Tag::Text, until(b"]]>"), b""),
        [b'<', b'!' | b'?', ..] => (Tag::Other, until(b">"), b""),
        [b'<', b'/', after, ..] if is_name(*after) => (Tag::End, until(b">"), name(left.get(2..).unwrap_or_default())),
        [b'<', after, ..] if is_name(*after) => {
            let length = tag_length(left);
            let name = name(left.get(1..).unwrap_or_default());
            let is_void = is_html && VOID.iter().any(|void| void.eq_ignore_ascii_case(name));
            let is_whole = is_void || left.get(..length).is_some_and(|tag| tag.ends_with(b"/>"));
            (if is_whole { Tag::Whole } else { Tag::Begin }, length, name)
        }
        _ => {
            let begins = |at: &usize| match left.get(*at + 1) {
                Some(b'!' | b'?') => true,
                Some(b'/') => left.get(*at + 2).is_some_and(|byte| is_name(*byte)),
                Some(byte) => is_name(*byte),
                None => false,
            };
            let length = memchr::memchr_iter(b'<', left).find(|at| *at > 0 && begins(at)).unwrap_or(left.len());
            (Tag::Text, length, b"")
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii()
}

fn name(left: &[u8]) -> &[u8] {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    left.get(..left.iter().position(ends).unwrap_or(left.len())).unwrap_or_default()
}

/// How many bytes the tag has that `left` begins with: a `>` in quotes does not end it.
fn tag_length(left: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = memchr::memchr3(b'>', b'"', b'\'', left.get(at..).unwrap_or_default()).map(|n| at + n) {
        let Some(&quote) = left.get(found).filter(|byte| **byte != b'>') else { return found + 1 };
        let within = left.get(found + 1..).unwrap_or_default();
        at = found + 1 + memchr::memchr(quote, within).map_or(within.len(), |end| end + 1);
    }
    left.len()
}

/// Whether `left` begins with the end of the element `name`.
fn ends_element(left: &[u8], name: Option<&&[u8]>) -> bool {
    name.is_some_and(|name| {
        let after = left.strip_prefix(b"</").and_then(|left| left.split_at_checked(name.len()));
        after.is_some_and(|(found, _)| found.eq_ignore_ascii_case(name))
    })
}

/// How many bytes `left` has before the end of the element `name`.
fn until_end(left: &[u8], name: &[u8]) -> usize {
    let at = memchr::memmem::find_iter(left, b"</");
    let mut ends = at.filter(|at| ends_element(left.get(*at..).unwrap_or_default(), Some(&name)));
    ends.next().unwrap_or(left.len())
}
