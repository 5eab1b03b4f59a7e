//! The Calls list: millions of rows, the filter, folding, following, the calls of all connections as one list.
//!
//! The reports are made here, as worker threads would make them, so that a session has the calls that a test needs.

use crossbeam_channel::Sender;
use egui::{Event as Input, Key};
use socketscope::capture::{
    Call, CallKind, CallLogWriter, ConnectionId, Ended, Event, Moment, Opened, Outcome, Place, Progress, Report,
    SessionId, Spool, SpoolWriter,
};

use super::*;

/// A window whose first run is told by the test.
struct Told {
    window: Window,
    reports: Sender<Report>,
    /// What the real engine reports; nobody takes it in.
    _unheard: Receiver<Report>,
    _peer: Option<std::net::TcpListener>,
}

/// The threads of the run, as far as they are told.
struct Thread {
    place: Place,
    calls: CallLogWriter,
    received: SpoolWriter,
    bytes: u64,
}

fn told(size: [f32; 2]) -> Told {
    let bell = Bell::default();
    let rung = bell.clone();
    let (engine, unheard) = Engine::new(Clock::start(), move || rung.ring());
    let (sender, reports) = bounded(64);
    let asked = Rc::new(RefCell::new(Vec::new()));
    let dialog = Scripted { answer: Answer::Unavailable, asked: Rc::clone(&asked) };
    let make = move |cc: &mut eframe::CreationContext<'static>| {
        let (settings, language) = (Settings::default(), Language::English);
        let dialog = Box::new(dialog);
        App::new(&cc.egui_ctx, Parts { engine, reports, settings, folder: None, notice: None, language, dialog })
    };
    let harness = Harness::builder()
        .with_size(size)
        .with_max_steps(64)
        .with_context_setup(socketscope::ui::install_fonts)
        .renderer(Painter::default())
        .build_eframe(make);
    Told { window: Window { harness, bell, asked }, reports: sender, _unheard: unheard, _peer: None }
}

/// A client's run whose one connection is told by the test.
fn client(size: [f32; 2]) -> (Told, Thread) {
    let peer = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut told = told(size);
    let address = peer.local_addr().unwrap().to_string();
    told.window.harness.get_by_role_and_label(Role::TextInput, "Address").set_text_value_accesskit(&address);
    told.window.harness.run_steps(2);
    told.window.click("Run");
    told._peer = Some(peer);
    let thread = told.thread(Place::Connection(ConnectionId(1)));
    (told, thread)
}

impl Told {
    fn tell(&self, place: Place, events: Vec<Event>) {
        self.reports.send(Report { session: SessionId(1), place, events }).unwrap();
    }

    fn thread(&self, place: Place) -> Thread {
        let (calls, log) = CallLogWriter::new();
        let (received, spool) = SpoolWriter::temporary();
        let opened =
            Opened { at: Moment(0), thread: "told".into(), calls: log, sent: Spool::default(), received: spool };
        let mut events = vec![Event::Opened(Box::new(opened))];
        if let Place::Connection(id) = place {
            let end = |port| core::net::SocketAddr::from(([127, 0, 0, 1], port));
            events.push(Event::Connected { local: end(9), peer: end(50_000 + id.0 as u16) });
        }
        self.tell(place, events);
        Thread { place, calls, received, bytes: 0 }
    }

    /// Tells that `thread` made calls of recv that ended at `ended` and brought so many bytes each.
    fn receives(&self, thread: &mut Thread, calls: impl IntoIterator<Item = (u64, u32)>, asked: u32) {
        for (ended, got) in calls {
            let call = Call {
                kind: CallKind::Recv,
                outcome: if got == 0 { Outcome::PeerFinished } else { Outcome::Done },
                begun: Moment(ended),
                took: 0,
                asked,
                got,
                offset: thread.bytes,
                note: 0,
            };
            thread.calls.append(&call).unwrap();
            let bytes: Vec<u8> = (thread.bytes..thread.bytes + u64::from(got)).map(|at| (at % 251) as u8).collect();
            thread.received.append(&bytes).unwrap();
            thread.bytes += u64::from(got);
        }
        thread.calls.flush().unwrap();
        thread.received.flush().unwrap();
        let reads = thread.calls.len();
        let progress = Progress { calls: reads, reads, received: thread.bytes, ..Progress::default() };
        self.tell(thread.place, vec![Event::Progress(progress)]);
    }

    fn ends(&self, thread: &Thread) {
        self.tell(thread.place, vec![Event::Ended { at: Moment(1), how: Ended::Finished }]);
    }

    fn is_shown(&self, text: &str) -> bool {
        self.window.harness.query_all_by_label_contains(text).next().is_some()
    }

    fn is_selected(&self, text: &str) -> bool {
        let mut nodes = self.window.harness.get_all_by_label_contains(text);
        nodes.any(|node| {
            node.accesskit_node().role() == Role::ListBoxOption
                && node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
        })
    }

