//! The Ladder tab: the calls of both ends, what took what, the choice and the place that it shares with the Calls list.

use core::net::SocketAddr;

use egui::Key;
use egui::accesskit::Toggled;
use socketscope::capture::{
    Call, CallKind, CallLogWriter, ConnectionId, Direction, Ended, Event, Moment, Opened, Outcome, PendingCall,
    Progress, SessionId, SocketId, SpoolWriter,
};

use socketscope::settings::ClientForm;

use super::fake_run::{FakeRun, fake_run};
use super::*;

/// The rungs that are drawn, as they are read out; those that are chosen only if `chosen`.
fn rungs(window: &Window, chosen: bool) -> Vec<String> {
    let nodes = window.harness.query_all_by_role(Role::ListBoxOption).map(|node| node.accesskit_node());
    let nodes = nodes.filter(|node| !chosen || node.toggled() == Some(Toggled::True));
    let is_rung = |label: &String| ["Client", "Server"].iter().any(|side| label.starts_with(side));
    nodes.filter_map(|node| node.label()).filter(is_rung).collect()
}

/// The rows of the Calls list that are chosen.
fn chosen_calls(window: &Window) -> Vec<String> {
    let nodes = window.harness.query_all_by_role(Role::ListBoxOption).map(|node| node.accesskit_node());
    let chosen = nodes.filter(|node| node.toggled() == Some(Toggled::True)).filter_map(|node| node.label());
    chosen.filter(|label| label.starts_with(|first: char| first.is_ascii_digit())).collect()
}

fn click_rung(window: &mut Window, text: &str) {
    {
        let mut nodes = window.harness.get_all_by_label_contains(text);
        let rung = |node: &egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            let label = node.label().unwrap_or_default();
            node.role() == Role::ListBoxOption && (label.starts_with("Client") || label.starts_with("Server"))
        };
        nodes.find(rung).unwrap().click_accesskit();
    }
    window.harness.run_steps(4);
}

/// One end of a connection, told call by call.
struct End {
    calls: Vec<Call>,
    bytes: [Vec<u8>; 2],
    blocked: Option<PendingCall>,
}

impl End {
    fn new() -> Self {
        Self { calls: Vec::new(), bytes: [Vec::new(), Vec::new()], blocked: None }
    }

    fn call(mut self, kind: CallKind, begun: u64, ended: u64) -> Self {
        self.calls.push(Call { kind, begun: Moment(begun * 1_000), took: (ended - begun) * 1_000, ..Call::default() });
        self
    }

    /// A send, or a recv that asked for 4,096 bytes, at these microseconds.
    fn carries(mut self, direction: Direction, begun: u64, ended: u64, bytes: &[u8]) -> Self {
        let spool = &mut self.bytes[usize::from(direction == Direction::Received)];
        let (offset, got) = (spool.len() as u64, bytes.len() as u32);
        spool.extend_from_slice(bytes);
        let asked = if direction == Direction::Sent { got } else { 4_096 };
        let outcome = if got == 0 { Outcome::PeerFinished } else { Outcome::Done };
        let made = self.call(direction.into(), begun, ended);
        let Self { mut calls, bytes, blocked } = made;
        let call = calls.pop().unwrap();
        calls.push(Call { asked, got, offset, outcome, ..call });
        Self { calls, bytes, blocked }
    }

    /// Tells it as the connection of a run between these two addresses; `ended` says when it was over, in microseconds.
    fn report(
        self,
        fake: &FakeRun,
        session: SessionId,
        ends: (SocketAddr, SocketAddr),
        opened: u64,
        ended: Option<u64>,
    ) {
        let (mut log, calls) = CallLogWriter::new();
        self.calls.iter().for_each(|call| log.append(call).unwrap());
        log.flush().unwrap();
        let [sent, received] = self.bytes.map(|bytes| {
            let (mut writer, spool) = SpoolWriter::temporary();
            writer.append(&bytes).unwrap();
            writer.flush().unwrap();
            (spool, bytes.len() as u64)
        });
        let at = Moment(opened * 1_000);
        let opened = Opened { at, thread: "told".into(), calls, sent: sent.0, received: received.0 };
        let progress =
            Progress { calls: self.calls.len() as u64, sent: sent.1, received: received.1, ..Progress::default() };
        let (local, peer) = ends;
        let mut events =
            vec![Event::Opened(Box::new(opened)), Event::Connected { local, peer }, Event::Progress(progress)];
        events.extend(self.blocked.map(Event::CallBlocked));
        events.extend(ended.map(|at| Event::Ended { at: Moment(at * 1_000), how: Ended::PeerFinished }));
        fake.report_to(session, SocketId::Connection(ConnectionId(1)), events);
    }
}

