//! The Calls list: millions of rows, the filter, folding, following, the calls of all connections as one list.

use egui::{Event as Input, Key};
use socketscope::capture::{Call, CallKind, ConnectionId, Failure, Moment, Note, Operation, SocketId};

use super::fake_run::{FakeRun, client, fake_run};
use super::*;

#[test]
fn row_three_million_is_reached_selected_and_read() {
    let (mut fake, mut thread) = client(Setup::default());
    fake.receives(&mut thread, (0..3_000_005).map(|at| (at, 1)), 1);
    fake.ends(&thread);
    fake.window.until_text("3,000,005 ↓ recv(1)");
    fake.click_row("3,000,005 ↓ recv(1)");
    for _ in 0..5 {
        fake.press(Key::ArrowUp);
    }
    assert!(fake.is_selected("3,000,000 ↓ recv(1)") && !fake.is_selected("3,000,005 ↓"));
    fake.window.click("Bytes");
    // The byte 2,999,999 stands at the end of this row.
    fake.window.until_text("2,999,984 ");
    let last = format!("{:02x} ", 2_999_984 % 251);
    assert!(fake.is_shown(&format!("2,999,984 {last}")), "the row begins with the byte that stands there");
    fake.click_row("3,000,000 ↓");
    fake.press(Key::Home);
    assert!(fake.is_shown("1 ↓ recv(1)") && !fake.is_shown("3,000,000 ↓"));
    // The selection is where it was, and an arrow comes back to it.
    fake.press(Key::ArrowDown);
    assert!(fake.is_selected("3,000,001 ↓ recv(1)"));
}

#[test]
fn the_filter_counts_for_calls_that_were_made_and_for_those_to_come() {
    let (mut fake, mut thread) = client(Setup::default());
    fake.receives(&mut thread, (0..40).map(|at| (at, if at % 4 == 0 { 1024 } else { 7 })), 1024);
    fake.window.until_text("40 calls");
    fake.window.click("Filter");
    fake.types("At least so many bytes", "1,000");
    fake.window.until_text("Shown 10 of 40");
    assert!(fake.is_shown("37 ↓ recv(1024)") && !fake.is_shown("38 ↓ recv(1024)"));
    fake.receives(&mut thread, [(41, 7), (42, 1024)], 1024);
    fake.window.until_text("Shown 11 of 42");
    assert!(fake.is_shown("42 ↓ recv(1024)"), "the list follows its newest row");
    fake.types("Text in the row", "no such text");
    fake.window.until_text("Shown 0 of 42");
    fake.window.until_text("No call passes the filter.");
    fake.window.click("Clear filter");
    fake.window.until_text("42 calls");
    assert!(fake.is_shown("41 ↓ recv(1024)"));
}

#[test]
fn a_filter_that_takes_its_time_tells_how_far_it_is_and_can_be_cancelled() {
    let (mut fake, mut thread) = client(Setup::default());
    // To look through so many long texts takes seconds, and a hundredth of them a fraction of one.
    let error = std::io::Error::other("-".repeat(32 * 1024));
    let failure = Some(Failure::of(Operation::Call(CallKind::Recv), None, &error));
    fake.fails(&mut thread, 1_000_000, Note { failure, ..Note::default() });
    fake.window.until_text("1,000,000 calls");
    fake.window.click("Filter");
    fake.types("Text in the row", "no such text");
    let text = "Looking through, ";
    fake.window.until("it says how far it is", |harness| {
        let begun = |node: egui_kittest::Node<'_>| node.value().is_some_and(|value| !value.contains(", 0 %"));
        harness.query_all_by_label_contains(text).any(begun)
    });
    assert!(!fake.is_shown("1,000,000 calls") && !fake.is_shown("No call passes the filter."));
    fake.window.click("Cancel");
    assert!(!fake.is_shown(text) && fake.is_shown("1,000,000 calls"));
    assert!(fake.is_shown("1,000,000 ↓ recv(1024)"));
    let field = fake.window.harness.get_by_role_and_label(Role::TextInput, "Text in the row");
    assert_eq!(field.value().as_deref(), Some(""));
}

