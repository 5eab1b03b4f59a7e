//! The headless commands as a user runs them, against the program's own server and python3's.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what it expects with them"
)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use socketscope::net::PAGE;
use support::{replying, replying_and_waiting, socketscope};

fn get(arguments: &[&str]) -> Output {
    socketscope().arg("get").args(arguments).output().unwrap()
}

/// Ends the program when the test does.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `serve page` on a free port.
fn page_server() -> (Running, SocketAddr) {
    let mut child = socketscope()
        .args(["serve", "page", "--bind", "127.0.0.1:0", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let events = lines.map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap());
    let mut events = events.filter(|event| event["event"] == "listening");
    let address = events.next().unwrap()["address"].as_str().unwrap().parse().unwrap();
    thread::Builder::new().name("drain".into()).spawn(move || events.for_each(drop)).unwrap();
    (Running(child), address)
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn get_prints_the_body_and_tells_the_calls() {
    let (_server, address) = page_server();
    let output = get(&[&format!("http://{address}/")]);
    assert_eq!((code(&output), output.stdout.as_slice()), (0, PAGE));
    let told = stderr(&output);
    for call in [
        "getaddrinfo(\"127.0.0.1\"",
        "socket(AF_INET, SOCK_STREAM)",
        "connect(127.0.0.1:",
        "send(",
        "recv(1024)",
        "close()",
    ] {
        assert!(told.contains(call), "{call} is missing in {told}");
    }
}

#[test]
fn get_saves_the_body_for_every_receive_size() {
    let (_server, address) = page_server();
    let folder = tempfile::tempdir().unwrap();
    for size in ["1", "1024", "1048576"] {
        let file = folder.path().join("page.html");
        let output = get(&[&address.to_string(), "--save", file.to_str().unwrap(), "--recv-size", size]);
        assert_eq!((code(&output), output.stdout.len()), (0, 0), "{}", stderr(&output));
        assert_eq!(std::fs::read(&file).unwrap(), PAGE);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn get_tells_every_event_as_json() {
    let (_server, address) = page_server();
    let output = get(&[&address.to_string(), "--json"]);
    assert_eq!(output.stdout, PAGE);
    let events: Vec<serde_json::Value> =
        stderr(&output).lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of = |kind: &str| events.iter().filter(|event| event["event"] == kind).collect::<Vec<_>>();
    assert_eq!((of("opened").len(), of("connected").len(), of("ended").len()), (1, 1, 1));
    let got: u64 =
        of("call").iter().filter(|call| call["call"] == "recv").map(|call| call["got"].as_u64().unwrap()).sum();
    let head = of("head").into_iter().find(|head| head["direction"] == "received").unwrap();
    assert_eq!(got, head["end"].as_u64().unwrap() + PAGE.len() as u64);
    assert_eq!((head["status"].as_u64(), head["framing"].as_str()), (Some(200), Some("content-length")));
}

#[test]
fn exit_statuses_tell_what_happened() {
    let refused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (reply, status) in [
        (&b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"[..], 0),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil close", 0),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 0),
        (b"Welcome!", 4),
        (b"", 4),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 5),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 0),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", 5),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz", 4),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc", 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08", 6),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: compress\r\n\r\nabc", 6),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: identity\r\n\r\nabc", 0),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 4),
        (b"HTTP/1.1 100 Continue\r\n\r\n", 4),
        (b"HTTP/1.1 100 Continue\r\n\r\nabc", 4),
        (b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\nContent-Encoding: compress\r\n\r\n", 0),
    ] {
        let output = get(&[&replying(reply).to_string()]);
        assert_eq!(code(&output), status, "{}: {}", String::from_utf8_lossy(reply), stderr(&output));
    }
    for (arguments, status) in [
        (vec![refused.to_string()], 3),
        (vec!["no-such-host.invalid".into()], 3),
        (vec!["a b".into()], 2),
        (vec!["ftp://x/".into()], 2),
    ] {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        assert_eq!(code(&get(&arguments)), status, "{arguments:?}");
    }
}

