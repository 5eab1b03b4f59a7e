//! The calls as text, a line each, as they happen.
//!
//! Runs of like recv calls that came in one report are folded into one line after the first few, since a gigabyte at 1024
//! bytes a call makes a million of them. Nothing that a peer sent reaches the terminal raw.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use super::lines::{HeldLines, Lines};
use super::watch::Teller;
use crate::capture::{Call, CallKind, Direction, Event, Moment, Outcome, Session, SocketId, ThreadRecord, TlsEvent};
use crate::http::{Head, ParseEvent, StartLine};
use crate::view::{CallRow, group_digits, visible_bytes};
use crate::words::{Arg, Words};

/// So many calls of a connection are told one by one.
const SINGLY: u64 = 40;
/// So many calls are read from the log at a time.
const BLOCK: usize = 4096;

/// Tells a run as text.
pub struct Story<'a, W> {
    words: &'a Words,
    out: W,
    began: Moment,
    told: HashMap<SocketId, u64>,
    /// When what was told last had happened.
    last: Duration,
    /// What stands before each line, to tell the ends apart when both are told.
    pub side: &'a str,
    /// Whether lines name the connection: a server has many.
    pub names_connections: bool,
}

impl<'a, W: Lines> Story<'a, W> {
    /// A story whose times count from `began`.
    pub fn new(words: &'a Words, out: W, began: Moment) -> Self {
        Self { words, out, began, told: HashMap::new(), last: Duration::ZERO, side: "", names_connections: false }
    }

    fn tell_calls(&mut self, socket: SocketId, thread: &ThreadRecord) -> io::Result<()> {
        let mut told = self.told.get(&socket).copied().unwrap_or(0);
        let mut run: Option<(u64, Call, u64)> = None;
        while told < thread.call_count {
            let block = BLOCK.min(usize::try_from(thread.call_count - told).unwrap_or(BLOCK));
            let calls = thread.calls.range(told, block)?;
            if calls.is_empty() {
                break;
            }
            for call in &calls {
                told += 1;
                match &mut run {
                    Some((_, first, count)) if told > SINGLY && is_like(first, call) => *count += 1,
                    _ => {
                        self.tell_run(socket, thread, run.replace((told, *call, 1)))?;
                    }
                }
            }
        }
        self.tell_run(socket, thread, run)?;
        self.told.insert(socket, told);
        Ok(())
    }

