//! The program beside the run: after every step of the tutorial's client and server, the line that is lit and what the variables hold.

use std::net::TcpStream;

use egui::Key;
use egui::accesskit::Toggled;
use socketscope::export::program::Dialect;
use socketscope::net::responders::ResponderKind;
use socketscope::settings::ServerForm;

use super::*;

const TALL: [f32; 2] = [1440.0, 1060.0];

fn window(responder: ResponderKind) -> Window {
    let server = ServerForm { port: 0, responder, pause: 0.0, ..ServerForm::default() };
    let settings = Settings { server, shows_program: true, ..Settings::default() };
    Window::open(Setup { settings, size: TALL, ..Setup::default() })
}

/// The lines that are lit, without their numbers.
fn lit(harness: &Harness<'_, App>) -> Vec<String> {
    let lit =
        harness.query_all_by_role(Role::Label).filter(|node| node.accesskit_node().toggled() == Some(Toggled::True));
    let labels = lit.filter_map(|node| node.accesskit_node().label().or_else(|| node.value()));
    let numbered = |label: String| {
        let (number, text) = label.split_once(": ")?;
        number.parse::<u32>().ok()?;
        Some(text.trim_start().to_owned())
    };
    labels.filter_map(numbered).collect()
}

impl Window {
    fn until_lit(&mut self, expected: &[&str]) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            let lit = lit(&self.harness);
            if lit == expected {
                return;
            }
            assert!(begun.elapsed() < LIMIT, "{expected:?}: lit is {lit:?}");
            self.bell.wait(Duration::from_millis(20));
        }
    }

    /// Asserts what variables hold, written as `d = b''`.
    fn holds(&self, variables: &[&str]) {
        for variable in variables {
            let found = self.harness.query_all_by_label(variable).next().is_some();
            let name = variable.split_once(" = ").unwrap().0;
            let all: Vec<_> = self
                .harness
                .query_all_by_label_contains(&format!("{name} = "))
                .filter_map(|node| node.accesskit_node().label())
                .collect();
            assert!(found, "{variable} is none of {all:?}");
        }
    }

    fn pace_by_steps(&mut self) {
        self.click("Menu");
        self.click("step");
        self.until_text("Pace: step");
    }

    fn f10(&mut self) {
        self.harness.key_press(Key::F10);
    }
}

const UNASSIGNED: &str = "not assigned yet";

#[test]
fn the_tutorials_client_is_lit_line_by_line_with_its_variables() {
    let mut window = window(ResponderKind::Page);
    window.click("Server");
    window.click("Listen");
    window.until_text("● listening on 127.0.0.1:");
    let address = window.listening_address();
    window.click("Client");
    let field = window.harness.get_by_role_and_label(Role::TextInput, "Address");
    field.set_text_value_accesskit(&format!("http://{address}/"));
    window.step();
    window.until_text("client.py does what the form says.");
    window.pace_by_steps();
    window.click("Run");
    let (host, port) = address.split_once(':').unwrap();
    let connect = format!("sock.connect(('{host}', {port}))  comes next");
    let none = |names: &[&str]| names.iter().map(|name| format!("{name} = {UNASSIGNED}")).collect::<Vec<_>>();
    let unassigned = |window: &Window, names: &[&str]| {
        window.holds(&none(names).iter().map(String::as_str).collect::<Vec<_>>());
    };

    window.until_lit(&[&connect]);
    window.until_text("client.py does what this run does.");
    unassigned(&window, &["sock", "d", "buffer", "data", "header", "html"]);
    window.f10();
    window.until_lit(&["with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:  comes next"]);
    window.f10();
    window.until_lit(&[&connect]);
    window.holds(&["sock = not connected yet"]);
    window.f10();
    let host_line = format!("b'Host: {address}\\r\\n'");
    window.until_lit(&[
        "sock.send(b'GET / HTTP/1.1\\r\\n'  comes next",
        &host_line,
        "b'Connection: close\\r\\n'",
        "b'\\r\\n')",
    ]);
    let local = window.harness.state().client_connection().unwrap().local.unwrap();
    let sock = format!("sock = {local} → {address}");
    window.holds(&[&format!("{sock}, connected")]);
    unassigned(&window, &["d", "buffer", "data"]);
    window.f10();
    let recv = "d = sock.recv(1024)  comes next";
    window.until_lit(&[recv]);
    window.holds(&["buffer = 0 parts, 0 bytes"]);
    unassigned(&window, &["d", "data", "header", "html"]);

    let whole = |window: &Window| {
        let connection = window.harness.state().client_connection().unwrap();
        let received = connection.received.spool.read(socketscope::http::Span::new(0, u64::MAX)).unwrap();
        (received, connection.thread.call_count)
    };
    let mut parts = 0;
    loop {
        let (before, calls) = whole(&window);
        window.f10();
        window.until("the recv came back", |harness| {
            harness.state().client_connection().is_some_and(|now| now.thread.call_count > calls)
        });
        let (now, _) = whole(&window);
        let part = &now[before.len()..];
        if part.is_empty() {
            break;
        }
        parts += 1;
        window.until_lit(&[recv]);
        let shown = |bytes: &[u8]| {
            let more = if bytes.len() > 64 { "…" } else { "" };
            let literal = socketscope::export::program::literal_of(&bytes[..bytes.len().min(64)], Dialect::Python);
            let count = socketscope::view::group_digits(bytes.len() as u64);
            format!("{count} bytes  {literal}{more}")
        };
        let many = if parts == 1 { "part" } else { "parts" };
        let total = socketscope::view::group_digits(now.len() as u64);
        window.holds(&[&format!("d = {}", shown(part)), &format!("buffer = {parts} {many}, {total} bytes")]);
        unassigned(&window, &["data", "header", "html"]);
    }
    assert!(parts >= PAGE.len() / 1024);
    window.until_lit(&[
        "with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:  close(), leaving with: comes next",
    ]);
    window.holds(&["d = 0 bytes  b''"]);
    unassigned(&window, &["data", "header", "html"]);
    window.f10();
    window.until_lit(&[
        "with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:  close(), leaving with: returned",
    ]);
    window.holds(&[&format!("{sock}, closed")]);
    let (received, _) = whole(&window);
    let head = received.len() - PAGE.len();
    let starts = |name: &str, bytes: usize, literal: &str| {
        format!("{name} = {} bytes  {literal}", socketscope::view::group_digits(bytes as u64))
    };
    let header = |literal: &str| starts("header", head - 4, literal);
    window.until_text(&starts("data", received.len(), "b'HTTP/1.1 200 OK\\r\\n"));
    window.until_text(&header("b'HTTP/1.1 200 OK\\r\\n"));
    window.until_text(&starts("html", PAGE.len(), "b'<!DOCTYPE html>"));
    // The same moment in the other languages.
    window.click("Rust");
    window.until_lit(&["drop(sock);  returned"]);
    window.click("C");
    window.until_lit(&["close(sock);  returned"]);
    // There it is one run of bytes, and no list.
    window.until_text(&starts("buffer", received.len(), "\"HTTP/1.1 200 OK\\r\\n"));
    window.until_text(&header("\"HTTP/1.1 200 OK\\r\\n"));
    assert_eq!(window.harness.state().settings().dialect, Dialect::C);
}

