//! The file that `get` saves a body to.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::reply::{body, reply};
use crate::capture::{BodyFile, Connection, Failure, Unpacked};
use crate::decode::{Limits, Stage};
use crate::export::{Draft, SaveEnd, Sync, Watch, name_of_part, save};
use crate::http::Framing;

/// What was kept of a body.
pub enum Kept {
    /// So many bytes, all of it.
    Whole(u64),
    /// A part, under a name of its own, of so many bytes.
    Part(PathBuf, u64),
    /// Nothing: there was none.
    Nothing,
}

/// A file that is being saved, and what became of the body in it if that had to be unpacked.
pub struct Saving<'a> {
    draft: Draft,
    /// What the user named.
    pub path: &'a Path,
    /// How far the body is unpacked.
    pub stage: Stage,
    limits: Limits,
    /// What became of it, once that is known.
    pub unpacked: Arc<OnceLock<Unpacked>>,
}

impl<'a> Saving<'a> {
    /// A draft beside `path`.
    ///
    /// # Errors
    /// If there can be none.
    pub fn to(path: &'a Path, stage: Stage, limits: Limits) -> Result<Self, Failure> {
        Ok(Self { draft: Draft::beside(path)?, path, stage, limits, unpacked: Arc::default() })
    }

    /// The draft, empty, as what the next connection is to write.
    ///
    /// # Errors
    /// If the system has no handle left for it.
    pub fn body_file(&mut self) -> Result<BodyFile, Failure> {
        self.draft.clear()?;
        self.unpacked = Arc::default();
        Ok(BodyFile {
            file: self.draft.try_clone_file()?,
            stage: self.stage,
            limits: self.limits,
            unpacked: Arc::clone(&self.unpacked),
        })
    }

    /// Makes the draft the file that was asked for if the body is whole. What came of an incomplete one is kept under a name of its
    /// own, so that an older file is not replaced by less than a whole one.
    ///
    /// # Errors
    /// If that fails; the old file is as it was then.
    pub fn keep(self, connection: &Connection, is_whole: bool) -> Result<Kept, Failure> {
        let Self { mut draft, path, stage, limits, unpacked } = self;
        let Some(body) = body(connection, stage, limits) else { return Ok(Kept::Nothing) };
        if !is_whole && body.wire_len() == 0 {
            return Ok(Kept::Nothing);
        }
        let target = if is_whole { path.to_owned() } else { name_of_part(path) };
        let bytes = if reply(connection).is_some_and(|reply| !matches!(reply.framing, Framing::None(_))) {
            // Bytes after the body have gone into the file as well; of those that were received, some may not have.
            let bytes = draft.cut(unpacked.get().map_or(body.wire_len(), |unpacked| unpacked.bytes))?;
            draft.retarget(&target)?;
            draft.keep(Sync::IfReplacing)?;
            bytes
        } else {
            saved_bytes(&save(&body, &target, &Watch::new(body.wire_len()))?)
        };
        Ok(if is_whole { Kept::Whole(bytes) } else { Kept::Part(target, bytes) })
    }
}

/// Nobody cancels this watch, so a save always ends with a file.
fn saved_bytes(end: &SaveEnd) -> u64 {
    match end {
        SaveEnd::Saved(saved) => saved.bytes,
        SaveEnd::Cancelled => 0,
    }
}
