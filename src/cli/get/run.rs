//! `socketscope get`: fetch a page, tell the calls, write the body.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use super::hops::Hops;
use super::remark::Remark;
use super::reply::{has_no_content, is_discarded, reply};
use super::request::specify;
use super::saving::{Kept, Saving};
use super::stdout_body::{Output, StdoutBody};
use crate::capture::{Clock, Connection, DiskQuota, Failure, Message, Operation, ReplyState, Session};
use crate::cli::args::GetArguments;
use crate::cli::exit::Exit;
use crate::cli::interrupts::{self, Interrupt};
use crate::cli::output::watch::watch;
use crate::cli::output::{Json, Story, Stream, Streams, Teller, Unwritten, Watched};
use crate::decode::{Limits, Stage};
use crate::net::{ClientSpec, Engine, Redirect, Target};
use crate::view::{excerpt, group_digits, is_error, status, status_text};
use crate::words::{Arg, Words};

/// Runs the command, with its temporary files on `disk`.
pub fn get(arguments: &GetArguments, disk: DiskQuota, words: &Words) -> Exit {
    let Some(streams) = streams(words) else { return Exit::Failed };
    let exit = run(arguments, disk, words, &streams);
    let Streams { out, err } = streams;
    let exit = match out.finish() {
        Err(Unwritten::Interrupted) => interrupted(),
        Err(Unwritten::Failed(error)) if exit == Exit::Done => unheard(&err, words, &error),
        _ => exit,
    };
    match err.finish() {
        Err(Unwritten::Interrupted) => interrupted(),
        _ => exit,
    }
}

fn interrupted() -> Exit {
    match interrupts::came() {
        Some(Interrupt::OutOfTime) => Exit::OutOfTime,
        _ => Exit::Interrupted,
    }
}

/// The standard streams; without threads for them, which is told, nothing can be done.
pub fn streams(words: &Words) -> Option<Streams> {
    let started = Streams::start();
    if let Err(error) = &started {
        let failure = Failure::of(Operation::StartThread, None, error);
        // If stderr is gone, the exit status still says it.
        let _ = writeln!(io::stderr(), "socketscope: {}", words.failure(&failure));
    }
    started.ok()
}

fn run(arguments: &GetArguments, disk: DiskQuota, words: &Words, streams: &Streams) -> Exit {
    let spec = match specify(arguments, words) {
        Ok(spec) => spec,
        Err((text, exit)) => return complain(&streams.err, &text, exit),
    };
    match &arguments.save {
        None => fetch(arguments, disk, words, streams, spec, None),
        Some(path) => match Saving::to(path, stage(arguments), limits(arguments)) {
            Ok(saving) => fetch(arguments, disk, words, streams, spec, Some(saving)),
            Err(failure) => complain(&streams.err, &words.failure(&failure).to_string(), Exit::Disk),
        },
    }
}

/// Says `text` on `err`; returns `exit`.
pub fn complain(err: &Stream, text: &str, exit: Exit) -> Exit {
    let mut err = err.clone();
    // If stderr is gone, the exit status still says it.
    let _ = writeln!(err, "socketscope: {text}").and_then(|()| err.flush());
    exit
}

/// How far the body is to be unpacked.
fn stage(arguments: &GetArguments) -> Stage {
    match () {
        () if arguments.raw => Stage::Wire,
        () if arguments.framed => Stage::Framed,
        () => Stage::Decoded,
    }
}

/// How much may come out of its codings.
fn limits(arguments: &GetArguments) -> Limits {
    Limits { bytes: arguments.max_decoded, ratio: arguments.max_ratio }
}

fn fetch(
    arguments: &GetArguments,
    disk: DiskQuota,
    words: &Words,
    streams: &Streams,
    mut spec: ClientSpec,
    mut saving: Option<Saving<'_>>,
) -> Exit {
    let clock = Clock::start();
    let (engine, reports) = Engine::new(clock, || {});
    let engine = engine.keeping_on(disk);
    let (err, began) = (streams.err.clone(), clock.now());
    let teller: Box<dyn Teller> =
        if arguments.json { Box::new(Json::new(words, err, began)) } else { Box::new(Story::new(words, err, began)) };
    let body = || StdoutBody::new(streams.out.clone(), stage(arguments), limits(arguments));
    let mut output = Output { teller, body: saving.is_none().then(body), fails: arguments.fail };
    let mut hops = Hops::new(arguments.follow, &spec);
    let mut run: Option<Session> = None;
    if let Some(Err(error)) = arguments.max_time.map(|seconds| interrupts::come_after(Duration::from_secs_f64(seconds)))
    {
        let failure = Failure::of(Operation::StartThread, None, &error);
        return complain(&streams.err, &words.failure(&failure).to_string(), Exit::Failed);
    }
    loop {
        spec.body_file = match saving.as_mut().map(Saving::body_file).transpose() {
            Ok(file) => file,
            Err(failure) => return complain(&streams.err, &words.failure(&failure).to_string(), Exit::Disk),
        };
        let asked = spec.to(spec.target.clone(), spec.request.clone(), spec.request_file.clone());
        if let Some(body) = &mut output.body {
            body.passes_over_redirects_from(arguments.follow.then(|| asked.target.clone()));
        }
        let started = match &run {
            Some(session) => engine.hop(session.id, hops.number(), spec),
            None => engine.client(spec).map(|(handle, session)| {
                run = Some(session);
                handle
            }),
        };
        let (handle, session) = match (started, &mut run) {
            (Ok(handle), Some(session)) => (handle, session),
            (Err(failure), _) => return complain(&streams.err, &words.failure(&failure).to_string(), Exit::Failed),
            (Ok(_), None) => return Exit::Failed,
        };
        let watched = watch(session, hops.number() as usize, &reports, (&mut output, streams), || handle.stop());
        // What failed to reach stdout or stderr has stopped the run, which is all that can be done about it.
        handle.wait_for_end(session);
        drop(handle);
        match session.newest().and_then(reply).and_then(|reply| hops.next(reply, &asked)) {
            Some(Ok(next)) if matches!(watched, Watched::Over) => spec = next,
            Some(Err(stop)) if matches!(watched, Watched::Over) => {
                return complain(&streams.err, &stop.text(words), Exit::Failed);
            }
            _ => {
                let refused = session.newest().and_then(reply).filter(|reply| arguments.fail && is_error(reply));
                let most = arguments.max_time.filter(|_| matches!(watched, Watched::Interrupted));
                let most = most.filter(|_| interrupts::came() == Some(Interrupt::OutOfTime));
                let exit = match refused {
                    Some(reply) => refuse(words, &streams.err, reply, saving.as_ref()),
                    None => {
                        let remarks = remarks(&mut output, session, saving.as_ref());
                        conclude(words, &streams.err, session, (&asked.target, most), saving, &remarks)
                    }
                };
                return match watched {
                    Watched::Over | Watched::Enough => exit,
                    // All of it came in time.
                    Watched::Interrupted if most.is_some() && exit == Exit::Done => exit,
                    Watched::Interrupted => interrupted(),
                    Watched::Unheard(error) => unheard(&streams.err, words, &error),
                };
            }
        }
    }
}

