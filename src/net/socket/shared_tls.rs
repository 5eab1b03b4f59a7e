//! A TLS machine shared by the thread that receives and the one that sends.
//!
//! In scope: records in their order on the socket, without a thread that waits for the peer holding up the other. Two locks: the
//! machine's is held for as long as it works, the line's while bytes go out; the receiving thread never waits for the line's. Out of
//! scope: TLS itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::capture::{Failure, Subject};
use crate::tls::Tls;

/// So much is encrypted, and sent, at a time.
const PIECE: usize = 64 * 1024;

/// The machine; clones are of the same.
#[derive(Clone)]
pub struct SharedTls {
    machine: Arc<Mutex<Tls>>,
    /// Held while encrypted bytes go out.
    outgoing: Arc<Mutex<()>>,
}

impl SharedTls {
    /// Over `machine`.
    pub fn new(machine: Tls) -> Self {
        Self { machine: Arc::new(Mutex::new(machine)), outgoing: Arc::default() }
    }

    /// The machine, locked. No call that blocks may be made meanwhile.
    pub fn machine(&self) -> MutexGuard<'_, Tls> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends by `write` what TLS itself has to say, unless the other thread is sending, which then takes that along. Fails if the socket
    /// refuses.
    pub fn answer(&self, write: &mut impl FnMut(&[u8], &[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        // The thread that holds the lock looks again after giving it back.
        while self.machine().has_outgoing()
            && let Ok(line) = self.outgoing.try_lock()
        {
            self.drain(write)?;
            drop(line);
        }
        Ok(())
    }

    /// Encrypts `bytes` and sends them by `write`, which is given the encrypted bytes and those that they hold. Fails if TLS or the socket
    /// refuses.
    pub fn send(
        &self,
        bytes: &[u8],
        subject: Option<Subject>,
        write: &mut impl FnMut(&[u8], &[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let line = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in bytes.chunks(PIECE) {
            let mut wire = Vec::new();
            {
                let mut machine = self.machine();
                machine.send(piece).map_err(|failure| Failure::of_tls(subject.clone(), failure))?;
                machine.take_outgoing(&mut wire);
            }
            write(&wire, piece)?;
        }
        drop(line);
        self.answer(write)
    }

    /// Says that nothing more will be sent, after what other threads are sending. Fails if the socket refuses.
    pub fn close(&self, write: &mut impl FnMut(&[u8], &[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        let line = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        self.machine().close();
        self.drain(write)?;
        drop(line);
        self.answer(write)
    }

    /// With the line's lock held.
    fn drain(&self, write: &mut impl FnMut(&[u8], &[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        loop {
            let mut wire = Vec::new();
            self.machine().take_outgoing(&mut wire);
            if wire.is_empty() {
                return Ok(());
            }
            write(&wire, &[])?;
        }
    }
}
