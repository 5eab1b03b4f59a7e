//! The file that takes the content of a body while it is received, unpacked, and the thread that writes it.
//!
//! In scope: a body that is to be saved and is never looked at again, so that its bytes are written once: as content. Out of scope:
//! a body without layers, which needs no thread (see [`SpoolWriter::body_begins`](crate::capture::SpoolWriter::body_begins)). The channel is
//! bounded, so a slow disk slows the connection down and memory stays bounded.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::capture::jobs::threads::start_thread;
use crate::decode::{Coding, CodingError, Limits, PushError, Stage, Unpack};

/// How many bytes are gathered before they go to the thread, and before they are written.
const GATHER: usize = 256 * 1024;
/// How many gathered blocks may wait.
const WAITING: usize = 4;

/// A file for the content of the body that will be received.
#[derive(Debug)]
pub struct BodyFile {
    /// The file.
    pub file: File,
    /// What the user named, for when it can't be written.
    pub path: PathBuf,
    /// How far the body is to be unpacked.
    pub stage: Stage,
    /// How much may come out of its codings.
    pub limits: Limits,
    /// What became of the body, once all of it has been unpacked or could not be written; nothing if it had no layers.
    pub unpacked: Arc<OnceLock<Unpacked>>,
}

/// An error in writing the file that the user named, as opposed to a temporary one.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct BodyFileError {
    /// What the user named.
    pub(crate) path: PathBuf,
    /// The system's error.
    pub(crate) error: io::Error,
}

/// What became of a body that was unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpacked {
    /// How many bytes came out; all of them were written, unless writing failed.
    pub bytes: u64,
    /// The coding that could not be undone, if one could not.
    pub fault: Option<CodingError>,
    /// The coding that it turned out not to be in, as [`Unpack::passed_over`] has it.
    pub passed_over: Option<Coding>,
}

/// The thread, and what is gathered for it.
pub(crate) struct BodySink {
    gathered: Vec<u8>,
    blocks: Option<Sender<Vec<u8>>>,
    /// Blocks that come back empty, to be used again: new memory costs the system more than the copying into it.
    spare: Receiver<Vec<u8>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl BodySink {
    /// Starts the thread. Fails with the system's error if it gives us no thread.
    pub(crate) fn start(body: BodyFile, unpack: Unpack) -> io::Result<Self> {
        let (blocks, waiting) = bounded(WAITING);
        let (back, spare) = bounded(WAITING + 1);
        let work = move || write(body, unpack, &waiting, &back);
        let thread = start_thread("body", work)?;
        Ok(Self { gathered: Vec::new(), blocks: Some(blocks), spare, thread: Some(thread) })
    }

    /// Takes in bytes of the body as they were received; waits while too many wait. Fails if those before them could not be written.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() < GATHER {
            return Ok(());
        }
        let empty = self.spare.try_recv().unwrap_or_default();
        let block = std::mem::replace(&mut self.gathered, empty);
        self.give(block)
    }

    /// When it returns, everything has been written. Fails if it could not be.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        let block = std::mem::take(&mut self.gathered);
        self.give(block).and_then(|()| self.end())
    }

    fn give(&mut self, block: Vec<u8>) -> io::Result<()> {
        match &self.blocks {
            Some(blocks) if blocks.send(block).is_ok() => Ok(()),
            // The thread has ended before its time, and its error says why.
            _ => self.end(),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        self.blocks = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(io::Error::other("the thread that unpacks the body panicked")),
            None => Ok(()),
        }
    }
}

impl Drop for BodySink {
    fn drop(&mut self) {
        // Whoever wanted to know has asked before.
        let _ = self.end();
    }
}

fn write(body: BodyFile, mut unpack: Unpack, blocks: &Receiver<Vec<u8>>, back: &Sender<Vec<u8>>) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(GATHER, body.file);
    let mut bytes = 0;
    let mut out = |piece: &[u8]| {
        bytes += piece.len() as u64;
        file.write_all(piece)
    };
    let unpacked = unpack_all(&mut unpack, blocks, back, &mut out);
    let written = unpacked.and_then(|fault| file.flush().map(|()| fault));
    // What could not be written to its end is there as far as it could.
    let fault = written.as_ref().ok().cloned().flatten();
    let _ = body.unpacked.set(Unpacked { bytes, fault, passed_over: unpack.passed_over() });
    written.map(drop)
}

fn unpack_all(
    unpack: &mut Unpack,
    blocks: &Receiver<Vec<u8>>,
    back: &Sender<Vec<u8>>,
    out: &mut impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Option<CodingError>> {
    let mut fault = None;
    for mut block in blocks {
        // After a fault nothing more can come out, but the body is received to its end.
        if fault.is_none() {
            fault = fault_of(unpack.push(&block, out))?;
        }
        block.clear();
        // If there are enough of them, this one is not missed.
        let _ = back.try_send(block);
    }
    match fault {
        None => fault_of(unpack.finish(out)),
        fault => Ok(fault),
    }
}

fn fault_of(result: Result<(), PushError<io::Error>>) -> io::Result<Option<CodingError>> {
    match result {
        Ok(()) => Ok(None),
        Err(PushError::Coding(error)) => Ok(Some(error)),
        Err(PushError::Out(error)) => Err(error),
    }
}
