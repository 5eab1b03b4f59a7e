//! The client: resolve, connect, send the request, recv until the end, close.
//!
//! In scope: one connection on one thread, and a second thread that sends what the user types meanwhile. Out of scope: what the
//! reply means.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use std::{io, mem};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::connector::Connector;
use super::spec::{ClientSpec, ReceiveUntil};
use crate::capture::{Clock, Ended, Failure, GivenFile, Operation, Session, SessionId, Subject, catch_panic};
use crate::net::record::{ConnectionRole, Record, Recorder, ReportSender, StopHandle};
use crate::net::sending::{COMMANDS_MAX, Command, MessageOrder, MessageSenderPart, Refused, SendThread, Unsent};
use crate::net::socket::{ConnectionSocket, Received, RecvBuffer};
use crate::net::worker::start_worker;
use crate::tls::{Tls, TlsOptions, extra_roots};

/// A request up to this size is sent before the first recv, as a program would. A longer one is sent by the sending thread
/// while this one receives already: a peer that answers early and reads no further would otherwise wait for us for ever, and
/// we for it.
const SENT_FIRST: usize = 64 * 1024;

/// How long a client that waits for the end of a message waits for more of what is no HTTP, and so has no end.
const FOREIGN_MAX: Duration = Duration::from_secs(2);

/// The greatest size of a file of certificates, in bytes: 16 MiB. All that browsers trust are some 200 KiB.
const ROOTS_MAX: u64 = 16 * 1024 * 1024;

/// A client at work. Dropping it stops it; see [`Engine::end`](crate::net::Engine::end) for who waits for its threads.
pub struct ClientHandle {
    /// Its run.
    pub session: SessionId,
    stop: StopHandle,
    commands: Sender<Command>,
    /// Disconnected when its threads have ended.
    done: Receiver<()>,
}

impl ClientHandle {
    /// Asks the client to end now; it is over within 0.2 s.
    pub fn stop(&self) {
        self.stop.stop();
    }

    /// Gives the open connection a command; never waits.
    pub fn give(&self, command: Command) -> Result<(), Refused> {
        Ok(self.commands.try_send(command)?)
    }

    /// Waits until its threads, which have no more to report, let go of the files of its record. Does nothing if the run `session` goes on.
    pub fn wait_for_end(&self, session: &Session) {
        if session.is_over() {
            // Nothing is ever sent.
            let _ = self.done.recv();
        }
    }
}

impl Drop for ClientHandle {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Starts a client thread that reports by `sender`, and is to be stopped by the [`StopHandle`] beside it. Fails if there can be no more
/// threads.
pub fn start(
    name: String,
    mut spec: ClientSpec,
    clock: Clock,
    sender: ReportSender,
) -> io::Result<(ClientHandle, StopHandle, JoinHandle<()>)> {
    let (session, stop) = (sender.session, StopHandle::default());
    let (commands, receiver) = bounded(COMMANDS_MAX);
    let (working, done) = bounded(0);
    let handle = ClientHandle { session, stop: stop.clone(), commands, done };
    let to_stop = stop.clone();
    let work = {
        let name = name.clone();
        move |worker| {
            let _working: Sender<()> = working;
            let recorder =
                Record::begin(clock, sender, ConnectionRole::Client, &name, spec.body_file.take()).on(worker);
            recorder.flush();
            Client { name, spec, recorder, stop, tls: None }.run(receiver);
        }
    };
    Ok((handle, to_stop, start_worker(name, work)?))
}

struct Client {
    name: String,
    spec: ClientSpec,
    recorder: Recorder,
    stop: StopHandle,
    /// The TLS to be, made before the peer waits for it.
    tls: Option<Tls>,
}

impl Client {
    fn run(mut self, commands: Receiver<Command>) {
        match catch_panic(|| self.prepare().and_then(|()| self.connector().connect())) {
            Ok(Some(socket)) => self.converse(socket, commands),
            Ok(None) => self.recorder.ended(Ended::Stopped),
            Err(failure) => {
                self.recorder.failed(failure);
                self.recorder.ended(Ended::Failed);
            }
        }
    }

    /// How it connects.
    fn connector(&self) -> Connector<'_> {
        let spec = &self.spec;
        Connector {
            target: &spec.target,
            connect_timeout: spec.connect_timeout,
            read_timeout: spec.read_timeout,
            avoided: None,
            local: spec.local,
            options: spec.options,
            recorder: &self.recorder,
            stop: &self.stop,
        }
    }

    /// What can fail before anything is on the wire.
    fn prepare(&mut self) -> Result<(), Failure> {
        self.check_file()?;
        if self.spec.target.tls {
            let roots = self.spec.root_file.as_ref().map(|path| {
                let pem = GivenFile::read(path, ROOTS_MAX)?;
                extra_roots(&pem).map_err(|failure| {
                    let subject = Some(Subject::File(path.clone()));
                    Failure { operation: Operation::ReadFile, ..Failure::of_tls(subject, failure) }
                })
            });
            let extra_roots = roots.transpose()?.unwrap_or_default();
            let (server_name, accept_invalid) =
                (self.spec.target.host_without_zone().to_owned(), self.spec.accept_invalid);
            let made = Tls::client(TlsOptions { server_name, extra_roots, accept_invalid });
            self.tls = Some(made.map_err(|failure| Failure::of_tls(Some(self.connector().subject()), failure))?);
        }
        Ok(())
    }

