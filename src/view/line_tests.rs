//! The index and the layout agree, however the text was cut into pieces.

use proptest::prelude::*;

use super::{LineIndex, rows_from, rows_painted};

/// Rows, bytes, and where each row is found.
fn facts(index: &LineIndex) -> (u64, u64, Vec<Option<(u64, u64)>>) {
    (index.rows(), index.fed(), (0..=index.rows()).map(|row| index.locate(row)).collect())
}

fn whole(text: &[u8], columns: usize) -> LineIndex {
    let mut index = LineIndex::new(columns);
    index.feed(text);
    index
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
        for columns in [8, 9, 20] {
            let expected = facts(&whole(text, columns));
            for cut in 0..=text.len() {
                let mut index = LineIndex::new(columns);
                index.feed(&text[..cut]);
                index.feed(&text[cut..]);
                assert_eq!(facts(&index), expected, "{text:?} cut at {cut}");
            }
            let mut index = LineIndex::new(columns);
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
    let index = whole(text.as_bytes(), 80);
    assert_eq!(index.rows(), 10_000);
    for row in [0, 1, 63, 64, 65, 200, 5_000, 9_999] {
        let (offset, skip) = index.locate(row).unwrap();
        let laid = rows_from(&text.as_bytes()[offset as usize..], offset, 80, skip, 1);
        assert_eq!(laid[0].text, format!("line {row} of the text"));
    }
    assert_eq!(index.locate(10_000), None);
}

#[test]
fn marks_stand_where_their_bytes_do() {
    let text = "a\tbéc\r\nxyz012345\x1b\n".as_bytes();
    let at = |start, end| crate::http::Span::new(start, end);
    // A tab and a letter; half of é; across the end of a line; across that of a row, to the mark of a control.
    let marks = [at(1, 3), at(4, 5), at(7, 9), at(15, 18)];
    let rows = rows_painted(text, 0, 8, 0, 99, None, &marks);
    let marked = |row: &super::TextRow| -> Vec<(String, Option<usize>)> {
        row.marked_parts().map(|(text, _, mark)| (text.to_owned(), mark)).collect()
    };
    let part = |text: &str, mark| (text.to_owned(), mark);
    assert_eq!(rows[0].text, "a   béc");
    let first = [part("a", None), part("   b", Some(0)), part("é", Some(1)), part("c", None)];
    assert_eq!(marked(&rows[0]), first);
    assert_eq!(marked(&rows[1]), [part("x", Some(2)), part("yz0123", None), part("4", Some(3))]);
    assert_eq!(marked(&rows[2]), [part("5␛", Some(3))]);
    assert!(rows_painted(text, 0, 8, 0, 99, None, &[]).iter().all(|row| row.marks.is_empty()));
}

#[test]
fn a_very_long_text_has_a_bounded_index() {
    // 512 MiB of lines, of which first the many short ones, then the few long ones.
    let short = b"\n".repeat(1 << 20);
    let long = b"0123456789abcde\n".repeat(1 << 16);
    let mut index = LineIndex::new(80);
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn index_and_layout_agree(text in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\t'), Just(b'\r'), any::<u8>(), b'a'..=b'z'], 0..600), columns in 8_usize..40, cut in 0_usize..600) {
        let index = whole(&text, columns);
        let mut pieces = LineIndex::new(columns);
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
        for byte in 0..text.len() {
            let (row, start) = index.locate_byte(byte as u64).unwrap();
            let upto = (byte + 4).min(text.len());
            let laid = rows_from(&text[start as usize..upto], start, columns, 0, usize::MAX);
            let found = row as usize + laid.iter().take_while(|row| row.offset <= byte as u64).count() - 1;
            prop_assert_eq!(found, all.iter().rposition(|row| row.offset <= byte as u64).unwrap());
        }
        prop_assert_eq!(index.locate_byte(text.len() as u64), None);
    }
}
