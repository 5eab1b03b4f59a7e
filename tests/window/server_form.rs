//! The server's form: each responder with what belongs to it, what holds while it listens, faults, options, and where clients find it.

use std::io::ErrorKind;
use std::net::TcpStream;

use egui::Key;
use socketscope::net::responders::{ResponderKind, When};
use socketscope::net::{Cut, CutAction, Faults, Overflow, ServeMode};
use socketscope::settings::{RuleForm, RuleThen, RuleWhen, ServerForm, Written};

use super::*;

/// A window that shows the server's form.
fn open(server: ServerForm, setup: Setup) -> Window {
    let settings = Settings { server, ..setup.settings };
    let mut window = Window::open(Setup { settings, ..setup });
    window.click(if setup.language == Language::English { "Server" } else { "服务器" });
    window
}

fn high() -> Setup {
    Setup { size: [1280.0, 1400.0], ..Setup::default() }
}

/// A form of a server on any free port, which does not pause.
fn draft(responder: ResponderKind) -> ServerForm {
    ServerForm { responder, port: 0, pause: 0.0, ..ServerForm::default() }
}

fn form(window: &Window) -> ServerForm {
    window.harness.state().settings().server
}

/// Presses Listen; returns the address.
fn listen(window: &mut Window) -> String {
    window.click("Listen");
    window.until_text("● listening on ");
    window.listening_address()
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
}

/// Reads until `text` has come.
fn hear(stream: &mut TcpStream, text: &str) {
    let mut bytes = vec![0; text.len()];
    stream.read_exact(&mut bytes).unwrap();
    assert_eq!(String::from_utf8_lossy(&bytes), text);
}

/// Chooses in the box that is called `name`.
fn choose(window: &mut Window, name: &str, choice: &str) {
    window.step();
    window.harness.get_by_role_and_label(Role::ComboBox, name).click();
    window.harness.run_steps(4);
    // The list stands in front, and was drawn last.
    window.harness.get_all_by_role_and_label(Role::Button, choice).last().unwrap().click();
    window.harness.run_steps(4);
}

fn set(window: &mut Window, name: &str, value: f64) {
    window.harness.get_by_role_and_label(Role::SpinButton, name).set_value_accesskit(value);
    window.harness.run_steps(4);
}

/// Switches the box that is called `name`, which may be the label of a field, too.
fn switch(window: &mut Window, name: &str) {
    window.step();
    window.harness.get_by_role_and_label(Role::CheckBox, name).click();
    window.harness.run_steps(4);
}

fn types(window: &mut Window, name: &str, text: &str) {
    window.harness.get_by_role_and_label(Role::TextInput, name).set_text_value_accesskit(text);
    window.harness.run_steps(4);
}

fn is_enabled(window: &Window, role: Role, name: &str) -> bool {
    !window.harness.get_by_role_and_label(role, name).accesskit_node().is_disabled()
}

#[test]
fn each_responder_has_its_form() {
    let mut window = open(ServerForm::default(), high());
    for (choice, kind, role, part) in [
        ("Web page", ResponderKind::Page, Role::Label, "Answers any GET with the built-in page."),
        ("Files", ResponderKind::Files, Role::TextInput, "Folder"),
        ("Echo", ResponderKind::Echo, Role::Label, "Sends back what it receives."),
        ("Discard", ResponderKind::Discard, Role::Label, "Receives and says nothing."),
        ("Daytime", ResponderKind::Daytime, Role::Label, "Greets with the date and the time, and closes."),
        ("Canned reply", ResponderKind::Canned, Role::MultilineTextInput, "Canned reply"),
        ("Rules", ResponderKind::Rules, Role::TextInput, "Rule 1: pattern"),
        ("By hand", ResponderKind::Manual, Role::Label, "Receives, and you type the replies below."),
        ("Relay", ResponderKind::Relay, Role::TextInput, "Onward to"),
        ("Hello", ResponderKind::Hello, Role::SpinButton, "Pause after each recv"),
    ] {
        choose(&mut window, "Responder", choice);
        assert_eq!(form(&window).responder, kind);
        let found = match role {
            Role::Label => window.shows(part),
            _ => window.harness.query_by_role_and_label(role, part).is_some(),
        };
        assert!(found, "{choice} has no {part}");
    }
}