#[test]
fn the_tutorials_server_is_lit_in_both_of_its_threads() {
    let mut window = window(ResponderKind::Hello);
    window.click("Server");
    window.pace_by_steps();
    window.click("Listen");
    let open = "with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:  comes next";
    let accept = "sock, addr = s.accept()  comes next";
    window.until_lit(&[open]);
    window.holds(&[&format!("s = {UNASSIGNED}"), &format!("sock = {UNASSIGNED}")]);
    window.f10();
    // Any free port was asked for; which one that is is known when it listens.
    window.until_lit(&["s.bind(('127.0.0.1', 0))  comes next"]);
    window.holds(&["s = not bound yet"]);
    window.f10();
    window.until_lit(&["s.listen(5)  comes next"]);
    window.f10();
    window.until_lit(&[accept]);
    let address = window.listening_address();
    window.holds(&[&format!("s = {address}, listening"), &format!("addr = {UNASSIGNED}")]);

    let mut client = TcpStream::connect(&address).unwrap();
    client.set_read_timeout(Some(LIMIT)).unwrap();
    let local = client.local_addr().unwrap();
    window.f10();
    window.until_lit(&["sock.send(b'Welcome!')  comes next", accept]);
    window.holds(&[
        &format!("addr = {local}"),
        &format!("sock = {address} → {local}, connected"),
        &format!("data = {UNASSIGNED}"),
    ]);
    let recv = "data = sock.recv(1024)  comes next";
    window.f10();
    window.until_lit(&[recv, accept]);
    let mut applied_until = [0; 8];
    client.read_exact(&mut applied_until).unwrap();
    assert_eq!(&applied_until, b"Welcome!");
    window.f10();
    // Nothing has been sent yet: recv blocks, and says since when.
    window.until("it blocks", |harness| {
        lit(harness).first().is_some_and(|line| line.starts_with("data = sock.recv(1024)  blocks"))
    });
    client.write_all(b"Michael").unwrap();
    window.until_lit(&["sock.send(b'Hello, ' + data + b'!')  comes next", accept]);
    window.holds(&["data = 7 bytes  b'Michael'"]);
    window.f10();
    window.until_lit(&[recv, accept]);
    client.write_all(b"exit").unwrap();
    window.f10();
    window.until_lit(&["with sock:  close(), leaving with: comes next", accept]);
    window.holds(&["data = 4 bytes  b'exit'"]);
    window.f10();
    window.until_lit(&["with sock:  close(), leaving with: returned", accept]);
    window.holds(&[&format!("sock = {address} → {local}, closed")]);
}

