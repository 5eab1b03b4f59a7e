//! Searching what is shown, by the keyboard and by the bar's buttons.

use egui::{Key, Modifiers};

use socketscope::view::group_digits;

use super::*;

/// Replies with `body`, and the window that has received it.
fn with_body(fields: &str, body: &[u8]) -> Window {
    let mut window = run_at(&peer(reply(fields, body)), Setup::default());
    window.until("the body arrives", Window::complete);
    window.step();
    window
}

fn reply(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn run_at(address: &str, setup: Setup) -> Window {
    let mut window = Window::open(setup);
    window.asks(address);
    window
}

/// 400 lines, of which the lines 100 and 300 hold `needle`.
fn lines(needle: &str) -> String {
    let line = |i: usize| if i % 200 == 100 { format!("line {i} {needle}\n") } else { format!("line {i}\n") };
    (0..400).map(line).collect()
}

impl Window {
    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(4);
    }

    fn type_search(&mut self, text: &str) {
        self.harness.get_by_role_and_label(Role::TextInput, "Search").set_text_value_accesskit(text);
        self.harness.run_steps(3);
    }

    fn search_for(&mut self, text: &str) {
        self.press(Modifiers::COMMAND, Key::F);
        self.type_search(text);
    }

    /// Chooses what the search is written in; other panels have buttons of that name, too.
    fn search_in(&mut self, kind: &str) {
        self.harness.get_all_by_label(kind).last().unwrap().click();
        self.harness.run_steps(4);
    }
}

#[test]
fn a_text_is_found_in_the_bytes_and_gone_through_in_a_circle() {
    let mut window = with_body("Content-Type: text/plain", lines("Needle").as_bytes());
    window.click("Bytes");
    let whole = reply("Content-Type: text/plain", lines("Needle").as_bytes());
    let at = whole.windows(6).position(|part| part == b"Needle").unwrap() / 16 * 16;
    let row = format!("{} {:02x} {:02x} ", group_digits(at as u64), whole[at], whole[at + 1]);
    assert!(!window.shows(&row), "it is not in view yet");
    window.search_for("needle");
    window.until_text("hit 1 of 2");
    window.until_text(&row);
    window.click("Next hit");
    window.until_text("hit 2 of 2");
    window.press(Modifiers::NONE, Key::F3);
    window.until_text("hit 1 of 2");
    window.press(Modifiers::SHIFT, Key::F3);
    window.until_text("hit 2 of 2");
    window.click("Previous hit");
    window.until_text("hit 1 of 2");
    window.click("Match case");
    window.until_text("no hits");
    window.type_search("Needle");
    window.until_text("hit 1 of 2");
}

#[test]
fn the_bar_is_worked_by_the_keyboard_alone() {
    let mut window = with_body("Content-Type: text/plain", lines("needle").as_bytes());
    window.click("Head");
    window.press(Modifiers::COMMAND, Key::F);
    // The head can't be searched, so the bytes are; the field has the keyboard.
    for key in [Key::N, Key::E, Key::E] {
        window.harness.event(egui::Event::Text(key.name().to_lowercase()));
    }
    window.until_text("hit 1 of 2");
    window.press(Modifiers::NONE, Key::Enter);
    window.until_text("hit 2 of 2");
    window.press(Modifiers::SHIFT, Key::Enter);
    window.until_text("hit 1 of 2");
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.harness.query_by_role_and_label(Role::TextInput, "Search").is_none());
    // What was searched for is still there, and selected.
    window.press(Modifiers::COMMAND, Key::F);
    window.until_text("hit 1 of 2");
    window.harness.event(egui::Event::Text("line 39".into()));
    window.until_text("of 11");
    window.click("Close the search");
    assert!(!window.shows("of 11"));
}

#[test]
fn hex_is_searched_and_what_is_none_is_told_at_the_field() {
    let mut window = with_body("Content-Type: text/plain", lines("needle").as_bytes());
    window.click("Bytes");
    window.search_for("6e 65 65 ?? 6c");
    window.until_text("no hits");
    window.search_in("Hex");
    window.until_text("hit 1 of 2");
    window.type_search("6e 6");
    window.until_text("The digit at character 4 stands alone");
    assert!(!window.shows("hit 1 of 2"));
    window.type_search("6e zz");
    window.until_text("Character 4 is z, which is no hexadecimal digit.");
    window.type_search("0x6e,0x65,0x65");
    window.until_text("hit 1 of 2");
}

