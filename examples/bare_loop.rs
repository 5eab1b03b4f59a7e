//! The yardstick of `benches/compare.py`: a bare loop of recv calls, without anything that Socketscope adds.
//!
//! `bare_loop ADDR:PORT RECV_SIZE [FILE [GATHER]]` sends the tutorial's request, reads until the end, and throws the bytes away or
//! writes them to FILE: one write a read, or GATHER bytes at a time.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write};
use std::net::TcpStream;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (address, size) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let mut sink: Box<dyn Write> = match (arguments.next(), arguments.next()) {
        (Some(file), Some(gather)) => {
            Box::new(BufWriter::with_capacity(gather.parse().map_err(io::Error::other)?, File::create(file)?))
        }
        (Some(file), None) => Box::new(File::create(file)?),
        (None, _) => Box::new(io::sink()),
    };
    let mut socket = TcpStream::connect(&address)?;
    socket.write_all(format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut buffer = vec![0; size.parse().map_err(io::Error::other)?];
    loop {
        let got = socket.read(&mut buffer)?;
        if got == 0 {
            return sink.flush();
        }
        sink.write_all(buffer.get(..got).unwrap_or_default())?;
    }
}