#[test]
fn a_variable_keeps_its_value_while_what_comes_goes_nowhere() {
    let mut window = window(ResponderKind::Page);
    window.click("Server");
    window.pace_by_steps();
    window.click("Listen");
    for line in ["with socket.socket(", "s.bind((", "s.listen(5)"] {
        window.until("it is next", |harness| lit(harness).first().is_some_and(|lit| lit.starts_with(line)));
        window.f10();
    }
    let accept = "sock, addr = s.accept()  comes next";
    window.until_lit(&[accept]);
    let mut client = TcpStream::connect(window.listening_address()).unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    window.f10();
    let d = "d = 27 bytes  b'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'";
    let data = d.replacen("d =", "data =", 1);
    window.until_lit(&["d = sock.recv(1024)  comes next", accept]);
    for next in ["sock.sendall(head + body)", "sock.shutdown(socket.SHUT_WR)", "while sock.recv(1024):"] {
        window.f10();
        window.until_lit(&[&format!("{next}  comes next"), accept]);
        window.holds(&[d, &data]);
    }
    window.f10();
    window.until_lit(&["with sock:  close(), leaving with: comes next", accept]);
    window.holds(&[d, &data]);
    window.f10();
    window.until_lit(&["with sock:  close(), leaving with: returned", accept]);
    window.holds(&[d, &data]);
    // There recv has written nothing over it.
    window.click("C");
    window.until_lit(&[
        "close(sock);  returned",
        "peer->sock = accept(s, (struct sockaddr *)&peer->addr, &peer->size);  comes next",
    ]);
    window.holds(&["d = 27 bytes  \"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n\""]);
}

#[test]
fn a_program_is_shown_by_a_key_copied_and_saved() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("client.py");
    let mut window = Window::open(Setup { answer: Answer::Chosen(target.clone()), ..Setup::default() });
    assert!(window.harness.query_by_label_contains("client.py").is_none());
    window.harness.key_press(Key::F9);
    window.until_text("client.py does what the form says.");
    window.harness.get_by_label("Copy").click();
    let copied = |command: &egui::OutputCommand| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    };
    window.harness.step();
    let mut copy = None;
    for _ in 0..4 {
        copy = copy.or_else(|| window.harness.output().platform_output.commands.iter().find_map(copied));
        window.harness.step();
    }
    let copy = copy.unwrap();
    window.until_text("Copied");
    // Two seconds later it offers that again.
    window.until("it says that no more", |harness| harness.query_by_label("Copy").is_some());
    assert!(copy.starts_with("import socket\n") && copy.contains("sock.connect(('www.baidu.com', 80))"));
    window.click("Save…");
    window.until_text("Saved ");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), copy);
    assert_eq!(
        *window.asked.borrow(),
        [Ask { title: "Save the program as".into(), name: "client.py".into(), folder: None }]
    );
    // Another form is another program.
    window.harness.get_by_role_and_label(Role::TextInput, "Address").set_text_value_accesskit("[::1]:7");
    window.until_text("sock.connect(('::1', 7))");
    window.harness.get_by_role_and_label(Role::TextInput, "Address").set_text_value_accesskit("a b");
    window.until_text("is a space");
    window.harness.key_press(Key::F9);
    window.until("it is gone", |harness| harness.query_by_label_contains("Variables").is_none());
    assert!(!window.harness.state().settings().shows_program);
}

#[test]
fn what_is_typed_into_a_run_stands_in_its_program() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = ClientForm::of(&listener.local_addr().unwrap().to_string());
    client.request = String::new();
    let settings = Settings { client, shows_program: true, dialect: Dialect::Python, ..Settings::default() };
    let mut window = Window::open(Setup { settings, size: TALL, ..Setup::default() });
    window.click("Run");
    let (mut peer, _) = listener.accept().unwrap();
    std::io::Write::write_all(&mut peer, b"Who?").unwrap();
    window.until("the question is there", |harness| {
        harness.state().client_connection().is_some_and(|connection| connection.received.bytes == 4)
    });
    let message = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Message");
    message.set_text_value_accesskit("Michael");
    window.step();
    window.step();
    window.click("Send");
    window.until_text("(4, b'Michael'),");
    window.until_text("sock.sendall(message)");
    window.click("End sending");
    window.until_text("(4, b''),");
    window.until_text("sock.shutdown(socket.SHUT_WR)");
    window.until_text("goes out once as many bytes have come");
}

#[test]
fn beside_a_lesson_in_a_small_window_the_program_stands_below_the_calls() {
    let mut told = super::pictures::finished([1024.0, 640.0], Language::English, Theme::Light);
    told.window.menu("Lessons");
    told.press(Key::F9);
    told.window.until_text("Variables");
    told.window.harness.run_steps(3);
    let rect = |label: &str| told.window.harness.get_by_label(label).rect();
    let (filter, all, variables) = (rect("Filter"), rect("All"), rect("Variables"));
    assert!(filter.bottom() < variables.top() && all.bottom() < variables.top(), "{filter:?} {variables:?}");
    let program = told.window.harness.get_by_role_and_label(Role::Tab, "Program");
    assert!(program.rect().bottom() < variables.top());
}
