//! Bodies that are pictures, and one that becomes very large.

use super::*;

/// Serves `body` once, and gives the address.
pub(super) fn serving(content_type: &str, body: Vec<u8>) -> String {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n", body.len());
    support::replying([head.as_bytes(), &body].concat()).to_string()
}

fn open_at(address: &str) -> Window {
    open_with(Setup::default(), address)
}

/// A window that has received what is served at `address`.
pub(super) fn open_with(setup: Setup, address: &str) -> Window {
    let mut window = Window::open(setup);
    window.runs(address);
    window
}

impl Window {
    /// Receives what is served at `address`.
    pub(super) fn runs(&mut self, address: &str) {
        self.asks(address);
        self.until("the body arrives", Window::complete);
    }
}

pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let image = image::RgbaImage::from_pixel(width, height, image::Rgba([200, 30, 30, 128]));
    image.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

#[test]
fn a_picture_is_shown_as_one_and_as_bytes_on_demand() {
    let mut window = open_at(&serving("image/png", png(300, 200)));
    window.until("the picture is decoded", |harness| {
        harness.query_by_role_and_label(Role::Image, "PNG, 300 × 200 pixels").is_some()
    });
    window.click("1:1");
    window.harness.get_by_role_and_label(Role::Button, "Hex").click();
    window.harness.run_steps(4);
    window.until_text("89 50 4e 47");
    window.click("Picture");
    window.until("it is shown again", |harness| harness.query_by_role(Role::Image).is_some());
}

#[test]
fn a_picture_is_told_by_its_bytes_where_no_type_is_named() {
    let mut window = open_at(&serving("", png(2, 2)));
    window.until("the picture is decoded", |harness| harness.query_by_role(Role::Image).is_some());
}

#[test]
fn a_broken_picture_says_so_and_its_bytes_can_be_seen() {
    let mut bytes = png(20, 20);
    bytes.truncate(60);
    let mut window = open_at(&serving("image/png", bytes));
    window.until_text("The picture is broken");
    window.harness.get_by_role_and_label(Role::Button, "Hex").click();
    window.harness.run_steps(4);
    window.until_text("89 50 4e 47");
}

#[test]
fn a_body_that_becomes_very_large_is_decoded_to_its_end_on_demand() {
    let mut coded = Vec::new();
    let params = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &vec![b'a'; 6 << 20][..], &mut coded, &params).unwrap();
    let mut window = open_at(&serving("text/plain\r\nContent-Encoding: br", coded));
    window.until_text("come out of each byte");
    window.click("Decode it all");
    window.until_text("decoded 6,291,456");
    assert!(window.harness.query_by_label("Decode it all").is_none());
}

#[test]
fn a_coding_that_is_none_is_told_and_the_body_shown_as_received() {
    let body = || b"plain words of a body that nobody has coded".to_vec();
    let mut window = open_at(&serving("text/plain\r\nContent-Encoding: UTF-8", body()));
    window.until_text("plain words of a body");
    window.until_text("Content-Encoding says UTF-8, which is no registered content coding");
    let mut window = open_at(&serving("text/plain\r\nContent-Encoding: gzip", body()));
    window.until_text("plain words of a body");
    window.until_text("coded with gzip, but its bytes are no gzip");
}

#[test]
fn what_is_flushed_is_shown_while_more_is_to_come() {
    let head =
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: br\r\nTransfer-Encoding: chunked\r\n\r\n";
    let parts: [&[u8]; 4] = [b"1\r\n\x8b\r\n", b"6\r\n\x01\x80one\n\r\n", b"7\r\n\x18\0\x08two\n\r\n", b"0\r\n\r\n"];
    let mut parts: Vec<Vec<u8>> = parts.iter().map(|part| part.to_vec()).collect();
    parts[0].splice(0..0, *head);
    let (address, go_on) = support::sending_parts(parts);
    let mut window = Window::open(Setup::default());
    window.asks(&address.to_string());
    window.until_text("Nothing of the body can be shown yet");
    for line in ["one", "two"] {
        go_on.send(()).unwrap();
        window.until_text(line);
        assert!(window.harness.query_by_label_contains("This message has no body").is_none());
    }
    go_on.send(()).unwrap();
    window.until("the body arrives", Window::complete);
}

