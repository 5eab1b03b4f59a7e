//! Buttons that start or stop something while the channel of the reports is full: a crowd keeps it so, and the window reads nothing. Each comes
//! back, and does what it says once reports are read again.

use std::net::TcpStream;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use socketscope::net::responders::ResponderKind;
use socketscope::settings::ServerForm;

use super::*;

/// Between the workers and the window: passes on reports while it is open.
#[derive(Clone, Default)]
struct Valve {
    is_shut: Arc<AtomicBool>,
    /// Whether the crowd is to go away,
    is_enough: Arc<AtomicBool>,
    /// and the test is over.
    is_over: Arc<AtomicBool>,
    reports: Arc<OnceLock<Receiver<Report>>>,
}

impl Valve {
    fn between(&self) -> Between {
        let valve = self.clone();
        Box::new(move |reports| {
            let (sender, passed) = bounded(1024);
            valve.reports.set(reports.clone()).unwrap();
            let work = move || {
                while !valve.is_over.load(Ordering::Acquire) {
                    if valve.is_shut.load(Ordering::Acquire) {
                        std::thread::park_timeout(Duration::from_millis(1));
                    } else if let Ok(report) = reports.recv_timeout(Duration::from_millis(5))
                        && sender.send(report).is_err()
                    {
                        return;
                    }
                }
            };
            std::thread::Builder::new().name("valve".into()).spawn(work).unwrap();
            passed
        })
    }

    fn is_full(&self) -> bool {
        self.reports.get().unwrap().is_full()
    }

    /// Shuts it, and waits until a crowd at `address` has filled the channel.
    fn shut(&self, address: &str) {
        self.is_shut.store(true, Ordering::Release);
        for _ in 0..20 {
            let (is_enough, address) = (Arc::clone(&self.is_enough), address.to_owned());
            let work = move || {
                let Ok(mut stream) = TcpStream::connect(address) else { return };
                stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
                while !is_enough.load(Ordering::Acquire) && stream.write_all(b"x").is_ok() {
                    let _ = stream.read(&mut [0; 64]);
                }
            };
            std::thread::Builder::new().name("crowd".into()).spawn(work).unwrap();
        }
        while !self.is_full() {
            std::thread::park_timeout(Duration::from_millis(1));
        }
    }
}

/// Opens a window with a server that echoes, lets `before` do something with it, fills the channel, presses what `press` says, and waits until
/// `seen` holds, which did not before, once reports are read again.
fn pressed_in_a_full_channel(
    before: fn(&mut Window),
    press: fn(&mut Window),
    seen: fn(&Harness<'static, App>) -> bool,
) {
    // A crowd at a time is enough for a machine.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (done, end) = bounded(1);
    let work = move || {
        let valve = Valve::default();
        let server = ServerForm { port: 0, responder: ResponderKind::Echo, ..ServerForm::default() };
        let settings = Settings { server, ..Settings::default() };
        let mut window =
            Window::open(Setup { settings, between: valve.between(), size: [1600.0, 1000.0], ..Setup::default() });
        window.click("Server");
        window.click("Listen");
        window.until_text("● listening on 127.0.0.1:");
        let address = window.listening_address();
        before(&mut window);
        valve.shut(&address);
        assert!(!seen(&window.harness), "nothing has been pressed");
        press(&mut window);
        assert!(valve.is_full(), "nobody reads it");
        valve.is_enough.store(true, Ordering::Release);
        valve.is_shut.store(false, Ordering::Release);
        window.until("what was pressed is done", seen);
        valve.is_over.store(true, Ordering::Release);
        // It reads the channel, too, which the window closes.
        drop(valve);
        drop(window);
        done.send(()).unwrap();
    };
    std::thread::Builder::new().name("window".into()).spawn(work).unwrap();
    end.recv_timeout(3 * LIMIT).expect("the window waits for itself, or something else failed");
}

fn shows(harness: &Harness<'static, App>, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

/// Points the client at a server that answers each request with `reply`, or that it has arrived if it was sent `/there`, and closes.
fn answered(window: &mut Window, reply: &'static str) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let work = move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 1024];
            let count = stream.read(&mut request).unwrap_or(0);
            let is_there = request[..count].starts_with(b"GET /there ");
            let reply = if is_there { "HTTP/1.1 200 OK\r\n\r\narrived" } else { reply };
            let _ = stream.write_all(reply.as_bytes());
        }
    };
    std::thread::Builder::new().name("answers".into()).spawn(work).unwrap();
    window.click("Client");
    window.types("Address", &address);
}