    fn click_row(&mut self, text: &str) {
        {
            let mut nodes = self.window.harness.get_all_by_label_contains(text);
            nodes.find(|node| node.accesskit_node().role() == Role::ListBoxOption).unwrap().click_accesskit();
        }
        self.window.harness.run_steps(3);
    }

    fn press(&mut self, key: Key) {
        self.window.harness.key_press(key);
        self.window.harness.run_steps(2);
    }

    fn types(&mut self, field: &str, text: &str) {
        self.window.harness.get_by_role_and_label(Role::TextInput, field).set_text_value_accesskit(text);
        self.window.harness.run_steps(2);
    }
}

#[test]
fn row_three_million_is_reached_selected_and_read() {
    let (mut told, mut thread) = client([1280.0, 800.0]);
    told.receives(&mut thread, (0..3_000_005).map(|at| (at, 1)), 1);
    told.ends(&thread);
    told.window.until_text("3,000,005 ↓ recv(1)");
    told.click_row("3,000,005 ↓ recv(1)");
    for _ in 0..5 {
        told.press(Key::ArrowUp);
    }
    assert!(told.is_selected("3,000,000 ↓ recv(1)") && !told.is_selected("3,000,005 ↓"));
    told.window.click("Bytes");
    // The byte 2,999,999 stands at the end of this row.
    told.window.until_text("2,999,984 ");
    let last = format!("{:02x} ", 2_999_984 % 251);
    assert!(told.is_shown(&format!("2,999,984 {last}")), "the row begins with the byte that stands there");
    told.click_row("3,000,000 ↓");
    told.press(Key::Home);
    assert!(told.is_shown("1 ↓ recv(1)") && !told.is_shown("3,000,000 ↓"));
    // The selection is where it was, and an arrow comes back to it.
    told.press(Key::ArrowDown);
    assert!(told.is_selected("3,000,001 ↓ recv(1)"));
}

#[test]
fn the_filter_counts_for_calls_that_were_made_and_for_those_to_come() {
    let (mut told, mut thread) = client([1280.0, 800.0]);
    told.receives(&mut thread, (0..40).map(|at| (at, if at % 4 == 0 { 1024 } else { 7 })), 1024);
    told.window.until_text("40 calls");
    told.window.click("Filter");
    told.types("At least so many bytes", "1,000");
    told.window.until_text("Shown 10 of 40");
    assert!(told.is_shown("37 ↓ recv(1024)") && !told.is_shown("38 ↓ recv(1024)"));
    told.receives(&mut thread, [(41, 7), (42, 1024)], 1024);
    told.window.until_text("Shown 11 of 42");
    assert!(told.is_shown("42 ↓ recv(1024)"), "the list follows its newest row");
    told.types("Text in the row", "no such text");
    told.window.until_text("Shown 0 of 42");
    told.window.until_text("No call passes the filter.");
    told.window.click("Clear filter");
    told.window.until_text("42 calls");
    assert!(told.is_shown("41 ↓ recv(1024)"));
}

#[test]
fn a_folded_row_is_selected_as_a_whole_and_opened_in_place() {
    let (mut told, mut thread) = client([1280.0, 800.0]);
    told.receives(&mut thread, (0..50).map(|at| (at, 16)).chain([(50, 7), (51, 0)]), 16);
    told.window.until_text("52 calls");
    told.window.click("Fold");
    told.window.until_text("Shown 52 of 52, in 3 rows");
    let row = "1 ↓ recv × 50, 16 each → 800";
    told.click_row(row);
    assert!(told.is_selected(row));
    told.press(Key::Enter);
    let second = "2 ↓ recv(16) 16 of 16 bytes";
    assert!(told.window.harness.query_by_label(second).is_some(), "the row is open");
    told.click_row("3 ↓ recv(16)");
    assert!(told.is_selected("3 ↓ recv(16)") && !told.is_selected(row));
    told.window.harness.event(Input::Copy);
    told.window.harness.step();
    let copied = |command: &egui::OutputCommand| matches!(command, egui::OutputCommand::CopyText(text) if text.starts_with("3\t0.000000\t↓ recv(16)\t16\t16\t"));
    assert!(told.window.harness.output().platform_output.commands.iter().any(copied));
    told.window.harness.run_steps(2);
    told.window.harness.get_by_label("Fold the 50 calls").click_accesskit();
    told.window.harness.run_steps(3);
    assert!(told.window.harness.query_by_label(second).is_none(), "the row is closed");
    told.window.click("Fold");
    told.window.until_text("52 calls");
    let third = "3 ↓ recv(16) 16 of 16 bytes";
    assert!(told.window.harness.query_by_label(third).is_some(), "the selected call stays in sight");
}

