//! Standard output and standard error, each written by a thread of its own.
//!
//! In scope: a reader that takes nothing holds up that thread, and whoever has something to write waits for room, so that memory stays
//! bounded and the peer feels it through TCP's flow control; but once the user interrupts, nobody waits here longer than a moment. A
//! thread that is stuck then ends with the process. Out of scope: what is written.

use std::io::{self, ErrorKind, Write};

use crossbeam_channel::{Receiver, Sender, bounded, select};

use crate::capture::{Failure, Operation, start_thread};
use crate::cli::exit::Exit;
use crate::cli::interrupts;
use crate::words::{Arg, Words};

/// So many bytes are gathered before they go to the thread.
const GATHER: usize = 64 * 1024;
/// So many gathered blocks may wait.
const WAITING: usize = 8;

enum Block {
    Bytes(Vec<u8>),
    /// To be answered when everything before it has been written.
    Mark(Sender<()>),
}

/// Both streams.
pub struct Streams {
    /// Standard output.
    pub out: Stream,
    /// Standard error.
    pub err: Stream,
}

/// One stream. Clones are of the same; what each writes stays together until it is flushed.
pub struct Stream {
    gathered: Vec<u8>,
    blocks: Sender<Block>,
    failures: Receiver<io::Error>,
}

/// Why not everything has been written.
#[derive(Debug)]
pub enum WriteError {
    /// The user did not want to wait for it.
    Interrupted,
    /// The system's error.
    Failed(io::Error),
}

impl Streams {
    /// Both streams; `None` without threads for them, which is said on stderr.
    pub fn start_or_say(words: &Words) -> Option<Self> {
        let started = Stream::start("stdout", || io::stdout().lock())
            .and_then(|out| Ok(Self { out, err: Stream::start("stderr", || io::stderr().lock())? }));
        started.inspect_err(|error| say(words.failure(&Failure::of(Operation::StartThread, None, error)))).ok()
    }
}

/// Says `text` on stderr where there are no threads for the streams.
pub fn say(text: impl std::fmt::Display) {
    // If stderr is gone, the exit status still says it.
    let _ = writeln!(io::stderr(), "socketscope: {text}");
}

impl Stream {
    /// Prints `text` as a message of the program; returns `exit`.
    pub fn complain(&self, text: &str, exit: Exit) -> Exit {
        let mut stream = self.clone();
        // If the stream is gone, the exit status still says it.
        let _ = writeln!(stream, "socketscope: {text}").and_then(|()| stream.flush());
        exit
    }

    /// Stdout can't be written any more, of which this stream, stderr, tells by the text of this key; returns the exit status. A reader
    /// that has gone away on purpose needs no words.
    pub fn stdout_failed(&self, words: &Words, error: &io::Error, (key, exit): (&str, Exit)) -> Exit {
        if error.kind() == ErrorKind::BrokenPipe {
            return Exit::Failed;
        }
        self.complain(&words.with(key, [("system", Arg::from(error.to_string()))]), exit)
    }

    fn start<W: Write>(name: &str, open: impl FnOnce() -> W + Send + 'static) -> io::Result<Self> {
        let (failed, failures) = bounded(1);
        let (blocks, waiting) = bounded(WAITING);
        let work = move || write(open(), &waiting, &failed);
        start_thread(name, work)?;
        Ok(Self { gathered: Vec::new(), blocks, failures })
    }

    /// Where it is told, once, that it can't be written any more.
    pub fn failures(&self) -> &Receiver<io::Error> {
        &self.failures
    }

    /// Waits until everything has been written.
    pub fn finish(mut self) -> Result<(), WriteError> {
        let (mark, written) = bounded(1);
        self.flush().and_then(|()| self.give(Block::Mark(mark))).map_err(|_| WriteError::Interrupted)?;
        let answer = select! {
            recv(written) -> answer => answer.ok(),
            recv(interrupts::subscribed()) -> _ => interrupts::deadline().and_then(|end| written.recv_deadline(end).ok()),
        };
        answer.ok_or_else(|| match interrupts::deadline() {
            Some(_) => WriteError::Interrupted,
            // Who has taken the error away knows it.
            None => WriteError::Failed(self.failures.try_recv().unwrap_or_else(|_| ErrorKind::BrokenPipe.into())),
        })
    }

    /// Hands a block to the thread. It fails if there was no room until a moment after an interrupt.
    fn give(&self, block: Block) -> io::Result<()> {
        let is_given = select! {
            send(self.blocks, block) -> sent => sent.is_ok(),
            recv(interrupts::subscribed()) -> _ => {
                interrupts::deadline().is_some_and(|end| self.blocks.send_deadline(block, end).is_ok())
            }
        };
        if is_given { Ok(()) } else { Err(ErrorKind::TimedOut.into()) }
    }
}

impl Clone for Stream {
    fn clone(&self) -> Self {
        Self { gathered: Vec::new(), blocks: self.blocks.clone(), failures: self.failures.clone() }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHER {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    /// Hands out what is gathered. It is written soon, and without waiting only if there is room.
    fn flush(&mut self) -> io::Result<()> {
        match std::mem::take(&mut self.gathered) {
            gathered if gathered.is_empty() => Ok(()),
            gathered => self.give(Block::Bytes(gathered)),
        }
    }
}

/// Writes what comes. After an error nothing more is written, and no mark answered.
fn write(mut out: impl Write, blocks: &Receiver<Block>, failed: &Sender<io::Error>) {
    let mut is_broken = false;
    for block in blocks {
        match block {
            Block::Bytes(bytes) if !is_broken => {
                if let Err(error) = out.write_all(&bytes).and_then(|()| out.flush()) {
                    is_broken = true;
                    // There is room for it.
                    let _ = failed.try_send(error);
                }
            }
            // Nobody may wait for it any more.
            Block::Mark(written) if !is_broken => _ = written.send(()),
            _ => {}
        }
    }
}