#[test]
fn a_regular_expression_is_searched_or_its_fault_told() {
    let mut window = with_body("Content-Type: text/plain", lines("needle").as_bytes());
    window.click("Bytes");
    window.search_for("^line [0-9]+ n(");
    window.search_in("Regex");
    window.until_text("This is no regular expression: unclosed group");
    window.type_search("^line [0-9]+ n");
    window.until_text("hit 1 of 2");
    window.type_search("^line [0-9]+$");
    window.until_text("of 398");
}

#[test]
fn hits_are_counted_while_the_bytes_come() {
    let (more, wait) = bounded::<&[u8]>(0);
    let server = support::Peer::new(move |mut stream| {
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\none needle, ha").unwrap();
        wait.iter().for_each(|bytes| stream.write_all(bytes).unwrap());
    });
    let address = server.address.to_string();
    let mut window = run_at(&address, Setup::default());
    window.until_text("one needle");
    window.search_for("needle");
    window.until_text("hit 1 of 1");
    more.send(b"lf a nee").unwrap();
    window.until_text("half a nee");
    assert!(window.shows("hit 1 of 1"));
    more.send(b"dle").unwrap();
    window.until_text("hit 1 of 2");
    window.click("Next hit");
    window.until_text("hit 2 of 2");
    window.click("Bytes");
    window.until_text("2 hits");
    drop(more);
    server.join();
    window.until("the reply ends", Window::complete);
    assert!(window.shows("2 hits"));
}

#[test]
fn the_text_of_a_body_is_searched_whatever_it_is_wrapped_in() {
    // In GBK, in a gzip, in HTTP chunks.
    let (_, reply) = chinese_page(0);
    let mut window = run_at(&peer(reply), Setup::default());
    window.until("the page arrives", Window::complete);
    window.until_text("百度一下，你就知道");
    window.search_for("你就");
    window.until_text("hit 1 of 1");
    // In HTTP chunks alone, each of one byte.
    let chunks: Vec<u8> =
        lines("nëedle").bytes().flat_map(|byte| [b"1\r\n".as_slice(), &[byte], b"\r\n"].concat()).collect();
    let mut window = with_body(
        "Content-Type: text/plain\r\nTransfer-Encoding: chunked",
        &[&chunks, b"0\r\n\r\n".as_slice()].concat(),
    );
    window.until_text("line 1");
    window.search_for("NËEDLE");
    window.until_text("hit 1 of 2");
    window.until_text("line 100 nëedle");
    window.click("Next hit");
    window.until_text("line 300 nëedle");
    // As hex it is the same bytes.
    window.harness.get_all_by_label("Hex").last().unwrap().click();
    window.harness.run_steps(4);
    window.until_text("2 hits");
    window.click("Next hit");
    window.until_text("hit 1 of 2");
}

#[test]
fn a_text_is_searched_in_the_encoding_of_the_body_or_another() {
    let (gbk, _, _) = encoding_rs::GBK.encode("百度一下，你就知道");
    let address = peer(reply("Content-Type: text/plain; charset=gbk", &gbk));
    let mut window = run_at(&address, Setup { size: [1280.0, 1600.0], ..Setup::default() });
    window.until_text("你就知道");
    window.click("Bytes");
    window.search_for("你");
    window.until_text("hit 1 of 1");
    window.harness.get_by_label("Text in GBK").click();
    window.harness.run_steps(4);
    window.click("Big5");
    window.until_text("no hits");
    window.type_search("ÿ");
    window.until_text("ÿ is not in Big5");
}

#[test]
fn another_body_is_searched_anew() {
    let mut window = with_body("Content-Type: text/plain", lines("needle").as_bytes());
    window.click("Bytes");
    window.search_for("needle");
    window.until_text("hit 1 of 2");
    window.click("↑ Sent");
    window.until_text("no hits");
    window.type_search("host");
    window.until_text("hit 1 of 1");
    window.click("↓ Received");
    window.until_text("no hits");
}

#[test]
fn the_only_hit_is_brought_back_into_view_with_rows_around_it() {
    let text: String =
        (0..400).map(|i| if i == 200 { "the needle\n".to_owned() } else { format!("line {i}\n") }).collect();
    let mut window = with_body("Content-Type: text/plain", text.as_bytes());
    window.search_for("needle");
    window.until_text("the needle");
    window.until_text("line 199");
    window.until_text("line 203");
    window.harness.get_by_role_and_label(Role::List, "Body").focus();
    window.harness.run_steps(3);
    window.press(Modifiers::NONE, Key::Home);
    window.until("it is scrolled away", |harness| harness.query_by_label("the needle").is_none());
    window.press(Modifiers::NONE, Key::F3);
    window.until_text("the needle");
    // A hit in the body chooses its bytes, too.
    window.click("Bytes");
    window.until_text("(6)");
}
