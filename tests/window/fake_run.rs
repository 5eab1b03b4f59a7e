//! Runs without sockets: a test reports calls, bytes and moments to the window as worker threads would.

use crossbeam_channel::Sender;
use egui::Key;
use socketscope::capture::{
    Burst, Call, CallKind, CallLog, CallLogWriter, ConnectionId, Direction, Ended, Event, Moment, Note, Opened,
    Outcome, Progress, Report, SessionId, SocketId, SpoolWriter, Subject, TurnTimes,
};
use socketscope::http::{Method, Reader};
use socketscope::settings::{ClientForm, ServerForm};

use super::*;

/// Nobody listens there. What a real thread finds out about it goes unheard.
const ADDRESS: &str = "127.0.0.1:9";

/// A window whose first run is told by the test.
pub(super) struct FakeRun {
    pub(super) window: Window,
    reports: Sender<Report>,
    /// What the real engine reports; nobody takes it in.
    _unheard: Receiver<Report>,
}

/// The threads of the run, as far as they are told.
pub(super) struct Thread {
    socket: SocketId,
    calls: CallLogWriter,
    sent: SpoolWriter,
    received: SpoolWriter,
    bytes: u64,
}

pub(super) fn fake_run(setup: Setup) -> FakeRun {
    let (sender, reports) = bounded(64);
    let (keep, unheard) = bounded(1);
    let between = Box::new(move |real: Receiver<Report>| {
        keep.send(real).unwrap();
        reports
    });
    let window = Window::open(Setup { between, folder: None, is_first: false, notice: None, ..setup });
    FakeRun { window, reports: sender, _unheard: unheard.recv().unwrap() }
}

/// A client's run; the test reports what its one connection does.
pub(super) fn client(setup: Setup) -> (FakeRun, Thread) {
    let request = format!("GET / HTTP/1.1\nHost: {ADDRESS}\nConnection: close\n\n");
    let client = ClientForm { address: ADDRESS.into(), request, ..ClientForm::default() };
    let mut fake = fake_run(Setup { settings: Settings { client, ..setup.settings }, ..setup });
    fake.window.step();
    fake.press(Key::F5);
    let thread = fake.thread(SocketId::Connection(ConnectionId(1)));
    (fake, thread)
}

/// A server's run; the test reports what its listener and connections do.
pub(super) fn server(setup: Setup) -> FakeRun {
    let label = if setup.language == Language::English { "Server" } else { "服务器" };
    let server = ServerForm { port: 0, ..setup.settings.server.clone() };
    let mut fake = fake_run(Setup { settings: Settings { server, ..setup.settings }, ..setup });
    fake.window.click(label);
    fake.press(Key::F5);
    fake.report(SocketId::Listener, vec![opened("listener 1", 0, 0), Event::Listening(([127, 0, 0, 1], 9999).into())]);
    fake.window.step();
    fake
}

/// The report that a thread of this name began, with the bytes asked for in a send and in a recv.
pub(super) fn opened(thread: &str, sends: u64, receives: u64) -> Event {
    let spool = |bytes: u64| {
        let (mut writer, spool) = SpoolWriter::temporary();
        writer.append(&vec![b'.'; bytes as usize]).unwrap();
        writer.flush().unwrap();
        spool
    };
    let (calls, sent, received) = (CallLog::default(), spool(sends), spool(receives));
    Event::Opened(Box::new(Opened { at: Moment(0), thread: thread.into(), calls, sent, received }))
}

impl FakeRun {
    pub(super) fn report(&self, socket: SocketId, events: Vec<Event>) {
        self.report_to(SessionId(1), socket, events);
    }

    pub(super) fn report_to(&self, session: SessionId, socket: SocketId, events: Vec<Event>) {
        self.reports.send(Report { session, socket, events }).unwrap();
    }

    /// Draws frames until the window has taken in all reports: the test would wait for itself if the channel became full.
    pub(super) fn apply_all(&mut self) {
        while !self.reports.is_empty() {
            self.window.step();
        }
    }

