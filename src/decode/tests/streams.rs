//! Streams that are as they should be.

use super::{ALL, coded, raw_deflate, undone, undone_all_ways};
use crate::decode::Coding::{self, Brotli, Deflate, Gzip, Zstd};

fn text(len: usize) -> Vec<u8> {
    (0..len).map(|i| b"to be or not to be, "[(i * i / 7 + i) % 20]).collect()
}

#[test]
fn names_are_of_codings() {
    for (name, coding) in [
        ("gzip", Some(Gzip)),
        ("X-GZIP", Some(Gzip)),
        ("Deflate", Some(Deflate)),
        ("br", Some(Brotli)),
        ("zstd", Some(Zstd)),
        ("compress", None),
        ("", None),
    ] {
        assert_eq!(Coding::named(name.as_bytes()), coding, "{name}");
    }
    assert!(ALL.iter().all(|coding| Coding::named(coding.name().as_bytes()) == Some(*coding)));
}

#[test]
fn each_coding_is_undone() {
    for coding in ALL {
        for len in [0, 1, 100, 3000] {
            let plain = text(len);
            assert_eq!(undone_all_ways(&[coding], &coded(coding, &plain)), (plain, None), "{coding:?} {len}");
        }
        let plain = text(300_000);
        let bytes = coded(coding, &plain);
        assert_eq!(undone(&[coding], bytes.chunks(1000)), (plain, None), "{coding:?}");
    }
}

#[test]
fn an_empty_stream_is_an_empty_content() {
    for coding in ALL {
        assert_eq!(undone(&[coding], []), (Vec::new(), None), "{coding:?}");
    }
}

#[test]
fn codings_lie_over_each_other() {
    let plain = text(500);
    let codings = [Gzip, Brotli, Deflate, Zstd, Gzip];
    let bytes = codings.iter().fold(plain.clone(), |bytes, coding| coded(*coding, &bytes));
    assert_eq!(undone_all_ways(&codings, &bytes), (plain, None));
}

#[test]
fn deflate_may_be_raw() {
    for len in [0, 1, 5, 200, 5000] {
        let plain = text(len);
        assert_eq!(undone_all_ways(&[Deflate], &raw_deflate(&plain)), (plain, None), "{len}");
    }
    // 0x78 0x01 looks like zlib: a raw block that is stored, of 0xfe01 bytes or so, begins with other bytes.
    let stored = [&b"\x01\x05\x00\xfa\xff"[..], b"hello"].concat();
    assert_eq!(undone_all_ways(&[Deflate], &stored), (b"hello".to_vec(), None));
}

#[test]
fn gzip_has_members_and_zeros_after_them() {
    let (one, two) = (coded(Gzip, b"one "), coded(Gzip, b"two"));
    let both = [one.as_slice(), &two].concat();
    assert_eq!(undone_all_ways(&[Gzip], &both), (b"one two".to_vec(), None));
    let padded = [both.as_slice(), &[0; 20]].concat();
    assert_eq!(undone_all_ways(&[Gzip], &padded), (b"one two".to_vec(), None));
}

#[test]
fn a_gzip_header_may_have_every_part() {
    let mut encoder = flate2::GzBuilder::new().extra("extra").filename("name").comment("comment").mtime(1);
    encoder = encoder.operating_system(3);
    let mut encoder = encoder.write(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, b"hello").unwrap();
    assert_eq!(undone_all_ways(&[Gzip], &encoder.finish().unwrap()), (b"hello".to_vec(), None));
}

#[test]
fn zstd_has_frames_and_such_as_are_skipped() {
    let (one, two) = (coded(Zstd, b"one "), coded(Zstd, b"two"));
    let skipped = b"\x5a\x2a\x4d\x18\x03\x00\x00\x00abc";
    let nothing = b"\x50\x2a\x4d\x18\x00\x00\x00\x00";
    let all = [&skipped[..], &one, nothing, skipped, &two, skipped].concat();
    assert_eq!(undone_all_ways(&[Zstd], &all), (b"one two".to_vec(), None));
}
