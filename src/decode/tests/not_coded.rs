//! Bodies that are not in the coding that their head names, and streams that come piece by piece.

use std::convert::Infallible;

use super::{bytes, decoded, encoded, gzip, text, whole, zlib};
use crate::decode::Coding::{self, Brotli, Deflate, Gzip, Zstd};
use crate::decode::{Decoder, Limits};

const HTML: &[u8] =
    b"<!DOCTYPE html>\n<html><head><title>\xe4\xbd\xa0\xe5\xa5\xbd</title></head><body>plain</body></html>\n";

#[test]
fn text_passes_every_coding() {
    let json = br#"{"a": [1, 2, 3], "b": "c", "d": null}"#;
    for coding in Coding::ALL {
        for body in [HTML, json, b"ok", b"8080", b"0", b"{}", b"[]", b"hello, world\n", "\u{4f60}\u{597d}".as_bytes()] {
            decoded(&[coding], body).passes(body, coding);
        }
        whole(&[coding], &text(200_000)).passes(&text(200_000), coding);
    }
}

#[test]
fn pictures_and_archives_pass() {
    let bodies: [&[u8]; 4] = [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0",
        b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0",
        b"PK\x03\x04\x14\0\0\0\x08\0\0\0!\0\x12\x34\x56\x78",
    ];
    for body in bodies {
        for coding in [Gzip, Deflate, Zstd] {
            decoded(&[coding], body).passes(body, coding);
        }
    }
    let archive = gzip(b"content");
    for coding in [Deflate, Zstd] {
        decoded(&[coding], &archive).passes(&archive, coding);
    }
}

#[test]
fn a_coding_that_was_named_twice_is_undone_once() {
    let once = gzip(HTML);
    let outcome = decoded(&[Gzip, Gzip], &once);
    outcome.passes(HTML, Gzip);
    let outcome = decoded(&[Brotli, Zstd], &encoded(&[Brotli], HTML));
    outcome.passes(HTML, Zstd);
}

#[test]
fn what_begins_as_it_should_is_damaged_and_does_not_pass() {
    let mut bad = gzip(HTML);
    bad[10] = 7;
    decoded(&[Gzip], &bad).fails(b"", "corrupt", 11);
    decoded(&[Deflate], &[0x78, 0x9c, 7, 0, 0, 0]).fails(b"", "corrupt", 3);
    assert_eq!(whole(&[Deflate], &zlib(HTML)[..20]).name(), "truncated");
    // Bytes that were already handed out show that the stream is coded.
    let mut bad = encoded(&[Brotli], &text(3000));
    let middle = bad.len() / 2;
    bad[middle..].fill(0xff);
    let outcome = whole(&[Brotli], &bad);
    assert_eq!((outcome.name(), outcome.passed_over), ("corrupt", None));
}

/// Demands that each of `parts` of a stream brings what belongs to it, at once and however it is split.
#[track_caller]
fn comes_at_once(coding: Coding, parts: &[(&[u8], &[u8])]) {
    for size in [1, 2, usize::MAX] {
        let mut decoder = Decoder::new(&[coding], Limits::default()).unwrap();
        for (coded, expected) in parts {
            let mut came = Vec::new();
            for piece in coded.chunks(size.min(coded.len())) {
                let mut out = |bytes: &[u8]| -> Result<(), Infallible> {
                    came.extend_from_slice(bytes);
                    Ok(())
                };
                decoder.push(piece, &mut out).unwrap();
            }
            assert_eq!(&came, expected, "{coding:?} in pieces of {size}");
        }
        assert_eq!(decoder.passed_over(), None);
    }
}

#[test]
fn what_is_flushed_comes_at_once() {
    let one = bytes(&["8b01806f6e650a"]);
    let two = bytes(&["18000874776f0a"]);
    comes_at_once(Brotli, &[(&one, b"one\n"), (&two, b"two\n")]);
    let one = bytes(&["28b52ffd00582000006f6e650a"]);
    let two = bytes(&["20000074776f0a"]);
    comes_at_once(Zstd, &[(&one, b"one\n"), (&two, b"two\n")]);
}

#[test]
fn what_encoders_flush_comes_at_once() {
    use std::io::Write;
    let parts = [text(5000), b"short".to_vec(), text(70_000)];
    let mut brotli = ::brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    let (mut of_brotli, mut of_gzip) = (vec![0], vec![0]);
    for part in &parts {
        brotli.write_all(part).unwrap();
        brotli.flush().unwrap();
        of_brotli.push(brotli.get_ref().len());
        gzip.write_all(part).unwrap();
        gzip.flush().unwrap();
        of_gzip.push(gzip.get_ref().len());
    }
    for (coding, coded, ends) in [(Brotli, brotli.get_ref(), of_brotli), (Gzip, gzip.get_ref(), of_gzip)] {
        let parts: Vec<(&[u8], &[u8])> =
            ends.windows(2).zip(&parts).map(|(ends, part)| (&coded[ends[0]..ends[1]], part.as_slice())).collect();
        comes_at_once(coding, &parts);
    }
}
