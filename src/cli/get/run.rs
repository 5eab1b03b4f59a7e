//! `socketscope get`: fetch a page, print the calls, write the body.

use std::path::Path;

use super::redirect_chain::RedirectChain;
use super::reply::{has_no_content, is_discarded, reply};
use super::request::specify;
use super::save_target::{SaveResult, SaveTarget};
use super::stdout_body::{GetOutput, StdoutBody};
use crate::capture::{Clock, Connection, DiskQuota, Failure, Message, Operation, ReplyState, Session};
use crate::cli::args::GetArguments;
use crate::cli::exit::Exit;
use crate::cli::interrupts::{self, Interrupt};
use crate::cli::output::{CodingNote, EventOutput, JsonOutput, Streams, TextOutput, WatchEnd, WriteError, watch};
use crate::decode::{Limits, Stage};
use crate::net::{ClientSpec, Engine, Redirect, Target};
use crate::view::{excerpt, group_digits, is_error, status, status_text};
use crate::words::{Arg, Words};

/// Runs the command, with its temporary files on `disk`.
pub fn get(arguments: &GetArguments, disk: DiskQuota, words: &Words) -> Exit {
    let Some(streams) = Streams::start_or_say(words) else { return Exit::Failed };
    let exit = run(arguments, disk, words, &streams);
    let Streams { out, err } = streams;
    let exit = match out.finish() {
        Err(WriteError::Interrupted) => interrupted(),
        Err(WriteError::Failed(error)) if exit == Exit::Done => {
            err.stdout_failed(words, &error, ("stdout-failed", Exit::Disk))
        }
        _ => exit,
    };
    match err.finish() {
        Err(WriteError::Interrupted) => interrupted(),
        _ => exit,
    }
}

fn interrupted() -> Exit {
    match interrupts::first() {
        Some(Interrupt::OutOfTime) => Exit::OutOfTime,
        _ => Exit::Interrupted,
    }
}

fn run(arguments: &GetArguments, disk: DiskQuota, words: &Words, streams: &Streams) -> Exit {
    let spec = match specify(arguments, words) {
        Ok(spec) => spec,
        Err((text, exit)) => return streams.err.complain(&text, exit),
    };
    let mut run = Run { arguments, words, streams, target: None };
    if let Some(path) = &arguments.save {
        run.target = match SaveTarget::at(path, run.stage(), run.limits()) {
            Ok(target) => Some(target),
            Err(failure) => return run.failed(&failure, Exit::Disk),
        };
    }
    run.fetch(disk, spec)
}

/// One run of the command.
struct Run<'a> {
    arguments: &'a GetArguments,
    words: &'a Words,
    streams: &'a Streams,
    /// The file that the body is saved to, if it does not go to stdout.
    target: Option<SaveTarget<'a>>,
}

impl<'a> Run<'a> {
    /// How far the body is to be unpacked.
    fn stage(&self) -> Stage {
        match () {
            () if self.arguments.raw => Stage::Wire,
            () if self.arguments.framed => Stage::Framed,
            () => Stage::Decoded,
        }
    }

    /// How much may come out of its codings.
    fn limits(&self) -> Limits {
        Limits { bytes: self.arguments.max_decoded, ratio: self.arguments.max_ratio }
    }

    fn complain(&self, text: &str, exit: Exit) -> Exit {
        self.streams.err.complain(text, exit)
    }

    fn failed(&self, failure: &Failure, exit: Exit) -> Exit {
        self.complain(&self.words.failure(failure).to_string(), exit)
    }

