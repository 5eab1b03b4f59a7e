//! The kernel's socket table, read while real sockets on loopback go through the states of TCP.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it expects with them"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use socketscope::capture::Clock;
use socketscope::capture::kernel::{
    AcceptQueue, EndHistory, EndSample, Observation, Reading, SampleSource, TcpState, WatchedSocket,
};
use socketscope::net::kernel::KernelWatch;

const LIMIT: Duration = Duration::from_secs(20);

/// A watch, and the bell that it rings when there is news.
struct Watching {
    watch: KernelWatch,
    of: WatchedSocket,
    rung: Receiver<()>,
}

impl Watching {
    fn new(of: WatchedSocket) -> Self {
        let (bell, rung) = bounded(1);
        let watch = KernelWatch::start(Clock::start(), of, move || {
            let _ = bell.try_send(());
        })
        .unwrap();
        Self { watch, of, rung }
    }

    fn ends(stream: &TcpStream) -> Self {
        Self::new(WatchedSocket::Connection { local: stream.local_addr().unwrap(), peer: stream.peer_addr().unwrap() })
    }

    /// Asks until `done` holds of what was seen.
    fn until<T>(&self, what: &str, done: impl Fn(&Observation) -> Option<T>) -> T {
        let begun = Instant::now();
        let mut last = None;
        while begun.elapsed() < LIMIT {
            self.watch.ask(self.of);
            for observation in self.watch.observations() {
                assert_eq!(observation.source, SampleSource::SockDiag, "the kernel answers");
                if let Some(done) = done(&observation) {
                    return done;
                }
                last = Some(observation);
            }
            let _ = self.rung.recv_timeout(Duration::from_millis(50));
        }
        panic!("{what} was not seen, but {last:?}");
    }

    /// What is seen by a look that begins after this.
    fn fresh(&self) -> Reading {
        self.watch.observations().for_each(drop);
        let looks = std::cell::Cell::new(0);
        self.until("the next look but one", |observation| {
            looks.set(looks.get() + 1);
            (looks.get() > 1).then(|| observation.seen.clone())
        })
    }

    /// Waits for both ends to be in these states.
    fn states(&self, own: Option<TcpState>, other: Option<TcpState>) -> (Option<EndSample>, Option<EndSample>) {
        let state = |end: &Option<EndSample>| end.map(|end| end.sample.state);
        self.until(&format!("{own:?} and {other:?}"), |observation| match &observation.seen {
            Reading::Ends { own: a, other: b } if (state(a), state(b)) == (own, other) => Some((*a, *b)),
            _ => None,
        })
    }
}

/// Two connected sockets, of which the first is the one that connected.
fn pair(listener: &TcpListener) -> (TcpStream, TcpStream) {
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    (client, server)
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

#[test]
fn a_connection_goes_through_its_states_to_the_end_of_time_wait() {
    use TcpState::{CloseWait, Established, FinWait2, TimeWait};
    let listener = listener();
    let (client, mut server) = pair(&listener);
    let watching = Watching::ends(&client);
    let (own, other) = watching.states(Some(Established), Some(Established));
    let cookies = (own.unwrap().sample.cookie, other.unwrap().sample.cookie);
    assert!(cookies.0 != 0 && cookies.1 != 0 && cookies.0 != cookies.1);
    assert!(own.unwrap().sample.figures.unwrap().window > 0);
    client.shutdown(std::net::Shutdown::Write).unwrap();
    watching.states(Some(FinWait2), Some(CloseWait));
    assert_eq!(server.read(&mut [0]).unwrap(), 0);
    drop(server);
    let (own, _) = watching.states(Some(TimeWait), None);
    let own = own.unwrap();
    assert_eq!(own.sample.cookie, cookies.0, "it is the same socket");
    // The descriptor may go: the table is asked, not the descriptor.
    drop(client);
    let left = own.left.unwrap();
    assert!(left <= Duration::from_secs(60) && left > Duration::from_secs(30), "{left:?}");
    let later = watching.until("the time falls", |observation| match observation.seen {
        Reading::Ends { own: Some(EndSample { left: Some(later), .. }), .. } if later < left => Some(later),
        _ => None,
    });
    assert!(later < left);
}

#[test]
fn a_socket_that_listens_there_is_not_taken_for_the_connection() {
    let listener = listener();
    let (client, server) = pair(&listener);
    let watching = Watching::new(WatchedSocket::Connection {
        local: server.local_addr().unwrap(),
        peer: server.peer_addr().unwrap(),
    });
    watching.states(Some(TcpState::Established), Some(TcpState::Established));
    // Both sides close at once with a reset: nothing stays, but the listening socket does.
    socket2::SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap();
    drop(client);
    watching.states(None, None);
    drop(server);
    watching.states(None, None);
}

#[test]
fn bytes_that_were_sent_are_unread_at_the_peer_until_it_reads_them() {
    let listener = listener();
    let (mut client, mut server) = pair(&listener);
    let watching = Watching::ends(&client);
    client.write_all(&[7; 1234]).unwrap();
    watching.until("they are unread", |observation| match observation.seen {
        Reading::Ends { own: Some(own), other: Some(other) } => {
            (own.sample.outstanding == 0 && other.sample.unread == 1234).then_some(())
        }
        _ => None,
    });
    server.read_exact(&mut [0; 1000]).unwrap();
    watching.until("the rest is unread", |observation| match observation.seen {
        Reading::Ends { other: Some(other), .. } => (other.sample.unread == 234).then_some(()),
        _ => None,
    });
    // FIN takes a place in the sequence, and is no byte.
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let (own, other) = watching.states(Some(TcpState::FinWait2), Some(TcpState::CloseWait));
    assert_eq!((own.unwrap().sample.outstanding, other.unwrap().sample.unread), (0, 234));
}

#[test]
fn what_the_peer_has_no_room_for_is_told_as_not_acknowledged_and_not_sent() {
    let listener = listener();
    let (mut client, server) = pair(&listener);
    client.set_nonblocking(true).unwrap();
    let watching = Watching::ends(&client);
    let mut sent = 0;
    while let Ok(count) = client.write(&[7; 65_536]) {
        sent += count as u64;
    }
    let (own, other) = watching.until("all of it is accounted for", |observation| match observation.seen {
        Reading::Ends { own: Some(own), other: Some(other) } => {
            (own.sample.outstanding + other.sample.unread == sent).then_some((own, other))
        }
        _ => None,
    });
    let own = own.sample;
    assert!(own.unsent.unwrap() > 0 && own.in_flight().unwrap() + own.unsent.unwrap() == own.outstanding, "{own:?}");
    assert!(other.sample.memory.unwrap().received > 0 && own.memory.unwrap().sent > 0);
    drop(server);
}

#[test]
fn the_queue_of_a_listener_is_told_against_its_backlog() {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any.into()).unwrap();
    socket.listen(2).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let watching = Watching::new(WatchedSocket::Listener(address));
    let queue = |waiting| {
        watching.until("the queue", |observation| {
            (observation.seen == Reading::AcceptQueue(Some(AcceptQueue { waiting, backlog: Some(2) }))).then_some(())
        });
    };
    queue(0);
    let clients: Vec<_> = (0..3).map(|_| TcpStream::connect(address).unwrap()).collect();
    queue(3);
    let accepted = socket.accept().unwrap();
    queue(2);
    drop((clients, accepted, socket));
    watching.until("nobody listens", |observation| (observation.seen == Reading::AcceptQueue(None)).then_some(()));
}