#[test]
fn a_recv_that_failed_got_no_0() {
    let (mut fake, mut thread) = client(Setup::default());
    fake.receives(&mut thread, [(0, 7), (7, 0)], 1024);
    fake.fails(&mut thread, 1, Note::default());
    fake.window.until_text("3 calls");
    let texts = ["2 ↓ recv(1024) the peer has finished sending 0 of 1,024 bytes", "3 ↓ recv(1024) failed"];
    for text in texts {
        assert!(fake.window.harness.query_by_label(text).is_some(), "{text}");
    }
    fake.click_row(texts[1]);
    fake.window.harness.event(Input::Copy);
    fake.window.harness.step();
    let copied = |command: &egui::OutputCommand| matches!(command, egui::OutputCommand::CopyText(text) if text.contains("\t1,024\t–\t"));
    assert!(fake.window.harness.output().platform_output.commands.iter().any(copied));
}

#[test]
fn a_folded_row_is_selected_as_a_whole_and_opened_in_place() {
    let (mut fake, mut thread) = client(Setup::default());
    fake.receives(&mut thread, (0..50).map(|at| (at, 16)).chain([(50, 7), (51, 0)]), 16);
    fake.window.until_text("52 calls");
    fake.window.click("Fold");
    fake.window.until_text("Shown 52 of 52, in 3 rows");
    let row = "1 ↓ recv × 50, 16 each → 800";
    fake.click_row(row);
    assert!(fake.is_selected(row));
    fake.press(Key::Enter);
    let second = "2 ↓ recv(16) 16 of 16 bytes";
    assert!(fake.window.harness.query_by_label(second).is_some(), "the row is open");
    fake.click_row("3 ↓ recv(16)");
    assert!(fake.is_selected("3 ↓ recv(16)") && !fake.is_selected(row));
    fake.window.harness.event(Input::Copy);
    fake.window.harness.step();
    let copied = |command: &egui::OutputCommand| matches!(command, egui::OutputCommand::CopyText(text) if text.starts_with("3\t0.000000\t↓ recv(16)\t16\t16\t"));
    assert!(fake.window.harness.output().platform_output.commands.iter().any(copied));
    fake.window.harness.run_steps(2);
    fake.window.harness.get_by_label("Fold the 50 calls").click_accesskit();
    fake.window.harness.run_steps(3);
    assert!(fake.window.harness.query_by_label(second).is_none(), "the row is closed");
    fake.window.click("Fold");
    fake.window.until_text("52 calls");
    let third = "3 ↓ recv(16) 16 of 16 bytes";
    assert!(fake.window.harness.query_by_label(third).is_some(), "the selected call stays in sight");
}

#[test]
fn the_newest_row_is_followed_until_the_user_scrolls_up() {
    let (mut fake, mut thread) = client(Setup::default());
    fake.receives(&mut thread, (0..200).map(|at| (at, 1)), 1);
    fake.window.until_text("200 ↓ recv(1)");
    fake.receives(&mut thread, (200..300).map(|at| (at, 1)), 1);
    fake.window.until_text("300 ↓ recv(1)");
    fake.click_row("300 ↓ recv(1)");
    fake.press(Key::PageUp);
    assert!(!fake.is_shown("300 ↓ recv(1)") && !fake.is_shown("↓ newest"));
    fake.receives(&mut thread, (300..400).map(|at| (at, 1)), 1);
    fake.window.until_text("400 calls");
    fake.window.step();
    assert!(!fake.is_shown("400 ↓ recv(1)"));
    fake.window.click("↓ newest");
    assert!(fake.is_shown("400 ↓ recv(1)") && !fake.is_shown("↓ newest"));
    fake.receives(&mut thread, [(400, 1)], 1);
    fake.window.until_text("401 ↓ recv(1)");
}

