//! A save on a thread of its own, so that no frame waits for a disk.
//!
//! In scope: the thread, its progress, and its end, which is told once. Out of scope: the writing (`save`).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};

use super::bytes::ByteSource;
use super::save::{IfExists, SaveControl, SaveEnd, save};
use crate::capture::{Failure, Operation, catch_panic, start_thread};

/// Whoever ends a save waits at most this long for its temporary file to be removed.
const END_MAX: Duration = Duration::from_secs(2);

/// A save under way. Dropping it cancels it; its thread then removes what it has written.
#[derive(Debug)]
pub struct SaveJob {
    control: SaveControl,
    end: Receiver<Result<SaveEnd, Failure>>,
}

impl SaveJob {
    /// Starts to save the bytes of `source` at `target`; `wake` is called when the save has ended. Fails if the system has no thread left.
    pub fn start(
        source: Arc<dyn ByteSource>,
        target: PathBuf,
        if_exists: IfExists,
        wake: impl Fn() + Send + 'static,
    ) -> Result<Self, Failure> {
        let control = SaveControl::new(source.read_total());
        let (sender, end) = bounded(1);
        let shared = control.clone();
        let name = thread_name(&target);
        let work = move || {
            // The job may have been dropped meanwhile.
            let _ = sender.send(catch_panic(|| save(&*source, &target, if_exists, &shared)));
            wake();
        };
        start_thread(name, work).map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok(Self { control, end })
    }

    /// Bytes read, and bytes to read.
    pub fn progress(&self) -> (u64, u64) {
        self.control.progress()
    }

    /// Asks for the end.
    pub fn cancel(&self) {
        self.control.cancel();
    }

    /// Cancels it and waits until nothing is left of it, but not for a disk that does not answer: for when the program ends.
    pub fn finish(self) {
        self.cancel();
        // A job that panicked has closed its channel.
        let _ = self.end.recv_timeout(END_MAX);
    }

    /// How it ended, once; never waits.
    pub fn poll(&self) -> Option<Result<SaveEnd, Failure>> {
        self.end.try_recv().ok()
    }
}

impl Drop for SaveJob {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// The name of the thread, in which the system takes no NUL.
fn thread_name(target: &Path) -> String {
    format!("save {}", target.file_name().unwrap_or_default().to_string_lossy().replace('\0', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Body, Cause, Spool};
    use crate::http::Span;

    #[test]
    fn a_job_saves_and_wakes() {
        let spool = Spool::of(b"head\r\n\r\nbody");
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        let (woken, wakes) = bounded(1);
        let job = SaveJob::start(
            Arc::new(Body::wire(spool, Span::new(8, 12))),
            target.clone(),
            IfExists::Replace,
            move || woken.send(()).unwrap(),
        )
        .unwrap();
        wakes.recv().unwrap();
        assert!(matches!(job.poll(), Some(Ok(SaveEnd::Saved(_)))));
        assert_eq!((std::fs::read(&target).unwrap(), job.progress()), (b"body".to_vec(), (4, 4)));
        assert_eq!(job.poll(), None);
    }

    #[test]
    fn a_job_that_fails_says_so() {
        let folder = tempfile::tempdir().unwrap();
        for (name, cause) in [("missing/body", Cause::NotFound), ("", Cause::IsFolder), ("a\0b", Cause::Other)] {
            let (woken, wakes) = bounded(1);
            let target = folder.path().join(name);
            let job = SaveJob::start(
                Arc::new(Body::wire(Spool::default(), Span::new(0, 4))),
                target,
                IfExists::Replace,
                move || woken.send(()).unwrap(),
            )
            .unwrap();
            wakes.recv().unwrap();
            assert_eq!(job.poll().unwrap().unwrap_err().cause, cause, "{name:?}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_dropped_job_is_cancelled_and_leaves_a_whole_file_or_none() {
        let bytes = vec![7; 4 << 20];
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        let job = SaveJob::start(
            Arc::new(Body::wire(Spool::of(&bytes), Span::new(0, 4 << 20))),
            target.clone(),
            IfExists::Replace,
            || {},
        )
        .unwrap();
        let end = job.end.clone();
        drop(job);
        end.recv().unwrap().unwrap();
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert!(left == 0 || (left == 1 && std::fs::read(&target).unwrap() == bytes));
    }
}
