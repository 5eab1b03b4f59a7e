//! What worker threads report.
//!
//! In scope: the words that cross the channel. A report never carries the bytes themselves: those are in the spool before the
//! report that names them goes out. Out of scope: what a report changes (see [`Session::apply`](crate::capture::Session::apply)).

use core::net::SocketAddr;

use crate::capture::{
    Burst, CallKind, CallLog, Direction, DiskFull, Failure, Moment, Rejection, SessionId, SocketId, Spool, Subject,
    TlsEvent, TurnTimes,
};
use crate::http::ParseEvent;

/// What one thread has to say, in order.
#[derive(Debug)]
pub struct Report {
    /// The run it belongs to.
    pub session: SessionId,
    /// The socket that it is about.
    pub socket: SocketId,
    /// What happened.
    pub events: Vec<Event>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A thread has begun its work; from here on its calls and bytes can be read.
    Opened(Box<Opened>),
    /// A server listens on this address.
    Listening(SocketAddr),
    /// A client was accepted and reset at once, as there were as many as may be.
    TurnedAway,
    /// A connection is there.
    Connected {
        /// Our end.
        local: SocketAddr,
        /// The other end.
        peer: SocketAddr,
    },
    /// The next note; calls refer to notes by their number.
    Note(Note),
    /// How far the spools and the log have been filled.
    Progress(Progress),
    /// A call is in progress and has not come back yet.
    CallBlocked(PendingCall),
    /// A call is to be made as soon as the pace allows it.
    CallDue(PendingCall),
    /// The call of this kind that was due is being made now, or never will be.
    CallReleased(CallKind),
    /// Something was read in the bytes of a direction.
    Found {
        /// The direction.
        direction: Direction,
        /// What was found.
        found: ParseEvent,
    },
    /// Our side has said that it will send nothing more.
    SendingEnded,
    /// The peer has said so.
    ReceivingEnded,
    /// A request was answered with an error of the server's own.
    Rejected(Rejection),
    /// The next call of a direction waits until there is room on the disk for what it may bring; `None`: it waits no more.
    DiskWait {
        /// The direction.
        direction: Direction,
        /// Why there is none.
        disk_full: Option<DiskFull>,
    },
    /// Something about the TLS of the connection.
    Tls(TlsEvent),
    /// Something failed; what was recorded until then stays.
    Failed(Failure),
    /// The thread is through and its socket closed.
    Ended {
        /// When.
        at: Moment,
        /// Why.
        how: Ended,
    },
}

/// What is known of a thread when it begins.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// When it began.
    pub at: Moment,
    /// The name of the thread.
    pub thread: String,
    /// Its calls.
    pub calls: CallLog,
    /// The bytes that it sends.
    pub sent: Spool,
    /// The bytes that it receives.
    pub received: Spool,
}

/// What a call was about, where its record has no room for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// What the call was done to.
    pub subject: Option<Subject>,
    /// The addresses that it returned.
    pub addresses: Vec<SocketAddr>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

/// Totals since the connection began, but for the bursts. A later one replaces an earlier one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Calls in the log.
    pub calls: u64,
    /// send calls that carried bytes.
    pub sends: u64,
    /// recv calls that carried bytes.
    pub reads: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Bytes received.
    pub received: u64,
    /// Bytes of content sent in the body of the newest message, without the framing of chunks.
    pub sent_content: u64,
    /// The same, received.
    pub received_content: u64,
    /// Bytes sent under TLS, encrypted; 0 without TLS.
    pub sent_under: u64,
    /// The same, received.
    pub received_under: u64,
    /// What was sent since the last report.
    pub sent_burst: Burst,
    /// The same, received.
    pub received_burst: Burst,
    /// When something was sent.
    pub sent_turn_times: Option<TurnTimes>,
    /// The same, received.
    pub received_turn_times: Option<TurnTimes>,
}

/// A call that has not come back yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PendingCall {
    /// Which call.
    pub kind: CallKind,
    /// The bytes that it asked for.
    pub asked: u32,
    /// Since when.
    pub since: Moment,
}

enum_with_all! {
    /// Why a thread ended.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Ended {
        /// The peer finished sending, and we closed.
        PeerFinished = "peer-finished",
        /// Our side had done what it was to do.
        Finished = "finished",
        /// The user stopped it.
        Stopped = "stopped",
        /// The user reset it.
        Reset = "reset",
        /// The time that the user allowed ran out.
        TimedOut = "timed-out",
        /// A fault that was asked for ended it.
        OnPurpose = "on-purpose",
        /// Something failed.
        Failed = "failed",
    }
}