#[test]
fn ipv6_and_ipv4_through_an_ipv6_socket_are_found() {
    let listener = TcpListener::bind("[::]:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    for host in ["[::1]", "127.0.0.1"] {
        let client = TcpStream::connect(format!("{host}:{port}")).unwrap();
        let (server, _) = listener.accept().unwrap();
        for stream in [&client, &server] {
            Watching::ends(stream).states(Some(TcpState::Established), Some(TcpState::Established));
        }
    }
    Watching::new(WatchedSocket::Listener(listener.local_addr().unwrap())).until("it listens", |observation| {
        matches!(observation.seen, Reading::AcceptQueue(Some(AcceptQueue { waiting: 0, .. }))).then_some(())
    });
}

#[test]
fn a_watch_ends_by_itself_when_nobody_asks_any_more() {
    let listener = listener();
    let (client, _server) = pair(&listener);
    let watching = Watching::ends(&client);
    let (begun, mut looks) = (Instant::now(), 0);
    while !watching.watch.is_over() {
        assert!(begun.elapsed() < LIMIT, "it goes on");
        looks += watching.watch.observations().count();
        let _ = watching.rung.recv_timeout(Duration::from_millis(50));
    }
    assert!(looks > 5, "it has patience: {looks}");
}

#[test]
fn who_watches_is_woken_for_news_and_for_nothing_else() {
    let listener = listener();
    let (mut client, mut server) = pair(&listener);
    let watching = Watching::ends(&client);
    watching.states(Some(TcpState::Established), Some(TcpState::Established));
    while watching.rung.try_recv().is_ok() {}
    // From here on nobody asks, and more looks go by than may wait.
    let begun = Instant::now();
    let mut looks = 0;
    while looks < 20 {
        assert!(begun.elapsed() < LIMIT, "{looks}");
        looks += watching.watch.observations().count();
        assert!(watching.rung.is_empty(), "nothing has changed");
        std::thread::yield_now();
    }
    assert!(!watching.watch.is_over());
    client.write_all(b"news").unwrap();
    watching.rung.recv_timeout(LIMIT).unwrap();
    server.read_exact(&mut [0; 4]).unwrap();
}

/// What `ss` says of the socket with these ends: its line, with the line of details after it.
fn ss(arguments: &str, local: SocketAddr, peer: SocketAddr) -> String {
    let output = Command::new("ss").arg(arguments).output().expect("ss of iproute2 runs");
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = said.lines().collect();
    let names = |line: &str| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let place = |end: SocketAddr| fields.iter().position(|field| *field == end.to_string());
        place(local).zip(place(peer)).is_some_and(|(local, peer)| local < peer)
    };
    let at = lines.iter().position(|line| names(line)).unwrap_or_else(|| panic!("ss does not know it: {said}"));
    format!("{} {}", lines[at], lines.get(at + 1).unwrap_or(&""))
}

