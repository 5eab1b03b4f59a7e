//! What words mean: on hover where they stand, and with F1 in the list of all of them.

use std::net::TcpListener;

use egui::{Key, OutputCommand};

use super::*;

impl Window {
    fn strike(&mut self, key: Key) {
        self.harness.key_press(key);
        self.harness.run_steps(3);
    }

    /// Rests the pointer on the middle of what is labelled so, until the tooltip has come.
    fn rest_on(&mut self, role: Role, label: &str) {
        self.harness.get_by_role_and_label(role, label).hover();
        self.harness.run_steps(8);
    }

    fn is_told(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    /// The topic that is chosen in the list.
    fn chosen_word(&self) -> Vec<String> {
        let rows = self.harness.query_all_by_role(Role::ListBoxOption).map(|node| node.accesskit_node());
        rows.filter(|row| row.toggled() == Some(egui::accesskit::Toggled::True)).filter_map(|row| row.label()).collect()
    }

    pub(super) fn filter_words(&mut self, text: &str) {
        self.harness.get_by_role_and_label(Role::TextInput, "Find").set_text_value_accesskit(text);
        self.harness.run_steps(3);
    }

    fn word_rows(&self) -> usize {
        self.harness.query_all_by_role(Role::ListBoxOption).count()
    }
}

/// The text of the row of a call that begins so.
fn row(window: &Window, part: &str) -> String {
    let rows = window.harness.query_all_by_role(Role::ListBoxOption);
    rows.filter_map(|row| row.accesskit_node().label()).find(|label| label.contains(part)).unwrap()
}

#[test]
fn a_field_and_the_status_say_what_they_mean_where_they_stand() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.click("Head");
    window.rest_on(Role::Label, "Content-Length");
    assert!(window.is_told("in bytes, not in characters"));
    assert!(window.is_told("RFC 9110 §8.6 · RFC 9112 §6.2"));
    window.strike(Key::F1);
    assert!(window.chosen_word().contains(&"Content-Length".to_owned()), "{:?}", window.chosen_word());
    window.strike(Key::Escape);
    window.menu("中文");
    window.rest_on(Role::Label, "Content-Length");
    assert!(window.is_told("按字节而不是按字符计算"));
    assert!(!window.is_told("in bytes, not in characters"));
}

#[test]
fn a_call_says_what_it_does_and_how_it_came_back_what_that_means() {
    let mut window = Window::open(Setup { size: [1280.0, 1100.0], ..Setup::default() });
    window.try_here();
    let place = |window: &Window, part: &str| {
        let label = row(window, part);
        window.harness.get_by_role_and_label(Role::ListBoxOption, &label).rect()
    };
    // The words of a row begin at the same place in each.
    let words = place(&window, "connect(").left() + 176.0;
    let at = egui::pos2(words, place(&window, "connect(").center().y);
    window.harness.hover_at(at);
    window.harness.run_steps(8);
    assert!(window.is_told("Sends SYN and waits"));
    let why = window.harness.get_by_role_and_label(Role::ColumnHeader, "Bytes, or why it ended").rect().left() + 24.0;
    let at = egui::pos2(why, place(&window, "the peer has finished sending").center().y);
    window.harness.hover_at(at);
    window.harness.run_steps(8);
    assert!(window.is_told("the end of the stream and not 'nothing yet'"));
    assert!(!window.is_told("Sends SYN and waits"));
}

/// The titles of columns are drawn, so the pointer is put where one stands.
#[test]
fn the_title_of_a_column_says_what_stands_below_it() {
    let mut window = Window::open(Setup { size: [1024.0, 640.0], ..Setup::default() });
    let at = window.harness.get_by_role_and_label(Role::ColumnHeader, "Asked").rect().center();
    window.harness.hover_at(at);
    window.harness.run_steps(8);
    assert!(window.is_told("How many bytes recv was allowed to return"));
}

