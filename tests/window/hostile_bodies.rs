//! Bodies that ask for more than they should get: pictures that take for ever or need too much, and streams that never end.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::thread;

use crossbeam_channel::RecvTimeoutError;
use rustls::pki_types::CertificateDer;
use rustls::{ServerConnection, StreamOwned};
use socketscope::capture::{Body, SpoolWriter};
use socketscope::http::Span;
use socketscope::view::PictureError;

use super::bodies::{open_with, png, serving};
use super::ca::{Leaf, Offer, config, self_signed};
use super::*;

/// What is heard of processes that never answer.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    /// One has begun.
    Begun,
    /// None is left.
    Ended,
}

/// A stand-in for the program that decodes pictures, whose processes never answer.
struct Silent {
    folder: tempfile::TempDir,
    applied_until: Receiver<Heard>,
}

impl Silent {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, mode).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/silent.sh");
        std::os::unix::fs::symlink(script, folder.path().join("silent")).unwrap();
        // More than any test has it say.
        let (tell, applied_until) = bounded(64);
        let listen = move || {
            while let Ok(file) = std::fs::File::open(&pipe) {
                let begun = BufReader::new(file).lines().map(|_| Heard::Begun);
                if begun.chain([Heard::Ended]).any(|applied_until| tell.send(applied_until).is_err()) {
                    return;
                }
            }
        };
        thread::Builder::new().name("silent".into()).spawn(listen).unwrap();
        Self { folder, applied_until }
    }

    fn decoder(&self) -> PictureDecoder {
        PictureDecoder::new(self.folder.path().join("silent")).with_patience(Duration::MAX)
    }

    /// A window that has such a process decode the picture that it has received.
    fn window(&self) -> Window {
        let mut window =
            open_with(Setup { pictures: self.decoder(), ..Setup::default() }, &serving("image/png", png(2, 2)));
        self.begins(&mut window);
        window
    }

    fn begins(&self, window: &mut Window) {
        window.until("it is decoded", |_| self.applied_until.try_recv() == Ok(Heard::Begun));
    }

    fn is_ended(&self) {
        assert_eq!(self.applied_until.recv_timeout(LIMIT), Ok(Heard::Ended));
    }
}

#[test]
fn a_picture_that_takes_too_long_is_ended_and_said_to_be() {
    let silent = Silent::new();
    // Long enough for the process to say that it has begun.
    let pictures = silent.decoder().with_patience(Duration::from_secs(3));
    let mut window = open_with(Setup { pictures, ..Setup::default() }, &serving("image/png", png(2, 2)));
    silent.begins(&mut window);
    window.until_text("took too long");
    silent.is_ended();
    let pictures = silent.decoder().with_patience(Duration::ZERO);
    let setup = Setup { pictures, language: Language::Chinese, ..Setup::default() };
    open_with(setup, &serving("image/png", png(2, 2))).until_text("用时过长");
}

#[test]
fn a_picture_that_is_not_looked_at_any_more_is_decoded_no_further() {
    for elsewhere in ["Hex", "Head", "Server"] {
        let silent = Silent::new();
        let mut window = silent.window();
        window.harness.get_all_by_label(elsewhere).last().unwrap().click();
        window.harness.run_steps(4);
        silent.is_ended();
        let back = if elsewhere == "Hex" {
            "Picture"
        } else if elsewhere == "Head" {
            "Body"
        } else {
            "Client"
        };
        window.harness.get_all_by_label(back).last().unwrap().click();
        window.harness.run_steps(4);
        silent.begins(&mut window);
    }
}

#[test]
fn a_picture_takes_the_place_of_the_one_before_and_goes_with_the_window() {
    let silent = Silent::new();
    let mut window = silent.window();
    for _ in 0..3 {
        window.runs(&serving("image/png", png(3, 3)));
        silent.begins(&mut window);
    }
    drop(window);
    // All of them: none is left.
    silent.is_ended();
}