    fn tell_run(&mut self, socket: SocketId, thread: &ThreadRecord, run: Option<(u64, Call, u64)>) -> io::Result<()> {
        let Some((number, call, count)) = run else { return Ok(()) };
        let row = CallRow::new(number, &call, thread, self.began);
        let mut result = self.result(&row);
        if count > 1 {
            result = format!("{result}  × {}", group_digits(count));
        }
        let line = format!("{}({})", row.kind.name(), row.arguments);
        self.line(socket, row.ended, &line, &result, row.took)
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

    fn line(&mut self, socket: SocketId, at: Duration, call: &str, result: &str, took: Duration) -> io::Result<()> {
        let side = match socket {
            SocketId::Connection(id) if self.names_connections => format!("{}[{}] ", self.side, id.0),
            _ => self.side.to_owned(),
        };
        let arrow = if result.is_empty() { "" } else { "→ " };
        let slow = if took >= Duration::from_millis(1) {
            format!("  ({:.1} ms)", took.as_secs_f64() * 1e3)
        } else {
            String::new()
        };
        self.last = self.last.max(at);
        let line = format!("{side}{:>12.6} s  {call:<32} {arrow}{result}{slow}", at.as_secs_f64());
        self.out.put(at, &line)
    }

    fn tell_event(&mut self, socket: SocketId, session: &Session, event: &Event) -> io::Result<()> {
        match event {
            Event::Found { direction, found: ParseEvent::Head { head, framing } } => {
                let framing = self.words.framing(*framing);
                let key = if *direction == Direction::Received { "story-head-received" } else { "story-head-sent" };
                let fields = Arg::from(head.fields.len() as u64);
                let text = self.words.with(
                    key,
                    [
                        ("line", Arg::from(start_line(head))),
                        ("bytes", Arg::from(head.span.len())),
                        ("fields", fields),
                        ("framing", Arg::from(framing)),
                    ],
                );
                self.remark(socket, &text)?;
                for violation in &head.violations {
                    let text = self.words.violation(violation);
                    self.remark(socket, &text)?;
                }
                Ok(())
            }
            Event::Found { found: ParseEvent::Violation(violation), .. } => {
                let text = self.words.violation(violation);
                self.remark(socket, &text)
            }
            Event::Rejected(rejection) => {
                let text = self.words.rejection(*rejection).to_string();
                self.remark(socket, &text)
            }
            Event::Tls(event) => self.tell_tls(socket, session, event),
            Event::Failed(failure) => {
                let text = self.words.failure(failure).to_string();
                self.remark(socket, &text)
            }
            Event::Listening(address) => {
                let text = self.words.with("story-listening", [("address", Arg::from(address.to_string()))]);
                self.remark(socket, &text)
            }
            Event::Ended { how, .. } => {
                let text = self.words.end_reason(*how);
                let counts = self.counts(socket, session);
                self.remark(socket, &format!("{text}{counts}"))
            }
            _ => Ok(()),
        }
    }

    fn tell_tls(&mut self, socket: SocketId, session: &Session, event: &TlsEvent) -> io::Result<()> {
        let SocketId::Connection(id) = socket else { return Ok(()) };
        let begun = session.connection(id).and_then(|connection| connection.tls.as_ref()).map(|tls| tls.begun);
        match (event, begun) {
            (TlsEvent::Done { at, facts }, Some(begun)) => {
                let text = self.words.tls_summary(facts, at.since(begun).as_secs_f64() * 1e3);
                self.remark(socket, &text)
            }
            (TlsEvent::EndedUnsaid, _) => {
                let text = self.words.text("story-tls-unsaid");
                self.remark(socket, &text)
            }
            _ => Ok(()),
        }
    }

    fn counts(&self, socket: SocketId, session: &Session) -> String {
        let SocketId::Connection(id) = socket else { return String::new() };
        session.connection(id).map_or_else(String::new, |connection| {
            let (sent, received) =
                (self.words.bytes(connection.sent.bytes), self.words.bytes(connection.received.bytes));
            format!(" · ↑ {sent} · ↓ {received} / {} recv", group_digits(connection.received.calls))
        })
    }

    /// A line that is no call.
    fn remark(&mut self, socket: SocketId, text: &str) -> io::Result<()> {
        let side = match socket {
            SocketId::Connection(id) if self.names_connections => format!("{}[{}] ", self.side, id.0),
            _ => self.side.to_owned(),
        };
        self.out.put(self.last, &format!("{side}{:>16}{text}", "· "))
    }
}

impl Story<'_, HeldLines> {
    /// What was told and is held.
    pub fn held(&mut self) -> &mut HeldLines {
        &mut self.out
    }
}

impl<W: Lines> Teller for Story<'_, W> {
    fn tell(&mut self, session: &Session, socket: SocketId, events: &[Event]) -> io::Result<()> {
        let thread = match socket {
            SocketId::Listener => session.listener.as_ref().map(|listener| &listener.thread),
            SocketId::Connection(id) => session.connection(id).map(|connection| &connection.thread),
        };
        if let Some(thread) = thread {
            self.tell_calls(socket, thread)?;
        }
        for event in events {
            self.tell_event(socket, session, event)?;
        }
        // Nothing more comes of it.
        if events.iter().any(|event| matches!(event, Event::Ended { .. })) {
            self.told.remove(&socket);
        }
        self.out.show()
    }
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
    match head.start_line {
        StartLine::Request { .. } | StartLine::Response { .. } => visible_bytes(cut),
    }
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
        Story::new(&words, &mut out, Moment(0)).tell(&session, socket, &events).unwrap();
        let told = String::from_utf8(out).unwrap();
        let times = told.lines().map(|line| line.trim_start().split(' ').next().unwrap()).collect::<Vec<_>>();
        assert_eq!(times, ["0.002000", "0.004000", "0.005000"]);
    }
}