#[test]
fn another_responder_serves_connections_to_come() {
    let mut window = open(draft(ResponderKind::Hello), high());
    let address = listen(&mut window);
    let mut old = connect(&address);
    hear(&mut old, "Welcome!");
    choose(&mut window, "Responder", "Echo");
    let mut new = connect(&address);
    new.write_all(b"ping").unwrap();
    hear(&mut new, "ping");
    old.write_all(b"Bob").unwrap();
    hear(&mut old, "Hello, Bob!");
}

#[test]
fn a_form_that_can_not_be_used_says_why_and_what_held_goes_on() {
    let mut window = open(draft(ResponderKind::Rules), high());
    let address = listen(&mut window);
    choose(&mut window, "Rule 1: when", "matches regex");
    types(&mut window, "Rule 1: pattern", "(");
    window.until_text("Rule 1: This is no regular expression: unclosed group");
    assert!(window.shows("Until that is right, connections are served as before."));
    let mut before = connect(&address);
    before.write_all(b"ping").unwrap();
    hear(&mut before, "pong\n");
    types(&mut window, "Rule 1: pattern", "^p.*");
    types(&mut window, "Rule 1: reply", r"yes\n");
    assert!(!window.shows("no regular expression"));
    let mut after = connect(&address);
    after.write_all(b"push").unwrap();
    hear(&mut after, "yes\n");
}

#[test]
fn rules_are_added_moved_and_removed() {
    let mut window = open(draft(ResponderKind::Rules), high());
    window.click("+ Rule");
    choose(&mut window, "Rule 2: when", "anything");
    choose(&mut window, "Rule 2: then", "reply, close");
    types(&mut window, "Rule 2: reply", "41 42");
    window.click("Rule 2: reply as hex");
    set(&mut window, "Rule 2: delay", 0.01);
    window.click("Move rule 2 up");
    let second = RuleForm {
        when: RuleWhen::Anything,
        then: RuleThen::ReplyAndClose,
        reply: "41 42".into(),
        reply_is_hex: true,
        delay: 0.01,
        ..RuleForm::default()
    };
    let first = ServerForm::default().rules.remove(0);
    assert_eq!(form(&window).rules, [second.clone(), first.clone()]);
    let address = listen(&mut window);
    let mut client = connect(&address);
    client.write_all(b"ping").unwrap();
    hear(&mut client, "AB");
    assert_eq!(client.read(&mut [0; 8]).unwrap(), 0);
    window.click("Move rule 1 down");
    assert_eq!(form(&window).rules, [first, second.clone()]);
    window.click("Remove rule 1");
    assert_eq!(form(&window).rules, [second]);
}

#[test]
fn a_folder_is_chosen_in_the_dialog_and_served() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.txt"), "the file").unwrap();
    std::fs::write(folder.path().join(".y"), "the hidden one").unwrap();
    let answer = Answer::Chosen(folder.path().to_owned());
    let mut window = open(draft(ResponderKind::Files), Setup { answer, ..high() });
    window.until_text("Choose the folder whose files are served.");
    window.click("Choose…");
    assert_eq!(form(&window).folder, folder.path().to_str().unwrap());
    assert_eq!(window.asked.borrow()[0].title, "Choose a folder");
    let address = listen(&mut window);
    let get = |path: &str| {
        let mut client = connect(&address);
        write!(client, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut reply = String::new();
        client.read_to_string(&mut reply).unwrap();
        reply
    };
    assert!(get("/x.txt").ends_with("the file"));
    assert!(!get("/.y").contains("the hidden one"));
    window.click("Hidden files");
    window.until("hidden files are served", |_| get("/.y").ends_with("the hidden one"));
    types(&mut window, "Folder", "/no/such/folder");
    window.until_text("opening the folder /no/such/folder failed");
    assert!(get("/x.txt").ends_with("the file"), "it is served as before");
}

