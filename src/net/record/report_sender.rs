//! Where a part of a run reports.

use std::sync::Arc;

use crossbeam_channel::{Sender, TrySendError};

use super::pace::Pace;
use crate::capture::{DiskQuota, Event, Report, SessionId, SocketId};
use crate::net::worker::Worker;

/// Wakes the thread that reads the reports; called after each report.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// The way of one part of a run to the reader of the reports. Any thread may hold it; only a [`Worker`] can use it, as the channel may be full.
#[derive(Clone)]
pub struct ReportSender {
    /// The run that the reports belong to.
    pub session: SessionId,
    /// The part of the run.
    pub socket: SocketId,
    /// The account of the disk that its spools are on.
    pub disk: DiskQuota,
    /// How many bytes it keeps of each direction, and of its calls; those after are only counted.
    pub keep: u64,
    /// How fast its calls are made.
    pub pace: Pace,
    sender: Sender<Report>,
    wake: Wake,
}

impl ReportSender {
    /// The sender for `socket` of `session`, whose spools have no limit.
    pub fn new(session: SessionId, socket: SocketId, sender: Sender<Report>, wake: Wake) -> Self {
        let (disk, keep, pace) = (DiskQuota::default(), u64::MAX, Pace::default());
        Self { session, socket, disk, keep, pace, sender, wake }
    }

    /// A sender for another part of the run.
    pub fn at(&self, socket: SocketId) -> Self {
        Self { socket, ..self.clone() }
    }

    /// Sends `events`; waits while the channel is full. Once nobody reads any more, reports are let go: the program is ending.
    pub fn send(&self, events: Vec<Event>, _: Worker) {
        if self.sender.send(self.report(events)).is_ok() {
            (self.wake)();
        }
    }

    /// Sends `events`; gives them back if the channel is full.
    pub fn try_send(&self, events: Vec<Event>) -> Result<(), Vec<Event>> {
        match self.sender.try_send(self.report(events)) {
            Err(TrySendError::Full(report)) => Err(report.events),
            Err(TrySendError::Disconnected(_)) => Ok(()),
            Ok(()) => {
                (self.wake)();
                Ok(())
            }
        }
    }

    fn report(&self, events: Vec<Event>) -> Report {
        Report { session: self.session, socket: self.socket, events }
    }
}
