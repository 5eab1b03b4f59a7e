//! The sessions of a run of the program: kept, pinned, paused, cleared, counted anew, and short of disk.

use std::net::{TcpListener, TcpStream};

use crossbeam_channel::Sender;
use socketscope::capture::DiskQuota;

use super::*;

/// A peer that says to its one client what the test gives it, and closes when the test lets it go.
struct Talker {
    address: String,
    say: Sender<Vec<u8>>,
}

impl Talker {
    fn new() -> Self {
        let (say, said) = bounded::<Vec<u8>>(8);
        // A client that was stopped takes nothing more.
        let talk = move |stream: &mut TcpStream| _ = said.iter().all(|bytes| stream.write_all(&bytes).is_ok());
        Self { address: support::asked(talk).to_string(), say }
    }

    fn say(&self, text: &str) {
        self.say.send(text.as_bytes().to_vec()).unwrap();
    }
}

/// Types `address` and runs, without a request.
fn run(window: &mut Window, address: &str) {
    window.harness.get_by_role_and_label(Role::TextInput, "Address").set_text_value_accesskit(address);
    window.harness.run_steps(3);
    let runs = window.harness.query_by_label("Run again").is_some();
    window.click(if runs { "Run again" } else { "Run" });
}

fn received(harness: &Harness<'_, App>) -> u64 {
    harness.state().client_connection().map_or(0, |connection| connection.received.bytes)
}

/// A row of the Calls list begins with its number.
fn call_rows(window: &Window) -> Vec<String> {
    let rows = window.harness.get_all_by_role(Role::ListBoxOption);
    rows.filter_map(|row| row.accesskit_node().label()).collect()
}

/// Opens the list of sessions and chooses the one with this address.
fn look_at(window: &mut Window, address: &str) {
    window.menu("Recent sessions");
    window.harness.get_by_label_contains(&format!("Client http://{address}/ ·")).click();
    window.harness.run_steps(4);
}

#[test]
fn a_former_session_is_shown_again_with_everything() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("saved");
    let reply = |body: &str| format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes();
    let (first, second) = (peer(reply("the first body")), peer(reply("the second body")));
    let mut window = Window::open(Setup { answer: Answer::Chosen(target.clone()), ..Setup::default() });
    run(&mut window, &first);
    window.until("the first reply arrives", Window::complete);
    window.until_text("the first body");
    run(&mut window, &second);
    window.until_text("the second body");
    assert!(!window.shows("the first body"));
    look_at(&mut window, &first);
    window.until_text("the first body");
    assert!(window.shows(&format!("connect({first})")), "its calls are shown");
    window.click("Save body as…");
    window.until_text("Saved 14");
    assert_eq!(std::fs::read(&target).unwrap(), b"the first body");
    window.menu("Recent sessions");
    window.click(&format!("Forget http://{second}/"));
    assert!(!window.shows(&format!("Client http://{second}/ ·")), "it is in the list no longer");
    assert!(window.shows(&format!("Client http://{first}/ ·")));
}

#[test]
fn a_pinned_run_goes_on_beside_another_and_one_that_is_not_is_stopped() {
    let (pinned, loose, last) = (Talker::new(), Talker::new(), Talker::new());
    let mut window = Window::open(Setup::default());
    run(&mut window, &pinned.address);
    pinned.say("one");
    window.until("the first bytes arrive", |harness| received(harness) == 3);
    assert!(window.harness.get_by_label("Run again").accesskit_node().is_disabled());
    window.click("Pin");
    run(&mut window, &loose.address);
    loose.say("loose");
    window.until("the second run receives", |harness| received(harness) == 5);
    // Nobody looks at it, and it is recorded all the same.
    pinned.say("and two");
    window.until_text("open");
    window.click("Pin");
    window.click("Pin");
    assert!(window.harness.get_by_label("Run again").accesskit_node().is_disabled());
    look_at(&mut window, &pinned.address);
    window.until("what came meanwhile is there", |harness| received(harness) == 10);
    run(&mut window, &last.address);
    last.say("last");
    window.until("the third run receives", |harness| received(harness) == 4);
    look_at(&mut window, &loose.address);
    window.until_text("stopped");
    look_at(&mut window, &pinned.address);
    assert!(
        window
            .harness
            .state()
            .client_connection()
            .is_some_and(|connection| connection.state() == ConnectionState::Open),
        "the pinned one goes on"
    );
}

