//! The writing side of a [`Spool`].
//!
//! In scope: gathering small pieces, the choice between memory and file, handing full blocks to the thread that writes them, and
//! keeping what can't be written. Out of scope: reading, which is the spool's.
//!
//! A block is handed to a thread of its own only when the gathering buffer is full: then the bytes come faster than they are
//! reported, and writing them here would hold up the next recv. All other writing happens at once, on the caller's thread.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::block_writer::{Block, BlockWriter, write_file_at};
use super::body_sink::{BodyFile, BodyFileError, BodySink};
use super::disk::{DiskQuota, DiskUsage};
use super::free_space::{CHECK_EVERY, check_free_space};
use super::memory_buffer::MemoryBuffer;
use super::spool::{Published, Shared, Spool};
use crate::capture::environment::temporary_folder;
use crate::decode::Unpack;
use crate::http::{Framing, Head};

/// How many bytes stay in memory before a temporary file is opened: 64 KiB.
pub const MEMORY_MAX: usize = 64 * 1024;

/// How many bytes are gathered before they are written.
const GATHER: usize = 256 * 1024;

/// A piece of at least this many bytes is written at once, without being copied.
const LARGE: usize = 128 * 1024;

/// Room for this many bytes is made first: for the calls of a short connection.
const FIRST: usize = 256;

/// The writing side; there is one for each direction.
pub struct SpoolWriter {
    shared: Arc<Shared>,
    /// Appended, not yet published.
    pending: Vec<u8>,
    memory: MemoryBuffer,
    file: Option<Arc<File>>,
    /// How many bytes have their place in the file.
    placed: u64,
    /// The free space is looked at again once the file has this many bytes.
    next_check: u64,
    /// What the spool holds of the quota.
    usage: Arc<DiskUsage>,
    disk: DiskQuota,
    /// Whether whoever appends has reserved room before.
    is_reserved: bool,
    /// The path of the file if it is the user's own, which does not count for the quota.
    user_path: Option<PathBuf>,
    /// The blocks that may not be in the file yet.
    blocks: Vec<Arc<Block>>,
    /// Blocks that are in the file. Their buffers are used again.
    written: Vec<Arc<Block>>,
    block_writer: Option<BlockWriter>,
    /// The file that is to take the body alone; until it is known where that begins, all bytes stay in memory.
    body_file: Option<Box<BodyFile>>,
    /// Takes the body if that is to be unpacked.
    sink: Option<Box<BodySink>>,
    /// How many bytes are kept at most.
    max: u64,
    /// How many bytes came after those; they are only counted.
    unkept: u64,
}

impl SpoolWriter {
    /// A spool that keeps its first bytes in memory and the rest in a temporary file, with a quota of its own.
    pub fn temporary() -> (Self, Spool) {
        Self::on(&DiskQuota::default())
    }

    /// The same, within the quota `disk`.
    pub fn on(disk: &DiskQuota) -> (Self, Spool) {
        Self::with(disk, None)
    }

    /// The same, for bytes whose room has been reserved before they come: keeping them fails only if the system refuses.
    pub fn reserved(disk: &DiskQuota) -> (Self, Spool) {
        let (writer, spool) = Self::on(disk);
        (Self { is_reserved: true, ..writer }, spool)
    }

    /// A spool that will write what comes after the head straight into `file`, so that a body that is to be saved is written
    /// once only. Call [`SpoolWriter::body_begins`] or [`SpoolWriter::no_body`] when that is known.
    pub fn with_body_in(file: BodyFile, disk: &DiskQuota) -> (Self, Spool) {
        Self::with(disk, Some(file))
    }

    /// The same, keeping no more than `max` bytes: those that come after are only counted.
    #[must_use]
    pub fn keeping(self, max: u64) -> Self {
        Self { max, ..self }
    }

    fn with(disk: &DiskQuota, body_file: Option<BodyFile>) -> (Self, Spool) {
        let spool = Spool::on(disk);
        let writer = Self {
            usage: Arc::clone(&spool.shared.load().usage),
            disk: disk.clone(),
            is_reserved: false,
            user_path: None,
            shared: Arc::clone(&spool.shared),
            pending: Vec::new(),
            memory: MemoryBuffer::default(),
            file: None,
            placed: 0,
            next_check: CHECK_EVERY,
            blocks: Vec::new(),
            written: Vec::new(),
            block_writer: None,
            body_file: body_file.map(Box::new),
            sink: None,
            max: u64::MAX,
            unkept: 0,
        };
        (writer, spool)
    }

