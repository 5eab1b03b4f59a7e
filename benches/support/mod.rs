//! What the benchmarks of the window share.

use crossbeam_channel::{Receiver, bounded};
use socketscope::ui::{Answer, Ask, FileDialog, Pick};

/// A dialog that is never there.
pub struct NoDialog;

impl FileDialog for NoDialog {
    fn ask(&self, _: Ask, _: Box<dyn FnOnce() + Send>) -> Receiver<Answer> {
        bounded(0).1
    }

    fn pick(&self, _: Pick, _: Box<dyn FnOnce() + Send>) -> Receiver<Answer> {
        bounded(0).1
    }
}