#[test]
fn the_newest_row_is_followed_until_the_user_scrolls_up() {
    let (mut told, mut thread) = client([1280.0, 800.0]);
    told.receives(&mut thread, (0..200).map(|at| (at, 1)), 1);
    told.window.until_text("200 ↓ recv(1)");
    told.receives(&mut thread, (200..300).map(|at| (at, 1)), 1);
    told.window.until_text("300 ↓ recv(1)");
    told.click_row("300 ↓ recv(1)");
    told.press(Key::PageUp);
    assert!(!told.is_shown("300 ↓ recv(1)") && !told.is_shown("↓ newest"));
    told.receives(&mut thread, (300..400).map(|at| (at, 1)), 1);
    told.window.until_text("400 calls");
    told.window.step();
    assert!(!told.is_shown("400 ↓ recv(1)"));
    told.window.click("↓ newest");
    assert!(told.is_shown("400 ↓ recv(1)") && !told.is_shown("↓ newest"));
    told.receives(&mut thread, [(400, 1)], 1);
    told.window.until_text("401 ↓ recv(1)");
}

#[test]
fn the_calls_of_all_connections_are_one_list_in_the_order_of_time() {
    let mut told = told([1280.0, 800.0]);
    told.window.click("Server");
    told.window.harness.get_by_role_and_label(Role::SpinButton, "Port").set_value_accesskit(0.0);
    told.window.step();
    told.window.click("Listen");
    let mut one = told.thread(Place::Connection(ConnectionId(1)));
    let mut two = told.thread(Place::Connection(ConnectionId(2)));
    let listener = told.thread(Place::Listener);
    told.receives(&mut one, [(10, 11), (40, 14)], 64);
    told.receives(&mut two, [(20, 12), (30, 13)], 64);
    for thread in [&one, &two, &listener] {
        told.ends(thread);
    }
    told.window.until_text("2 calls");
    told.window.click("All");
    told.window.until_text("Shown 4 of 4");
    let rows = |told: &Told| {
        let nodes = told.window.harness.get_all_by_label_contains("↓ recv(64)");
        let mut rows: Vec<_> = nodes.map(|node| (node.rect().top(), node.accesskit_node().label().unwrap())).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        rows.into_iter().map(|(_, label)| label).collect::<Vec<_>>()
    };
    let in_order = [
        "1 ↓ recv(64) 11 of 64 bytes, of connection 1",
        "1 ↓ recv(64) 12 of 64 bytes, of connection 2",
        "2 ↓ recv(64) 13 of 64 bytes, of connection 2",
        "2 ↓ recv(64) 14 of 64 bytes, of connection 1",
    ];
    assert_eq!(rows(&told), in_order);
    // The newer connection is looked at; a call of the other one shows that, and stays selected.
    told.click_row("2 ↓ recv(64) 14 of");
    assert!(told.is_selected("2 ↓ recv(64) 14 of"));
    assert_eq!(rows(&told), in_order);
    told.press(Key::ArrowUp);
    told.window.harness.run_steps(3);
    assert!(told.is_selected("2 ↓ recv(64) 13 of") && !told.is_selected("14 of"));
    told.window.click("This connection");
    assert_eq!(rows(&told), ["1 ↓ recv(64) 12 of 64 bytes", "2 ↓ recv(64) 13 of 64 bytes"]);
}

#[test]
fn only_failures_are_shown_and_found_by_what_is_said_about_them() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut window = Window::open(Setup::default());
    window.harness.get_by_role_and_label(Role::TextInput, "Address").set_text_value_accesskit(&free.to_string());
    window.harness.run_steps(2);
    window.click("Run");
    window.until_text("3 calls");
    window.click("Filter");
    window.click("How it came back: Any outcome");
    window.click("Failures");
    window.until_text("Shown 1 of 3");
    let failed = format!("3 connect({free}) failed the connection was refused, nobody listens there");
    window.until_text(&failed);
    window.click("Clear filter");
    window.until_text("3 calls");
    let text = window.harness.get_by_role_and_label(Role::TextInput, "Text in the row");
    text.set_text_value_accesskit("Nobody listens");
    window.harness.run_steps(2);
    window.until_text("Shown 1 of 3");
    window.until_text(&failed);
}

#[test]
fn times_are_told_as_the_user_chooses() {
    let (mut told, mut thread) = client([1280.0, 800.0]);
    told.receives(&mut thread, [(1_500_000_000, 1), (1_750_000_000, 2)], 8);
    told.window.until_text("2 calls");
    told.click_row("2 ↓ recv(8)");
    let copied = |told: &mut Told| {
        told.window.harness.event(Input::Copy);
        told.window.harness.step();
        let commands = told.window.harness.output().platform_output.commands.clone();
        let text = commands.into_iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text),
            _ => None,
        });
        text.unwrap().split('\t').nth(1).unwrap().to_owned()
    };
    assert_eq!(copied(&mut told), "1.750000");
    told.window.click("Times: since start");
    told.window.click("since previous");
    told.click_row("2 ↓ recv(8)");
    assert_eq!(copied(&mut told), "0.250000");
    told.window.click("Times: since previous");
    told.window.click("wall clock");
    told.click_row("2 ↓ recv(8)");
    let wall = copied(&mut told);
    assert!(wall.len() >= 15 && wall.as_bytes()[2] == b':' && wall.as_bytes()[8] == b'.', "{wall}");
}
