//! The lines of the program that make the calls in progress, or that made the calls that came back last.

use crate::capture::{Call, CallKind, Connection, Outcome, PendingCall, ThreadRecord};
use crate::export::program::{Occasion, Program, Step, Whose};

/// The sockets whose calls the program shows.
#[derive(Clone, Copy, Default)]
pub struct ProgramRun<'a> {
    /// The connection.
    pub connection: Option<&'a Connection>,
    /// The calls of the listener.
    pub listener: Option<&'a ThreadRecord>,
    /// The address that the listener listens on, once it does.
    pub address: Option<core::net::SocketAddr>,
}

/// The state of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    /// The call is to be made when the pace allows it.
    Due(PendingCall),
    /// The call is being made.
    Blocked(PendingCall),
    /// The call was the last that came back.
    Returned(Call),
}

impl CallState {
    /// The kind of the call.
    #[must_use]
    pub fn kind(&self) -> CallKind {
        match self {
            Self::Due(call) | Self::Blocked(call) => call.kind,
            Self::Returned(call) => call.kind,
        }
    }
}

/// Lines that are lit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveLines {
    /// The numbers of the lines, counted from 0, in order.
    pub lines: Vec<usize>,
    /// The state of the call that lights the lines.
    pub state: CallState,
}

impl ActiveLines {
    /// Whether a call is in progress there.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        !matches!(self.state, CallState::Returned(_))
    }
}

/// The lines of `program` that are lit: those of the connection, then those of the listener.
#[must_use]
pub fn active_lines(program: &Program, run: ProgramRun<'_>) -> Vec<ActiveLines> {
    let mut lit = Vec::new();
    if let Some(connection) = run.connection {
        of_track(program, Whose::Connection, &connection.thread, Some(connection), &mut lit);
    }
    if let Some(thread) = run.listener {
        of_track(program, Whose::Listener, thread, None, &mut lit);
    }
    lit
}

fn of_track(
    program: &Program,
    whose: Whose,
    thread: &ThreadRecord,
    connection: Option<&Connection>,
    lit: &mut Vec<ActiveLines>,
) {
    let mut add = |kind, occasion, state| {
        let wanted = |step: &Step| {
            step.whose == whose && step.kind == kind && (step.occasion == Occasion::Any || step.occasion == occasion)
        };
        let lines = program.lines.iter().enumerate().filter(|(_, line)| line.steps.iter().any(wanted));
        let lines: Vec<usize> = lines.map(|(number, _)| number).collect();
        if !lines.is_empty() {
            lit.push(ActiveLines { lines, state });
        }
    };
    for (call, is_due) in thread.unfinished() {
        let occasion =
            connection.map_or(Occasion::Any, |connection| occasion_now(call.kind, program.opening, connection));
        add(call.kind, occasion, if is_due { CallState::Due(*call) } else { CallState::Blocked(*call) });
    }
    let last = thread.call_count.checked_sub(1).filter(|_| thread.unfinished().next().is_none());
    if let Some(Ok(Some(call))) = last.map(|last| thread.calls.at(last)) {
        let occasion = connection.map_or(Occasion::Any, |connection| occasion_of(&call, program.opening, connection));
        add(call.kind, occasion, CallState::Returned(call));
    }
}

/// The occasion, among the calls of its kind, of a call that is being made.
fn occasion_now(kind: CallKind, opening: u64, connection: &Connection) -> Occasion {
    if connection.tls.as_ref().is_some_and(|tls| tls.done.is_none()) {
        return Occasion::Handshake;
    }
    match kind {
        CallKind::Send if connection.sent.bytes < opening => Occasion::Opening,
        CallKind::Send => Occasion::After,
        _ if connection.sending_ended => Occasion::Ended,
        _ => Occasion::Open,
    }
}

/// The occasion of a call that came back. Under TLS a call tells where its encrypted bytes lie, which says nothing of the plain ones.
fn occasion_of(call: &Call, opening: u64, connection: &Connection) -> Occasion {
    match &connection.tls {
        Some(tls) if tls.done.is_none() => Occasion::Handshake,
        Some(_) if call.kind == CallKind::Send && connection.sent.bytes <= opening => Occasion::Opening,
        None if call.kind == CallKind::Send && call.offset < opening => Occasion::Opening,
        _ if call.kind == CallKind::Send => Occasion::After,
        _ if connection.sending_ended => Occasion::Ended,
        _ => Occasion::Open,
    }
}

/// The text beside a line whose call has come back: bytes, or the key of a text.
pub fn result_text(call: &Call) -> Result<String, &'static str> {
    let got = crate::view::group_digits(call.got.into());
    match (call.kind, call.outcome) {
        (CallKind::Recv, Outcome::Done | Outcome::PeerFinished) => Ok(format!("← {got}")),
        (CallKind::Send, Outcome::Done) => Ok(format!("→ {got}")),
        (_, Outcome::Done | Outcome::PeerFinished) => Err("program-returned"),
        (_, Outcome::TimedOut) => Err("program-timed-out"),
        (_, Outcome::Stopped) => Err("program-stopped"),
        (_, Outcome::Failed) => Err("program-failed"),
    }
}
