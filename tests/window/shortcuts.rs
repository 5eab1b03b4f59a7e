//! The keyboard's shortcuts, the sheet that tells them, what the program is, and the title of the window.

use egui::{Key, Modifiers};

use super::*;

fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.harness.key_press_modifiers(modifiers, key);
    window.harness.run_steps(4);
}

fn has(window: &Window, text: &str) -> bool {
    window.harness.query_all_by_label_contains(text).next().is_some()
}

#[test]
fn the_sheet_tells_what_the_keys_do_and_esc_puts_it_away() {
    for (language, run, title) in [
        (Language::English, "Run, or listen", "Keyboard shortcuts"),
        (Language::Chinese, "运行，或开始监听", "键盘快捷键"),
    ] {
        let mut window = Window::open(Setup { language, ..Setup::default() });
        press(&mut window, Modifiers::COMMAND, Key::Slash);
        for text in [title, run, "F5", "Ctrl+L", "Ctrl+1 … Ctrl+8"] {
            assert!(has(&window, text), "{text}");
        }
        press(&mut window, Modifiers::NONE, Key::Escape);
        assert!(!has(&window, run));
    }
}

#[test]
fn ctrl_l_selects_all_of_the_address_and_what_is_typed_takes_its_place() {
    let mut window = Window::open(Setup::default());
    window.click("Server");
    press(&mut window, Modifiers::COMMAND, Key::L);
    let address = window.harness.get_by_role_and_label(Role::TextInput, "Address");
    assert!(address.is_focused());
    address.type_text("example.org");
    window.harness.run_steps(4);
    assert_eq!(window.harness.state().settings().client.address, "example.org");
}

#[test]
fn ctrl_enter_sends_where_a_message_is_typed_and_runs_elsewhere() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let settings = Settings { client: ClientForm::of(&address), ..Settings::default() };
    let mut window = Window::open(Setup { settings, ..Setup::default() });
    press(&mut window, Modifiers::COMMAND, Key::L);
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    window.until("it is connected", |harness| {
        harness.state().client_connection().is_some_and(|connection| connection.state() == ConnectionState::Open)
    });
    let before = window.harness.state().client_connection().unwrap().sent.bytes;
    let message = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Message");
    message.focus();
    message.set_text_value_accesskit("hello");
    window.harness.run_steps(4);
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    window.until("the message is sent", |harness| {
        harness.state().client_connection().is_some_and(|connection| connection.sent.bytes > before)
    });
}

#[test]
fn esc_leaves_the_search_then_the_selection_and_only_then_stops() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let settings = Settings { client: ClientForm::of(&address), ..Settings::default() };
    let mut window = Window::open(Setup { settings, ..Setup::default() });
    press(&mut window, Modifiers::NONE, Key::F5);
    let (mut peer, _) = listener.accept().unwrap();
    peer.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhello").unwrap();
    window.until_text("hello");
    window.click("Head");
    window.click("Content-Length");
    press(&mut window, Modifiers::COMMAND, Key::F);
    assert!(window.harness.query_by_role_and_label(Role::TextInput, "Search").is_some());
    let stops = |window: &Window| !window.harness.get_by_label("Stop").accesskit_node().is_disabled();
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(window.harness.query_by_role_and_label(Role::TextInput, "Search").is_none() && stops(&window));
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(stops(&window), "it was the selection that was left");
    press(&mut window, Modifiers::NONE, Key::Escape);
    window.until("it is stopped", |harness| harness.get_by_label("Stop").accesskit_node().is_disabled());
}

#[test]
fn a_field_for_a_path_that_opens_has_the_keyboard() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    press(&mut window, Modifiers::COMMAND, Key::S);
    window.until_text("offers no file dialog");
    window.step();
    assert!(window.harness.get_by_role_and_label(Role::TextInput, "Path").is_focused());
}

#[test]
fn the_title_names_the_target_and_its_status() {
    let mut window = Window::open(Setup::default());
    window.step();
    assert_eq!(window.harness.state().title(), "Socketscope");
    window.try_here();
    assert_eq!(window.harness.state().title(), "GET 127.0.0.1 · 200 · Socketscope");
    window.click("● Server");
    let address = window.listening_address();
    window.until("the connection is closed", |harness| {
        harness.state().title() == format!("Listening on {address} · 0 open · Socketscope")
    });
}
