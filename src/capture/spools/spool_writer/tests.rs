//! What is written can be read, whatever its pieces; what can't be written is kept.

use std::path::Path;

use super::*;
use crate::capture::spools::spool::read_file_at;
use crate::decode::{Limits, Stage};
use crate::http::Span;

/// The body begins at `offset`.
fn begin(writer: &mut SpoolWriter, offset: u64, unpack: Option<Unpack>) -> io::Result<()> {
    let body = writer.body_file.take().unwrap();
    writer.divide(offset, *body, unpack)
}

fn body_file(file: File) -> BodyFile {
    BodyFile {
        file,
        path: PathBuf::from("body"),
        stage: Stage::Decoded,
        limits: Limits::default(),
        unpacked: Arc::default(),
    }
}

#[test]
fn an_unpacked_body_goes_into_its_file_and_is_counted() {
    let file = tempfile::tempfile().unwrap();
    let body = body_file(file.try_clone().unwrap());
    let unpacked = Arc::clone(&body.unpacked);
    let (mut writer, spool) = SpoolWriter::with_body_in(body, &DiskQuota::default());
    writer.append(b"head5\r\nhel").unwrap();
    begin(&mut writer, 4, Some(Unpack::new(Framing::Chunked))).unwrap();
    let chunk = [b"10000\r\n".as_slice(), &pattern(65536), b"\r\n"].concat();
    let rest = [b"lo\r\n".as_slice(), &chunk.repeat(10), b"0\r\n\r\nmore"].concat();
    for piece in rest.chunks(1000) {
        writer.append(piece).unwrap();
    }
    writer.finish().unwrap();
    assert_eq!((writer.len(), spool.len()), (10 + rest.len() as u64, 10 + rest.len() as u64));
    assert_eq!(spool.read(Span::new(0, u64::MAX)).unwrap(), b"head");
    let mut filed = vec![0; 700_000];
    let count = read_file_at(&file, 0, &mut filed).unwrap();
    assert_eq!(filed[..count], [b"hello".as_slice(), &pattern(65536).repeat(10)].concat());
    assert_eq!(unpacked.get(), Some(&crate::capture::Unpacked { bytes: count as u64, fault: None, passed_over: None }));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_while_a_body_is_unpacked() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let (mut writer, _) = SpoolWriter::with_body_in(body_file(full), &DiskQuota::default());
    writer.append(b"head").unwrap();
    begin(&mut writer, 4, Some(Unpack::new(Framing::Chunked))).unwrap();
    writer.append(b"100000\r\n").unwrap();
    let mut results = (0..4096).map(|_| writer.append(&[7; 1024]));
    let told = results.by_ref().find_map(Result::err).or_else(|| writer.finish().err());
    assert_eq!(told.map(|error| error.kind()), Some(io::ErrorKind::StorageFull));
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

/// Appends `bytes` in pieces of `piece` and checks that every part can be read back from every side of the seams.
fn round_trip(total: usize, piece: usize) {
    let bytes = pattern(total);
    let (mut writer, spool) = SpoolWriter::temporary();
    for part in bytes.chunks(piece) {
        writer.append(part).unwrap();
    }
    writer.flush().unwrap();
    assert_eq!(spool.len(), total as u64);
    assert_eq!(spool.read(Span::new(0, total as u64)).unwrap(), bytes);
    for seam in [1, MEMORY_MAX - 1, MEMORY_MAX, MEMORY_MAX + 1, GATHER, total - 1] {
        let (from, to) = (seam.saturating_sub(3), (seam + 3).min(total));
        if from < to {
            assert_eq!(spool.read(Span::new(from as u64, to as u64)).unwrap(), bytes[from..to]);
        }
    }
}

#[test]
fn bytes_come_back_whatever_the_size_of_the_pieces() {
    for (total, piece) in [
        (10, 3),
        (MEMORY_MAX, 1000),
        (MEMORY_MAX + 1, 1),
        (3 * GATHER, 1024),
        (5 * GATHER, GATHER),
        (4 * GATHER, 3 * GATHER),
    ] {
        round_trip(total, piece);
    }
}

#[test]
fn when_it_is_finished_every_byte_is_in_the_file() {
    let file = tempfile::tempfile().unwrap();
    let (mut writer, spool) = SpoolWriter::with_body_in(body_file(file.try_clone().unwrap()), &DiskQuota::default());
    let bytes = pattern(20 * GATHER + 5);
    begin(&mut writer, 0, None).unwrap();
    for part in bytes.chunks(1000) {
        writer.append(part).unwrap();
    }
    // Whatever the thread has written by now, the reader sees what was handed over.
    let seen = spool.read(Span::new(0, u64::MAX)).unwrap();
    assert!(seen.len() >= 19 * GATHER && bytes.starts_with(&seen));
    writer.finish().unwrap();
    let mut filed = vec![0; bytes.len()];
    assert_eq!(read_file_at(&file, 0, &mut filed).unwrap(), bytes.len());
    assert_eq!(filed, bytes);
    assert!(spool.shared.load().blocks.is_empty());
}

#[test]
fn a_reader_sees_only_what_was_flushed() {
    let (mut writer, spool) = SpoolWriter::temporary();
    writer.append(b"abc").unwrap();
    assert_eq!((writer.len(), spool.len()), (3, 0));
    writer.flush().unwrap();
    assert_eq!(spool.read(Span::new(1, 99)).unwrap(), b"bc");
    assert_eq!(spool.read(Span::new(50, 60)).unwrap(), b"");
}

#[test]
fn a_body_file_takes_the_body_alone_and_the_spool_shows_both() {
    for (head, body, flush_between) in [(5_usize, 10_usize, false), (5, 10, true), (100_000, 700_000, false)] {
        let file = tempfile::tempfile().unwrap();
        let (mut writer, spool) =
            SpoolWriter::with_body_in(body_file(file.try_clone().unwrap()), &DiskQuota::default());
        let bytes = pattern(head + body);
        let early = head + body / 2;
        writer.append(&bytes[..early]).unwrap();
        if flush_between {
            writer.flush().unwrap();
        }
        begin(&mut writer, head as u64, None).unwrap();
        writer.append(&bytes[early..]).unwrap();
        writer.finish().unwrap();
        assert_eq!(spool.read(Span::new(0, u64::MAX)).unwrap(), bytes);
        let mut saved = vec![0; body];
        assert_eq!(read_file_at(&file, 0, &mut saved).unwrap(), body);
        assert_eq!(saved, bytes[head..]);
        assert_eq!(file.metadata().unwrap().len(), body as u64);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_and_loses_nothing() {
    let full = File::options().write(true).read(true).open("/dev/full").unwrap();
    let (mut writer, spool) = SpoolWriter::with_body_in(body_file(full), &DiskQuota::default());
    writer.append(b"head").unwrap();
    assert_eq!(begin(&mut writer, 4, None).map_err(|e| e.kind()), Ok(()));
    writer.append(b"body").unwrap();
    assert_eq!(writer.flush().unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(spool.read(Span::new(0, 99)).unwrap(), b"headbody");
    for piece in pattern(GATHER).chunks(1024) {
        writer.append(piece).unwrap();
    }
    assert_eq!(writer.append(b"more").unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(writer.append(&pattern(GATHER)).unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    let all = [b"headbody".as_slice(), &pattern(GATHER), b"more", &pattern(GATHER)].concat();
    assert_eq!(spool.read(Span::new(0, u64::MAX)).unwrap(), all);
}

#[test]
fn the_quota_counts_what_stands_in_the_files() {
    let disk = DiskQuota::default();
    let mut held = 0;
    let mut spools = Vec::new();
    for (total, piece) in [(10, 3), (MEMORY_MAX, 999), (MEMORY_MAX + 1, 1000), (3 * GATHER, 1024), (5 * GATHER, GATHER)]
    {
        let (mut writer, spool) = SpoolWriter::on(&disk);
        for part in pattern(total).chunks(piece) {
            writer.append(part).unwrap();
            let in_file = spool.shared.load().file.as_ref().map_or(0, |file| file.metadata().unwrap().len());
            assert!(disk.held() >= held + in_file, "what is there has been told before");
        }
        writer.finish().unwrap();
        let in_file = spool.shared.load().file.as_ref().map_or(0, |file| file.metadata().unwrap().len());
        held += in_file;
        assert_eq!(disk.held(), held, "{total} bytes in pieces of {piece}");
        drop(writer);
        assert_eq!(disk.held(), held, "it is held as long as it is read");
        spools.push(spool);
    }
    assert!(held > 0);
    drop(spools);
    assert_eq!(disk.held(), 0);
}

#[test]
fn a_users_file_does_not_count_for_the_quota() {
    let disk = DiskQuota::limited(10);
    let (mut writer, _spool) = SpoolWriter::with_body_in(body_file(tempfile::tempfile().unwrap()), &disk);
    writer.append(&pattern(100)).unwrap();
    begin(&mut writer, 5, None).unwrap();
    writer.append(&pattern(GATHER)).unwrap();
    writer.finish().unwrap();
    assert_eq!(disk.held(), 0);
}

/// The test runs itself once more where there is no folder for temporary files.
#[test]
#[cfg(unix)]
fn without_a_temporary_file_each_byte_keeps_its_place() {
    const NAME: &str = "without_a_temporary_file_each_byte_keeps_its_place";
    if temporary_folder() != Path::new("/nowhere") {
        let name = format!("{}::{NAME}", module_path!().trim_start_matches("socketscope::"));
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        let output = child.args(["--exact", &name]).env("TMPDIR", "/nowhere").output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && told.contains("1 passed"), "{told}");
        return;
    }
    let (mut writer, spool) = SpoolWriter::temporary();
    pattern(GATHER).chunks(1024).for_each(|piece| writer.append(piece).unwrap());
    assert_eq!(writer.append(b"more").unwrap_err().kind(), io::ErrorKind::NotFound);
    assert_eq!(writer.flush().unwrap_err().kind(), io::ErrorKind::NotFound);
    writer.append(b", and the rest").unwrap();
    assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::NotFound);
    let all = [&pattern(GATHER), b"more, and the rest".as_slice()].concat();
    assert_eq!(spool.read(Span::new(0, u64::MAX)).unwrap(), all);
}
