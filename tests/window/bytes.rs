//! The bytes, the ruler over them, and one choice that lights the same bytes everywhere.

use std::net::TcpStream;

use super::*;

/// Sends `parts` to the first who connects and asks, each once the one before has been read.
fn sending(parts: &'static [&'static [u8]], read: Receiver<()>) -> String {
    let serve = move |stream: &mut TcpStream| {
        for part in parts {
            stream.write_all(part).unwrap();
            let _ = read.recv();
        }
    };
    support::asked(serve).to_string()
}

/// A window that has received `parts`, each by a recv of its own.
pub(super) fn received(parts: &'static [&'static [u8]]) -> Window {
    let (told, read) = bounded(parts.len());
    let address = sending(parts, read);
    // Nothing fades in, so that pictures of the same rows differ by what is lit in them alone.
    let settings = Settings { less_motion: true, ..Settings::default() };
    let mut window = Window::open(Setup { settings, ..Setup::default() });
    window.asks(&address);
    let mut total = 0;
    for part in parts {
        total += part.len() as u64;
        window.until("a part arrives", |harness| {
            harness.state().client_connection().is_some_and(|connection| connection.received.bytes == total)
        });
        told.send(()).unwrap();
    }
    window.until("the run ends", |harness| {
        harness.state().client_connection().is_some_and(|c| matches!(c.state(), ConnectionState::Closed(_)))
    });
    window.click("Bytes");
    window
}