const CLIENT: ([u8; 4], u16) = ([127, 0, 0, 1], 50_000);
const SERVER: ([u8; 4], u16) = ([127, 0, 0, 1], 9_999);
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:9999\r\n\r\n";
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n";

fn clients_end() -> End {
    let (head, end) = HEAD.split_at(20);
    End::new()
        .call(CallKind::Socket, 100, 110)
        .call(CallKind::Connect, 120, 190)
        .carries(Direction::Sent, 210, 240, REQUEST)
        .carries(Direction::Received, 250, 420, head)
        .carries(Direction::Received, 425, 430, end)
        .carries(Direction::Received, 435, 9_600, b"Michael Tracy Sarah!\r\n")
        .carries(Direction::Received, 9_610, 9_700, b"")
        .call(CallKind::Close, 9_720, 9_730)
}

fn servers_end() -> End {
    End::new()
        .carries(Direction::Received, 220, 232, REQUEST)
        .carries(Direction::Sent, 300, 330, HEAD)
        .carries(Direction::Sent, 3_400, 3_420, b"Michael ")
        .carries(Direction::Sent, 6_500, 6_520, b"Tracy ")
        .carries(Direction::Sent, 9_500, 9_520, b"Sarah!\r\n")
        .call(CallKind::Close, 9_650, 9_660)
}

/// A window whose client runs; what it does is told by the test.
fn started(setup: Setup) -> FakeRun {
    // Nobody listens there. What the real thread finds out goes unheard.
    let client = ClientForm { address: "127.0.0.1:9".into(), ..ClientForm::default() };
    let mut fake = fake_run(Setup { settings: Settings { client, ..setup.settings }, ..setup });
    fake.window.step();
    fake.press(Key::F5);
    fake
}

/// A window with both ends of a connection, and the client's in view.
fn both_ends(size: [f32; 2], language: Language, theme: Theme) -> FakeRun {
    let label = |english, chinese| if language == Language::English { english } else { chinese };
    // What fades in looks otherwise a moment later.
    let settings = Settings { less_motion: true, ..Settings::default() };
    let mut fake = started(Setup { size, language, theme, settings, ..Setup::default() });
    fake.window.harness.ctx.all_styles_mut(|style| style.visuals.text_cursor.blink = false);
    fake.window.click(label("Server", "服务器"));
    fake.press(Key::F5);
    let opened = super::fake_run::opened("listener 2", 0, 0);
    fake.report_to(SessionId(2), SocketId::Listener, vec![opened, Event::Listening(SERVER.into())]);
    servers_end().report(&fake, SessionId(2), (SERVER.into(), CLIENT.into()), 195, Some(9_670));
    clients_end().report(&fake, SessionId(1), (CLIENT.into(), SERVER.into()), 50, Some(9_740));
    fake.apply_all();
    fake.window.click(label("Client", "客户端"));
    fake.window.click(label("Ladder", "时序图"));
    fake.window.harness.run_steps(4);
    fake
}

#[test]
fn an_empty_ladder_says_what_will_appear() {
    let mut window = Window::open(Setup::default());
    window.click("Ladder");
    window.until_text("appear here on two lifelines");
}

