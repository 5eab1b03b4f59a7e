//! The Kernel tab: the states of both ends, the figures, the queue of a listener, all of them read from real sockets.

#![cfg(target_os = "linux")]

use std::net::TcpListener;

use super::fake_run::client;
use super::*;

/// The labels of what is drawn in this role.
fn labels(harness: &Harness<'_, App>, role: Role) -> Vec<String> {
    let text = |node: egui_kittest::Node<'_>| node.accesskit_node().label().or_else(|| node.value());
    harness.query_all_by_role(role).filter_map(text).collect()
}

fn has(harness: &Harness<'_, App>, role: Role, start: &str) -> bool {
    labels(harness, role).iter().any(|label| label.starts_with(start))
}

/// The states that are lit, of this end first.
fn lit(harness: &Harness<'_, App>) -> Vec<String> {
    let now = |label: String| label.split_once(", now").map(|(state, rest)| format!("{state}{rest}"));
    labels(harness, Role::Image).into_iter().filter_map(now).collect()
}

#[test]
fn an_empty_tab_says_what_will_appear() {
    let mut window = Window::open(Setup::default());
    window.click("Kernel");
    window.until_text("as a diagram with the path taken");
}

#[test]
fn both_ends_are_shown_where_both_are_here_and_time_wait_counts_down_at_the_one_that_closed_first() {
    let mut window = Window::open(Setup { size: [1600.0, 1200.0], ..Setup::default() });
    window.try_here();
    window.click("Kernel");
    window.until("one end is in TIME_WAIT, and the other one gone", |harness| {
        let mut lit = lit(harness);
        lit.sort();
        lit == ["CLOSED", "TIME_WAIT"]
    });
    window.until_text("TIME_WAIT, for ");
    window.until_text("CLOSED: no longer in the socket table");
    // The ways are those of who closed first and of who closed second.
    for passed in ["FIN_WAIT1", "FIN_WAIT2", "CLOSE_WAIT", "LAST_ACK"] {
        let label = format!("{passed}, passed");
        assert!(has(&window.harness, Role::Image, &label), "{label}: {:?}", labels(&window.harness, Role::Image));
    }
    window.click("Body");
    assert!(window.harness.try_run().is_ok(), "it is not looked at any more");
}

#[test]
fn while_a_connection_lives_its_figures_stand_in_a_table_and_over_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut window = Window::open(Setup { size: [1600.0, 1400.0], ..Setup::default() });
    window.click("Kernel");
    window.asks(&listener.local_addr().unwrap().to_string());
    let (mut peer, _) = listener.accept().unwrap();
    // The other end is not in the program, but on this machine.
    window.until("both are established", |harness| lit(harness) == ["ESTABLISHED", "ESTABLISHED"]);
    assert!(has(&window.harness, Role::Image, "SYN_SENT, passed"));
    window.until("the request is unread at the other end", |harness| {
        labels(harness, Role::Label)
            .iter()
            .any(|label| label.strip_prefix("Unread 0 bytes, ").is_some_and(|other| !other.starts_with("0 ")))
    });
    let rows = labels(&window.harness, Role::Label);
    assert!(rows.iter().any(|row| row.starts_with("Congestion window ") && row.contains(" segments, ")), "{rows:?}");
    for plot in ["Round-trip time: at most ", "Congestion window: ", "Not acknowledged yet: ", "Unread: at most "] {
        assert!(has(&window.harness, Role::Image, plot), "{plot}");
    }
    assert!(peer.read(&mut [0; 4096]).unwrap() > 0);
    window.until("it is read", |harness| has(harness, Role::Label, "Unread 0 bytes, 0 bytes"));
    drop(peer);
    window.until("the other end closed first", |harness| lit(harness) == ["CLOSED", "TIME_WAIT"]);
    assert!(has(&window.harness, Role::Label, "LAST_ACK "), "{:?}", labels(&window.harness, Role::Label));
    // Another tab and back: what was seen is still there.
    window.click("Body");
    window.click("Kernel");
    assert!(has(&window.harness, Role::Image, "Unread: at most "));
}

