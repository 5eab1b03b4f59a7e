//! The file that `get` saves a body to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::reply::{body, has_no_content, reply};
use crate::capture::{BodyFile, Connection, Failure, Unpacked};
use crate::cli::output::Unpacking;
use crate::decode::{Limits, Stage};
use crate::export::{AtomicFile, SaveControl, Sync, name_of_part, write};

/// What came of saving a body.
pub enum SaveResult {
    /// So many bytes, all of it.
    Whole(u64),
    /// A part, under a name of its own, of so many bytes.
    Part(PathBuf, u64),
    /// Nothing: what is there under the name of a part has so many bytes, and that is more.
    LongerPart(PathBuf, u64),
    /// Nothing: there was none.
    Nothing,
}

/// A file that is being saved, and what became of the body in it if that had to be unpacked.
pub struct SaveTarget<'a> {
    file: AtomicFile,
    /// What the user named.
    pub path: &'a Path,
    /// How far the body is unpacked.
    stage: Stage,
    limits: Limits,
    /// What became of it, once that is known.
    unpacked: Arc<OnceLock<Unpacked>>,
}

impl<'a> SaveTarget<'a> {
    /// A file that is to appear at `path`. Fails if there can be none.
    pub fn at(path: &'a Path, stage: Stage, limits: Limits) -> Result<Self, Failure> {
        Ok(Self { file: AtomicFile::beside(path)?, path, stage, limits, unpacked: Arc::default() })
    }

    /// The file, empty, as what the next connection is to write. Fails if the system has no handle left for it.
    pub fn body_file(&mut self) -> Result<BodyFile, Failure> {
        self.file.clear()?;
        self.unpacked = Arc::default();
        Ok(BodyFile {
            file: self.file.try_clone_file()?,
            path: self.path.to_owned(),
            stage: self.stage,
            limits: self.limits,
            unpacked: Arc::clone(&self.unpacked),
        })
    }

    /// How the body was unpacked.
    pub fn unpacking(&self) -> Unpacking {
        let (fault, passed_over) =
            self.unpacked.get().map_or((None, None), |unpacked| (unpacked.fault.clone(), unpacked.passed_over));
        Unpacking { stage: self.stage, fault, passed_over }
    }

    /// Makes the file the one that was asked for if the body is whole. A part of a body is kept under a name of its own, so that an older
    /// file is not replaced by less than a whole one. If it fails, the old file is as it was.
    pub fn keep(self, connection: &Connection, is_whole: bool) -> Result<SaveResult, Failure> {
        let Self { mut file, path, stage, limits, unpacked } = self;
        let Some(body) = body(connection, stage, limits) else { return Ok(SaveResult::Nothing) };
        let reply = reply(connection);
        if reply.is_some_and(has_no_content) || (!is_whole && body.wire.is_empty()) {
            return Ok(SaveResult::Nothing);
        }
        let target = if is_whole { path.to_owned() } else { name_of_part(path) };
        // Only what is no HTTP is still to be written.
        if reply.is_none() {
            write(&body, file.file(), path, &SaveControl::new(body.wire.len()))?;
        }
        // Bytes after the body have gone into the file as well; of those that were received, some may not have.
        let bytes = file.truncate(unpacked.get().map_or(body.wire.len(), |unpacked| unpacked.bytes))?;
        if let Some(longer) = fs::metadata(&target)
            .ok()
            .filter(fs::Metadata::is_file)
            .map(|old| old.len())
            .filter(|old| !is_whole && *old > bytes)
        {
            return Ok(SaveResult::LongerPart(target, longer));
        }
        file.retarget(&target)?;
        file.commit(Sync::IfReplacing)?;
        Ok(if is_whole { SaveResult::Whole(bytes) } else { SaveResult::Part(target, bytes) })
    }
}
