//! Bodies as `get` hands them out and saves them: codings that are none, and bytes that are flushed piece by piece.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what it expects with them"
)]

mod support;

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use support::sending_parts;

const HTML: &[u8] =
    b"<!DOCTYPE html>\n<html><head><title>plain</title></head>\n<body><p>not coded at all, says who looks</p></body></html>\n";

fn get(language: &str, reply: &[u8], arguments: &[&str]) -> Output {
    let (address, _) = sending_parts(vec![reply.to_vec()]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_socketscope"));
    command.args(["--lang", language, "get", &address.to_string()]).args(arguments);
    command.stdin(Stdio::null()).output().unwrap()
}

fn saved(reply: &[u8], folder: &Path) -> (Output, Vec<String>) {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir(folder).unwrap();
    let output = get("en", reply, &["--save", folder.join("body").to_str().unwrap()]);
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    (output, names.collect())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn reply(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn chunked(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{fields}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len());
    [head.as_bytes(), body, b"\r\n0\r\n\r\n"].concat()
}

#[test]
fn a_coding_that_is_none_is_told_and_does_no_harm() {
    let coded = gzip(HTML);
    let json = br#"{"a": "b"}"#;
    let folder = tempfile::tempdir().unwrap();
    // The fields of the head, the body, the bytes that come out, and the note about them: a key and a sentence.
    type Row<'a> = (&'a str, &'a [u8], &'a [u8], &'a str, &'a str);
    let rows: [Row<'_>; 14] = [
        ("UTF-8", HTML, HTML, "no-coding", "Content-Encoding says UTF-8, which is no registered content coding"),
        ("none", HTML, HTML, "no-coding", "Content-Encoding says none,"),
        ("binary", b"\x89PNG\r\n", b"\x89PNG\r\n", "no-coding", "Content-Encoding says binary,"),
        ("gzip, utf-8", &coded, HTML, "no-coding", "Content-Encoding says utf-8,"),
        ("", HTML, HTML, "", ""),
        ("identity", HTML, HTML, "", ""),
        ("GZIP", &coded, HTML, "", ""),
        ("gzip", HTML, HTML, "not-in-it", "coded with gzip, but its bytes are no gzip"),
        ("X-GZip", HTML, HTML, "not-in-it", "coded with gzip, but its bytes are no gzip"),
        ("br", HTML, HTML, "not-in-it", "coded with br, but its bytes are no br"),
        ("zstd", HTML, HTML, "not-in-it", "coded with zstd, but its bytes are no zstd"),
        ("deflate", json, json, "not-in-it", "coded with deflate, but its bytes are no deflate"),
        ("deflate", &coded, &coded, "not-in-it", "coded with deflate"),
        ("gzip, gzip", &coded, HTML, "not-in-it", "coded with gzip"),
    ];
    for (coding, body, expected, what, sentence) in rows {
        let fields = format!("Content-Encoding: {coding}\r\n");
        for reply in [reply(&fields, body), chunked(&fields, body)] {
            let output = get("en", &reply, &[]);
            assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), expected), "{coding}");
            assert!(text(&output.stderr).contains(sentence), "{coding}: {}", text(&output.stderr));
            let (output, names) = saved(&reply, &folder.path().join("saved"));
            assert_eq!((output.status.code(), names), (Some(0), vec!["body".to_owned()]), "{coding}");
            assert_eq!(std::fs::read(folder.path().join("saved/body")).unwrap(), expected, "{coding}");
            assert!(text(&output.stderr).contains(sentence), "{coding}: {}", text(&output.stderr));
        }
        let output = get("en", &reply(&fields, body), &["--json"]);
        let events = text(&output.stderr);
        let events: Vec<serde_json::Value> =
            events.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let told: Vec<_> = events.iter().filter(|event| event["event"] == "coding").collect();
        let names: Vec<_> = told.iter().map(|event| event["what"].as_str().unwrap()).collect();
        assert_eq!(names.join(" "), what, "{coding}");
        assert!(told.iter().all(|event| event["text"].as_str().unwrap().contains(sentence)), "{told:?}");
    }
}

