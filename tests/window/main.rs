//! The window, worked by role and label as a screen reader would, with real sockets behind it; and pictures of its screens.
//!
//! Pictures are compared with those in `tests/snapshots/`. There is one for each kind of screen that is drawn rather than written: roles
//! and labels prove the rest. Between them they show both languages and both themes. CONTRIBUTING.md says how a picture is renewed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it expects with them"
)]

mod bodies;
mod bytes;
#[path = "../tls/support/ca.rs"]
#[allow(dead_code, reason = "its certificates are many, and the window needs few")]
mod ca;
mod calls;
mod connections;
mod conversation;
mod fake_run;
mod focus;
mod formatted;
mod full_channel;
mod glossary;
mod highlights;
#[cfg(target_os = "linux")]
mod hostile_bodies;
mod kept_settings;
mod kernel;
mod ladder;
mod layout;
mod lessons;
mod pace;
#[path = "../support/painter.rs"]
mod painter;
mod pictures;
mod plots;
mod program;
mod saving;
mod search;
mod server_form;
mod sessions;
mod shortcuts;
#[path = "../support/mod.rs"]
mod support;
mod timing;
mod tls;

use std::cell::RefCell;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use painter::Painter;
use socketscope::capture::{Clock, ConnectionState, DiskQuota, ReplyState, Report};
use socketscope::net::{Engine, PAGE};
use socketscope::settings::{ClientForm, Language, Settings, Theme};
use socketscope::ui::{Answer, App, Ask, FileDialog, Parts, Pick, PictureDecoder};

const LIMIT: Duration = Duration::from_secs(20);

/// A flag that worker threads set when there is news; the test waits for the flag instead of for time.
#[derive(Clone, Default)]
struct Wakeup(Arc<(Mutex<bool>, Condvar)>);

impl Wakeup {
    fn ring(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    fn wait(&self, longest: Duration) {
        let rung = self.0.0.lock().unwrap();
        let (mut rung, _) = self.0.1.wait_timeout_while(rung, longest, |rung| !*rung).unwrap();
        *rung = false;
    }
}

/// A dialog that answers as the test says, and remembers what it was asked.
#[derive(Clone)]
struct Scripted {
    answer: Answer,
    asked: Rc<RefCell<Vec<Ask>>>,
}

impl FileDialog for Scripted {
    fn ask(&self, ask: Ask, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer> {
        self.asked.borrow_mut().push(ask);
        let (sender, answers) = bounded(1);
        sender.send(self.answer.clone()).unwrap();
        wake();
        answers
    }

    fn pick(&self, pick: Pick, wake: Box<dyn FnOnce() + Send>) -> Receiver<Answer> {
        self.ask(Ask { title: pick.title, name: String::new(), folder: None }, wake)
    }
}

struct Window {
    harness: Harness<'static, App>,
    bell: Wakeup,
    asked: Rc<RefCell<Vec<Ask>>>,
}

struct Setup {
    size: [f32; 2],
    language: Language,
    theme: Theme,
    answer: Answer,
    /// What was kept from the last time, and where it is kept.
    settings: Settings,
    folder: Option<PathBuf>,
    notice: Option<String>,
    is_first: bool,
    /// The account of the disk that its runs are on.
    disk: DiskQuota,
    /// What stands between its workers and it.
    between: Between,
    /// How pictures are decoded.
    pictures: PictureDecoder,
}

/// Takes the end at which reports come out, and gives the one that the window reads.
type Between = Box<dyn FnOnce(Receiver<Report>) -> Receiver<Report>>;

impl Default for Setup {
    fn default() -> Self {
        Self {
            size: [1280.0, 800.0],
            language: Language::English,
            theme: Theme::Light,
            answer: Answer::Unavailable,
            settings: Settings::default(),
            folder: None,
            notice: None,
            is_first: false,
            disk: DiskQuota::default(),
            between: Box::new(|reports| reports),
            pictures: PictureDecoder::new(env!("CARGO_BIN_EXE_socketscope").into()),
        }
    }
}

impl Window {
    fn open(setup: Setup) -> Self {
        let bell = Wakeup::default();
        let rung = bell.clone();
        let asked = Rc::new(RefCell::new(Vec::new()));
        let dialog = Scripted { answer: setup.answer, asked: Rc::clone(&asked) };
        let settings = Settings { theme: setup.theme, ..setup.settings };
        let make = move |cc: &mut eframe::CreationContext<'static>| {
            let (engine, reports) = Engine::new(Clock::start(), move || rung.ring());
            let engine = engine.keeping_on(setup.disk);
            let parts = Parts {
                engine,
                reports: (setup.between)(reports),
                settings,
                folder: setup.folder,
                is_first: setup.is_first,
                notice: setup.notice,
                language: setup.language,
                dialog: Box::new(dialog),
                pictures: setup.pictures,
            };
            App::new(&cc.egui_ctx, parts)
        };
        let harness = Harness::builder()
            .with_size(setup.size)
            .with_max_steps(64)
            .with_theme(if setup.theme == Theme::Dark { egui::Theme::Dark } else { egui::Theme::Light })
            .with_context_setup(socketscope::ui::install_fonts)
            .renderer(Painter::default())
            .build_eframe(make);
        Self { harness, bell, asked }
    }