#[test]
fn a_program_that_cannot_be_started_is_told() {
    let setup = Setup { pictures: PictureDecoder::new("/no/such/program".into()), ..Setup::default() };
    let mut window = open_with(setup, &serving("image/png", png(2, 2)));
    window.until_text("could not be started");
}

fn svg(inside: &str) -> Vec<u8> {
    format!("<svg xmlns='http://www.w3.org/2000/svg' width='4000' height='4000'>{inside}</svg>").into_bytes()
}

fn nested(opens: &str, closes: &str) -> Vec<u8> {
    svg(&format!("{}{}", opens.repeat(50_000), closes.repeat(50_000)))
}

/// Each group is drawn on a layer of its own, and all layers together take some 14 GiB.
fn layered() -> Vec<u8> {
    svg(&format!(
        "{}<rect width='4000' height='4000'/><rect width='9' height='9'/>{}",
        "<g opacity='.5'>".repeat(900),
        "</g>".repeat(900)
    ))
}

/// It is drawn for hours.
fn endless() -> Vec<u8> {
    svg("<filter id='f'><feMorphology operator='dilate' radius='1000000'/></filter>\
         <rect width='4000' height='4000' filter='url(#f)'/>")
}

/// What becomes of a picture that is to be decoded within `patience`.
fn decoded(bytes: &[u8], patience: Duration) -> Result<[u32; 2], PictureError> {
    let (mut writer, spool) = SpoolWriter::temporary();
    writer.append(bytes).unwrap();
    writer.flush().unwrap();
    let (tell, told) = bounded(1);
    let decoder = Setup::default().pictures.with_patience(patience);
    let job = decoder.start(Body::wire(spool, Span::new(0, bytes.len() as u64)), 8192, move || tell.send(()).unwrap());
    told.recv_timeout(4 * LIMIT).unwrap();
    job.poll().unwrap().map(|decoded| decoded.picture.size)
}

#[test]
fn a_picture_takes_no_more_than_its_process_may() {
    let patterns = |number: usize| {
        format!(
            "<pattern id='p{number}' width='1' height='1'><rect width='1' height='1' fill='url(#p{})'/></pattern>",
            number + 1
        )
    };
    let chain = format!("{}<rect width='9' height='9' fill='url(#p0)'/>", (0..5000).map(patterns).collect::<String>());
    let copies =
        |number: usize| format!("<g id='a{}'>{}</g>", number + 1, format!("<use href='#a{number}'/>").repeat(10));
    let copied = format!("<g id='a0'><path/></g>{}<use href='#a9'/>", (0..9).map(copies).collect::<String>());
    for (name, picture) in
        [("spans", nested("<tspan>", "</tspan>")), ("patterns", svg(&chain)), ("copies", svg(&copied))]
    {
        let answer = decoded(&picture, LIMIT);
        assert!(matches!(answer, Err(PictureError::TooMuch | PictureError::Broken(_))), "{name}: {answer:?}");
    }
    assert_eq!(decoded(&nested("<g>", "</g>"), LIMIT), Err(PictureError::TooMuch));
    if cfg!(target_os = "linux") {
        let layers = format!(
            "<filter id='f'>{}</filter><rect width='4000' height='4000' filter='url(#f)'/>",
            "<feFlood/><feTile/>".repeat(1000)
        );
        assert_eq!(decoded(&svg(&layers), 3 * LIMIT), Err(PictureError::TooMuch));
    }
    assert_eq!(decoded(&endless(), Duration::from_secs(1)), Err(PictureError::TooSlow));
    assert_eq!(decoded(&png(30, 20), LIMIT), Ok([30, 20]));
}

/// What can bring a process down or keep it busy for ever does neither to the window.
#[test]
fn a_window_outlives_what_is_too_much_for_a_process() {
    let pictures = Setup::default().pictures.with_patience(Duration::from_secs(5));
    let setup = Setup { pictures, ..Setup::default() };
    // Only Linux bounds the memory of the process.
    let too_much = if cfg!(target_os = "linux") { layered() } else { nested("<g>", "</g>") };
    let mut window = open_with(setup, &serving("image/svg+xml", too_much));
    window.until_text("nested too deeply");
    window.runs(&serving("image/svg+xml", endless()));
    window.until_text("took too long");
    window.runs(&serving("image/png", png(30, 20)));
    window.until("a picture is shown", |harness| {
        harness.query_by_role_and_label(Role::Image, "PNG, 30 × 20 pixels").is_some()
    });
}

