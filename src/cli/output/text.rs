//! The calls as text, a line each, as they happen.
//!
//! After the first calls of a connection, like recv calls of one report share a line, since a gigabyte at 1024 bytes a call makes a
//! million of them. Nothing that a peer sent reaches the terminal raw.

use std::io;
use std::time::Duration;

use super::line_sink::{LineSink, SortedLines};
use super::new_calls::{NewCalls, thread_of};
use super::watch::EventOutput;
use crate::capture::{Call, CallKind, Direction, Event, Moment, Outcome, Session, SocketId, ThreadRecord, TlsEvent};
use crate::http::{Head, ParseEvent};
use crate::view::{CallRow, group_digits, visible_bytes};
use crate::words::{Arg, Words};

/// How many calls of a connection have a line of their own; later ones may share one.
const SINGLY: u64 = 40;

/// Writes the events of a run as text.
pub struct TextOutput<'a, W> {
    words: &'a Words,
    out: W,
    began: Moment,
    calls: NewCalls,
    /// When the call that was written last came back.
    last: Duration,
    /// What stands before each line, to tell the two ends apart.
    pub side: &'a str,
    /// Whether each line names its connection: a server has many.
    pub names_connections: bool,
}

impl<'a, W: LineSink> TextOutput<'a, W> {
    /// An output whose times count from `began`.
    pub fn new(words: &'a Words, out: W, began: Moment) -> Self {
        Self { words, out, began, calls: NewCalls::default(), last: Duration::ZERO, side: "", names_connections: false }
    }

    fn write_calls(&mut self, session: &Session, socket: SocketId, events: &[Event]) -> io::Result<()> {
        let mut run: Option<Run> = None;
        let mut calls = std::mem::take(&mut self.calls);
        let written = calls.each(session, socket, events, |track, number, call| match &mut run {
            Some(run) if number > SINGLY && is_like(&run.first, call) => {
                run.count += 1;
                Ok(())
            }
            _ => self.write_run(socket, track, run.replace(Run { number, first: *call, count: 1 })),
        });
        self.calls = calls;
        written?;
        thread_of(session, socket).map_or(Ok(()), |track| self.write_run(socket, track, run))
    }

    fn write_run(&mut self, socket: SocketId, track: &ThreadRecord, run: Option<Run>) -> io::Result<()> {
        let Some(Run { number, first, count }) = run else { return Ok(()) };
        let row = CallRow::new(number, &first, track, self.began);
        let mut result = self.result(&row);
        if count > 1 {
            result = format!("{result}  × {}", group_digits(count));
        }
        let line = format!("{}({})", row.kind.name(), row.arguments);
        self.line_of_call(socket, row.ended, &line, &result, row.took)
    }

    fn result(&self, row: &CallRow) -> String {
        match row.outcome {
            Outcome::Done if row.kind == CallKind::Recv || row.kind == CallKind::Send => {
                row.got.map_or_else(String::new, |got| got.to_string())
            }
            Outcome::Done => row.result.clone(),
            Outcome::PeerFinished => format!("0  {}", self.words.text("outcome-peer-finished")),
            Outcome::TimedOut => self.words.text("outcome-timed-out").into_owned(),
            Outcome::Stopped => self.words.text("outcome-stopped").into_owned(),
            Outcome::Failed => row
                .failure
                .as_ref()
                .map(|failure| self.words.failure(failure).system.unwrap_or_default())
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| self.words.text("outcome-failed").into_owned()),
        }
    }

    fn line_of_call(
        &mut self,
        socket: SocketId,
        at: Duration,
        call: &str,
        result: &str,
        took: Duration,
    ) -> io::Result<()> {
        let arrow = if result.is_empty() { "" } else { "→ " };
        let slow = if took >= Duration::from_millis(1) {
            format!("  ({:.1} ms)", took.as_secs_f64() * 1e3)
        } else {
            String::new()
        };
        self.last = self.last.max(at);
        let side = self.side(socket);
        let line = format!("{side}{:>12.6} s  {call:<32} {arrow}{result}{slow}", at.as_secs_f64());
        self.out.put(at, &line)
    }

    /// What stands before a line about `socket`.
    fn side(&self, socket: SocketId) -> String {
        match socket {
            SocketId::Connection(id) if self.names_connections => format!("{}[{}] ", self.side, id.0),
            _ => self.side.to_owned(),
        }
    }

    fn write_event(&mut self, socket: SocketId, session: &Session, event: &Event) -> io::Result<()> {
        let text = match event {
            Event::Found { direction, found: ParseEvent::Head { head, framing } } => {
                let key = if *direction == Direction::Received { "story-head-received" } else { "story-head-sent" };
                let parts = [
                    ("line", Arg::from(start_line(head))),
                    ("bytes", Arg::from(head.span.len())),
                    ("fields", Arg::from(head.fields.len() as u64)),
                    ("framing", Arg::from(self.words.framing(*framing))),
                ];
                self.line_of_event(socket, &self.words.with(key, parts))?;
                let mut violations = head.violations.iter();
                return violations.try_for_each(|one| self.line_of_event(socket, &self.words.violation(one)));
            }
            Event::Found { found: ParseEvent::Violation(violation), .. } => self.words.violation(violation),
            Event::Rejected(rejection) => self.words.rejection(*rejection).to_string(),
            Event::Tls(TlsEvent::Done { at, facts }) => {
                let SocketId::Connection(id) = socket else { return Ok(()) };
                let tls = session.connection(id).and_then(|connection| connection.tls.as_ref());
                let Some(tls) = tls else { return Ok(()) };
                self.words.tls_summary(facts, at.since(tls.begun).as_secs_f64() * 1e3)
            }
            Event::Tls(TlsEvent::EndedUnsaid) => self.words.text("story-tls-unsaid").into_owned(),
            Event::Failed(failure) => self.words.failure(failure).to_string(),
            Event::Listening(address) => {
                self.words.with("story-listening", [("address", Arg::from(address.to_string()))])
            }
            Event::Ended { how, .. } => format!("{}{}", self.words.end_reason(*how), self.counts(socket, session)),
            _ => return Ok(()),
        };
        self.line_of_event(socket, &text)
    }

    fn counts(&self, socket: SocketId, session: &Session) -> String {
        let SocketId::Connection(id) = socket else { return String::new() };
        session.connection(id).map_or_else(String::new, |connection| {
            let (sent, received) =
                (self.words.bytes(connection.sent.bytes), self.words.bytes(connection.received.bytes));
            format!(" · ↑ {sent} · ↓ {received} / {} recv", group_digits(connection.received.calls))
        })
    }

    fn line_of_event(&mut self, socket: SocketId, text: &str) -> io::Result<()> {
        self.out.put(self.last, &format!("{}{:>16}{text}", self.side(socket), "· "))
    }
}

