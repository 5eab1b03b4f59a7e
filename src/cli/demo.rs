//! `socketscope demo`: a server and a client in one process, on loopback, and the whole story of both.

use core::net::{Ipv4Addr, SocketAddr};
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};

use super::exit::Exit;
use crate::capture::{Clock, Connection, Failure, ReplyState, Report, Session};
use crate::cli::output::{EventOutput, SortedLines, TextOutput, say};
use crate::http::Span;
use crate::net::responders::Page;
use crate::net::{ClientHandle, ClientSpec, Engine, PAGE, ServerHandle, ServerSpec, Target};
use crate::words::{Arg, Words};

/// After so long a silence nothing is reported any more that happened before: a report is some 16 ms old at most.
const QUIET: Duration = Duration::from_millis(100);

/// Runs the command.
pub fn demo(words: &Words) -> Exit {
    let mut out = BufWriter::new(io::stdout());
    match play(words, &mut out) {
        Ok(exit) => exit,
        Err(error) => {
            match error {
                DemoError::Failure(failure) => say(words.failure(&failure)),
                // A reader that has gone away on purpose needs no words.
                DemoError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                DemoError::Output(error) => {
                    say(words.with("stdout-failed-told", [("system", Arg::from(error.to_string()))]));
                }
            }
            Exit::Failed
        }
    }
}

enum DemoError {
    Failure(Failure),
    Output(io::Error),
}

impl From<io::Error> for DemoError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Both ends while they run.
struct Scene<'a> {
    engine: Engine,
    words: &'a Words,
    server: (ServerHandle, Session),
    client: Option<(ClientHandle, Session)>,
}

fn play(words: &Words, out: &mut dyn Write) -> Result<Exit, DemoError> {
    writeln!(out, "{}\n", words.text("demo-intro"))?;
    let clock = Clock::start();
    let (engine, reports) = Engine::new(clock, || {});
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = engine.server(ServerSpec::new(address, Arc::new(Page))).map_err(DemoError::Failure)?;
    let mut scene = Scene { engine, words, server, client: None };
    scene.run(&reports, out)?;
    let Some((_, session)) = &scene.client else {
        writeln!(out, "\n{}", words.text("demo-failed"))?;
        return Ok(Exit::Failed);
    };
    conclude(words, session, out)
}

impl Scene<'_> {
    /// Until both are over: once the server listens, the client starts; once the client is over, the server stops.
    fn run(&mut self, reports: &Receiver<Report>, out: &mut dyn Write) -> Result<(), DemoError> {
        let began = self.engine.clock().now();
        let mut server_output = TextOutput::new(self.words, SortedLines::default(), began);
        let mut client_output = TextOutput::new(self.words, SortedLines::default(), began);
        let mut held = SortedLines::default();
        server_output.side = "server ";
        client_output.side = "client ";
        while !self.is_over() {
            let report = match reports.recv_timeout(QUIET) {
                Ok(report) => report,
                Err(RecvTimeoutError::Timeout) => {
                    held.write_to(out)?;
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let (place, events) = (report.socket, report.events.clone());
            if report.session == self.server.1.id {
                self.server.1.apply(report);
                server_output.write_events(&self.server.1, place, &events)?;
                held.append(server_output.held());
            } else if let Some((_, session)) = &mut self.client {
                session.apply(report);
                client_output.write_events(session, place, &events)?;
                held.append(client_output.held());
            }
            self.go_on().map_err(DemoError::Failure)?;
        }
        Ok(held.write_to(out)?)
    }

    fn is_over(&self) -> bool {
        self.server.1.is_over() && self.client.as_ref().is_none_or(|(_, session)| session.is_over())
    }

    fn go_on(&mut self) -> Result<(), Failure> {
        let listening = self.server.1.listener.as_ref().and_then(|listener| listener.address);
        match (&self.client, listening) {
            (None, Some(address)) => {
                let target = Target {
                    tls: false,
                    host: address.ip().to_string(),
                    port: address.port(),
                    path: "/".into(),
                    authorization: None,
                };
                self.client = Some(self.engine.client(ClientSpec::tutorial(target))?);
            }
            (Some((_, session)), _) if session.is_over() => self.server.0.stop(),
            _ => {}
        }
        Ok(())
    }
}

fn conclude(words: &Words, session: &Session, out: &mut dyn Write) -> Result<Exit, DemoError> {
    let Some(connection) = session.newest() else { return Ok(Exit::Failed) };
    let verdict = ReplyState::of(connection);
    let head = connection.received.messages.last().map(|message| message.head.span.len()).unwrap_or_default();
    let body =
        connection.received.messages.last().map(|message| message.body(connection.received.bytes)).unwrap_or_default();
    let same = is_the_page(connection, body);
    let key = if verdict == ReplyState::Complete && same { "demo-done" } else { "demo-failed" };
    let text = words.with(
        key,
        [
            ("head", Arg::from(words.bytes(head))),
            ("body", Arg::from(words.bytes(body.len()))),
            ("reads", Arg::from(connection.received.calls)),
        ],
    );
    writeln!(out, "\n{text}")?;
    out.flush()?;
    Ok(if key == "demo-done" { Exit::Done } else { Exit::Failed })
}

fn is_the_page(connection: &Connection, body: Span) -> bool {
    connection.received.spool.read(body).is_ok_and(|bytes| bytes == PAGE)
}
