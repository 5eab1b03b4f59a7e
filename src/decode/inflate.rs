//! gzip (RFC 1952) and deflate (RFC 1950 and RFC 1951) undone.
//!
//! In scope: members one after the other, zeros after the last one (as tapes have them), a deflate that is zlib or raw. Out of
//! scope: the inflating itself, which is a library's, with its checksums.

use flate2::{Decompress, FlushDecompress, Status};

use super::coding::CodingFault;
use super::decoder::{Out, Stop};

/// So many bytes are made at a time.
const PIECE: usize = 64 * 1024;
/// The longest beginning of a deflate that is kept in case it turns out to be raw: nothing has come out of it yet.
const DOUBT_MAX: usize = 1024;

/// A stream being inflated.
pub(super) struct Inflate {
    is_gzip: bool,
    state: State,
    /// Bytes taken in before the present member.
    before: u64,
    buffer: Vec<u8>,
}

enum State {
    /// No byte yet, or after a whole member of gzip.
    Between { members: u64 },
    /// Within a member. `doubt`: all of it so far, while it may still turn out to be raw instead of zlib.
    Within { inflater: Box<Decompress>, members: u64, doubt: Option<Vec<u8>> },
    /// After a deflate.
    Over,
}

impl Inflate {
    pub(super) fn gzip() -> Self {
        Self::new(true)
    }

    pub(super) fn deflate() -> Self {
        Self::new(false)
    }

    fn new(is_gzip: bool) -> Self {
        Self { is_gzip, state: State::Between { members: 0 }, before: 0, buffer: vec![0; PIECE] }
    }

    /// Bytes taken in so far.
    pub(super) fn taken(&self) -> u64 {
        match &self.state {
            State::Within { inflater, .. } => self.before + inflater.total_in(),
            State::Between { .. } | State::Over => self.before,
        }
    }

    /// Takes in `bytes` and hands out what comes of them.
    pub(super) fn push<E>(&mut self, bytes: &[u8], out: &mut Out<'_, E>) -> Result<(), Stop<E>> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = self.step(rest, out)?;
            rest = rest.get(used..).unwrap_or_default();
        }
        Ok(())
    }

    /// No more bytes come.
    pub(super) fn finish(&self) -> Result<(), CodingFault> {
        if matches!(self.state, State::Within { .. }) { Err(CodingFault::Truncated) } else { Ok(()) }
    }

    fn step<E>(&mut self, bytes: &[u8], out: &mut Out<'_, E>) -> Result<usize, Stop<E>> {
        match &self.state {
            State::Over => Err(CodingFault::Trailing.into()),
            State::Within { .. } => self.inflate(bytes, out),
            State::Between { members } => self.begin(*members, bytes),
        }
    }

    /// Begins a member, or passes over zeros after the last.
    fn begin<E>(&mut self, members: u64, bytes: &[u8]) -> Result<usize, Stop<E>> {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        if members > 0 && zeros > 0 {
            self.before += zeros as u64;
            return Ok(zeros);
        }
        if members > 0 && bytes.first() != Some(&0x1f) {
            return Err(CodingFault::Trailing.into());
        }
        let inflater = if self.is_gzip { Decompress::new_gzip(15) } else { Decompress::new(true) };
        let doubt = (!self.is_gzip).then(Vec::new);
        self.state = State::Within { inflater: Box::new(inflater), members, doubt };
        Ok(0)
    }

    fn inflate<E>(&mut self, bytes: &[u8], out: &mut Out<'_, E>) -> Result<usize, Stop<E>> {
        let State::Within { inflater, members, doubt } = &mut self.state else { return Ok(0) };
        // A doubtful beginning is taken byte by byte, so that all of it is known when the doubt ends.
        let bytes = if doubt.is_some() { bytes.get(..1).unwrap_or(bytes) } else { bytes };
        if let Some(doubt) = doubt {
            doubt.extend_from_slice(bytes);
        }
        let (taken, made) = (inflater.total_in(), inflater.total_out());
        let status = inflater.decompress(bytes, &mut self.buffer, FlushDecompress::None);
        let used = usize::try_from(inflater.total_in() - taken).unwrap_or(bytes.len());
        let count = usize::try_from(inflater.total_out() - made).unwrap_or(0);
        let whole = status.as_ref().is_ok_and(|status| *status == Status::StreamEnd);
        let doubted = if status.is_err() { doubt.take() } else { None };
        if count > 0 || whole || doubt.as_ref().is_some_and(|doubt| doubt.len() > DOUBT_MAX) {
            *doubt = None;
        }
        let (members, is_stuck) = (*members, used == 0 && count == 0);
        out(self.buffer.get(..count).unwrap_or_default())?;
        if whole {
            self.before = self.taken();
            self.state = if self.is_gzip { State::Between { members: members + 1 } } else { State::Over };
            return Ok(used);
        }
        match (status, doubted) {
            (Ok(_), _) if !is_stuck => Ok(used),
            (Err(_), Some(beginning)) => {
                let inflater = Box::new(Decompress::new(false));
                self.state = State::Within { inflater, members, doubt: None };
                self.push(&beginning, out)?;
                Ok(bytes.len())
            }
            // What follows a member and is none is garbage from its first byte on.
            (_, _) if members > 0 && made == 0 && count == 0 => Err(CodingFault::Trailing.into()),
            (_, _) => Err(CodingFault::Corrupt.into()),
        }
    }
}