#[test]
fn the_calls_of_all_connections_are_one_list_in_the_order_of_time() {
    let mut fake = fake_run(Setup::default());
    fake.window.click("Server");
    fake.window.harness.get_by_role_and_label(Role::SpinButton, "Port").set_value_accesskit(0.0);
    fake.window.step();
    fake.window.click("Listen");
    let mut one = fake.thread(SocketId::Connection(ConnectionId(1)));
    let mut two = fake.thread(SocketId::Connection(ConnectionId(2)));
    let listener = fake.thread(SocketId::Listener);
    fake.receives(&mut one, [(10, 11), (40, 14)], 64);
    fake.receives(&mut two, [(20, 12), (30, 13)], 64);
    for thread in [&one, &two, &listener] {
        fake.ends(thread);
    }
    fake.window.until_text("2 calls");
    fake.window.click("All");
    fake.window.until_text("Shown 4 of 4");
    let rows = |fake: &FakeRun| {
        let nodes = fake.window.harness.get_all_by_label_contains("↓ recv(64)");
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
    assert_eq!(rows(&fake), in_order);
    // The newer connection is looked at; a call of the other one shows that, and stays selected.
    fake.click_row("2 ↓ recv(64) 14 of");
    assert!(fake.is_selected("2 ↓ recv(64) 14 of"));
    assert_eq!(rows(&fake), in_order);
    fake.press(Key::ArrowUp);
    fake.window.harness.run_steps(3);
    assert!(fake.is_selected("2 ↓ recv(64) 13 of") && !fake.is_selected("14 of"));
    fake.window.click("This connection");
    assert_eq!(rows(&fake), ["1 ↓ recv(64) 12 of 64 bytes", "2 ↓ recv(64) 13 of 64 bytes"]);
}

#[test]
fn only_failures_are_shown_and_found_by_what_is_said_about_them() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut window = Window::open(Setup::default());
    window.asks(&free.to_string());
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

/// What a row that is selected and copied says in its column of times.
fn copied_time(fake: &mut FakeRun) -> String {
    fake.window.harness.event(Input::Copy);
    fake.window.harness.step();
    let commands = fake.window.harness.output().platform_output.commands.clone();
    let text = commands.into_iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text),
        _ => None,
    });
    text.unwrap().split('\t').nth(1).unwrap().to_owned()
}

#[test]
fn rows_tell_when_calls_came_back_which_is_their_order() {
    let (mut fake, mut thread) = client(Setup::default());
    let second = 1_000_000_000;
    fake.receives(&mut thread, [(2 * second, 1)], 8);
    // A send that blocked: another thread received meanwhile.
    fake.calls(
        &mut thread,
        Call { kind: CallKind::Send, begun: Moment(second), took: 3 * second, asked: 5, got: 5, ..Call::default() },
    );
    fake.receives(&mut thread, [(5 * second, 2)], 8);
    fake.window.until_text("3 calls");
    let rows = ["1 ↓ recv(8)", "2 ↑ send(5)", "3 ↓ recv(8)"];
    let times = |fake: &mut FakeRun| {
        rows.map(|row| {
            fake.click_row(row);
            copied_time(fake)
        })
    };
    assert_eq!(times(&mut fake), ["2.000000", "4.000000", "5.000000"]);
    fake.window.click("Times: since start");
    fake.window.click("since previous");
    assert_eq!(times(&mut fake), ["2.000000", "2.000000", "1.000000"]);
}

#[test]
fn times_are_told_as_the_user_chooses() {
    let (mut fake, mut thread) = client(Setup::default());
    fake.receives(&mut thread, [(1_500_000_000, 1), (1_750_000_000, 2)], 8);
    fake.window.until_text("2 calls");
    fake.click_row("2 ↓ recv(8)");
    assert_eq!(copied_time(&mut fake), "1.750000");
    fake.window.click("Times: since start");
    fake.window.click("since previous");
    fake.click_row("2 ↓ recv(8)");
    assert_eq!(copied_time(&mut fake), "0.250000");
    fake.window.click("Times: since previous");
    fake.window.click("wall clock");
    fake.click_row("2 ↓ recv(8)");
    let wall = copied_time(&mut fake);
    assert!(wall.len() >= 15 && wall.as_bytes()[2] == b':' && wall.as_bytes()[8] == b'.', "{wall}");
}

/// Whether a title of the list has this text.
fn has_title(fake: &FakeRun, title: &str) -> bool {
    fake.window.harness.query_by_role_and_label(Role::ColumnHeader, title).is_some()
}