    fn step(&mut self) {
        self.harness.step();
    }

    /// Draws frames until `done` holds, waiting for the workers' bell in between.
    fn until(&mut self, what: &str, done: impl Fn(&Harness<'static, App>) -> bool) {
        let begun = Instant::now();
        loop {
            self.harness.step();
            if done(&self.harness) {
                return;
            }
            assert!(begun.elapsed() < LIMIT, "{what}: it did not happen");
            self.bell.wait(Duration::from_millis(20));
        }
    }

    fn until_text(&mut self, text: &str) {
        self.until(text, |harness| harness.query_all_by_label_contains(text).next().is_some());
    }

    fn click(&mut self, label: &str) {
        // What has just come takes its place in the frame after.
        self.step();
        self.harness.get_by_label(label).click();
        self.harness.run_steps(4);
    }

    fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    /// Types `text` into the field called `name`.
    fn types(&mut self, name: &str, text: &str) {
        self.harness.get_by_role_and_label(Role::TextInput, name).set_text_value_accesskit(text);
        self.harness.run_steps(3);
    }

    /// Types `address` and runs the client.
    fn asks(&mut self, address: &str) {
        let field = |label| self.harness.query_by_role_and_label(Role::TextInput, label);
        field("Address").or_else(|| field("地址")).unwrap().set_text_value_accesskit(address);
        self.harness.run_steps(2);
        self.harness.key_press(egui::Key::F5);
        self.harness.run_steps(4);
    }

    fn complete(harness: &Harness<'_, App>) -> bool {
        harness.state().client_connection().is_some_and(|connection| {
            ReplyState::of(connection) == ReplyState::Complete
                && matches!(connection.state(), ConnectionState::Closed(_))
        })
    }

    /// Chooses an entry of the window's menu.
    fn menu(&mut self, entry: &str) {
        self.step();
        let name = if self.harness.query_by_label("菜单").is_some() { "菜单" } else { "Menu" };
        self.click(name);
        // A pointer rests on an entry before it clicks; the recent sessions open then.
        self.harness.get_by_label(entry).hover();
        self.harness.run_steps(3);
        if entry != "Recent sessions" {
            self.click(entry);
        }
        self.harness.run_steps(4);
    }

    fn try_here(&mut self) {
        self.try_here_without_waiting();
        self.until("the page arrives", Self::complete);
        self.step();
    }

    fn try_here_without_waiting(&mut self) {
        self.menu("Try it here");
    }

    /// Where the server that is shown listens, as the window says.
    fn listening_address(&self) -> String {
        let node = self.harness.get_by_label_contains("● listening on");
        let text = node.accesskit_node().label().or_else(|| node.value()).unwrap();
        text.rsplit(' ').next().unwrap().to_owned()
    }

    /// Compares the window with the picture `name`.
    fn picture(&mut self, name: &str) {
        // The pointer would hide what it has clicked.
        self.harness.remove_cursor();
        self.harness.run_steps(3);
        let options = egui_kittest::SnapshotOptions::new().max_failed_pixels(SEAMS);
        self.harness.snapshot_options(name, &options);
    }
}

#[test]
fn a_newcomers_first_click_shows_the_whole_job() {
    // The list follows its newest row; in a high window all of them are to be seen.
    let mut window = Window::open(Setup { size: [1280.0, 1100.0], ..Setup::default() });
    window.try_here();
    for call in ["getaddrinfo", "socket(AF_INET, SOCK_STREAM)", "connect(127.0.0.1:", "send(", "recv(1024)"] {
        assert!(window.harness.query_all_by_label_contains(call).next().is_some(), "{call} is not on the screen");
    }
    window.until_text("<!DOCTYPE html>");
    assert!(window.harness.query_by_label_contains("HTTP/1.1 200 OK").is_some());
    window.click("Head");
    assert!(window.harness.query_by_label("Content-Length").is_some());
    assert!(window.harness.query_by_label(&PAGE.len().to_string()).is_some());
    // The request has a raw form, too; it stands before.
    window.harness.get_all_by_label("Raw").last().unwrap().click();
    window.harness.run_steps(4);
    window.harness.get_by_role_and_label(Role::MultilineTextInput, "Raw");
    window.click("Bytes");
    window.until_text("48 54 54 50 2f 31 2e 31");
    window.click("↑ Sent");
    window.until_text("47 45 54 20 2f 20 48 54");
}

#[test]
fn the_body_is_saved_through_the_dialog_under_a_suggested_name() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page.html");
    let mut window = Window::open(Setup { answer: Answer::Chosen(target.clone()), ..Setup::default() });
    window.try_here();
    window.click("Save body as…");
    window.until_text("Saved 9,");
    assert_eq!(std::fs::read(&target).unwrap(), PAGE);
    assert_eq!(*window.asked.borrow(), [Ask { title: "Save body as".into(), name: "index.html".into(), folder: None }]);
}

#[test]
fn without_a_dialog_the_path_is_typed_and_the_reason_told() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("typed.html");
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.click("Save body as…");
    window.until_text("offers no file dialog");
    let field = window.harness.get_by_role_and_label(Role::TextInput, "Path");
    assert!(field.value().unwrap().ends_with("index.html"));
    field.set_text_value_accesskit(target.to_str().unwrap());
    window.step();
    window.step();
    window.click("Save");
    window.until_text("Saved 9,");
    assert_eq!(std::fs::read(&target).unwrap(), PAGE);
}