    pub(super) fn thread(&self, socket: SocketId) -> Thread {
        let (calls, log) = CallLogWriter::new();
        let ((sent, out), (received, back)) = (SpoolWriter::temporary(), SpoolWriter::temporary());
        let opened = Opened { at: Moment(0), thread: "told".into(), calls: log, sent: out, received: back };
        let mut events = vec![Event::Opened(Box::new(opened))];
        if let SocketId::Connection(id) = socket {
            let end = |port| core::net::SocketAddr::from(([127, 0, 0, 1], port));
            events.push(Event::Connected { local: end(50_000 + id.0 as u16), peer: end(9) });
        }
        self.report(socket, events);
        Thread { socket, calls, sent, received, bytes: 0 }
    }

    /// Reports calls of recv by `thread`, each with the moment of its end and the bytes that it brought.
    pub(super) fn receives(&self, thread: &mut Thread, calls: impl IntoIterator<Item = (u64, u32)>, asked: u32) {
        for (ended, got) in calls {
            let outcome = if got == 0 { Outcome::PeerFinished } else { Outcome::Done };
            let begun = Moment(ended);
            let call =
                Call { kind: CallKind::Recv, outcome, begun, asked, got, offset: thread.bytes, ..Call::default() };
            thread.calls.append(&call).unwrap();
            let bytes: Vec<u8> = (thread.bytes..thread.bytes + u64::from(got)).map(|at| (at % 251) as u8).collect();
            thread.received.append(&bytes).unwrap();
            thread.bytes += u64::from(got);
        }
        thread.calls.flush().unwrap();
        thread.received.flush().unwrap();
        let reads = thread.calls.len();
        let progress = Progress { calls: reads, reads, received: thread.bytes, ..Progress::default() };
        self.report(thread.socket, vec![Event::Progress(progress)]);
    }

    /// Reports that `thread` made `call`.
    pub(super) fn calls(&self, thread: &mut Thread, call: Call) {
        thread.calls.append(&call).unwrap();
        thread.calls.flush().unwrap();
        let progress = Progress { calls: thread.calls.len(), received: thread.bytes, ..Progress::default() };
        self.report(thread.socket, vec![Event::Progress(progress)]);
    }

    /// Reports `count` failed calls of `thread`, each with `note`.
    pub(super) fn fails(&self, thread: &mut Thread, count: u64, note: Note) {
        let call = Call { kind: CallKind::Recv, outcome: Outcome::Failed, asked: 1024, note: 1, ..Call::default() };
        for _ in 0..count {
            thread.calls.append(&call).unwrap();
        }
        thread.calls.flush().unwrap();
        let progress = Progress { calls: thread.calls.len(), ..Progress::default() };
        self.report(thread.socket, vec![Event::Note(note), Event::Progress(progress)]);
    }

    /// Reports a whole run: the name is resolved, `request` is sent, and `reply` comes in `reads`, each with the moment of its end and its
    /// bytes.
    pub(super) fn exchanges(&self, thread: &mut Thread, request: &[u8], reply: &[u8], reads: &[(u64, u32)]) {
        let mut story = Story::new(thread);
        story.connects();
        story.carries(Direction::Sent, (3_400_000, 60_000), request.len() as u32, request);
        let mut rest = reply;
        let mut before = 3_480_000;
        for (ended, got) in reads {
            let (bytes, after) = rest.split_at(*got as usize);
            story.carries(Direction::Received, (before, ended - before), 16_384, bytes);
            (rest, before) = (after, *ended);
        }
        assert!(rest.is_empty(), "{} bytes of the reply are in no read", rest.len());
        let call = Call { kind: CallKind::Recv, outcome: Outcome::PeerFinished, asked: 16_384, ..Call::default() };
        story.calls(Call { begun: Moment(before), took: 400_000, offset: reply.len() as u64, ..call });
        let closing = Call { kind: CallKind::Close, begun: Moment(before + 450_000), took: 20_000, ..Call::default() };
        story.calls(closing);
        let events = story.ends(Moment(before + 500_000));
        self.report(thread.socket, events);
    }

    pub(super) fn ends(&self, thread: &Thread) {
        self.report(thread.socket, vec![Event::Ended { at: Moment(1), how: Ended::Finished }]);
    }

    pub(super) fn is_shown(&self, text: &str) -> bool {
        self.window.harness.query_all_by_label_contains(text).next().is_some()
    }

    pub(super) fn is_selected(&self, text: &str) -> bool {
        let mut nodes = self.window.harness.get_all_by_label_contains(text);
        nodes.any(|node| {
            node.accesskit_node().role() == Role::ListBoxOption
                && node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
        })
    }

