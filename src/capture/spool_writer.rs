//! The writing side of a [`Spool`].
//!
//! In scope: gathering small pieces, the choice between memory and file, handing full blocks to the thread that writes them, and
//! keeping what can't be written. Out of scope: reading, which is the spool's.
//!
//! A block is handed to a thread of its own only when the gathering buffer is full: then the bytes come faster than they are
//! reported, and writing them here would hold up the next recv. All other writing happens at once, on the caller's thread.

use std::fs::File;
use std::io;
use std::sync::Arc;

use arc_swap::ArcSwap;

use super::body_sink::{BodyFile, BodySink};
use super::filer::{Block, Filer, write_file_at};
use super::room::Room;
use super::spool::{Published, Spool};
use crate::decode::Unpack;
use crate::http::{Framing, Head};

/// So many bytes stay in memory before a temporary file is opened.
pub const MEMORY_MAX: usize = 64 * 1024;

/// So many bytes are gathered before they are written.
const GATHER: usize = 256 * 1024;

/// A piece of so many bytes is written at once, without being copied.
const LARGE: usize = 128 * 1024;

/// The writing side; there is one for each direction.
pub struct SpoolWriter {
    shared: Arc<ArcSwap<Published>>,
    /// Appended, not yet published.
    pending: Vec<u8>,
    memory: Arc<[u8]>,
    file: Option<Arc<File>>,
    /// So many bytes have their place in the file.
    placed: u64,
    room: Room,
    /// Those of them that may not be in the file yet.
    blocks: Vec<Arc<Block>>,
    filer: Option<Filer>,
    /// The file that is to take the body alone; until it is known where that begins, all bytes stay in memory.
    awaiting: Option<BodyFile>,
    /// Where the body goes if it is to be unpacked.
    sink: Option<BodySink>,
}

impl SpoolWriter {
    /// A spool that keeps its first bytes in memory and the rest in a temporary file.
    #[must_use]
    pub fn temporary() -> (Self, Spool) {
        Self::with(None)
    }

    /// A spool that will write what comes after the head straight into `file`, so that a body that is to be saved is written
    /// once only. Call [`SpoolWriter::body_begins`] or [`SpoolWriter::no_body`] when that is known.
    #[must_use]
    pub fn with_body_in(file: BodyFile) -> (Self, Spool) {
        Self::with(Some(file))
    }

    fn with(awaiting: Option<BodyFile>) -> (Self, Spool) {
        let spool = Spool::default();
        let writer = Self {
            shared: Arc::clone(&spool.shared),
            pending: Vec::new(),
            memory: Arc::default(),
            file: None,
            placed: 0,
            room: Room::default(),
            blocks: Vec::new(),
            filer: None,
            awaiting,
            sink: None,
        };
        (writer, spool)
    }

