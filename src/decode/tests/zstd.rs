//! Zstd frames and what is between them.

use super::{bytes, decoded, lines, text, whole, zstd};
use crate::decode::Coding::Zstd;
use crate::decode::CodingFault;

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// A window of 1 KiB, with no length and no checksum.
const SMALL: [u8; 2] = [0, 0];
const RAW: u32 = 0;
const RLE: u32 = 1;
const RESERVED: u32 = 3;

/// A frame of a descriptor with what belongs to it, and blocks.
fn frame(header: &[u8], blocks: &[Vec<u8>]) -> Vec<u8> {
    [&MAGIC[..], header, &blocks.concat()].concat()
}

fn block(is_last: bool, kind: u32, size: u32, content: &[u8]) -> Vec<u8> {
    let header = u32::from(is_last) | kind << 1 | size << 3;
    [&header.to_le_bytes()[..3], content].concat()
}

fn skippable(magic: u8, content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).unwrap().to_le_bytes();
    [&[magic, 0x2a, 0x4d, 0x18][..], &size, content].concat()
}

#[test]
fn what_the_reference_wrote_is_undone() {
    let bare = bytes(&[
        "28b52ffd602006850600428d2015a0a90d19afd679cb1900883791c8de097cfd68b5024fef21a2919ecfdd75779e8d67beab",
        "9b7fd6f599ad9d11ed111df4fd39d7a3fabce6f5247e9f7744f81bd13743bbf5d6f8435ef463cdabf34feb1abdea33a26fdf",
        "369b8d16152d1e3dcda71af7f036b00c8891ca2a188e948ca39646582a0945aac40ca9842294b21a12e3084fa811d07cddfe",
        "77c0330b1d11240409815ac084ff7e7bb121c5bf0b8dff46320d87428b5fee68bcc8af315ec35c8df11ae66a8cd730571f46",
        "62ba1234c2666c412f9350cdcf8339a05501",
    ]);
    let streamed = bytes(&[
        "28b52ffd04587d0600228a1b17a017a40d044afdedc9779d00c0db422b774adcd70fad56962ffc4beebef6b63efa8ffef2f9",
        "4223b189c9f94ccc3663b9ca35dc7b968f89c45cdb65e5bdca1e6d31eb308bdccf6cd7ca975b2a8419008a42600e0d0a28c3",
        "3966a0e24028e80803878e4139249040010d2a8419024ea821887cfd7f03803392b80111ac1094304b847f9c1f1399d516e5",
        "cde212f9ef7c9f4952a89228a79211d9475e613ef0907595073e95e783047f412ef960649be3475315ea3f24ebae952ec72d",
        "3de4c9aad8abe0b07276b6eb12ce8955ce1f5431",
    ]);
    let checked = bytes(&[
        "28b52ffd6420067d0600d2c91a18903569037561785bf1f390ee4e522eaddc29850875670310962ffc5beebef6b64efa93fe",
        "f2f94263b18bcbf95ccc3663b9ca45dc7b968f89c55cdb65e5bdca266d31eb30abdccf6cd7ca97dbc0610ac5214202639c53",
        "18740410071d8270e8009843040d0e44c8180a234fa821887cfd3f03903392b6011124040a4109b344f8c7f90113fdbe2db9",
        "cf821df987a93eaba0502c500e072342c53992bc7a08ff81570f8d678b1cfee08ef9dec84dc7875b2f407eafacbb5dba34ee",
        "e951afa6654fd561e4e6668e4e3107a02ace1f5431",
    ]);
    for coded in [&bare, &streamed, &checked] {
        decoded(&[Zstd], coded).is(&lines());
    }
    let all = [bare, skippable(0x5f, b"skipped"), streamed, checked].concat();
    whole(&[Zstd], &all).is(&[lines(), lines(), lines()].concat());
}

#[test]
fn frames_follow_each_other() {
    let small = frame(&SMALL, &[block(false, RAW, 3, b"raw"), block(false, RLE, 4, b"x"), block(true, RAW, 0, b"")]);
    decoded(&[Zstd], &small).is(b"rawxxxx");
    let skipped = skippable(0x50, b"anything");
    let all = [&skipped[..], &small, &skippable(0x5f, b""), &zstd(b"abc"), &small, &skipped].concat();
    decoded(&[Zstd], &all).is(b"rawxxxxabcrawxxxx");
    decoded(&[Zstd], &skipped).is(b"");
    decoded(&[Zstd], &skipped[..12]).fails(b"", "truncated", 12);
}