#[test]
fn without_a_dialog_the_path_is_to_be_typed() {
    let mut window = open(draft(ResponderKind::Files), high());
    window.click("Choose…");
    window.until_text("offers no file dialog");
}

#[test]
fn a_canned_reply_goes_out_as_it_is_written() {
    let mut window = open(draft(ResponderKind::Canned), high());
    window.harness.get_all_by_role_and_label(Role::Button, "Hex").next().unwrap().click();
    window.harness.run_steps(4);
    let reply = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Canned reply");
    reply.set_text_value_accesskit("4");
    window.harness.run_steps(4);
    window.until_text("The canned reply is no hex");
    let reply = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Canned reply");
    reply.set_text_value_accesskit("48 69");
    window.harness.run_steps(4);
    choose(&mut window, "Send", "at once, after accept");
    let address = listen(&mut window);
    let mut client = connect(&address);
    hear(&mut client, "Hi");
    assert_eq!(client.read(&mut [0; 8]).unwrap(), 0, "it closes");
    window.click("Then close");
    let mut client = connect(&address);
    hear(&mut client, "Hi");
    client.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(client.read(&mut [0; 8]).unwrap(), 0);
}

#[test]
fn a_reply_from_a_file_is_read_when_it_is_named_and_when_listening_begins() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reply");
    std::fs::write(&path, "first").unwrap();
    let mut canned = draft(ResponderKind::Canned);
    (canned.canned.written, canned.canned.when) = (Written::File, When::Accept);
    let mut window = open(canned, high());
    window.until_text("Choose the file whose bytes are sent.");
    types(&mut window, "File", path.to_str().unwrap());
    window.until("the file is read", |harness| harness.query_by_label_contains("Choose the file whose").is_none());
    let address = listen(&mut window);
    hear(&mut connect(&address), "first");
    std::fs::write(&path, "second").unwrap();
    window.click("Then close");
    let mut open = connect(&address);
    hear(&mut open, "first");
    window.click("Stop");
    window.until("it has stopped", |harness| {
        !harness.get_by_role_and_label(Role::Button, "Listen").accesskit_node().is_disabled()
    });
    let address = listen(&mut window);
    hear(&mut connect(&address), "second");
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_no_file_and_no_folder_is_told_and_the_window_goes_on() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    mknodat(CWD, &path, FileType::Fifo, Mode::RWXU, 0).unwrap();
    let path = path.to_str().unwrap();
    let mut canned = draft(ResponderKind::Canned);
    canned.canned.written = Written::File;
    let mut window = open(canned, high());
    for (named, said) in
        [(path, "no file but a pipe"), ("/dev/zero", "no file but a device"), ("/tmp", "it is a folder")]
    {
        types(&mut window, "File", named);
        window.until_text(said);
    }
    window.click("Listen");
    window
        .until("the banner tells it, too", |harness| harness.query_all_by_label_contains("it is a folder").count() > 1);
    choose(&mut window, "Responder", "Files");
    types(&mut window, "Folder", path);
    window.until_text(&format!("opening the folder {path} failed"));
    types(&mut window, "Folder", folder.path().to_str().unwrap());
    window.until("the folder is open", |harness| harness.query_by_label_contains("opening the folder").is_none());
    listen(&mut window);
}

#[test]
fn a_relay_says_whether_it_speaks_tls_outward() {
    let mut window = open(draft(ResponderKind::Relay), high());
    assert!(window.shows("An https:// URL means TLS outward."));
    types(&mut window, "Onward to", "https://example.org/");
    assert!(window.shows("TLS outward: the client speaks plainly"));
    types(&mut window, "Onward to", "a b");
    window.until_text("is a space");
}

