//! The append-only bytes of one direction of a connection.
//!
//! In scope: one [`SpoolWriter`] appends, any number of [`Spool`]s read by offset while it grows. The first bytes stay in
//! memory, the rest goes to a temporary file that has no name on Unix and vanishes with the process. What has been published
//! is never changed, so reading takes no lock: a reader loads the newest published state and reads what that names.
//! Out of scope: what the bytes mean.

use std::fs::File;
use std::io;
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::http::Span;

/// So many bytes stay in memory before a temporary file is opened.
pub const MEMORY_MAX: usize = 64 * 1024;

/// So many bytes are gathered before they are written; a larger piece is written at once, without being copied.
const GATHER: usize = 256 * 1024;

/// What readers see. The three parts follow each other: `memory`, then `filed` bytes of `file`, then `tail`.
#[derive(Default)]
struct Published {
    memory: Arc<[u8]>,
    file: Option<Arc<File>>,
    filed: u64,
    /// Bytes that were received but could not be written, kept so that nothing is lost.
    tail: Arc<[u8]>,
}

impl Published {
    fn len(&self) -> u64 {
        self.memory.len() as u64 + self.filed + self.tail.len() as u64
    }
}

/// The reading side: cheap to clone, safe to use from any thread, never waits for the writer.
#[derive(Clone, Default)]
pub struct Spool {
    shared: Arc<ArcSwap<Published>>,
}

impl std::fmt::Debug for Spool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spool").field("len", &self.len()).finish()
    }
}

impl Spool {
    /// The number of bytes that can be read now.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.shared.load().len()
    }

    /// Whether nothing can be read yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads from `offset` on until `buffer` is full or the published bytes end; returns how many bytes it read.
    ///
    /// # Errors
    /// The system's error if the temporary file can't be read.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let published = self.shared.load_full();
        let mut done = 0;
        while done < buffer.len() {
            let Some(rest) = buffer.get_mut(done..) else { break };
            let n = published.read_part(offset + done as u64, rest)?;
            if n == 0 {
                break;
            }
            done += n;
        }
        Ok(done)
    }

    /// The bytes of `span` that can be read now, as a new vector. For small spans.
    ///
    /// # Errors
    /// As [`Spool::read_at`].
    pub fn read(&self, span: Span) -> io::Result<Vec<u8>> {
        let end = span.end.min(self.len());
        let mut bytes = vec![0; usize::try_from(end.saturating_sub(span.start)).unwrap_or(0)];
        let n = self.read_at(span.start, &mut bytes)?;
        bytes.truncate(n);
        Ok(bytes)
    }
}

impl Published {
    /// Reads from the one part that holds `offset`.
    fn read_part(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let memory = self.memory.len() as u64;
        if offset < memory {
            return Ok(copy_from(&self.memory, offset, buffer));
        }
        let in_file = offset - memory;
        if in_file >= self.filed {
            return Ok(copy_from(&self.tail, in_file - self.filed, buffer));
        }
        let Some(file) = &self.file else { return Ok(0) };
        let room = usize::try_from(self.filed - in_file).unwrap_or(usize::MAX).min(buffer.len());
        let Some(target) = buffer.get_mut(..room) else { return Ok(0) };
        read_file_at(file, in_file, target)
    }
}

fn copy_from(part: &[u8], offset: u64, buffer: &mut [u8]) -> usize {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let Some(rest) = part.get(start..) else { return 0 };
    let n = rest.len().min(buffer.len());
    if let (Some(to), Some(from)) = (buffer.get_mut(..n), rest.get(..n)) {
        to.copy_from_slice(from);
    }
    n
}

/// The writing side; there is one for each direction.
pub struct SpoolWriter {
    shared: Arc<ArcSwap<Published>>,
    /// Appended, not yet published.
    pending: Vec<u8>,
    memory: Arc<[u8]>,
    file: Option<Arc<File>>,
    filed: u64,
    /// The file that is to take the body alone; until it is known where that begins, all bytes stay in memory.
    awaiting: Option<File>,
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
    pub fn with_body_in(file: File) -> (Self, Spool) {
        Self::with(Some(file))
    }

