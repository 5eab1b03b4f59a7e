//! Against searches that look at every place of the whole.

use std::sync::Arc;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, GBK, SHIFT_JIS, UTF_8};
use proptest::prelude::*;

use super::*;

/// Hits of `length` bytes wherever `is_hit` says so, one after the other.
fn one_by_one(bytes: &[u8], length: usize, is_hit: impl Fn(&[u8]) -> bool) -> Vec<(u64, u64)> {
    let mut hits = Vec::new();
    let mut at = 0;
    while at + length <= bytes.len() {
        let hit = is_hit(&bytes[at..at + length]);
        if hit {
            hits.push((at as u64, (at + length) as u64));
        }
        at += if hit { length } else { 1 };
    }
    hits
}

/// Grows a source by `steps` and searches it meanwhile; at each stop the hits have to be those of `naive` so far.
fn grow(
    pattern: &Pattern,
    bytes: &[u8],
    steps: &[usize],
    piece: usize,
    naive: impl Fn(&[u8]) -> Vec<(u64, u64)>,
) -> Result<(), TestCaseError> {
    let mut scanner = Scanner::new(pattern.clone(), 0, piece, Arc::default());
    let (mut writer, source) = SpoolWriter::temporary();
    let (mut hits, mut at) = (Vec::new(), 0);
    for step in steps.iter().copied().chain([bytes.len()]) {
        let end = (at + step).min(bytes.len());
        writer.append(&bytes[at..end]).unwrap();
        writer.flush().unwrap();
        at = end;
        while scanner.step(&source, at as u64, &mut hits).unwrap() {}
        prop_assert_eq!(scanner.end(), at as u64);
        let so_far = [hits.clone(), scanner.rest()].concat();
        prop_assert_eq!(ends(&so_far), naive(&bytes[..at]), "at {}", at);
    }
    Ok(())
}

fn steps() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0_usize..40, 0..8)
}

/// Expressions of which no hit is longer than 24 bytes.
const EXPRESSIONS: [&str; 14] = [
    "a{1,9}b",
    "a{1,3}|b",
    "a{0,5}",
    "^a",
    "b$",
    "^[^b]{0,11}$",
    r"\bab\b",
    r"\Bb",
    "[^a]b",
    "(?:ab){1,8}",
    r"\Aa",
    r"b\z",
    "é.{0,4}?b",
    "(?-u)[^a]{3}",
];

proptest! {
    #[test]
    fn bytes_are_found_as_they_come_with_and_without_wildcards(
        bytes in prop::collection::vec(0_u8..3, 0..200),
        needle in prop::collection::vec(prop::option::weighted(0.8, 0_u8..3), 0..5),
        last in 0_u8..3,
        steps in steps(),
        piece in 1_usize..20,
    ) {
        let needle: Vec<_> = needle.into_iter().chain([Some(last)]).collect();
        let hex: String = needle.iter().map(|byte| byte.map_or("??".to_owned(), |byte| format!("{byte:02x}"))).collect();
        grow(&Pattern::hex(&hex).unwrap(), &bytes, &steps, piece, |bytes| {
            one_by_one(bytes, needle.len(), |part| {
                part.iter().zip(&needle).all(|(byte, wanted)| wanted.is_none_or(|wanted| wanted == *byte))
            })
        })?;
    }

    #[test]
    fn letters_are_found_in_any_case(
        text in "[aAbBzé]{0,150}",
        needle in "[aAbB]{1,4}",
        steps in steps(),
        piece in 1_usize..20,
    ) {
        let pattern = Pattern::text(&needle, UTF_8, true).unwrap();
        grow(&pattern, text.as_bytes(), &steps, piece, |bytes| {
            one_by_one(bytes, needle.len(), |part| part.eq_ignore_ascii_case(needle.as_bytes()))
        })?;
    }

    #[test]
    fn expressions_are_found_as_they_come(
        text in "[ab0é \r\n]{0,150}",
        which in 0..EXPRESSIONS.len(),
        steps in steps(),
        piece in 1_usize..20,
    ) {
        let source = EXPRESSIONS[which];
        let pattern = Pattern::regex(source, false).unwrap().with_longest(24);
        let whole = regex::bytes::RegexBuilder::new(source).multi_line(true).crlf(true).build().unwrap();
        grow(&pattern, text.as_bytes(), &steps, piece, |bytes| {
            let hits = whole.find_iter(bytes).filter(|hit| !hit.is_empty());
            hits.map(|hit| (hit.start() as u64, hit.end() as u64)).collect()
        })?;
    }

    #[test]
    fn characters_are_found_where_they_begin(
        text in prop::collection::vec(prop::sample::select("aA0~\n中文字大小語カ한글。愫你好丂".chars().collect::<Vec<_>>()), 0..80),
        length in 1_usize..3,
        at in 0_usize..80,
        which in 0_usize..6,
        any_case: bool,
        piece in 1_usize..20,
        steps in steps(),
    ) {
        let encoding = [GBK, GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR][which];
        let coded = |character: &char| {
            let text = character.to_string();
            let (bytes, _, is_unmapped) = encoding.encode(&text);
            (!is_unmapped).then(|| bytes.into_owned())
        };
        let text: Vec<char> = text.into_iter().filter(|character| coded(character).is_some()).collect();
        let Some(needle) = text.get(at..(at + length).min(text.len())).filter(|needle| !needle.is_empty()) else {
            return Ok(());
        };
        let bytes: Vec<u8> = text.iter().filter_map(coded).flatten().collect();
        let pattern = Pattern::text(&needle.iter().collect::<String>(), encoding, any_case).unwrap();
        let same = |a: &char, b: &char| a == b || (any_case && a.eq_ignore_ascii_case(b));
        let (mut expected, mut offset, mut i) = (Vec::new(), 0, 0);
        while i < text.len() {
            let part = text.get(i..i + needle.len());
            let is_hit = part.is_some_and(|part| part.iter().zip(needle).all(|(a, b)| same(a, b)));
            let count = if is_hit { needle.len() } else { 1 };
            let passed: u64 = text[i..i + count].iter().filter_map(coded).map(|bytes| bytes.len() as u64).sum();
            if is_hit {
                expected.push((offset, offset + passed));
            }
            offset += passed;
            i += count;
        }
        // A cut may fall within a character, so only the whole is compared.
        prop_assert_eq!(scan(&pattern, &bytes, piece), expected.clone());
        let mut scanner = Scanner::new(pattern, 0, piece, Arc::default());
        let (source, mut hits, mut end) = (Spool::of(&bytes), Vec::new(), 0);
        for step in steps.into_iter().chain([bytes.len()]) {
            end = (end + step as u64).min(bytes.len() as u64);
            while scanner.step(&source, end, &mut hits).unwrap() {}
            scanner.rest();
        }
        hits.extend(scanner.rest());
        prop_assert_eq!(ends(&hits), expected);
    }
}
