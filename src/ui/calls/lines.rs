//! The lines of the Calls list: the calls of one log, or the rows that a filter lets through.
//!
//! In scope: starting the filter and feeding it, finding the line of a call, reading the visible lines. Out of scope: drawing.

use egui::Context;

use crate::capture::{
    Call, CallListJob, CallListRow, CallListSpec, CallLog, Connection, Direction, DiskQuota, Failure, Moment, Note,
    Session, SessionId, SocketId, ThreadRecord, TlsLayer,
};
use crate::http::Span;
use crate::settings::Language;
use crate::ui::kit::UiContext;
use crate::view::{ExpandedRows, ListLine, visible};
use crate::words::Words;

/// The listener or the connection that makes calls.
#[derive(Clone, Copy)]
pub struct CallOwner<'a> {
    /// The calls.
    pub thread: &'a ThreadRecord,
    /// The connection; `None`: the listener.
    pub connection: Option<&'a Connection>,
}

impl<'a> CallOwner<'a> {
    /// The listener or the connection at `socket`, if it is kept.
    pub fn of(session: &'a Session, socket: SocketId) -> Option<Self> {
        match socket {
            SocketId::Listener => {
                session.listener.as_ref().map(|listener| Self { thread: &listener.thread, connection: None })
            }
            SocketId::Connection(id) => session
                .connection(id)
                .map(|connection| Self { thread: &connection.thread, connection: Some(connection) }),
        }
    }

    /// The TLS of the connection, if there is one.
    pub fn tls(&self) -> Option<&'a TlsLayer> {
        self.connection?.tls.as_deref()
    }

    /// The bytes that the calls of `group` carried, as the program sends and receives them; under TLS, those of the first call.
    pub fn carried(&self, group: &CallGroup) -> Option<(Direction, Span)> {
        let direction = Direction::BOTH.into_iter().find(|direction| group.call.kind == (*direction).into())?;
        let span = match self.tls() {
            Some(tls) => tls.plain_calls.at(group.first).ok()??.span(),
            None => Span::new(group.call.offset, group.call.offset + u64::from(group.call.got) * group.count),
        };
        (!span.is_empty()).then_some((direction, span))
    }
}

/// A line of the list.
#[derive(Clone, Copy, Debug)]
pub enum CallLine {
    /// A call, or several like ones.
    Calls(CallGroup),
    /// A call in progress, by its number among them.
    Blocked(usize),
    /// Calls of a connection that is not kept any more.
    Forgotten(CallListRow),
}

/// A call, or several like calls that follow each other.
#[derive(Clone, Copy, Debug)]
pub struct CallGroup {
    /// The listener or the connection that made them.
    pub socket: SocketId,
    /// The number of the first call, counted from 0.
    pub first: u64,
    /// The number of calls.
    pub count: u64,
    /// The first call.
    pub call: Call,
    /// By what they stand in their socket: when the first came back, or later, if that became known late.
    pub at: Moment,
    /// The number of the row, if several calls are folded into it, so that it can be opened.
    pub folded: Option<u64>,
    /// Whether the folded row is open.
    pub is_open: bool,
    /// Whether the line is a part of an open row.
    pub is_within: bool,
}

/// The lines of a list.
#[derive(Debug, Default)]
pub struct CallLines {
    job: Option<CallListJob>,
    /// What the lines were made from: the run, the filter, the language if the filter compares texts, and the number of calls that were cleared.
    of: Option<(SessionId, Option<CallListSpec>, Option<Language>, u64)>,
    unfolded: ExpandedRows,
    /// Since when the job is at work.
    since: Moment,
    /// Why there is no job.
    failure: Option<Failure>,
}

/// How far a job has come.
#[derive(Clone, Debug, Default)]
pub struct FilterProgress {
    /// Calls that passed.
    pub passed: u64,
    /// Calls that were examined.
    pub examined: u64,
    /// Calls that are known.
    pub known: u64,
    /// The rows that the passed calls make.
    pub rows: u64,
    /// When the filter began, while it has not examined every call once.
    pub busy_since: Option<Moment>,
    /// Why the filter failed.
    pub failure: Option<Failure>,
}