#[test]
fn each_send_names_the_recv_that_took_it_and_each_recv_its_sends() {
    let fake = both_ends([1280.0, 1100.0], Language::English, Theme::Light);
    let expected = [
        "Client #1: socket",
        "Client #2: connect, SYN, answered by the system of the Server: connect waits for that, not for accept, which takes the connection from the queue",
        "Server: accept, takes from the queue what connect #2 of the Client has opened; the handshake was the systems' own",
        "Client #3: send(40) → 40, taken by recv #1 of the Server",
        "Server #1: recv(4,096) → 40, sent by send #3 of the Client",
        "Server #2: send(39) → 39, taken by recv #4, #5 of the Client",
        "Client #4: recv(4,096) → 20, sent by send #2 of the Server",
        "Client #5: recv(4,096) → 19, sent by send #2 of the Server",
        "Server #3: send(8) → 8, taken by recv #6 of the Client",
        "Server #4: send(6) → 6, taken by recv #6 of the Client",
        "Server #5: send(8) → 8, taken by recv #6 of the Client",
        "Client #6: recv(4,096) → 22 (9.16 ms), sent by send #3, #4, #5 of the Server",
        "Server #6: close, FIN: there is no more to come, which recv #7 of the Client told by returning 0",
        "Client #7: recv(4,096) → 0, FIN: told by #6 of the Server",
        "Client #8: close, FIN: there is no more to come; no recv of the Server has returned 0 so far",
    ];
    assert_eq!(rungs(&fake.window, false), expected);
    assert!(fake.is_shown("Client 127.0.0.1:50000") && fake.is_shown("Server 127.0.0.1:9999"));
}

#[test]
fn the_servers_side_shows_the_same_ladder() {
    let mut fake = both_ends([1280.0, 1100.0], Language::English, Theme::Light);
    let of_client = rungs(&fake.window, false);
    fake.window.click("● Server");
    fake.window.click("Ladder");
    fake.window.until_text("Server 127.0.0.1:9999");
    // The table of connections leaves less room: what is drawn is a part of it.
    let of_server = rungs(&fake.window, false);
    assert!(of_server.len() > 2 && of_client.windows(of_server.len()).any(|part| part == of_server), "{of_server:#?}");
}

#[test]
fn what_is_chosen_here_is_chosen_in_the_list_and_the_other_way_round() {
    let mut fake = both_ends([1280.0, 1100.0], Language::English, Theme::Light);
    click_rung(&mut fake.window, "Client #3: send(40)");
    assert_eq!(rungs(&fake.window, true).len(), 1);
    let [call] = &chosen_calls(&fake.window)[..] else { panic!("one call is chosen") };
    assert!(call.starts_with("3 ") && call.contains("send(40)"), "{call}");
    fake.click_row("4 ↓ recv(4096)");
    let chosen = rungs(&fake.window, true);
    assert!(chosen.len() == 1 && chosen[0].starts_with("Client #4: recv"), "{chosen:?}");
    // A call of the other end chooses the bytes that it sent.
    click_rung(&mut fake.window, "Server #4: send(6)");
    assert_eq!(rungs(&fake.window, true), ["Server #4: send(6) → 6, taken by recv #6 of the Client"]);
    assert_eq!(chosen_calls(&fake.window), Vec::<String>::new());
    fake.window.click("Bytes");
    fake.window.until_text("↓ bytes 47–52 (6)");
}

#[test]
fn the_arrow_keys_go_from_call_to_call() {
    let mut fake = both_ends([1280.0, 1100.0], Language::English, Theme::Light);
    click_rung(&mut fake.window, "Server #2: send(39)");
    fake.press(Key::ArrowDown);
    fake.window.harness.run_steps(2);
    let chosen = rungs(&fake.window, true);
    assert!(chosen.len() == 1 && chosen[0].starts_with("Client #4: recv"), "{chosen:?}");
    assert!(chosen_calls(&fake.window)[0].starts_with("4 "));
}

#[test]
fn a_client_and_a_server_in_the_window_are_both_ends() {
    let mut window = Window::open(Setup { size: [1280.0, 1100.0], ..Setup::default() });
    window.try_here();
    window.click("Ladder");
    window.until("the server's end is there", |harness| {
        harness.query_all_by_label_contains("of the Server").next().is_some()
    });
    click_first_rung_of_send(&mut window);
    let chosen = rungs(&window, true);
    assert!(chosen.len() == 1 && chosen[0].contains("taken by recv #1 of the Server"), "{chosen:?}");
}

#[test]
fn the_other_end_is_found_in_a_run_that_is_not_shown_any_more() {
    let mut fake = both_ends([1280.0, 1100.0], Language::English, Theme::Light);
    assert!(fake.is_shown("Server 127.0.0.1:9999"));
    // Another server is started, and shown from then on.
    fake.window.click("● Server");
    fake.window.click("Stop");
    fake.window.until_text("Listen");
    fake.press(Key::F5);
    let opened = super::fake_run::opened("listener 3", 0, 0);
    fake.report_to(SessionId(3), SocketId::Listener, vec![opened, Event::Listening(([127, 0, 0, 1], 9_998).into())]);
    fake.apply_all();
    fake.window.click("Client");
    fake.window.harness.run_steps(4);
    assert!(
        fake.is_shown("Server 127.0.0.1:9999")
            && rungs(&fake.window, false).iter().any(|rung| rung.contains("taken by recv #1"))
    );
}

