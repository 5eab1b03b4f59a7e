//! The table of a server's connections: sorting, filtering and selecting rows, what is said and done to connections, the names of
//! machines, and the lanes of the threads.

use core::net::SocketAddr;
use std::io::ErrorKind;
use std::net::TcpStream;

use egui::{Key, Modifiers};
use socketscope::capture::{
    Burst, CallKind, Cause, ConnectionId, Direction, Ended, Event, Failure, Moment, Operation, PendingCall, Progress,
    SocketId,
};
use socketscope::http::Reader;
use socketscope::net::responders::ResponderKind;
use socketscope::net::{ConnectionLimit, Overflow};
use socketscope::settings::ServerForm;

use super::fake_run::{FakeRun, opened, server};
use super::*;

/// A server in a window that says nothing by itself, and its address.
fn silent(change: impl FnOnce(&mut ServerForm)) -> (Window, SocketAddr) {
    silent_with(Answer::Unavailable, change)
}

/// The same, with a dialog that answers so.
fn silent_with(answer: Answer, change: impl FnOnce(&mut ServerForm)) -> (Window, SocketAddr) {
    let mut draft = ServerForm { port: 0, responder: ResponderKind::Discard, ..ServerForm::default() };
    change(&mut draft);
    let settings = Settings { server: draft, ..Settings::default() };
    let mut window = Window::open(Setup { settings, answer, size: [1600.0, 1000.0], ..Setup::default() });
    window.click("Server");
    window.click("Listen");
    window.until_text("● listening on 127.0.0.1:");
    let address = window.listening_address().parse().unwrap();
    (window, address)
}

/// Clients that have connected one after the other, so that their rows have the numbers 1, 2, …
fn clients(window: &mut Window, address: SocketAddr, count: usize) -> Vec<TcpStream> {
    let clients = (1..=count).map(|number| {
        let client = TcpStream::connect(address).unwrap();
        client.set_read_timeout(Some(LIMIT)).unwrap();
        let open = format!("{} open", client.local_addr().unwrap());
        window.until("its row is there", |harness| row_texts(harness).iter().any(|text| text.contains(&open)));
        assert_eq!(row_texts(&window.harness).len(), number);
        client
    });
    clients.collect()
}

/// The rows of the table, from the top, each with its place. The name of its thread stands in each.
fn rows(harness: &Harness<'_, App>) -> Vec<(String, egui::Rect)> {
    let nodes = harness.query_all_by_role(Role::ListBoxOption);
    let mut rows: Vec<_> =
        nodes.filter_map(|node| Some((node.accesskit_node().label()?, node.rect()))).collect::<Vec<_>>();
    rows.retain(|(text, _)| [" connection ", " listener "].iter().any(|thread| text.contains(thread)));
    rows.sort_by(|a, b| a.1.top().total_cmp(&b.1.top()));
    rows
}

fn row_texts(harness: &Harness<'_, App>) -> Vec<String> {
    rows(harness).into_iter().map(|(text, _)| text).collect()
}

/// The numbers of the rows, from the top.
fn numbers(harness: &Harness<'_, App>) -> Vec<u32> {
    let number = |text: &String| text.split(' ').next().unwrap().replace(',', "").parse().unwrap();
    row_texts(harness).iter().map(number).collect()
}

/// The numbers of the rows that are selected.
fn selected(harness: &Harness<'_, App>) -> Vec<u32> {
    let nodes = harness.query_all_by_role(Role::ListBoxOption);
    let is_selected = |label: &String, toggled| label.contains(" connection ") && toggled;
    let mut found: Vec<u32> = nodes
        .filter_map(|node| {
            let node = node.accesskit_node();
            let toggled = node.toggled() == Some(egui::accesskit::Toggled::True);
            node.label().filter(|label| is_selected(label, toggled))
        })
        .map(|label| label.split(' ').next().unwrap().parse().unwrap())
        .collect();
    found.sort_unstable();
    found
}

fn click_row(window: &mut Window, number: u32, modifiers: Modifiers) {
    window.step();
    {
        let nodes = window.harness.query_all_by_role(Role::ListBoxOption);
        let is_it = |label: &str| label.starts_with(&format!("{number} ")) && label.contains(" connection ");
        let mut found = nodes.filter(|node| node.accesskit_node().label().is_some_and(|label| is_it(&label)));
        found.next().unwrap().click_modifiers(modifiers);
    }
    window.harness.run_steps(4);
}

