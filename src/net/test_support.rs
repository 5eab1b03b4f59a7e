//! What the unit tests of this folder share: records whose reports can be read, and connections over loopback.

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

use super::record::{ConnectionRole, Record, Recorder, ReportSender, StopHandle};
use super::socket::ConnectionSocket;
use super::worker::Worker;
use crate::capture::{Call, Clock, ConnectionId, DiskQuota, Event, Report, Role, Session, SessionId, SocketId};

/// No event takes longer than this, or the test has failed.
pub const LIMIT: Duration = Duration::from_secs(30);

/// Where a record reports, on `disk`, with room for `room` reports.
pub fn report_sender(disk: &DiskQuota, room: usize) -> (ReportSender, Receiver<Report>) {
    let (sender, reports) = bounded(room);
    let place = SocketId::Connection(ConnectionId(1));
    let mut sender = ReportSender::new(SessionId(1), place, sender, Arc::new(|| {}));
    sender.disk = disk.clone();
    (sender, reports)
}

/// A record, with room for `room` reports.
pub fn recorder(role: ConnectionRole, room: usize) -> (Recorder, Receiver<Report>) {
    let (sender, reports) = report_sender(&DiskQuota::default(), room);
    (Record::begin(Clock::start(), sender, role, "test", None).on(Worker::of_test()), reports)
}

/// A connection whose record is on `disk`, the peer's end, and the reports.
pub fn connected_on(disk: &DiskQuota, read_timeout: Option<Duration>) -> (ConnectionSocket, TcpStream, Reported) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (theirs, local) = listener.accept().unwrap();
    theirs.set_read_timeout(Some(LIMIT)).unwrap();
    let (sender, reports) = report_sender(disk, 1024);
    let recorder = Record::begin(Clock::start(), sender, ConnectionRole::Client, "test", None).on(Worker::of_test());
    let ends = (local, theirs.local_addr().unwrap());
    let socket = ConnectionSocket::new(ends, ours.into(), None, recorder, StopHandle::default(), read_timeout);
    (socket, theirs, Reported::new(reports))
}

/// A connection, the peer's end, and the reports.
pub fn connected() -> (ConnectionSocket, TcpStream, Reported) {
    connected_on(&DiskQuota::default(), None)
}

/// Closes with a reset.
pub fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
}

/// What has been reported.
pub struct Reported {
    reports: Receiver<Report>,
    session: Session,
    /// Every event so far, in order.
    pub events: Vec<Event>,
}

impl Reported {
    /// Nothing yet, of a client's connection.
    pub fn new(reports: Receiver<Report>) -> Self {
        Self { reports, session: Session::new(SessionId(1), Role::Client), events: Vec::new() }
    }

    fn apply(&mut self, report: Report) {
        self.events.extend(report.events.iter().cloned());
        self.session.apply(report);
    }

    /// Waits for an event that is as `is` says.
    pub fn until(&mut self, is: impl Fn(&Event) -> bool) {
        while !self.events.iter().any(&is) {
            let report = self.reports.recv_timeout(LIMIT).unwrap();
            self.apply(report);
        }
    }

    /// The calls up to what has been reported by now.
    pub fn calls(&mut self) -> Vec<Call> {
        while let Ok(report) = self.reports.try_recv() {
            self.apply(report);
        }
        self.session.newest().unwrap().thread.calls.range(0, 100_000).unwrap()
    }

    /// Whether an event is as `is` says.
    pub fn has(&self, is: impl Fn(&Event) -> bool) -> bool {
        self.events.iter().any(is)
    }
}
