//! Reads the reports of one run, applies them, and shows each to a teller.

use std::io;
use std::time::Duration;

use crossbeam_channel::{Receiver, Select, never, select};

use super::streams::Streams;
use crate::capture::{Connection, Event, Report, Role, Session, SocketId};
use crate::cli::get::Remark;
use crate::cli::interrupts;

/// Who has taken in all reports rests so long.
const REST: Duration = Duration::from_millis(1);

/// Tells what happened.
pub trait Teller {
    /// Tells a report that `session` has taken in.
    ///
    /// # Errors
    /// If there is nobody left to tell it to.
    fn tell(&mut self, session: &Session, socket: SocketId, events: &[Event]) -> std::io::Result<()>;

    /// Whether it wants to know what comes after what it was told.
    fn wants_more(&self, session: &Session) -> bool {
        let _ = session;
        true
    }

    /// Tells something about the codings of the reply on `connection`, if that is not told otherwise.
    ///
    /// # Errors
    /// As [`Teller::tell`].
    fn remark(&mut self, session: &Session, connection: &Connection, remark: &Remark) -> std::io::Result<()> {
        let _ = (session, connection, remark);
        Ok(())
    }

    /// Whether it has something to say about `event`; it is not told others.
    fn tells(&self, event: &Event) -> bool {
        let _ = event;
        true
    }
}

/// How watching ended.
#[derive(Debug)]
pub enum Watched {
    /// The run is over.
    Over,
    /// The user interrupted it; it was stopped and is over.
    Interrupted,
    /// The teller wanted no more; it was stopped and is over.
    Enough,
    /// Our output could not be written; the run was stopped and is over.
    Unheard(io::Error),
}

/// Watches until `connections` have been there (those of a client and its redirects) and the run is over. `stop` is called once if
/// the user interrupts, or the teller fails or wants no more.
pub fn watch(
    session: &mut Session,
    connections: usize,
    reports: &Receiver<Report>,
    (teller, streams): (&mut dyn Teller, &Streams),
    stop: impl Fn(),
) -> Watched {
    let mut interrupts = interrupts::listen();
    let mut failures = streams.out.failures().clone();
    // Of a server's stories none goes there.
    let is_told_there = session.role == Role::Client;
    let mut reader_failures = if is_told_there { streams.err.failures().clone() } else { never() };
    let mut watched = Watched::Over;
    while session.connections.len() < connections || !session.is_over() {
        select! {
            recv(reports) -> report => {
                let Ok(report) = report else { break };
                if let Err(error) = take_in(session, report, teller)
                    && matches!(watched, Watched::Over)
                {
                    watched = unheard(error);
                    stop();
                }
                if matches!(watched, Watched::Over) && !teller.wants_more(session) {
                    watched = Watched::Enough;
                    stop();
                }
                if session.role == Role::Server && reports.is_empty() {
                    rest(&interrupts);
                }
            }
            recv(interrupts) -> _ => {
                interrupts = never();
                watched = Watched::Interrupted;
                stop();
            }
            recv(failures) -> error => {
                failures = never();
                if let (Ok(error), Watched::Over) = (error, &watched) {
                    watched = unheard(error);
                    stop();
                }
            }
            recv(reader_failures) -> error => {
                reader_failures = never();
                // Who closes the other end wants no more. What can't be written is not told any more, and the body goes on.
                if let (Ok(error), Watched::Over) = (error, &watched)
                    && error.kind() == io::ErrorKind::BrokenPipe
                {
                    watched = unheard(error);
                    stop();
                }
            }
        }
    }
    watched
}

/// Who is interrupted waits no longer for room to write, and has been understood.
fn unheard(error: io::Error) -> Watched {
    if interrupts::deadline().is_some() { Watched::Interrupted } else { Watched::Unheard(error) }
}

/// Waits a moment for more reports: to be woken for each of a crowd's costs more than they do.
fn rest(interrupts: &Receiver<()>) {
    let mut interrupted = Select::new();
    interrupted.recv(interrupts);
    // An interrupt ends it, and is taken by who watches.
    let _ = interrupted.ready_timeout(REST);
}

fn take_in(session: &mut Session, report: Report, teller: &mut dyn Teller) -> io::Result<()> {
    if report.session != session.id {
        return Ok(());
    }
    let place = report.socket;
    let events = report.events.iter().filter(|event| teller.tells(event)).cloned().collect::<Vec<_>>();
    session.apply(report);
    if events.is_empty() { Ok(()) } else { teller.tell(session, place, &events) }
}
