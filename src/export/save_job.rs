//! A save on a thread of its own, so that no frame waits for a disk.

use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, bounded};

use super::save::{SaveEnd, Watch, save};
use crate::capture::{Failure, Operation, Spool};
use crate::http::Span;

/// A save under way. Dropping it cancels it and waits for its thread.
#[derive(Debug)]
pub struct SaveJob {
    watch: Watch,
    end: Receiver<Result<SaveEnd, Failure>>,
    thread: Option<JoinHandle<()>>,
}

impl SaveJob {
    /// Starts to save `span` of `spool` to `target`; `wake` is called when it has ended.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn start(spool: Spool, span: Span, target: PathBuf, wake: impl Fn() + Send + 'static) -> Result<Self, Failure> {
        let watch = Watch::new(span.len());
        let (sender, end) = bounded(1);
        let watched = watch.clone();
        let work = move || {
            // The job may have been dropped meanwhile.
            let _ = sender.send(save(&spool, span, &target, &watched));
            wake();
        };
        let thread = thread::Builder::new().name("save".into()).spawn(work);
        let thread = thread.map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok(Self { watch, end, thread: Some(thread) })
    }

    /// Bytes written, and bytes to write.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        self.watch.progress()
    }

    /// Asks for the end.
    pub fn cancel(&self) {
        self.watch.cancel();
    }

    /// How it ended, once; never waits.
    #[must_use]
    pub fn poll(&self) -> Option<Result<SaveEnd, Failure>> {
        self.end.try_recv().ok()
    }
}

impl Drop for SaveJob {
    fn drop(&mut self) {
        self.cancel();
        if let Some(thread) = self.thread.take() {
            // Nothing in the job panics on purpose; if it did, its channel has closed.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::SpoolWriter;

    #[test]
    fn a_job_saves_and_wakes() {
        let (mut writer, spool) = SpoolWriter::temporary();
        writer.append(b"head\r\n\r\nbody").unwrap();
        writer.flush().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("body");
        let (woken, wakes) = bounded(1);
        let job = SaveJob::start(spool, Span::new(8, 12), target.clone(), move || woken.send(()).unwrap()).unwrap();
        wakes.recv().unwrap();
        assert!(matches!(job.poll(), Some(Ok(SaveEnd::Saved(_)))));
        assert_eq!((std::fs::read(&target).unwrap(), job.progress()), (b"body".to_vec(), (4, 4)));
    }
}