#[test]
fn a_failed_save_says_why_and_what_to_try() {
    let mut window =
        Window::open(Setup { answer: Answer::Chosen(PathBuf::from("/no/such/folder/x")), ..Setup::default() });
    window.try_here();
    window.click("Save body as…");
    window.until_text("saving to /no/such/folder/x failed");
    assert!(window.harness.query_by_label_contains("Choose a folder that exists").is_some());
}

#[test]
fn cancelling_the_dialog_saves_nothing_and_says_nothing() {
    let mut window = Window::open(Setup { answer: Answer::Cancelled, ..Setup::default() });
    window.try_here();
    window.click("Save body as…");
    window.step();
    assert_eq!(window.asked.borrow().len(), 1);
    assert!(window.harness.query_by_label("Path").is_none());
}

#[test]
fn an_address_that_is_none_is_told_on_the_screen() {
    let mut window = Window::open(Setup::default());
    window.asks("two words");
    window.until_text("is a space");
}

#[test]
fn a_refused_connection_is_told_with_address_and_remedy() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut window = Window::open(Setup::default());
    window.asks(&free.to_string());
    window.until_text(&format!("connect to {free} failed"));
    assert!(window.harness.query_by_label_contains("Check the port").is_some());
}

#[test]
fn a_hello_conversation_is_typed_in_the_window() {
    let mut window = Window::open(Setup::default());
    window.click("Server");
    window.click("Hello, port 9999");
    window.harness.get_by_role_and_label(Role::SpinButton, "Pause after each recv").set_value_accesskit(0.0);
    window.harness.get_by_role_and_label(Role::SpinButton, "Port").set_value_accesskit(0.0);
    window.step();
    window.click("Listen");
    window.until_text("● listening on 127.0.0.1:");
    let node = window.harness.get_by_label_contains("● listening on");
    let text = node.accesskit_node().label().or_else(|| node.value());
    let address = text.unwrap().rsplit(' ').next().unwrap().to_owned();
    window.click("Client");
    window.click("Hello conversation, 127.0.0.1:9999");
    window.asks(&address);
    window.until("the welcome arrives", |harness| {
        harness.state().client_connection().is_some_and(|c| c.received.bytes == 8)
    });
    let message = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Message");
    message.set_text_value_accesskit("Michael");
    window.step();
    window.step();
    window.click("Send");
    window.until("the answer arrives", |harness| {
        harness.state().client_connection().is_some_and(|c| c.received.bytes == 23)
    });
    window.click("Stop");
    window.until("the run ends", |harness| {
        harness
            .state()
            .client_connection()
            .is_some_and(|connection| matches!(connection.state(), ConnectionState::Closed(_)))
    });
}