    /// The number of bytes kept so far, published or not.
    pub fn len(&self) -> u64 {
        self.memory.len() as u64 + self.placed + self.pending.len() as u64
    }

    /// The number of bytes that came, also those that are only counted.
    pub fn appended(&self) -> u64 {
        self.len() + self.unkept
    }

    /// Whether nothing has been appended.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends `bytes`. They can be read after the next [`SpoolWriter::flush`], or earlier. Fails with the system's error if the temporary
    /// file can't be made or written, or [`QuotaExceeded`](crate::capture::QuotaExceeded). The bytes are kept and can be read all the
    /// same.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let room = usize::try_from(self.max.saturating_sub(self.len())).unwrap_or(usize::MAX);
        let (bytes, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
        self.unkept += rest.len() as u64;
        if bytes.is_empty() {
            return Ok(());
        }
        let checked = self.check();
        let appended = self.append_all(bytes);
        self.count_usage();
        self.named(appended.and(checked))
    }

    /// An error of the user's own file, with its path.
    fn named(&self, result: io::Result<()>) -> io::Result<()> {
        let Some(path) = &self.user_path else { return result };
        result.map_err(|error| match error.get_ref().is_some_and(|inner| inner.is::<BodyFileError>()) {
            true => error,
            false => io::Error::new(error.kind(), BodyFileError { path: path.clone(), error }),
        })
    }

    fn check(&mut self) -> io::Result<()> {
        if self.is_reserved {
            return Ok(());
        }
        if self.user_path.is_none() {
            self.disk.check()?;
        }
        check_free_space(&mut self.next_check, self.file.as_deref(), self.placed)
    }

    /// Tells the quota what is on disk. What waits to be written counts as if it were there, so that it never comes as a surprise.
    #[inline]
    fn count_usage(&self) {
        let is_elsewhere = self.user_path.is_some() || self.body_file.is_some() || self.sink.is_some();
        self.usage.set(if is_elsewhere { 0 } else { self.placed + self.pending.len() as u64 });
    }

