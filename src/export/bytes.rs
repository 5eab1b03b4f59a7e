//! What an exporter hands over to be written: a name for the file, and where its bytes come from.

use std::fmt::Debug;
use std::sync::Arc;

use crate::capture::{Body, BodyReadError, Direction, Failure, Spool};
use crate::decode::Coding;
use crate::http::Span;

/// A file that is about to be saved. Clones share the bytes.
#[derive(Clone, Debug)]
pub struct Export {
    /// The suggested name, with its extension.
    pub file_name: String,
    /// Whether the file is less than the whole: more bytes may come, or never will.
    pub is_part: bool,
    /// The bytes.
    pub bytes: Arc<dyn ByteSource>,
}

/// The bytes that are chosen: a range of a direction.
#[derive(Clone, Debug)]
pub struct SelectedBytes {
    /// The direction.
    pub direction: Direction,
    /// Its bytes.
    pub spool: Spool,
    /// Which of them.
    pub span: Span,
}

impl SelectedBytes {
    /// The file: it is named by the direction and the offsets.
    pub(super) fn export(&self) -> Export {
        let way = if self.direction == Direction::Sent { "sent" } else { "received" };
        let file_name = format!("{way}-{}-{}.bin", self.span.start, self.span.end);
        Export { file_name, is_part: false, bytes: Arc::new(Body::wire(self.spool.clone(), self.span)) }
    }
}

/// The bytes of a file. They are produced on the thread that saves it.
pub trait ByteSource: Debug + Send + Sync {
    /// How many bytes are read to produce them. The progress of a save is counted in these.
    fn read_total(&self) -> u64;

    /// Hands the bytes to `out`, piece by piece, each with how many bytes have been read by then. Pieces may be empty: an empty piece
    /// asks `out` whether to go on. Returns the coding that a body turned out not to be in, if there is one. Fails with what `out`
    /// returned, or why there are no more bytes; those before have been handed over.
    fn write_to(&self, out: &mut Sink<'_>) -> Result<Option<Coding>, BodyReadError<Stop>>;
}

/// Takes the bytes of a [`ByteSource`], and says when to stop.
pub type Sink<'a> = dyn FnMut(&[u8], u64) -> Result<(), Stop> + 'a;

/// Why a save stopped early.
#[derive(Debug)]
pub enum Stop {
    /// The user cancelled it.
    Cancelled,
    /// The bytes could not be written.
    Failed(Failure),
}

impl ByteSource for Body {
    fn read_total(&self) -> u64 {
        self.wire.len()
    }

    fn write_to(&self, out: &mut Sink<'_>) -> Result<Option<Coding>, BodyReadError<Stop>> {
        self.read_pieces(out)
    }
}

impl ByteSource for String {
    fn read_total(&self) -> u64 {
        self.len() as u64
    }

    fn write_to(&self, out: &mut Sink<'_>) -> Result<Option<Coding>, BodyReadError<Stop>> {
        out(self.as_bytes(), self.read_total()).map(|()| None).map_err(BodyReadError::Out)
    }
}
