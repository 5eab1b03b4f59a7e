//! Puts the pieces of a text on rows, with elements folded away, and knows which place is which.

use std::collections::BTreeSet;

use super::pieces::{Gap, TooMuch};
use super::{json, markup};
use crate::http::Span;
use crate::view::text::Markup;

/// No more bytes than these are laid out.
pub const FORMAT_MAX: u64 = 8 << 20;
/// The most bytes that may come of them.
const OUTPUT_MAX: usize = 32 << 20;
/// Deeper elements are not indented any further.
const INDENT_MAX: usize = 32;
/// What stands in place of what is folded away.
const FOLDED: &str = " … ";

/// The begin of an element that can be folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Where it stands in the new text.
    pub at: u64,
    /// Where it stands in the text that was sent.
    pub source: u64,
    /// Whether it is folded.
    pub is_folded: bool,
}

/// Where the pieces of a text stand in the new one, and what can be folded there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Offsets in the new text and in the old one, from each of which on both go alike.
    anchors: Vec<(u32, u32)>,
    /// What can be folded, in order.
    pub folds: Vec<Fold>,
}

/// Lays `text` out, with the elements that begin at the offsets `folded` folded away.
///
/// # Errors
/// If it has too many pieces, or would become too long.
pub fn format(text: &[u8], markup: Markup, folded: &BTreeSet<u64>) -> Result<(Vec<u8>, Layout), TooMuch> {
    let pieces = match markup {
        Markup::Json => json::pieces(text)?,
        Markup::Html => markup::pieces(text, true)?,
        Markup::Xml => markup::pieces(text, false)?,
    };
    let (mut output, mut layout) = (Vec::new(), Layout::default());
    let mut number = 0;
    let mut after_fold = false;
    while let Some(piece) = pieces.all.get(number) {
        match piece.gap {
            _ if after_fold => output.extend(FOLDED.as_bytes()),
            Gap::Row if !output.is_empty() => {
                output.push(b'\n');
                output.resize(output.len() + 2 * (piece.depth as usize).min(INDENT_MAX), b' ');
            }
            Gap::Space => output.push(b' '),
            Gap::None | Gap::Row => {}
        }
        let bytes = text.get(piece.start as usize..piece.end as usize).unwrap_or_default();
        if output.len() + bytes.len() > OUTPUT_MAX {
            return Err(TooMuch);
        }
        let at = u32::try_from(output.len()).map_err(|_| TooMuch)?;
        if layout.anchors.last().is_none_or(|(new, old)| at - new != piece.start - old) {
            layout.anchors.push((at, piece.start));
        }
        output.extend(bytes);
        let source = u64::from(piece.start);
        after_fold = piece.closed_by > 0 && folded.contains(&source);
        if piece.closed_by > 0 {
            layout.folds.push(Fold { at: u64::from(at), source, is_folded: after_fold });
        }
        number = if after_fold { piece.closed_by as usize } else { number + 1 };
    }
    if output.last().is_some_and(|last| *last != b'\n') {
        output.push(b'\n');
    }
    Ok((output, layout))
}

impl Layout {
    /// The bytes of the text that was sent which are `span` of the new one.
    #[must_use]
    pub fn source(&self, span: Span) -> Span {
        Span::new(self.translate(span.start, |anchor| *anchor), self.translate(span.end, |anchor| *anchor))
    }

    /// Where the bytes `span` of the text that was sent stand in the new one.
    #[must_use]
    pub fn place(&self, span: Span) -> Span {
        let turned = |anchor: &(u32, u32)| (anchor.1, anchor.0);
        Span::new(self.translate(span.start, turned), self.translate(span.end, turned))
    }

    fn translate(&self, offset: u64, of: impl Fn(&(u32, u32)) -> (u32, u32)) -> u64 {
        let after = self.anchors.partition_point(|anchor| u64::from(of(anchor).0) <= offset);
        let Some((from, to)) = after.checked_sub(1).and_then(|at| self.anchors.get(at)).map(&of) else { return 0 };
        let end = self.anchors.get(after).map_or(u64::MAX, |next| u64::from(of(next).1));
        (u64::from(to) + offset - u64::from(from)).min(end)
    }