fn types(window: &mut Window, role: Role, label: &str, text: &str) {
    window.harness.get_by_role_and_label(role, label).set_text_value_accesskit(text);
    window.harness.run_steps(3);
}

fn sets(window: &mut Window, label: &str, value: f64) {
    window.harness.get_by_role_and_label(Role::SpinButton, label).set_value_accesskit(value);
    window.harness.run_steps(3);
}

fn keys(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.harness.key_press_modifiers(modifiers, key);
    window.harness.run_steps(4);
}

fn is_disabled(harness: &Harness<'_, App>, label: &str) -> bool {
    harness.get_by_label(label).accesskit_node().is_disabled()
}

fn receives(client: &mut TcpStream, expected: &str) {
    let mut bytes = vec![0; expected.len()];
    client.read_exact(&mut bytes).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

/// What comes until the end.
fn rest(client: &mut TcpStream) -> Result<String, ErrorKind> {
    let mut text = String::new();
    client.read_to_string(&mut text).map(|_| text).map_err(|error| error.kind())
}

#[test]
fn a_message_goes_to_those_that_are_selected_and_to_no_others() {
    let (mut window, address) = silent(|_| {});
    let mut clients = clients(&mut window, address, 3);
    click_row(&mut window, 1, Modifiers::NONE);
    click_row(&mut window, 3, Modifiers::COMMAND);
    assert_eq!(selected(&window.harness), [1, 3]);
    assert!(window.shows("→ 2 connections") && is_disabled(&window.harness, "Send"));
    types(&mut window, Role::MultilineTextInput, "Message", "two");
    window.click("Send");
    receives(&mut clients[0], "two");
    receives(&mut clients[2], "two");
    window.click("All open (3)");
    assert!(window.shows("→ 3 connections"));
    types(&mut window, Role::MultilineTextInput, "Message", "all");
    window.harness.get_by_role_and_label(Role::MultilineTextInput, "Message").focus();
    window.harness.run_steps(2);
    keys(&mut window, Modifiers::COMMAND, Key::Enter);
    clients.iter_mut().for_each(|client| receives(client, "all"));
    window.until_text("↑ 6 ");
    // As hex, to the one that is clicked.
    window.click("Selected (2)");
    click_row(&mut window, 2, Modifiers::NONE);
    types(&mut window, Role::MultilineTextInput, "Message", "6f6e 6");
    window.harness.get_by_label("Hex").click();
    window.harness.run_steps(4);
    assert!(is_disabled(&window.harness, "Send"));
    types(&mut window, Role::MultilineTextInput, "Message", "6f6e 65");
    window.click("Send");
    receives(&mut clients[1], "one");
    window.click("Stop");
    assert_eq!(clients.iter_mut().map(rest).collect::<Vec<_>>(), vec![Ok(String::new()); 3]);
}

#[test]
fn lines_are_sent_in_a_loop_so_many_times_or_until_it_is_stopped() {
    let (mut window, address) = silent(|_| {});
    let mut clients = clients(&mut window, address, 2);
    click_row(&mut window, 1, Modifiers::NONE);
    types(&mut window, Role::MultilineTextInput, "Message", "a\n\nb");
    sets(&mut window, "Interval (ms)", 1.0);
    sets(&mut window, "Count", 5.0);
    window.click("Start loop");
    receives(&mut clients[0], "ababa");
    window.until("the loop is over", |harness| is_disabled(harness, "Stop loop"));
    // All lines as one message, without end.
    click_row(&mut window, 2, Modifiers::NONE);
    sets(&mut window, "Count", 0.0);
    window.click("One message a line");
    window.click("Start loop");
    receives(&mut clients[1], "ababab");
    window.until_text("repeating on 1");
    window.click("Stop loop");
    window.until("it is stopped", |harness| is_disabled(harness, "Stop loop"));
    window.click("End sending");
    let more = rest(&mut clients[1]).unwrap();
    assert_eq!(more.replace("ab", ""), "");
    window.until("nothing can be sent any more", |harness| is_disabled(harness, "Send"));
    assert!(!is_disabled(&window.harness, "Disconnect"));
    click_row(&mut window, 1, Modifiers::NONE);
    window.click("Disconnect");
    assert_eq!(rest(&mut clients[0]), Ok(String::new()), "five and no more");
}

#[test]
fn a_peer_sees_a_close_as_its_end_and_a_reset_as_one() {
    let (mut window, address) = silent(|_| {});
    let mut clients = clients(&mut window, address, 3);
    click_row(&mut window, 1, Modifiers::NONE);
    window.click("Disconnect");
    assert_eq!(rest(&mut clients[0]), Ok(String::new()));
    click_row(&mut window, 2, Modifiers::NONE);
    window.click("Reset");
    assert_eq!(rest(&mut clients[1]), Err(ErrorKind::ConnectionReset));
    window.until_text("1 open · 2 threads");
    assert!(is_disabled(&window.harness, "Disconnect"), "the one that is selected is closed");
    click_row(&mut window, 3, Modifiers::NONE);
    assert!(!is_disabled(&window.harness, "Disconnect"));
}

#[test]
fn to_kick_all_takes_a_second_click() {
    let (mut window, address) = silent(|_| {});
    let mut clients = clients(&mut window, address, 3);
    window.click("Kick all 3");
    assert_eq!(numbers(&window.harness).len(), 3);
    assert!(window.shows("3 open"));
    window.click("Kick all 3? Click again");
    assert_eq!(clients.iter_mut().map(rest).collect::<Vec<_>>(), vec![Ok(String::new()); 3]);
    window.until_text("0 open · 1 thread");
    assert!(is_disabled(&window.harness, "Kick all 0"));
    // A reset of all does, too.
    let mut client = TcpStream::connect(address).unwrap();
    let mut other = TcpStream::connect(address).unwrap();
    window.until_text("2 open");
    window.click("All open (2)");
    window.click("Reset");
    window.click("All 2? Click again");
    assert_eq!([rest(&mut client), rest(&mut other)], [const { Err(ErrorKind::ConnectionReset) }; 2]);
}

#[test]
fn a_file_is_sent_and_one_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.bin");
    std::fs::write(&path, "the file\n".repeat(20_000)).unwrap();
    let (mut window, address) = silent_with(Answer::Chosen(path), |_| {});
    let mut clients = clients(&mut window, address, 1);
    assert!(is_disabled(&window.harness, "Send file"));
    types(&mut window, Role::TextInput, "File to send", "/no/such/file");
    window.click("Send file");
    window.until_text("reading /no/such/file failed: there is no such file");
    window.click("Choose the file to send");
    window.click("Send file");
    window.until("the notice goes", |harness| harness.query_by_label_contains("/no/such/file failed").is_none());
    receives(&mut clients[0], &"the file\n".repeat(20_000));
}