#[test]
fn what_a_listener_here_has_not_accepted_is_said_to_be_so() {
    let mut fake = started(Setup { size: [1280.0, 1100.0], ..Setup::default() });
    let end = End::new().call(CallKind::Connect, 120, 190).carries(Direction::Sent, 210, 240, REQUEST);
    end.report(&fake, SessionId(1), (CLIENT.into(), SERVER.into()), 50, None);
    fake.apply_all();
    fake.window.click("Ladder");
    fake.window.until_text("Server 127.0.0.1:9999 not in this program");
    fake.window.click("Server");
    fake.press(Key::F5);
    let opened = super::fake_run::opened("listener 2", 0, 0);
    fake.report_to(SessionId(2), SocketId::Listener, vec![opened, Event::Listening(([0, 0, 0, 0], 9_999).into())]);
    fake.apply_all();
    fake.window.click("● Client");
    fake.window.until_text("Server 127.0.0.1:9999 not accepted so far");
    let rungs = rungs(&fake.window, false);
    for said in ["accept has not taken it so far", "40 bytes that no recv of the Server has taken so far"] {
        assert!(rungs.iter().any(|rung| rung.contains(said)), "{said}: {rungs:#?}");
    }
}

#[test]
fn zooming_goes_into_what_is_chosen_or_to_where_there_are_calls() {
    // Two heaps of calls, and nothing between them.
    let mut fake = started(Setup { size: [1280.0, 900.0], ..Setup::default() });
    let end = End::new().call(CallKind::Connect, 100, 190).carries(Direction::Sent, 210, 240, REQUEST);
    let end = end.carries(Direction::Sent, 250, 260, REQUEST).carries(Direction::Sent, 1_000_000, 1_000_020, REQUEST);
    end.call(CallKind::Close, 1_000_030, 1_000_040).report(
        &fake,
        SessionId(1),
        (CLIENT.into(), SERVER.into()),
        50,
        Some(1_000_050),
    );
    fake.apply_all();
    fake.window.click("Ladder");
    let zoom = |fake: &mut FakeRun| {
        fake.window.click("Whole");
        for _ in 0..12 {
            fake.window.harness.get_by_role_and_label(Role::Button, "Zoom in").click_accesskit();
            fake.window.harness.run_steps(2);
        }
        rungs(&fake.window, false)
    };
    fake.window.click("To scale");
    fake.window.harness.get_by_role_and_label(Role::Button, "Zoom in").click_accesskit();
    fake.window.harness.run_steps(2);
    let near = zoom(&mut fake);
    assert!(near.iter().any(|rung| rung.starts_with("Client #")), "{near:?}");
    fake.click_row("4 ↑ send(40)");
    let near = zoom(&mut fake);
    assert!(near.iter().any(|rung| rung.starts_with("Client #4: send")), "{near:?}");
    fake.click_row("2 ↑ send(40)");
    let near = zoom(&mut fake);
    assert!(near.iter().any(|rung| rung.starts_with("Client #2: send")), "{near:?}");
}

fn click_first_rung_of_send(window: &mut Window) {
    window.harness.query_all_by_label_contains("connect(").next().unwrap().click();
    window.harness.run_steps(4);
    let send = rungs(window, false).into_iter().find(|rung| rung.starts_with("Client") && rung.contains(": send("));
    click_rung(window, &send.unwrap());
}

/// A window whose client has received a great many times, and whose server is elsewhere.
fn many(reads: u64) -> FakeRun {
    let mut fake = started(Setup::default());
    let end = End::new().call(CallKind::Connect, 100, 190).carries(Direction::Sent, 210, 240, REQUEST);
    let end = (0..reads).fold(end, |end, i| end.carries(Direction::Received, 300 + i * 10, 305 + i * 10, b"abc"));
    end.report(&fake, SessionId(1), (CLIENT.into(), SERVER.into()), 50, Some(400 + reads * 10));
    fake.apply_all();
    fake.window.click("Ladder");
    fake.window.harness.run_steps(4);
    fake
}

