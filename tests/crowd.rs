//! A server with a crowd: ten thousand connections, no descriptors left, hundreds of resets. It runs as a child process, so that its
//! threads and descriptors can be counted.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test says what it expects with them"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Nothing takes longer than this, or the test has failed.
const LIMIT: Duration = Duration::from_secs(60);

struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// `serve` with these arguments, started by a shell after `before`.
    fn start(before: &str, arguments: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_socketscope");
        let line = format!("{before} exec {program} --lang en serve {arguments} --bind 127.0.0.1:0 --quiet");
        let mut child =
            Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        out.read_line(&mut first).unwrap();
        let address = first.split_whitespace().find_map(|word| word.parse().ok()).expect(&first);
        Self { child, out, address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect_timeout(&self.address, LIMIT).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream
    }

    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().nth(0).unwrap().parse().unwrap()
    }

    fn threads(&self) -> u64 {
        self.status("Threads:")
    }

    fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// Waits until it has no more threads and descriptors than these.
    fn until_calm(&self, threads: u64, descriptors: usize) {
        let begun = Instant::now();
        while self.threads() > threads || self.descriptors() > descriptors {
            assert!(begun.elapsed() < LIMIT, "{} threads, {} descriptors", self.threads(), self.descriptors());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn echo(stream: &mut TcpStream, bytes: &[u8]) {
    stream.write_all(bytes).unwrap();
    let mut back = vec![0; bytes.len()];
    stream.read_exact(&mut back).unwrap();
    assert_eq!(back, bytes);
}

/// Allows this process descriptors for `count` connections.
fn allow_descriptors(count: usize) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let most = usize::try_from(limit.maximum.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    assert!(most >= count + 200, "this system allows {most} descriptors only");
}

#[test]
fn ten_thousand_connections_are_echoed_and_all_threads_and_descriptors_return() {
    let server = Server::start("", "echo");
    let (threads, descriptors) = (server.threads(), server.descriptors());
    let many = 10_000;
    allow_descriptors(many);
    let mut streams = (0..many).map(|_| server.connect()).collect::<Vec<_>>();
    for (i, stream) in streams.iter_mut().enumerate() {
        echo(stream, format!("{i}").as_bytes());
    }
    assert!(server.threads() >= many as u64, "a thread each");
    // What this takes with debugging code is measured by the benchmarks; here it must only not be absurd.
    assert!(server.status("VmRSS:") / 1024 < 600, "{} KiB", server.status("VmRSS:"));
    drop(streams);
    // The log of so many accepts has a file, and a thread that writes it.
    server.until_calm(threads + 1, descriptors + 1);
}

#[test]
fn past_the_bound_on_threads_clients_are_reset_and_told_and_the_server_lives() {
    const BOUND: usize = 300;
    let mut server = Server::start(&format!("SOCKETSCOPE_THREADS={BOUND}"), "echo");
    // Those that are refused may learn of it while they connect.
    let is_reset = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ConnectionReset;
    let mut refused = 0;
    let mut served = Vec::new();
    for _ in 0..2 * BOUND {
        let connected = TcpStream::connect(server.address).and_then(|mut stream| {
            stream.set_read_timeout(Some(LIMIT))?;
            stream.write_all(b"x")?;
            stream.read_exact(&mut [0])?;
            Ok(stream)
        });
        match connected {
            Ok(stream) => served.push(stream),
            Err(error) => {
                assert!(is_reset(&error) || error.kind() == std::io::ErrorKind::BrokenPipe, "{error}");
                refused += 1;
            }
        }
    }
    assert!(served.len() <= BOUND && served.len() > BOUND - 20, "{} were served, {refused} refused", served.len());
    let mut told = String::new();
    server.out.read_line(&mut told).unwrap();
    assert!(told.contains("no more threads") && told.contains("vm.max_map_count"), "{told}");
    // Everyone who was let in is served, and so are others once some have left.
    served.truncate(BOUND / 2);
    echo(&mut served[0], b"still here");
    let free = std::iter::repeat_with(|| {
        let mut stream = TcpStream::connect(server.address).ok()?;
        stream.write_all(b"x").and_then(|()| stream.read_exact(&mut [0])).ok()
    });
    assert!(free.take(10_000).any(|served| served.is_some()), "a new one");
}

#[test]
fn when_descriptors_run_out_that_is_told_and_accepting_goes_on_when_they_are_back() {
    let mut server = Server::start("ulimit -n 64 &&", "echo");
    let mut streams = Vec::new();
    // More than it can have; the last ones wait in the backlog.
    streams.extend((0..64).map(|_| server.connect()));
    let mut told = String::new();
    server.out.read_line(&mut told).unwrap();
    assert!(told.contains("accept") && told.contains("ulimit"), "{told}");
    let last = streams.pop().unwrap();
    drop(streams);
    let mut last = last;
    echo(&mut last, b"still here");
    echo(&mut server.connect(), b"and a new one");
}

#[test]
fn hundreds_of_resets_leak_nothing() {
    let server = Server::start("", "echo");
    echo(&mut server.connect(), b"x");
    server.until_calm(6, 64);
    let (threads, descriptors) = (server.threads(), server.descriptors());
    for _ in 0..300 {
        let mut stream = server.connect();
        stream.write_all(b"bytes that nobody reads").unwrap();
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
    server.until_calm(threads, descriptors);
    echo(&mut server.connect(), b"still here");
}

#[test]
fn heads_take_no_more_memory_than_is_said_however_small_their_fields_are() {
    let server = Server::start("", "discard");
    let request = format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "a:\r\n".repeat(990));
    // Parsed, all of them together would take 250 MiB.
    let requests = request.repeat(6 * 1024 * 1024 / request.len());
    let mut streams = (0..6).map(|_| server.connect()).collect::<Vec<_>>();
    streams.iter_mut().for_each(|stream| stream.write_all(requests.as_bytes()).unwrap());
    for stream in &mut streams {
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap(), 0, "all of it has been read");
    }
    let most = server.status("VmHWM:") / 1024;
    assert!(most < 150, "{most} MiB");
}
