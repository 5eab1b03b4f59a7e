//! Random bytes, and good streams with random damage.

use proptest::prelude::*;

use super::{ALL, coded, undone};
use crate::decode::Coding;

fn damaged() -> impl Strategy<Value = (Coding, Vec<u8>)> {
    let plain = prop::collection::vec(prop_oneof![Just(b'a'), any::<u8>()], 0..400);
    let harm = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (prop::sample::select(&ALL[..]), plain, harm).prop_map(|(coding, plain, harm)| {
        let mut bytes = coded(coding, &plain);
        for (at, byte) in harm {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        (coding, bytes)
    })
}

fn nonsense() -> impl Strategy<Value = (Coding, Vec<u8>)> {
    let start = prop::sample::select(vec![&b""[..], b"\x1f\x8b\x08\0", b"\x78\x9c", b"\x28\xb5\x2f\xfd", b"\x0b"]);
    let bytes = prop::collection::vec(any::<u8>(), 0..300);
    (prop::sample::select(&ALL[..]), start, bytes).prop_map(|(coding, start, bytes)| (coding, [start, &bytes].concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn splits_change_nothing(
        (coding, bytes) in prop_oneof![damaged(), nonsense()],
        at in any::<prop::sample::Index>(),
    ) {
        let whole = undone(&[coding], [bytes.as_slice()]);
        prop_assert_eq!(&undone(&[coding], bytes.chunks(1)), &whole);
        let (before, after) = bytes.split_at(at.index(bytes.len() + 1));
        prop_assert_eq!(&undone(&[coding], [before, after]), &whole);
    }
}
