//! Random streams, made of bytes and of damaged streams, split at random.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{bytewise, encoded, split, text, whole};
use crate::decode::{Coding, Limits};

/// What is done to a stream: a byte is changed, or bytes are taken out or put in.
#[derive(Clone, Debug)]
enum Damage {
    Change(Index, u8),
    Remove(Index, usize),
    Insert(Index, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        4 => (any::<Index>(), 1..=255_u8).prop_map(|(at, bits)| Damage::Change(at, bits)),
        1 => (any::<Index>(), 1..40_usize).prop_map(|(at, count)| Damage::Remove(at, count)),
        1 => (any::<Index>(), vec(any::<u8>(), 1..8)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
    ]
}

fn damaged(mut coded: Vec<u8>, damages: Vec<Damage>) -> Vec<u8> {
    for damage in damages {
        if coded.is_empty() {
            return coded;
        }
        match damage {
            Damage::Change(at, bits) => *at.get_mut(&mut coded) ^= bits,
            Damage::Remove(at, count) => {
                let at = at.index(coded.len());
                coded.drain(at..(at + count).min(coded.len()));
            }
            Damage::Insert(at, bytes) => {
                let at = at.index(coded.len());
                coded.splice(at..at, bytes);
            }
        }
    }
    coded
}

fn contents() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => (0..6000_usize).prop_map(text),
        1 => (0..6000_usize, any::<u8>()).prop_map(|(length, byte)| vec![byte; length]),
        1 => vec(any::<u8>(), 0..300),
    ]
}

fn codings() -> impl Strategy<Value = Vec<Coding>> {
    prop_oneof![
        4 => select(&Coding::ALL[..]).prop_map(|coding| vec![coding]),
        1 => vec(select(&Coding::ALL[..]), 2..4),
    ]
}

/// Codings and a stream that begins as one in them would.
fn streams() -> impl Strategy<Value = (Vec<Coding>, Vec<u8>)> {
    let coded = (codings(), contents(), vec(damage(), 0..4));
    prop_oneof![
        8 => coded.prop_map(|(codings, content, damages)| {
            let coded = damaged(encoded(&codings, &content), damages);
            (codings, coded)
        }),
        1 => (codings(), vec(any::<u8>(), 0..200)),
        1 => vec(any::<u8>(), 0..200).prop_map(|bytes| {
            (vec![Coding::Zstd], [&[0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x40][..], &bytes].concat())
        }),
        1 => vec(any::<u8>(), 0..200).prop_map(|bytes| {
            (vec![Coding::Gzip], [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &bytes].concat())
        }),
        1 => vec(any::<u8>(), 0..200).prop_map(|bytes| (vec![Coding::Deflate], [&[0x78, 0x9c][..], &bytes].concat())),
    ]
}

/// PROPTEST_CASES can ask for more.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { failure_persistence: None, cases: default.cases.max(400), ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn splits_change_nothing((codings, coded) in streams(), cuts in vec(any::<Index>(), 1..6)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(coded.len() + 1)).collect();
        cuts.sort_unstable();
        let outcome = whole(&codings, &coded);
        let others = [split(&codings, &coded, Limits::default(), &cuts), bytewise(&codings, &coded)];
        for other in others {
            prop_assert!(other.agrees(&outcome), "{} {}", other.told(), outcome.told());
        }
    }

    #[test]
    fn splits_change_nothing_where_a_bound_is_passed(
        (codings, coded) in streams(),
        bytes in 0..8000_u64,
        ratio in 0..3_u64,
        cuts in vec(any::<Index>(), 1..6),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(coded.len() + 1)).collect();
        cuts.sort_unstable();
        let limits = Limits { bytes, ratio };
        let outcome = split(&codings, &coded, limits, &[]);
        // What is not coded at all is no longer than the body.
        prop_assert!(outcome.bytes.len() as u64 <= bytes || outcome.passed_over.is_some());
        let all: Vec<usize> = (0..coded.len()).collect();
        for other in [split(&codings, &coded, limits, &cuts), split(&codings, &coded, limits, &all)] {
            prop_assert!(other.agrees(&outcome), "{} {}", other.told(), outcome.told());
        }
    }

    #[test]
    fn nothing_that_was_decoded_is_lost_in_an_error((codings, coded) in streams(), end in any::<Index>()) {
        let before = whole(&codings, &coded[..end.index(coded.len() + 1)]);
        let is_text = before.passed_over.is_some();
        prop_assert!(is_text || whole(&codings, &coded).bytes.starts_with(&before.bytes));
    }

    #[test]
    fn what_is_coded_is_decoded(codings in codings(), content in contents()) {
        let outcome = whole(&codings, &encoded(&codings, &content));
        prop_assert_eq!(outcome.result, Ok(()));
        prop_assert!(outcome.bytes == content);
    }
}