#[test]
fn faults_are_switched_on_while_it_listens_and_off_all_at_once() {
    let mut window = open(draft(ResponderKind::Hello), high());
    let address = listen(&mut window);
    window.click("Faults");
    switch(&mut window, "Cut the reply after");
    set(&mut window, "Cut the reply after", 5.0);
    assert!(window.shows("recv returns 0 in the middle of the reply"));
    let mut client = connect(&address);
    hear(&mut client, "Welco");
    assert_eq!(client.read(&mut [0; 8]).unwrap(), 0);
    choose(&mut window, "then", "reset");
    let mut client = connect(&address);
    let mut reply = Vec::new();
    assert_eq!(client.read_to_end(&mut reply).unwrap_err().kind(), ErrorKind::ConnectionReset);
    choose(&mut window, "Connections are", "never answered");
    assert!(window.shows("recv blocks until its own time-out"));
    let faults = Faults {
        mode: ServeMode::NeverAnswer,
        cut: Some(Cut { after: 5, then: CutAction::Reset }),
        ..Faults::default()
    };
    assert_eq!(form(&window).faults, faults);
    assert!(
        window.harness.query_by_role_and_label(Role::DisclosureTriangle, "Faults · 1").is_some(),
        "who is never answered is cut nowhere"
    );
    window.click("No faults");
    assert_eq!(form(&window).faults, Faults::default());
    let mut client = connect(&address);
    hear(&mut client, "Welcome!");
}

#[test]
fn each_fault_says_what_the_other_side_sees() {
    let mut window = open(draft(ResponderKind::Page), high());
    window.click("Faults");
    for (fault, sees) in [
        ("Wait before accept", "The client notices only a late reply"),
        ("Wait before the first byte", "first recv blocks for so long"),
        ("Wait before close", "All bytes have come, and the end has not"),
        ("Dribble", "Each recv brings only a few bytes"),
        ("Content-Length off by", "the client waits for bytes that never come, until the close"),
        ("HTTP chunks of", "finds their size lines in the body"),
    ] {
        assert!(!window.shows(sees), "{sees}");
        window.click(fault);
        assert!(window.shows(sees), "{sees}");
    }
    assert!(window.shows("No effect: with HTTP chunks there is no Content-Length"));
    assert!(!is_enabled(&window, Role::SpinButton, "Content-Length off by"));
    switch(&mut window, "HTTP chunks of");
    set(&mut window, "Content-Length off by", -3.0);
    assert!(window.shows("the bytes left over come where no reply is expected"));
    choose(&mut window, "Connections are", "closed unread");
    assert!(window.shows("its recv fails with ECONNRESET"));
    assert!(window.shows("Faults · 3") && window.shows("No effect: connections are closed before anything"));
    choose(&mut window, "Connections are", "served");
    assert!(window.shows("Faults · 5") && !window.shows("No effect"));
    choose(&mut window, "Responder", "Relay");
    assert!(window.shows("No effect: only the responders Web page and Files") && window.shows("Faults · 4"));
    for (fault, is_offered) in [("Dribble", true), ("HTTP chunks of", false)] {
        assert_eq!(is_enabled(&window, Role::CheckBox, fault), is_offered, "{fault}");
    }
    choose(&mut window, "Responder", "Discard");
    assert!(window.shows("No effect: this responder sends nothing") && window.shows("Faults · 2"));
    assert!(!is_enabled(&window, Role::CheckBox, "Cut the reply after"));
}

#[test]
fn a_client_that_has_finished_sending_is_told_as_that_and_answered_by_hand() {
    let mut window = open(draft(ResponderKind::Manual), high());
    let address = listen(&mut window);
    let mut client = connect(&address);
    client.write_all(b"question").unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    window.until_text("open, the peer has finished sending");
    window.harness.get_by_role_and_label(Role::MultilineTextInput, "Message").set_text_value_accesskit("answer");
    window.harness.run_steps(4);
    window.harness.get_by_role_and_label(Role::MultilineTextInput, "Message").focus();
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::Enter);
    window.harness.run_steps(4);
    hear(&mut client, "answer");
}

