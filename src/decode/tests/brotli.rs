//! Brotli streams.

use super::{brotli, bytes, bytewise, common, decoded, lines, split, text, whole};
use crate::decode::Coding::Brotli;
use crate::decode::Limits;

#[test]
fn what_the_reference_wrote_is_undone() {
    let best = bytes(&[
        "1b1f07888cd44e77e24c75844a7783ed7756630a22ca9b8d5d8398bde5817ffc7b4614c2dbce81b37db9a66918684289b525",
        "61f5317601446abee38d7af3fde8a0affffb7f24f1ac77f7782ac701ce43bc8f707dc0f884c39d36df28fc62f1e4f03dca2f",
        "aa089410ac24ba8e50633e4b8e70c7627be1b74d89c4b8ce5a55095410ec89f70e23d4359f3547b86bbebb8cb89e78e684eb",
        "5d9b2a811a9cff288ae95e841663314b8e7163b1db8eb89524721b02",
    ]);
    decoded(&[Brotli], &best).is(&lines());
    let fast = bytes(&[
        "8b31806c696e652030206f662061207465787420746861742073617973206c6974746c652c20302074696d65730a6c696e65",
        "2031206f662061207465787420746861742073617973206c6974746c652c20312074696d65730a6c696e652032206f662061",
        "20746503",
    ]);
    decoded(&[Brotli], &fast).is(&lines()[..100]);
    // An empty stream, for the smallest and the largest window.
    decoded(&[Brotli], &[0x06]).is(b"");
    decoded(&[Brotli], &[0x3f]).is(b"");
}

#[test]
fn any_quality_and_window_is_undone() {
    for quality in [0, 2, 5, 9, 11] {
        for window_bits in [10, 16, 24] {
            let coded = brotli(&text(20_000), quality, window_bits);
            whole(&[Brotli], &coded).is(&text(20_000));
            bytewise(&[Brotli], &coded).is(&text(20_000));
        }
    }
}

#[test]
fn the_last_piece_of_input_can_hold_much() {
    let zeros = vec![0; 900_000];
    let coded = brotli(&zeros, 9, 22);
    assert!(coded.len() < 64);
    decoded(&[Brotli], &coded).is(&zeros);
}

#[test]
fn what_follows_is_garbage() {
    for length in [1, 10, 3000] {
        let good = brotli(&text(length), 5, 22);
        let coded = [&good[..], b"\0"].concat();
        decoded(&[Brotli], &coded).fails(&text(length), "trailing-garbage", good.len() as u64);
        decoded(&[Brotli], &[&coded[..], &[1; 2000]].concat()).fails(
            &text(length),
            "trailing-garbage",
            good.len() as u64,
        );
    }
}

#[test]
fn large_windows_are_refused() {
    let large = [0x11, 30, 0, 0, 0];
    decoded(&[Brotli], &large).passes(&large, Brotli);
}

#[test]
fn what_was_decoded_before_an_error_is_handed_out() {
    let long = text(300_000);
    for window_bits in [10, 14, 22] {
        let good = brotli(&long, 5, window_bits);
        let mut bad = good.clone();
        let middle = bad.len() / 2;
        bad[middle..middle + 40].fill(0xff);
        let outcome = whole(&[Brotli], &bad);
        assert_eq!(outcome.name(), "corrupt");
        let at = outcome.result.as_ref().unwrap_err().at;
        assert!(at >= middle as u64);
        let before = whole(&[Brotli], &good[..middle]).bytes;
        assert!(before.len() > 100_000 && common(&outcome.bytes, &long) >= before.len());
        let cuts: Vec<usize> = (1..bad.len()).step_by(77).collect();
        assert!(split(&[Brotli], &bad, Limits::default(), &cuts).agrees(&outcome));
    }
}