#[test]
fn that_is_told_in_chinese_as_well() {
    let output = get("zh", &reply("Content-Encoding: UTF-8\r\n", HTML), &[]);
    assert!(text(&output.stderr).contains("它不是已注册的内容编码"), "{}", text(&output.stderr));
    let output = get("zh", &reply("Content-Encoding: gzip\r\n", HTML), &[]);
    assert!(text(&output.stderr).contains("这些字节不是 gzip 格式"), "{}", text(&output.stderr));
}

#[test]
fn a_coding_that_can_not_be_undone_leaves_the_whole_body_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let body = b"\x1f\x9d\x90a\xe0\xc4\x98\x01";
    let (output, names) = saved(&reply("Content-Encoding: compress\r\n", body), &folder.path().join("saved"));
    assert_eq!((output.status.code(), names), (Some(6), vec!["body".to_owned()]));
    assert_eq!(std::fs::read(folder.path().join("saved/body")).unwrap(), body);
    assert!(text(&output.stderr).contains("Coding compress can't be undone here"), "{}", text(&output.stderr));
}

#[test]
fn what_is_damaged_in_its_middle_or_cut_is_still_a_fault() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<u8> = (0..20_000).flat_map(|number| format!("{number} of many lines\n").into_bytes()).collect();
    let coded = gzip(&lines);
    let mut damaged = coded.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 50].fill(0xff);
    for (body, what) in [(&damaged[..], "corrupt"), (&coded[..middle], "truncated")] {
        let reply = reply("Content-Encoding: gzip\r\n", body);
        let (output, names) = saved(&reply, &folder.path().join("saved"));
        assert_eq!((output.status.code(), names), (Some(6), vec!["body.incomplete".to_owned()]));
        let kept = std::fs::read(folder.path().join("saved/body.incomplete")).unwrap();
        assert!(kept.len() > lines.len() / 10 && lines[..20] == kept[..20]);
        let output = get("en", &reply, &["--json"]);
        assert!(text(&output.stderr).contains(&format!("\"what\":\"{what}\"")), "{}", text(&output.stderr));
    }
}

/// Demands that `get` hands out the data of each chunk before the next one is sent.
fn comes_at_once(coding: &str, chunks: &[(&[u8], &[u8])]) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nTransfer-Encoding: chunked\r\n\r\n");
    let chunk = |bytes: &[u8]| [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
    let mut parts: Vec<Vec<u8>> = chunks.iter().map(|(coded, _)| chunk(coded)).collect();
    parts[0].splice(0..0, head.into_bytes());
    parts.push(b"0\r\n\r\n".to_vec());
    let (address, go_on) = sending_parts(parts);
    let mut command = Command::new(env!("CARGO_BIN_EXE_socketscope"));
    command.args(["get", "--max-time", "30", &address.to_string()]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    for (_, expected) in chunks {
        let mut came = vec![0; expected.len()];
        stdout.read_exact(&mut came).unwrap();
        assert_eq!(came, *expected, "{coding}");
        go_on.send(()).unwrap();
    }
    let mut rest = Vec::new();
    stdout.read_to_end(&mut rest).unwrap();
    child.wait().unwrap();
    assert_eq!(rest, b"");
}

#[test]
fn what_a_server_flushes_is_handed_out_before_it_sends_more() {
    let brotli: [(&[u8], &[u8]); 2] = [(b"\x8b\x01\x80one\n", b"one\n"), (b"\x18\0\x08two\n", b"two\n")];
    comes_at_once("br", &brotli);
    let zstd: [(&[u8], &[u8]); 2] = [(b"\x28\xb5\x2f\xfd\0\x58\x20\0\0one\n", b"one\n"), (b"\x20\0\0two\n", b"two\n")];
    comes_at_once("zstd", &zstd);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(b"one\n").unwrap();
    encoder.flush().unwrap();
    let first = encoder.get_ref().clone();
    encoder.write_all(b"two\n").unwrap();
    encoder.flush().unwrap();
    let second = encoder.get_ref()[first.len()..].to_vec();
    comes_at_once("gzip", &[(&first, b"one\n"), (&second, b"two\n")]);
    comes_at_once("utf-8", &[(b"one\n", b"one\n"), (b"two\n", b"two\n")]);
}
