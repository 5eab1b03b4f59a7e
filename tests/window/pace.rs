//! The pace: the tutorial's client and server call by call, by the button and by F10.

use std::io::Write;
use std::net::TcpStream;

use egui::Key;
use socketscope::net::responders::ResponderKind;
use socketscope::settings::ServerForm;

use super::*;

fn choose(window: &mut Window, from: &str, to: &str) {
    if from == "run" {
        window.menu(to);
    } else {
        window.click(&format!("Pace: {from}"));
        window.click(to);
    }
    window
        .until("the pace is that", |harness| harness.query_by_label(&format!("Pace: {to}")).is_some() == (to != "run"));
}

fn server(responder: ResponderKind) -> Window {
    let draft = ServerForm { port: 0, responder, ..ServerForm::default() };
    let settings = Settings { server: draft, ..Settings::default() };
    Window::open(Setup { settings, size: [1280.0, 1000.0], ..Setup::default() })
}

fn received(harness: &Harness<'_, App>) -> u64 {
    harness.state().client_connection().map_or(0, |connection| connection.received.bytes)
}

#[test]
fn the_tutorials_client_goes_on_by_one_call_at_each_step() {
    let mut window = server(ResponderKind::Page);
    window.click("Server");
    window.click("Listen");
    window.until_text("● listening on 127.0.0.1:");
    let address = window.listening_address();
    window.click("Client");
    window
        .harness
        .get_by_role_and_label(Role::TextInput, "Address")
        .set_text_value_accesskit(&format!("http://{address}/"));
    window.step();
    choose(&mut window, "run", "step");
    window.click("Run");
    for (number, call) in ["getaddrinfo()", "socket()", "connect()"].into_iter().enumerate() {
        window.until_text(&format!("Step {call}"));
        window.until_text("comes next");
        assert_eq!(window.harness.state().client_connection().unwrap().thread.call_count, number as u64);
        // By the button and by the key.
        if number == 1 {
            window.click(&format!("Step {call}"));
        } else {
            window.harness.key_press(Key::F10);
        }
    }
    window.until_text("Step send(");
    window.harness.key_press(Key::F10);
    window.until_text("Step recv(1024)");
    assert_eq!(received(&window.harness), 0);
    window.harness.key_press(Key::F10);
    window.until("the first bytes are there", |harness| received(harness) > 0);
    window.until_text("Step recv(1024)");
    let before = received(&window.harness);
    assert!(before <= 1024);
    choose(&mut window, "step", "run");
    window.until("the page arrives", Window::complete);
    assert!(received(&window.harness) > before);
}

#[test]
fn a_server_is_stepped_by_what_is_looked_at_or_else_by_its_listener() {
    let mut window = server(ResponderKind::Echo);
    window.click("Server");
    choose(&mut window, "run", "step");
    window.click("Listen");
    for call in ["socket()", "bind()", "listen()"] {
        window.until_text(&format!("Step listener {call}"));
        window.harness.key_press(Key::F10);
    }
    window.until_text("Step listener accept()");
    let mut client = TcpStream::connect(window.listening_address()).unwrap();
    client.set_read_timeout(Some(LIMIT)).unwrap();
    client.write_all(b"hello").unwrap();
    window.harness.key_press(Key::F10);
    window.until_text("Step recv(1024)");
    window.harness.key_press(Key::F10);
    window.until_text("Step send(5)");
    window.harness.key_press(Key::F10);
    window.until_text("Step recv(1024)");
    let mut echoed = [0; 5];
    std::io::Read::read_exact(&mut client, &mut echoed).unwrap();
    assert_eq!(&echoed, b"hello");
}

#[test]
fn a_slow_pace_is_set_while_it_runs() {
    let mut window = Window::open(Setup { size: [1280.0, 1000.0], ..Setup::default() });
    choose(&mut window, "run", "slow");
    window.harness.get_by_role_and_label(Role::SpinButton, "a call waits");
    window.try_here_without_waiting();
    window.until_text("comes next");
    choose(&mut window, "slow", "run");
    window.until("the page arrives", Window::complete);
}
