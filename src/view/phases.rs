//! The phases of a connection: resolve, connect, TLS, send, wait, receive; for a server the ones that fit.
//!
//! In scope: when each began, how long it took, whether it goes on, what stood against it; those of many connections in sum. The
//! first calls of the log tell about resolving and connecting, all later moments the connection knows by itself, so nothing here
//! costs more with more calls. Out of scope: words, colours, and what came after the first exchange of a conversation.

use core::net::SocketAddr;
use std::time::Duration;

use crate::capture::{Call, CallKind, Connection, Ended, Moment, Operation, Outcome, PendingCall, Role, Subject};

/// How many calls at the beginning of a log are looked at: those of a name with 63 addresses.
pub const HEAD_CALLS: usize = 128;
/// How many addresses that failed are named.
const NAMED_MAX: usize = 16;

enum_with_all! {
    /// Which phase.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum PhaseKind {
        /// From the name to addresses.
        Resolve = "resolve",
        /// Addresses that were tried in vain before another one.
        Attempts = "attempts",
        /// The address that was tried last.
        Connect = "connect",
        /// The handshake of TLS.
        Tls = "tls",
        /// From the begin of the first send to the last one before the first received byte; of a server, to the last one.
        Send = "send",
        /// Until the first received byte.
        Wait = "wait",
        /// From the first received byte to the last; of a server, to the last before it answers.
        Receive = "receive",
        /// Of a server: from the last byte of the request to the first send.
        Prepare = "prepare",
    }
}

/// What ended a phase before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlyEnd {
    /// A failure.
    Failed,
    /// The time that the user allowed ran out.
    TimedOut,
    /// Our own Stop.
    Stopped,
}

impl EarlyEnd {
    fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Failed => Some(Self::Failed),
            Outcome::TimedOut => Some(Self::TimedOut),
            Outcome::Stopped => Some(Self::Stopped),
            Outcome::Done | Outcome::PeerFinished => None,
        }
    }

    fn by(how: Ended) -> Option<Self> {
        match how {
            Ended::Failed => Some(Self::Failed),
            Ended::TimedOut => Some(Self::TimedOut),
            Ended::Stopped | Ended::Reset => Some(Self::Stopped),
            Ended::Finished | Ended::PeerFinished | Ended::OnPurpose => None,
        }
    }
}

/// One phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Which.
    pub kind: PhaseKind,
    /// When it began.
    pub begun: Moment,
    /// How long it took, or has taken so far.
    pub took: Duration,
    /// Whether it goes on.
    pub is_going_on: bool,
    /// What ended it before its time.
    pub against: Option<EarlyEnd>,
    /// Of attempts: how many there were,
    pub attempts: usize,
    /// and at which addresses, the first few.
    pub addresses: Vec<SocketAddr>,
}

/// The phases of `connection` at the moment `now`, in their order. `head`: the first [`HEAD_CALLS`] calls of its log, which a server's
/// connection does not need.
pub fn phases(connection: &Connection, role: Role, head: &[Call], now: Moment) -> Vec<Phase> {
    let mut line = Line { connection, now, phases: Vec::new() };
    match role {
        Role::Client => line.client(head),
        Role::Server => line.server(),
    }
    line.phases
}

/// How long all of them took together.
pub fn total(phases: &[Phase]) -> Duration {
    phases.iter().map(|phase| phase.took).sum()
}

/// One kind of phase of many connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseSum {
    /// Which.
    pub kind: PhaseKind,
    /// How many connections have come to it.
    pub count: u32,
    /// How long it took in all of them together.
    pub total: Duration,
    /// How long it took in the one where it took longest.
    pub longest: Duration,
}

impl PhaseSum {
    /// How long it took on average.
    pub fn mean(&self) -> Duration {
        self.total / self.count.max(1)
    }
}

/// The phases of many connections by kind, in the order in which they were met first.
pub fn sum_by_kind(phases: impl IntoIterator<Item = Phase>) -> Vec<PhaseSum> {
    let mut sums: Vec<PhaseSum> = Vec::new();
    for Phase { kind, took, .. } in phases {
        match sums.iter_mut().find(|sum| sum.kind == kind) {
            Some(sum) => {
                sum.count += 1;
                sum.total += took;
                sum.longest = sum.longest.max(took);
            }
            None => sums.push(PhaseSum { kind, count: 1, total: took, longest: took }),
        }
    }
    sums
}