#[test]
fn what_is_no_frame_is_garbage() {
    let good = zstd(b"abc");
    let end = good.len() as u64;
    let with = |after: &[u8]| decoded(&[Zstd], &[&good, after].concat());
    with(b"\0").fails(b"abc", "trailing-garbage", end);
    with(&[0x28, 0xb5, 0x2f, 0xfe]).fails(b"abc", "trailing-garbage", end);
    with(&[0x28, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]).fails(b"abc", "trailing-garbage", end);
    with(&MAGIC[..2]).fails(b"abc", "truncated", end + 2);
    with(&[0x5a, 0x2a, 0x4d]).fails(b"abc", "truncated", end + 3);
    decoded(&[Zstd], b"(no zstd)").passes(b"(no zstd)", Zstd);
}

#[test]
fn large_windows_are_refused() {
    let last = block(true, RAW, 1, b"a");
    let window = |outcome: super::Outcome| match outcome.result.unwrap_err().kind {
        CodingFault::Window { bytes } => bytes,
        other => panic!("{other:?}"),
    };
    decoded(&[Zstd], &frame(&[0, 13 << 3], std::slice::from_ref(&last))).is(b"a");
    assert_eq!(window(decoded(&[Zstd], &frame(&[0, 13 << 3 | 1], std::slice::from_ref(&last)))), 9 << 20);
    assert_eq!(window(decoded(&[Zstd], &frame(&[0, 255], std::slice::from_ref(&last)))), 15 << 38);
    // One segment of 8 MiB and of a byte more.
    let single = |size: u32| frame(&[&[0b1010_0000][..], &size.to_le_bytes()].concat(), std::slice::from_ref(&last));
    whole(&[Zstd], &single(8 << 20)).fails(b"a", "length", 13);
    assert_eq!(window(decoded(&[Zstd], &single((8 << 20) + 1))), (8 << 20) + 1);
}

#[test]
fn frames_are_checked() {
    let last = |content: &[u8]| vec![block(true, RAW, u32::try_from(content.len()).unwrap(), content)];
    decoded(&[Zstd], &frame(&[0b0010_0000, 3], &last(b"abc"))).is(b"abc");
    decoded(&[Zstd], &frame(&[0b0010_0000, 4], &last(b"abc"))).fails(b"abc", "length", 12);
    decoded(&[Zstd], &frame(&[0b0010_0000, 2], &last(b"abc"))).fails(b"", "corrupt", 6);
    decoded(&[Zstd], &frame(&[0b0100_0000, 0, 1, 0], &last(&[7; 257]))).is(&[7; 257]);
    // A reserved bit; a dictionary; a dictionary that is none.
    decoded(&[Zstd], &frame(&[0b0000_1000, 0], &last(b"abc"))).fails(b"", "corrupt", 0);
    decoded(&[Zstd], &frame(&[1, 0, 7], &last(b"abc"))).fails(b"", "corrupt", 0);
    decoded(&[Zstd], &frame(&[3, 0, 0, 0, 0, 0], &last(b"abc"))).is(b"abc");
    let mut bad = zstd(b"abc");
    let end = bad.len() as u64;
    *bad.last_mut().unwrap() ^= 1;
    decoded(&[Zstd], &bad).fails(b"abc", "checksum", end - 4);
}

#[test]
fn blocks_are_checked() {
    let begin = || block(false, RAW, 3, b"raw");
    decoded(&[Zstd], &frame(&SMALL, &[begin(), block(true, RESERVED, 0, b"")])).fails(b"raw", "corrupt", 12);
    decoded(&[Zstd], &frame(&SMALL, &[begin(), block(true, RLE, 1025, b"x")])).fails(b"raw", "corrupt", 12);
    decoded(&[Zstd], &frame(&SMALL, &[begin(), block(true, 2, 2, b"xy")])).fails(b"raw", "corrupt", 12);
    let cut = frame(&SMALL, &[begin(), block(true, RAW, 9, b"part")]);
    decoded(&[Zstd], &cut).fails(b"raw", "truncated", cut.len() as u64);
    let endless = frame(&SMALL, &[begin()]);
    decoded(&[Zstd], &endless).fails(b"raw", "truncated", 12);
}

#[test]
fn what_was_decoded_before_an_error_is_handed_out() {
    let long = text(400_000);
    let good = zstd(&long);
    let mut bad = good.clone();
    let middle = bad.len() / 2;
    bad[middle..middle + 300].fill(0xff);
    for coded in [&bad[..], &good[..middle]] {
        let outcome = whole(&[Zstd], coded);
        assert!(matches!(outcome.name(), "corrupt" | "truncated"));
        assert_eq!(outcome.bytes, long[..outcome.bytes.len()]);
        assert_eq!(outcome.bytes.len(), 128 << 10);
        assert!(super::bytewise(&[Zstd], coded) == outcome);
    }
}