/// The value that stands behind `name:` in what `ss` says.
fn value<'a>(said: &'a str, name: &str) -> &'a str {
    let field = said.split_whitespace().find_map(|field| field.strip_prefix(name)?.strip_prefix(':'));
    field.unwrap_or_else(|| panic!("no {name} in {said}"))
}

#[test]
#[ignore = "needs ss of iproute2"]
fn the_figures_are_those_that_ss_tells() {
    let listener = listener();
    let (mut client, mut server) = pair(&listener);
    for _ in 0..5 {
        client.write_all(&[7; 3000]).unwrap();
        server.read_exact(&mut [0; 3000]).unwrap();
    }
    client.write_all(&[7; 1234]).unwrap();
    let watching = Watching::ends(&client);
    watching.until("it is quiet", |observation| match observation.seen {
        Reading::Ends { own: Some(own), other: Some(other) } => {
            (own.sample.outstanding == 0 && other.sample.unread == 1234).then_some(())
        }
        _ => None,
    });
    let (local, peer) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
    // What is the same before and after is what ss has seen.
    let (own, other, said) = (0..100)
        .find_map(|_| {
            let before = watching.fresh();
            let said = [ss("-tinm", local, peer), ss("-tinm", peer, local)];
            let after = watching.fresh();
            match after {
                Reading::Ends { own: Some(own), other: Some(other) } if before == after => {
                    Some((own.sample, other.sample, said))
                }
                _ => None,
            }
        })
        .expect("the figures stay the same for a while");
    for (sample, said) in [own, other].into_iter().zip(said) {
        let figures = sample.figures.unwrap();
        let millis = |time: Option<Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1e3);
        let (rtt, variation) = value(&said, "rtt").split_once('/').unwrap();
        // ss writes three digits and drops the rest of them.
        for (told, ours) in [(rtt, millis(figures.rtt)), (variation, millis(figures.rtt_variation))] {
            let told: f64 = told.parse().unwrap();
            assert!((told - ours).abs() <= ours * 0.01 + 0.001, "{told} and {ours}: {said}");
        }
        assert_eq!(value(&said, "cwnd"), figures.window.to_string(), "{said}");
        assert_eq!(value(&said, "mss"), figures.segment.to_string(), "{said}");
        assert_eq!(value(&said, "rto").parse::<f64>().unwrap(), millis(Some(figures.resend_after)), "{said}");
        let fields: Vec<_> = said.split_whitespace().collect();
        assert_eq!(fields[..3], ["ESTAB", &sample.unread.to_string(), &sample.outstanding.to_string()], "{said}");
        let memory = sample.memory.unwrap();
        let skmem = format!("skmem:(r{},rb{},t", memory.received, memory.received_max);
        assert!(said.contains(&skmem) && said.contains(&format!(",tb{},", memory.sent_max)), "{skmem}: {said}");
        assert!(said.contains(&format!(",w{},", memory.sent)), "{memory:?}: {said}");
        assert_eq!(said.contains("retrans:"), figures.resent > 0, "{said}");
    }
}

#[test]
#[ignore = "needs ss of iproute2"]
fn time_wait_stays_as_long_as_ss_tells() {
    let listener = listener();
    let (client, server) = pair(&listener);
    let (local, peer) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
    let watching = Watching::ends(&client);
    drop(client);
    drop(server);
    let (own, _) = watching.states(Some(TcpState::TimeWait), None);
    let output = Command::new("ss").args(["-tano", "state", "time-wait"]).output().expect("ss of iproute2 runs");
    let said = String::from_utf8(output.stdout).unwrap();
    let line = said.lines().find(|line| line.contains(&local.to_string()) && line.contains(&peer.to_string())).unwrap();
    // timer:(timewait,59sec,0)
    let told = line.split_once("timewait,").unwrap().1.split_once(',').unwrap().0;
    let seconds: f64 = told.trim_end_matches("sec").trim_end_matches("ms").parse().unwrap();
    let ours = own.unwrap().left.unwrap().as_secs_f64();
    assert!((ours - seconds).abs() < 5.0, "{ours} and {told}");
}

#[test]
fn what_is_kept_of_a_watch_ends_when_the_kernel_forgets_the_socket() {
    let listener = listener();
    let (client, server) = pair(&listener);
    let watching = Watching::ends(&client);
    let mut history = EndHistory::default();
    let mut take = |state| {
        let (end, at) = watching.until("a state", |observation| match observation.seen {
            Reading::Ends { own, .. } if own.map(|own| own.sample.state) == state => Some((own, observation.at)),
            _ => None,
        });
        history.take(at, end);
        history.is_gone()
    };
    assert!(!take(Some(TcpState::Established)));
    drop(server);
    assert!(!take(Some(TcpState::CloseWait)));
    drop(client);
    assert!(take(None));
}
