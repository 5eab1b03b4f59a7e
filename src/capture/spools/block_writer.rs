//! Blocks of a spool that wait to be written to its file, and the thread that writes them.
//!
//! In scope: the thread that takes the writing off a receiving thread, so that a connection at full speed is not held up by its
//! own record. Out of scope: when a block is full, and what is done with one that can't be written: see
//! [`SpoolWriter`](crate::capture::SpoolWriter). The channel is bounded, so a slow disk slows the connection down and memory stays bounded.

use std::fs::File;
use std::io;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded};

use crate::capture::jobs::threads::start_thread;
use crate::http::Span;

/// How many blocks may wait.
const WAITING: usize = 4;

/// Bytes with a place in the file.
pub(super) struct Block {
    at: u64,
    pub(super) bytes: Vec<u8>,
    /// Whether they are in the file, once that has been tried.
    pub(super) written: OnceLock<bool>,
}

impl Block {
    /// Bytes whose place in the file begins at `at`.
    pub(super) fn new(at: u64, bytes: Vec<u8>) -> Self {
        Self { at, bytes, written: OnceLock::new() }
    }

    /// Its place in the file.
    pub(super) fn span(&self) -> Span {
        Span::new(self.at, self.at + self.bytes.len() as u64)
    }

    /// The room of the bytes, empty.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        let mut bytes = self.bytes;
        bytes.clear();
        bytes
    }

    /// Writes the bytes to their place. Fails with the system's error; some of the bytes may have been written.
    pub(super) fn write_to(&self, file: &File) -> io::Result<()> {
        write_file_at(file, self.at, &self.bytes)
    }
}

/// The thread. Dropping this waits until it has tried to write every block.
pub(super) struct BlockWriter {
    blocks: Option<Sender<Arc<Block>>>,
    thread: Option<JoinHandle<()>>,
}

impl BlockWriter {
    /// Starts the thread. Fails with the system's error if it gives us no thread.
    pub(super) fn start(file: Arc<File>) -> io::Result<Self> {
        let (blocks, waiting) = bounded::<Arc<Block>>(WAITING);
        let thread = start_thread("spool", move || {
            for block in waiting {
                let _ = block.written.set(block.write_to(&file).is_ok());
            }
        })?;
        Ok(Self { blocks: Some(blocks), thread: Some(thread) })
    }

    /// Gives it a block; waits while too many wait.
    pub(super) fn give(&self, block: Arc<Block>) {
        if let Some(blocks) = &self.blocks {
            // The thread takes blocks until the channel is closed.
            let _ = blocks.send(block);
        }
    }
}

impl Drop for BlockWriter {
    fn drop(&mut self) {
        self.blocks = None;
        if let Some(thread) = self.thread.take() {
            // It does nothing that can panic.
            let _ = thread.join();
        }
    }
}

#[cfg(unix)]
pub(super) fn write_file_at(file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
pub(super) fn write_file_at(file: &File, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
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