#[test]
fn text_that_was_chosen_for_one_body_is_not_chosen_for_the_next_picture() {
    let mut window = open_at(&serving("text/plain", b"plain words".to_vec()));
    window.until_text("plain words");
    window.harness.get_by_role_and_label(Role::Button, "Text").click();
    let is_shown = |harness: &Harness<'_, App>| harness.query_by_role(Role::Image).is_some();
    window.runs(&serving("image/png", png(300, 200)));
    window.until("the picture is shown", is_shown);
    // What was chosen for this picture belongs to it, and how pages are looked at stays.
    window.harness.get_by_role_and_label(Role::Button, "Text").click();
    window.until("it is text now", |harness| harness.query_by_role(Role::Image).is_none());
    window.runs(&serving("image/png", png(30, 20)));
    window.until("the next one is shown", is_shown);
    window.runs(&serving("text/plain", b"more plain words".to_vec()));
    window.until_text("more plain words");
}

#[test]
fn a_guess_fits_the_language_of_the_window() {
    let body = b"\xc4\xe3\xba\xc3".to_vec();
    let setup = Setup { language: Language::Chinese, ..Setup::default() };
    let mut window = open_with(setup, &serving("text/plain", body));
    window.until_text("\u{4f60}\u{597d}");
    window.until("the guess is told as one", |harness| harness.query_by_label_contains("GBK · 推测").is_some());
}

#[test]
fn a_page_is_no_picture() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.until_text("<!DOCTYPE html>");
    assert!(window.harness.query_by_label("Picture").is_none());
}

fn lines(count: usize) -> Vec<u8> {
    (0..count).flat_map(|number| format!("line {number:07} of the text, with words in it\n").into_bytes()).collect()
}

/// The rows that are on the screen.
fn rows(harness: &Harness<'_, App>) -> Vec<String> {
    let rows = harness.query_all_by_label_contains("line 0");
    rows.filter_map(|node| node.accesskit_node().label().or_else(|| node.value())).collect()
}

fn press(window: &mut Window, modifiers: egui::Modifiers, key: egui::Key) {
    window.harness.key_press_modifiers(modifiers, key);
    window.harness.run_steps(3);
}

/// Clicks on a row of the text and gives it the focus.
fn click_row(window: &mut Window, row: &str, modifiers: egui::Modifiers) {
    let at = window.harness.get_by_label(row).rect().left_center() + egui::vec2(20.0, 0.0);
    window.harness.hover_at(at);
    for pressed in [true, false] {
        let button = egui::PointerButton::Primary;
        window.harness.event_modifiers(egui::Event::PointerButton { pos: at, button, pressed, modifiers }, modifiers);
        window.step();
    }
    window.harness.run_steps(2);
}

/// What was copied since the last frame.
fn copied(window: &mut Window) -> String {
    window.harness.event(egui::Event::Copy);
    window.step();
    let commands = &window.harness.output().platform_output.commands;
    let text = commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    text.unwrap_or_default()
}

#[test]
fn the_end_of_a_large_text_is_reached_and_an_idle_window_draws_nothing() {
    let mut window = open_at(&serving("text/plain", lines(600_000)));
    window.until_text("line 0000000 of");
    click_row(&mut window, "line 0000003 of the text, with words in it", egui::Modifiers::NONE);
    press(&mut window, egui::Modifiers::NONE, egui::Key::End);
    window.until_text("line 0599999 of");
    assert!(window.harness.query_by_label_contains("counting rows").is_none());
    assert!(window.harness.try_run().is_ok(), "the window goes on asking for frames");
    press(&mut window, egui::Modifiers::NONE, egui::Key::PageUp);
    assert!(!rows(&window.harness).is_empty());
    assert!(rows(&window.harness).iter().all(|row| !row.starts_with("line 0599999")));
}

#[test]
fn another_width_keeps_the_line_at_the_top() {
    let once = lines(40_000);
    let long = once.split(|byte| *byte == b'\n').map(|line| line.repeat(4)).collect::<Vec<_>>().join(&b'\n');
    let mut window = open_at(&serving("text/plain", long));
    window.until_text("line 0000000 of");
    let second = rows(&window.harness)[1].clone();
    click_row(&mut window, &second, egui::Modifiers::NONE);
    (0..150).for_each(|_| press(&mut window, egui::Modifiers::NONE, egui::Key::PageDown));
    let top = rows(&window.harness)[0].clone();
    assert!(!top.starts_with("line 00000"), "it was scrolled: {top}");
    let line = top["line 0".len()..][..6].to_owned();
    for width in [900.0, 1600.0, 1280.0] {
        window.harness.set_size(egui::vec2(width, 800.0));
        let wanted = format!("line 0{line}");
        window.until("the same line stands at the top", |harness| {
            harness.query_by_label_contains("counting rows").is_none()
                && rows(harness).first().is_some_and(|row| row.contains(&wanted))
        });
    }
}

