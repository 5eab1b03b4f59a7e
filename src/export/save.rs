//! Writes a body into a file.
//!
//! In scope: the writing, its progress and its cancelling. Out of scope: threads, and the file's way to its name (`Draft`).

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ring::digest::{Context, SHA256};

use super::draft::{Draft, Sync};
use crate::capture::{Body, BodyReadError, Failure, Operation, Subject};
use crate::decode::{Coding, CodingError};

/// So many bytes are gathered before they are written.
const GATHER: usize = 256 * 1024;

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Where.
    pub path: PathBuf,
    /// How many bytes.
    pub bytes: u64,
    /// Their SHA-256.
    pub sha256: [u8; 32],
    /// The coding that could not be undone to its end, if one could not; what came before is in the file.
    pub fault: Option<CodingError>,
    /// The coding that it turned out not to be in, so that it was saved as it was received.
    pub passed_over: Option<Coding>,
}

/// How a save that did not fail ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveEnd {
    /// The file is there.
    Saved(Saved),
    /// The user did not want it any more; the old file is as it was.
    Cancelled,
    /// A file stands there, and nobody has said that it may be replaced; it is as it was.
    Taken,
}

/// How far a save has come, and the wish to end it; clones are of the same save.
#[derive(Clone, Debug)]
pub struct Watch {
    shared: Arc<(AtomicU64, AtomicBool)>,
    total: u64,
}

impl Watch {
    /// A watch over a save for which `total` bytes are read.
    #[must_use]
    pub fn new(total: u64) -> Self {
        Self { shared: Arc::default(), total }
    }

    /// Bytes read, and bytes to read.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.shared.0.load(Ordering::Relaxed), self.total)
    }

    /// Asks for the end.
    pub fn cancel(&self) {
        self.shared.1.store(true, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.shared.1.load(Ordering::Relaxed)
    }
}

/// Why a save ended early.
enum Stop {
    Cancelled,
    Failed(Failure),
}

/// What becomes of a file that stands where another one is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Old {
    /// It is replaced: somebody has been asked.
    Replaced,
    /// It stays, and nothing is saved.
    Stays,
}

/// Saves `body` to `target`, synced to the disk. If its spool ends before it does, fewer bytes are saved than were asked for;
/// [`Saved::bytes`] tells how many.
///
/// # Errors
/// The failure of the spool or of the target; the old file is as it was then.
pub fn save(body: &Body, target: &Path, old: Old, watch: &Watch) -> Result<SaveEnd, Failure> {
    let failed = |error: &std::io::Error| Failure::of(Operation::Save, Some(Subject::File(target.to_owned())), error);
    let draft = Draft::beside(target)?;
    if old == Old::Stays && draft.is_taken() {
        return Ok(SaveEnd::Taken);
    }
    let mut file = BufWriter::with_capacity(GATHER, draft.try_clone_file()?);
    let (mut written, mut hash) = (0, Context::new(&SHA256));
    let poured = body.read_pieces(|bytes, read| {
        if watch.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        file.write_all(bytes).map_err(|error| Stop::Failed(failed(&error)))?;
        written += bytes.len() as u64;
        hash.update(bytes);
        watch.shared.0.store(read, Ordering::Relaxed);
        Ok(())
    });
    let (fault, passed_over) = match poured {
        Err(BodyReadError::Out(Stop::Cancelled)) => return Ok(SaveEnd::Cancelled),
        Err(BodyReadError::Out(Stop::Failed(failure))) => return Err(failure),
        Err(BodyReadError::Spool(error)) => return Err(Failure::of(Operation::Spool, None, &error)),
        Err(BodyReadError::Coding(error)) => (Some(error), None),
        Ok(passed_over) => (None, passed_over),
    };
    if watch.is_cancelled() {
        return Ok(SaveEnd::Cancelled);
    }
    file.into_inner().map_err(|error| failed(error.error()))?;
    match old {
        Old::Replaced => draft.keep(Sync::Always)?,
        Old::Stays if draft.keep_new()? => {}
        Old::Stays => return Ok(SaveEnd::Taken),
    }
    let sha256 = hash.finish().as_ref().try_into().unwrap_or_default();
    Ok(SaveEnd::Saved(Saved { path: target.to_owned(), bytes: written, sha256, fault, passed_over }))
}

#[cfg(test)]
mod tests {
    use ring::digest::digest;

    use super::*;
    use crate::capture::{Cause, Spool, SpoolWriter};
    use crate::http::Span;

    const PIECE: usize = 256 * 1024;

    fn spool(len: usize) -> (Spool, Vec<u8>) {
        let bytes: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
        let (mut writer, spool) = SpoolWriter::temporary();
        writer.append(&bytes).unwrap();
        writer.flush().unwrap();
        (spool, bytes)
    }

    #[test]
    fn a_range_is_saved_exactly() {
        let (spool, bytes) = spool(3 * PIECE);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        for (start, end) in [(0, 0), (0, 10), (5, 2 * PIECE + 7), (PIECE, 3 * PIECE), (7, 9 * PIECE)] {
            let span = Span::new(start as u64, end as u64);
            let watch = Watch::new(span.len());
            let end = end.min(bytes.len());
            let sha256 = digest(&SHA256, &bytes[start..end]).as_ref().try_into().unwrap();
            let saved =
                Saved { path: target.clone(), bytes: (end - start) as u64, sha256, fault: None, passed_over: None };
            assert_eq!(
                save(&Body::wire(spool.clone(), span), &target, Old::Replaced, &watch),
                Ok(SaveEnd::Saved(saved))
            );
            assert_eq!(std::fs::read(&target).unwrap(), bytes[start..end]);
            assert_eq!(watch.progress().0, (end - start) as u64);
        }
    }

    #[test]
    fn a_file_that_nobody_asked_about_stays() {
        let (spool, bytes) = spool(10);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        let body = Body::wire(spool, Span::new(0, 10));
        let save = |old| save(&body, &target, old, &Watch::new(10)).unwrap();
        std::fs::write(&target, "old").unwrap();
        assert_eq!(save(Old::Stays), SaveEnd::Taken);
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "old");
        assert!(matches!(save(Old::Replaced), SaveEnd::Saved(_)));
        assert_eq!(std::fs::read(&target).unwrap(), bytes);
        std::fs::remove_file(&target).unwrap();
        assert!(matches!(save(Old::Stays), SaveEnd::Saved(_)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_came_while_a_new_one_was_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        let draft = Draft::beside(&target).unwrap();
        assert!(!draft.is_taken());
        std::fs::write(&target, "other").unwrap();
        assert_eq!(draft.keep_new(), Ok(false));
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "other");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_cancelled_save_leaves_the_old_file_alone() {
        let (spool, _) = spool(PIECE);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        std::fs::write(&target, "old").unwrap();
        let watch = Watch::new(PIECE as u64);
        watch.cancel();
        for end in [0, PIECE as u64] {
            assert_eq!(
                save(&Body::wire(spool.clone(), Span::new(0, end)), &target, Old::Replaced, &watch),
                Ok(SaveEnd::Cancelled)
            );
        }
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_that_takes_no_files_is_a_failure_with_its_path() {
        let (spool, _) = spool(10);
        let target = Path::new("/proc/body");
        let failure = save(&Body::wire(spool, Span::new(0, 10)), target, Old::Replaced, &Watch::new(10)).unwrap_err();
        assert_eq!(failure.subject, Some(Subject::File(target.to_owned())));
        assert!(matches!(failure.cause, Cause::Denied | Cause::NotFound | Cause::ReadOnly), "{failure:?}");
    }
}
