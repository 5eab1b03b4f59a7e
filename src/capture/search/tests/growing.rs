//! The thread: what it tells while the bytes come, at their end, and when it is not wanted any more.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::Receiver;
use encoding_rs::UTF_8;
use proptest::prelude::*;

use super::super::searcher::Bounds;
use super::*;
use crate::capture::jobs::waker;
use crate::capture::{Search, SearchProgress};

/// A search and its wake-ups.
struct Job {
    search: Search,
    wakes: Receiver<()>,
}

impl Job {
    fn start(source: Spool, start: u64, pattern: Pattern, bounds: Bounds) -> Self {
        let (wake, wakes) = waker();
        Self { search: Search::start_with(source, start, pattern, bounds, wake).unwrap(), wakes }
    }

    /// Waits until what it tells is `enough`.
    fn until(&self, enough: impl Fn(&SearchProgress) -> bool) -> SearchProgress {
        loop {
            let progress = self.search.progress();
            if enough(&progress) {
                return progress;
            }
            self.wakes.recv_timeout(Duration::from_secs(20)).expect("the search goes on");
        }
    }

    fn hits(progress: &SearchProgress) -> Vec<(u64, u64)> {
        ends(&progress.hits.hits_in(Span::new(0, u64::MAX), usize::MAX))
    }
}

const BOUNDS: Bounds = Bounds { piece: 1000, hits: 1_000_000 };

#[test]
fn hits_are_told_while_more_bytes_come() {
    let (mut writer, source) = SpoolWriter::temporary();
    let job = Job::start(source, 2, Pattern::text("ab", UTF_8, false).unwrap(), BOUNDS);
    assert_eq!((job.search.progress().total, job.search.progress().is_idle()), (0, true));
    writer.append(b"ab ab a").unwrap();
    writer.flush().unwrap();
    job.search.set_end(7, false);
    let progress = job.until(|progress| progress.searched == 5);
    assert!(progress.is_idle() && !progress.is_over);
    // What stands before the beginning is no hit; what is not whole is none yet.
    assert_eq!(Job::hits(&progress), [(3, 5)]);
    writer.append(b"b").unwrap();
    writer.flush().unwrap();
    job.search.set_end(8, true);
    let progress = job.until(|progress| progress.is_over);
    assert_eq!(Job::hits(&progress), [(3, 5), (6, 8)]);
    assert_eq!((progress.searched, progress.total, progress.failure), (6, 6, None));
    assert_eq!(progress.hits.first_at_or_after(4).map(|hit| (hit.number, hit.span.start)), Some((1, 6)));
}

#[test]
fn a_hit_at_the_end_may_become_another() {
    let (mut writer, source) = SpoolWriter::temporary();
    let job = Job::start(source, 0, Pattern::regex("a+", false).unwrap(), BOUNDS);
    for (bytes, hits) in [("xaa", vec![(1, 3)]), ("ab", vec![(1, 4)]), ("a", vec![(1, 4), (5, 6)])] {
        writer.append(bytes.as_bytes()).unwrap();
        writer.flush().unwrap();
        job.search.set_end(writer.len(), false);
        assert_eq!(Job::hits(&job.until(|progress| progress.searched == writer.len())), hits);
    }
    job.search.set_end(writer.len(), true);
    assert_eq!(Job::hits(&job.until(|progress| progress.is_over)), [(1, 4), (5, 6)]);
}

#[test]
fn too_many_hits_end_it() {
    let source = Spool::of(&[b'x'; 5000]);
    let job = Job::start(source, 0, Pattern::hex("78").unwrap(), Bounds { piece: 1000, hits: 1234 });
    job.search.set_end(5000, false);
    let progress = job.until(|progress| progress.is_over);
    assert!(progress.is_full && progress.is_idle());
    assert_eq!((progress.hits.len(), progress.failure), (1234, None));
    assert_eq!(progress.hits.last_before(u64::MAX).map(|hit| hit.span), Some(Span::new(1233, 1234)));
}

#[test]
fn a_cancelled_search_ends_before_its_source() {
    let (wake, wakes) = waker();
    let once = Mutex::new(Some(()));
    // It is held up at its first news, until it has been cancelled.
    let gate = Arc::new(crossbeam_channel::bounded::<()>(0));
    let held = Arc::clone(&gate);
    let wake = move || {
        wake();
        if once.lock().unwrap().take().is_some() {
            let _ = held.1.recv_timeout(Duration::from_secs(20));
        }
    };
    let source = Spool::of(&vec![b'x'; 1 << 20]);
    let bounds = Bounds { piece: 1, hits: 1_000_000 };
    let search = Search::start_with(source, 0, Pattern::hex("00").unwrap(), bounds, wake).unwrap();
    search.set_end(1 << 20, false);
    wakes.recv_timeout(Duration::from_secs(20)).unwrap();
    search.cancel();
    gate.0.send(()).unwrap();
    wakes.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(search.progress().searched < 1 << 20 && !search.progress().is_over);
}

/// For each byte of a piece this looks at all that follow it: a piece takes minutes.
#[test]
fn a_cancelled_search_ends_within_a_piece() {
    let (wake, wakes) = waker();
    let source = Spool::of(&vec![b'a'; 8 << 20]);
    let search = Search::start(source, 0, Pattern::regex("a.*x|a", false).unwrap(), wake).unwrap();
    search.set_end(8 << 20, true);
    search.cancel();
    wakes.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(search.progress().searched, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn however_the_bytes_come_the_hits_are_the_same(
        bytes in prop::collection::vec(0_u8..3, 0..300),
        steps in prop::collection::vec(0_usize..100, 0..6),
        piece in 1_usize..50,
        wait: bool,
    ) {
        let (mut writer, source) = SpoolWriter::temporary();
        let pattern = Pattern::hex("00 ?? 01").unwrap();
        let expected = scan(&pattern, &bytes, 1 << 16);
        let job = Job::start(source, 0, pattern, Bounds { piece, hits: 1_000_000 });
        let mut at = 0;
        for step in steps.iter().copied().chain([bytes.len()]) {
            let end = (at + step).min(bytes.len());
            writer.append(&bytes[at..end]).unwrap();
            writer.flush().unwrap();
            at = end;
            job.search.set_end(at as u64, false);
            if wait {
                job.until(|progress| progress.searched == at as u64);
            }
        }
        job.search.set_end(at as u64, true);
        let progress = job.until(|progress| progress.is_over);
        prop_assert_eq!(Job::hits(&progress), expected);
        prop_assert_eq!(progress.searched, bytes.len() as u64);
    }
}