/// The widths of a bar's parts that stand for `times` over `room`: in proportion, but none below `least` where there is room.
pub fn widths(times: &[Duration], room: f32, least: f32) -> Vec<f32> {
    let least = least.min(room / times.len().max(1) as f32);
    let mut is_small = vec![false; times.len()];
    loop {
        let small = is_small.iter().filter(|small| **small).count();
        let rest = room - small as f32 * least;
        let large: Duration = times.iter().zip(&is_small).filter(|(_, small)| !**small).map(|(time, _)| *time).sum();
        let width = |time: &Duration| match large.is_zero() {
            true => rest / (times.len() - small).max(1) as f32,
            false => rest * (time.as_secs_f64() / large.as_secs_f64()) as f32,
        };
        let widths: Vec<f32> =
            times.iter().zip(&is_small).map(|(time, small)| if *small { least } else { width(time) }).collect();
        let mut grew = false;
        for (small, width) in is_small.iter_mut().zip(&widths) {
            grew |= !*small && *width < least;
            *small |= *width < least;
        }
        if !grew {
            return widths;
        }
    }
}

/// The phases as they are put together.
struct Line<'a> {
    connection: &'a Connection,
    now: Moment,
    phases: Vec<Phase>,
}

/// An address that was tried: from its socket(2) on.
struct Attempt<'a> {
    begun: Moment,
    call: &'a Call,
}