#[test]
fn a_url_typed_into_a_form_without_a_request_asks_for_one() {
    let mut window = Window::open(Setup::default());
    window.click("Hello conversation, 127.0.0.1:9999");
    let types = |window: &mut Window, address: &str| {
        window.types("Address", address);
    };
    types(&mut window, "127.0.0.1:8888");
    assert!(window.harness.query_by_value("GET / HTTP/1.1\nHost: 127.0.0.1:8888\nConnection: close\n\n").is_none());
    types(&mut window, "127.0.0.1:8888/x");
    let request = |path| format!("GET {path} HTTP/1.1\nHost: 127.0.0.1:8888\nConnection: close\n\n");
    assert!(window.harness.query_by_value(&request("/x")).is_some());
    types(&mut window, "http://127.0.0.1:8888/y");
    assert!(window.harness.query_by_value(&request("/y")).is_some());
}

#[test]
fn the_language_changes_while_running() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.menu("中文");
    window.until_text("正文另存为…");
    assert!(window.harness.query_by_label("Save body as…").is_none());
    window.menu("English");
    window.until_text("Save body as…");
}

#[test]
fn forms_are_saved_used_and_removed() {
    let mut window = Window::open(Setup::default());
    window.click("+ Save this form…");
    window.types("Name", "mine");
    window.click("Save");
    assert!(window.harness.query_by_label("mine").is_some());
    window.click("The local page, 127.0.0.1:9999");
    assert_eq!(window.harness.state().settings().client.address, "127.0.0.1:9999");
    window.click("mine");
    assert_eq!(window.harness.state().settings().client.address, "www.baidu.com");
    window.harness.get_by_label("Remove mine").click_accesskit();
    window.harness.run_steps(4);
    assert!(window.harness.query_by_label("mine").is_none());
    window.click("Undo");
    assert!(window.harness.query_by_label("mine").is_some(), "it was taken back");
    assert!(window.harness.query_by_label("Undo").is_none());
}

#[test]
fn an_idle_window_asks_for_no_frames() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    assert!(window.harness.try_run().is_ok(), "the window goes on asking for frames");
}

/// The number of pixels that may have another shade, where two soft edges meet. No letter has so few.
const SEAMS: usize = 16;

