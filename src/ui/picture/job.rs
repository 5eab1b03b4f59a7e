//! Decodes a picture in a process of its own.
//!
//! In scope: starting the process, sending it the bytes, taking its answer, and ending it: when it takes too long, or when the picture is
//! not shown any more. The window decodes one picture at a time. Out of scope: what the process does (see
//! [`program`](super::program)), and drawing.

use std::io::{BufReader, Write};
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, select};
use egui::{ColorImage, Context};

use super::program::ARGUMENT;
use crate::capture::{Body, BodyReadError, start_scoped, start_thread};
use crate::ui::body::BodyKey;
use crate::view::{PICTURE_BYTES_MAX, Picture, PictureAnswer, PictureError, read_answer};

/// The longest time that decoding a picture may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The program that decodes pictures.
#[derive(Clone, Debug)]
pub struct PictureDecoder {
    program: PathBuf,
    patience: Duration,
}

impl PictureDecoder {
    /// By `program`, which is this one wherever it lies.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self { program, patience: PATIENCE }
    }

    /// By the program that is running. On Linux that is so even if its file was replaced or removed meanwhile.
    #[must_use]
    pub fn of_this_program() -> Self {
        let program = if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() };
        // Without a path the start fails, and the panel says so in place of the picture.
        Self::new(program.unwrap_or_default())
    }

    /// Waiting for each picture no longer than `patience`.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Starts to decode `body`, scaled down to at most `side` pixels a side; `wake` is called when there is an answer.
    #[must_use]
    pub fn start(&self, body: Body, side: u32, wake: impl FnOnce() + Send + 'static) -> PictureJob {
        let decoder = self.clone();
        let (sender, answers) = bounded(1);
        let (wanted, unwanted) = bounded(0);
        let failed = sender.clone();
        let work = move || {
            if let Some(answer) = decoder.decode(&body, side, &unwanted) {
                // The job may have been dropped.
                let _ = sender.send(answer.map(Decoded::from));
                wake();
            }
        };
        if let Err(error) = start_thread("picture", work) {
            // The channel has room for one answer.
            let _ = failed.send(Err(PictureError::NotStarted(error.to_string())));
        }
        PictureJob { answers, _wanted: wanted }
    }

    /// `None` if it is not wanted any more.
    fn decode(&self, body: &Body, side: u32, unwanted: &Receiver<()>) -> Option<PictureAnswer> {
        let not_started = |error: std::io::Error| Some(Err(PictureError::NotStarted(error.to_string())));
        let mut command = Command::new(&self.program);
        command.args([ARGUMENT, &side.to_string()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = match command.spawn() {
            Ok(process) => process,
            Err(error) => return not_started(error),
        };
        let ends = process.stdin.take().zip(process.stdout.take());
        let is_ended = AtomicBool::new(false);
        let (sender, answers) = bounded(1);
        thread::scope(|scope| {
            let exchange = || {
                let answer = ends.map(|(to, from)| exchange(body, side, to, from, &is_ended));
                // There is room for one.
                let _ = sender.send(answer.unwrap_or(Err(PictureError::TooMuch)));
            };
            let exchanging = start_scoped(scope, "picture bytes", exchange);
            let answer = match exchanging {
                Err(error) => not_started(error),
                Ok(_) => select! {
                    recv(answers) -> answer => Some(answer.unwrap_or(Err(PictureError::TooMuch))),
                    recv(unwanted) -> _ => None,
                    default(self.patience) => Some(Err(PictureError::TooSlow)),
                },
            };
            is_ended.store(true, Ordering::Release);
            // The process may have ended by itself. The other thread ends with it, since its pipes are closed then.
            let _ = process.kill();
            let _ = process.wait();
            answer
        })
    }
}

/// A picture and its pixels as the window takes them.
pub struct Decoded {
    /// The format and size of the picture, without its pixels.
    pub picture: Picture,
    /// The pixels.
    pub image: ColorImage,
}

impl From<Picture> for Decoded {
    fn from(mut picture: Picture) -> Self {
        let rgba = std::mem::take(&mut picture.rgba);
        let size = picture.shown.map(|length| length as usize);
        Self { image: ColorImage::from_rgba_unmultiplied(size, &rgba), picture }
    }
}

/// A picture that is wanted. Dropping it ends the process that decodes it.
#[derive(Debug)]
pub struct PictureJob {
    answers: Receiver<Result<Decoded, PictureError>>,
    /// Its end of the channel tells the thread that the picture is wanted; nothing is ever sent.
    _wanted: Sender<()>,
}

impl PictureJob {
    /// The answer, once; never waits.
    #[must_use]
    pub fn poll(&self) -> Option<Result<Decoded, PictureError>> {
        self.answers.try_recv().ok()
    }
}

/// The picture of the window that is being decoded.
#[derive(Debug)]
pub struct Pictures {
    decoder: PictureDecoder,
    job: Option<(BodyKey, PictureJob)>,
    /// Whether it was asked for in this frame.
    is_asked: bool,
}

impl Pictures {
    /// No picture is decoded yet.
    pub fn new(decoder: PictureDecoder) -> Self {
        Self { decoder, job: None, is_asked: false }
    }

    /// The body `key`, of which `body` makes a whole one, once it is decoded. Until then it is to be asked for in each frame; another
    /// one takes its place.
    pub fn decoded(
        &mut self,
        key: BodyKey,
        body: impl FnOnce() -> Option<Body>,
        ctx: &Context,
    ) -> Option<Result<Decoded, PictureError>> {
        self.is_asked = true;
        if self.job.as_ref().is_none_or(|(at_work, _)| *at_work != key) {
            let (side, window) = (ctx.input(|input| input.max_texture_side), ctx.clone());
            let side = u32::try_from(side).unwrap_or(u32::MAX);
            let start = |body| (key, self.decoder.start(body, side, move || window.request_repaint()));
            self.job = body().map(start);
        }
        let answer = self.job.as_ref().and_then(|(_, job)| job.poll());
        if answer.is_some() {
            self.job = None;
        }
        answer
    }

    /// A frame has been made ready: what was not asked for in it is decoded no further.
    pub fn frame_ends(&mut self) {
        if !std::mem::take(&mut self.is_asked) {
            self.job = None;
        }
    }
}

/// Hands over the bytes and takes the answer.
fn exchange(body: &Body, side: u32, mut to: ChildStdin, from: ChildStdout, is_ended: &AtomicBool) -> PictureAnswer {
    let mut count = 0;
    let poured = body.read_pieces(|piece: &[u8], _| {
        count += piece.len() as u64;
        if count > PICTURE_BYTES_MAX {
            return Err(Some(PictureError::TooLong));
        }
        let wrote = if is_ended.load(Ordering::Acquire) { false } else { to.write_all(piece).is_ok() };
        if wrote { Ok(()) } else { Err(None) }
    });
    match poured {
        Err(BodyReadError::Out(Some(error))) => return Err(error),
        Err(BodyReadError::Spool(error)) => return Err(PictureError::Broken(error.to_string())),
        // The bytes before a fault may be a picture; the Body tab shows the fault. If the process reads no more, its answer is read.
        Err(BodyReadError::Out(None) | BodyReadError::Coding(_)) | Ok(_) => drop(to),
    }
    read_answer(&mut BufReader::new(from), side).unwrap_or(Err(PictureError::TooMuch))
}