#[test]
fn a_listener_shows_its_queue_against_its_backlog() {
    let mut window = Window::open(Setup { size: [1280.0, 1000.0], ..Setup::default() });
    window.click("Server");
    window.click("Web page, port 9999");
    window.harness.get_by_role_and_label(Role::SpinButton, "Port").set_value_accesskit(0.0);
    window.step();
    window.click("Kernel");
    window.click("Listen");
    window.until_text("● listening on 127.0.0.1:");
    window.until("it listens, as the kernel has it", |harness| lit(harness) == ["LISTEN"]);
    window.until_text("0 of ");
    window.until_text("LISTEN, seen in the socket table");
}

/// A connection that is not in the table of this machine: everything there is deduced from its calls.
#[test]
fn without_the_table_the_states_are_deduced_and_said_to_be() {
    let (mut fake, _thread) = client(Setup { size: [1280.0, 1200.0], ..Setup::default() });
    fake.window.click("Kernel");
    fake.window.until("it is deduced", |harness| lit(harness) == ["ESTABLISHED, deduced"]);
    fake.window.until_text("ESTABLISHED, deduced from the calls");
}

/// Where the states are drawn that are lit.
fn lit_places(window: &Window) -> Vec<egui::Rect> {
    let is_lit = |node: &egui_kittest::Node<'_>| {
        let node = node.accesskit_node();
        node.label().or_else(|| node.value()).is_some_and(|label| label.contains(", now"))
    };
    window.harness.query_all_by_role(Role::Image).filter(is_lit).map(|node| node.rect()).collect()
}

/// The part of the window below the tabs and above the status line.
fn is_in_view(window: &Window, place: egui::Rect) -> bool {
    let top = window.harness.get_by_role_and_label(Role::Tab, "Kernel").rect().bottom();
    place.top() >= top && place.bottom() <= window.harness.ctx.content_rect().bottom() - 40.0
}

#[test]
fn the_state_is_in_view_in_a_small_window_also_where_something_else_was_scrolled_away() {
    let mut window = Window::open(Setup { size: [1024.0, 640.0], ..Setup::default() });
    window.try_here();
    window.click("Kernel");
    let is_over = |harness: &Harness<'_, App>| {
        let mut lit = lit(harness);
        lit.sort();
        lit == ["CLOSED", "TIME_WAIT"]
    };
    let check = |window: &mut Window| {
        window.until("one end is in TIME_WAIT, and the other one gone", is_over);
        window.harness.run_steps(40);
        let places = lit_places(window);
        assert!(places.len() == 2 && places.iter().all(|place| is_in_view(window, *place)), "{places:?}");
        assert!((places[0].top() - places[1].top()).abs() < 1.0, "side by side: {places:?}");
        places
    };
    let places = check(&mut window);
    // The user's own place is left alone.
    scroll(&mut window, places[0].center(), -5_000.0);
    window.harness.run_steps(40);
    assert!(!lit_places(&window).iter().any(|place| is_in_view(&window, *place)), "the figures are in view");
    window.click("Run again");
    check(&mut window);
}

fn scroll(window: &mut Window, pointer: egui::Pos2, by: f32) {
    let (unit, delta, phase) = (egui::MouseWheelUnit::Point, egui::vec2(0.0, by), egui::TouchPhase::Move);
    let (source, modifiers) = (egui::MouseWheelSource::Unknown, egui::Modifiers::default());
    window.harness.hover_at(pointer);
    window.harness.run_steps(2);
    window.harness.event(egui::Event::MouseWheel { unit, delta, phase, source, modifiers });
    window.harness.run_steps(4);
}

/// The other end's state is beside this one's, also in the little width that a projector leaves.
#[test]
fn two_diagrams_stand_side_by_side_in_600_points() {
    let mut window = Window::open(Setup { size: [930.0, 900.0], ..Setup::default() });
    window.try_here();
    window.click("Kernel");
    window.until("both ends are there", |harness| lit(harness).len() == 2);
    let diagrams = window.harness.query_all_by_label("States of TCP (RFC 9293, figure 5)");
    let places: Vec<_> = diagrams.map(|node| node.rect()).collect();
    let [own, other] = places[..] else { panic!("{places:?}") };
    assert!(own.top() == other.top() && own.right() < other.left() && own.width() >= 250.0, "{places:?}");
}