#[test]
fn the_reason_for_an_error_of_the_servers_own_is_on_the_screen() {
    let mut window = open(draft(ResponderKind::Page), high());
    let address = listen(&mut window);
    for (request, reason) in [
        (&b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"[..], "400: it has more than one Host field."),
        (&[0x16, 3, 1, 2, 0, 1, 0], "Use http:// in place of https:// in the client."),
        ("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n".as_bytes(), "bytes other than visible ASCII"),
    ] {
        let mut client = connect(&address);
        client.write_all(request).unwrap();
        window.until_text(reason);
        assert!(!window.shows("no HTTP reply"), "a request is no reply");
    }
}

#[test]
fn esc_leaves_a_server_alone_that_has_open_connections() {
    let mut window = open(draft(ResponderKind::Hello), high());
    let address = listen(&mut window);
    let mut client = connect(&address);
    hear(&mut client, "Welcome!");
    window.until_text("1 open");
    for _ in 0..3 {
        window.harness.key_press(Key::Escape);
        window.harness.run_steps(4);
    }
    assert!(window.shows("One connection is open, so Esc leaves the server alone"));
    client.write_all(b"x").unwrap();
    hear(&mut client, "Hello, x!");
    drop(client);
    window.until_text("closed after the peer finished");
    window.harness.key_press(Key::Escape);
    window.until("it is stopped", |harness| harness.get_by_label("Stop").accesskit_node().is_disabled());
}

#[test]
fn accepting_is_paused_and_goes_on() {
    let mut window = open(draft(ResponderKind::Hello), high());
    let address = listen(&mut window);
    window.click("Pause accepting");
    assert!(window.shows("⏸ not accepting on 127.0.0.1:"));
    let mut waiting = connect(&address);
    waiting.set_nonblocking(true).unwrap();
    assert_eq!(waiting.read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    waiting.set_nonblocking(false).unwrap();
    window.click("Resume accepting");
    assert!(window.shows("● listening on 127.0.0.1:"));
    hear(&mut waiting, "Welcome!");
}

#[test]
fn how_clients_are_let_in_changes_while_it_listens() {
    let mut window = open(draft(ResponderKind::Hello), high());
    let address = listen(&mut window);
    window.until_text("listen(5)");
    set(&mut window, "Backlog", 7.0);
    window.until_text("listen(7)");
    switch(&mut window, "At most so many at a time");
    set(&mut window, "At most so many at a time", 1.0);
    choose(&mut window, "The next one", "is reset at once");
    assert_eq!(form(&window).most.map(|most| (most.connections, most.then)), Some((1, Overflow::Refuse)));
    let mut first = connect(&address);
    hear(&mut first, "Welcome!");
    let mut second = connect(&address);
    assert_eq!(second.read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    switch(&mut window, "At most so many at a time");
    let mut third = connect(&address);
    hear(&mut third, "Welcome!");
    window.click("Serve on the accepting thread");
    drop((first, third));
    let mut fourth = connect(&address);
    hear(&mut fourth, "Welcome!");
    let mut waiting = connect(&address);
    fourth.write_all(b"exit").unwrap();
    assert_eq!(fourth.read_to_end(&mut Vec::new()).ok(), Some(0), "it is served to its end");
    hear(&mut waiting, "Welcome!");
}

#[test]
fn what_belongs_to_the_listening_socket_waits_for_the_next_one() {
    let mut window = open(draft(ResponderKind::Hello), high());
    window.click("Options");
    for is_free in [true, false, true] {
        // In the place of the fields stands where it listens.
        for (role, field) in [(Role::TextInput, "Local address"), (Role::SpinButton, "Port")] {
            assert_eq!(window.harness.query_by_role_and_label(role, field).is_some(), is_free, "{field}");
        }
        for option in ["SO_REUSEADDR", "TCP_NODELAY", "SO_KEEPALIVE", "SO_LINGER", "SO_SNDBUF", "SO_RCVBUF"] {
            assert_eq!(is_enabled(&window, Role::CheckBox, option), is_free, "{option}");
        }
        assert!(!is_enabled(&window, Role::CheckBox, "IPV6_V6ONLY"), "an address of IPv4 has no use for it");
        assert_eq!(is_enabled(&window, Role::SpinButton, "Kept of each direction"), is_free);
        assert!(is_enabled(&window, Role::SpinButton, "Receive size"));
        assert!(is_enabled(&window, Role::CheckBox, "Idle time-out"));
        if is_free {
            switch(&mut window, "SO_LINGER");
            listen(&mut window);
            assert!(window.shows("hold from the next Listen on"));
        } else {
            set(&mut window, "Receive size", 3.0);
            window.click("Pin");
            assert!(window.shows("What you change here is for the next Listen."));
        }
    }
    assert_eq!((form(&window).recv_size, form(&window).options.linger), (3, None));
}

#[test]
fn a_saved_server_is_chosen_while_none_listens() {
    let mut window = open(draft(ResponderKind::Echo), high());
    assert!(is_enabled(&window, Role::Button, "Web page, port 9999"));
    listen(&mut window);
    assert!(!is_enabled(&window, Role::Button, "Web page, port 9999"));
    window.click("Stop");
    window.until("it can be chosen again", |harness| {
        !harness.get_by_role_and_label(Role::Button, "Web page, port 9999").accesskit_node().is_disabled()
    });
    window.click("Web page, port 9999");
    assert_eq!(form(&window).responder, ResponderKind::Page);
}

#[test]
fn the_receive_size_holds_for_connections_to_come() {
    let mut window = open(draft(ResponderKind::Echo), high());
    let address = listen(&mut window);
    window.click("Options");
    set(&mut window, "Receive size", 3.0);
    let mut client = connect(&address);
    client.write_all(b"abcdef").unwrap();
    hear(&mut client, "abcdef");
    window.until_text("recv(3)");
}

#[test]
fn addresses_to_listen_on_are_offered() {
    let mut window = open(draft(ResponderKind::Hello), high());
    window.click("Addresses to listen on");
    for name in [
        "Only this machine (127.0.0.1)",
        "Only this machine, IPv6 (::1)",
        "Everyone in this network (0.0.0.0)",
        "Everyone, IPv6 (::)",
    ] {
        assert!(window.harness.query_by_label(name).is_some(), "{name} is not offered");
    }
    let own = socketscope::net::HostAddress::all();
    if let Some(own) = own.first() {
        window.until_text(&format!("{} · {}", own.address, own.interface));
    }
    window.click("Everyone in this network (0.0.0.0)");
    assert_eq!(form(&window).address, "0.0.0.0");
    window.click("Listen");
    window.until_text("● listening on 0.0.0.0:");
    assert!(window.shows("other machines in this network can reach it"));
    let reached = own.iter().map(|host| host.address).find(|ip| ip.is_ipv4());
    let reached = reached.unwrap_or([127, 0, 0, 1].into()).to_string();
    window.until("the address to be typed is one that can be reached", |harness| {
        let mut labels = harness.get_all_by_role(Role::Label);
        labels.any(|node| node.value().is_some_and(|text| text.starts_with(&format!("{reached}:"))))
    });
}

#[test]
fn clients_find_the_server_by_its_address_and_its_code() {
    let mut window = open(draft(ResponderKind::Page), high());
    assert!(window.shows("While listening, their address is here."));
    assert!(!is_enabled(&window, Role::Button, "QR code"));
    let address = listen(&mut window);
    let url = format!("http://{address}/");
    window.until_text(&url);
    window.click("QR code");
    let code = window.harness.get_by_role_and_label(Role::Image, &format!("QR code of {url}")).rect();
    assert!(code.width() >= 320.0 && code.width() == code.height(), "{code}");
    window.harness.key_press(Key::Escape);
    window.harness.run_steps(4);
    assert!(window.harness.query_by_role_and_label(Role::Image, &format!("QR code of {url}")).is_none());
    assert!(window.shows("● listening on "), "Esc put the code away and stopped nothing");
    choose(&mut window, "Responder", "Echo");
    assert!(!window.shows(&url));
    window.until_text(&address);
}
