//! What `get --save` makes of replies and disks: nothing that was saved before is lost.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what it expects with them"
)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use support::{asked, replying, replying_and_waiting, socketscope};

/// `get --save target` of `reply`.
fn save(reply: impl AsRef<[u8]>, target: &Path, arguments: &[&str]) -> Output {
    let address = replying(reply).to_string();
    socketscope().args(["get", &address, "--save", target.to_str().unwrap()]).args(arguments).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn last_line(output: &Output) -> String {
    told(output).lines().last().unwrap_or_default().to_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_reply_without_content_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page.html");
    for is_there in [true, false] {
        for (reply, arguments, status) in [
            ("304 Not Modified\r\nETag: \"x\"\r\n\r\n", &["-H", "If-None-Match: \"x\""][..], 0),
            ("304 Not Modified\r\nContent-Length: 9\r\n\r\n", &[], 0),
            ("204 No Content\r\n\r\n", &[], 0),
            ("205 Reset Content\r\nContent-Length: 0\r\n\r\n", &[], 0),
            ("200 OK\r\nContent-Length: 5\r\n\r\n", &["-I"], 0),
            ("404 Not Found\r\nContent-Length: 5\r\n\r\n", &["-I"], 0),
            ("304 Not Modified\r\nContent-Encoding: gzip\r\n\r\n", &["--fail"], 0),
            ("101 Switching Protocols\r\n\r\n", &[], 0),
            ("200 OK\r\n\r\n", &["-X", "CONNECT"], 0),
            ("100 Continue\r\n\r\n", &[], 4),
            ("103 Early Hints\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n", &[], 0),
        ] {
            let _ = fs::remove_file(&target);
            if is_there {
                fs::write(&target, "old").unwrap();
            }
            let output = save(format!("HTTP/1.1 {reply}"), &target, arguments);
            assert_eq!(output.status.code(), Some(status), "{reply}: {}", told(&output));
            assert_eq!(fs::read_to_string(&target).ok().as_deref(), is_there.then_some("old"), "{reply}");
            assert_eq!(names(folder.path()).len(), usize::from(is_there), "{reply}");
            let last = last_line(&output);
            assert!(!last.contains("Saved"), "{last}");
            let said = format!("Nothing was written to {}", target.display());
            assert_eq!(last.contains(&said), status == 0, "{last}");
        }
    }
}

#[test]
fn an_empty_body_of_a_success_replaces_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page.html");
    fs::write(&target, "old").unwrap();
    let output = save("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", &target, &[]);
    assert_eq!((output.status.code(), fs::read(&target).unwrap().len()), (Some(0), 0));
    assert!(!last_line(&output).contains("The status is"), "{}", told(&output));
}

#[test]
fn a_status_that_is_no_success_is_named_in_the_last_line() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page.html");
    for status in ["404 Not Found", "503", "206 Partial Content", "300 Multiple Choices", "500 \u{1b}[31mred"] {
        fs::write(&target, "old").unwrap();
        let output = save(format!("HTTP/1.1 {status}\r\nContent-Length: 18\r\n\r\nthere is no page.\n"), &target, &[]);
        let last = last_line(&output);
        assert_eq!(output.status.code(), Some(0), "{last}");
        let expected = format!("The status is {}", status.split('\u{1b}').next().unwrap());
        assert!(last.contains(&expected) && last.contains("Saved 18 bytes"), "{last}");
        assert!(!last.contains('\u{1b}'), "{last:?}");
        assert_eq!(fs::read_to_string(&target).unwrap(), "there is no page.\n");
    }
}