#[test]
fn a_row_says_what_it_carried() {
    let (mut fake, mut thread) = client(Setup::default());
    let reply = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x00\x01\xfe\xff";
    fake.exchanges(&mut thread, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", reply, &[(4_000_000, 38), (5_000_000, 4)]);
    fake.window.until_text("recv(16384)");
    let carried: Vec<String> = {
        let rows = fake.window.harness.query_all_by_role(Role::ListBoxOption);
        rows.filter_map(|row| row.accesskit_node().value()).collect()
    };
    assert_eq!(
        carried,
        ["GET / HTTP/1.1␍␊Host: a␍␊␍␊", "HTTP/1.1 200 OK␍␊Content-Length: 4␍␊␍␊", "00 01 fe ff"],
        "as text or in hex"
    );
}

#[test]
fn one_peer_is_no_column_and_several_are() {
    let mut fake = super::fake_run::server(Setup { size: [1500.0, 900.0], ..Setup::default() });
    for id in [1, 2] {
        let mut thread = fake.thread(SocketId::Connection(ConnectionId(id)));
        fake.receives(&mut thread, [(id.into(), 7)], 1024);
    }
    fake.window.until_text("recv(1024)");
    assert!(!has_title(&fake, "Peer"));
    fake.window.click("All");
    assert!(has_title(&fake, "Peer"));
}

#[test]
fn a_column_is_hidden_and_brought_back() {
    let (mut fake, mut thread) = client(Setup::default());
    fake.receives(&mut thread, [(1, 7)], 1024);
    fake.window.until_text("recv(1024)");
    assert!(has_title(&fake, "Asked"));
    fake.window.harness.get_by_role_and_label(Role::ColumnHeader, "Asked").click_secondary();
    fake.window.harness.run_steps(3);
    fake.window.harness.get_by_role_and_label(Role::CheckBox, "Asked").click();
    fake.window.harness.run_steps(4);
    assert!(!has_title(&fake, "Asked") && has_title(&fake, "Got"));
    assert!(fake.window.harness.state().settings().views.calls.is_hidden("column-asked"), "it is kept");
    fake.window.click("Widths and columns as they were");
    assert!(has_title(&fake, "Asked"));
}

#[test]
fn a_column_is_dragged_wider_and_fitted_by_a_double_click() {
    let (mut fake, mut thread) = client(Setup::default());
    fake.receives(&mut thread, [(1, 7)], 1024);
    fake.window.until_text("recv(1024)");
    let edge =
        |fake: &FakeRun| fake.window.harness.get_by_role_and_label(Role::Splitter, "Width of Call").rect().center();
    let (before, by) = (edge(&fake), egui::vec2(60.0, 0.0));
    fake.window.harness.hover_at(before);
    fake.window.harness.drag_at(before);
    fake.window.step();
    fake.window.harness.hover_at(before + by);
    fake.window.harness.run_steps(2);
    fake.window.harness.drop_at(before + by);
    fake.window.harness.run_steps(3);
    assert!((edge(&fake).x - before.x - by.x).abs() < 2.0, "{} {}", edge(&fake).x, before.x);
    let (pos, button, modifiers) = (edge(&fake), egui::PointerButton::Primary, egui::Modifiers::NONE);
    let press = |pressed| Input::PointerButton { pos, button, pressed, modifiers };
    fake.window.harness.input_mut().events.extend([true, false, true, false].map(press));
    fake.window.harness.run_steps(4);
    assert!(edge(&fake).x < before.x, "as wide as ↓ recv(1024)");
}

#[test]
fn the_menu_of_a_row_filters_copies_and_saves() {
    let (mut fake, mut thread) = client(Setup::default());
    fake.receives(&mut thread, (0..4).map(|at| (at, 7)), 1024);
    fake.calls(&mut thread, Call { kind: CallKind::Close, ..Call::default() });
    fake.window.until_text("5 calls");
    let menu = |fake: &mut FakeRun, row: &str| {
        fake.window.harness.get_by_label_contains(row).click_secondary();
        fake.window.harness.run_steps(3);
    };
    menu(&mut fake, "2 ↓ recv(1024)");
    assert!(fake.is_selected("2 ↓ recv(1024)"), "what has the menu is selected");
    fake.window.click("Copy bytes as");
    fake.window.click("Hex dump");
    assert!(fake.is_shown("7 bytes on the clipboard"));
    menu(&mut fake, "2 ↓ recv(1024)");
    fake.window.click("Only recv");
    fake.window.until_text("Shown 4 of 5");
    menu(&mut fake, "2 ↓ recv(1024)");
    fake.window.click("Save these bytes…");
    let asked = fake.window.asked.borrow().iter().map(|ask| ask.name.clone()).collect::<Vec<_>>();
    assert_eq!(asked, ["received-7-14.bin"]);
}

#[test]
fn after_clear_no_call_is_counted_that_is_not_there() {
    let (mut fake, mut thread) = client(Setup::default());
    fake.receives(&mut thread, [(1, 7), (2, 7)], 1024);
    fake.window.until_text("2 calls");
    fake.window.click("Clear");
    fake.window.until_text("0 calls");
    fake.receives(&mut thread, [(3, 7)], 1024);
    fake.window.until_text("1 call");
}
