//! Zlib, deflate data alone, and telling both apart.

use super::{decoded, raw, text, zlib};
use crate::decode::Coding::Deflate;

/// The checksum of zlib (RFC 1950 §8.2), as it is sent.
fn adler(bytes: &[u8]) -> [u8; 4] {
    let add = |(low, high): (u32, u32), &byte: &u8| {
        let low = (low + u32::from(byte)) % 65521;
        (low, (high + low) % 65521)
    };
    let (low, high) = bytes.iter().fold((1, 0), add);
    (high << 16 | low).to_be_bytes()
}

/// A stored block whose first byte is this.
fn stored(first: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    [&[first][..], &length.to_le_bytes(), &(!length).to_le_bytes(), content].concat()
}

#[test]
fn zlib_and_deflate_alone_are_undone() {
    for length in [0, 1, 2, 20, 2000] {
        decoded(&[Deflate], &zlib(&text(length))).is(&text(length));
        decoded(&[Deflate], &raw(&text(length))).is(&text(length));
    }
    // Python's zlib.compress(b'') and the smallest deflate data there are.
    decoded(&[Deflate], &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]).is(b"");
    decoded(&[Deflate], &[3, 0]).is(b"");
}

#[test]
fn deflate_alone_that_begins_as_zlib_is_read_as_such() {
    // 0x78 as the first byte of a stored block, and a length of 0x9c: a zlib header.
    for content in [text(0x9c), vec![0xff; 0x9c]] {
        let coded = [stored(0x78, &content), raw(b"end")].concat();
        decoded(&[Deflate], &coded).is(&[&content[..], b"end"].concat());
        decoded(&[Deflate], &coded[..90]).fails(&content[..85], "truncated", 90);
        let garbage = [&coded[..], b"x"].concat();
        decoded(&[Deflate], &garbage).fails(&[&content[..], b"end"].concat(), "trailing-garbage", coded.len() as u64);
    }
    // The data end before zlib has seen enough to fail.
    decoded(&[Deflate], &[0x78, 0x9c, 0x00, 0x63]).fails(b"", "truncated", 4);
}

#[test]
fn zlib_that_could_be_deflate_alone_is_zlib() {
    let content = text(0xfefe);
    let coded = [&[0x78, 1][..], &stored(1, &content), &adler(&content)].concat();
    assert_eq!((coded[1], coded[2]), (!coded[3], !coded[4]));
    super::whole(&[Deflate], &coded).is(&content);
    super::bytewise(&[Deflate], &coded).is(&content);
    let mut bad = coded;
    bad[9] ^= 1;
    super::whole(&[Deflate], &bad).fails(
        &[&content[..2], &[content[2] ^ 1], &content[3..]].concat(),
        "checksum",
        0xfefe + 7,
    );
}

#[test]
fn zlib_is_checked() {
    let good = zlib(b"content");
    let end = good.len() as u64;
    let mut bad = good.clone();
    *bad.last_mut().unwrap() ^= 1;
    decoded(&[Deflate], &bad).fails(b"content", "checksum", end - 4);
    decoded(&[Deflate], &[&good[..], b"\0"].concat()).fails(b"content", "trailing-garbage", end);
    decoded(&[Deflate], &[&raw(b"content")[..], b"\0"].concat()).fails(b"content", "trailing-garbage", end - 6);
    // Data that need a dictionary: nobody has it.
    decoded(&[Deflate], &[0x78, 0x20, 1, 2, 3, 4, 3, 0]).fails(b"", "corrupt", 6);
    // Block type 3.
    decoded(&[Deflate], &[0x78, 0x9c, 7, 0, 0, 0]).fails(b"", "corrupt", 3);
    decoded(&[Deflate], b"<html>").passes(b"<html>", Deflate);
}