impl TextOutput<'_, SortedLines> {
    /// The lines that are held.
    pub fn held(&mut self) -> &mut SortedLines {
        &mut self.out
    }
}

impl<W: LineSink> EventOutput for TextOutput<'_, W> {
    fn write_events(&mut self, session: &Session, socket: SocketId, events: &[Event]) -> io::Result<()> {
        self.write_calls(session, socket, events)?;
        for event in events {
            self.write_event(socket, session, event)?;
        }
        self.out.show()
    }
}

/// Like calls that share a line.
struct Run {
    /// The number of the first one.
    number: u64,
    first: Call,
    count: u64,
}

/// Whether two calls may share a line.
fn is_like(first: &Call, next: &Call) -> bool {
    let same = (first.kind, first.outcome, first.asked, first.got) == (next.kind, next.outcome, next.asked, next.got);
    same && first.kind == CallKind::Recv && first.outcome == Outcome::Done
}

/// The first line of a head, safe to print.
pub fn start_line(head: &Head) -> String {
    let line =
        head.raw().split(|byte| *byte == b'\n').find(|line| !line.is_empty() && *line != b"\r").unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let cut = line.get(..200).unwrap_or(line);
    visible_bytes(cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{CallLogWriter, ConnectionId, Opened, Progress, Report, Role, SessionId, Spool};
    use crate::settings::Language;

    #[test]
    fn lines_stand_in_the_order_of_their_times_though_a_send_was_made_long_before() {
        let socket = SocketId::Connection(ConnectionId(1));
        let (mut log, calls) = CallLogWriter::new();
        for (kind, begun, took) in [(CallKind::Recv, 1, 1), (CallKind::Send, 0, 4), (CallKind::Recv, 2, 3)] {
            log.append(&Call { kind, begun: Moment(begun * 1_000_000), took: took * 1_000_000, ..Call::default() })
                .unwrap();
        }
        log.flush().unwrap();
        let (sent, received) = (Spool::default(), Spool::default());
        let opened = Opened { at: Moment(0), thread: String::new(), calls, sent, received };
        let progress = Progress { calls: log.len(), ..Progress::default() };
        let events = vec![Event::Opened(Box::new(opened)), Event::Progress(progress)];
        let mut session = Session::new(SessionId(1), Role::Client);
        session.apply(Report { session: SessionId(1), socket, events: events.clone() });
        let (words, mut out) = (Words::new(Language::English), Vec::new());
        TextOutput::new(&words, &mut out, Moment(0)).write_events(&session, socket, &events).unwrap();
        let told = String::from_utf8(out).unwrap();
        let times = told.lines().map(|line| line.trim_start().split(' ').next().unwrap()).collect::<Vec<_>>();
        assert_eq!(times, ["0.002000", "0.004000", "0.005000"]);
    }
}