    fn output(&self, clock: Clock) -> GetOutput<'a> {
        let (words, err, began) = (self.words, self.streams.err.clone(), clock.now());
        let events: Box<dyn EventOutput> = if self.arguments.json {
            Box::new(JsonOutput::new(words, err, began))
        } else {
            Box::new(TextOutput::new(words, err, began))
        };
        let body = || StdoutBody::new(self.streams.out.clone(), self.stage(), self.limits());
        GetOutput { events, body: self.target.is_none().then(body), fails: self.arguments.fail }
    }

    /// Fetches `spec`, and what redirects lead to.
    fn fetch(mut self, disk: DiskQuota, mut spec: ClientSpec) -> Exit {
        let clock = Clock::start();
        let (engine, reports) = Engine::new(clock, || {});
        let engine = engine.keeping_on(disk);
        let mut output = self.output(clock);
        let mut chain = RedirectChain::new(self.arguments.follow, &spec);
        let mut run: Option<Session> = None;
        if let Some(Err(error)) = self.arguments.max_time.map(interrupts::interrupt_after) {
            return self.failed(&Failure::of(Operation::StartThread, None, &error), Exit::Failed);
        }
        loop {
            spec.body_file = match self.target.as_mut().map(SaveTarget::body_file).transpose() {
                Ok(file) => file,
                Err(failure) => return self.failed(&failure, Exit::Disk),
            };
            let asked = spec.to(spec.target.clone(), spec.request.clone(), spec.request_file.clone());
            if let Some(body) = &mut output.body {
                body.passes_over_redirects_from(self.arguments.follow.then(|| asked.target.clone()));
            }
            let started = match &run {
                Some(session) => engine.hop(session.id, chain.number(), spec),
                None => engine.client(spec).map(|(handle, session)| {
                    run = Some(session);
                    handle
                }),
            };
            let (handle, session) = match (started, &mut run) {
                (Ok(handle), Some(session)) => (handle, session),
                (Err(failure), _) => return self.failed(&failure, Exit::Failed),
                (Ok(_), None) => return Exit::Failed,
            };
            let connections = chain.number() as usize;
            let end = watch(session, connections, &reports, (&mut output, self.streams), || handle.stop());
            // What failed to reach stdout or stderr has stopped the run, which is all that can be done about it.
            handle.wait_for_end(session);
            drop(handle);
            let next = session.newest().and_then(reply).filter(|_| matches!(end, WatchEnd::RunOver));
            match next.and_then(|reply| chain.next(reply, &asked)) {
                Some(Ok(next)) => spec = next,
                Some(Err(why)) => return self.complain(&why.text(self.words), Exit::Failed),
                None => return self.end(session, output, &asked.target, end),
            }
        }
    }

    /// Says what came of the last connection, which was to `asked` and was watched until `end`.
    fn end(self, session: &Session, mut output: GetOutput<'_>, asked: &Target, end: WatchEnd) -> Exit {
        let (words, err) = (self.words, &self.streams.err);
        let is_interrupted = matches!(end, WatchEnd::Interrupted);
        let is_late = is_interrupted && interrupts::first() == Some(Interrupt::OutOfTime);
        let exit = match session.newest().and_then(reply).filter(|reply| self.arguments.fail && is_error(reply)) {
            Some(reply) => self.refuse(reply),
            None => {
                let notes = self.write_notes(session, &mut output);
                self.conclude(session, asked, is_late, &notes)
            }
        };
        match end {
            WatchEnd::RunOver | WatchEnd::HasEnough => exit,
            // All of it came in time.
            WatchEnd::Interrupted if is_late && exit == Exit::Done => exit,
            WatchEnd::Interrupted => interrupted(),
            WatchEnd::OutputFailed(error) => err.stdout_failed(words, &error, ("stdout-failed", Exit::Disk)),
        }
    }

    /// What is to be said of the codings of the reply; JSON has it as events.
    fn write_notes(&self, session: &Session, output: &mut GetOutput<'_>) -> Vec<CodingNote> {
        let unpacking = self.target.as_ref().map(SaveTarget::unpacking);
        let unpacking = unpacking.or(output.body.as_ref().map(StdoutBody::unpacking));
        let (Some(connection), Some(unpacking)) = (session.newest(), unpacking) else { return Vec::new() };
        let notes = reply(connection).map_or(Vec::new(), |reply| CodingNote::all(reply, unpacking));
        for note in &notes {
            // If stderr is gone, the exit status still says it.
            let _ = output.events.write_coding_note(session, connection, note);
        }
        notes
    }

    fn conclude(self, session: &Session, asked: &Target, is_late: bool, notes: &[CodingNote]) -> Exit {
        let (words, err) = (self.words, &self.streams.err);
        let limit = self.arguments.max_time.filter(|_| is_late).map(|limit| limit.as_secs_f64());
        let out_of_time = limit.map(|seconds| words.with("story-out-of-time", [("seconds", Arg::from(seconds))]));
        let Some(connection) = session.newest() else {
            return out_of_time.map_or(Exit::Failed, |text| self.complain(&text, Exit::Failed));
        };
        let verdict = ReplyState::on(connection, reply(connection));
        let mut exit = Exit::of(connection, verdict);
        let mut text = match &connection.thread.failure {
            // The reply is not to be blamed for a disk.
            Some(failure) if exit == Exit::Disk => words.failure(failure).to_string(),
            _ => match out_of_time.filter(|_| verdict != ReplyState::Complete) {
                Some(text) => text,
                None => summary(words, connection, verdict, asked),
            },
        };
        for note in notes {
            exit = if exit == Exit::Done && note.is_failure() { Exit::Coding } else { exit };
            text = format!("{text} {}", note.text(words));
        }
        if let Some(target) = self.target {
            // A file that lacks what could not be written is no whole one, whatever was received.
            let is_cut = notes.iter().any(|note| matches!(note, CodingNote::Fault(_)));
            let is_whole = verdict == ReplyState::Complete && !is_cut && exit != Exit::Disk;
            let saved = save(words, target, connection, is_whole);
            exit = if saved.is_ok() { exit } else { Exit::Disk };
            text = format!("{text} {}", saved.unwrap_or_else(|failure| words.failure(&failure).to_string()));
        }
        err.complain(text.trim_end(), exit)
    }

    /// Says that the status of `reply` is one of an error, which `--fail` takes for a failure.
    fn refuse(&self, reply: &Message) -> Exit {
        let status = ("status", Arg::from(status_text(reply)));
        let text = match &self.target {
            None => self.words.with("story-refused", [status]),
            Some(target) => self.words.with("story-refused-save", [status, ("path", path_arg(target.path))]),
        };
        self.complain(&text, Exit::ErrorStatus)
    }
}