    fn append_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(sink) = &mut self.sink {
            self.placed += bytes.len() as u64;
            return sink.push(bytes);
        }
        if bytes.len() >= LARGE && self.body_file.is_none() {
            let flushed = self.flush();
            let placed = self.place(bytes);
            self.publish();
            return flushed.and(placed);
        }
        let is_full = !self.pending.is_empty() && self.pending.len() + bytes.len() > GATHER;
        let handed = if is_full && self.body_file.is_none() { self.hand_over() } else { Ok(()) };
        if self.pending.capacity() == 0 {
            self.pending.reserve(bytes.len().max(FIRST));
        }
        self.pending.extend_from_slice(bytes);
        handed
    }

    /// Makes all appended bytes readable, and writes what is gathered. Blocks that were handed over may still wait to be written. Fails as
    /// [`SpoolWriter::append`] does.
    pub fn flush(&mut self) -> io::Result<()> {
        let flushed = self.flush_all();
        self.count_usage();
        self.named(flushed)
    }

    #[inline(never)]
    fn flush_all(&mut self) -> io::Result<()> {
        if self.sink.is_some() {
            self.publish();
            return Ok(());
        }
        if self.stays_in_memory() {
            if !self.pending.is_empty() {
                self.memory.push(&self.pending);
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

    /// Gives back the room for what is gathered, if nothing is: for who waits, perhaps for long.
    pub fn rest(&mut self) {
        self.written = Vec::new();
        if self.pending.is_empty() {
            self.pending = Vec::new();
        }
    }

    /// As [`SpoolWriter::flush`]; when it returns, every byte has been written or an error has told that some could not be. Fails as
    /// [`SpoolWriter::append`] does.
    pub fn finish(&mut self) -> io::Result<()> {
        self.block_writer = None;
        let unpacked = self.sink.as_deref_mut().map_or(Ok(()), BodySink::finish);
        self.flush().and(self.named(unpacked))
    }

    /// The body begins after `head`: the head stays in memory, everything after it goes to the file that was given for it. If the
    /// body is to be unpacked, that is what comes out of it, and its bytes can't be read in the spool. Does nothing if no file was
    /// given. Fails as [`SpoolWriter::append`] does.
    pub fn body_begins(&mut self, head: &Head, framing: Framing) -> io::Result<()> {
        let Some(body) = self.body_file.take() else { return Ok(()) };
        let unpack = Unpack::body(head, framing, body.stage, body.limits);
        self.divide(head.span.end, *body, unpack.has_layers().then_some(unpack))
    }

    /// Leaves in memory what stands before `offset`, and gives the rest to the file.
    fn divide(&mut self, offset: u64, body: BodyFile, unpack: Option<Unpack>) -> io::Result<()> {
        let mut all = self.memory.to_vec();
        all.extend_from_slice(&self.pending);
        let begun = all.split_off(usize::try_from(offset).unwrap_or(usize::MAX).min(all.len()));
        self.memory = MemoryBuffer::default();
        self.memory.push(&all);
        self.pending.clear();
        self.user_path = Some(body.path.clone());
        match unpack {
            None => {
                self.pending = begun;
                self.file = Some(Arc::new(body.file));
            }
            Some(unpack) => {
                self.sink = Some(Box::new(BodySink::start(body, unpack)?));
                self.append(&begun)?;
            }
        }
        self.flush()
    }

    /// There will be no body for the file that was given: go on as a temporary spool.
    pub fn no_body(&mut self) {
        self.body_file = None;
    }

    /// Whether the gathered bytes go to those in memory. These lie before all blocks, so that ends with the first block, also if there
    /// is no file for it.
    fn stays_in_memory(&self) -> bool {
        let are_few = self.memory.len() + self.pending.len() <= MEMORY_MAX;
        self.body_file.is_some() || (self.file.is_none() && self.placed == 0 && are_few)
    }

    fn file(&mut self) -> io::Result<Arc<File>> {
        Ok(Arc::clone(match &self.file {
            Some(file) => file,
            None => self.file.insert(Arc::new(tempfile::tempfile_in(temporary_folder())?)),
        }))
    }

    /// Gives the gathered bytes to the thread that writes.
    #[inline(never)]
    fn hand_over(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.pending);
        let block = self.block(bytes);
        let result = self.file().and_then(|file| self.give(&file, block)).and_then(|()| self.settle());
        self.publish();
        self.pending = self.buffer();
        result
    }

    /// A buffer to gather in: that of a written block, if no reader has one. The system makes the pages of a new one while they are
    /// filled, which takes as long as copying.
    fn buffer(&mut self) -> Vec<u8> {
        let mut unread = std::iter::from_fn(|| self.written.pop()).filter_map(Arc::into_inner);
        unread.next().map_or_else(|| Vec::with_capacity(GATHER), Block::into_buffer)
    }

    fn give(&mut self, file: &Arc<File>, block: Arc<Block>) -> io::Result<()> {
        let block_writer = match &self.block_writer {
            Some(block_writer) => block_writer,
            None => match BlockWriter::start(Arc::clone(file)) {
                Ok(block_writer) => self.block_writer.insert(block_writer),
                // Without a thread for it the blocks are written on this one.
                Err(_) => return Ok(()),
            },
        };
        block_writer.give(block);
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
    #[inline(never)]
    fn place(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let at = self.placed;
        let written = self.file().and_then(|file| write_file_at(&file, at, bytes));
        match written {
            Ok(()) => self.placed += bytes.len() as u64,
            Err(_) => self.block(bytes.to_vec()).written.set(false).unwrap_or_default(),
        }
        written
    }

    /// Sets aside the blocks that are in the file, and writes those that are not and that no thread has before it.
    #[inline(never)]
    fn settle(&mut self) -> io::Result<()> {
        if self.blocks.is_empty() {
            return Ok(());
        }
        let file = self.file()?;
        let has_thread = self.block_writer.is_some();
        let mut result = Ok(());
        let written = &mut self.written;
        self.blocks.retain(|block| {
            match block.written.get() {
                Some(true) => {
                    written.push(Arc::clone(block));
                    return false;
                }
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
        let (memory, file, blocks) = (self.memory.clone(), self.file.clone(), self.blocks.clone());
        let usage = Arc::clone(&self.usage);
        self.shared.store(Published { memory, file, placed: self.placed, blocks, usage });
    }
}

#[cfg(test)]
impl Spool {
    /// A spool with `bytes`, to which nothing will be added.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let (mut writer, spool) = SpoolWriter::temporary();
        writer.append(bytes).unwrap();
        writer.flush().unwrap();
        spool
    }
}

#[cfg(test)]
mod tests;