#[test]
fn an_error_status_that_is_a_failure_saves_and_hands_out_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page.html");
    fs::write(&target, "old").unwrap();
    let gone = "HTTP/1.1 404 Not Found\r\nContent-Length: 18\r\n\r\nthere is no page.\n";
    for reply in [gone, "HTTP/1.1 500 \r\n\r\nuntil close", "HTTP/1.1 410 Gone\r\nContent-Length: 99\r\n\r\nless"] {
        for option in ["--fail", "-f"] {
            let output = save(reply, &target, &[option]);
            assert_eq!(output.status.code(), Some(22), "{}", told(&output));
            assert_eq!((fs::read_to_string(&target).unwrap(), names(folder.path()).len()), ("old".to_owned(), 1));
            let last = last_line(&output);
            assert!(
                last.contains(&format!("The status is {}", &reply[9..12])) && last.contains("stays as it was"),
                "{last}"
            );
        }
        // A body without an end is not waited for.
        let output = socketscope().args(["get", "--fail", &replying_and_waiting(reply).to_string()]).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(22), 0), "{}", told(&output));
    }
    let output = save("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew", &target, &["--fail"]);
    assert_eq!((output.status.code(), fs::read_to_string(&target).unwrap().as_str()), (Some(0), "new"));
}

#[test]
fn a_shorter_part_does_not_replace_a_longer_one() {
    let folder = tempfile::tempdir().unwrap();
    let (target, part) = (folder.path().join("page.html"), folder.path().join("page.html.incomplete"));
    for (sent, expected, said) in
        [("123456", "123456", "is in"), ("123", "123456", "stays as it was"), ("abcdefg", "abcdefg", "is in")]
    {
        let output = save(format!("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{sent}"), &target, &[]);
        assert_eq!(output.status.code(), Some(5), "{}", told(&output));
        assert_eq!(fs::read_to_string(&part).unwrap(), expected);
        assert!(last_line(&output).contains(said), "{}", last_line(&output));
    }
    assert_eq!(names(folder.path()), ["page.html.incomplete"]);
}

/// `get --save` where no file may grow beyond a number of blocks of 512 or 1024 bytes: what a full disk does, without filling one.
fn save_within(blocks: u32, reply: impl AsRef<[u8]>, target: &Path) -> Output {
    let script = format!("ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let address = replying(reply).to_string();
    let mut command = Command::new("sh");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_socketscope"), "--lang", "en", "get", &address, "--save"]);
    command.arg(target).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_file_that_may_not_grow_is_told_and_ends_no_process() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page.html");
    let part = folder.path().join("page.html.incomplete");
    fs::write(&target, "old").unwrap();
    let plain = format!("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n{}", "x".repeat(200_000));
    let chunked =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n30d40\r\n{}\r\n0\r\n\r\n", "x".repeat(200_000));
    // The bytes that were received are far fewer than those that come out of them.
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&[b'x'; 200_000]).unwrap();
    let coded = gzip.finish().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", coded.len());
    let coded = [head.as_bytes(), &coded].concat();
    for blocks in [64, 16] {
        for reply in [plain.as_bytes(), chunked.as_bytes(), &coded] {
            let output = save_within(blocks, reply, &target);
            let last = last_line(&output);
            assert_eq!(output.status.code(), Some(7), "{}", told(&output));
            let expected = format!("saving to {} failed: the file may not grow any larger.", target.display());
            assert!(last.contains(&expected), "{}", told(&output));
            assert!(!last.contains("body is") && !last.contains("peer"), "{last}");
            assert_eq!(fs::read_to_string(&target).unwrap(), "old");
            assert!(!names(folder.path()).iter().any(|name| name.ends_with(".part")), "{:?}", names(folder.path()));
        }
        // The second time less finds room; what is there from the first stays.
        let bytes = fs::metadata(&part).unwrap().len();
        assert!(bytes >= 64 * 512, "{bytes}");
    }
}

/// A `get --save` of a reply that never ends, once its draft is there.
fn endless(target: &Path) -> (std::process::Child, String) {
    let address = replying_and_waiting("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").to_string();
    let folder = target.parent().unwrap();
    let before = drafts(folder);
    let mut command = socketscope();
    command.args(["get", &address, "--save"]).arg(target).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    lines.map(Result::unwrap).find(|line| line.contains("head received")).unwrap();
    let draft = drafts(folder).into_iter().find(|name| !before.contains(name)).unwrap();
    (child, draft)
}

