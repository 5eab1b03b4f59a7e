//! What ends a command before its time: Ctrl-C, SIGTERM, SIGHUP, or the end of the time that it has.
//!
//! In scope: that it was asked for, which holds from then on. Out of scope: what is done about it. Until somebody listens, the system
//! ends the process.

use std::io;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, bounded, never};

use crate::capture::start_thread;

/// Who is interrupted may still write for so long.
const GRACE: Duration = Duration::from_secs(1);

/// What it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// The user, or the system.
    Signal,
    /// All the time that was allowed is over.
    OutOfTime,
}

static INTERRUPTS: OnceLock<Receiver<()>> = OnceLock::new();
static CAME: OnceLock<(Instant, Interrupt)> = OnceLock::new();
/// Nothing is ever sent; that it goes is the interrupt.
static SENDER: Mutex<Option<Sender<()>>> = Mutex::new(None);

/// A channel that nothing comes through: it is ready from the first interrupt on. From now on these no longer end the process.
pub fn listen() -> Receiver<()> {
    let set = || {
        let (sender, receiver) = bounded(0);
        if let Ok(mut held) = SENDER.lock() {
            *held = Some(sender);
        }
        // Without a handler a signal ends the process, as it does before.
        let _ = ctrlc::set_handler(|| record(Interrupt::Signal));
        receiver
    };
    INTERRUPTS.get_or_init(set).clone()
}

/// Interrupts the command after `time`, unless another interrupt comes before. Error: the system's, if there can be no more threads.
pub fn interrupt_after(time: Duration) -> io::Result<()> {
    let _ = listen();
    let wait = move || {
        // It always comes.
        let _ = after(time).recv();
        record(Interrupt::OutOfTime);
    };
    start_thread("time limit", wait).map(drop)
}

fn record(what: Interrupt) {
    // Of several the first counts.
    let _ = CAME.set((Instant::now(), what));
    if let Ok(mut sender) = SENDER.lock() {
        *sender = None;
    }
}

/// The channel of [`listen`] if that was called, else one that is never ready.
pub fn subscribed() -> Receiver<()> {
    INTERRUPTS.get().cloned().unwrap_or_else(never)
}

/// The first interrupt; `None`: there was none.
pub fn first() -> Option<Interrupt> {
    CAME.get().map(|(_, what)| *what)
}

/// Until when writing may go on after the first interrupt; `None`: there was none.
pub fn deadline() -> Option<Instant> {
    CAME.get().map(|(came, _)| *came + GRACE)
}
