//! What the benchmarks of the window share.

#![allow(dead_code, reason = "each bench uses its own part of this")]

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use socketscope::capture::{Clock, ConnectionState, Report};
use socketscope::net::Engine;
use socketscope::settings::{ClientForm, Language, Settings};
use socketscope::ui::{Answer, App, Ask, FileDialog, Parts, Pick, PictureDecoder};

/// A dialog that is never there.
struct NoDialog;

impl FileDialog for NoDialog {
    fn ask(&self, _: Ask, _: Box<dyn FnOnce() + Send>) -> Receiver<Answer> {
        bounded(0).1
    }

    fn pick(&self, _: Pick, _: Box<dyn FnOnce() + Send>) -> Receiver<Answer> {
        bounded(0).1
    }
}

/// The address of a peer that takes in a request and then does what `script` says.
pub fn peer(script: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let work = move || {
        let (mut socket, _) = listener.accept().unwrap();
        assert!(socket.read(&mut [0; 4096]).unwrap() > 0);
        script(socket);
    };
    thread::Builder::new().name("peer".into()).spawn(work).unwrap();
    address
}

/// A window that takes in `reports` and whose runs are those of `engine`.
pub fn window(engine: Engine, reports: Receiver<Report>, settings: Settings) -> Harness<'static, App> {
    let make = move |cc: &mut eframe::CreationContext<'static>| {
        let parts = Parts {
            engine,
            reports,
            settings,
            folder: None,
            is_first: false,
            notice: None,
            language: Language::English,
            dialog: Box::new(NoDialog),
            pictures: PictureDecoder::of_this_program(),
        };
        App::new(&cc.egui_ctx, parts)
    };
    let setup = socketscope::ui::install_fonts;
    Harness::builder().with_size([1920.0, 1080.0]).with_context_setup(setup).build_eframe(make)
}

/// A window in which a client has received all that `address` sends, `recv_size` bytes a call; and what tells when there is news.
pub fn received(address: &str, recv_size: u32) -> (Harness<'static, App>, Receiver<()>) {
    let (rung, bell) = bounded(1);
    let (engine, reports) = Engine::new(Clock::start(), move || _ = rung.try_send(()));
    let client = ClientForm { recv_size, ..ClientForm::of(address) };
    let mut window = window(engine, reports, Settings { client, ..Settings::default() });
    window.step();
    window.get_by_label("Run").click();
    while !window.state().client_connection().is_some_and(|c| matches!(c.state(), ConnectionState::Closed(_))) {
        window.step();
        let _ = bell.recv_timeout(Duration::from_millis(20));
    }
    (window, bell)
}
