//! The half of a connected socket that sends, which several threads may hold.
//!
//! In scope: send and shutdown as a program would call them, each recorded; encryption where there is TLS. Out of scope: which message goes
//! out first, and how (`sending`).

use std::sync::Arc;
use std::time::Duration;

use super::call_guard::CallGuard;
use super::socket_state::SocketState;
use crate::capture::{CallKind, Direction, Event, Failure, Moment, Note, Outcome};
use crate::net::record::{Recorder, StopHandle};

/// How long a close waits at most until TLS has told the peer.
const GOODBYE: Duration = Duration::from_millis(100);

/// The sending half of a [`ConnectionSocket`](super::ConnectionSocket).
#[derive(Clone)]
pub struct SendingHalf {
    /// The socket and its state.
    pub state: Arc<SocketState>,
    /// The record, on this thread.
    pub recorder: Recorder,
}

impl SendingHalf {
    /// Sends all of `bytes`, with as many send calls as the system needs; each is recorded with what it was asked to take and what it took.
    /// Of several threads only one may send at a time. Error: the failure of the call, of TLS, or of keeping what was sent.
    pub fn send(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.recorder.announce(bytes);
        let Some(tls) = self.state.tls() else { return self.send_all(bytes, None) };
        tls.send(bytes, self.state.subject(), &mut |wire, plain| self.send_all(wire, Some(plain)))
    }

    /// Sends all of `bytes`. Under TLS they hold `plain`, which has been said when all of them have been sent.
    fn send_all(&self, bytes: &[u8], plain: Option<&[u8]>) -> Result<(), Failure> {
        let mut rest = bytes;
        let mut guard = CallGuard::new(Direction::Sent, &self.recorder);
        while !rest.is_empty() {
            if !guard.may_call(&self.state, &self.recorder, rest.len()) {
                return Err(self.state.ended_early(CallKind::Send));
            }
            let begun = self.recorder.now();
            let (taken, error) = self.send_once(begun, rest);
            let (taken, left) = rest.split_at_checked(taken).unwrap_or((rest, &[]));
            if !taken.is_empty() {
                self.record(begun, rest.len(), taken, plain.map(|plain| if left.is_empty() { plain } else { &[] }))?;
            }
            if let Some(failure) = error {
                let begun = if taken.is_empty() { begun } else { self.recorder.now() };
                return Err(self.failed(begun, left.len(), failure));
            }
            rest = left;
        }
        Ok(())
    }

    fn record(&self, begun: Moment, asked: usize, taken: &[u8], plain: Option<&[u8]>) -> Result<(), Failure> {
        match plain {
            Some(plain) => self.recorder.transfer_tls(Direction::Sent, begun, asked, taken, plain),
            None => self.recorder.transfer(Direction::Sent, begun, asked, taken, Outcome::Done),
        }
        .map(drop)
    }

    /// One send, as send(2) does it: it blocks until all is taken. Nearly always all is taken at once, and then there is nothing to tell
    /// before it returns; so that is tried first. How many bytes were taken, and what ended it before all were.
    fn send_once(&self, begun: Moment, bytes: &[u8]) -> (usize, Option<Failure>) {
        let taken = match self.state.send_at_once(bytes) {
            Ok(taken) => taken,
            Err(failure) => return (0, Some(failure)),
        };
        let Some((_, rest @ [_, ..])) = bytes.split_at_checked(taken) else { return (taken, None) };
        self.recorder.blocked(CallKind::Send, bytes.len(), begun);
        match self.state.send(rest) {
            Ok(more) => (taken + more, None),
            Err(failure) => (taken, Some(failure)),
        }
    }

    /// Records a send that ended with `failure`.
    fn failed(&self, begun: Moment, asked: usize, failure: Failure) -> Failure {
        let outcome = if self.is_stopped() { Outcome::Stopped } else { Outcome::Failed };
        self.recorder.transfer_failed(Direction::Sent, begun, asked, outcome, failure)
    }

    /// Sends what TLS itself has to say.
    pub(super) fn answer(&self) -> Result<(), Failure> {
        let Some(tls) = self.state.tls() else { return Ok(()) };
        tls.answer(&mut |wire, plain| self.send_all(wire, Some(plain)))
    }

    /// With TLS, tells the peer that nothing more will come, unless that takes long.
    pub(super) fn say_goodbye(&self) {
        if self.state.tls().is_some() && self.state.stream.set_write_timeout(GOODBYE).is_ok() {
            // A peer that is gone already need not be told; what the call said is in the record.
            let _ = self.close_tls();
        }
    }

    fn close_tls(&self) -> Result<(), Failure> {
        let Some(tls) = self.state.tls() else { return Ok(()) };
        tls.close(&mut |wire, plain| self.send_all(wire, Some(plain)))
    }