#[test]
fn the_ladder_goes_along_with_the_list_and_the_list_with_it() {
    let mut fake = many(3_000);
    let has = |fake: &FakeRun, rung: &str| rungs(&fake.window, false).iter().any(|label| label.starts_with(rung));
    let lists = |fake: &FakeRun, row: &str| {
        let mut rows = fake.window.harness.query_all_by_role(Role::ListBoxOption);
        rows.any(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with(row)))
    };
    assert!(has(&fake, "Client #3,002: recv") && lists(&fake, "3,002 "), "both show the newest");
    fake.window.harness.get_by_role_and_label(Role::List, "Calls").focus();
    fake.press(Key::Home);
    fake.window.harness.run_steps(3);
    assert!(has(&fake, "Client #1: connect") && !has(&fake, "Client #3,002"), "the ladder has gone along");
    fake.window.harness.get_by_role_and_label(Role::List, "Ladder: the calls of both ends").focus();
    fake.press(Key::PageDown);
    fake.window.harness.run_steps(3);
    assert!(!lists(&fake, "1 ") && !has(&fake, "Client #1: connect"), "the list has gone along");
    fake.press(Key::End);
    fake.window.harness.run_steps(3);
    assert!(has(&fake, "Client #3,002: recv") && lists(&fake, "3,002 "));
    // What is far from view is brought there by choosing it.
    fake.press(Key::Home);
    fake.window.harness.run_steps(3);
    click_rung(&mut fake.window, "Client #2: send(40)");
    assert!(rungs(&fake.window, true)[0].contains("when the Server took them is not known here"));
}

#[test]
fn to_scale_like_calls_are_folded_until_one_zooms_in() {
    let mut fake = many(5_000);
    fake.window.click("To scale");
    fake.window.until_text("recv × 4,");
    let folded = rungs(&fake.window, false).iter().filter(|rung| rung.contains("recv × ")).count();
    assert_eq!(folded, 1, "{:#?}", rungs(&fake.window, false));
    for _ in 0..10 {
        fake.window.harness.get_by_role_and_label(Role::Button, "Zoom in").click_accesskit();
        fake.window.harness.run_steps(2);
    }
    fake.window.until("each stands for itself", |harness| {
        harness.query_all_by_label_contains("recv × ").next().is_none()
            && harness.query_all_by_label_contains("arrived some time before recv returned").next().is_some()
    });
    fake.window.click("Whole");
    fake.window.until_text("recv × 4,");
}

#[test]
fn what_waits_says_for_how_long() {
    let mut fake = started(Setup::default());
    let blocked = Some(PendingCall { kind: CallKind::Recv, asked: 4_096, since: Moment(250_000) });
    let end = End::new().call(CallKind::Connect, 120, 190).carries(Direction::Sent, 210, 240, REQUEST);
    End { blocked, ..end }.report(&fake, SessionId(1), (CLIENT.into(), SERVER.into()), 50, None);
    fake.apply_all();
    for scale in ["A row each", "To scale"] {
        fake.window.click("Ladder");
        fake.window.click(scale);
        let waits = rungs(&fake.window, false).iter().any(|rung| rung.starts_with("Client: recv  blocks"));
        assert!(waits, "{scale}: {:#?}", rungs(&fake.window, false));
    }
}

#[test]
fn a_picture_of_a_ladder_with_a_row_for_each_call() {
    both_ends([1024.0, 1000.0], Language::English, Theme::Dark).window.picture("ladder");
}

#[test]
fn a_picture_of_a_ladder_to_scale() {
    let mut fake = both_ends([1024.0, 1000.0], Language::English, Theme::Light);
    fake.window.click("To scale");
    fake.window.picture("ladder-to-scale");
}

#[test]
fn the_arrows_are_told_as_texts() {
    let fake = both_ends([1024.0, 1000.0], Language::English, Theme::Light);
    let told = |text: &str| fake.window.harness.query_all_by_label_contains(text).next().is_some();
    for text in [
        "Client → Server: SYN, done by the system: a socket does not see it",
        "Server → Client: SYN+ACK, done by the system",
        "Client → Server: ACK, done by the system",
        "Client → Server: ↑ 40  GET / HTTP/1.1",
    ] {
        assert!(told(text), "{text}");
    }
}
