//! The clients of `benches/serve.py`: many connections to an echo server.
//!
//! `echo_load ADDR:PORT trips CLIENTS SECONDS` sends 64 bytes and waits for them, again and again, and prints round trips a second.
//! `echo_load ADDR:PORT connections CLIENTS SECONDS` makes a new connection for each, and prints connections a second.
//! `echo_load ADDR:PORT bulk CLIENTS SECONDS` sends without waiting, and prints bytes a second that come back.
//! `echo_load ADDR:PORT idle COUNT` opens COUNT connections, echoes once on each, prints how long that took, and holds them until its
//! standard input ends.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const MESSAGE: [u8; 64] = [b'x'; 64];

fn main() -> io::Result<()> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let [address, what, count, rest @ ..] = arguments.as_slice() else { return Err(usage()) };
    let address = address.parse::<SocketAddr>().map_err(io::Error::other)?;
    let count = count.parse::<usize>().map_err(io::Error::other)?;
    let mut out = io::stdout();
    if what == "idle" {
        let begun = Instant::now();
        let mut streams = Vec::with_capacity(count);
        for _ in 0..count {
            streams.push(connect(address)?);
        }
        streams.iter_mut().try_for_each(trip)?;
        writeln!(out, "{}", begun.elapsed().as_secs_f64())?;
        io::stdin().read_to_end(&mut Vec::new())?;
        return Ok(());
    }
    let seconds = rest.first().ok_or_else(usage)?.parse::<f64>().map_err(io::Error::other)?;
    let until = Instant::now() + Duration::from_secs_f64(seconds);
    let work = match what.as_str() {
        "trips" => trips,
        "connections" => connections,
        "bulk" => bulk,
        _ => return Err(usage()),
    };
    let clients = (0..count).map(|number| {
        let name = format!("client {number}");
        thread::Builder::new().name(name).spawn(move || work(address, until))
    });
    let clients = clients.collect::<io::Result<Vec<JoinHandle<io::Result<u64>>>>>()?;
    let mut all = 0;
    for client in clients {
        all += client.join().map_err(|_| io::Error::other("a client panicked"))??;
    }
    writeln!(out, "{}", all as f64 / seconds)
}

fn usage() -> io::Error {
    io::Error::other("echo_load ADDR:PORT trips|connections|bulk CLIENTS SECONDS, or idle COUNT")
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn trip(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(&MESSAGE)?;
    stream.read_exact(&mut [0; MESSAGE.len()])
}

fn trips(address: SocketAddr, until: Instant) -> io::Result<u64> {
    let mut stream = connect(address)?;
    let mut count = 0;
    while Instant::now() < until {
        trip(&mut stream)?;
        count += 1;
    }
    Ok(count)
}

fn connections(address: SocketAddr, until: Instant) -> io::Result<u64> {
    let mut count = 0;
    while Instant::now() < until {
        let mut stream = connect(address)?;
        trip(&mut stream)?;
        // A reset leaves no port behind in TIME_WAIT, of which there are not enough.
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
        count += 1;
    }
    Ok(count)
}

fn bulk(address: SocketAddr, until: Instant) -> io::Result<u64> {
    let mut stream = connect(address)?;
    let mut sending = stream.try_clone()?;
    let block = vec![b'x'; 64 * 1024];
    let sender = move || while sending.write_all(&block).is_ok() {};
    let sender = thread::Builder::new().name("sender".into()).spawn(sender)?;
    let (mut count, mut back) = (0, vec![0; 64 * 1024]);
    while Instant::now() < until {
        count += stream.read(&mut back)? as u64;
    }
    // Ends the sender.
    stream.shutdown(Shutdown::Both)?;
    sender.join().map_err(|_| io::Error::other("the sender panicked"))?;
    Ok(count)
}