    /// Ends our sending side: the peer's recv returns 0 once it has read everything.
    pub fn shutdown(&self) -> Result<(), Failure> {
        self.close_tls()?;
        // If the user stops while the call is due, it is never made. If the connection is over otherwise, the call does no harm.
        self.recorder.wait_for_pace(CallKind::Shutdown, 0, || self.state.is_no_more());
        if self.is_stopped() {
            return Err(self.state.ended_early(CallKind::Shutdown));
        }
        let begun = self.recorder.now();
        let result = self.state.stream.shutdown_sending();
        let failure = result.err().map(|error| self.state.failure(CallKind::Shutdown, &error));
        let outcome = if failure.is_some() { Outcome::Failed } else { Outcome::Done };
        if failure.is_none() {
            self.recorder.direction_ended(Direction::Sent, true);
            self.recorder.tell(Event::SendingEnded);
            self.state.set_finished();
        }
        let note = Note { failure: failure.clone(), ..Note::default() };
        self.recorder.call(CallKind::Shutdown, begun, 0, outcome, note)?;
        failure.map_or(Ok(()), Err)
    }

    /// Makes every call that blocks on the socket return, and every wait for room, also those of other threads.
    pub fn interrupt(&self) {
        self.state.interrupt();
        self.recorder.reservation().disk().wake_waiting();
    }

    /// What stops the connection.
    pub fn stop(&self) -> &StopHandle {
        &self.state.stop
    }

    /// Whether the user has stopped the connection.
    pub fn is_stopped(&self) -> bool {
        self.stop().is_stopped()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::thread;

    use super::*;
    use crate::capture::{Call, Cause};
    use crate::net::test_support::{Reported, connected, reset};

    /// More than two sockets hold.
    const MUCH: usize = 32 << 20;

    fn sends(reported: &mut Reported) -> Vec<(usize, usize, u64, Outcome)> {
        let sends = reported.calls().into_iter().filter(|call| call.kind == CallKind::Send);
        sends.map(|Call { asked, got, offset, outcome, .. }| (asked as usize, got as usize, offset, outcome)).collect()
    }

    fn send_blocks(event: &Event) -> bool {
        matches!(event, Event::CallBlocked(call) if call.kind == CallKind::Send && call.asked as usize == MUCH)
    }

    #[test]
    fn a_send_that_blocks_is_told_and_is_one_call() {
        let (socket, mut peer, mut reported) = connected();
        thread::scope(|scope| {
            let reader = scope.spawn(|| {
                reported.until(send_blocks);
                peer.read_exact(&mut vec![0; MUCH]).unwrap();
            });
            socket.half.send(&vec![b'x'; MUCH]).unwrap();
            reader.join().unwrap();
        });
        socket.recorder().flush();
        assert_eq!(sends(&mut reported), [(MUCH, MUCH, 0, Outcome::Done)]);
    }

    #[test]
    fn a_send_that_is_stopped_while_it_blocks_says_what_was_taken_and_what_was_not() {
        let (socket, _peer, mut reported) = connected();
        let stop = socket.stop().clone();
        thread::scope(|scope| {
            let stopper = scope.spawn(|| {
                reported.until(send_blocks);
                stop.stop();
            });
            assert!(socket.half.send(&vec![b'x'; MUCH]).is_err());
            stopper.join().unwrap();
        });
        socket.recorder().flush();
        let sends = sends(&mut reported);
        let [(asked, taken, 0, Outcome::Done), (left, 0, offset, Outcome::Stopped)] = sends[..] else {
            panic!("{sends:?}")
        };
        assert!(taken > 0 && taken < MUCH);
        assert_eq!((asked, left, offset), (MUCH, MUCH - taken, taken as u64));
    }

    #[test]
    fn nothing_is_sent_once_the_user_has_stopped() {
        let (socket, _peer, mut reported) = connected();
        socket.stop().stop();
        assert!(socket.half.send(b"late").is_err());
        assert!(socket.half.shutdown().is_err());
        socket.recorder().flush();
        assert_eq!(reported.calls(), []);
    }

    #[test]
    fn a_reset_is_the_cause_that_every_later_call_tells() {
        let (mut socket, peer, mut reported) = connected();
        reset(peer);
        let first = loop {
            // The reset may still be on its way.
            if let Err(failure) = socket.half.send(b"x") {
                break failure;
            }
        };
        let second = socket.half.send(b"y").unwrap_err();
        let third = socket.recv(&mut crate::net::socket::RecvBuffer::new(8)).unwrap_err();
        assert_eq!([first.cause, second.cause, third.cause], [Cause::Reset, Cause::Reset, Cause::Reset]);
        socket.recorder().flush();
        let failed = reported.calls().into_iter().filter(|call| call.outcome == Outcome::Failed);
        assert_eq!(failed.map(|call| call.kind).collect::<Vec<_>>(), [CallKind::Send, CallKind::Send, CallKind::Recv]);
    }

    #[test]
    fn a_shutdown_is_the_end_for_the_peer_and_is_told() {
        let (socket, mut peer, mut reported) = connected();
        socket.half.send(b"bye").unwrap();
        socket.half.shutdown().unwrap();
        let mut received = Vec::new();
        peer.read_to_end(&mut received).unwrap();
        assert_eq!(received, b"bye");
        socket.recorder().flush();
        let calls = reported.calls().into_iter().map(|call| (call.kind, call.outcome));
        assert_eq!(calls.collect::<Vec<_>>(), [(CallKind::Send, Outcome::Done), (CallKind::Shutdown, Outcome::Done)]);
        assert!(reported.has(|event| matches!(event, Event::SendingEnded)) && socket.half.state.has_finished());
    }
}