    fn with(awaiting: Option<File>) -> (Self, Spool) {
        let spool = Spool::default();
        let writer = Self {
            shared: Arc::clone(&spool.shared),
            pending: Vec::new(),
            memory: Arc::default(),
            file: None,
            filed: 0,
            awaiting,
        };
        (writer, spool)
    }

    /// The number of bytes appended so far, published or not.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.memory.len() as u64 + self.filed + self.pending.len() as u64
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
        if self.pending.len() + bytes.len() <= GATHER || self.awaiting.is_some() {
            self.pending.extend_from_slice(bytes);
            return Ok(());
        }
        self.flush()?;
        if bytes.len() < GATHER / 2 || self.file.is_none() {
            self.pending.extend_from_slice(bytes);
            return Ok(());
        }
        if let Err(error) = self.write_to_file(bytes) {
            self.pending.extend_from_slice(bytes);
            self.publish_tail();
            return Err(error);
        }
        self.publish();
        Ok(())
    }

    /// Makes all appended bytes readable.
    ///
    /// # Errors
    /// As [`SpoolWriter::append`].
    pub fn flush(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        if self.stays_in_memory() {
            self.memory = [&self.memory, self.pending.as_slice()].concat().into();
            self.pending.clear();
            self.publish();
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let written = self.write_to_file(&pending);
        self.pending = pending;
        if let Err(error) = written {
            self.publish_tail();
            return Err(error);
        }
        self.pending.clear();
        self.publish();
        Ok(())
    }

    /// The body begins at `offset`: what stands before it stays in memory, everything from there on goes to the file that
    /// was given for it. Does nothing if none was given.
    ///
    /// # Errors
    /// As [`SpoolWriter::append`].
    pub fn body_begins(&mut self, offset: u64) -> io::Result<()> {
        let Some(file) = self.awaiting.take() else { return Ok(()) };
        let mut all = [&self.memory, self.pending.as_slice()].concat();
        self.pending = all.split_off(usize::try_from(offset).unwrap_or(usize::MAX).min(all.len()));
        self.memory = all.into();
        self.file = Some(Arc::new(file));
        self.flush()
    }

    /// There will be no body for the file that was given: go on as a temporary spool.
    pub fn no_body(&mut self) {
        self.awaiting = None;
    }

    fn stays_in_memory(&self) -> bool {
        self.awaiting.is_some() || (self.file.is_none() && self.memory.len() + self.pending.len() <= MEMORY_MAX)
    }

    fn write_to_file(&mut self, bytes: &[u8]) -> io::Result<()> {
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => Arc::clone(self.file.insert(Arc::new(tempfile::tempfile()?))),
        };
        write_file_at(&file, self.filed, bytes)?;
        self.filed += bytes.len() as u64;
        Ok(())
    }

    fn publish(&self) {
        self.store(Arc::default());
    }

    fn publish_tail(&self) {
        self.store(self.pending.as_slice().into());
    }

    fn store(&self, tail: Arc<[u8]>) {
        let memory = Arc::clone(&self.memory);
        self.shared.store(Arc::new(Published { memory, file: self.file.clone(), filed: self.filed, tail }));
    }
}

#[cfg(unix)]
fn read_file_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_file_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

#[cfg(unix)]
fn write_file_at(file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn write_file_at(file: &File, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let n = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        if n == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        offset += n as u64;
        bytes = bytes.get(n..).unwrap_or_default();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let (mut writer, spool) = SpoolWriter::with_body_in(file.try_clone().unwrap());
            let bytes = pattern(head + body);
            let early = head + body / 2;
            writer.append(&bytes[..early]).unwrap();
            if flush_between {
                writer.flush().unwrap();
            }
            writer.body_begins(head as u64).unwrap();
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
        let (mut writer, spool) = SpoolWriter::with_body_in(full);
        writer.append(b"head").unwrap();
        assert_eq!(writer.body_begins(4).map_err(|e| e.kind()), Ok(()));
        writer.append(b"body").unwrap();
        assert_eq!(writer.flush().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(spool.read(Span::new(0, 99)).unwrap(), b"headbody");
        assert!(writer.append(&pattern(GATHER)).is_err());
    }
}
