//! The headless commands with an output that nobody reads, or that is gone: a signal ends them all the same.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it expects with them"
)]

mod support;

use std::io::{ErrorKind, PipeReader, PipeWriter, Read, Write};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, kill_process};
use support::{LIMIT, Peer, asked};

/// More than every buffer on the way holds.
const MUCH: usize = 64 << 20;

fn socketscope(arguments: &[&str]) -> Command {
    let mut command = support::socketscope();
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A pipe without room, and its end to be read, which must live as long as nobody is to notice that nobody reads.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let flags = fcntl_getfl(&writer).unwrap();
    fcntl_setfl(&writer, flags | OFlags::NONBLOCK).unwrap();
    while match writer.write(&[b'.'; 4096]) {
        Ok(_) => true,
        Err(error) => error.kind() != ErrorKind::WouldBlock,
    } {}
    fcntl_setfl(&writer, flags).unwrap();
    (reader, writer)
}

/// A pipe that nobody will ever read.
fn closed_pipe() -> PipeWriter {
    std::io::pipe().unwrap().1
}

/// A peer that promises more than it sends, `count` bytes, and then says nothing more and waits until the client has gone.
fn peer(count: usize) -> SocketAddr {
    asked(move |stream| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", count + 1);
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&vec![b'x'; count]));
        let _ = stream.read(&mut [0]);
    })
}

/// Waits until the process catches `signal`.
fn catches(child: &Child, signal: Signal) {
    let caught = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap().trim().to_owned();
        u64::from_str_radix(&mask, 16).unwrap() & (1 << (signal.as_raw() - 1)) != 0
    };
    while !caught() {
        thread::yield_now();
    }
}

/// How it ends, which it has to.
fn ending(mut child: Child) -> ExitStatus {
    let id = Pid::from_child(&child);
    let (ended, ends) = crossbeam_channel::bounded(1);
    thread::Builder::new().name("wait".into()).spawn(move || ended.send(child.wait().unwrap()).unwrap()).unwrap();
    ends.recv_timeout(LIMIT).unwrap_or_else(|_| {
        let _ = kill_process(id, Signal::KILL);
        panic!("it did not end");
    })
}

fn names(folder: &Path) -> Vec<String> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_signal_ends_what_nobody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let body = folder.path().join("body");
    let body = body.to_str().unwrap();
    for signal in [Signal::TERM, Signal::INT] {
        for (arguments, to_stdout, status) in [
            (vec!["get"], true, 130),
            (vec!["get"], false, 130),
            (vec!["get", "--json"], false, 130),
            (vec!["get", "--save", body], false, 130),
            (vec!["serve", "page", "--bind", "127.0.0.1:0"], true, 0),
            (vec!["serve", "page", "--bind", "127.0.0.1:0", "--json"], true, 0),
            (vec!["serve", "page", "--bind", "127.0.0.1:0", "--quiet"], true, 0),
        ] {
            let (_unread, full) = full_pipe();
            let mut command = socketscope(&arguments);
            if arguments[0] == "get" {
                command.arg(peer(MUCH).to_string());
            }
            let child = if to_stdout { command.stdout(full) } else { command.stderr(full) }.spawn().unwrap();
            catches(&child, signal);
            kill_process(Pid::from_child(&child), signal).unwrap();
            assert_eq!(ending(child).code(), Some(status), "{signal:?} {arguments:?}");
            // A draft has gone; what came of the body may be there.
            assert!(names(folder.path()).iter().all(|name| name == "body.incomplete"), "{:?}", names(folder.path()));
        }
        let (_unread, full) = full_pipe();
        let child = socketscope(&["demo"]).stdout(full).spawn().unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(ending(child).signal(), Some(signal.as_raw()));
    }
}

#[test]
fn a_reader_that_is_gone_ends_what_is_written_for_it_though_the_peer_says_nothing_more() {
    for (arguments, to_stdout) in [(vec!["get"], true), (vec!["get", "--json"], false), (vec!["get"], false)] {
        let mut command = socketscope(&arguments);
        command.arg(peer(1000).to_string());
        let closed = closed_pipe();
        let child = if to_stdout { command.stdout(closed) } else { command.stderr(closed) }.spawn().unwrap();
        assert_eq!(ending(child).code(), Some(1), "{arguments:?}");
    }
    let child = socketscope(&["serve", "page", "--bind", "127.0.0.1:0"]).stdout(closed_pipe()).spawn().unwrap();
    assert_eq!(ending(child).code(), Some(1));
}

#[test]
fn what_is_read_is_whole() {
    let peer = Peer::new(|mut stream| {
        let _ = stream.read(&mut [0; 4096]).unwrap();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {MUCH}\r\n\r\n").unwrap();
        stream.write_all(&vec![b'x'; MUCH]).unwrap();
    });
    let mut child = socketscope(&["get", &peer.address.to_string()]).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    let (mut read, mut buffer) = (0, vec![0; 1 << 16]);
    loop {
        match out.read(&mut buffer).unwrap() {
            0 => break,
            count => read += count,
        }
    }
    assert_eq!((read, ending(child).code()), (MUCH, Some(0)));
    peer.join();
}