#[test]
fn while_the_display_is_paused_what_waits_is_counted_exactly() {
    let talker = Talker::new();
    let mut window = Window::open(Setup { size: [1280.0, 1000.0], ..Setup::default() });
    run(&mut window, &talker.address);
    talker.say("before");
    window.until_text("↓ 6 bytes · 1 read");
    // The next recv is a row once it has waited for a while.
    window.until_text("recv  blocks");
    let rows = call_rows(&window);
    window.click("Pause display");
    window.until_text("0 calls and 0 bytes waiting");
    talker.say("fresh");
    window.until_text("1 call and 5 bytes waiting");
    talker.say(&"x".repeat(995));
    window.until_text("2 calls and 1,000 bytes waiting");
    assert!(window.shows("↓ 6 bytes · 1 read"), "the counts stand still");
    assert_eq!(call_rows(&window).len(), rows.len(), "the calls stand still");
    // The key does the same as the button.
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::P);
    window.until_text("↓ 1,006 bytes · 3 reads");
    assert!(!window.shows("waiting."));
    assert_eq!(call_rows(&window).len(), rows.len() + 2);
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::P);
    window.until_text("0 calls and 0 bytes waiting");
}

#[test]
fn clearing_begins_the_lists_anew_and_keeps_their_numbers() {
    let talker = Talker::new();
    let mut window = Window::open(Setup { size: [1280.0, 1000.0], ..Setup::default() });
    run(&mut window, &talker.address);
    talker.say("old bytes");
    window.until_text("↓ 9 bytes · 1 read");
    window.click("Bytes");
    window.until_text("old bytes");
    window.until_text("recv  blocks");
    // The recv in progress has no number yet: it gets the next one.
    let next = call_rows(&window).len();
    window.click("Clear");
    assert!(!window.shows("old bytes") && !window.shows("connect("));
    talker.say("new ones");
    window.until_text("new ones");
    let rows = call_rows(&window);
    assert!(rows[0].starts_with(&format!("{next} ↓ recv(1024)")), "{rows:?}");
    // Offsets are true, too: nine bytes came before.
    assert!(window.shows("9 6e 65 77 20 6f 6e 65 73"));
    assert!(window.shows("↓ 17 bytes · 2 reads"), "nothing is uncounted");
    window.click("Stop");
    window.until_text("stopped");
    window.click("Clear");
    window.until_text("Every socket call appears here");
    assert!(window.shows("Run again") || window.shows("Run"));
    // It stands in the list.
    look_at(&mut window, &talker.address);
    window.until_text("new ones");
}

#[test]
fn clearing_while_the_display_is_paused_leaves_what_waits() {
    let talker = Talker::new();
    let mut window = Window::open(Setup { size: [1280.0, 1000.0], ..Setup::default() });
    run(&mut window, &talker.address);
    talker.say("old bytes");
    window.until_text("↓ 9 bytes · 1 read");
    window.click("Bytes");
    window.click("Pause display");
    talker.say("new ones");
    window.until_text("1 call and 8 bytes waiting");
    window.click("Clear");
    assert!(!window.shows("old bytes") && !window.shows("new ones"));
    assert!(window.shows("1 call and 8 bytes waiting"));
    window.click("Pause display");
    window.until_text("new ones");
    assert!(!window.shows("old bytes"));
}

#[test]
fn counts_count_from_where_they_were_reset() {
    let talker = Talker::new();
    let mut window = Window::open(Setup::default());
    run(&mut window, &talker.address);
    talker.say("hello");
    window.until_text("↓ 5 bytes · 1 read");
    window.click("Reset counts");
    window.until_text("↓ 0 bytes · 0 reads");
    talker.say("more");
    window.until_text("↓ 4 bytes · 1 read");
    window.harness.get_by_label_contains("↓ 4 bytes").hover();
    window.until_text("Since the beginning: ↓ 9 bytes · 2 reads");
}

#[test]
fn two_servers_run_at_once_if_one_is_pinned_and_both_ports_are_free_at_the_end() {
    let mut window = Window::open(Setup::default());
    window.click("Server");
    window.click("Hello, port 9999");
    let mut addresses = Vec::new();
    for number in 0..2 {
        window.harness.get_by_role_and_label(Role::SpinButton, "Port").set_value_accesskit(0.0);
        window.harness.run_steps(3);
        window.click("Listen");
        window.until_text("● listening on 127.0.0.1:");
        addresses.push(window.listening_address());
        if number == 0 {
            assert!(window.harness.get_by_label("Listen").accesskit_node().is_disabled());
            window.click("Pin");
            assert!(!window.harness.get_by_label("Listen").accesskit_node().is_disabled());
        }
    }
    assert_ne!(addresses[0], addresses[1]);
    for address in &addresses {
        assert!(std::net::TcpStream::connect(address).is_ok(), "{address} listens");
    }
    drop(window);
    for address in &addresses {
        assert!(TcpListener::bind(address).is_ok(), "{address} is free again");
    }
}