#[test]
fn an_order_to_a_server_that_is_over_is_refused_or_can_not_be_given() {
    let (mut window, address) = silent(|_| {});
    let _clients = clients(&mut window, address, 1);
    window.click("Stop");
    window.until_text("0 open · 0 threads");
    for label in ["Send", "Send file", "Start loop", "Stop loop", "Disconnect", "Reset", "Kick all 0", "End sending"] {
        assert!(is_disabled(&window.harness, label), "{label}");
    }
}

#[test]
fn a_click_on_a_title_sorts_and_a_text_and_a_state_filter() {
    let (mut window, address) = silent(|_| {});
    let mut clients = clients(&mut window, address, 4);
    for (number, bytes) in [(0, 30), (1, 2), (2, 4_000)] {
        clients[number].write_all(&vec![b'x'; bytes]).unwrap();
    }
    window.until_text("↓ 4,000");
    window.until_text("↓ 30");
    window.until_text("↓ 2 ");
    window.click("Sort by Received");
    assert_eq!(numbers(&window.harness), [4, 2, 1, 3]);
    window.click("Sort by Received");
    assert_eq!(numbers(&window.harness), [3, 1, 2, 4]);
    window.click("Sort by No.");
    assert_eq!(numbers(&window.harness), [1, 2, 3, 4]);
    let peer = clients[1].local_addr().unwrap().to_string();
    types(&mut window, Role::TextInput, "Find in rows", &peer);
    assert_eq!(numbers(&window.harness), [2]);
    assert!(window.shows("Shown 1 of 4"));
    types(&mut window, Role::TextInput, "Find in rows", "");
    drop(clients.remove(0));
    window.until_text("3 open");
    window.click("State: Any state");
    window.click("Closed");
    window.until("the closed one is shown", |harness| numbers(harness) == [1]);
    window.click("State: Closed");
    window.click("Open");
    assert_eq!(numbers(&window.harness), [2, 3, 4]);
    types(&mut window, Role::TextInput, "Find in rows", "nobody");
    assert!(window.shows("No connection passes the filter."));
}

