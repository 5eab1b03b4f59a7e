//! The pieces of JSON: brackets, commas, colons, strings and whatever stands between them.

use super::pieces::{Gap, Pieces, TooMuch};

/// The pieces of `text`, which may hold several values one after the other.
pub(super) fn pieces(text: &[u8]) -> Result<Pieces, TooMuch> {
    let mut pieces = Pieces::new();
    let (mut at, mut gap) = (0, Gap::Row);
    // Whether the piece before began an array or an object.
    let mut is_begun = false;
    while let Some(&byte) = text.get(at) {
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let end = at + length(text.get(at..).unwrap_or_default());
        let place = (at, end);
        let was_begun = std::mem::take(&mut is_begun);
        gap = match byte {
            b'{' | b'[' => {
                pieces.open(place, gap)?;
                is_begun = true;
                Gap::Row
            }
            b'}' | b']' => {
                let level = pieces.open.len().saturating_sub(1);
                pieces.close(place, if was_begun { Gap::None } else { Gap::Row }, level)?;
                after_value(&pieces)
            }
            b',' => {
                pieces.push(place, Gap::None)?;
                Gap::Row
            }
            b':' => {
                pieces.push(place, Gap::None)?;
                Gap::Space
            }
            _ => {
                pieces.push(place, gap)?;
                after_value(&pieces)
            }
        };
        at = end;
    }
    Ok(pieces)
}

/// What stands before what follows a value, unless that is a bracket, a comma or a colon.
fn after_value(pieces: &Pieces) -> Gap {
    if pieces.open.is_empty() { Gap::Row } else { Gap::Space }
}

/// How many bytes the piece has that `left` begins with; at least 1.
fn length(left: &[u8]) -> usize {
    match left.first() {
        Some(b'{' | b'[' | b'}' | b']' | b',' | b':') => 1,
        Some(b'"') => {
            let mut at = 1;
            loop {
                match memchr::memchr2(b'"', b'\\', left.get(at..).unwrap_or_default()).map(|found| at + found) {
                    None => return left.len(),
                    Some(found) if left.get(found) == Some(&b'"') => return found + 1,
                    Some(found) => at = found + 2,
                }
            }
        }
        _ => {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b"{}[],:\"".contains(byte);
            left.iter().position(ends).unwrap_or(left.len()).max(1)
        }
    }
}