pub(super) const SPLIT: &[&[u8]] = &[b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r", b"\nhel", b"lo"];

#[test]
fn each_byte_of_the_separator_is_traced_to_its_own_read() {
    let mut window = received(SPLIT);
    window.until_text("separator: bytes 34–37 (4)");
    // Two of the reads are told by the ribbon, each with its bytes.
    let calls = |window: &Window| {
        let names = window.harness.query_all_by_label_contains("recv #");
        let texts: Vec<_> = names.map(|node| node.accesskit_node().label().unwrap()).collect();
        texts.into_iter().map(|text| text.split(": ").nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(calls(&window), ["bytes 0–36 (37)", "bytes 37–40 (4)", "bytes 41–42 (2)"]);
    window.click("separator: bytes 34–37 (4)");
    window.until_text("↓ bytes 34–37 (4)");
}

#[test]
fn the_ruler_goes_from_the_whole_to_single_bytes() {
    const LONG: &[&[u8]] = &[b"HTTP/1.1 200 OK\r\nContent-Length: 5003\r\n\r", b"\nhel", &[b'x'; 5000]];
    let mut window = received(LONG);
    let short = |window: &Window| window.harness.query_by_label_contains(": bytes 40–43 (4)").is_some();
    assert!(!short(&window));
    window.click("separator: bytes 37–40 (4)");
    window.click("Selection");
    assert!(short(&window));
    window.until_text("Ruler, ↓ Received: bytes ");
    window.click("Whole");
    window.until_text("bytes 0 to 5,044 of 5,044");
    assert!(!short(&window));
}

#[test]
fn a_choice_lights_the_same_bytes_everywhere() {
    let mut window = received(SPLIT);
    window.click("Head");
    window.harness.get_by_label("Content-Length").click();
    window.harness.run_steps(4);
    window.click("Bytes");
    window.until_text("↓ bytes 17–33 (17)");
    // A call chosen in the list chooses its bytes.
    window.harness.query_all_by_label_contains("recv(1024)").nth(1).unwrap().click();
    window.harness.run_steps(4);
    window.until_text("↓ bytes 37–40 (4)");
    // And bytes chosen after that are no longer those of the call.
    go_to(&mut window, "5");
    window.until_text("↓ bytes 5–5 (1)");
    window.click("Head");
    window.harness.get_by_label("Content-Length").click();
    window.harness.run_steps(4);
    window.click("Bytes");
    window.until_text("↓ bytes 17–33 (17)");
}

#[test]
fn a_call_on_the_ruler_selects_its_row() {
    let mut window = received(SPLIT);
    let ribbon = window.harness.query_all_by_label_contains("bytes 37–40 (4)").next().unwrap();
    ribbon.click();
    window.harness.run_steps(4);
    window.until_text("↓ bytes 37–40 (4)");
    let row = window
        .harness
        .query_all_by_role(Role::ListBoxOption)
        .find(|node| node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True));
    assert!(row.unwrap().accesskit_node().label().unwrap().contains("recv(1024)"));
}

#[test]
fn an_offset_is_gone_to_and_one_that_is_not_there_is_told() {
    let mut window = received(SPLIT);
    for (typed, told) in [("0x10", "↓ bytes 16–16 (1)"), ("+2", "↓ bytes 18–18 (1)"), ("100%", "↓ bytes 42–42 (1)")]
    {
        go_to(&mut window, typed);
        window.until_text(told);
    }
    go_to(&mut window, "43");
    window.until_text("There is no such byte: the direction has 43.");
}

pub(super) fn go_to(window: &mut Window, offset: &str) {
    let field = window.harness.get_by_role_and_label(Role::TextInput, "Go to");
    field.focus();
    field.set_text_value_accesskit(offset);
    window.harness.run_steps(2);
    window.harness.key_press(egui::Key::Enter);
    window.harness.run_steps(4);
}

#[test]
fn what_is_chosen_is_copied_in_any_form() {
    let mut window = received(SPLIT);
    window.click("separator: bytes 34–37 (4)");
    for (form, text) in [
        ("Hex", "0d 0a 0d 0a"),
        ("Text", "\r\n\r\n"),
        ("Python bytes", "data = (\n    b'\\r\\n'\n    b'\\r\\n'\n)\n"),
        ("C array", "unsigned char data[4] = {\n    0x0d, 0x0a, 0x0d, 0x0a,\n};\n"),
    ] {
        window.click("Copy");
        window.harness.query_all_by_label(form).last().unwrap().click();
        let mut copied = None;
        for _ in 0..4 {
            window.step();
            copied = copied.or_else(|| {
                let commands = &window.harness.output().platform_output.commands;
                commands.iter().find_map(|command| match command {
                    egui::OutputCommand::CopyText(text) => Some(text.clone()),
                    _ => None,
                })
            });
        }
        assert_eq!(copied.as_deref(), Some(text), "{form}");
    }
}

#[test]
fn both_directions_stand_in_the_order_of_their_calls() {
    let mut window = received(SPLIT);
    window.click("Both by time");
    window.until_text("47 45 54 20 2f 20 48 54");
    window.until_text("48 54 54 50 2f 31 2e 31");
    window.click("↑ Sent");
    window.until("the received bytes are gone", |harness| {
        harness.query_all_by_label_contains("48 54 54 50 2f 31 2e 31").next().is_none()
    });
}

#[test]
fn the_text_follows_the_character_encoding() {
    let mut window = received(&[
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=gbk\r\nContent-Length: 4\r\n\r\n\xd6\xd0\xce\xc4",
    ]);
    window.click("Body");
    window.until_text("中文");
    window.click("Bytes");
    window.until_text("····中文");
}

#[test]
fn frames_of_http_chunks_stand_under_the_ruler() {
    let mut window =
        received(&[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"]);
    window.until_text("HTTP chunk framing: bytes 47–49 (3)");
    window.click("HTTP chunk data: bytes 50–54 (5)");
    window.until_text("↓ bytes 50–54 (5)");
}

/// Whether the row of the body that holds `text` is on the screen, and lit.
fn is_lit(window: &Window, text: &str) -> bool {
    let mut rows = window.harness.query_all_by_label_contains(text);
    rows.any(|row| row.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True))
}

#[test]
fn what_is_chosen_is_lit_in_the_text_of_the_body_and_the_other_way_round() {
    const LINES: &[&[u8]] = &[b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\none\nt", b"wo\nthree", b"\nfour\n"];
    let mut window = received(LINES);
    window.harness.query_all_by_label_contains("recv(1024)").nth(1).unwrap().click();
    window.harness.run_steps(4);
    window.until_text("↓ bytes 44–51 (8)");
    window.click("Body");
    window.until_text("three");
    assert!(!is_lit(&window, "one") && is_lit(&window, "two") && is_lit(&window, "three") && !is_lit(&window, "four"));
    let at = window.harness.get_by_label("four").rect().left_center() + egui::vec2(20.0, 0.0);
    window.harness.hover_at(at);
    window.harness.drag_at(at);
    window.step();
    window.harness.drop_at(at);
    window.harness.run_steps(3);
    assert!(is_lit(&window, "four") && !is_lit(&window, "three"));
    window.click("Bytes");
    window.until_text("↓ bytes 54–54 (1)");
}

#[test]
fn a_choice_that_is_extended_stays_where_it_is_extended() {
    const LONG: &[&[u8]] = &[b"HTTP/1.1 200 OK\r\nContent-Length: 4962\r\n\r\n", &[b'x'; 4962]];
    let mut window = received(LONG);
    go_to(&mut window, "0");
    let at =
        window.harness.get_by_role_and_label(Role::List, "Hex and text").rect().left_top() + egui::vec2(100.0, 8.0);
    window.harness.hover_at(at);
    window.harness.drag_at(at);
    window.step();
    window.harness.drop_at(at);
    window.harness.run_steps(3);
    for _ in 0..100 {
        window.harness.key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::ArrowDown);
        window.harness.run_steps(3);
    }
    window.until_text("1,600 78 78");
    window.until_text("(1,601)");
}

#[test]
fn offsets_are_told_in_hex_when_that_is_wanted_and_it_is_kept() {
    const LONG: &[&[u8]] = &[b"HTTP/1.1 200 OK\r\nContent-Length: 462\r\n\r\n", &[b'x'; 462]];
    let mut window = received(LONG);
    let row = |window: &Window, offset: &str| {
        let name = format!("{offset} 78 78");
        window.harness.query_all_by_label_contains(&name).next().is_some()
    };
    assert!(row(&window, "64") && !row(&window, "00000040"));
    window.click("Offsets in hex");
    assert!(row(&window, "00000040") && !row(&window, "64"));
    assert!(window.harness.state().settings().views.hex_offsets);
}

/// Presses at `at` so many times, as fast as makes one click of several.
fn clicks(window: &mut Window, at: egui::Pos2, times: usize) {
    window.harness.hover_at(at);
    window.step();
    let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::NONE);
    for pressed in [true, false].repeat(times) {
        window.harness.input_mut().events.push(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
    }
    window.harness.run_steps(4);
}

#[test]
fn a_word_and_a_line_are_selected_in_the_text_and_copied_as_text() {
    let mut window = received(SPLIT);
    let list = window.harness.get_by_role_and_label(Role::List, "Hex and text").rect();
    // The text begins behind the hex. The word is found by trying.
    let at = |x: f32| list.left_top() + egui::vec2(x, 8.0);
    clicks(&mut window, at(458.0), 2);
    window.until_text("↓ bytes ");
    let chosen = |window: &Window| {
        let node = window.harness.query_all_by_label_contains("↓ bytes ").next().unwrap().accesskit_node();
        node.label().or_else(|| node.value()).unwrap()
    };
    assert_eq!(chosen(&window), "↓ bytes 0–3 (4)", "HTTP");
    window.harness.event(egui::Event::Copy);
    window.step();
    let copied = |command: &egui::OutputCommand| *command == egui::OutputCommand::CopyText("HTTP".to_owned());
    assert!(window.harness.output().platform_output.commands.iter().any(copied));
    window.until_text("4 bytes on the clipboard");
    clicks(&mut window, at(458.0), 3);
    assert_eq!(chosen(&window), "↓ bytes 0–16 (17)", "the status line with its line end");
}

#[test]
fn wide_rows_stay_at_the_place_that_is_looked_at() {
    const LONG: &[&[u8]] = &[b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n", &[b'x'; 20_000]];
    let mut window = received(LONG);
    go_to(&mut window, "10,016");
    window.until_text("10,016 78 78");
    let top = |window: &Window| {
        let list = window.harness.get_by_role_and_label(Role::List, "Hex and text").rect();
        let rows = window.harness.query_all_by_label_contains(" 78 78 78");
        let mut rows: Vec<_> = rows.filter(|row| row.rect().top() > list.top() - 1.0).collect();
        rows.sort_by(|a, b| a.rect().top().total_cmp(&b.rect().top()));
        let node = rows[0].accesskit_node();
        let label = node.label().or_else(|| node.value()).unwrap();
        let (offset, hex) = label.split_once(' ').unwrap();
        (offset.replace(',', "").parse::<u64>().unwrap(), hex.matches("78").count())
    };
    let (narrow, count) = top(&window);
    assert_eq!(count, 16);
    window.harness.set_size(egui::vec2(3200.0, 800.0));
    window.harness.run_steps(4);
    let (wide, count) = top(&window);
    assert_eq!((count, wide), (32, narrow / 32 * 32));
    window.harness.set_size(egui::vec2(1280.0, 800.0));
    window.harness.run_steps(4);
    assert_eq!(top(&window), (narrow, 16), "and back");
}