#[test]
fn bounds_on_what_is_decoded_can_be_raised() {
    let mut coded = Vec::new();
    let size = 8 << 20;
    brotli::BrotliCompress(&mut &vec![0; size][..], &mut coded, &brotli::enc::BrotliEncoderParams::default()).unwrap();
    let mut reply =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: {}\r\n\r\n", coded.len()).into_bytes();
    reply.extend(coded);
    let output = get(&[&replying(&reply).to_string()]);
    assert_eq!((code(&output), output.stdout.len()), (6, 4096 * 1000), "{}", stderr(&output));
    let output = get(&[&replying(&reply).to_string(), "--max-ratio", "1000000"]);
    assert_eq!((code(&output), output.stdout.len()), (0, size), "{}", stderr(&output));
    let output = get(&[&replying(&reply).to_string(), "--max-ratio", "1000000", "--max-decoded", "1000"]);
    assert_eq!((code(&output), output.stdout.len()), (6, 1000), "{}", stderr(&output));
}

/// A gzip of `hello, hello, hello, hello`, in HTTP chunks.
fn coded_reply() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(b"hello, hello, hello, hello").unwrap();
    let coded = encoder.finish().unwrap();
    let (first, second) = coded.split_at(10);
    let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut wire = Vec::new();
    for chunk in [first, second] {
        wire.extend(format!("{:x}\r\n", chunk.len()).bytes());
        wire.extend(chunk);
        wire.extend(b"\r\n");
    }
    wire.extend(b"0\r\n\r\n");
    ([head.as_slice(), &wire].concat(), coded.clone(), wire)
}

#[test]
fn a_body_is_handed_out_at_any_stage() {
    let (reply, coded, wire) = coded_reply();
    let folder = tempfile::tempdir().unwrap();
    for (option, expected) in [("", b"hello, hello, hello, hello".to_vec()), ("--framed", coded), ("--raw", wire)] {
        let options: Vec<&str> = Some(option).filter(|option| !option.is_empty()).into_iter().collect();
        let address = replying(&reply).to_string();
        let output = get(&[&[address.as_str()], options.as_slice()].concat());
        assert_eq!((code(&output), output.stdout), (0, expected.clone()), "{option}");
        let target = folder.path().join("body");
        let address = replying(&reply).to_string();
        let output = get(&[&[address.as_str(), "--save", target.to_str().unwrap()], options.as_slice()].concat());
        assert_eq!((code(&output), std::fs::read(&target).unwrap()), (0, expected), "{option} {}", stderr(&output));
    }
}

#[test]
fn a_coding_that_breaks_off_leaves_what_came_before() {
    let (reply, _, _) = coded_reply();
    let broken = [&reply[..reply.len() - 12], b"xxxxx\r\n0\r\n\r\n"].concat();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("body");
    let output = get(&[&replying(&broken).to_string(), "--save", target.to_str().unwrap()]);
    assert_eq!(code(&output), 6, "{}", stderr(&output));
    assert!(!target.exists());
    let kept = std::fs::read(folder.path().join("body.incomplete")).unwrap();
    assert!(b"hello, hello, hello, hello".starts_with(&kept) && !kept.is_empty());
}

/// A peer that answers each connection by the path that it asks for, until the test ends; and what was asked of it.
fn site(pages: &'static [(&'static str, &'static str)]) -> (SocketAddr, crossbeam_channel::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (asked, requests) = crossbeam_channel::bounded(64);
    let script = move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let count = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..count]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
            let reply = pages.iter().find(|(page, _)| *page == path).map_or("HTTP/1.1 404 No\r\n\r\n", |page| page.1);
            let _ = stream.write_all(reply.as_bytes());
            if asked.send(request).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("site".into()).spawn(script).unwrap();
    (address, requests)
}