fn drafts(folder: &Path) -> Vec<String> {
    names(folder).into_iter().filter(|name| name.starts_with(".socketscope-")).collect()
}

#[test]
fn what_a_killed_run_left_is_swept_and_nothing_that_another_still_writes() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page.html");
    let (mut killed, left) = endless(&target);
    let (mut running, written) = endless(&folder.path().join("other.html"));
    assert_eq!(drafts(folder.path()).len(), 2);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(drafts(folder.path()).contains(&left));
    let output = save("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew", &target, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert_eq!(names(folder.path()), [written, "page.html".to_owned()]);
    running.kill().unwrap();
    running.wait().unwrap();
}

#[test]
fn no_error_tells_the_name_of_a_draft() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing/page.html");
    let long = folder.path().join("n".repeat(300));
    for target in [missing.as_path(), Path::new("/proc/page.html"), &long] {
        let output = save("", target, &[]);
        assert_eq!(output.status.code(), Some(7));
        assert!(
            told(&output).contains(target.to_str().unwrap()) && !told(&output).contains(".part"),
            "{}",
            told(&output)
        );
    }
}

/// A peer that sends `head` and then a byte every few milliseconds, as long as there is anybody to take it.
fn dribbling(head: &str) -> SocketAddr {
    let head = head.to_owned();
    asked(move |stream| {
        let _ = stream.write_all(head.as_bytes());
        let never = crossbeam_channel::never::<()>();
        while stream.write_all(b"x").is_ok() {
            let _ = never.recv_timeout(Duration::from_millis(10));
        }
    })
}

