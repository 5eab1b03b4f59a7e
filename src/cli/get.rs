//! `socketscope get`: fetch a page, tell the calls, write the body.

use std::io::{self, Write};
use std::path::Path;

use super::args::GetArguments;
use super::exit::Exit;
use super::hops::Hops;
use super::json::Json;
use super::remark::Remark;
use super::reply::{is_discarded, reply};
use super::request::specify;
use super::saving::{Kept, Saving};
use super::stdout_body::{Output, StdoutBody};
use super::story::Story;
use super::streams::{Stream, Streams, Unwritten};
use super::watch::{Teller, Watched, watch};
use crate::capture::{Clock, Connection, Disk, Failure, Operation, Session, Verdict};
use crate::decode::{Limits, Stage};
use crate::net::{ClientSpec, Engine, Redirect, Target};
use crate::view::group_digits;
use crate::words::{Arg, Words};

/// Runs the command, with its temporary files on `disk`.
pub fn get(arguments: &GetArguments, disk: Disk, words: &Words) -> Exit {
    let Some(streams) = streams(words) else { return Exit::Failed };
    let exit = run(arguments, disk, words, &streams);
    let Streams { out, err } = streams;
    let exit = match out.finish() {
        Err(Unwritten::Interrupted) => Exit::Interrupted,
        Err(Unwritten::Failed(error)) if exit == Exit::Done => unheard(&err, words, &error),
        _ => exit,
    };
    match err.finish() {
        Err(Unwritten::Interrupted) => Exit::Interrupted,
        _ => exit,
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

fn run(arguments: &GetArguments, disk: Disk, words: &Words, streams: &Streams) -> Exit {
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
    disk: Disk,
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
    let mut output = Output { teller, body: saving.is_none().then(body) };
    let mut hops = Hops::new(arguments.follow, &spec);
    let mut run: Option<Session> = None;
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
                let remarks = remarks(&mut output, session, saving.as_ref());
                let exit = conclude(words, &streams.err, session, &asked.target, saving, &remarks);
                return match watched {
                    Watched::Over => exit,
                    Watched::Interrupted => Exit::Interrupted,
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
    asked: &Target,
    saving: Option<Saving<'_>>,
    remarks: &[Remark],
) -> Exit {
    let Some(connection) = session.newest() else { return Exit::Failed };
    let verdict = Verdict::on(connection, reply(connection));
    let mut exit = Exit::of(connection, verdict);
    let mut text = told(words, connection, verdict, asked);
    for remark in remarks {
        exit = if exit == Exit::Done && remark.is_failure() { Exit::Coding } else { exit };
        text = format!("{text} {}", remark.text(words));
    }
    if let Some(saving) = saving {
        let path = saving.path;
        // A file that lacks what could not be written is no whole one, whatever was received.
        let is_cut = remarks.iter().any(|remark| matches!(remark, Remark::Fault(_)));
        let is_whole = verdict == Verdict::Complete && !is_cut && exit != Exit::Disk;
        match saving.keep(connection, is_whole) {
            Ok(Kept::Whole(bytes)) => text = format!("{text} {}", saved(words, "story-saved", path, bytes)),
            Ok(Kept::Part(path, bytes)) => text = format!("{text} {}", saved(words, "story-saved-part", &path, bytes)),
            Ok(Kept::Nothing) => {}
            Err(failure) => {
                exit = Exit::Disk;
                text = format!("{text} {}", words.failure(&failure));
            }
        }
    }
    complain(err, &text, exit)
}

/// What is said of the reply.
fn told(words: &Words, connection: &Connection, verdict: Verdict, asked: &Target) -> String {
    let mut text = words.verdict_on(connection, verdict);
    let Some(message) = reply(connection) else { return text };
    if is_discarded(message) {
        let address = connection.peer.map(|peer| peer.to_string()).unwrap_or_default();
        text = words.with("story-discarded", [("address", Arg::from(address))]);
    } else {
        let state = words.body_state(message, connection.received.bytes);
        text = format!("{} {text}", words.with("story-body", [("state", Arg::from(state))]));
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
    words.with(key, [("path", Arg::from(path.display().to_string())), ("bytes", Arg::from(words.bytes(bytes)))])
}