#[test]
fn lines_are_not_wrapped_if_the_user_does_not_want_it() {
    let mut body = b"short\n".to_vec();
    body.extend((0..30_000).flat_map(|number| format!("{number:05} ").into_bytes()));
    body.extend(b"\nlast\n");
    let mut window = open_at(&serving("text/plain", body));
    window.until_text("00000 00001");
    assert!(window.harness.query_by_label("last").is_none(), "wrapped, it lies far below");
    window.click("Word wrap");
    window.until_text("last");
    let row = window.harness.query_all_by_label_contains("00000 00001").count();
    assert_eq!(row, 1);
    click_row(&mut window, "short", egui::Modifiers::NONE);
    press(&mut window, egui::Modifiers::NONE, egui::Key::ArrowRight);
    window.until_text("00003 00004");
    assert!(window.harness.query_by_label_contains("00000 00001").is_none());
    let bar = window.harness.get_by_label("Scroll sideways").rect();
    let end = bar.right_center() - egui::vec2(4.0, 0.0);
    window.harness.drag_at(end);
    window.step();
    window.harness.drop_at(end);
    window.until_text("… 114,464 bytes more in this line");
    window.click("Word wrap");
    window.until("it is wrapped again", |harness| harness.query_by_label("last").is_none());
}

#[test]
fn selected_lines_are_copied_as_they_are() {
    let mut window = open_at(&serving("text/plain", b"one\r\ntwo \x1b[1m\r\nthree\r\nfour\r\n".to_vec()));
    window.until_text("three");
    click_row(&mut window, "two ␛[1m", egui::Modifiers::NONE);
    let first = copied(&mut window);
    assert_eq!(first.len(), 1, "{first:?}");
    window.until_text("1 byte copied");
    click_row(&mut window, "three", egui::Modifiers::SHIFT);
    let more = copied(&mut window);
    assert!(more.starts_with(&first) && more.contains(" \u{1b}[1m\r\nt"), "{more:?}");
    press(&mut window, egui::Modifiers::SHIFT, egui::Key::ArrowDown);
    let more = copied(&mut window);
    assert!(more.starts_with(&first) && more.ends_with("\r\nthree\r\nfour\r\n"), "{more:?}");
    press(&mut window, egui::Modifiers::COMMAND, egui::Key::A);
    assert_eq!(copied(&mut window), "one\r\ntwo \u{1b}[1m\r\nthree\r\nfour\r\n");
}

#[test]
fn no_more_is_copied_than_a_clipboard_should_hold() {
    let mut window = open_at(&serving("text/plain", lines(500_000)));
    window.until_text("line 0000000 of");
    click_row(&mut window, "line 0000003 of the text, with words in it", egui::Modifiers::NONE);
    press(&mut window, egui::Modifiers::COMMAND, egui::Key::A);
    assert_eq!(copied(&mut window).len(), 8 << 20);
    window.until_text("the first 8,388,608 bytes of");
}

#[test]
fn counting_that_takes_long_says_so_and_can_be_stopped_and_resumed() {
    let item = b"{\"name\": \"a text of some length\", \"value\": 12345, \"list\": [true, false, null]},\n";
    let mut body = item.repeat(1_500_000);
    body.extend(b"\"the end\"\n");
    let mut window = Window::open(Setup::default());
    let address = serving("application/json", body);
    window.asks(&address);
    window.until_text("counting rows");
    window.click("Cancel");
    window.until_text("counting rows stopped at");
    window.until("all has arrived", Window::complete);
    assert!(window.harness.try_run().is_ok(), "nothing goes on, and the window asks for frames");
    let first = window.harness.query_all_by_label_contains("a text of some length").next().unwrap().rect();
    window.harness.drag_at(first.center());
    window.step();
    window.harness.drop_at(first.center());
    window.step();
    press(&mut window, egui::Modifiers::NONE, egui::Key::End);
    assert!(window.harness.query_by_label("\"the end\"").is_none(), "it is not counted yet");
    window.click("Resume");
    window.until("the end is counted and followed", |harness| harness.query_by_label("\"the end\"").is_some());
    assert!(window.harness.query_by_label_contains("counting rows").is_none());
}
