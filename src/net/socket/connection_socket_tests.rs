//! What a recv, a pause and a close do, over loopback, and what their record says of it.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use super::{Received, RecvBuffer};
use crate::capture::{CallKind, Cause, DiskQuota, Ended, Event, Outcome};
use crate::net::record::Stop;
use crate::net::test_support::{connected, connected_on, reset};

/// What a recv brings, and what its record says, after `peer` has done something.
fn received_after(peer: impl FnOnce(TcpStream) -> Option<TcpStream>) -> (Result<Received, Cause>, Vec<u8>, Outcome) {
    let (mut socket, stream, mut reported) = connected_on(&DiskQuota::default(), Some(Duration::from_millis(50)));
    let _peer = peer(stream);
    let mut buffer = RecvBuffer::new(8);
    let received = socket.recv(&mut buffer).map_err(|failure| failure.cause);
    socket.recorder().flush();
    let calls = reported.calls();
    let ends = reported.has(|event| matches!(event, Event::ReceivingEnded));
    assert_eq!(ends, received == Ok(Received::PeerFinished), "only the peer ends receiving");
    (received, buffer.plaintext().to_vec(), calls.last().unwrap().outcome)
}

#[test]
fn a_recv_says_what_came_and_so_does_its_record() {
    let says = |mut peer: TcpStream| {
        peer.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        Some(peer)
    };
    let bytes = Ok(Received::Bytes { message_ended: false, foreign: false });
    assert_eq!(received_after(says), (bytes, b"HTTP/1.1".to_vec(), Outcome::Done));
    let closes = |_: TcpStream| None;
    assert_eq!(received_after(closes), (Ok(Received::PeerFinished), Vec::new(), Outcome::PeerFinished));
    let waits = |peer: TcpStream| Some(peer);
    assert_eq!(received_after(waits), (Ok(Received::TimedOut), Vec::new(), Outcome::TimedOut));
    let resets = |peer: TcpStream| {
        reset(peer);
        None
    };
    assert_eq!(received_after(resets), (Err(Cause::Reset), Vec::new(), Outcome::Failed));
}

#[test]
fn a_recv_that_is_stopped_while_it_blocks_is_no_end_of_the_peer() {
    let (mut socket, _peer, mut reported) = connected();
    let stop = socket.stop().clone();
    thread::scope(|scope| {
        let stopper = scope.spawn(|| {
            reported.until(|event| matches!(event, Event::CallBlocked(call) if call.kind == CallKind::Recv));
            stop.stop();
        });
        assert_eq!(socket.recv(&mut RecvBuffer::new(8)).unwrap(), Received::Stopped);
        stopper.join().unwrap();
    });
    socket.recorder().flush();
    assert_eq!(reported.calls().last().unwrap().outcome, Outcome::Stopped);
    assert!(!reported.has(|event| matches!(event, Event::ReceivingEnded)));
}

#[test]
fn a_close_is_the_last_call_and_the_end_the_last_event() {
    for (stop, how, told) in [
        (None, Ended::Finished, Ended::Finished),
        (Some(Stop::Orderly), Ended::Stopped, Ended::Stopped),
        (Some(Stop::Reset), Ended::Stopped, Ended::Reset),
    ] {
        let (socket, mut peer, mut reported) = connected();
        if let Some(stop) = stop {
            socket.stop().stop_by(stop);
        }
        socket.close(how);
        assert_eq!(reported.calls().last().unwrap().kind, CallKind::Close);
        assert!(matches!(reported.events.last(), Some(Event::Ended { how, .. }) if *how == told), "{how:?}");
        let read = peer.read(&mut [0]).map_err(|error| error.kind());
        assert_eq!(read, if told == Ended::Reset { Err(ErrorKind::ConnectionReset) } else { Ok(0) });
    }
}

#[test]
fn what_waits_to_be_reported_goes_out_before_a_pause_and_the_stop_ends_it() {
    let (mut socket, mut peer, mut reported) = connected();
    peer.write_all(b"x").unwrap();
    socket.recv(&mut RecvBuffer::new(8)).unwrap();
    let stop = socket.stop().clone();
    thread::scope(|scope| {
        let stopper = scope.spawn(|| {
            reported.until(|event| matches!(event, Event::Progress(progress) if progress.received == 1));
            stop.stop();
        });
        assert!(socket.pause(crate::net::test_support::LIMIT));
        stopper.join().unwrap();
    });
}
