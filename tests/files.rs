//! Files over HTTP: what real clients get, what hostile ones get, and that nothing outside of the folder is ever given.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test says what it expects with them"
)]

mod support;

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use socketscope::net::ServerSpec;
use socketscope::net::responders::Files;
use support::{LIMIT, ServerRun, listen};

const SECRET: &str = "secret outside";

/// A folder with traps, beside a secret.
struct Tree {
    dir: tempfile::TempDir,
}

impl Tree {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("root");
        fs::create_dir_all(root.join("sub/deep")).unwrap();
        fs::create_dir_all(root.join("with index")).unwrap();
        fs::write(dir.path().join("secret.txt"), SECRET).unwrap();
        fs::create_dir(dir.path().join("rootsibling")).unwrap();
        fs::write(dir.path().join("rootsibling/secret.txt"), SECRET).unwrap();
        fs::write(root.join("a.txt"), "0123456789").unwrap();
        fs::write(root.join("empty.bin"), "").unwrap();
        fs::write(root.join("中文.html"), "<p>你好").unwrap();
        fs::write(root.join(".hidden"), "hidden").unwrap();
        fs::write(root.join("with index/index.html"), "<p>index").unwrap();
        fs::write(root.join("sub/b.txt"), "b").unwrap();
        fs::write(root.join("big.bin"), big()).unwrap();
        symlink("../secret.txt", root.join("out.txt")).unwrap();
        symlink(dir.path().join("secret.txt"), root.join("absolute.txt")).unwrap();
        symlink("..", root.join("up")).unwrap();
        symlink("/etc", root.join("etc")).unwrap();
        symlink("a.txt", root.join("inside.txt")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        let fifo = Command::new("mkfifo").arg(root.join("pipe")).status().unwrap();
        assert!(fifo.success());
        Self { dir }
    }

    fn root(&self) -> std::path::PathBuf {
        self.dir.path().join("root")
    }

    fn serve(&self) -> ServerRun {
        let files = Files::open(&self.root(), false).unwrap();
        listen(ServerSpec { backlog: 128, ..ServerSpec::new("127.0.0.1:0".parse().unwrap(), Arc::new(files)) })
    }
}