    pub(super) fn click_row(&mut self, text: &str) {
        {
            let mut nodes = self.window.harness.get_all_by_label_contains(text);
            nodes.find(|node| node.accesskit_node().role() == Role::ListBoxOption).unwrap().click_accesskit();
        }
        self.window.harness.run_steps(3);
    }

    pub(super) fn press(&mut self, key: Key) {
        self.window.harness.key_press(key);
        self.window.harness.run_steps(2);
    }

    pub(super) fn types(&mut self, field: &str, text: &str) {
        self.window.harness.get_by_role_and_label(Role::TextInput, field).set_text_value_accesskit(text);
        self.window.harness.run_steps(2);
    }
}

/// A run as it is put together, call by call.
struct Story<'a> {
    thread: &'a mut Thread,
    events: Vec<Event>,
    /// Of what is sent and what is received.
    readers: [Reader; 2],
    turn_times: [Option<TurnTimes>; 2],
    so_far: Progress,
}

impl<'a> Story<'a> {
    fn new(thread: &'a mut Thread) -> Self {
        let mut replies = Reader::responses();
        replies.expect(&Method::Get);
        let (events, readers) = (Vec::new(), [Reader::requests(), replies]);
        Self { thread, events, readers, turn_times: [None; 2], so_far: Progress::default() }
    }

    fn calls(&mut self, call: Call) {
        self.thread.calls.append(&call).unwrap();
        self.so_far.calls += 1;
    }

    fn notes(&mut self, subject: Subject, addresses: Vec<core::net::SocketAddr>) {
        self.events.push(Event::Note(Note { subject: Some(subject), addresses, failure: None }));
    }

    fn connects(&mut self) {
        let address: core::net::SocketAddr = ADDRESS.parse().unwrap();
        self.notes(Subject::Name { host: address.ip().to_string(), port: address.port() }, vec![address]);
        self.notes(Subject::Address(address), Vec::new());
        for (kind, begun, took, note) in [
            (CallKind::Resolve, 50_000, 900_000, 1),
            (CallKind::Socket, 1_000_000, 20_000, 2),
            (CallKind::Connect, 1_040_000, 2_300_000, 2),
        ] {
            self.calls(Call { kind, begun: Moment(begun), took, note, ..Call::default() });
        }
    }

    fn carries(&mut self, direction: Direction, (begun, took): (u64, u64), asked: u32, bytes: &[u8]) {
        let got = bytes.len() as u32;
        let (spool, offset) = match direction {
            Direction::Sent => (&mut self.thread.sent, &mut self.so_far.sent),
            Direction::Received => (&mut self.thread.received, &mut self.so_far.received),
        };
        spool.append(bytes).unwrap();
        let kind = CallKind::from(direction);
        let call = Call { kind, begun: Moment(begun), took, asked, got, offset: *offset, ..Call::default() };
        *offset += u64::from(got);
        self.calls(call);
        let mut bursts = [Burst::default(); 2];
        let at = usize::from(direction == Direction::Received);
        bursts[at].add(call.begun, call.ended(), got);
        let [sent, received] = &mut self.turn_times;
        TurnTimes::update([sent, received], [&bursts[0], &bursts[1]]);
        let mut found = Vec::new();
        self.readers[at].push(bytes, &mut found);
        self.events.extend(found.into_iter().map(|found| Event::Found { direction, found }));
        *(if direction == Direction::Sent { &mut self.so_far.sends } else { &mut self.so_far.reads }) += 1;
        self.so_far.received_content = self.readers[1].content();
        (self.so_far.sent_turn_times, self.so_far.received_turn_times) = (self.turn_times[0], self.turn_times[1]);
        let progress = Progress { sent_burst: bursts[0], received_burst: bursts[1], ..self.so_far };
        self.events.push(Event::Progress(progress));
    }

    fn ends(mut self, at: Moment) -> Vec<Event> {
        self.thread.calls.flush().unwrap();
        self.thread.sent.flush().unwrap();
        self.thread.received.flush().unwrap();
        self.events.push(Event::Progress(self.so_far));
        self.events.push(Event::Ended { at, how: Ended::PeerFinished });
        self.events
    }
}