/// A page in GBK, which only its `<meta>` tells, in a gzip without its last `cut` bytes, in HTTP chunks.
fn chinese_page(cut: usize) -> (String, Vec<u8>) {
    let page = "<!DOCTYPE html>\n<meta charset=gb2312>\n<p>百度一下，你就知道</p>\n".to_owned();
    let (bytes, _, _) = encoding_rs::GBK.encode(&page);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&bytes).unwrap();
    let coded = encoder.finish().unwrap();
    let mut reply =
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            .to_vec();
    for chunk in coded[..coded.len() - cut].chunks(7) {
        reply.extend(format!("{:x}\r\n", chunk.len()).bytes());
        reply.extend(chunk);
        reply.extend(b"\r\n");
    }
    reply.extend(b"0\r\nDigest: none\r\n\r\n");
    (page, reply)
}

/// A peer that answers one client with `reply`.
fn peer(reply: Vec<u8>) -> String {
    support::replying(reply).to_string()
}

/// Where the dialog is not known to ask, the window does.
fn replace(window: &mut Window) {
    if cfg!(target_os = "linux") {
        window.until_text("Is it to be replaced?");
        window.click("Replace");
    }
}

#[test]
fn each_layer_of_a_body_is_seen_apart_and_saved() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page.html");
    let (page, reply) = chinese_page(0);
    let mut window = Window::open(Setup { answer: Answer::Chosen(target.clone()), ..Setup::default() });
    window.asks(&peer(reply));
    window.until("the page arrives", Window::complete);
    window.until_text("百度一下，你就知道");
    window.until_text("GBK · <meta>");
    let (decoded, _, _) = encoding_rs::GBK.encode(&page);
    window.until_text(&format!("decoded {}", decoded.len()));
    window.click("Save body as…");
    window.until_text("SHA-256");
    assert_eq!(std::fs::read(&target).unwrap(), &*decoded);
    window.click("Coded");
    window.click("Save body as…");
    replace(&mut window);
    window.until("the coded body is saved", |_| std::fs::read(&target).unwrap().starts_with(b"\x1f\x8b"));
    window.click("As received");
    window.click("Save body as…");
    replace(&mut window);
    window.until("the body is saved as received", |_| std::fs::read(&target).unwrap().starts_with(b"7\r\n\x1f\x8b"));
    let names: Vec<_> = window.asked.borrow().iter().map(|ask| ask.name.clone()).collect();
    assert_eq!(names, ["index.html", "index.html.gz", "index.html.chunked"]);
    window.click("Head");
    window.until_text("Trailers");
    assert!(window.harness.query_by_label("Digest").is_some());
}

#[test]
fn a_coding_that_is_cut_says_where_and_shows_what_came() {
    // The framing is whole; the gzip within is not.
    let (_, reply) = chinese_page(12);
    let mut window = Window::open(Setup::default());
    window.asks(&peer(reply));
    window.until("the page arrives", Window::complete);
    window.until_text("gzip: cut off at byte");
    window.click("Save body as…");
    assert!(window.asked.borrow()[0].title.contains("INCOMPLETE"), "{:?}", window.asked);
    assert_eq!(window.asked.borrow()[0].name, "index.INCOMPLETE.html");
}

#[test]
fn the_form_and_the_raw_text_are_one_request() {
    let mut window = Window::open(Setup { size: [1280.0, 1000.0], ..Setup::default() });
    let request = |window: &Window| window.harness.state().settings().client.request;
    window.click("Form");
    window.types("Path", "/a b\r\nX: y");
    assert_eq!(request(&window), "GET /abX:y HTTP/1.1\nHost: www.baidu.com\nConnection: close\n\n");
    window.click("Accept-Encoding");
    window.types("Value of Host", "b.example");
    window.harness.get_by_label("Remove the field Connection").click_accesskit();
    window.harness.run_steps(3);
    window.harness.get_by_role_and_label(Role::MultilineTextInput, "Body").set_text_value_accesskit("two\nlines");
    window.harness.run_steps(3);
    let expected = "GET /abX:y HTTP/1.1\nHost: b.example\nAccept-Encoding: gzip, deflate, br, zstd\nContent-Length: 10\n\ntwo\nlines";
    assert_eq!(request(&window), expected);
    window.click("Raw");
    let raw = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Request");
    raw.set_text_value_accesskit("anything\nat all");
    window.harness.run_steps(3);
    assert_eq!(request(&window), "anything\nat all");
    window.click("Form");
    assert!(window.harness.query_by_label_contains("no request that a form can show").is_some());
    assert_eq!(request(&window), "anything\nat all");
}

