//! What is no HTTP as a conversation: a line a message, chosen, copied, and one direction in its place.

use std::net::TcpListener;
use std::thread;

use crossbeam_channel::{Sender, bounded};
use egui::Key;
use socketscope::settings::ClientForm;

use super::*;

/// A peer that greets who connects, then answers what it gets once it is told to, and closes after two answers: two threads of the window
/// record what is sent and what is received, so an answer must not come before its question is recorded.
fn greeter() -> (String, Sender<()>) {
    let (answer, told) = bounded(1);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serve = move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"welcome\r\n").unwrap();
        for _ in 0..2 {
            let _ = stream.read(&mut [0; 64]).unwrap();
            told.recv().unwrap();
            stream.write_all(&[0, 1, 2, 255]).unwrap();
        }
    };
    thread::Builder::new().name("peer".to_owned()).spawn(serve).unwrap();
    (address, answer)
}

fn received(window: &mut Window, bytes: u64) {
    window.until("the bytes arrive", |harness| {
        harness.state().client_connection().is_some_and(|connection| connection.received.bytes == bytes)
    });
}

/// The conversation of a client with the greeter.
fn talk() -> Window {
    let (address, answer) = greeter();
    let client = ClientForm { address, request: String::new(), ..ClientForm::default() };
    let mut window = Window::open(Setup { settings: Settings { client, ..Settings::default() }, ..Setup::default() });
    window.click("Run");
    received(&mut window, 9);
    for (text, sent, bytes) in [("one", 3, 13), ("two", 6, 17)] {
        let message = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Message");
        message.set_text_value_accesskit(text);
        window.harness.run_steps(2);
        window.click("Send");
        window.until("the message is recorded", |harness| {
            harness.state().client_connection().is_some_and(|connection| connection.sent.bytes == sent)
        });
        answer.send(()).unwrap();
        received(&mut window, bytes);
    }
    window.until("the run ends", |harness| {
        harness.state().client_connection().is_some_and(|c| matches!(c.state(), ConnectionState::Closed(_)))
    });
    window
}

/// The messages in view, without their times.
fn messages(harness: &Harness<'static, App>) -> Vec<String> {
    let rows = harness.query_all_by_role(Role::ListBoxOption).filter_map(|node| node.accesskit_node().label());
    let way = |row: &String| row.split_once(" ↓ ").or(row.split_once(" ↑ ")).map(|(_, rest)| rest.to_owned());
    rows.filter(|row| row.contains("Received ") || row.contains("Sent ")).filter_map(|row| way(&row)).collect()
}

#[test]
fn what_is_no_http_is_shown_as_a_conversation_and_not_as_a_fault() {
    let mut window = talk();
    window.until("the messages are there", |harness| messages(harness).len() == 5);
    let told = messages(&window.harness);
    assert_eq!([&told[0], &told[2]], ["Received 9 bytes: welcome␍␊", "Received 4 bytes: 00 01 02 ff"]);
    assert!(told[1].starts_with("Sent ") && told[1].contains(": one"), "{}", told[1]);
    let is_told = |text: &str| window.harness.query_all_by_label_contains(text).next().is_some();
    assert!(!is_told("This is not HTTP") && !is_told("is no HTTP reply"));
    window.click("Head");
    window.until_text("These bytes are no HTTP, so they have no head.");
}

#[test]
fn a_message_is_chosen_copied_and_shown_in_bytes() {
    let mut window = talk();
    window.until("the messages are there", |harness| messages(harness).len() == 5);
    let row = |window: &Window, text: &str| {
        let nodes = window.harness.get_all_by_label_contains(text);
        nodes.into_iter().find(|node| node.accesskit_node().role() == Role::ListBoxOption).unwrap().rect().center()
    };
    let at = row(&window, ": one");
    window.harness.hover_at(at);
    window.harness.drag_at(at);
    window.harness.drop_at(at);
    window.harness.run_steps(3);
    window.harness.key_press(Key::ArrowUp);
    window.harness.run_steps(3);
    window.harness.event(egui::Event::Copy);
    window.harness.step();
    let copied = |command: &egui::OutputCommand| *command == egui::OutputCommand::CopyText("welcome\r\n".to_owned());
    assert!(window.harness.output().platform_output.commands.iter().any(copied));
    window.until_text("9 bytes on the clipboard");
    window.harness.get_by_label_contains("Received 9 bytes: welcome").click_secondary();
    window.harness.run_steps(3);
    window.click("Show in Bytes");
    window.until_text("↓ bytes 0–8 (9)");
}

#[test]
fn one_direction_alone_is_shown_in_its_place() {
    let mut window = talk();
    window.until("the messages are there", |harness| messages(harness).len() == 5);
    window.click("One direction");
    // The one beside the form stands farther left.
    let all = window.harness.get_all_by_label("Hex");
    all.into_iter().max_by(|a, b| a.rect().left().total_cmp(&b.rect().left())).unwrap().click();
    window.harness.run_steps(4);
    window.until_text("00 01 02 ff");
    assert!(messages(&window.harness).is_empty());
    window.click("Conversation");
    window.until("the messages are there", |harness| messages(harness).len() == 5);
}
