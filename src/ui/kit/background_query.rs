//! A question that is answered on a thread, since a disk or the system may answer late or never.
//!
//! In scope: the thread. Of several questions only the newest is answered. A thread that never comes back is waited for by nobody; a
//! question waits while too many such threads are out. Out of scope: what is asked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, TryRecvError, bounded};
use egui::Context;

use crate::capture::{Failure, Operation, start_thread};

/// The number of threads of one query that may run at a time.
const THREADS_MAX: usize = 4;
/// A query that takes longer than this is slow: the user is told that it is waited for.
const SLOW: Duration = Duration::from_millis(300);

type Work<T> = Box<dyn FnOnce() -> T + Send>;

/// Questions of one kind.
pub struct BackgroundQuery<T> {
    /// The name of its threads.
    name: &'static str,
    answer: Option<Receiver<T>>,
    /// The newest question while too many threads are out.
    waiting: Option<(Context, Work<T>)>,
    /// Why the newest question could not even be asked.
    refused: Option<Failure>,
    /// Held by each thread that is out.
    out: Arc<()>,
    since: Option<Instant>,
}

impl<T: Send + 'static> BackgroundQuery<T> {
    /// A query whose threads will be called `name`. Nothing is asked yet.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, answer: None, waiting: None, refused: None, out: Arc::default(), since: None }
    }

    /// Runs `work` on a thread. A question that was asked before is not answered any more. A frame is drawn when the answer is there.
    pub fn ask(&mut self, ctx: &Context, work: impl FnOnce() -> T + Send + 'static) {
        (self.answer, self.refused, self.since) = (None, None, Some(Instant::now()));
        self.waiting = Some((ctx.clone(), Box::new(work)));
        self.go();
        ctx.request_repaint_after(SLOW);
    }

    /// The answer to the newest question, once it is there; never waits.
    ///
    /// # Errors
    /// If the system gives no thread, or the work panicked.
    pub fn poll(&mut self) -> Option<Result<T, Failure>> {
        self.go();
        let answer = match (self.refused.take(), self.answer.as_ref().map(Receiver::try_recv)) {
            (Some(failure), _) => Err(failure),
            (None, None | Some(Err(TryRecvError::Empty))) => return None,
            (None, Some(Err(TryRecvError::Disconnected))) => Err(Failure::panicked(self.name.to_owned())),
            (None, Some(Ok(answer))) => Ok(answer),
        };
        (self.answer, self.since) = (None, None);
        Some(answer)
    }

    /// Whether a question has not been answered yet.
    #[must_use]
    pub fn is_out(&self) -> bool {
        self.since.is_some()
    }

    /// Whether a question has not been answered for 0.3 s.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.since.is_some_and(|since| since.elapsed() >= SLOW)
    }

    /// Sends the question that waits, if it need not wait any longer.
    fn go(&mut self) {
        if Arc::strong_count(&self.out) > THREADS_MAX {
            return;
        }
        let Some((ctx, work)) = self.waiting.take() else { return };
        let (sender, answer) = bounded(1);
        let held = Arc::clone(&self.out);
        let run = move || {
            // Another question may have been asked by now.
            let _ = sender.send(work());
            drop(held);
            ctx.request_repaint();
        };
        match start_thread(self.name, run) {
            Ok(_) => self.answer = Some(answer),
            Err(error) => self.refused = Some(Failure::of(Operation::StartThread, None, &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::Sender;

    use std::thread;

    use super::*;

    /// Asks something that is answered when the test says so.
    fn ask(query: &mut BackgroundQuery<u32>, ctx: &Context) -> Sender<u32> {
        let (sender, answers) = bounded(1);
        query.ask(ctx, move || answers.into_iter().next().unwrap_or_default());
        sender
    }

    fn until_back(query: &mut BackgroundQuery<u32>) -> u32 {
        loop {
            if let Some(answer) = query.poll() {
                return answer.unwrap();
            }
            thread::yield_now();
        }
    }

    #[test]
    fn the_newest_question_is_answered() {
        let (ctx, mut query) = (Context::default(), BackgroundQuery::new("test"));
        let old = ask(&mut query, &ctx);
        let new = ask(&mut query, &ctx);
        old.send(1).unwrap();
        assert!(query.poll().is_none() && query.is_out());
        new.send(2).unwrap();
        assert_eq!((until_back(&mut query), query.is_out()), (2, false));
        assert!(query.poll().is_none());
    }

    #[test]
    fn what_never_comes_back_does_not_pile_up() {
        let (ctx, mut query) = (Context::default(), BackgroundQuery::new("test"));
        let mut questions: Vec<_> = (0..2 * THREADS_MAX).map(|_| ask(&mut query, &ctx)).collect();
        assert_eq!(Arc::strong_count(&query.out), 1 + THREADS_MAX);
        // Those between were never asked.
        questions.drain(THREADS_MAX..2 * THREADS_MAX - 1);
        questions.pop().unwrap().send(7).unwrap();
        assert!(query.poll().is_none());
        questions.pop().unwrap().send(1).unwrap();
        assert_eq!(until_back(&mut query), 7);
    }

    #[test]
    fn a_panic_is_an_answer() {
        let (ctx, mut query) = (Context::default(), BackgroundQuery::<u32>::new("test"));
        query.ask(&ctx, || panic!("on purpose"));
        let failure = loop {
            match query.poll() {
                Some(answer) => break answer.unwrap_err(),
                None => thread::yield_now(),
            }
        };
        assert_eq!(failure.operation, Operation::Work);
    }
}
