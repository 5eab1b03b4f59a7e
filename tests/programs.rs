//! The program as a child process: talked to, interrupted, and short of disk. Signals and limits as here are of Unix.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test says what it expects with them, and its peers need no names"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// A server of the program on a free port, and its lines of JSON.
struct Serving {
    child: Child,
    address: SocketAddr,
    lines: thread::JoinHandle<Vec<serde_json::Value>>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(arguments: &[&str]) -> Serving {
    let mut child = Command::new(env!("CARGO_BIN_EXE_socketscope"))
        .args(["--lang", "en", "serve"])
        .args(arguments)
        .args(["--bind", "127.0.0.1:0", "--json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut events = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap());
    let listening = events.find(|event| event["event"] == "listening").unwrap();
    let address = listening["address"].as_str().unwrap().parse().unwrap();
    Serving { child, address, lines: thread::spawn(move || events.collect()) }
}

/// Sends the signal that Ctrl-C sends.
fn interrupt(child: &Child) {
    let status = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    assert!(status.success());
}

#[test]
fn serve_hello_holds_the_tutorials_conversation_and_ends_when_interrupted() {
    let mut serving = serve(&["hello", "--pause", "0"]);
    let mut stream = TcpStream::connect(serving.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let hear = |stream: &mut TcpStream, expected: &str| {
        let mut said = vec![0; expected.len()];
        stream.read_exact(&mut said).unwrap();
        assert_eq!(String::from_utf8(said).unwrap(), expected);
    };
    hear(&mut stream, "Welcome!");
    for name in ["Michael", "Tracy", "Sarah"] {
        stream.write_all(name.as_bytes()).unwrap();
        hear(&mut stream, &format!("Hello, {name}!"));
    }
    stream.write_all(b"exit").unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0, "exit ends the conversation");
    // Another one is open when the program is interrupted: it ends, too.
    let mut open = TcpStream::connect(serving.address).unwrap();
    open.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    hear(&mut open, "Welcome!");
    interrupt(&serving.child);
    assert_eq!(serving.child.wait().unwrap().code(), Some(0));
    assert_eq!(open.read(&mut [0]).unwrap_or(0), 0);
    assert!(TcpStream::connect(serving.address).is_err(), "the port is free again");
    assert!(TcpListener::bind(serving.address).is_ok());
}

#[test]
fn every_call_of_a_conversation_is_told() {
    let mut serving = serve(&["hello", "--pause", "0", "--backlog", "3"]);
    let mut stream = TcpStream::connect(serving.address).unwrap();
    stream.write_all(b"exit").unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    interrupt(&serving.child);
    serving.child.wait().unwrap();
    let lines = std::mem::replace(&mut serving.lines, thread::spawn(Vec::new)).join().unwrap();
    let calls: Vec<_> = lines.iter().filter(|line| line["event"] == "call").collect();
    for name in ["accept", "send", "recv", "close"] {
        assert!(calls.iter().any(|call| call["call"] == name), "{name} is missing");
    }
    let ended = lines.iter().any(|line| line["event"] == "ended" && line["connection"] == 1);
    assert!(ended, "the connection's end is told");
}

/// Serves one reply with a body of `size` bytes.
fn body_of(size: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n");
        // A client without room closes early.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&vec![b'x'; size]));
    });
    address
}

#[test]
fn a_disk_that_fills_up_while_saving_harms_no_file_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page");
    std::fs::write(&target, "the old file").unwrap();
    let address = body_of(4 << 20);
    // No file may grow past 1 MiB: what a full disk does, without filling one. The shell counts in blocks of 512 or 1024 bytes.
    let script = "ulimit -f 1024; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_socketscope"), "--lang", "en", "get", "--recv-size", "65536"])
        .args([&address.to_string(), "--save", target.to_str().unwrap()])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(7), "{told}");
    let last = told.lines().last().unwrap();
    assert!(
        last.contains(&format!("saving to {} failed: the file may not grow any larger", target.display())),
        "{told}"
    );
    assert!(!last.contains("The body"), "{told}");
    assert_eq!(std::fs::read(&target).unwrap(), b"the old file");
}

#[test]
fn the_limit_on_temporary_files_ends_get_and_is_told() {
    let get = |address: SocketAddr, variable: Option<&str>, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_socketscope"));
        command.args(["--lang", "en", "get", &address.to_string(), "--recv-size", "65536"]).args(arguments);
        command.envs(variable.map(|value| ("SOCKETSCOPE_DISK_LIMIT", value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).output().unwrap()
    };
    for (variable, arguments) in [(None, &["--disk-limit", "1M"][..]), (Some("1024k"), &[])] {
        let output = get(body_of(4 << 20), variable, arguments);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(7), "{told}");
        assert!(told.contains("the temporary files hold 1,048,576 bytes, which is their limit"), "{told}");
    }
    let output = get(body_of(4 << 20), Some("1M"), &["--disk-limit", "64M"]);
    assert_eq!(output.status.code(), Some(0), "what is typed goes before the variable");
}