#[test]
fn rows_are_selected_by_clicks_and_keys_and_one_is_looked_at() {
    let (mut window, address) = silent(|_| {});
    let _clients = clients(&mut window, address, 5);
    // The newest is looked at, and selected with that.
    assert_eq!(selected(&window.harness), [5]);
    click_row(&mut window, 2, Modifiers::NONE);
    assert_eq!(selected(&window.harness), [2]);
    click_row(&mut window, 4, Modifiers::SHIFT);
    assert_eq!(selected(&window.harness), [2, 3, 4]);
    click_row(&mut window, 3, Modifiers::COMMAND);
    assert_eq!(selected(&window.harness), [2, 4]);
    assert!(window.shows("Selected (2)"));
    keys(&mut window, Modifiers::COMMAND, Key::A);
    assert_eq!(selected(&window.harness), [1, 2, 3, 4, 5]);
    // One of several is clicked: it alone is left.
    click_row(&mut window, 2, Modifiers::NONE);
    assert_eq!(selected(&window.harness), [2]);
    keys(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert_eq!(selected(&window.harness), [3]);
    keys(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    keys(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(selected(&window.harness), [3, 4, 5]);
    keys(&mut window, Modifiers::NONE, Key::ArrowUp);
    assert_eq!(selected(&window.harness), [4]);
    // A second click looks at the listener, and selects none.
    click_row(&mut window, 4, Modifiers::NONE);
    assert!(selected(&window.harness).is_empty() && window.shows("accept("));
    window.click("↓ newest");
    assert_eq!(selected(&window.harness), [5]);
}

#[test]
fn a_machine_keeps_its_name_when_it_connects_again() {
    let (mut window, address) = silent(|_| {});
    let clients_ = clients(&mut window, address, 1);
    let name = "Name of 127.0.0.1";
    // A double click, from a click on the row that is looked at.
    click_row(&mut window, 1, Modifiers::NONE);
    let at = rows(&window.harness)[0].1.center();
    let press = |pressed| egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    // A frame of the harness lasts longer than a double click may.
    window.harness.input_mut().events.extend([true, false, true, false].map(press));
    window.harness.run_steps(6);
    types(&mut window, Role::TextInput, name, "Li's laptop");
    keys(&mut window, Modifiers::NONE, Key::Enter);
    assert!(window.harness.query_by_label(name).is_none());
    window.until("the row has it", |harness| row_texts(harness)[0].starts_with("1 Li's laptop 127.0.0.1:"));
    drop(clients_);
    window.until_text("0 open");
    let _again = TcpStream::connect(address).unwrap();
    window.until("the new row has it", |harness| {
        row_texts(harness).iter().any(|text| text.starts_with("2 Li's laptop 127.0.0.1:"))
    });
    let names = window.harness.state().settings().names;
    assert_eq!(names.of(address.ip()), Some("Li's laptop"));
    // F2 names the one that is looked at; Esc leaves it as it was.
    click_row(&mut window, 2, Modifiers::NONE);
    keys(&mut window, Modifiers::NONE, Key::F2);
    types(&mut window, Role::TextInput, name, "another");
    keys(&mut window, Modifiers::NONE, Key::Escape);
    assert!(window.harness.query_by_label(name).is_none() && !window.shows("another"));
    types(&mut window, Role::TextInput, "Find in rows", "laptop");
    assert_eq!(numbers(&window.harness), [1, 2]);
}

#[test]
fn names_are_there_from_the_last_time() {
    let mut settings = Settings::default();
    settings.names.set("127.0.0.1".parse().unwrap(), "here");
    settings.server = ServerForm { port: 0, responder: ResponderKind::Manual, ..ServerForm::default() };
    let mut window = Window::open(Setup { settings, ..Setup::default() });
    assert_eq!(window.harness.state().settings().names.of("127.0.0.1".parse().unwrap()), Some("here"));
    window.click("Server");
    window.click("Listen");
    window.until_text("● listening on 127.0.0.1:");
}

#[test]
fn rows_stand_still_while_the_pointer_moves_in_them() {
    let (mut window, address) = silent(|_| {});
    let mut clients = clients(&mut window, address, 3);
    window.click("Sort by Received");
    window.click("Sort by Received");
    let before = numbers(&window.harness);
    let places: Vec<_> = rows(&window.harness).iter().map(|(_, rect)| rect.center()).collect();
    window.harness.hover_at(places[0]);
    window.step();
    let last = *before.last().unwrap();
    clients[last as usize - 1].write_all(b"now it is the first").unwrap();
    let begun = Instant::now();
    for step in 0.. {
        window.harness.hover_at(places[0] + egui::vec2((step % 7) as f32, 0.0));
        window.step();
        if window.shows("↓ 19") {
            break;
        }
        assert!(begun.elapsed() < LIMIT);
    }
    window.harness.hover_at(places[0]);
    window.step();
    assert_eq!(numbers(&window.harness), before);
    window.harness.hover_at(egui::Pos2::new(2.0, 2.0));
    window.until("the rows are sorted anew", |harness| numbers(harness)[0] == last);
}

#[test]
fn each_thread_has_a_lane() {
    let (mut window, address) = silent(|_| {});
    let clients = clients(&mut window, address, 2);
    window.click("Threads");
    window.until_text("accepting accept blocks");
    let peer = clients[0].local_addr().unwrap();
    window.until("both wait in recv", |harness| {
        let lanes = harness.query_all_by_label_contains("Thread ");
        lanes.filter_map(|node| node.accesskit_node().label()).filter(|label| label.contains("recv blocks")).count()
            == 2
    });
    assert!(window.shows(&format!("Thread 1 {peer} recv blocks")));
    window.harness.get_by_label_contains("Thread 1 ").click();
    window.harness.run_steps(4);
    let lane = window.harness.get_by_label_contains("Thread 1 ").accesskit_node().toggled();
    assert_eq!(lane, Some(egui::accesskit::Toggled::True));
    drop(clients);
    window.until("both are over", |harness| {
        harness.query_all_by_label_contains("closed after the peer finished").count() >= 2
    });
    assert!(!window.shows("served on the accepting thread"));
}

#[test]
fn while_the_accepting_thread_serves_others_wait_and_that_is_told() {
    let (mut window, address) = silent(|draft| (draft.on_accepting_thread, draft.backlog) = (true, 7));
    let clients = clients(&mut window, address, 1);
    let _waiting = TcpStream::connect(address).unwrap();
    window.click("Threads");
    window.until_text("About 7 more may wait in the backlog");
    window.until_text("Thread 1 ");
    assert!(!window.shows("Thread 2 ") && window.shows("1 open · 1 thread"));
    drop(clients);
    window.until_text("Thread 2 ");
}

#[test]
fn those_who_are_turned_away_are_counted() {
    let most = ConnectionLimit { connections: 1, then: Overflow::Refuse };
    let (mut window, address) = silent(|draft| draft.most = Some(most));
    let _clients = clients(&mut window, address, 1);
    let mut second = TcpStream::connect(address).unwrap();
    assert!(rest(&mut second).is_err());
    window.until_text("1 open · 2 threads · 1 turned away");
}

#[test]
fn what_is_only_counted_is_told() {
    let (mut window, address) = silent(|draft| draft.keep_mib = 1);
    let mut clients = clients(&mut window, address, 1);
    clients[0].write_all(&vec![7; 3 << 20]).unwrap();
    window.until_text("↓ 3,145,728");
    window.until_text("Only the first 1 MiB of each direction are kept; the rest is counted.");
}

#[test]
fn messages_that_are_only_counted_are_told_beside_those_that_are_kept() {
    for (language, kept, counted) in [
        (Language::English, "message 10000 of 10000", "3 messages were only counted"),
        (Language::Chinese, "第 10000 条消息，共 10000 条", "另有 3 条消息只计了数"),
    ] {
        let mut fake = server(Setup { language, size: [1600.0, 1000.0], ..Setup::default() });
        let requests = "GET / HTTP/1.1\r\n\r\n".repeat(10_003);
        let mut found = Vec::new();
        Reader::requests().push(requests.as_bytes(), &mut found);
        let events = found.into_iter().map(|found| Event::Found { direction: Direction::Received, found });
        report(&mut fake, 1, (0, requests.len() as u64, 1), events.collect());
        fake.window.until_text(counted);
        let label = fake.window.harness.query_by_label(kept).is_some();
        assert!(label, "{kept}");
    }
}

#[test]
fn a_body_of_which_a_part_is_kept_is_saved_as_a_part() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("part");
    let (mut window, address) = silent_with(Answer::Chosen(target.clone()), |draft| draft.keep_mib = 1);
    let mut clients = clients(&mut window, address, 1);
    let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3145728\r\n\r\n";
    clients[0].write_all(head.as_bytes()).unwrap();
    clients[0].write_all(&vec![b'7'; 3 << 20]).unwrap();
    window.until_text(&format!("↓ {}", socketscope::view::group_digits(head.len() as u64 + (3 << 20))));
    window.click("Save body as…");
    assert_eq!(window.asked.borrow()[0].title, "Save INCOMPLETE body as");
    let kept = (1 << 20) - head.len();
    window.until("what is kept is saved", |_| std::fs::read(&target).is_ok_and(|saved| saved == vec![b'7'; kept]));
}

fn address(last: u8, port: u16) -> SocketAddr {
    ([192, 168, 1, last], port).into()
}

/// Tells that a connection is there, and what crossed it.
fn report(fake: &mut FakeRun, number: u32, (sent, received, reads): (u64, u64, u64), more: Vec<Event>) {
    let peer = address(10 + (number % 200) as u8, 50_000 + (number % 10_000) as u16);
    let mut burst = Burst::default();
    // As late as this, it is as recent in a picture that is made slowly.
    burst.add(Moment(0), Moment(100_000_000_000), received as u32);
    let progress = Progress { calls: reads, reads, sent, received, received_burst: burst, ..Progress::default() };
    let connected = Event::Connected { local: address(1, 9999), peer };
    let mut events =
        vec![opened(&format!("connection {number} {peer}"), sent, received), connected, Event::Progress(progress)];
    events.extend(more);
    fake.report(SocketId::Connection(ConnectionId(number)), events);
}

/// A window that shows so many open connections.
fn crowd(count: u32) -> FakeRun {
    let mut fake = server(Setup { size: [1280.0, 900.0], ..Setup::default() });
    for number in 1..=count {
        report(&mut fake, number, (u64::from(number) * 7_919 % 100_000, u64::from(number), 3), Vec::new());
        if number.is_multiple_of(32) {
            fake.apply_all();
        }
    }
    let text = format!("{} open", socketscope::view::group_digits(count.into()));
    fake.window.until_text(&text);
    fake.window.until("the newest is in view", |harness| numbers(harness).last() == Some(&count));
    fake
}

#[test]
fn of_ten_thousand_rows_only_those_in_view_are_drawn_and_all_are_sorted_and_filtered() {
    let mut many = crowd(10_000);
    assert!(numbers(&many.window.harness).len() < 100);
    many.window.click("Threads");
    assert!((1..100).contains(&many.window.harness.query_all_by_label_contains("Thread ").count()));
    many.window.click("Table");
    many.window.click("Sort by Sent");
    assert!(many.window.shows("↑ 0 ") || numbers(&many.window.harness).len() > 3);
    many.press(Key::Home);
    types(&mut many.window, Role::TextInput, "Find in rows", "connection 9999 ");
    assert_eq!(numbers(&many.window.harness), [9_999]);
}

/// Five connections, each in another state.
fn several(language: Language, size: [f32; 2]) -> FakeRun {
    let mut settings = Settings::default();
    settings.names.set(address(11, 0).ip(), "李明");
    settings.names.set(address(14, 0).ip(), "Anna’s laptop");
    let mut fake = server(Setup { language, size, settings, ..Setup::default() });
    let blocked = Event::CallBlocked(PendingCall { kind: CallKind::Recv, asked: 1024, since: Moment(0) });
    let failure =
        Failure { operation: Operation::Call(CallKind::Recv), subject: None, cause: Cause::Reset, system: None };
    let ended = |how| Event::Ended { at: Moment(12_400_000_000), how };
    report(&mut fake, 1, (1_204, 88_310, 91), vec![blocked.clone()]);
    report(&mut fake, 2, (9_412, 517, 1), vec![ended(Ended::Finished)]);
    report(&mut fake, 3, (0, 41_377, 40), vec![Event::Failed(failure), ended(Ended::Failed)]);
    report(&mut fake, 4, (36, 12, 3), vec![blocked.clone()]);
    report(&mut fake, 5, (8, 0, 0), vec![Event::SendingEnded, blocked]);
    fake.report(SocketId::Listener, vec![Event::TurnedAway, Event::TurnedAway]);
    let open = if language == Language::English { "3 open" } else { "3 个已连接" };
    fake.window.until_text(open);
    fake.window.until("the rows are there", |harness| numbers(harness).last() == Some(&5));
    fake
}

#[test]
fn a_small_window_has_the_table_in_both_languages() {
    for (language, sort) in [(Language::English, "Sort by Rate"), (Language::Chinese, "按速率排序")] {
        let fake = several(language, [1024.0, 640.0]);
        // Names were given, so the rate makes room for them.
        assert!(fake.window.harness.query_by_label(sort).is_none());
        assert!(fake.window.shows("Anna’s laptop"));
    }
}