impl CallLines {
    /// Makes the lines those of `spec`, or of one log as it is, and tells the filter what is new; returns whether they are other
    /// lines than before, and whether there is more to do at once.
    pub fn prepare(
        &mut self,
        session: &Session,
        spec: Option<CallListSpec>,
        cx: &UiContext<'_>,
        ctx: &Context,
    ) -> (bool, bool) {
        let reads = spec.as_ref().is_some_and(|spec| spec.filter.reads_notes());
        let cleared = session.threads().map(|thread| thread.first_call).sum();
        let of = Some((session.id, spec, reads.then(|| cx.words.language()), cleared));
        let changed = self.of != of;
        if changed {
            let disk = session.threads().next().map(|thread| thread.calls.disk().clone()).unwrap_or_default();
            self.start(of.as_ref().and_then(|(_, spec, ..)| spec.clone()), &disk, cx.now, ctx);
            self.of = of;
        }
        let Some(job) = &mut self.job else { return (changed, false) };
        let say =
            |note: &Note| note.failure.as_ref().map(|failure| failure_text(cx.words, failure)).unwrap_or_default();
        let more = job.update(session, &say);
        if job.state().holds_back {
            ctx.request_repaint_after(std::time::Duration::from_millis(50));
        }
        (changed, more)
    }

