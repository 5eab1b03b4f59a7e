//! Codings within codings.

use super::{decoded, encoded, gzip, split, text, whole, zstd};
use crate::decode::{Coding, CodingFault, Decoder, LAYERS_MAX, Limits};

#[test]
fn any_two_are_undone() {
    for first in Coding::ALL {
        for second in Coding::ALL {
            decoded(&[first, second], &encoded(&[first, second], &text(700))).is(&text(700));
        }
    }
}

#[test]
fn five_are_undone_and_no_more() {
    let mut codings = vec![Coding::Brotli, Coding::Zstd, Coding::Gzip, Coding::Deflate, Coding::Zstd];
    decoded(&codings, &encoded(&codings, &text(1500))).is(&text(1500));
    whole(&codings, &encoded(&codings, &text(1_000_000))).is(&text(1_000_000));
    codings.push(Coding::Gzip);
    let error = Decoder::new(&codings, Limits::default()).err().unwrap();
    assert_eq!((error.coding, error.layer, error.at), (Coding::Gzip, LAYERS_MAX, 0));
    assert_eq!(error.kind, CodingFault::TooManyLayers);
}

#[test]
fn an_error_tells_its_layer() {
    let codings = [Coding::Gzip, Coding::Zstd, Coding::Brotli];
    let inner = [gzip(b"abc"), b"more".to_vec()].concat();
    let coded = encoded(&codings[1..], &inner);
    let outcome = decoded(&codings, &coded);
    outcome.fails(b"abc", "trailing-garbage", inner.len() as u64 - 4);
    let error = outcome.result.unwrap_err();
    assert_eq!((error.coding, error.layer), (Coding::Gzip, 0));

    let coded = [encoded(&codings, b"abc"), b"more".to_vec()].concat();
    let outcome = decoded(&codings, &coded);
    outcome.fails(b"abc", "trailing-garbage", coded.len() as u64 - 4);
    assert_eq!(outcome.result.unwrap_err().layer, 2);
}

#[test]
fn what_an_inner_layer_has_gathered_is_decoded_when_an_outer_one_fails() {
    let long = text(1000);
    for codings in [[Coding::Brotli, Coding::Gzip], [Coding::Brotli, Coding::Zstd]] {
        let mut coded = encoded(&codings, &long);
        *coded.last_mut().unwrap() ^= 1;
        let outcome = decoded(&codings, &coded);
        assert!(outcome.bytes == long && matches!(outcome.name(), "checksum" | "length"));
        assert_eq!(outcome.result.unwrap_err().layer, 1);
    }
}

#[test]
fn what_an_inner_layer_keeps_is_handed_out_when_an_outer_one_fails() {
    // Two frames: the second one breaks off within its second block.
    let long = text(200_000);
    let inner = [zstd(b"first "), zstd(&long)].concat();
    let outer = gzip(&inner);
    let cut = outer.len() * 9 / 10;
    let outcome = whole(&[Coding::Zstd, Coding::Gzip], &outer[..cut]);
    assert_eq!(outcome.name(), "truncated");
    assert_eq!(outcome.result.as_ref().unwrap_err().layer, 1);
    let expected = [b"first ", &long[..]].concat();
    assert!(expected.starts_with(&outcome.bytes));
    assert!(outcome.bytes.len() >= 6 + 128 * 1024, "{}", outcome.bytes.len());
    let cuts: Vec<usize> = (1..cut).step_by(997).collect();
    assert!(split(&[Coding::Zstd, Coding::Gzip], &outer[..cut], Limits::default(), &cuts) == outcome);
}