#[test]
fn f1_opens_at_the_selected_call_and_the_arrows_go_on_from_there() {
    let mut window = Window::open(Setup { size: [1280.0, 1100.0], ..Setup::default() });
    window.try_here();
    let connect = row(&window, "connect(");
    window.harness.get_by_role_and_label(Role::ListBoxOption, &connect).click();
    window.harness.run_steps(3);
    window.harness.hover_at(egui::Pos2::ZERO);
    window.harness.run_steps(3);
    window.strike(Key::F1);
    assert!(window.chosen_word().contains(&"connect".to_owned()), "{:?}", window.chosen_word());
    assert!(window.is_told("Sends SYN and waits"));
    window.strike(Key::ArrowDown);
    assert!(window.is_told("Copies bytes into the socket's send buffer"));
    assert!(!window.is_told("Sends SYN and waits"));
    window.strike(Key::ArrowUp);
    window.strike(Key::ArrowUp);
    assert!(window.is_told("Takes the oldest finished connection"));
    window.strike(Key::Escape);
    assert!(!window.is_told("Takes the oldest finished connection"));
    window.strike(Key::F1);
    assert!(window.is_told("Sends SYN and waits"));
    window.strike(Key::F1);
    assert!(!window.is_told("Sends SYN and waits"), "F1 closes it, too");
}

#[test]
fn without_a_selection_f1_opens_at_the_failure_that_is_told() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut window = Window::open(Setup::default());
    window.asks(&free.to_string());
    window.until_text(&format!("connect to {free} failed"));
    window.harness.hover_at(egui::Pos2::ZERO);
    window.harness.run_steps(3);
    window.strike(Key::F1);
    assert!(
        window.chosen_word().contains(&"Connection refused (ECONNREFUSED)".to_owned()),
        "{:?}",
        window.chosen_word()
    );
    assert!(window.is_told("answered SYN with RST"));
}

#[test]
fn the_filter_finds_in_both_languages() {
    let mut window = Window::open(Setup::default());
    window.menu("Words");
    let all = window.word_rows();
    window.filter_words("time-wait");
    assert!(window.is_told("TIME-WAIT countdown"));
    assert!(window.word_rows() < all);
    window.filter_words("半关闭");
    assert_eq!(window.word_rows(), 1);
    assert!(window.is_told("One end has finished sending and still receives"));
    window.filter_words("no such word");
    assert_eq!(window.word_rows(), 0);
    assert!(window.is_told("Nothing here has that"));
    window.filter_words("");
    assert_eq!(window.word_rows(), all);
}

#[test]
fn a_standard_is_opened_only_by_a_click_on_its_name() {
    let mut window = Window::open(Setup::default());
    let opened = |window: &Window| {
        let commands = &window.harness.output().platform_output.commands;
        commands.iter().find_map(|command| match command {
            OutputCommand::OpenUrl(open) => Some(open.url.clone()),
            _ => None,
        })
    };
    window.strike(Key::F1);
    window.filter_words("transfer-encoding");
    assert_eq!(opened(&window), None);
    window.harness.get_by_role_and_label(Role::Link, "RFC 9112 §7.1").click();
    let mut seen = None;
    for _ in 0..4 {
        window.step();
        seen = seen.or(opened(&window));
    }
    assert_eq!(seen.as_deref(), Some("https://www.rfc-editor.org/rfc/rfc9112#section-7.1"));
}

#[test]
fn escape_closes_the_words_and_stops_nothing() {
    let mut window = Window::open(Setup::default());
    window.click("Server");
    window.harness.get_by_role_and_label(Role::SpinButton, "Port").set_value_accesskit(0.0);
    window.step();
    window.click("Listen");
    window.until_text("● listening on 127.0.0.1:");
    window.strike(Key::F1);
    assert!(window.is_told("Source:"));
    window.strike(Key::Escape);
    assert!(!window.is_told("Source:"));
    assert!(window.is_told("● listening on 127.0.0.1:"), "the server goes on");
}

#[test]
fn nothing_is_drawn_while_the_words_are_only_read() {
    let mut window = Window::open(Setup::default());
    window.strike(Key::F1);
    // The mark of the field that is typed in blinks; without it nothing moves.
    assert!(window.is_told("Source:"));
    window.harness.ctx.memory_mut(|memory| memory.stop_text_input());
    assert!(window.harness.try_run().is_ok(), "the window goes on asking for frames");
}