#[test]
fn run_comes_back() {
    let before = |window: &mut Window| answered(window, "HTTP/1.1 200 OK\r\n\r\nthe answer");
    pressed_in_a_full_channel(before, |window| window.click("Run"), |harness| shows(harness, "the answer"));
}

#[test]
fn stop_of_the_client_comes_back() {
    let before = |window: &mut Window| {
        answered(window, "");
        // It holds the connection open.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        window.asks(&address);
        window.until("it waits", |harness| {
            harness.state().client_connection().is_some_and(socketscope::capture::Connection::is_waiting_in_recv)
        });
        std::mem::forget(listener);
    };
    pressed_in_a_full_channel(
        before,
        |window| window.click("Stop"),
        |harness| {
            harness
                .state()
                .client_connection()
                .is_some_and(|connection| matches!(connection.state(), ConnectionState::Closed(_)))
        },
    );
}

#[test]
fn follow_comes_back() {
    let before = |window: &mut Window| {
        answered(window, "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 4\r\n\r\nhere");
        window.click("Run");
        window.until("the redirect is there", |harness| harness.query_by_label("Follow").is_some());
    };
    pressed_in_a_full_channel(before, |window| window.click("Follow"), |harness| shows(harness, "arrived"));
}

#[test]
fn stop_of_the_server_comes_back() {
    let is_over = |harness: &Harness<'static, App>| !shows(harness, "● listening on");
    pressed_in_a_full_channel(|_| {}, |window| window.click("Stop"), is_over);
}

#[test]
fn a_lesson_comes_back() {
    let before = |window: &mut Window| {
        window.menu("Lessons");
        window.click("Four sends, one read");
        window.click("Four: one for each send");
    };
    pressed_in_a_full_channel(
        before,
        |window| window.click("Run the lesson"),
        |harness| shows(harness, "4 sends, 1 read of 21 bytes"),
    );
}

#[test]
fn a_pause_of_accepting_comes_back() {
    pressed_in_a_full_channel(
        |_| {},
        |window| window.click("Pause accepting"),
        |harness| shows(harness, "⏸ not accepting on 127.0.0.1:"),
    );
}

#[test]
fn an_end_of_all_connections_comes_back() {
    let press = |window: &mut Window| {
        let kick = window.harness.get_by_label_contains("Kick all").accesskit_node().label().unwrap();
        window.click(&kick);
        window.click(&format!("{kick}? Click again"));
    };
    // One connection is there before the crowd, so that the button has something to end.
    let before = |window: &mut Window| {
        let visitor = TcpStream::connect(window.listening_address()).unwrap();
        window.until_text("1 open");
        std::mem::forget(visitor);
    };
    pressed_in_a_full_channel(before, press, |harness| shows(harness, "0 open · 1 thread"));
}

#[test]
fn a_second_server_comes_back() {
    // One connection is there, so that the first server does not look like a new one.
    let before = |window: &mut Window| {
        std::mem::forget(TcpStream::connect(window.listening_address()).unwrap());
        window.until_text("1 open");
        window.click("Pin");
        window.harness.get_by_role_and_label(Role::SpinButton, "Port").set_value_accesskit(0.0);
        window.harness.run_steps(3);
    };
    pressed_in_a_full_channel(
        before,
        |window| window.click("Listen"),
        |harness| shows(harness, "Listening. Nobody has connected yet."),
    );
}

#[test]
fn a_connection_in_spite_of_its_certificate_comes_back() {
    let before = |window: &mut Window| {
        let address = super::tls::pages(super::ca::self_signed(&super::ca::Leaf::valid(&["127.0.0.1"]), false), 2);
        window.click("Client");
        window.asks(&format!("https://{address}/"));
        window.until_text("the certificate is refused");
        window.click("TLS");
    };
    pressed_in_a_full_channel(
        before,
        |window| window.click("Connect anyway, this once"),
        |harness| shows(harness, "is NOT trusted"),
    );
}
