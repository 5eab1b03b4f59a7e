//! Small streams that would become large ones.

use std::convert::Infallible;

use super::{ALL, coded};
use crate::decode::{Coding, CodingFault, Decoder, Limits, UnpackError};

/// How many bytes come out, and what is wrong then.
fn undone(coding: Coding, bytes: &[u8], limits: Limits) -> (u64, Option<CodingFault>) {
    let mut decoder = Decoder::new(&[coding], limits);
    let mut count = 0;
    let mut out = |bytes: &[u8]| {
        count += bytes.len() as u64;
        Ok::<_, Infallible>(())
    };
    let pushed = decoder.push(bytes, &mut out);
    let fault = match pushed.and_then(|()| decoder.finish(&mut out)) {
        Err(UnpackError::Coding(error)) => Some(error.fault),
        _ => None,
    };
    (count, fault)
}

#[test]
fn output_is_bounded_to_the_byte() {
    for coding in ALL {
        let bytes = coded(coding, &[7; 100_000]);
        let limits = |bytes| Limits { bytes, ..Limits::default() };
        assert_eq!(undone(coding, &bytes, limits(100_000)), (100_000, None), "{coding:?}");
        assert_eq!(undone(coding, &bytes, limits(99_999)), (99_999, Some(CodingFault::TooLong(99_999))), "{coding:?}");
    }
}

#[test]
fn a_bomb_is_stopped() {
    for coding in ALL {
        let bytes = coded(coding, &vec![0; 40 << 20]);
        let (count, fault) = undone(coding, &bytes, Limits { ratio: 100, ..Limits::default() });
        let most = (bytes.len() as u64 * 100).max(16 << 20);
        assert_eq!((count, fault), (most, Some(CodingFault::TooLong(most))), "{coding:?}");
    }
}

#[test]
fn a_window_is_bounded() {
    // A frame of one empty block, with a window of 8 MiB, of 9 MiB, and of one segment of 9 MiB.
    let window = |byte| [&b"\x28\xb5\x2f\xfd\x00"[..], &[byte], b"\x01\x00\x00"].concat();
    assert_eq!(undone(Coding::Zstd, &window(13 << 3), Limits::default()), (0, None));
    let most = 9 << 20;
    assert_eq!(undone(Coding::Zstd, &window((13 << 3) + 1), Limits::default()), (0, Some(CodingFault::Window(most))));
    let segment = [&b"\x28\xb5\x2f\xfd\xa0"[..], &(9_u32 << 20).to_le_bytes(), b"\x01\x00\x00"].concat();
    assert_eq!(undone(Coding::Zstd, &segment, Limits::default()), (0, Some(CodingFault::Window(most))));
}