#[test]
fn the_longest_time_ends_what_would_go_on_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page.html");
    let part = folder.path().join("page.html.incomplete");
    fs::write(&target, "old").unwrap();
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n";
    let next = format!("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://{}/\r\n\r\n", dribbling(ok));
    for (url, option, is_part) in [
        (dribbling(ok).to_string(), "--max-time", true),
        // A head, a handshake of TLS, and a redirect.
        (dribbling("HTTP/1.1 200 OK\r\nX: ").to_string(), "-m", true),
        (format!("https://{}", replying_and_waiting("")), "--max-time", false),
        (replying(next).to_string(), "--max-time", true),
    ] {
        let _ = fs::remove_file(&part);
        let mut command = socketscope();
        command.args(["get", &url, "--follow", "--timeout", "20", option, "2", "--save"]).arg(&target);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(28), "{url}: {}", told(&output));
        let last = last_line(&output);
        assert!(last.contains("--max-time ended it after 2 s"), "{last}");
        assert_eq!((part.exists(), fs::read_to_string(&target).unwrap().as_str()), (is_part, "old"), "{last}");
    }
    let output = save("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew", &target, &["--max-time", "20"]);
    assert_eq!((output.status.code(), fs::read_to_string(&target).unwrap().as_str()), (Some(0), "new"));
    let output = socketscope().args(["get", "x", "--max-time", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn an_empty_variable_is_none() {
    let long = format!("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n{}", "x".repeat(900_000));
    for name in ["SOCKETSCOPE_DISK_LIMIT", "SOCKETSCOPE_THREADS", "SOCKETSCOPE_CONFIG_DIR", "TMPDIR"] {
        let address = replying(&long).to_string();
        let output = socketscope().env(name, "").args(["get", &address]).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 900_000), "{name}: {}", told(&output));
    }
    let secured = |set: bool| {
        let url = format!("https://{}", replying_and_waiting(""));
        let mut command = socketscope();
        command.args(["get", &url, "--timeout", "0.2"]).env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR");
        if set {
            command.env("SSL_CERT_FILE", "").env("SSL_CERT_DIR", "");
        }
        let output = command.output().unwrap();
        (output.status.code(), told(&output).matches("trusted root certificates").count())
    };
    assert_eq!(secured(true), secured(false));
    let output = socketscope().env("SOCKETSCOPE_DISK_LIMIT", "much").args(["get", "x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told(&output).contains("SOCKETSCOPE_DISK_LIMIT") && !told(&output).contains("--disk-limit"),
        "{}",
        told(&output)
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_stream_that_is_full_is_told_or_survived() {
    let full = || fs::File::options().write(true).open("/dev/full").unwrap();
    for arguments in [&["serve", "page", "--bind", "127.0.0.1:0"][..], &["demo"]] {
        for more in [None, Some("--json"), Some("--quiet")] {
            if more.is_some() && arguments[0] == "demo" {
                continue;
            }
            let output = socketscope().args(arguments).args(more).stdout(full()).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{}", told(&output));
            assert_eq!(told(&output).lines().count(), 1, "{}", told(&output));
            assert!(told(&output).contains("writing to standard output failed"), "{}", told(&output));
        }
    }
    let body = "x".repeat(500_000);
    let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n{body}");
    for more in [None, Some("--json")] {
        let address = replying(&reply).to_string();
        let mut command = socketscope();
        let output = command.args(["get", &address]).args(more).stderr(full()).stdout(Stdio::piped()).spawn().unwrap();
        let output = output.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stdout == body.as_bytes()), (Some(0), true));
    }
    // What is told on stderr only is no reason to serve nobody.
    let mut command = socketscope();
    command.args(["serve", "page", "--bind", "0.0.0.0:0", "--quiet"]).stdout(Stdio::piped()).stderr(full());
    let mut server = command.spawn().unwrap();
    let line = BufReader::new(server.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let port = line.rsplit(':').next().unwrap().to_owned();
    let output = socketscope().args(["get", &format!("127.0.0.1:{port}")]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn what_serve_lacks_is_told_and_nothing_listens_before_it_does() {
    let serve = |arguments: &[&str]| socketscope().arg("serve").args(arguments).output().unwrap();
    for (arguments, status, said) in [
        (&["files"][..], 2, "The folder is missing"),
        (&["files", " "], 2, "socketscope serve files FOLDER"),
        (&["canned"], 2, "socketscope serve canned FILE"),
        (&["relay"], 2, "socketscope serve relay HOST:PORT"),
        (&["relay", "http://127.0.0.1:1/a"], 2, "leave out the path"),
        (&["files", file!()], 2, "opening the folder tests/saving.rs failed: it is a file, or lies below one"),
        (&["files", "no such folder"], 2, "there is no folder of that name"),
        (&["canned", "/dev/null"], 2, "reading /dev/null failed: it is no file but a device"),
        (&["page", "--bind", "1.2.3.4:0"], 3, ""),
    ] {
        let output = serve(arguments);
        assert_eq!(output.status.code(), Some(status), "{}", told(&output));
        assert!(told(&output).contains(said) && !told(&output).contains("Listening"), "{}", told(&output));
    }
    let mut command = socketscope();
    command.args(["serve", "page", "--bind", "0.0.0.0:0", "--quiet"]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let line = BufReader::new(server.stderr.take().unwrap()).lines().next().unwrap().unwrap();
    assert!(line.contains("Listening on 0.0.0.0:") && !line.contains("0.0.0.0:0:"), "{line}");
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn a_file_of_roots_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (text, missing) = (folder.path().join("text.pem"), folder.path().join("missing.pem"));
    fs::write(&text, "no certificate").unwrap();
    for (path, said) in [(&text, "no certificates in PEM form"), (&missing, "there is no such file")] {
        let output = socketscope().args(["get", "https://127.0.0.1:1", "--cacert"]).arg(path).output().unwrap();
        assert_eq!(output.status.code(), Some(7), "{}", told(&output));
        let last = last_line(&output);
        assert!(last.contains(&format!("reading {} failed", path.display())) && last.contains(said), "{last}");
        assert!(!last.contains("name a root"), "{last}");
    }
}
