//! Writes an export into a file.
//!
//! In scope: the writing, its progress and its cancelling. Out of scope: threads, and how the file gets to its path (`AtomicFile`).

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ring::digest::{Context, SHA256};

use super::atomic_file::{AtomicFile, Sync, failure};
use super::bytes::{ByteSource, Stop};
use crate::capture::{BodyReadError, Failure, Operation};
use crate::decode::{Coding, CodingError};

/// Bytes are gathered up to this many before they are written.
const GATHER: usize = 256 * 1024;

/// What was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The path.
    pub path: PathBuf,
    /// The length of the file in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The coding that could not be undone to its end, if one could not; what came before is in the file.
    pub fault: Option<CodingError>,
    /// The coding that the body turned out not to be in, so that it was saved as it was received.
    pub passed_over: Option<Coding>,
}

/// How a save that did not fail ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveEnd {
    /// The file is there.
    Saved(Saved),
    /// The user cancelled; the old file is as it was.
    Cancelled,
    /// A file exists at the path, and nobody has said that it may be replaced; it is as it was.
    Exists,
}

/// The progress of a save, and the way to cancel it. Clones belong to the same save.
#[derive(Clone, Debug)]
pub struct SaveControl {
    shared: Arc<(AtomicU64, AtomicBool)>,
    total: u64,
}

impl SaveControl {
    /// The control of a save for which `total` bytes are read.
    pub fn new(total: u64) -> Self {
        Self { shared: Arc::default(), total }
    }

    /// Bytes read, and bytes to read.
    pub fn progress(&self) -> (u64, u64) {
        (self.shared.0.load(Ordering::Relaxed), self.total)
    }

    /// Asks the save to end.
    pub fn cancel(&self) {
        self.shared.1.store(true, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.shared.1.load(Ordering::Relaxed)
    }
}

/// What happens to a file that exists at the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfExists {
    /// It is replaced: the user has been asked.
    Replace,
    /// It stays, and nothing is saved.
    Refuse,
}

/// What became of the codings of a body that was written.
#[derive(Debug, Default)]
pub struct CodingNotes {
    /// The coding that could not be undone to its end; what came before was written.
    pub fault: Option<CodingError>,
    /// The coding that the body turned out not to be in.
    pub passed_over: Option<Coding>,
}

/// Writes the bytes of `source` to `file`, which is that of `target`. `None`: the save was cancelled. If the spool ends before the
/// bytes do, fewer bytes are written. Fails with the failure of the spool or of the file.
pub fn write(
    source: &dyn ByteSource,
    file: &mut dyn Write,
    target: &Path,
    control: &SaveControl,
) -> Result<Option<CodingNotes>, Failure> {
    let poured = source.write_to(&mut |bytes, read| {
        if control.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        file.write_all(bytes).map_err(|error| Stop::Failed(failure(target, &error)))?;
        control.shared.0.store(read, Ordering::Relaxed);
        Ok(())
    });
    match poured {
        Err(BodyReadError::Out(Stop::Failed(failure))) => Err(failure),
        Err(BodyReadError::Spool(error)) => Err(Failure::of(Operation::Spool, None, &error)),
        Err(BodyReadError::Out(Stop::Cancelled)) => Ok(None),
        _ if control.is_cancelled() => Ok(None),
        Err(BodyReadError::Coding(fault)) => Ok(Some(CodingNotes { fault: Some(fault), passed_over: None })),
        Ok(passed_over) => Ok(Some(CodingNotes { fault: None, passed_over })),
    }
}