    /// The number of bytes appended so far, published or not.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.memory.len() as u64 + self.placed + self.pending.len() as u64
    }

    /// Whether nothing has been appended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends `bytes`. They can be read after the next [`SpoolWriter::flush`], or earlier.
    ///
    /// # Errors
    /// The system's error if the temporary file can't be made or written. The bytes are kept and can be read all the same.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let roomy = self.room.check(self.file.as_deref(), self.placed);
        self.append_all(bytes).and(roomy)
    }

    fn append_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(sink) = &mut self.sink {
            self.placed += bytes.len() as u64;
            return sink.push(bytes);
        }
        if bytes.len() >= LARGE && self.awaiting.is_none() {
            let flushed = self.flush();
            let placed = self.place(bytes);
            self.publish();
            return flushed.and(placed);
        }
        let is_full = self.pending.len() + bytes.len() > GATHER && self.awaiting.is_none();
        let handed = if is_full { self.hand_over() } else { Ok(()) };
        self.pending.extend_from_slice(bytes);
        handed
    }

    /// Makes all appended bytes readable, and writes what is gathered. Blocks that were handed over may still wait to be written.
    ///
    /// # Errors
    /// As [`SpoolWriter::append`].
    pub fn flush(&mut self) -> io::Result<()> {
        if self.sink.is_some() {
            self.publish();
            return Ok(());
        }
        if self.stays_in_memory() {
            if !self.pending.is_empty() {
                self.memory = [&self.memory, self.pending.as_slice()].concat().into();
                self.pending.clear();
                self.publish();
            }
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let placed = self.place(&pending);
        self.pending = pending;
        self.pending.clear();
        let settled = self.settle();
        self.publish();
        placed.and(settled)
    }

    /// As [`SpoolWriter::flush`]; when it returns, every byte has been written or an error has told that some could not be.
    ///
    /// # Errors
    /// As [`SpoolWriter::append`].
    pub fn finish(&mut self) -> io::Result<()> {
        self.filer = None;
        let unpacked = self.sink.as_mut().map_or(Ok(()), BodySink::finish);
        self.flush().and(unpacked)
    }

    /// The body begins after `head`: the head stays in memory, everything after it goes to the file that was given for it. If the
    /// body is to be unpacked, that is what comes out of it, and its bytes can't be read in the spool. Does nothing if no file was
    /// given.
    ///
    /// # Errors
    /// As [`SpoolWriter::append`].
    pub fn body_begins(&mut self, head: &Head, framing: Framing) -> io::Result<()> {
        let Some(body) = self.awaiting.take() else { return Ok(()) };
        let unpack = Unpack::body(head, framing, body.stage, body.limits);
        self.divide(head.span.end, body, unpack.has_layers().then_some(unpack))
    }

    /// Leaves in memory what stands before `offset`, and gives the rest to the file.
    fn divide(&mut self, offset: u64, body: BodyFile, unpack: Option<Unpack>) -> io::Result<()> {
        let mut all = [&self.memory, self.pending.as_slice()].concat();
        let begun = all.split_off(usize::try_from(offset).unwrap_or(usize::MAX).min(all.len()));
        self.memory = all.into();
        self.pending.clear();
        match unpack {
            None => {
                self.pending = begun;
                self.file = Some(Arc::new(body.file));
            }
            Some(unpack) => {
                self.sink = Some(BodySink::start(body, unpack)?);
                self.append(&begun)?;
            }
        }
        self.flush()
    }

    /// There will be no body for the file that was given: go on as a temporary spool.
    pub fn no_body(&mut self) {
        self.awaiting = None;
    }

    fn stays_in_memory(&self) -> bool {
        self.awaiting.is_some() || (self.file.is_none() && self.memory.len() + self.pending.len() <= MEMORY_MAX)
    }

    fn file(&mut self) -> io::Result<Arc<File>> {
        Ok(Arc::clone(match &self.file {
            Some(file) => file,
            None => self.file.insert(Arc::new(tempfile::tempfile()?)),
        }))
    }

    /// Gives the gathered bytes to the thread that writes.
    fn hand_over(&mut self) -> io::Result<()> {
        let bytes = std::mem::replace(&mut self.pending, Vec::with_capacity(GATHER));
        let block = self.block(bytes);
        let result = self.file().and_then(|file| self.give(&file, block)).and_then(|()| self.settle());
        self.publish();
        result
    }

    fn give(&mut self, file: &Arc<File>, block: Arc<Block>) -> io::Result<()> {
        let filer = match &self.filer {
            Some(filer) => filer,
            None => self.filer.insert(Filer::start(Arc::clone(file))?),
        };
        filer.give(block);
        Ok(())
    }

    /// Gives `bytes` their place, as a block that is yet to be written.
    fn block(&mut self, bytes: Vec<u8>) -> Arc<Block> {
        let block = Arc::new(Block::new(self.placed, bytes));
        self.placed += block.span().len();
        self.blocks.push(Arc::clone(&block));
        block
    }

    /// Gives `bytes` their place and writes them there. If that fails, they stay in memory.
    fn place(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let at = self.placed;
        let written = self.file().and_then(|file| write_file_at(&file, at, bytes));
        match written {
            Ok(()) => self.placed += bytes.len() as u64,
            Err(_) => self.block(bytes.to_vec()).tried(false),
        }
        written
    }

    /// Drops the blocks that are in the file, and writes those that are not and that no thread has before it.
    fn settle(&mut self) -> io::Result<()> {
        if self.blocks.is_empty() {
            return Ok(());
        }
        let file = self.file()?;
        let has_thread = self.filer.is_some();
        let mut result = Ok(());
        self.blocks.retain(|block| {
            match block.written() {
                Some(true) => return false,
                None if has_thread => return true,
                _ => {}
            }
            let again = block.write_to(&file);
            let failed = again.is_err();
            result = std::mem::replace(&mut result, Ok(())).and(again);
            failed
        });
        result
    }

    fn publish(&self) {
        let (memory, file, blocks) = (Arc::clone(&self.memory), self.file.clone(), self.blocks.clone());
        self.shared.store(Arc::new(Published { memory, file, placed: self.placed, blocks }));
    }
}

#[cfg(test)]
mod tests {
    use super::super::spool::read_file_at;
    use super::*;
    use crate::decode::{Limits, Stage};
    use crate::http::Span;

    /// The body begins at `offset`.
    fn begin(writer: &mut SpoolWriter, offset: u64, unpack: Option<Unpack>) -> io::Result<()> {
        let body = writer.awaiting.take().unwrap();
        writer.divide(offset, body, unpack)
    }

    fn body_file(file: File) -> BodyFile {
        BodyFile { file, stage: Stage::Decoded, limits: Limits::default(), unpacked: Arc::default() }
    }

    #[test]
    fn an_unpacked_body_goes_into_its_file_and_is_counted() {
        let file = tempfile::tempfile().unwrap();
        let body = body_file(file.try_clone().unwrap());
        let unpacked = Arc::clone(&body.unpacked);
        let (mut writer, spool) = SpoolWriter::with_body_in(body);
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
        assert_eq!(unpacked.get(), Some(&crate::capture::Unpacked { bytes: count as u64, fault: None }));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_told_while_a_body_is_unpacked() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let (mut writer, _) = SpoolWriter::with_body_in(body_file(full));
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
        let (mut writer, spool) = SpoolWriter::with_body_in(body_file(file.try_clone().unwrap()));
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
            let (mut writer, spool) = SpoolWriter::with_body_in(body_file(file.try_clone().unwrap()));
            let bytes = pattern(head + body);
            let early = head + body / 2;
            writer.append(&bytes[..early]).unwrap();
            if flush_between {
                writer.flush().unwrap();
            }
            begin(&mut writer, head as u64, None).unwrap();
            writer.append(&bytes[early..]).unwrap();
            writer.flush().unwrap();
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
        let (mut writer, spool) = SpoolWriter::with_body_in(body_file(full));
        writer.append(b"head").unwrap();
        assert_eq!(begin(&mut writer, 4, None).map_err(|e| e.kind()), Ok(()));
        writer.append(b"body").unwrap();
        assert_eq!(writer.flush().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(spool.read(Span::new(0, 99)).unwrap(), b"headbody");
        for piece in pattern(GATHER).chunks(1024) {
            writer.append(piece).unwrap();
        }
        assert_eq!(writer.append(b"more").unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(writer.append(&pattern(LARGE)).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
        let all = [b"headbody".as_slice(), &pattern(GATHER), b"more", &pattern(LARGE)].concat();
        assert_eq!(spool.read(Span::new(0, u64::MAX)).unwrap(), all);
    }
}
