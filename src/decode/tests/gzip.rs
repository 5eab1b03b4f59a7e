//! Members, their headers, and what follows them.

use super::{bytes, decoded, gzip, lines, raw, text, whole};
use crate::decode::Coding::Gzip;

/// Flags of a header.
const TEXT: u8 = 1;
const CHECKSUM: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;

/// A member with these flags, whose optional fields are of these bytes.
fn member(flags: u8, fields: &[&[u8]], content: &[u8]) -> Vec<u8> {
    let mut member = vec![0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 255];
    fields.iter().for_each(|field| member.extend_from_slice(field));
    if flags & CHECKSUM != 0 {
        let crc = crc(&member).to_le_bytes();
        member.extend_from_slice(&crc[..2]);
    }
    member.extend(raw(content));
    member.extend(crc(content).to_le_bytes());
    member.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
    member
}

/// The checksum, computed bit by bit (RFC 1952 §8).
fn crc(bytes: &[u8]) -> u32 {
    let bit = |crc: u32, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), bit))
}

#[test]
fn what_gzip_wrote_is_undone() {
    let coded = bytes(&[
        "1f8b0800000000000203859431b2c3200c44fb7f0a0ef00b240186e3b82013cf3849618ae4f6499a0ceb6255fb8d46dea765",
        "dfee3dc4f0b884358cfe1c615cd7118ef575847d1b63efff9faf63bbf5e36fffa242519951a5689a51a3689bd1c41728339b",
        "29ab79660b650de62efccf60df4ad9023134ca564857b83489a8cdf1a6389bab93045b8b394a200f710436485a1c85e8508a",
        "231c67738d5a716f2ed2143369ce396153b8cb842e95bb4c09673b35acb0b77297592113e52ef302792b7759d0a57297e534",
        "9bbb5c4e7b7397cb2913a79698b771970d5d1a77d9f04ecce965c42334a798112fdc9c660ad6c7b2f3a4a04f2b0e8ec5372e",
        "540c5f15abde8b85c970a5927fefe11bd25c891420070000",
    ]);
    decoded(&[Gzip], &coded).is(&lines());
}

#[test]
fn optional_fields_are_passed_over() {
    let extra: &[u8] = &[5, 0, 1, 2, 3, 4, 5];
    let empty: &[u8] = &[0, 0];
    for flags in 0..32 {
        for extra in [extra, empty] {
            let fields = [(EXTRA, extra), (NAME, b"file\0"), (COMMENT, b"\0")];
            let fields: Vec<&[u8]> = fields.iter().filter(|field| flags & field.0 != 0).map(|field| field.1).collect();
            decoded(&[Gzip], &member(flags | TEXT, &fields, b"content")).is(b"content");
        }
    }
}

#[test]
fn headers_are_checked() {
    let good = member(CHECKSUM | NAME, &[b"n\0"], b"content");
    for (at, byte, name, fault_at) in [
        (2, 7, "corrupt", 2),
        (3, 0x20, "corrupt", 3),
        (5, 0, "checksum", 12),
        (10, b'm', "checksum", 12),
        (12, 0, "checksum", 12),
    ] {
        let mut bad = good.clone();
        assert_ne!(std::mem::replace(&mut bad[at], byte), byte);
        decoded(&[Gzip], &bad).fails(b"", name, fault_at);
    }
}

#[test]
fn trailers_are_checked() {
    let good = member(0, &[], b"content");
    let trailer = good.len() - 8;
    for (at, name, fault_at) in [(trailer, "checksum", trailer), (trailer + 3, "checksum", trailer)] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        decoded(&[Gzip], &bad).fails(b"content", name, fault_at as u64);
    }
    let mut bad = good;
    *bad.last_mut().unwrap() ^= 0x80;
    decoded(&[Gzip], &bad).fails(b"content", "length", trailer as u64 + 4);
}

#[test]
fn members_follow_each_other() {
    let members = [gzip(b"one "), member(NAME, &[b"x\0"], b""), gzip(b"three"), gzip(b"")].concat();
    decoded(&[Gzip], &members).is(b"one three");
    let second = gzip(b"one ").len() as u64;
    let mut bad = members;
    bad[usize::try_from(second).unwrap() + 2] = 9;
    decoded(&[Gzip], &bad).fails(b"one ", "corrupt", second + 2);
}

#[test]
fn zero_bytes_may_follow_and_nothing_else() {
    let good = gzip(b"content");
    let end = good.len() as u64;
    let with = |after: &[u8]| decoded(&[Gzip], &[&good, after].concat());
    with(&[0]).is(b"content");
    with(&[0; 600]).is(b"content");
    with(b"x").fails(b"content", "trailing-garbage", end);
    with(&[0, 0, 0, 7, 0]).fails(b"content", "trailing-garbage", end + 3);
    with(&[0, 0x1f, 0x8b]).fails(b"content", "trailing-garbage", end + 1);
    with(&[0x1f, 0]).fails(b"content", "trailing-garbage", end);
    with(&[0x1f]).fails(b"content", "truncated", end + 1);
    with(&[0x1f, 0x8b]).fails(b"content", "truncated", end + 2);
}

#[test]
fn a_bad_code_is_where_it_is() {
    // Block type 3 in the first byte of the data.
    let mut bad = gzip(b"content");
    bad[10] = 7;
    decoded(&[Gzip], &bad).fails(b"", "corrupt", 11);
    let long = text(300_000);
    let mut bad = gzip(&long);
    let middle = bad.len() / 2;
    bad[middle..middle + 40].fill(0xff);
    let outcome = whole(&[Gzip], &bad);
    let at = outcome.result.as_ref().unwrap_err().at;
    assert!(at >= middle as u64);
    assert!(super::common(&outcome.bytes, &long) > 100_000);
}
