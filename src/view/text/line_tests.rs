//! The index and the layout agree, however the text was cut into pieces.

use proptest::prelude::*;

use super::row::{Painter, wrapped};
use crate::capture::{Content, Spool, SpoolWriter};
use crate::http::Span;
use crate::view::{LineIndex, Slice, TextPage, TextRow, Wrap};

/// Rows, bytes, and where each row is found.
fn facts(index: &LineIndex) -> (u64, u64, Vec<Option<(u64, u64)>>) {
    (index.rows(), index.fed(), (0..=index.rows()).map(|row| index.locate(row)).collect())
}

fn whole(text: &[u8], wrap: Wrap) -> LineIndex {
    let mut index = LineIndex::new(wrap);
    index.feed(text);
    index
}

/// Rows of `columns` columns, after passing over some.
fn rows_from(bytes: &[u8], offset: u64, columns: usize, skip: u64, count: usize) -> Vec<TextRow> {
    let mut rows = wrapped(bytes, offset, columns, count.saturating_add(skip as usize), Painter::default());
    rows.drain(..(skip as usize).min(rows.len()));
    rows
}

fn spool_of(text: &[u8]) -> (Spool, SpoolWriter) {
    let (mut writer, spool) = SpoolWriter::temporary();
    writer.append(text).unwrap();
    writer.flush().unwrap();
    (spool, writer)
}

/// All rows of `text`, as they are drawn: `columns` columns of each from column `from` on.
fn laid(text: &[u8], wrap: Wrap, (from, columns): (usize, usize), lit: &[Span]) -> Vec<TextRow> {
    let (spool, _writer) = spool_of(text);
    let index = whole(text, wrap);
    let content = Content::plain(&spool, Span::new(0, text.len() as u64));
    let page = TextPage { content, index: &index, highlights: None, lit, chosen: Span::default() };
    page.rows(Slice { first: 0, rows: usize::MAX, from, columns })
}

const TEXTS: [&[u8]; 10] = [
    b"",
    b"\n",
    b"one\ntwo\r\nthree",
    b"one\n\n\nfour\n",
    b"a line that is longer than eight columns\nshort\n",
    "中文一二三四五六七八九十\n和 ASCII mixed 混合\n".as_bytes(),
    b"a\tb\tc\td\te\tf\tg\n\t\t\t\t\n",
    b"\xff\xfe bad \xe4\xb8 bytes \xf0\x9f\x98\x80 here\n",
    "\u{202e}hidden\u{200b}marks\u{feff}\n".as_bytes(),
    b"\x1b[31mred\x1b[0m\r lone\r\n",
];

#[test]
fn splits_change_nothing() {
    for text in TEXTS {
        for wrap in [Wrap::Columns(8), Wrap::Columns(9), Wrap::Columns(20), Wrap::Off] {
            let expected = facts(&whole(text, wrap));
            for cut in 0..=text.len() {
                let mut index = LineIndex::new(wrap);
                index.feed(&text[..cut]);
                index.feed(&text[cut..]);
                assert_eq!(facts(&index), expected, "{text:?} cut at {cut}");
            }
            let mut index = LineIndex::new(wrap);
            for byte in text {
                index.feed(&[*byte]);
            }
            assert_eq!(facts(&index), expected, "{text:?} byte by byte");
        }
    }
}

#[test]
fn lines_become_rows() {
    let rows =
        |text: &[u8], columns| rows_from(text, 0, columns, 0, 99).into_iter().map(|row| row.text).collect::<Vec<_>>();
    assert_eq!(rows(b"one\ntwo\r\nthree", 20), ["one", "two", "three"]);
    assert_eq!(rows(b"a\n\nb\n", 20), ["a", "", "b"]);
    assert_eq!(rows(b"0123456789abc\n", 8), ["01234567", "89abc"]);
    assert_eq!(rows("中文一二三".as_bytes(), 8), ["中文一二", "三"]);
    assert_eq!(rows(b"a\tb", 20), ["a   b"]);
    assert_eq!(rows(b"\x1b[0m\xff", 20), ["␛[0m\u{fffd}"]);
}