/// Nobody reads what we write; a reader that has gone away on purpose needs no words.
fn unheard(err: &Stream, words: &Words, error: &io::Error) -> Exit {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Exit::Failed;
    }
    complain(err, &words.with("stdout-failed", [("system", Arg::from(error.to_string()))]), Exit::Disk)
}

/// What is to be said of the codings of the reply; JSON has it as events.
fn remarks(output: &mut Output<'_>, session: &Session, saving: Option<&Saving<'_>>) -> Vec<Remark> {
    let Some(connection) = session.newest() else { return Vec::new() };
    let remarks = Remark::all(connection, saving, output.body.as_ref());
    for remark in &remarks {
        // If stderr is gone, the exit status still says it.
        let _ = output.teller.remark(session, connection, remark);
    }
    remarks
}

fn conclude(
    words: &Words,
    err: &Stream,
    session: &Session,
    (asked, most): (&Target, Option<f64>),
    saving: Option<Saving<'_>>,
    remarks: &[Remark],
) -> Exit {
    let out_of_time = most.map(|seconds| words.with("story-out-of-time", [("seconds", Arg::from(seconds))]));
    let Some(connection) = session.newest() else {
        return out_of_time.map_or(Exit::Failed, |text| complain(err, &text, Exit::Failed));
    };
    let verdict = ReplyState::on(connection, reply(connection));
    let mut exit = Exit::of(connection, verdict);
    let mut text = match &connection.thread.failure {
        // The reply is not to be blamed for a disk.
        Some(failure) if exit == Exit::Disk => words.failure(failure).to_string(),
        _ => match out_of_time.filter(|_| verdict != ReplyState::Complete) {
            Some(text) => text,
            None => told(words, connection, verdict, asked),
        },
    };
    for remark in remarks {
        exit = if exit == Exit::Done && remark.is_failure() { Exit::Coding } else { exit };
        text = format!("{text} {}", remark.text(words));
    }
    if let Some(saving) = saving {
        // A file that lacks what could not be written is no whole one, whatever was received.
        let is_cut = remarks.iter().any(|remark| matches!(remark, Remark::Fault(_)));
        let is_whole = verdict == ReplyState::Complete && !is_cut && exit != Exit::Disk;
        let (kept, failed) = keep(words, saving, connection, is_whole);
        exit = if failed { Exit::Disk } else { exit };
        text = format!("{text} {kept}");
    }
    complain(err, text.trim_end(), exit)
}

/// Keeps what is there of the body; what is said of that, and whether it failed.
fn keep(words: &Words, saving: Saving<'_>, connection: &Connection, is_whole: bool) -> (String, bool) {
    let path = saving.path;
    let text = match saving.keep(connection, is_whole) {
        Ok(Kept::Whole(bytes)) => saved(words, "story-saved", path, bytes),
        Ok(Kept::Part(path, bytes)) => saved(words, "story-saved-part", &path, bytes),
        Ok(Kept::LongerPart(path, bytes)) => saved(words, "story-longer-part", &path, bytes),
        Ok(Kept::Nothing) => match reply(connection).filter(|reply| has_no_content(reply)) {
            Some(_) => words.with("story-no-content", [("path", told_path(path))]),
            None => String::new(),
        },
        Err(failure) => return (words.failure(&failure).to_string(), true),
    };
    (text, false)
}

/// What is said of a reply whose status was not to be.
fn refuse(words: &Words, err: &Stream, reply: &Message, saving: Option<&Saving<'_>>) -> Exit {
    let status = ("status", Arg::from(status_text(reply)));
    let text = match saving {
        None => words.with("story-refused", [status]),
        Some(saving) => words.with("story-refused-save", [status, ("path", told_path(saving.path))]),
    };
    complain(err, &text, Exit::ErrorStatus)
}

/// What is said of the reply.
fn told(words: &Words, connection: &Connection, verdict: ReplyState, asked: &Target) -> String {
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

fn saved(words: &Words, key: &str, path: &Path, bytes: u64) -> String {
    words.with(key, [("path", told_path(path)), ("bytes", Arg::from(words.bytes(bytes)))])
}

fn told_path(path: &Path) -> Arg<'static> {
    Arg::from(excerpt(&path.display().to_string()))
}