#[test]
fn a_body_from_a_file_is_counted_and_what_is_no_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("body");
    std::fs::write(&path, "12345").unwrap();
    let client = ClientForm::of("127.0.0.1:9");
    let settings = Settings { client, ..Settings::default() };
    let mut window = Window::open(Setup { size: [1280.0, 1000.0], settings, ..Setup::default() });
    window.click("Form");
    window.harness.get_by_role_and_label(Role::Button, "File").click();
    window.harness.run_steps(4);
    let named = |window: &mut Window, path: &str| {
        window.types("File", path);
    };
    named(&mut window, path.to_str().unwrap());
    window.until("the file is counted", |harness| {
        harness.state().settings().client.request.contains("\nContent-Length: 5\n")
    });
    named(&mut window, "/dev/zero");
    window.click("Run");
    window.until_text("reading /dev/zero failed");
    named(&mut window, path.to_str().unwrap());
    window.until("the file is counted again", |harness| {
        harness.state().settings().client.request.contains("\nContent-Length: 5\n")
    });
}

#[test]
fn a_redirect_is_shown_as_one_and_followed_on_a_click() {
    let end = peer(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nthe end\n".to_vec());
    let reply = format!("HTTP/1.1 302 Found\r\nLocation: http://{end}/x.txt\r\nContent-Length: 6\r\n\r\nmoved\n");
    let start = peer(reply.into_bytes());
    let mut window = Window::open(Setup { answer: Answer::Cancelled, ..Setup::default() });
    window.asks(&start);
    window.until("the redirect arrives", Window::complete);
    window.until_text(&format!("This is a redirect to http://{end}/x.txt."));
    window.click("Save body as…");
    assert!(window.asked.borrow()[0].title.contains("about to save the redirect"), "{:?}", window.asked);
    window.click("Follow");
    window.until_text("the end");
    window.until("the page arrives", Window::complete);
    window.click("Save body as…");
    assert_eq!(
        *window.asked.borrow().last().unwrap(),
        Ask { title: "Save body as".into(), name: "x.txt".into(), folder: None }
    );
    window.click(&format!("1 http://{start}/"));
    window.until_text("moved");
}

#[test]
fn the_character_encoding_is_chosen_by_hand() {
    let mut reply = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n".to_vec();
    reply.extend(&*encoding_rs::BIG5.encode("中文大小").0);
    let mut window = Window::open(Setup { size: [1280.0, 1600.0], ..Setup::default() });
    window.asks(&peer(reply));
    window.until("the page arrives", Window::complete);
    window.until_text("UTF-8 · Content-Type");
    window.harness.get_by_label_contains("UTF-8 · Content-Type").click();
    window.harness.run_steps(4);
    window.click("Big5");
    window.until_text("中文大小");
}

#[test]
fn a_click_on_the_connection_that_is_shown_shows_the_listener() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.click("● Server");
    window.until("the connection is over", |harness| {
        harness.query_all_by_label_contains("closed by this side").next().is_some()
    });
    let calls = |window: &Window, text| window.harness.query_all_by_label_contains(text).next().is_some();
    assert!(calls(&window, "send(") && !calls(&window, "accept("));
    for is_listener in [true, false] {
        {
            let mut nodes = window.harness.get_all_by_label_contains("closed by this side");
            let row = nodes.find(|node| node.accesskit_node().role() == Role::ListBoxOption).unwrap();
            row.click_accesskit();
        }
        window.until("what was asked for is shown", |harness| {
            harness.query_all_by_label_contains("accept(").next().is_some() == is_listener
        });
    }
}

