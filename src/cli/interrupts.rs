//! What ends a command before its time: Ctrl-C, SIGTERM, SIGHUP.
//!
//! In scope: that it was asked for, which holds from then on. Out of scope: what is done about it. Until somebody listens, the system
//! ends the process.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded, never};

/// Who is interrupted may still write for so long.
const GRACE: Duration = Duration::from_secs(1);

static INTERRUPTS: OnceLock<Receiver<()>> = OnceLock::new();
static CAME: OnceLock<Instant> = OnceLock::new();

/// A channel that nothing comes through: it is ready from the first interrupt on. From now on these no longer end the process.
pub fn listen() -> Receiver<()> {
    let set = || {
        let (sender, receiver) = bounded(0);
        let mut sender = Some(sender);
        let handler = move || {
            // Of several the first counts.
            let _ = CAME.set(Instant::now());
            drop(sender.take());
        };
        if ctrlc::set_handler(handler).is_ok() { receiver } else { never() }
    };
    INTERRUPTS.get_or_init(set).clone()
}

/// The same channel if somebody listens already, else one that is never ready.
pub fn heard() -> Receiver<()> {
    INTERRUPTS.get().cloned().unwrap_or_else(never)
}

/// Until when writing may go on after the first interrupt; `None`: there was none.
pub fn deadline() -> Option<Instant> {
    CAME.get().map(|came| *came + GRACE)
}