#[test]
fn an_interrupted_get_keeps_what_came_and_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page");
    let mut child = Command::new(env!("CARGO_BIN_EXE_socketscope"))
        .args(["--lang", "en", "get", &address.to_string(), "--save", target.to_str().unwrap()])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let _ = stream.read(&mut [0; 1024]).unwrap();
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("head received") {
        line.clear();
        assert!(err.read_line(&mut line).unwrap() > 0, "the head is told");
    }
    interrupt(&child);
    // The peer does not end: who waits for that waits for ever.
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!target.exists());
    assert_eq!(std::fs::read(folder.path().join("page.incomplete")).unwrap(), b"half");
    drop(stream);
}

/// What a program said that had to end well.
fn output(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// The start lines of the heads that crossed in `direction`.
fn start_lines(events: &[serde_json::Value], direction: &str) -> Vec<String> {
    let heads = events.iter().filter(|event| event["event"] == "head" && event["direction"] == direction);
    heads.map(|head| head["start_line"].as_str().unwrap().to_owned()).collect()
}

#[test]
#[ignore = "needs chromium"]
fn chromium_shows_a_page_with_its_picture() {
    let folder = tempfile::tempdir().unwrap();
    let page = "<!doctype html><meta charset=utf-8><title>页</title><p id=said>waits</p><img id=picture src='the%20picture.svg'>
        <script>onload = () => { const {naturalWidth: w, naturalHeight: h} = picture; said.textContent = `${w} by ${h} 像素` }</script>";
    std::fs::write(folder.path().join("index.html"), page).unwrap();
    let picture =
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="37" height="23"><rect width="9" height="9"/></svg>"#;
    std::fs::write(folder.path().join("the picture.svg"), picture).unwrap();
    let mut serving = serve(&["files", folder.path().to_str().unwrap()]);
    let profile = tempfile::tempdir().unwrap();
    let shown = output(
        Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--no-proxy-server",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(["--virtual-time-budget=20000", "--dump-dom"])
            .arg(format!("http://{}/", serving.address)),
    );
    assert!(shown.contains("37 by 23 像素"), "{shown}");
    interrupt(&serving.child);
    assert_eq!(serving.child.wait().unwrap().code(), Some(0));
    let lines = std::mem::replace(&mut serving.lines, thread::spawn(Vec::new)).join().unwrap();
    let asked = start_lines(&lines, "received");
    for line in ["GET / HTTP/1.1", "GET /the%20picture.svg HTTP/1.1"] {
        assert!(asked.iter().any(|asked| asked == line), "{asked:?}");
    }
    let replies = start_lines(&lines, "sent");
    assert!(replies.iter().filter(|line| *line == "HTTP/1.1 200 OK").count() >= 2, "{replies:?}");
}

#[test]
#[ignore = "needs ab"]
fn ab_speaks_http_1_0_and_is_closed_on_or_kept_as_it_asks() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "x".repeat(1000)).unwrap();
    let serving = serve(&["files", folder.path().to_str().unwrap()]);
    let url = format!("http://{}/a.txt", serving.address);
    for (arguments, kept) in [(&["-n", "500", "-c", "20"][..], false), (&["-k", "-n", "500", "-c", "20"], true)] {
        let said = output(Command::new("ab").args(arguments).arg(&url));
        for line in ["Complete requests:      500", "Failed requests:        0", "HTML transferred:       500000 bytes"]
        {
            assert!(said.contains(line), "{said}");
        }
        assert_eq!(said.contains("Keep-Alive requests:    500"), kept, "{said}");
    }
}

#[test]
#[ignore = "needs ncat"]
fn ncat_is_echoed_to_the_last_byte_after_it_has_ended_sending() {
    let serving = serve(&["echo"]);
    let bytes = (0..300_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect::<Vec<_>>();
    let mut ncat = Command::new("ncat")
        .args([serving.address.ip().to_string(), serving.address.port().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = ncat.stdin.take().unwrap();
    let sent = bytes.clone();
    let sending = thread::spawn(move || input.write_all(&sent).unwrap());
    let mut echoed = Vec::new();
    ncat.stdout.take().unwrap().read_to_end(&mut echoed).unwrap();
    sending.join().unwrap();
    assert!(ncat.wait().unwrap().success());
    assert_eq!(echoed.len(), bytes.len());
    assert!(echoed == bytes);
}
