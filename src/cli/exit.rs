//! Exit statuses. `docs/CLI.md` lists them.

use crate::capture::{CallKind, Connection, Ended, Operation, ReplyState};
use crate::http::Unreadable;

/// How a headless command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for was done; `get`: the body is complete.
    Done = 0,
    /// Something failed that has no status of its own.
    Failed = 1,
    /// The arguments can't be used (also clap's own status).
    Usage = 2,
    /// There was no connection: no address, refused, unreachable, timed out; `serve`: could not listen.
    NoConnection = 3,
    /// The reply is no HTTP, none came, or it breaks the protocol so that nobody can tell where its body ends.
    Protocol = 4,
    /// The body is incomplete.
    Incomplete = 5,
    /// A coding of the body could not be undone.
    Coding = 6,
    /// The disk, a file or a folder could not be used.
    Disk = 7,
    /// The connection could not be secured with TLS, or TLS failed later.
    Tls = 8,
    /// The status of the reply is 400 or more, and `--fail` was given; curl's number for it.
    ErrorStatus = 22,
    /// The time of `--max-time` is over; curl's number for it.
    OutOfTime = 28,
    /// The user interrupted it.
    Interrupted = 130,
}

impl Exit {
    /// The status for what became of `connection`.
    pub fn of(connection: &Connection, verdict: ReplyState) -> Self {
        let failed = connection.thread.failure.as_ref().map(|failure| failure.operation);
        if matches!(failed, Some(Operation::Spool | Operation::Save | Operation::ReadFile)) {
            return Self::Disk;
        }
        if failed == Some(Operation::Tls) && verdict != ReplyState::Complete {
            return Self::Tls;
        }
        let timed_out = connection.thread.ended.is_some_and(|(_, how)| how == Ended::TimedOut);
        match verdict {
            ReplyState::Complete => Self::Done,
            ReplyState::Incomplete { .. } | ReplyState::Arriving => Self::Incomplete,
            ReplyState::NotHttp(Unreadable::Empty) | ReplyState::Failed if timed_out => Self::Incomplete,
            ReplyState::Unknown | ReplyState::NotHttp(_) => Self::Protocol,
            ReplyState::Pending | ReplyState::Failed => match failed {
                Some(Operation::Call(CallKind::Resolve | CallKind::Socket | CallKind::Connect)) => Self::NoConnection,
                // The connection was there, but no reply came; interim ones are none.
                Some(Operation::Call(_)) => Self::Protocol,
                None if connection.received.bytes > 0 => Self::Protocol,
                _ => Self::Failed,
            },
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
