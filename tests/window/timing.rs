//! The Timing tab: phases with their figures and plots, of a client, and of one connection and all of a server.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

use egui::accesskit::Toggled;

use super::*;

/// The rows of the table of phases, as they are read out.
fn rows(window: &Window) -> Vec<String> {
    let nodes = window.harness.query_all_by_role(Role::ListBoxOption);
    let labels = nodes.filter_map(|node| node.accesskit_node().label());
    labels.filter(|label| PHASES.iter().any(|phase| label.starts_with(phase))).collect()
}

const PHASES: [&str; 8] = ["Resolve", "1 address in vain", "Connect", "TLS", "Send", "Wait", "Receive", "Prepare"];

/// The names of the phases in the rows, without figures.
pub(super) fn names(window: &Window) -> Vec<&'static str> {
    let name = |row: String| *PHASES.iter().find(|phase| row.starts_with(**phase)).unwrap();
    rows(window).into_iter().map(name).collect()
}

fn is_drawn(harness: &Harness<'_, App>, role: Role, text: &str) -> bool {
    harness.query_all_by_role(role).any(|node| node.accesskit_node().label().is_some_and(|label| label.contains(text)))
}

#[test]
fn an_empty_tab_says_what_will_appear() {
    let mut window = Window::open(Setup::default());
    window.click("Timing");
    window.until_text("from the name to the last byte");
}

#[test]
fn a_clients_phases_stand_in_a_bar_and_a_table_with_plots_below() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.click("Timing");
    assert_eq!(names(&window), ["Resolve", "Connect", "Send", "Wait", "Receive"]);
    for row in rows(&window) {
        assert!(row.ends_with(" %"), "{row} has its share");
        assert!([" µs", " ms", " s"].iter().any(|unit| row.contains(unit)), "{row} has its time");
    }
    assert_eq!(
        window
            .harness
            .query_all_by_role(Role::Image)
            .filter(|node| { node.accesskit_node().label().is_some_and(|label| label.starts_with("Receive ")) })
            .count(),
        1,
        "the bar has a part for it"
    );
    let bytes = socketscope::view::group_digits(window.harness.state().client_connection().unwrap().received.bytes);
    assert!(
        is_drawn(&window.harness, Role::Image, &format!("↓ {bytes} bytes, at most ")),
        "the plot tells its figures"
    );
    assert!(is_drawn(&window.harness, Role::Image, "Read sizes: "));
    assert!(window.harness.query_by_label("Only this connection").is_none(), "a client has one connection");
}

#[test]
fn the_part_under_the_pointer_lights_its_row_and_the_row_its_part() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.click("Timing");
    let selected = |window: &Window| -> Vec<String> {
        let nodes = window.harness.query_all_by_role(Role::ListBoxOption);
        let lit = nodes.map(|node| node.accesskit_node()).filter(|node| node.toggled() == Some(Toggled::True));
        lit.filter_map(|node| node.label()).collect()
    };
    assert_eq!(selected(&window), Vec::<String>::new());
    let rows = rows(&window);
    let part = rows[4].split(',').next().unwrap().to_owned();
    window.harness.get_by_role_and_label(Role::Image, &part).hover();
    window.harness.run_steps(4);
    assert_eq!(selected(&window), [rows[4].clone()]);
    window.harness.get_by_role_and_label(Role::ListBoxOption, &rows[0]).hover();
    window.harness.run_steps(4);
    assert_eq!(selected(&window), [rows[0].clone()]);
    window.harness.get_by_role_and_label(Role::ListBoxOption, &rows[1]).focus();
    window.harness.get_by_label("Head").hover();
    window.harness.run_steps(4);
    assert_eq!(selected(&window), [rows[1].clone()], "the keyboard lights it, too");
}

#[test]
fn a_refused_connection_shows_where_it_failed() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut window = Window::open(Setup::default());
    window.click("Timing");
    window.asks(&free.to_string());
    window.until_text(&format!("connect to {free} failed"));
    assert_eq!(names(&window), ["Resolve", "Connect"]);
    assert!(rows(&window)[1].contains(", failed"));
    assert!(is_drawn(&window.harness, Role::Image, "no read has brought bytes"));
}

#[test]
fn while_nothing_comes_the_wait_goes_on_until_it_is_stopped() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut window = Window::open(Setup::default());
    window.click("Timing");
    window.asks(&listener.local_addr().unwrap().to_string());
    let (mut peer, _) = listener.accept().unwrap();
    assert!(peer.read(&mut [0; 4096]).unwrap() > 0);
    // Sending goes on, too, until it is known to be done.
    let waits = |label: &String| label.starts_with("Wait") && label.contains(", goes on");
    window.until("it waits", |harness| {
        let rows = harness.query_all_by_role(Role::ListBoxOption);
        rows.filter_map(|node| node.accesskit_node().label()).any(|label| waits(&label))
    });
    assert_eq!(names(&window), ["Resolve", "Connect", "Send", "Wait"]);
    window.click("Stop");
    window.until("it is stopped", |harness| is_drawn(harness, Role::ListBoxOption, ", stopped"));
    assert_eq!(names(&window), ["Resolve", "Connect", "Send", "Wait"]);
    assert!(rows(&window)[3].contains(", stopped"));
}

/// A server in the window, and its address.
fn server(window: &mut Window) -> SocketAddr {
    window.click("Server");
    window.click("Web page, port 9999");
    window.harness.get_by_role_and_label(Role::SpinButton, "Port").set_value_accesskit(0.0);
    window.step();
    window.click("Listen");
    window.until_text("● listening on 127.0.0.1:");
    let address = window.listening_address();
    let port = address.rsplit(':').next().unwrap().parse().unwrap();
    (Ipv4Addr::LOCALHOST, port).into()
}

fn fetch(address: SocketAddr) -> usize {
    let fetch = move || {
        let mut socket = TcpStream::connect(address).unwrap();
        socket.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut reply = Vec::new();
        socket.read_to_end(&mut reply).unwrap();
        reply.len()
    };
    thread::Builder::new().name("fetch".into()).spawn(fetch).unwrap().join().unwrap()
}

#[test]
fn a_server_shows_one_connection_or_all_of_them() {
    let mut window = Window::open(Setup::default());
    let address = server(&mut window);
    window.click("Timing");
    let length = fetch(address) + fetch(address);
    let each = socketscope::view::group_digits(length as u64 / 2);
    let sum = socketscope::view::group_digits(length as u64);
    window.until("the newest connection has sent its page", |harness| {
        is_drawn(harness, Role::Image, &format!("Throughput: ↑ {each} bytes"))
    });
    window.until("it is closed", |harness| !is_drawn(harness, Role::ListBoxOption, "goes on"));
    assert_eq!(names(&window), ["Wait", "Receive", "Prepare", "Send"]);
    window.click("All connections");
    window.until("the sum is shown", |harness| is_drawn(harness, Role::Image, &format!("Throughput: ↑ {sum} bytes")));
    assert_eq!(names(&window), ["Wait", "Receive", "Prepare", "Send"]);
    assert!(rows(&window)[0].contains(", Connections 2, Longest "), "{}", rows(&window)[0]);
    window.click("Only this connection");
    window
        .until("one is shown again", |harness| is_drawn(harness, Role::Image, &format!("Throughput: ↑ {each} bytes")));
}