#[test]
fn any_row_of_a_long_text_is_found() {
    let text: String = (0..10_000).map(|i| format!("line {i} of the text\n")).collect();
    let index = whole(text.as_bytes(), Wrap::Columns(80));
    assert_eq!(index.rows(), 10_000);
    for row in [0, 1, 63, 64, 65, 200, 5_000, 9_999] {
        let (offset, skip) = index.locate(row).unwrap();
        let laid = rows_from(&text.as_bytes()[offset as usize..], offset, 80, skip, 1);
        assert_eq!(laid[0].text, format!("line {row} of the text"));
    }
    assert_eq!(index.locate(10_000), None);
}

#[test]
fn a_very_long_text_has_a_bounded_index() {
    // 512 MiB of lines, of which first the many short ones, then the few long ones.
    let short = b"\n".repeat(1 << 20);
    let long = b"0123456789abcde\n".repeat(1 << 16);
    let mut index = LineIndex::new(Wrap::Columns(80));
    let row_at = |row: u64| if row < 64 << 20 { row } else { (64 << 20) + (row - (64 << 20)) * 16 };
    (0..64).for_each(|_| index.feed(&short));
    (0..448).for_each(|_| index.feed(&long));
    assert_eq!((index.fed(), index.rows()), (512 << 20, (64 << 20) + (28 << 20)));
    for row in [0, 1, 5_000, (64 << 20) - 1, 64 << 20, (64 << 20) + 1, (92 << 20) - 1] {
        let (offset, skip) = index.locate(row).unwrap();
        assert_eq!(offset, row_at(row - skip));
        assert!(row_at(row) - offset <= index.skipped_max(), "row {row} lies far from {offset}");
    }
    assert!(index.skipped_max() <= 32 * 1024);
}

#[test]
fn without_wrapping_each_line_is_one_row_of_which_some_columns_are_laid_out() {
    let text = "one\ttwo\r\n\n中文 and \u{202e}marks\nlast".as_bytes();
    let shown = |from, columns| {
        laid(text, Wrap::Off, (from, columns), &[])
            .into_iter()
            .map(|row| (row.offset, row.end, row.text))
            .collect::<Vec<_>>()
    };
    let row = |offset, end, text: &str| (offset, end, text.to_owned());
    assert_eq!(
        shown(0, 99),
        [row(0, 9, "one two"), row(9, 10, ""), row(10, 30, "中文 and ‹U+202E›marks"), row(30, 34, "last")]
    );
    assert_eq!(shown(2, 3), [row(0, 9, "e t"), row(9, 10, ""), row(10, 30, "文 "), row(30, 34, "st")]);
    assert_eq!(shown(50, 3), [row(0, 9, ""), row(9, 10, ""), row(10, 30, ""), row(30, 34, "")]);
}

#[test]
fn of_a_very_long_line_a_part_is_laid_out_and_the_rest_is_said() {
    let long = 3 << 20;
    let mut text = b"first\n".to_vec();
    text.extend(vec![b'x'; long]);
    text.extend(b"\nthird\n");
    text.extend("\u{4e2d}".repeat(long / 3).bytes());
    let rows = laid(&text, Wrap::Off, (0, 10), &[]);
    let texts: Vec<_> = rows.iter().map(|row| (row.text.as_str(), row.more)).collect();
    assert_eq!(texts, [("first", 0), ("xxxxxxxxxx", 0), ("third", 0), ("中中中中中", 0)]);
    let rows = laid(&text, Wrap::Off, (65_530, 10), &[]);
    assert_eq!((rows[1].text.as_str(), rows[1].more), ("xxxxxx", long as u64 - 65_536));
    assert_eq!(rows[1].end - rows[1].offset, long as u64 + 1);
    let rows = laid(&text, Wrap::Off, (43_680, 20), &[]);
    // No character is cut in two.
    assert_eq!((rows[3].text.as_str(), rows[3].more), ("中中中中中", (long - long % 3) as u64 - 65_535));
    assert_eq!(rows[3].end, text.len() as u64);
}