/// Saves what is there of the body; returns what is said of that.
fn save(words: &Words, target: SaveTarget<'_>, connection: &Connection, is_whole: bool) -> Result<String, Failure> {
    let path = target.path;
    let saved =
        |key, path: &Path, bytes| words.with(key, [("path", path_arg(path)), ("bytes", Arg::from(words.bytes(bytes)))]);
    Ok(match target.keep(connection, is_whole)? {
        SaveResult::Whole(bytes) => saved("story-saved", path, bytes),
        SaveResult::Part(path, bytes) => saved("story-saved-part", &path, bytes),
        SaveResult::LongerPart(path, bytes) => saved("story-longer-part", &path, bytes),
        SaveResult::Nothing => match reply(connection).filter(|reply| has_no_content(reply)) {
            Some(_) => words.with("story-no-content", [("path", path_arg(path))]),
            None => String::new(),
        },
    })
}

/// What is said of the reply.
fn summary(words: &Words, connection: &Connection, verdict: ReplyState, asked: &Target) -> String {
    let mut text = words.reply_state_on(connection, verdict);
    let Some(message) = reply(connection) else { return text };
    if is_discarded(message) {
        let address = connection.peer.map(|peer| peer.to_string()).unwrap_or_default();
        text = words.with("story-discarded", [("address", Arg::from(address))]);
    } else {
        let state = words.body_state(message, connection.received.bytes);
        text = format!("{} {text}", words.with("story-body", [("state", Arg::from(state))]));
    }
    // What is no plain success is easily taken for one where only a file is looked at.
    if !matches!(status(message), 200..=205 | 207..=299) {
        text = format!("{} {text}", words.with("story-status", [("status", Arg::from(status_text(message)))]));
    }
    if let Some(at) = connection.received.surplus {
        let count = Arg::from(group_digits(connection.received.bytes.saturating_sub(at)));
        text = format!("{text} {}", words.with("surplus-after", [("count", count)]));
    }
    if let Some(redirect) = Redirect::of(&message.head, asked) {
        text = format!("{text} {}", words.redirect(&redirect));
    }
    text
}

fn path_arg(path: &Path) -> Arg<'static> {
    Arg::from(excerpt(&path.display().to_string()))
}