fn big() -> Vec<u8> {
    (0..4 << 20).map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn connect(server: &ServerRun) -> TcpStream {
    let stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
}

/// Sends `bytes`, ends sending, and reads to the end.
fn ask(server: &ServerRun, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(server);
    // The server may have closed before it has read all.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut reply = Vec::new();
    match stream.read_to_end(&mut reply) {
        Ok(_) => reply,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => reply,
        Err(error) => panic!("{error}"),
    }
}

fn get(server: &ServerRun, target: &str, fields: &str) -> String {
    let request = format!("GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{fields}\r\n");
    String::from_utf8_lossy(&ask(server, request.as_bytes())).into_owned()
}

fn status(reply: &str) -> u16 {
    reply.split(' ').nth(1).unwrap_or_default().parse().unwrap_or(0)
}

#[test]
fn files_come_with_their_type_length_and_validators() {
    let tree = Tree::new();
    let server = tree.serve();
    let reply = get(&server, "/a.txt", "");
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    for field in
        ["HTTP/1.1 200 OK", "Content-Type: text/plain", "Content-Length: 10", "Accept-Ranges: bytes", "ETag: \""]
    {
        assert!(head.contains(field), "{field} in {head}");
    }
    assert_eq!(body, "0123456789");
    let tag = head.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap();
    assert_eq!(status(&get(&server, "/a.txt", &format!("If-None-Match: {tag}\r\n"))), 304);
    let part = get(&server, "/a.txt", "Range: bytes=3-5\r\n");
    assert!(
        part.starts_with("HTTP/1.1 206 ") && part.contains("Content-Range: bytes 3-5/10") && part.ends_with("\r\n345")
    );
    let none = get(&server, "/a.txt", "Range: bytes=10-\r\n");
    assert!(none.starts_with("HTTP/1.1 416 ") && none.contains("bytes */10"), "{none}");
    assert!(get(&server, "/%E4%B8%AD%E6%96%87.html", "").contains("Content-Type: text/html; charset=utf-8"));
    for (before, after, is_utf8) in [
        (1024, "你好", true),
        (60_000, "你好", true),
        // The last character that is looked at is cut, and one that is cut by the end of the file.
        (64 * 1024 - 4, "你好", true),
        (10, "\u{e9}", true),
        (2000, "", false),
    ] {
        fs::write(tree.dir.path().join("root/late.txt"), "a".repeat(before) + after).unwrap();
        let is_said = get(&server, "/late.txt", "").contains("Content-Type: text/plain; charset=utf-8\r\n");
        assert_eq!(is_said, is_utf8, "{before} {after}");
    }
    fs::write(tree.dir.path().join("root/cut.txt"), b"na\xc3\xafve caf\xc3").unwrap();
    assert!(get(&server, "/cut.txt", "").contains("Content-Type: text/plain\r\n"));
    assert!(get(&server, "/empty.bin", "").contains("Content-Length: 0"));
    assert!(get(&server, "/inside.txt", "").ends_with("0123456789"));
    assert!(get(&server, "/with%20index/", "").ends_with("<p>index"));
    let moved = get(&server, "/with%20index?x", "");
    assert!(moved.starts_with("HTTP/1.1 301 ") && moved.contains("Location: /with%20index/?x\r\n"), "{moved}");
    let listing = get(&server, "/", "");
    for (name, listed) in [
        ("a.txt", true),
        ("sub/", true),
        ("inside.txt", true),
        (".hidden", false),
        ("pipe", false),
        ("out.txt", false),
        ("up", false),
    ] {
        assert_eq!(listing.contains(&format!("\"./{name}\"")), listed, "{name} in {listing}");
    }
    server.stop();
}

#[test]
fn the_folder_is_a_jail() {
    let tree = Tree::new();
    let server = tree.serve();
    let targets = [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/.%2e/secret.txt",
        "/..%5csecret.txt",
        "/%2e%2e%5csecret.txt",
        "/..%c0%afsecret.txt",
        "/..%252fsecret.txt",
        "/....//secret.txt",
        "/sub/../../secret.txt",
        "/sub/%2e%2e/%2e%2e/secret.txt",
        "/out.txt",
        "/absolute.txt",
        "/up/secret.txt",
        "/up/rootsibling/secret.txt",
        "/etc/passwd",
        "/etc/hostname",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/../rootsibling/secret.txt",
        "/a.txt%00",
        "/%00",
        "/a.txt%00/../../secret.txt",
        "/pipe",
        "/loop",
        "/.hidden",
        "/sub/deep/../../../secret.txt",
        "http://h/../secret.txt",
        "/a.txt/",
        "/a.txt/../../secret.txt",
        "/up/",
        "/etc/",
    ];
    for target in targets {
        let reply = get(&server, target, "");
        assert!(matches!(status(&reply), 400 | 403 | 404), "{target}: {reply}");
        assert!(!reply.contains(SECRET) && !reply.contains("root:"), "{target}: {reply}");
    }
    assert_eq!(server.stop().connections.iter().filter(|c| c.thread.ended.is_none()).count(), 0);
}

#[test]
fn what_is_swapped_between_look_and_open_leads_nowhere() {
    let tree = Tree::new();
    let server = tree.serve();
    let (root, over) = (tree.root(), Arc::new(AtomicBool::new(false)));
    let swaps = Arc::clone(&over);
    let swapping = std::thread::spawn(move || {
        let (target, spare) = (root.join("sub"), root.join("spare"));
        let outside = root.parent().unwrap().join("rootsibling");
        while !swaps.load(Ordering::Relaxed) {
            fs::rename(&target, &spare).unwrap();
            symlink(&outside, &target).unwrap();
            fs::remove_file(&target).unwrap();
            fs::rename(&spare, &target).unwrap();
        }
    });
    let mut seen = [0, 0];
    for _ in 0..100 {
        let reply = get(&server, "/sub/secret.txt", "");
        assert!(!reply.contains(SECRET), "{reply}");
        seen[usize::from(status(&get(&server, "/sub/b.txt", "")) == 200)] += 1;
    }
    over.store(true, Ordering::Relaxed);
    swapping.join().unwrap();
    assert!(seen[1] > 0, "{seen:?}");
    server.stop();
}

#[test]
fn requests_that_are_invalid_get_400_and_a_close() {
    let tree = Tree::new();
    let server = tree.serve();
    let next = "GET /a.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    for (request, expected) in [
        ("GET /a.txt HTTP/1.1\r\n\r\n", 400),
        ("GET /a.txt HTTP/1.1\r\nHost : h\r\n\r\n", 400),
        ("GET /a.txt HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", 400),
        ("POST /a.txt HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /a.txt HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
        ("POST /a.txt HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        ("GET /a.txt HTTP/3.0\r\nHost: h\r\n\r\n", 505),
        ("no http at all\r\n\r\n", 400),
        ("DELETE /a.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 405),
    ] {
        let reply = ask(&server, [request, next].concat().as_bytes());
        let reply = String::from_utf8_lossy(&reply);
        assert_eq!(status(&reply), expected, "{request:?}: {reply}");
        assert_eq!(reply.matches("HTTP/1.1 ").count(), 1, "{request:?}: {reply}");
    }
    server.stop();
}

#[test]
fn endless_heads_and_bodies_are_bounded() {
    let tree = Tree::new();
    let server = tree.serve();
    for (beginning, again, expected) in [
        ("GET / HTTP/1.1\r\nHost: h\r\n", "X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 431),
        ("GET /", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 431),
        ("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", "10\r\n0123456789abcdef\r\n", 413),
    ] {
        let mut stream = connect(&server);
        stream.write_all(beginning.as_bytes()).unwrap();
        let piece = again.repeat(100);
        let mut sent = 0;
        while sent < 16 << 20 && stream.write_all(piece.as_bytes()).is_ok() {
            sent += piece.len();
        }
        assert!(sent < 16 << 20, "{beginning:?} goes on for ever");
        let mut reply = Vec::new();
        // What the server did not read resets the connection; its answer may have come before.
        let _ = stream.read_to_end(&mut reply);
        assert!(reply.is_empty() || status(&String::from_utf8_lossy(&reply)) == expected, "{beginning:?}");
    }
    server.stop();
}

#[test]
fn connections_are_kept_and_pipelines_answered_in_order() {
    let tree = Tree::new();
    let mut server = tree.serve();
    let request = |target: &str, close: bool| {
        format!("GET {target} HTTP/1.1\r\nHost: h\r\n{}\r\n", if close { "Connection: close\r\n" } else { "" })
    };
    let mut pipeline =
        (0..200).map(|i| request(if i % 2 == 0 { "/a.txt" } else { "/sub/b.txt" }, false)).collect::<String>();
    pipeline += &request("/nothing", true);
    let reply = String::from_utf8_lossy(&ask(&server, pipeline.as_bytes())).into_owned();
    assert_eq!((reply.matches("HTTP/1.1 200").count(), reply.matches("HTTP/1.1 404").count()), (200, 1));
    server.until(|session| {
        session.connections.iter().all(|c| c.thread.ended.is_some()) && !session.connections.is_empty()
    });
    let connection = &server.session.connections[0];
    assert_eq!((connection.received.messages.len(), connection.sent.messages.len()), (201, 201));
    let old = String::from_utf8_lossy(&ask(&server, b"GET /a.txt HTTP/1.0\r\n\r\n")).into_owned();
    assert!(old.contains("Connection: close"), "{old}");
    let kept =
        String::from_utf8_lossy(&ask(&server, b"GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")).into_owned();
    assert!(kept.contains("Connection: keep-alive"), "{kept}");
    server.stop();
}

#[test]
fn who_only_ends_sending_gets_the_whole_reply() {
    let tree = Tree::new();
    let server = tree.serve();
    for _ in 0..10 {
        let reply = ask(&server, b"GET /big.bin HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assert!(reply.ends_with(&big()[..]));
    }
    server.stop();
}

#[test]
fn curl_wget_and_python_get_every_byte() {
    let tree = Tree::new();
    let server = tree.serve();
    let url = |path: &str| format!("http://{}{path}", server.address);
    let run = |program: &str, arguments: &[&str]| {
        let out = Command::new(program).args(arguments).output().unwrap();
        assert!(out.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
        out.stdout
    };
    let (all, text) = (url("/big.bin"), url("/a.txt"));
    assert!(run("curl", &["-sS", "--noproxy", "*", &all]) == big());
    assert!(run("curl", &["-sS", "--noproxy", "*", "-0", &all]) == big());
    assert!(run("curl", &["-sS", "--noproxy", "*", "-r", "1000-1999", &all]) == big()[1000..2000]);
    assert_eq!(
        run("curl", &["-sS", "--noproxy", "*", "-d", "@/etc/passwd", "-o", "/dev/null", "-w", "%{http_code}", &text]),
        b"405"
    );
    assert_eq!(run("curl", &["-sSI", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}", &text]), b"200");
    assert_eq!(
        run(
            "curl",
            &["-sS", "--noproxy", "*", "--path-as-is", "-o", "/dev/null", "-w", "%{http_code}", &url("/../secret.txt")]
        ),
        b"404"
    );
    let fetch = "import sys,urllib.request as u;sys.stdout.buffer.write(u.build_opener(u.ProxyHandler({})).open(sys.argv[1]).read())";
    assert!(run("python3", &["-c", fetch, &all]) == big());
    if Path::new("/usr/bin/wget").exists() {
        assert!(run("wget", &["-q", "--no-proxy", "-O", "-", &all]) == big());
    }
    server.stop();
}

#[test]
fn a_slow_client_keeps_nobody_waiting() {
    let tree = Tree::new();
    let server = tree.serve();
    let slow = (0..300).map(|_| {
        let mut stream = connect(&server);
        stream.write_all(b"GET / HTTP/1.1\r\nHost: h\r\nX: ").unwrap();
        stream
    });
    let slow = slow.collect::<Vec<_>>();
    assert_eq!(status(&get(&server, "/a.txt", "")), 200);
    drop(slow);
    server.stop();
}

#[test]
fn a_line_end_of_chunks_that_is_none_is_refused() {
    let tree = Tree::new();
    let server = tree.serve();
    for body in [
        "5\nhello\r\n0\r\n\r\n",
        "5;a\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5;a\0b\r\nhello\r\n0\r\n\r\n",
        "5\u{c};a\r\nhello\r\n0\r\n\r\n",
    ] {
        let request = format!("GET /a.txt HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        let reply = ask(&server, request.as_bytes());
        assert_eq!(status(&String::from_utf8_lossy(&reply)), 400, "{body:?}");
    }
}

#[test]
fn who_sends_on_after_asking_for_a_close_gets_the_whole_reply_all_the_same() {
    let tree = Tree::new();
    let server = tree.serve();
    let mut stream = connect(&server);
    let mut request = b"GET /big.bin HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".to_vec();
    request.extend([b'Z'; 5000]);
    stream.write_all(&request).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    let body = reply.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    assert!(reply[body..] == big());
}

#[test]
fn a_request_takes_no_more_bytes_than_it_may_however_they_are_framed() {
    let tree = Tree::new();
    let server = tree.serve();
    let mut stream = connect(&server);
    let head = b"GET /a.txt HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head).unwrap();
    let chunk = format!("1;{}\r\nx\r\n", "e".repeat(16_000));
    // It is told before all of it is there, and the rest may be refused.
    for _ in 0..1000 {
        if stream.write_all(chunk.as_bytes()).is_err() {
            break;
        }
    }
    let mut reply = Vec::new();
    let _ = stream.read_to_end(&mut reply);
    assert!(!reply.starts_with(b"HTTP/1.1 200"), "{:?}", String::from_utf8_lossy(&reply));
}

#[test]
fn a_folder_without_its_slash_keeps_the_query() {
    let tree = Tree::new();
    let server = tree.serve();
    let reply = get(&server, "/sub?q=1", "");
    assert!(reply.contains("\r\nLocation: /sub/?q=1\r\n"), "{reply}");
}
