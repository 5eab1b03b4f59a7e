//! Bodies that are formatted and folded, binaries as hex, and text that is selected and copied by character, word and line.

use egui::{Event, Key, Modifiers, OutputCommand, PointerButton, Pos2};

use super::*;

fn reply(content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A window that has fetched `body`.
fn fetched(content_type: &str, body: &[u8]) -> Window {
    let settings = Settings { client: ClientForm::of(&peer(reply(content_type, body))), ..Settings::default() };
    let mut window = Window::open(Setup { settings, size: [1280.0, 1000.0], ..Setup::default() });
    press(&mut window, Modifiers::NONE, Key::F5);
    window.until("the body arrives", Window::complete);
    window.harness.run_steps(4);
    window
}

fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.harness.key_press_modifiers(modifiers, key);
    window.harness.run_steps(4);
}

/// The rows of the body, from top to bottom.
fn rows(harness: &Harness<'_, App>) -> Vec<String> {
    let list = harness.query_by_role_and_label(Role::List, "Body").map(|node| node.rect());
    let Some(list) = list else { return Vec::new() };
    let is_row = |rect: egui::Rect| rect.left() == list.left() && list.y_range().contains(rect.center().y);
    let labels = harness.get_all_by_role(Role::Label).filter(|node| is_row(node.rect()));
    let mut rows: Vec<_> = labels
        .filter_map(|node| Some((node.rect().top(), node.accesskit_node().label().or_else(|| node.value())?)))
        .collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    rows.into_iter().map(|(_, text)| text).collect()
}

/// What has gone to the clipboard in the last frame.
fn copied(window: &mut Window) -> Option<String> {
    window.harness.event(Event::Copy);
    window.step();
    let commands = &window.harness.output().platform_output.commands;
    commands.iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

fn until_rows(window: &mut Window, expected: &[&str]) {
    let begun = Instant::now();
    while rows(&window.harness) != expected {
        window.step();
        assert!(begun.elapsed() < LIMIT, "{:?}", rows(&window.harness));
        window.bell.wait(Duration::from_millis(20));
    }
}

#[test]
fn json_is_formatted_folded_and_copied_as_it_is_shown() {
    let mut window = fetched("application/json", br#"{"b":1.0,"a":[1,2],"a":{"c":"x"}}"#);
    until_rows(&mut window, &[r#"{"b":1.0,"a":[1,2],"a":{"c":"x"}}"#]);
    window.click("Formatted");
    let open =
        ["{", "  \"b\": 1.0,", "  \"a\": [", "    1,", "    2", "  ],", "  \"a\": {", "    \"c\": \"x\"", "  }", "}"];
    until_rows(&mut window, &open);
    let marks: Vec<_> = window.harness.get_all_by_role_and_label(Role::DisclosureTriangle, "Fold").collect();
    assert_eq!(marks.len(), 3);
    marks[1].click();
    window.harness.run_steps(2);
    let folded = ["{", "  \"b\": 1.0,", "  \"a\": [ … ],", "  \"a\": {", "    \"c\": \"x\"", "  }", "}"];
    until_rows(&mut window, &folded);
    window.click("Fold all");
    until_rows(&mut window, &["{", "  \"b\": 1.0,", "  \"a\": [ … ],", "  \"a\": { … }", "}"]);
    window.harness.get_by_role_and_label(Role::List, "Body").focus();
    window.harness.run_steps(2);
    press(&mut window, Modifiers::COMMAND, Key::A);
    assert_eq!(copied(&mut window).unwrap(), "{\n  \"b\": 1.0,\n  \"a\": [ … ],\n  \"a\": { … }\n}\n");
    window.until_text("47 bytes copied");
    window.click("Unfold all");
    until_rows(&mut window, &open);
    // The keyboard folds what begins in the row of the selection, or else at the top.
    window.harness.get_by_role_and_label(Role::List, "Body").focus();
    window.harness.run_steps(2);
    press(&mut window, Modifiers::NONE, Key::ArrowLeft);
    until_rows(&mut window, &["{ … }"]);
    press(&mut window, Modifiers::NONE, Key::ArrowRight);
    until_rows(&mut window, &open);
    window.click("Formatted");
    until_rows(&mut window, &[r#"{"b":1.0,"a":[1,2],"a":{"c":"x"}}"#]);
}

#[test]
fn a_body_that_is_neither_text_nor_a_picture_opens_as_hex() {
    let mut window = fetched("application/octet-stream", b"\x1f\x8b\x08\x00\x01binary");
    window.until_text("1f 8b 08 00 01 62 69 6e");
    let mut window = fetched("application/octet-stream", b"only a text\n");
    until_rows(&mut window, &["only a text"]);
}

/// Clicks `count` times at a character of the first row, counted from 0.
fn click_character(window: &mut Window, number: usize, count: usize) {
    let list = window.harness.get_by_role_and_label(Role::List, "Body").rect();
    let row = window.harness.get_by_label_contains("one two").rect();
    let width = window.harness.ctx.fonts_mut(|fonts| fonts.glyph_width(&egui::FontId::monospace(13.0), '0'));
    let at = Pos2::new(list.left() + 12.0 + width * (number as f32 + 0.5), row.center().y);
    window.harness.event(Event::PointerMoved(at));
    window.step();
    for pressed in [true, false].repeat(count) {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        // All of them in one frame: it is the time between them that makes a double click.
        let event = Event::PointerButton { pos: at, button, pressed, modifiers };
        window.harness.input_mut().events.push(event);
    }
    window.step();
    window.step();
}

#[test]
fn a_click_selects_a_character_two_a_word_and_three_a_line_and_that_is_copied() {
    let mut window = fetched("text/plain", b"one two three\nnext\n");
    until_rows(&mut window, &["one two three", "next"]);
    click_character(&mut window, 5, 1);
    assert_eq!(copied(&mut window).as_deref(), Some("w"));
    press(&mut window, Modifiers::SHIFT, Key::ArrowRight);
    assert_eq!(copied(&mut window).as_deref(), Some("wo"));
    press(&mut window, Modifiers::SHIFT | Modifiers::COMMAND, Key::ArrowRight);
    press(&mut window, Modifiers::SHIFT | Modifiers::COMMAND, Key::ArrowRight);
    assert_eq!(copied(&mut window).as_deref(), Some("wo three"));
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::Escape);
    click_character(&mut window, 5, 2);
    assert_eq!(copied(&mut window).as_deref(), Some("two"));
    window.until_text("3 bytes copied");
    press(&mut window, Modifiers::NONE, Key::Escape);
    press(&mut window, Modifiers::NONE, Key::Escape);
    click_character(&mut window, 5, 3);
    assert_eq!(copied(&mut window).as_deref(), Some("one two three\n"));
}