#[test]
fn what_is_lit_is_lit_in_any_row_that_holds_a_part_of_it() {
    let lit = [Span::new(2, 4), Span::new(6, 13)];
    let rows = laid(b"0123456789abcdef\nxyz", Wrap::Columns(8), (0, 99), &lit);
    let parts: Vec<Vec<_>> =
        rows.iter().map(|row| row.parts().map(|(text, part)| (text, part.lit.is_some())).collect()).collect();
    assert_eq!(parts[0], [("01", false), ("23", true), ("45", false), ("67", true)]);
    assert_eq!(parts[1], [("89abc", true), ("def", false)]);
    assert_eq!(parts[2], [("xyz", false)]);
}

#[test]
fn characters_without_a_width_make_no_row_endless() {
    let text = format!("a{}b", "\u{301}".repeat(100_000));
    let rows = laid(text.as_bytes(), Wrap::Columns(20), (0, 99), &[]);
    assert!(rows.len() > 1000 && rows.iter().all(|row| row.end - row.offset <= 20 * 20));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn index_and_layout_agree(text in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\t'), Just(b'\r'), any::<u8>(), b'a'..=b'z', b'a'..=b'z', b'a'..=b'z', b'a'..=b'z', b'a'..=b'z', b'a'..=b'z', b'a'..=b'z', b'a'..=b'z', b'a'..=b'z'], 0..600), columns in 8_usize..40, cut in 0_usize..600) {
        let wrap = Wrap::Columns(columns);
        let index = whole(&text, wrap);
        let mut pieces = LineIndex::new(wrap);
        let cut = cut.min(text.len());
        pieces.feed(&text[..cut]);
        pieces.feed(&text[cut..]);
        prop_assert_eq!(facts(&index), facts(&pieces));
        let all = rows_from(&text, 0, columns, 0, usize::MAX);
        // The last character may be cut short: the layout shows it, the index waits for its rest.
        prop_assert!(all.len() as u64 - index.rows() <= 1);
        for row in 0..index.rows() {
            let (offset, skip) = index.locate(row).unwrap();
            let laid = rows_from(&text[offset as usize..], offset, columns, skip, 1);
            prop_assert_eq!(&laid[0].offset, &all[row as usize].offset);
            prop_assert_eq!(&laid[0].text, &all[row as usize].text);
        }
    }
    #[test]
    fn any_row_and_any_offset_are_found_on_a_page(
        lines in prop::collection::vec("[a-z 中\t]{0,300}", 1..200),
        columns in 8_usize..60,
        is_wrapped in any::<bool>(),
    ) {
        let text = lines.join("\n");
        let wrap = if is_wrapped { Wrap::Columns(columns) } else { Wrap::Off };
        let (spool, _writer) = spool_of(text.as_bytes());
        let index = whole(text.as_bytes(), wrap);
        let content = Content::plain(&spool, Span::new(0, text.len() as u64));
        let page = TextPage { content, index: &index, highlights: None, lit: &[], chosen: Span::default() };
        let all = page.rows(Slice { first: 0, rows: usize::MAX, from: 0, columns: 1000 });
        prop_assert_eq!(all.len() as u64, index.rows());
        for (number, row) in all.iter().enumerate().step_by(7) {
            let number = number as u64;
            prop_assert_eq!(page.begin_of(number), Some(row.offset));
            prop_assert_eq!(page.row_of(row.offset), Some(number));
            prop_assert_eq!(page.row_of(row.end - 1), Some(number));
            prop_assert_eq!(page.column_of(number, row.offset), 0);
            let shown = row.text.chars().map(|ch| if ch == '中' { 2 } else { 1 }).sum::<usize>();
            let is_line_end = text.as_bytes().get(row.end as usize - 1) == Some(&b'\n');
            prop_assert_eq!(page.column_of(number, row.end - u64::from(is_line_end)), shown);
            let alone = page.rows(Slice { first: number, rows: 1, from: 0, columns: 1000 });
            prop_assert_eq!(&alone[..], &all[number as usize..=number as usize]);
        }
        prop_assert_eq!(page.row_of(text.len() as u64), None);
    }
}