#[test]
fn the_addresses_of_former_runs_are_offered() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    let tried = window.harness.state().settings().addresses[0].clone();
    // What was tried is no form of the user's, and is not kept as one.
    assert_eq!(window.harness.state().settings().client.address, "www.baidu.com");
    assert_eq!(window.harness.state().settings().server.port, 9999);
    window.click("The local page, 127.0.0.1:9999");
    window.click("Recent addresses");
    window.click(&tried);
    assert_eq!(window.harness.state().settings().client.address, tried);
    assert!(window.harness.state().settings().client.request.contains(&tried["http://".len()..tried.len() - 1]));
}

#[test]
fn the_body_alone_is_shown_as_hex() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    // The message to type has a hex form, too; it stands before.
    window.harness.get_all_by_label("Hex").last().unwrap().click();
    window.harness.run_steps(4);
    // <!DOCTYPE html> at the top, and no head above it.
    window.until_text("0 3c 21 44 4f 43 54 59 50");
    assert!(window.harness.query_by_label_contains("48 54 54 50 2f 31 2e 31").is_none());
}

#[test]
fn a_picture_of_the_first_screen() {
    let mut window = Window::open(Setup { theme: Theme::Dark, size: [1024.0, 640.0], ..Setup::default() });
    window.picture("first-screen");
}

#[test]
fn what_is_told_about_a_run_moves_neither_the_form_nor_the_tabs() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut window = Window::open(Setup { size: [1024.0, 640.0], ..Setup::default() });
    let places = |window: &Window| ["Head", "Message"].map(|label| window.harness.get_by_label(label).rect());
    let before = places(&window);
    window.asks(&free.to_string());
    window.until_text(&format!("connect to {free} failed"));
    window.step();
    assert_eq!(places(&window), before);
}

#[test]
fn while_only_the_peers_close_is_awaited_the_next_run_can_begin() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let work = move || {
        let mut open = Vec::new();
        for number in 1..=2 {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]).unwrap();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nreply {number}\n").unwrap();
            open.push(stream);
        }
        let _ = open.pop().unwrap().read(&mut [0; 1024]);
    };
    std::thread::Builder::new().name("peer".into()).spawn(work).unwrap();
    let mut window = Window::open(Setup::default());
    window.asks(&address);
    window.until_text("body complete, recv still waits");
    window.until_text("reply 1");
    window.click("Run again");
    window.until_text("reply 2");
    window.until_text("body complete, recv still waits");
    window.click("Stop");
    window.until("it ends", |harness| {
        harness
            .state()
            .client_connection()
            .is_some_and(|connection| matches!(connection.state(), ConnectionState::Closed(_)))
    });
}

#[test]
fn a_second_request_is_typed_on_a_connection_that_stays_open() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (asked, requests) = bounded(2);
    let work = move || {
        let (mut stream, _) = listener.accept().unwrap();
        for number in 1..=2 {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                request.extend(byte);
            }
            asked.send(request).unwrap();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nreply {number}\n").unwrap();
        }
    };
    std::thread::Builder::new().name("peer".into()).spawn(work).unwrap();
    let mut window = Window::open(Setup::default());
    window.asks(&address);
    window.until_text("reply 1");
    let message = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Message");
    message.set_text_value_accesskit("GET /2 HTTP/1.1\nHost: x\n");
    window.step();
    window.step();
    window.click("Send");
    window.until_text("reply 2");
    window.until_text("message 2 of 2");
    assert_eq!(requests.iter().nth(1).unwrap(), b"GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
    window.click("The message before");
    window.until_text("reply 1");
}
