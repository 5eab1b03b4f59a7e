//! The log of one connection's calls; under TLS, two of them.
//!
//! In scope: each call once with the bytes that crossed the socket, and once more, by the same number, with the plain bytes that came
//! out of them or went into them, so that a plain byte can be traced to its call as well. Out of scope: the bytes.

use std::io;

use super::retention::Retention;
use crate::capture::{Call, CallLog, CallLogWriter};
use crate::http::Span;

/// The writing side of the logs.
pub struct CallJournal {
    calls: CallLogWriter,
    /// With TLS: the same calls, with the plain bytes that they carried.
    plain: Option<Box<CallLogWriter>>,
}

impl CallJournal {
    /// An empty journal, and the reading side of its log.
    pub fn new(retention: &Retention) -> (Self, CallLog) {
        let (calls, log) = CallLogWriter::in_spool(retention.log_spool());
        (Self { calls, plain: None }, log)
    }

    /// The number of calls.
    pub fn len(&self) -> u64 {
        self.calls.len()
    }

    /// From here on plain bytes are told apart from those that cross the socket; the reading side of the log that has them.
    pub fn begin_plaintext(&mut self, retention: &Retention) -> CallLog {
        let (mut plain, log) = CallLogWriter::in_spool(retention.log_spool());
        let earlier = Call::default();
        // A log that can't be written says so again when it is flushed.
        (0..self.len()).for_each(|_| drop(plain.append(&earlier)));
        self.plain = Some(Box::new(plain));
        log
    }

    /// Appends a call; under TLS it carried the bytes `plain`.
    #[inline]
    pub fn append(&mut self, call: &Call, plain: Span) -> io::Result<()> {
        let appended = self.calls.append(call);
        let Some(calls) = &mut self.plain else { return appended };
        let got = u32::try_from(plain.len()).unwrap_or(u32::MAX);
        appended.and(calls.append(&Call { offset: plain.start, got, ..*call }))
    }

    /// Makes all calls readable.
    pub fn flush(&mut self) -> io::Result<()> {
        self.each(CallLogWriter::flush)
    }

    /// Makes all calls readable and waits until they are written.
    pub fn finish(&mut self) -> io::Result<()> {
        self.each(CallLogWriter::finish)
    }

    /// See [`SpoolWriter::rest`](crate::capture::SpoolWriter::rest).
    pub fn rest(&mut self) {
        std::iter::once(&mut self.calls).chain(self.plain.as_deref_mut()).for_each(CallLogWriter::rest);
    }

    fn each(&mut self, work: impl Fn(&mut CallLogWriter) -> io::Result<()>) -> io::Result<()> {
        let plain = self.plain.as_deref_mut().map_or(Ok(()), &work);
        work(&mut self.calls).and(plain)
    }
}
