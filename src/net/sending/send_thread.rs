//! The sending thread of a connection: sends what the user types while it is open, once or again and again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError, at, bounded, never, select};

use super::message_sender::{MessageSender, MessageSenderPart};
use crate::capture::{Event, Failure, GivenFile, Operation, catch_panic};
use crate::net::worker::start_worker;

/// What the user asks of an open connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Send these bytes.
    Send(Arc<[u8]>),
    /// Send the bytes of this file, as they are read.
    SendFile(PathBuf),
    /// Send messages again and again. Takes the place of what is being repeated.
    Repeat(Repeat),
    /// Repeat no longer.
    StopRepeating,
    /// End the sending side.
    ShutdownSending,
}

/// Messages that are sent in turn, again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// The messages.
    pub messages: Arc<[Vec<u8>]>,
    /// From one to the next.
    pub every: Duration,
    /// How many are sent in all; `None`: until told otherwise.
    pub times: Option<u64>,
}

/// Why a command was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Earlier commands have not been carried out yet.
    #[error("earlier commands are still under way")]
    Busy,
    /// The connection is not open (any more).
    #[error("the connection is not open")]
    NotOpen,
}

/// A file is read, and sent, in pieces of this size.
const FILE_PIECE: usize = 64 * 1024;

impl<T> From<TrySendError<T>> for Refused {
    fn from(error: TrySendError<T>) -> Self {
        match error {
            TrySendError::Full(_) => Self::Busy,
            TrySendError::Disconnected(_) => Self::NotOpen,
        }
    }
}

/// The number of commands to a sending thread that may wait.
pub const COMMANDS_MAX: usize = 16;

/// What the sending thread sends before it takes any command.
#[derive(Default)]
pub struct Unsent {
    /// These bytes,
    pub bytes: Vec<u8>,
    /// and those of this file.
    pub file: Option<PathBuf>,
}

/// A running sending thread.
pub struct SendThread {
    /// Dropping this tells the thread that the connection is over.
    over: Sender<()>,
    /// Disconnected when the thread has done its work.
    done: Receiver<()>,
    thread: JoinHandle<()>,
}

/// How long a sending thread may take to end before the socket is shut down under it.
const END_MAX: Duration = Duration::from_millis(50);

impl SendThread {
    /// Starts the thread; `first` is sent before any command is taken. Fails if there can be no more threads.
    pub fn start(name: &str, part: MessageSenderPart, first: Unsent, commands: Receiver<Command>) -> io::Result<Self> {
        let (over, is_over) = bounded(0);
        let (working, done) = bounded(0);
        let work = move |worker| {
            let _working: Sender<()> = working;
            let sender = part.on(worker);
            if let Err(failure) = catch_panic(|| run(&sender, &first, &commands, &is_over))
                && !sender.half.is_stopped()
            {
                sender.half.recorder.failed(failure);
                sender.half.recorder.tell(Event::SendingEnded);
            }
            sender.half.recorder.flush();
        };
        let thread = start_worker(format!("{name} send"), work)?;
        Ok(Self { over, done, thread })
    }

    /// Ends the thread and waits for it. If it is in a send that blocks, `unblock` must make that return.
    pub fn join(self, unblock: impl FnOnce()) {
        drop(self.over);
        if self.done.recv_timeout(END_MAX).is_err_and(|error| error.is_timeout()) {
            unblock();
        }
        // A panic of the thread was caught and recorded inside it.
        let _ = self.thread.join();
    }
}

/// Sends the bytes of a file as they are read; it is never in memory as a whole.
fn send_file(sender: &MessageSender, path: &Path) -> Result<(), Failure> {
    let mut file = GivenFile::open(path)?;
    let mut piece = vec![0; FILE_PIECE];
    loop {
        let count = file.piece(&mut piece)?;
        // What a fault has cut sends nothing any more.
        if count == 0 || sender.is_cut() {
            return Ok(());
        }
        sender.send(piece.get(..count).unwrap_or_default())?;
    }
}

fn run(
    sender: &MessageSender,
    first: &Unsent,
    commands: &Receiver<Command>,
    over: &Receiver<()>,
) -> Result<(), Failure> {
    sender.send(&first.bytes)?;
    if let Some(path) = &first.file {
        send_file(sender, path)?;
    }
    let mut may_send = true;
    let mut repeating = RepeatSchedule::default();
    loop {
        sender.half.recorder.flush();
        let due = repeating.due();
        select! {
            recv(commands) -> command => match command {
                // Typed before it was seen that the sending side is shut down.
                Ok(_) if !may_send => {}
                Ok(Command::Send(bytes)) => sender.send(&bytes)?,
                Ok(Command::SendFile(path)) => send_chosen_file(sender, &path)?,
                Ok(Command::Repeat(repeat)) => repeating = RepeatSchedule::begin(repeat),
                Ok(Command::StopRepeating) => repeating = RepeatSchedule::default(),
                Ok(Command::ShutdownSending) => {
                    sender.shutdown()?;
                    may_send = false;
                    repeating = RepeatSchedule::default();
                }
                Err(_) => return Ok(()),
            },
            recv(over) -> _ => return Ok(()),
            recv(due) -> _ => match repeating.next() {
                Some(_) if sender.is_cut() => repeating = RepeatSchedule::default(),
                Some(message) => sender.send(&message)?,
                None => {}
            },
        }
    }
}

/// A file that the user chose while the connection is open: if it can't be read, that is told, and the connection goes on.
fn send_chosen_file(sender: &MessageSender, path: &Path) -> Result<(), Failure> {
    match send_file(sender, path) {
        Err(failure) if failure.operation == Operation::ReadFile => {
            sender.half.recorder.failed(failure);
            Ok(())
        }
        sent => sent,
    }
}

/// What is being repeated, and when its next message is due.
#[derive(Default)]
struct RepeatSchedule {
    repeat: Option<Repeat>,
    sent: u64,
    due: Option<Instant>,
}

impl RepeatSchedule {
    fn begin(repeat: Repeat) -> Self {
        let is_something = !repeat.messages.is_empty() && repeat.times != Some(0);
        Self { due: is_something.then(Instant::now), repeat: Some(repeat), sent: 0 }
    }

    /// Becomes ready when the next message is due.
    fn due(&self) -> Receiver<Instant> {
        self.due.map_or_else(never, at)
    }

    /// The message that is due. Where the peer takes them more slowly than they are to come, none are made up for.
    fn next(&mut self) -> Option<Vec<u8>> {
        let (repeat, due) = (self.repeat.as_ref()?, self.due?);
        let place = usize::try_from(self.sent % repeat.messages.len() as u64).unwrap_or(0);
        let message = repeat.messages.get(place)?.clone();
        self.sent += 1;
        let is_last = repeat.times.is_some_and(|times| self.sent >= times);
        self.due = (!is_last).then(|| (due + repeat.every).max(Instant::now()));
        Some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_repeated_in_turn_and_so_many_times() {
        let messages = Arc::from([b"a".to_vec(), b"b".to_vec()]);
        let mut repeating = RepeatSchedule::begin(Repeat { messages, every: Duration::ZERO, times: Some(3) });
        let sent = std::iter::from_fn(|| repeating.next()).collect::<Vec<_>>();
        assert_eq!(sent, [b"a", b"b", b"a"]);
        assert!(repeating.due.is_none());
        let nothing = Repeat { messages: Arc::from([]), every: Duration::ZERO, times: None };
        assert!(RepeatSchedule::begin(nothing).due.is_none());
    }
}