    /// A file that can't be read is told before a head promises its bytes.
    fn check_file(&self) -> Result<(), Failure> {
        self.spec.request_file.as_deref().map_or(Ok(()), |path| GivenFile::open(path).map(drop))
    }

    fn converse(&mut self, mut socket: ConnectionSocket, commands: Receiver<Command>) {
        let mut sending = None;
        let how = match catch_panic(|| self.exchange(&mut socket, commands, &mut sending)) {
            Ok(how) => how,
            Err(_) if self.stop.is_stopped() => Ended::Stopped,
            Err(failure) => {
                self.recorder.failed(failure);
                Ended::Failed
            }
        };
        if let Some(sending) = sending {
            sending.join(|| socket.half.interrupt());
        }
        socket.close(how);
    }

    fn exchange(
        &mut self,
        socket: &mut ConnectionSocket,
        commands: Receiver<Command>,
        sending: &mut Option<SendThread>,
    ) -> Result<Ended, Failure> {
        let recv_size = self.spec.recv_size;
        if let Some(tls) = self.tls.take()
            && !socket.secure(tls, self.connector().subject(), recv_size, self.spec.connect_timeout)?
        {
            return Ok(Ended::Stopped);
        }
        let mut bytes = mem::take(&mut self.spec.request);
        if bytes.len() <= SENT_FIRST {
            socket.send(&mem::take(&mut bytes))?;
        }
        let unsent = Unsent { bytes, file: self.spec.request_file.take() };
        let part = MessageSenderPart::new(&socket.half, Arc::new(MessageOrder::default()));
        let started = SendThread::start(&self.name, part, unsent, commands);
        *sending = Some(started.map_err(|error| Failure::of(Operation::StartThread, None, &error))?);
        self.receive(socket)
    }

    fn receive(&self, socket: &mut ConnectionSocket) -> Result<Ended, Failure> {
        let mut buffer = RecvBuffer::new(self.spec.recv_size);
        let mut waits_in_vain = false;
        loop {
            match socket.recv(&mut buffer)? {
                Received::Bytes { message_ended: true, .. } if self.spec.until == ReceiveUntil::MessageEnd => {
                    return Ok(Ended::Finished);
                }
                Received::Bytes { foreign: true, .. }
                    if self.spec.until == ReceiveUntil::MessageEnd && !waits_in_vain =>
                {
                    waits_in_vain = true;
                    socket.limit_reading(self.spec.read_timeout.map_or(FOREIGN_MAX, |own| own.min(FOREIGN_MAX)));
                }
                Received::Bytes { .. } => {}
                Received::PeerFinished => return Ok(Ended::PeerFinished),
                Received::Stopped => return Ok(Ended::Stopped),
                Received::TimedOut if waits_in_vain => return Ok(Ended::Finished),
                Received::TimedOut => {
                    self.recorder.failed(socket.timed_out());
                    return Ok(Ended::TimedOut);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener};

    use super::*;
    use crate::capture::{CallKind, Direction, Outcome};
    use crate::net::Target;
    use crate::net::test_support::{Reported, recorder};

    fn client() -> (Client, Reported) {
        let (recorder, reports) = recorder(ConnectionRole::Client, 64);
        let spec = ClientSpec::tutorial(Target::parse("several.example").unwrap());
        let client = Client { name: "client".into(), spec, recorder, stop: StopHandle::default(), tls: None };
        (client, Reported::new(reports))
    }

    fn free() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    }

    #[test]
    fn addresses_are_tried_in_turn_until_one_answers() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (client, mut reported) = client();
        let addresses = [free(), free(), listener.local_addr().unwrap(), free()];
        client.connector().connect_to_any(&addresses).unwrap().unwrap().close(Ended::Finished);
        let connects = reported.calls().into_iter().filter(|call| call.kind == CallKind::Connect);
        let outcomes = connects.map(|call| call.outcome).collect::<Vec<_>>();
        assert_eq!(outcomes, [Outcome::Failed, Outcome::Failed, Outcome::Done]);
    }

    #[test]
    fn when_no_address_answers_the_last_failure_is_told() {
        let (client, _reported) = client();
        let last = free();
        let failure = client.connector().connect_to_any(&[free(), last]).err().unwrap();
        assert_eq!(failure.subject, Some(Subject::Address(last)));
    }

    #[test]
    fn an_answer_that_overtakes_the_record_of_its_request_is_read_as_one_to_it() {
        let (client, _reported) = client();
        client.recorder.announce(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
        let reply = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
        let now = client.recorder.now();
        let recorded = client.recorder.transfer(Direction::Received, now, 1024, reply, Outcome::Done).unwrap();
        assert!(recorded.message_ended, "a reply to HEAD has no body");
    }
}