    fn start(&mut self, spec: Option<CallListSpec>, disk: &DiskQuota, now: Moment, ctx: &Context) {
        *self = Self { since: now, ..Self::default() };
        let Some(spec) = spec else { return };
        let ctx = ctx.clone();
        let wake = move || crate::ui::kit::repaint::request_repaint(&ctx);
        match CallListJob::start(spec, disk, wake) {
            Ok(job) => self.job = Some(job),
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// The progress of the filter; `None` without a filter.
    pub fn progress(&self) -> Option<FilterProgress> {
        if let Some(failure) = &self.failure {
            return Some(FilterProgress { failure: Some(failure.clone()), ..FilterProgress::default() });
        }
        let job = self.job.as_ref()?;
        let state = job.state();
        Some(FilterProgress {
            passed: state.passed,
            examined: state.taken,
            known: job.calls(),
            rows: state.len(),
            busy_since: (!state.has_caught_up).then_some(self.since),
            failure: state.failure.clone(),
        })
    }

    /// The number of lines, without calls in progress. The parts of open rows count.
    pub fn count(&self, thread: &ThreadRecord) -> u64 {
        match (&self.job, &self.failure) {
            (Some(job), _) => job.state().len() + self.unfolded.extra(),
            (None, Some(_)) => 0,
            (None, None) => thread.call_count.saturating_sub(thread.first_call),
        }
    }

    /// Opens the folded row `row` of `count` calls, or closes it.
    pub fn toggle(&mut self, row: u64, count: u64) {
        self.unfolded.toggle(row, count);
    }

    /// Up to `count` lines from number `first` on, of the list whose own calls are those of `socket`.
    pub fn read(&mut self, session: &Session, socket: SocketId, first: u64, count: usize) -> Vec<CallLine> {
        match self.job.take() {
            Some(job) => {
                let lines = self.read_rows(&job, session, first, count);
                self.job = Some(job);
                lines
            }
            None => CallOwner::of(session, socket)
                .map_or_else(Vec::new, |owner| read_log(owner.thread, socket, first, count)),
        }
    }

    fn read_rows(&mut self, job: &CallListJob, session: &Session, first: u64, count: usize) -> Vec<CallLine> {
        let state = job.state();
        let top = match self.unfolded.slot(first) {
            ListLine::Row(row) | ListLine::Within { row, .. } => row,
        };
        let rows = job.rows(&state, top, count).unwrap_or_default();
        for (row, number) in rows.iter().zip(top..) {
            // The last row may have grown since it was opened.
            self.unfolded.grow(number, row.count.into());
        }
        let lines = (first..first.saturating_add(count as u64)).map_while(|line| {
            let slot = self.unfolded.slot(line);
            let (ListLine::Row(number) | ListLine::Within { row: number, .. }) = slot;
            let row = rows.get(usize::try_from(number.checked_sub(top)?).ok()?)?;
            Some(self.line(session, row, slot))
        });
        lines.collect()
    }

    fn line(&self, session: &Session, row: &CallListRow, slot: ListLine) -> CallLine {
        let Some(owner) = CallOwner::of(session, row.socket) else { return CallLine::Forgotten(*row) };
        let call = |number| owner.thread.calls.at(number).ok().flatten();
        let group = match slot {
            ListLine::Row(number) => {
                let folded = (row.count > 1).then_some(number);
                let is_open = folded.is_some_and(|number| self.unfolded.is_open(number));
                let count = row.count.into();
                call(row.first).map(|call| CallGroup {
                    count,
                    at: row.at,
                    folded,
                    is_open,
                    ..group(row.socket, row.first, call)
                })
            }
            ListLine::Within { part, .. } => {
                let first = row.first + part;
                let at = |call: &Call| row.at.max(call.ended());
                call(first).map(|call| CallGroup { at: at(&call), is_within: true, ..group(row.socket, first, call) })
            }
        };
        group.map_or(CallLine::Forgotten(*row), CallLine::Calls)
    }

    /// The line in which `count` calls of `socket` from number `first` on stand, if they are shown.
    pub fn line_of(&self, session: &Session, socket: SocketId, first: u64, count: u64) -> Option<u64> {
        let Some(job) = &self.job else {
            let base = CallOwner::of(session, socket)?.thread.first_call;
            return first.checked_sub(base).filter(|_| self.failure.is_none());
        };
        let state = job.state();
        let call = CallOwner::of(session, socket)?.thread.calls.at(first).ok()??;
        let number = job.row_of(&state, socket, first, call.ended()).ok()??;
        let row = *job.rows(&state, number, 1).ok()?.first()?;
        let part = (count == 1 && row.count > 1).then(|| first - row.first);
        Some(self.unfolded.line(number, part))
    }
}

/// A call that stands for itself, in a list of its own log.
fn group(socket: SocketId, number: u64, call: Call) -> CallGroup {
    let (first, count, at) = (number, 1, call.ended());
    CallGroup { socket, first, count, call, at, folded: None, is_open: false, is_within: false }
}

/// The lines of one log, and after them its calls in progress.
fn read_log(thread: &ThreadRecord, socket: SocketId, first: u64, count: usize) -> Vec<CallLine> {
    let calls: &CallLog = &thread.calls;
    let first = thread.first_call.saturating_add(first);
    let left = usize::try_from(thread.call_count.saturating_sub(first)).unwrap_or(usize::MAX);
    let read = if left == 0 { Vec::new() } else { calls.range(first, count.min(left)).unwrap_or_default() };
    let blocked = usize::try_from(first.saturating_sub(thread.call_count)).unwrap_or(usize::MAX);
    let waiting = (blocked..thread.unfinished().count()).take(count.saturating_sub(left)).map(CallLine::Blocked);
    let groups = read.into_iter().zip(first..).map(|(call, number)| group(socket, number, call));
    groups.map(CallLine::Calls).chain(waiting).collect()
}

/// Why a call failed, with the system's own text. What was done stands in the row already, and what to try in the banner.
pub fn failure_text(words: &Words, failure: &Failure) -> String {
    let why = words.cause(&failure.cause);
    match &failure.system {
        Some(system) => format!("{why} [{}]", visible(&system.text)),
        None => why,
    }
}

/// The lines that are visible, read in one go when the first of them is drawn.
#[derive(Default)]
pub struct VisibleLines {
    first: u64,
    lines: Vec<CallLine>,
}

impl VisibleLines {
    /// Line `number` of the list whose own calls are those of `socket`, of which `visible` fit into the view.
    pub fn line(
        &mut self,
        lines: &mut CallLines,
        session: &Session,
        socket: SocketId,
        number: u64,
        visible: f64,
    ) -> Option<&CallLine> {
        if self.lines.is_empty() {
            // The line above is read too, since times may count from it.
            self.first = number.saturating_sub(1);
            self.lines = lines.read(session, socket, self.first, visible.max(0.0) as usize + 3);
        }
        self.at(number)
    }

    fn at(&self, number: u64) -> Option<&CallLine> {
        self.lines.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    /// By what the line before stands in its socket.
    pub fn before(&self, number: u64) -> Option<Moment> {
        self.at(number.checked_sub(1)?).and_then(order_time)
    }
}

/// The moment by which a line is ordered; `None` for calls in progress, which stand below all others.
pub fn order_time(line: &CallLine) -> Option<Moment> {
    match line {
        CallLine::Calls(group) => Some(group.at),
        CallLine::Forgotten(row) => Some(row.at),
        CallLine::Blocked(_) => None,
    }
}