const REDIRECTS: &[(&str, &str)] = &[
    ("/", "HTTP/1.1 302 Found\r\nLocation: a/b\r\nContent-Length: 5\r\n\r\nmoved"),
    ("/a/b", "HTTP/1.1 301 Moved\r\nLocation: ../end?x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nagain\r\n0\r\n\r\n"),
    ("/end?x", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend"),
    ("/circle", "HTTP/1.1 302 Found\r\nLocation: /back\r\nContent-Length: 0\r\n\r\n"),
    ("/back", "HTTP/1.1 302 Found\r\nLocation: /circle\r\nContent-Length: 0\r\n\r\n"),
    ("/tls", "HTTP/1.1 302 Found\r\nLocation: gopher://x/\r\nContent-Length: 0\r\n\r\n"),
    ("/post", "HTTP/1.1 307 Again\r\nLocation: /end?x\r\nContent-Length: 0\r\n\r\n"),
];

#[test]
fn redirects_are_followed_only_if_asked_for() {
    let (address, requests) = site(REDIRECTS);
    let output = get(&[&address.to_string()]);
    assert_eq!((code(&output), output.stdout.as_slice()), (0, &b"moved"[..]));
    assert!(stderr(&output).contains(&format!("This is a redirect to http://{address}/a/b.")), "{}", stderr(&output));
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("body");
    let saved = get(&[&address.to_string(), "--follow", "--save", target.to_str().unwrap()]);
    assert_eq!((code(&saved), std::fs::read(&target).unwrap()), (0, b"end".to_vec()), "{}", stderr(&saved));
    let printed = get(&[&address.to_string(), "--follow", "-H", "X: y"]);
    assert_eq!((code(&printed), printed.stdout.as_slice()), (0, &b"end"[..]));
    let asked: Vec<_> = requests.try_iter().collect();
    let last = format!("GET /end?x HTTP/1.1\r\nHost: {address}\r\nX: y\r\nConnection: close\r\n\r\n");
    assert_eq!((asked.len(), asked.last()), (7, Some(&last)));
}

#[test]
fn redirects_stop_where_they_lead_nowhere() {
    let (address, _requests) = site(REDIRECTS);
    for (path, said) in [("circle", "lead in a circle"), ("tls", "can't be followed")] {
        let output = get(&[&format!("{address}/{path}"), "--follow"]);
        assert!(code(&output) == 1 && stderr(&output).contains(said), "{}", stderr(&output));
    }
}

#[test]
fn requests_are_made_of_options() {
    let (address, requests) = site(REDIRECTS);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::write(&data, "a=b").unwrap();
    let url = format!("{address}/post");
    let arguments =
        ["--data", data.to_str().unwrap(), "-H", "Content-Type: text/plain", "-H", "Connection:", "--follow"];
    assert_eq!(code(&get(&[&[url.as_str()], &arguments[..]].concat())), 0);
    assert_eq!(code(&get(&[&format!("{address}/end?x"), "-I"])), 0);
    assert_eq!(code(&get(&[&format!("{address}/end?x"), "-X", "PURGE"])), 0);
    assert_eq!(code(&get(&[&format!("{address}/end?x"), "-X", "PUT"])), 0);
    let host = format!("HTTP/1.1\r\nHost: {address}\r\n");
    let asked: Vec<_> = requests.try_iter().collect();
    let expected = [
        format!("POST /post {host}Content-Type: text/plain\r\nContent-Length: 3\r\n\r\na=b"),
        format!("POST /end?x {host}Content-Type: text/plain\r\nContent-Length: 3\r\n\r\na=b"),
        format!("HEAD /end?x {host}Connection: close\r\n\r\n"),
        format!("PURGE /end?x {host}Connection: close\r\n\r\n"),
        format!("PUT /end?x {host}Content-Length: 0\r\nConnection: close\r\n\r\n"),
    ];
    assert_eq!(asked, expected);
    for bad in [["-H", "no colon"], ["-H", "a b: c"], ["-H", "a: b\r\nc: d"], ["-X", "GET /"]] {
        assert_eq!(code(&get(&[&["x"], &bad[..]].concat())), 2, "{bad:?}");
    }
}

#[test]
fn a_read_time_out_is_told_as_one() {
    let part = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
    for (reply, said) in [(&b""[..], "There is no reply."), (part, "The read time-out ended it")] {
        let address = replying_and_waiting(reply);
        let output = get(&[&address.to_string(), "--timeout", "0.1"]);
        let told = stderr(&output);
        assert_eq!(code(&output), 5, "{told}");
        assert!(
            told.contains(&format!("recv from {address} failed: no answer within 0.1 s")) && told.contains(said),
            "{told}"
        );
        assert!(!told.contains("closed without sending"), "{told}");
    }
}

#[test]
fn what_can_have_no_end_is_not_waited_for() {
    for (reply, said, body) in [
        (&b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc"[..], "its Content-Length is wrong", &b""[..]),
        (b"HTTP/1.1 103 Hints\r\n\r\nabc", "There is no reply", b""),
        (b"220 mail.example\r\n", "is no HTTP reply", b"220 mail.example\r\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        let output = get(&[&replying_and_waiting(reply).to_string()]);
        let saved = get(&[&replying_and_waiting(reply).to_string(), "--save", target.to_str().unwrap()]);
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
        assert_eq!((code(&output), code(&saved), output.stdout.as_slice()), (4, 4, body));
        assert!(!target.exists());
        let kept = std::fs::read(folder.path().join("body.incomplete")).unwrap_or_default();
        assert_eq!(kept, body, "{}", stderr(&saved));
    }
}

#[test]
fn a_reply_of_any_status_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("body");
    for status in ["099", "000", "206", "404", "600", "999"] {
        let reply = format!("HTTP/1.1 {status} Odd\r\nContent-Length: 3\r\n\r\n{status}");
        let output = get(&[&replying(reply.as_bytes()).to_string(), "--save", target.to_str().unwrap()]);
        assert_eq!((code(&output), std::fs::read_to_string(&target).unwrap().as_str()), (0, status));
    }
}

#[test]
fn a_reply_to_head_has_no_codings_to_undo() {
    for field in ["Transfer-Encoding: chunked", "Content-Encoding: compress", "Content-Encoding: gzip"] {
        let address = replying(format!("HTTP/1.1 200 OK\r\n{field}\r\n\r\n"));
        let output = get(&[&address.to_string(), "-I"]);
        assert_eq!((code(&output), output.stdout.len()), (0, 0), "{}", stderr(&output));
    }
}

#[test]
fn a_head_without_an_end_ends_at_its_bound() {
    let endless = [&b"HTTP/1.1 200 OK\r\nX: "[..], &[b'x'; 400 * 1024]].concat();
    let address = replying_and_waiting(&endless);
    let output = get(&[&address.to_string()]);
    assert_eq!(code(&output), 4);
    assert!(stderr(&output).contains(&format!("The head of {address}'s reply does not end within 256 KiB.")));
}

#[test]
fn json_has_no_character_that_controls_a_terminal() {
    let reply = "HTTP/1.1 200 OK\r\nX: a\u{9b}31m\u{202e}\u{1b}b\r\nContent-Length: 0\r\n\r\n";
    let output = get(&[&replying(reply.as_bytes()).to_string(), "--json"]);
    let told = stderr(&output);
    assert!(told.contains("a\\u009b31m\\u202e\\u001bb"), "{told}");
    assert!(!told.chars().any(|ch| (ch.is_control() && ch != '\n') || ch == '\u{202e}'));
}

#[test]
fn a_flood_of_interim_replies_is_bounded() {
    let flood = "HTTP/1.1 100 \r\n\r\n".repeat(10_000);
    let output = get(&[&replying_and_waiting(flood.as_bytes()).to_string()]);
    assert_eq!(code(&output), 4);
    assert!(stderr(&output).contains("more than 64 interim replies"), "{}", stderr(&output));
}

#[test]
#[cfg(target_os = "linux")]
fn without_room_for_a_temporary_file_the_run_ends_and_says_why() {
    let reply = [&b"HTTP/1.1 200 OK\r\n\r\n"[..], &[b'x'; 400_000]].concat();
    let address = replying_and_waiting(&reply).to_string();
    let output = socketscope().env("TMPDIR", "/no/such/folder").args(["get", &address]).output().unwrap();
    let told = stderr(&output);
    assert_eq!(code(&output), 7, "{told}");
    // Once when it happened, and in the last line.
    assert_eq!(told.matches("keeping the bytes in a temporary file failed").count(), 2, "{told}");
    assert!(told.lines().last().unwrap().contains("the folder does not exist"), "{told}");
}

#[test]
fn bytes_after_the_reply_are_told() {
    let output = get(&[&replying(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc and more").to_string()]);
    assert_eq!((code(&output), output.stdout.as_slice()), (0, &b"abc"[..]));
    assert!(stderr(&output).contains("9 more bytes follow the end of the reply"), "{}", stderr(&output));
}

#[test]
#[cfg(target_os = "linux")]
fn a_standard_output_that_is_full_is_told() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let reply = [&b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"[..], &[b'x'; 100_000]].concat();
    let output = socketscope().args(["get", &replying(&reply).to_string()]).stdout(full).output().unwrap();
    assert!(stderr(&output).contains("writing to standard output failed"), "{}", stderr(&output));
    assert_eq!(code(&output), 7);
}

#[test]
fn an_address_to_listen_on_that_is_none_is_told_in_both_languages() {
    for (language, said) in [("en", "can't be listened on"), ("zh", "不能在 foo 上监听")] {
        let output = socketscope().args(["serve", "page", "--bind", "foo", "--lang", language]).output().unwrap();
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
    for (bind, said) in [("127.0.0.1:99999", "99999"), ("[fe80::1%no0]:0", "no interface no0")] {
        let output = socketscope().args(["serve", "page", "--bind", bind, "--lang", "en"]).output().unwrap();
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(said), "{}", stderr(&output));
    }
}

/// Addresses with a zone at which this machine reaches itself: loopback, and a link-local one where an interface has one.
fn zoned_addresses() -> Vec<(std::net::Ipv6Addr, String)> {
    let all = if_addrs::get_if_addrs().unwrap().into_iter();
    let v6 = all.filter_map(|found| match found.ip() {
        std::net::IpAddr::V6(ip) if ip.is_loopback() || ip.is_unicast_link_local() => Some((ip, found.name)),
        _ => None,
    });
    v6.collect()
}

#[test]
fn an_address_with_a_zone_is_reached_and_the_zone_is_not_told() {
    for (ip, zone) in zoned_addresses() {
        let scope = format!("[{ip}%{zone}]:0");
        let arguments = ["serve", "page", "--bind", &scope, "--json"];
        let mut server = Running(socketscope().args(arguments).stdout(Stdio::piped()).spawn().unwrap());
        let lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
        let mut events = lines.map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap());
        let listening = events.find(|event| event["event"] == "listening").unwrap();
        let port = listening["address"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        for address in [format!("http://[{ip}%25{zone}]:{port}/"), format!("[{ip}%{zone}]:{port}")] {
            let output = get(&[&address, "--json"]);
            assert_eq!((code(&output), output.stdout.as_slice()), (0, PAGE), "{address}: {}", stderr(&output));
            let told =
                events.find(|event| event["direction"] == "received" && event["event"] == "head").unwrap().to_string();
            assert!(told.contains(&format!("[{ip}]:{port}")), "{told}");
        }
    }
}

#[test]
fn an_incomplete_body_replaces_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body");
    std::fs::write(&file, "old").unwrap();
    let output = get(&[
        &replying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").to_string(),
        "--save",
        file.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 5);
    assert!(stderr(&output).contains("6 bytes of its Content-Length are missing"), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");
    assert_eq!(std::fs::read_to_string(folder.path().join("body.incomplete")).unwrap(), "abc");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_target_that_can_not_be_written_is_a_disk_failure_before_anything_is_sent() {
    let output = get(&["127.0.0.1:1", "--save", "/no/such/folder/body"]);
    assert_eq!(code(&output), 7);
    assert!(stderr(&output).contains("/no/such/folder/body"), "{}", stderr(&output));
}

#[test]
#[cfg(unix)]
fn a_device_to_save_to_is_refused_with_what_to_do_instead() {
    let output = get(&["127.0.0.1:1", "--save", "/dev/null"]);
    assert_eq!(code(&output), 7);
    assert!(stderr(&output).contains("a device") && stderr(&output).contains("without --save"), "{}", stderr(&output));
}

/// A pipe, a socket, devices and a folder, in `folder`: what is no file, and what it is called.
#[cfg(target_os = "linux")]
fn no_files(folder: &Path) -> [(String, &'static str); 5] {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    for (name, kind) in [("pipe", FileType::Fifo), ("socket", FileType::Socket)] {
        mknodat(CWD, folder.join(name), kind, Mode::RWXU, 0).unwrap();
    }
    [
        (path("pipe"), "a pipe"),
        (path("socket"), "a socket"),
        ("/dev/zero".into(), "a device"),
        ("/dev/tty".into(), "a device"),
        (folder.to_str().unwrap().to_owned(), "a folder"),
    ]
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_no_file_is_refused_wherever_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (path, what) in no_files(folder.path()) {
        for (arguments, status) in [
            (vec!["get", "127.0.0.1:1", "--request", &path], 2),
            (vec!["get", "127.0.0.1:1", "--data", &path], 2),
            (vec!["get", "https://127.0.0.1:1/", "--cacert", &path], 7),
            (vec!["get", "127.0.0.1:1", "--save", &path], 7),
            (vec!["serve", "canned", &path, "--bind", "127.0.0.1:0"], 2),
        ] {
            let output = socketscope().args(&arguments).output().unwrap();
            assert_eq!(code(&output), status, "{arguments:?}: {}", stderr(&output));
            assert!(stderr(&output).contains(what) && stderr(&output).contains(&path), "{}", stderr(&output));
        }
    }
}

#[test]
fn what_is_too_long_to_be_held_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sparse");
    std::fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let path = path.to_str().unwrap();
    for arguments in [["get", "127.0.0.1:1", "--request", path], ["serve", "canned", path, "--quiet"]] {
        let output = socketscope().args(arguments).output().unwrap();
        assert!(code(&output) == 2 && stderr(&output).contains("more than 64 MiB"), "{}", stderr(&output));
    }
    let zero = std::fs::File::open("/dev/zero").unwrap();
    let output = socketscope().args(["get", "127.0.0.1:1", "--data", "-"]).stdin(zero).output().unwrap();
    assert!(code(&output) == 2 && stderr(&output).contains("standard input failed"), "{}", stderr(&output));
}

#[test]
fn a_body_is_sent_from_a_file_of_any_length_or_from_standard_input() {
    let body: Vec<u8> = (0..3_000_000).map(|i: u32| (i % 251) as u8).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    std::fs::write(&path, &body).unwrap();
    for source in [path.to_str().unwrap(), "-"] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (applied_until, bodies) = crossbeam_channel::bounded(1);
        let length = body.len();
        let script = move || {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                stream.read_line(&mut head).unwrap();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
            applied_until.send((head, body)).unwrap();
        };
        thread::Builder::new().name("peer".into()).spawn(script).unwrap();
        let mut command = socketscope();
        command.args(["get", &address, "--data", source]);
        if source == "-" {
            command.stdin(std::fs::File::open(&path).unwrap());
        }
        let output = command.output().unwrap();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let (head, sent) = bodies.recv().unwrap();
        assert!(head.starts_with("POST / ") && head.contains("\r\nContent-Length: 3000000\r\n"), "{head}");
        assert!(sent == body, "{source}");
    }
}

#[test]
fn what_is_sent_can_come_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let request = folder.path().join("request");
    std::fs::write(&request, "HEAD / HTTP/1.0\r\n\r\n").unwrap();
    let (_server, address) = page_server();
    let output = get(&[&address.to_string(), "--request", request.to_str().unwrap()]);
    assert_eq!((code(&output), output.stdout.len()), (0, 0), "{}", stderr(&output));
    let mut piped = socketscope()
        .args(["get", &address.to_string(), "--request", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    piped.stdin.take().unwrap().write_all(b"HEAD / HTTP/1.0\r\n\r\n").unwrap();
    let output = piped.wait_with_output().unwrap();
    assert_eq!((code(&output), output.stdout.len()), (0, 0));
}

#[test]
fn no_escape_sequence_of_a_peer_reaches_the_terminal() {
    let output = get(&[&replying(b"HTTP/1.1 200 \x1b[31mred\x07\r\nContent-Length: 0\r\n\r\n").to_string()]);
    assert!(!output.stderr.contains(&0x1b) && !output.stderr.contains(&7));
}

#[test]
fn the_demo_tells_both_sides_and_ends_well() {
    let output = socketscope().arg("demo").output().unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(code(&output), 0, "{text}");
    for part in ["client", "server", "accept()", "connect(", "whole page"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    let times = text.lines().filter_map(|line| line.split(" s  ").next()?.split(' ').next_back()?.parse().ok());
    let times = times.collect::<Vec<f64>>();
    assert!(times.len() > 10 && times.is_sorted(), "{text}");
}

#[test]
#[cfg(target_os = "linux")]
fn without_a_display_the_demo_runs_in_the_terminal() {
    let mut command = socketscope();
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    let output = command.output().unwrap();
    let said = stderr(&output);
    assert_eq!(code(&output), 0, "{said}");
    assert!(
        said.contains("no window can be opened") && said.contains("socketscope get") && !said.contains("panicked"),
        "{said}"
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("whole page"));
}

/// python3's server, if this machine has python3; a machine without it has no such peer to be tested against.
fn python_server(folder: &Path) -> Option<(Running, SocketAddr)> {
    let script = "import http.server, functools, sys\n\
        h = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])\n\
        s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), h)\n\
        print(s.server_address[1], flush=True)\n\
        s.serve_forever()";
    let mut child = Command::new("python3")
        .args(["-c", script])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port: u16 = line.trim().parse().unwrap();
    Some((Running(child), SocketAddr::from(([127, 0, 0, 1], port))))
}

#[test]
fn a_megabyte_comes_whole_from_pythons_server() {
    let folder = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..1 << 20).map(|i: u32| (i % 251) as u8).collect();
    std::fs::write(folder.path().join("data.bin"), &bytes).unwrap();
    let (_server, address) = python_server(folder.path()).expect("python3 is needed for this test");
    let output = get(&[&format!("http://{address}/data.bin")]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(output.stdout == bytes);
    let missing = get(&[&format!("http://{address}/none")]);
    assert!(stderr(&missing).contains("404"));
}

/// Runs `serve page` with `arguments`, asks `request` of it, and hears the reply; what it told by the time that `until` was told.
fn told_by_a_page_server(arguments: &[&str], request: &[u8], until: &str) -> (String, String) {
    let mut command = socketscope();
    command.args(["serve", "page", "--bind", "127.0.0.1:0"]).args(arguments);
    let mut running = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let listening = lines.find(|line| line.contains("127.0.0.1:") && line.contains("listening")).unwrap();
    let port = listening.split("127.0.0.1:").nth(1).unwrap();
    let port = port.split(|ch: char| !ch.is_ascii_digit()).next().unwrap().parse().unwrap();
    let mut stream = std::net::TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).unwrap();
    stream.write_all(request).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    drop(stream);
    let mut told = String::new();
    for line in lines {
        told.push_str(&line);
        told.push('\n');
        if line.contains(until) {
            break;
        }
    }
    (String::from_utf8_lossy(&reply).into_owned(), told)
}

#[test]
fn an_error_of_the_servers_own_says_why_in_its_body_and_on_the_screen_and_as_json() {
    let hello: &[u8] = &[0x16, 3, 1, 0, 4, 1, 0, 0, 0];
    for (request, name, body, screen) in [
        (hello, "tls-hello", "a TLS ClientHello came: use http://", "Use http:// in place of https:// in the client."),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "several-hosts", "more than one Host", "more than one Host"),
        ("GET /\u{4f60} HTTP/1.1\r\nHost: a\r\n\r\n".as_bytes(), "target-bytes", "visible ASCII", "such as raw UTF-8"),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: a\0b\r\n\r\n",
            "nul",
            "nul at byte 63 (RFC 9110 §5.5)",
            "At byte 63: a NUL byte (RFC 9110 §5.5)",
        ),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", "bare-cr", "bare cr at byte 29", "At byte 29: a CR"),
    ] {
        let (reply, told) = told_by_a_page_server(&[], request, "closed by this side");
        assert!(reply.starts_with("HTTP/1.1 400 ") && reply.contains(body), "{reply}");
        assert!(told.contains("answered with 400") && told.contains(screen), "{told}");
        assert!(!told.contains("HTTP reply"), "a request is no reply: {told}");
        let (_, told) = told_by_a_page_server(&["--json"], request, "\"ended\"");
        let events = told.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let rejected = events.into_iter().find(|event| event["event"] == "rejected").unwrap();
        assert_eq!((rejected["status"].as_u64(), rejected["why"].as_str()), (Some(400), Some(name)));
        assert!(rejected["text"].as_str().unwrap().contains("400"), "{rejected}");
    }
}

#[test]
fn what_is_against_the_standard_in_trailers_is_told_as_what_is_in_heads() {
    let reply = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: a\0b\r\nY: c\rd\r\n\r\n";
    let output = get(&[&format!("http://{}/", replying(reply))]);
    assert_eq!(output.stdout, b"abc");
    let told = stderr(&output);
    for violation in ["At byte 62: a NUL byte (RFC 9110 §5.5)", "At byte 70: a CR that is not followed by LF"] {
        assert_eq!(told.matches(violation).count(), 1, "{told}");
    }
}

#[test]
fn a_port_that_speaks_tls_is_told_as_one() {
    let sorry = "<html><center>The plain HTTP request was sent to HTTPS port</center></html>";
    let nginx = format!("HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n{sorry}", sorry.len());
    for (reply, is_tls) in [
        (&[0x15, 3, 1, 0, 2, 2, 70][..], true),
        (&[0x15, 3, 3, 0, 2, 2, 50], true),
        (nginx.as_bytes(), true),
        (b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n", true),
        (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno", false),
        (&[0x17, 3, 3, 0, 2], false),
    ] {
        let told = stderr(&get(&[&format!("http://{}/", replying(reply))]));
        assert_eq!(told.contains("Use https:// in place of http://."), is_tls, "{told}");
    }
}
