//! A TLS machine shared by the thread that receives and the one that sends.
//!
//! In scope: records in their order on the socket, without a thread that waits for the peer holding up the other. Two locks: the
//! machine's is held for as long as it works, the line's while bytes go out; the receiving thread never waits for the line's. Out of
//! scope: TLS itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::capture::Failure;
use crate::tls::{Tls, TlsEnd, TlsFacts, TlsFailure, TlsProgress};

/// So much is encrypted, and sent, at a time.
const PIECE: usize = 64 * 1024;

/// The machine; clones are of the same.
#[derive(Clone)]
pub struct SharedTls {
    machine: Arc<Mutex<Tls>>,
    /// Held while encrypted bytes go out.
    outgoing: Arc<Mutex<()>>,
}

/// Why bytes did not go out.
pub enum SendError {
    /// TLS refused them.
    Tls(TlsFailure),
    /// The socket did.
    Socket(Failure),
}

impl SharedTls {
    /// Over `machine`.
    pub fn new(machine: Tls) -> Self {
        Self { machine: Arc::new(Mutex::new(machine)), outgoing: Arc::default() }
    }

    fn machine(&self) -> MutexGuard<'_, Tls> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what recv brought, and appends what it says to `plain`. There may be something to [answer](Self::answer) then.
    ///
    /// # Errors
    /// Why the connection can't go on.
    pub fn feed(&self, wire: &[u8], plain: &mut Vec<u8>) -> Result<TlsProgress, TlsFailure> {
        self.machine().feed(wire, plain)
    }

    /// Sends by `write` what TLS itself has to say, unless the other thread is sending, which then takes that along.
    ///
    /// # Errors
    /// If the socket refuses.
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

    /// Encrypts `bytes` and sends them by `write`, which is given the encrypted bytes and those that they hold.
    ///
    /// # Errors
    /// If TLS or the socket refuses.
    pub fn send(
        &self,
        bytes: &[u8],
        write: &mut impl FnMut(&[u8], &[u8]) -> Result<(), Failure>,
    ) -> Result<(), SendError> {
        let line = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in bytes.chunks(PIECE) {
            let mut wire = Vec::new();
            {
                let mut machine = self.machine();
                machine.send(piece).map_err(SendError::Tls)?;
                machine.take_outgoing(&mut wire);
            }
            write(&wire, piece).map_err(SendError::Socket)?;
        }
        drop(line);
        self.answer(write).map_err(SendError::Socket)
    }

    /// Says that nothing more will be sent, after what other threads are sending.
    ///
    /// # Errors
    /// If the socket refuses.
    pub fn close(&self, write: &mut impl FnMut(&[u8], &[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        let line = self.outgoing.lock().unwrap_or_else(PoisonError::into_inner);
        self.machine().close();
        self.drain(write)?;
        drop(line);
        self.answer(write)
    }

    /// Whether the handshake is still under way.
    pub fn is_handshaking(&self) -> bool {
        self.machine().is_handshaking()
    }

    /// What was agreed on.
    pub fn facts(&self) -> Option<TlsFacts> {
        self.machine().facts()
    }

    /// What it means that recv returned 0.
    pub fn ended(&self) -> TlsEnd {
        self.machine().ended()
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