#[test]
fn a_stream_that_begins_far_behind_is_shown_while_bytes_keep_coming() {
    const FIRST: usize = 40 << 20;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (shown, is_shown) = bounded::<()>(0);
    let work = move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut requests = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut asked = move || requests.find(|line| line.as_ref().is_ok_and(String::is_empty)).is_some();
        assert!(asked());
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {FIRST}\r\n\r\n").unwrap();
        stream.write_all(&vec![b'.'; FIRST]).unwrap();
        assert!(asked());
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhere it begins\n").unwrap();
        // It never pauses for long enough to be taken for one that has ended.
        while is_shown.recv_timeout(Duration::from_millis(10)) == Err(RecvTimeoutError::Timeout) {
            stream.write_all(b"and it goes on\n").unwrap();
        }
    };
    thread::Builder::new().name("stream".into()).spawn(work).unwrap();
    let mut window = Window::open(Setup::default());
    let address_field = window.harness.get_by_role_and_label(Role::TextInput, "Address");
    address_field.set_text_value_accesskit(&address);
    window.step();
    window.step();
    window.click("Run");
    window.until_text("body complete, recv still waits");
    let message = window.harness.get_by_role_and_label(Role::MultilineTextInput, "Message");
    message.set_text_value_accesskit("GET /2 HTTP/1.1\nHost: x\n");
    window.step();
    window.step();
    window.click("Send");
    window.until_text("here it begins");
    drop(shown);
}

/// A window that has received a reply with this status and these fields, and shows its head.
fn head_of(status: &str, fields: &str) -> Window {
    let reply = format!("HTTP/1.1 {status}\r\n{fields}Content-Length: 0\r\n\r\n");
    let mut window = open_with(Setup::default(), &peer(reply.into_bytes()));
    window.click("Head");
    window
}

#[test]
fn of_a_head_that_would_slow_down_each_frame_a_part_is_shown() {
    let mut window = head_of("200 OK", &format!("A: {}\r\n", "x".repeat(200_000)));
    window.until_text("… 195,904 bytes more in this line");
    window.harness.get_all_by_label("Raw").last().unwrap().click();
    window.until_text("more of the head: Bytes shows them");
    let mut window = head_of("200 OK", &"no field\r\n".repeat(900));
    window.until_text("… 800 more are not shown");
}

#[test]
fn what_a_stranger_says_does_not_fill_the_window() {
    for location in ["http://a/".to_owned(), "gopher://".to_owned()] {
        let location = format!("{location}{}", "x".repeat(200_000));
        let window = head_of("302 Found", &format!("Location: {location}\r\n"));
        assert!(window.harness.get_by_label("Timing").rect().bottom() < 700.0);
        let said = window.harness.query_all_by_label_contains("xxxxx…").next();
        assert!(said.is_some(), "it is told, and cut");
    }
}

#[test]
fn of_ten_thousand_certificates_a_hundred_are_shown() {
    let mut identity = self_signed(&Leaf::valid(&["127.0.0.1"]), false);
    identity.chain.extend((0..9_999).map(|_| CertificateDer::from(vec![0x30])));
    let config = config(identity, Offer::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = move || {
        let (stream, _) = listener.accept().unwrap();
        let mut peer = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
        let _ = peer.read(&mut [0; 4096]);
    };
    thread::Builder::new().name("certificates".into()).spawn(serve).unwrap();
    let mut window = Window::open(Setup::default());
    window
        .harness
        .get_by_role_and_label(Role::TextInput, "Address")
        .set_text_value_accesskit(&format!("https://{address}/"));
    window.step();
    window.step();
    window.click("Run");
    window.until_text("the certificate is refused");
    window.click("TLS");
    window.until_text("… 9,900 more are not shown");
}