impl Line<'_> {
    fn client(&mut self, head: &[Call]) {
        if let Some(connected) = self.resolving(head).and_then(|()| self.connecting(head))
            && let Some(secured) = self.securing(connected)
        {
            self.exchange(secured);
        }
    }

    fn resolving(&mut self, head: &[Call]) -> Option<()> {
        match head.iter().find(|call| call.kind == CallKind::Resolve) {
            Some(call) => self.push_call(PhaseKind::Resolve, call.begun, call).map(|_| ()),
            None => {
                let since = self.blocked(CallKind::Resolve)?.since;
                self.push(PhaseKind::Resolve, since, None)?;
                None
            }
        }
    }

    /// When it was connected.
    fn connecting(&mut self, head: &[Call]) -> Option<Moment> {
        let mut attempts = Vec::new();
        let mut begun = None;
        for call in head {
            match (call.kind, call.outcome) {
                (CallKind::Socket, Outcome::Done) => begun = Some(call.begun),
                (CallKind::Socket | CallKind::Connect, _) => {
                    attempts.push(Attempt { begun: begun.take().unwrap_or(call.begun), call });
                }
                (CallKind::Send | CallKind::Recv | CallKind::Shutdown | CallKind::Close, _) => break,
                _ => {}
            }
        }
        let blocked = self.blocked(CallKind::Connect);
        let last = if blocked.is_some() { None } else { attempts.pop() };
        self.push_attempts(&attempts);
        match (last, blocked) {
            (Some(last), _) => self.push_call(PhaseKind::Connect, last.begun, last.call),
            (None, Some(blocked)) => self.push(PhaseKind::Connect, begun.unwrap_or(blocked.since), None),
            (None, None) => None,
        }
    }

    fn push_attempts(&mut self, attempts: &[Attempt<'_>]) {
        let (Some(first), Some(last)) = (attempts.first(), attempts.last()) else { return };
        let address = |attempt: &Attempt<'_>| match self.connection.thread.note(attempt.call)?.subject {
            Some(Subject::Address(address)) => Some(address),
            _ => None,
        };
        let addresses = attempts.iter().filter_map(address).take(NAMED_MAX).collect();
        self.phases.push(Phase {
            kind: PhaseKind::Attempts,
            begun: first.begun,
            took: last.call.ended().since(first.begun),
            is_going_on: false,
            against: EarlyEnd::of(last.call.outcome),
            attempts: attempts.len(),
            addresses,
        });
    }

    /// When the bytes could be sent, encrypted if they are to be.
    fn securing(&mut self, connected: Moment) -> Option<Moment> {
        let Some(tls) = &self.connection.tls else { return Some(connected) };
        self.push(PhaseKind::Tls, tls.begun, tls.done.as_ref().map(|(at, _)| *at))
    }

    /// Who speaks first at our end: send, wait, receive.
    fn exchange(&mut self, mut from: Moment) {
        let (sent, received) = (self.connection.sent.turn_times, self.connection.received.turn_times);
        let answered = received.map(|received| received.first);
        let begun = sent.map(|sent| sent.begun).filter(|begun| answered.is_none_or(|answered| *begun < answered));
        let sending = self.sending().filter(|_| answered.is_none());
        if let Some(begun) = begun.or(sending) {
            let last = sent.map(|sent| answered.map_or(sent.turn, |answered| sent.turn.min(answered)));
            match self.push(PhaseKind::Send, begun, last.filter(|_| sending.is_none())) {
                Some(last) => from = last,
                None => return,
            }
        }
        self.push(PhaseKind::Wait, from, answered);
        if let Some(received) = received {
            let is_over = self.connection.received.is_whole() || self.ended_in_order();
            self.push(PhaseKind::Receive, received.first, Some(received.last).filter(|_| is_over));
        }
    }

    /// The peer speaks first: wait for its request, receive it, prepare the answer, send it.
    fn server(&mut self) {
        let opened = self.connection.thread.opened;
        let (sent, received) = (self.connection.sent.turn_times, self.connection.received.turn_times);
        let sending = self.sending();
        let answer = sent.map(|sent| sent.begun).or(sending);
        let Some(received) = received.filter(|received| answer.is_none_or(|answer| received.first <= answer)) else {
            if answer.is_some() {
                self.exchange(opened);
            } else {
                self.push(PhaseKind::Wait, opened, None);
            }
            return;
        };
        self.push(PhaseKind::Wait, opened, Some(received.first));
        let is_over = answer.is_some() || self.connection.received.is_whole() || self.ended_in_order();
        let Some(asked) = self.push(PhaseKind::Receive, received.first, Some(received.turn).filter(|_| is_over)) else {
            return;
        };
        if answer.is_none() && self.ended_in_order() {
            return;
        }
        let Some(answer) = self.push(PhaseKind::Prepare, asked, answer) else { return };
        let is_sent = sending.is_none() && (self.ended_in_order() || !self.connection.sent.is_arriving());
        self.push(PhaseKind::Send, answer, sent.map(|sent| sent.last).filter(|_| is_sent));
    }

    fn blocked(&self, kind: CallKind) -> Option<PendingCall> {
        self.connection.thread.blocked.iter().find(|blocked| blocked.kind == kind).copied()
    }

    /// Since when a send is in progress, or when the one began that failed.
    fn sending(&self) -> Option<Moment> {
        let thread = &self.connection.thread;
        let failed = thread.failure.as_ref().is_some_and(|f| f.operation == Operation::Call(CallKind::Send));
        let since = self.blocked(CallKind::Send).map(|blocked| blocked.since);
        since.or_else(|| thread.ended.filter(|_| failed).map(|(at, _)| at))
    }

    fn ended_in_order(&self) -> bool {
        matches!(self.connection.thread.ended, Some((_, Ended::PeerFinished | Ended::Finished)))
    }

    fn push_call(&mut self, kind: PhaseKind, begun: Moment, call: &Call) -> Option<Moment> {
        let against = EarlyEnd::of(call.outcome);
        self.push_phase(kind, begun, call.ended(), false, against);
        against.is_none().then_some(call.ended())
    }

    /// Adds a phase that came to its end at `ended`, and gives that back; `None`: it goes on, or the end of the connection cut it.
    fn push(&mut self, kind: PhaseKind, begun: Moment, ended: Option<Moment>) -> Option<Moment> {
        match (ended, self.connection.thread.ended) {
            (Some(ended), _) => self.push_phase(kind, begun, ended, false, None),
            (None, Some((at, how))) => self.push_phase(kind, begun, at, false, EarlyEnd::by(how)),
            (None, None) => self.push_phase(kind, begun, self.now, true, None),
        }
        ended
    }

    fn push_phase(
        &mut self,
        kind: PhaseKind,
        begun: Moment,
        ended: Moment,
        is_going_on: bool,
        against: Option<EarlyEnd>,
    ) {
        let took = ended.since(begun);
        self.phases.push(Phase { kind, begun, took, is_going_on, against, attempts: 0, addresses: Vec::new() });
    }
}
