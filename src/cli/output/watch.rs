//! Reads the reports of one run, applies them to its session, and hands their events to an output.

use std::io;
use std::time::Duration;

use crossbeam_channel::{Receiver, Select, never, select};

use super::coding_note::CodingNote;
use super::streams::Streams;
use crate::capture::{Connection, Event, Report, Role, Session, SocketId};
use crate::cli::interrupts;

/// How long the thread waits for more reports once it has applied all.
const REST: Duration = Duration::from_millis(1);

/// Where the events of a run are written.
pub trait EventOutput {
    /// Writes the events of a report at `place`, which has been applied to `session`.
    fn write_events(&mut self, session: &Session, socket: SocketId, events: &[Event]) -> io::Result<()>;

    /// Whether it wants the events that are still to come.
    fn wants_more(&self, session: &Session) -> bool {
        let _ = session;
        true
    }

    /// Writes a note about the codings of the reply on `connection`, if the output has events for it.
    fn write_coding_note(&mut self, session: &Session, connection: &Connection, note: &CodingNote) -> io::Result<()> {
        let _ = (session, connection, note);
        Ok(())
    }

    /// Whether it wants `event`; others are not given to it.
    fn accepts(&self, event: &Event) -> bool {
        let _ = event;
        true
    }
}

/// How watching ended.
#[derive(Debug)]
pub enum WatchEnd {
    /// The run is over.
    RunOver,
    /// The user interrupted it; it was stopped and is over.
    Interrupted,
    /// The output wanted no more events; the run was stopped and is over.
    HasEnough,
    /// The output could not be written; the run was stopped and is over.
    OutputFailed(io::Error),
}

/// Watches until `connections` have been there (those of a client and its redirects) and the run is over. `stop` is called once if
/// the user interrupts, or the output fails or wants no more.
pub fn watch(
    session: &mut Session,
    connections: usize,
    reports: &Receiver<Report>,
    (output, streams): (&mut dyn EventOutput, &Streams),
    stop: impl Fn(),
) -> WatchEnd {
    let mut interrupts = interrupts::listen();
    let mut stdout_failures = streams.out.failures().clone();
    // A server's events do not go to stderr.
    let is_on_stderr = session.role == Role::Client;
    let mut stderr_failures = if is_on_stderr { streams.err.failures().clone() } else { never() };
    let mut end = WatchEnd::RunOver;
    while session.connections.len() < connections || !session.is_over() {
        let ended = select! {
            recv(reports) -> report => {
                let Ok(report) = report else { break };
                let ended = match apply(session, report, output) {
                    Err(error) => Some(output_failed(error)),
                    Ok(()) => (!output.wants_more(session)).then_some(WatchEnd::HasEnough),
                };
                if session.role == Role::Server && reports.is_empty() {
                    rest(&interrupts);
                }
                ended
            }
            recv(interrupts) -> _ => {
                interrupts = never();
                // It counts, whatever has ended the run before.
                end = WatchEnd::RunOver;
                Some(WatchEnd::Interrupted)
            }
            recv(stdout_failures) -> error => {
                stdout_failures = never();
                error.ok().map(output_failed)
            }
            recv(stderr_failures) -> error => {
                stderr_failures = never();
                // Who closes the other end wants no more. What can't be written is left out, and the body goes on.
                error.ok().filter(|error| error.kind() == io::ErrorKind::BrokenPipe).map(output_failed)
            }
        };
        if let (Some(ended), WatchEnd::RunOver) = (ended, &end) {
            end = ended;
            stop();
        }
    }
    end
}

/// After an interrupt the output does not wait for room, and fails: the interrupt is the reason then.
fn output_failed(error: io::Error) -> WatchEnd {
    if interrupts::deadline().is_some() { WatchEnd::Interrupted } else { WatchEnd::OutputFailed(error) }
}

/// Waits a moment for more reports: waking up for each of a crowd's reports costs more than the reports do.
fn rest(interrupts: &Receiver<()>) {
    let mut interrupted = Select::new();
    interrupted.recv(interrupts);
    // An interrupt ends it, and is taken by who watches.
    let _ = interrupted.ready_timeout(REST);
}

fn apply(session: &mut Session, report: Report, output: &mut dyn EventOutput) -> io::Result<()> {
    if report.session != session.id {
        return Ok(());
    }
    let socket = report.socket;
    let events = report.events.iter().filter(|event| output.accepts(event)).cloned().collect::<Vec<_>>();
    session.apply(report);
    if events.is_empty() { Ok(()) } else { output.write_events(session, socket, &events) }
}