    /// What can be folded in the part `span` of the new text, the first of it; or else the innermost before it, which may hold it.
    #[must_use]
    pub fn fold_at(&self, span: Span) -> Option<Fold> {
        let end = self.folds.partition_point(|fold| fold.at < span.end.max(span.start + 1));
        let start = self.folds.partition_point(|fold| fold.at < span.start);
        let within = self.folds.get(start..end).and_then(<[Fold]>::first);
        within.or_else(|| self.folds.get(..start).and_then(<[Fold]>::last)).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pieces::PIECES_MAX;
    use super::*;

    fn shown(text: &str, markup: Markup, folded: &[u64]) -> String {
        let (output, _) = format(text.as_bytes(), markup, &folded.iter().copied().collect()).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn json_stands_on_rows() {
        for (text, expected) in [
            ("", ""),
            ("1", "1\n"),
            (
                r#"{"a":1.0,"a":[],"b":{"c":[true, null]}}"#,
                "{\n  \"a\": 1.0,\n  \"a\": [],\n  \"b\": {\n    \"c\": [\n      true,\n      null\n    ]\n  }\n}\n",
            ),
            ("{ }", "{}\n"),
            ("{\"a\":1}\n{\"a\":2}\n", "{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n"),
            // What is malformed goes as far as it goes, and all of it is there.
            (r#"{"a" 1]},x"#, "{\n  \"a\" 1\n]\n},\nx\n"),
            (r#"["a\"]"#, "[\n  \"a\\\"]\n"),
        ] {
            assert_eq!(shown(text, Markup::Json, &[]), expected, "{text}");
        }
    }

    #[test]
    fn xml_and_html_stand_on_rows() {
        for (text, is_html, expected) in [
            ("<a><b>x</b><c/></a>", false, "<a>\n  <b>x</b>\n  <c/>\n</a>\n"),
            (
                "<?xml version=\"1.0\"?>\n<a x='>'> <!-- <b> --> </a>",
                false,
                "<?xml version=\"1.0\"?>\n<a x='>'>\n  <!-- <b> -->\n</a>\n",
            ),
            ("<a><![CDATA[<b>]]></a>", false, "<a><![CDATA[<b>]]></a>\n"),
            ("<p>one<br>two</p>", true, "<p>\n  one\n  <br>\n  two\n</p>\n"),
            ("<ul><li>1<li>2</ul>x", true, "<ul>\n  <li>\n    1\n    <li>\n      2\n</ul>\nx\n"),
            ("<script>if (a<b) {}</script><p>x</P>", true, "<script>if (a<b) {}</script>\n<p>x</P>\n"),
            ("a < b </c> <d", true, "a < b\n</c>\n<d\n"),
        ] {
            let markup = if is_html { Markup::Html } else { Markup::Xml };
            assert_eq!(shown(text, markup, &[]), expected, "{text}");
        }
    }

    #[test]
    fn what_is_folded_stands_on_one_row() {
        let text = r#"{"a":[1,2],"b":{"c":3}}"#;
        assert_eq!(shown(text, Markup::Json, &[5]), "{\n  \"a\": [ … ],\n  \"b\": {\n    \"c\": 3\n  }\n}\n");
        assert_eq!(shown(text, Markup::Json, &[0, 5]), "{ … }\n");
        assert_eq!(shown("<a><b>x</b></a>", Markup::Xml, &[0]), "<a> … </a>\n");
        let (_, layout) = format(text.as_bytes(), Markup::Json, &BTreeSet::from([5])).unwrap();
        let told: Vec<_> = layout.folds.iter().map(|fold| (fold.at, fold.source, fold.is_folded)).collect();
        assert_eq!(told, [(0, 0, false), (9, 5, true), (25, 15, false)]);
        assert_eq!(layout.fold_at(Span::new(4, 16)).map(|fold| fold.source), Some(5));
        assert_eq!(layout.fold_at(Span::new(30, 33)).map(|fold| fold.source), Some(15));
    }

    #[test]
    fn a_text_of_too_many_pieces_is_refused() {
        let text = "[".repeat(PIECES_MAX + 1);
        assert_eq!(format(text.as_bytes(), Markup::Json, &BTreeSet::new()).err(), Some(TooMuch));
        let deep = "[".repeat(PIECES_MAX / 2);
        assert_eq!(format(deep.as_bytes(), Markup::Json, &BTreeSet::new()).err(), Some(TooMuch));
    }

    proptest! {
        #[test]
        fn nothing_but_white_space_comes_or_goes_and_each_byte_is_found_again(
            text in prop_oneof![r#"[\[\]{},:"\\ 1a\n]{0,40}"#, r#"[<>/!ab"'=\- \n\[\]]{0,40}"#],
            kind in 0..3,
        ) {
            let markup = [Markup::Json, Markup::Html, Markup::Xml][kind as usize];
            let (output, layout) = format(text.as_bytes(), markup, &BTreeSet::new()).unwrap();
            let bare = |bytes: &[u8]| bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
            prop_assert_eq!(bare(&output), bare(text.as_bytes()));
            for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace()) {
                let at = at as u64;
                let place = layout.place(Span::new(at, at + 1));
                prop_assert_eq!(output[place.start as usize], byte);
                prop_assert_eq!(layout.source(Span::new(place.start, place.start + 1)).start, at);
            }
        }
    }
}