#[test]
fn a_run_that_waits_for_room_says_why_and_goes_on_when_more_is_allowed() {
    let disk = DiskQuota::blocking_with(1 << 20, || None);
    let mut reply = b"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n".to_vec();
    reply.resize(reply.len() + 4_000_000, b'z');
    let mut window = Window::open(Setup { disk: disk.clone(), ..Setup::default() });
    let address = peer(reply);
    run(&mut window, &address);
    window.until_text(&format!("http://{address}/ waits for room: temporary files hold 1,04"));
    assert!(window.shows("of at most 1,048,576 bytes"));
    assert!(disk.held() <= 1 << 20);
    window.click("Allow 1 GiB more");
    window.until("the reply arrives", Window::complete);
    window.until("the message goes", |harness| harness.query_by_label_contains("waits for room").is_none());
    assert_eq!(window.harness.state().settings().disk_limit, Some((1 << 30) + (1 << 20)));
}

#[test]
fn old_sessions_make_room_for_a_run_that_waits() {
    // Those that are over hold less than half of the limit, and are kept until they are in the way.
    let disk = DiskQuota::blocking_with(4 << 20, || None);
    let reply = |size: usize| {
        let mut reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n").into_bytes();
        reply.resize(reply.len() + size, b'z');
        reply
    };
    let mut window = Window::open(Setup { disk: disk.clone(), ..Setup::default() });
    let first = peer(reply(1_500_000));
    run(&mut window, &first);
    window.until("the first reply arrives", Window::complete);
    window.click("Pin");
    assert!(disk.held() > 1_000_000);
    let second = peer(reply(3_000_000));
    run(&mut window, &second);
    window.until_text("waits for room");
    assert!(!window.shows("Forget old sessions"), "a pinned one is not offered");
    window.menu("Recent sessions");
    window.click(&format!("Pin http://{first}/"));
    // It holds too much with the other, gives way at once, and the run goes on by itself.
    window.until("the second reply arrives", Window::complete);
    assert!(!window.shows(&format!("Client http://{first}/ ·")));
}

#[test]
fn a_reply_that_was_cleared_away_is_not_told_to_be_missing() {
    let talker = Talker::new();
    let mut window = Window::open(Setup::default());
    run(&mut window, &talker.address);
    talker.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nthe whole");
    window.until_text("the whole");
    window.click("Clear");
    assert!(!window.shows("the whole"));
    drop(talker);
    window.until_text("closed after the peer finished");
    assert!(!window.shows("⚠"));
    window.menu("Recent sessions");
    assert!(window.shows("· complete"), "the list knows that it was whole");
}

#[test]
fn clearing_a_server_lets_its_closed_connections_go() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.click("● Server");
    window.until("the connection is over", |harness| {
        harness.query_all_by_label_contains("closed by this side").next().is_some()
    });
    assert!(window.shows("send("));
    window.click("Clear");
    window.until_text("Listening. Nobody has connected yet.");
    assert!(!window.shows("send(") && !window.shows("bind("));
    window.click("● Server");
    window.menu("Recent sessions");
    assert!(window.shows("1 connection"), "it is counted all the same");
}

#[test]
fn what_is_chosen_in_a_servers_connection_holds_it_when_others_connect() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.click("● Server");
    window.until("the first connection is over", |harness| {
        harness.query_all_by_label_contains("closed by this side").next().is_some()
    });
    window.harness.query_all_by_label_contains("send(").next().unwrap().click();
    window.harness.run_steps(4);
    window.click("Bytes");
    let chosen = |window: &Window| {
        let texts = window.harness.query_all_by_label_contains("↑ bytes ");
        texts.filter_map(|node| node.accesskit_node().label().or_else(|| node.value())).next()
    };
    let before = chosen(&window).unwrap();
    assert!(!window.shows("↓ newest"));
    window.try_here();
    window.click("● Server");
    window.until("the second connection is there", |harness| harness.query_by_label("↓ newest").is_some());
    assert_eq!(chosen(&window).unwrap(), before);
    window.click("↓ newest");
    assert!(chosen(&window).is_none() && !window.shows("↓ newest"));
}

#[test]
fn esc_in_a_field_leaves_the_field_and_only_the_next_one_stops_the_run() {
    let talker = Talker::new();
    let mut window = Window::open(Setup::default());
    run(&mut window, &talker.address);
    talker.say("HTTP/1.1 200 OK\r\n\r\nhello");
    window.until_text("hello");
    window.click("Bytes");
    window.harness.get_by_role_and_label(Role::TextInput, "Go to").focus();
    window.harness.run_steps(3);
    let stops = |window: &Window| !window.harness.get_by_label("Stop").accesskit_node().is_disabled();
    window.harness.key_press(egui::Key::Escape);
    window.harness.run_steps(4);
    assert!(stops(&window), "it goes on");
    assert!(!window.harness.get_by_role_and_label(Role::TextInput, "Go to").is_focused());
    window.harness.key_press(egui::Key::Escape);
    window.until("it is stopped", |harness| harness.get_by_label("Stop").accesskit_node().is_disabled());
}
