//! The append-only bytes of one direction of a connection.
//!
//! In scope: any number of [`Spool`]s read by offset while one [`SpoolWriter`](crate::capture::SpoolWriter) appends. The first bytes stay in
//! memory, the rest goes to a temporary file that has no name on Unix and vanishes with the process. What has been published
//! is never changed: a reader takes the newest published state and reads what that names.
//! Out of scope: what the bytes mean.

use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::block_writer::Block;
use super::disk::{DiskQuota, DiskUsage};
use super::memory_buffer::{MemoryBuffer, copy_from};
use crate::capture::jobs::threads::start_thread;
use crate::http::Span;

/// A file with more bytes than this is closed on a thread of its own: 64 MiB.
const CLOSE_AT_ONCE_MAX: u64 = 64 * 1024 * 1024;

/// What readers see: the bytes in `memory`, then `placed` bytes that have their place in `file`. The bytes of a block may not be in the
/// file yet, or could not be written to it, so they are read from the block.
pub(super) struct Published {
    pub(super) memory: MemoryBuffer,
    pub(super) file: Option<Arc<File>>,
    pub(super) placed: u64,
    pub(super) blocks: Vec<Arc<Block>>,
    /// What the spool holds of the quota, for as long as anyone reads it.
    pub(super) usage: Arc<DiskUsage>,
}

impl Published {
    fn len(&self) -> u64 {
        self.memory.len() as u64 + self.placed
    }
}

/// What is published now. The lock is held for as long as it takes to copy one pointer, never while anything is read or written: a
/// writer that publishes must not have to look at every thread that might be reading, of which there are ten thousand.
pub(super) struct Shared {
    published: Mutex<Arc<Published>>,
}

impl Shared {
    fn new(published: Published) -> Self {
        Self { published: Mutex::new(Arc::new(published)) }
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Published>> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn load(&self) -> Arc<Published> {
        Arc::clone(&self.lock())
    }

    pub(super) fn store(&self, published: Published) {
        let before = std::mem::replace(&mut *self.lock(), Arc::new(published));
        // What is let go of here is let go of without the lock.
        drop(before);
    }
}

/// Nobody reads or writes the spool any more: a large file is closed on a thread of its own, as closing takes the system a while and the
/// caller may be the window.
impl Drop for Shared {
    fn drop(&mut self) {
        let published = Arc::clone(self.published.get_mut().unwrap_or_else(PoisonError::into_inner));
        if published.placed > CLOSE_AT_ONCE_MAX {
            // Without a thread for it, the file is closed here.
            let _ = start_thread("close file", move || drop(published));
        }
    }
}

/// The reading side: cheap to clone, safe to use from any thread, never waits for what the writer does.
#[derive(Clone)]
pub struct Spool {
    pub(super) shared: Arc<Shared>,
    disk: DiskQuota,
}

impl Default for Spool {
    fn default() -> Self {
        Self::on(&DiskQuota::default())
    }
}

impl std::fmt::Debug for Spool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spool").field("len", &self.len()).finish()
    }
}

impl Spool {
    /// An empty spool within the quota `disk`.
    pub(super) fn on(disk: &DiskQuota) -> Self {
        let usage = Arc::new(disk.usage());
        let nothing = Published { memory: MemoryBuffer::default(), file: None, placed: 0, blocks: Vec::new(), usage };
        Self { shared: Arc::new(Shared::new(nothing)), disk: disk.clone() }
    }

    /// The quota that it counts for.
    pub fn disk(&self) -> &DiskQuota {
        &self.disk
    }

    /// The number of bytes that can be read now.
    pub fn len(&self) -> u64 {
        self.shared.lock().len()
    }

    /// Whether nothing can be read yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads from `offset` on until `buffer` is full or the published bytes end; returns how many bytes it read. Fails with the system's
    /// error if the temporary file can't be read.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let published = self.shared.load();
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

    /// The bytes of `span` that can be read now, as a new vector. For small spans. Fails as [`Spool::read_at`] does.
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
            return Ok(self.memory.copy(offset, buffer));
        }
        let in_file = offset - memory;
        if let Some(block) = self.blocks.iter().find(|block| block.span().contains(in_file)) {
            return Ok(copy_from(&block.bytes, in_file - block.span().start, buffer));
        }
        let Some(file) = &self.file else { return Ok(0) };
        let next = self.blocks.iter().map(|block| block.span().start).filter(|start| *start > in_file).min();
        let end = next.unwrap_or(self.placed);
        let room = usize::try_from(end.saturating_sub(in_file)).unwrap_or(usize::MAX).min(buffer.len());
        let Some(target) = buffer.get_mut(..room) else { return Ok(0) };
        read_file_at(file, in_file, target)
    }
}

#[cfg(unix)]
pub(super) fn read_file_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
pub(super) fn read_file_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}