/// Saves the bytes of `source` at `target`, synced to the disk. Fails with the failure of the spool or of the target; the old file is as
/// it was then.
pub fn save(
    source: &dyn ByteSource,
    target: &Path,
    if_exists: IfExists,
    control: &SaveControl,
) -> Result<SaveEnd, Failure> {
    let file = AtomicFile::beside(target)?;
    if if_exists == IfExists::Refuse && file.target_exists() {
        return Ok(SaveEnd::Exists);
    }
    let buffer = BufWriter::with_capacity(GATHER, file.try_clone_file()?);
    let mut hashing = Hashing { file: buffer, bytes: 0, hash: Context::new(&SHA256) };
    let Some(CodingNotes { fault, passed_over }) = write(source, &mut hashing, target, control)? else {
        return Ok(SaveEnd::Cancelled);
    };
    let Hashing { file: buffer, bytes, hash } = hashing;
    buffer.into_inner().map_err(|error| failure(target, error.error()))?;
    match if_exists {
        IfExists::Replace => file.commit(Sync::Always)?,
        IfExists::Refuse if file.commit_new()? => {}
        IfExists::Refuse => return Ok(SaveEnd::Exists),
    }
    let sha256 = hash.finish().as_ref().try_into().unwrap_or_default();
    Ok(SaveEnd::Saved(Saved { path: target.to_owned(), bytes, sha256, fault, passed_over }))
}

/// Counts and hashes what is written to a file.
struct Hashing {
    file: BufWriter<std::fs::File>,
    bytes: u64,
    hash: Context,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.bytes += count as u64;
        self.hash.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use ring::digest::digest;

    use super::*;
    use crate::capture::{Body, Cause, Spool, Subject};
    use crate::http::Span;

    const PIECE: usize = 256 * 1024;

    fn spool(len: usize) -> (Spool, Vec<u8>) {
        let bytes: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
        (Spool::of(&bytes), bytes)
    }

    #[test]
    fn a_range_is_saved_exactly() {
        let (spool, bytes) = spool(3 * PIECE);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        for (start, end) in [(0, 0), (0, 10), (5, 2 * PIECE + 7), (PIECE, 3 * PIECE), (7, 9 * PIECE)] {
            let span = Span::new(start as u64, end as u64);
            let control = SaveControl::new(span.len());
            let end = end.min(bytes.len());
            let sha256 = digest(&SHA256, &bytes[start..end]).as_ref().try_into().unwrap();
            let saved =
                Saved { path: target.clone(), bytes: (end - start) as u64, sha256, fault: None, passed_over: None };
            assert_eq!(
                save(&Body::wire(spool.clone(), span), &target, IfExists::Replace, &control),
                Ok(SaveEnd::Saved(saved))
            );
            assert_eq!(std::fs::read(&target).unwrap(), bytes[start..end]);
            assert_eq!(control.progress().0, (end - start) as u64);
        }
    }

    #[test]
    fn a_file_that_nobody_asked_about_stays() {
        let (spool, bytes) = spool(10);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        let body = Body::wire(spool, Span::new(0, 10));
        let save = |old| save(&body, &target, old, &SaveControl::new(10)).unwrap();
        std::fs::write(&target, "old").unwrap();
        assert_eq!(save(IfExists::Refuse), SaveEnd::Exists);
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "old");
        assert!(matches!(save(IfExists::Replace), SaveEnd::Saved(_)));
        assert_eq!(std::fs::read(&target).unwrap(), bytes);
        std::fs::remove_file(&target).unwrap();
        assert!(matches!(save(IfExists::Refuse), SaveEnd::Saved(_)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_came_while_a_new_one_was_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        let file = AtomicFile::beside(&target).unwrap();
        assert!(!file.target_exists());
        std::fs::write(&target, "other").unwrap();
        assert_eq!(file.commit_new(), Ok(false));
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "other");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_cancelled_save_leaves_the_old_file_alone() {
        let (spool, _) = spool(PIECE);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        std::fs::write(&target, "old").unwrap();
        let control = SaveControl::new(PIECE as u64);
        control.cancel();
        for end in [0, PIECE as u64] {
            assert_eq!(
                save(&Body::wire(spool.clone(), Span::new(0, end)), &target, IfExists::Replace, &control),
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
        let failure =
            save(&Body::wire(spool, Span::new(0, 10)), target, IfExists::Replace, &SaveControl::new(10)).unwrap_err();
        assert_eq!(failure.subject, Some(Subject::File(target.to_owned())));
        assert!(matches!(failure.cause, Cause::Denied | Cause::NotFound | Cause::ReadOnly), "{failure:?}");
    }
}
