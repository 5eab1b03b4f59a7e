//! `socketscope get`: fetch a page, tell the calls, write the body.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::args::GetArguments;
use super::exit::Exit;
use super::json::Json;
use super::story::Story;
use super::watch::{Teller, Watched, watch};
use crate::capture::{Body, BodyFile, Clock, Connection, Event, Failure, Message, Place, Session, Unpacked, Verdict};
use crate::decode::{CodingError, Limits, Stage, Unpack, UnpackError, codings_of};
use crate::export::{Draft, SaveEnd, Sync, Watch, name_of_part, save};
use crate::http::{Framing, Span};
use crate::net::{ClientSpec, Engine, Target, Until};
use crate::words::{Arg, Words};

/// Copies to stdout go in pieces of this size.
const PIECE: u64 = 256 * 1024;

/// Runs the command.
pub fn get(arguments: &GetArguments, words: &Words) -> Exit {
    let spec = match specify(arguments, words) {
        Ok(spec) => spec,
        Err((text, exit)) => return complain(&text, exit),
    };
    match &arguments.save {
        None => fetch(arguments, words, spec, None),
        Some(path) => match Draft::beside(path) {
            Ok(draft) => {
                let saving = Saving { draft, path, stage: stage(arguments), unpacked: Arc::default() };
                fetch(arguments, words, spec, Some(saving))
            }
            Err(failure) => complain(&words.failure(&failure).to_string(), Exit::Disk),
        },
    }
}

fn complain(text: &str, exit: Exit) -> Exit {
    // If stderr is gone, the exit status still says it.
    let _ = writeln!(io::stderr(), "socketscope: {text}");
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

fn specify(arguments: &GetArguments, words: &Words) -> Result<ClientSpec, (String, Exit)> {
    let target = Target::parse(&arguments.url).map_err(|error| (words.target_error(&error), Exit::Usage))?;
    let mut spec = ClientSpec::tutorial(target);
    if let Some(path) = &arguments.request {
        spec.request = fs::read(path).map_err(|error| {
            let text = words.with(
                "request-file",
                [("path", Arg::from(path.display().to_string())), ("system", Arg::from(error.to_string()))],
            );
            (text, Exit::Usage)
        })?;
    }
    if let Some(seconds) = arguments.timeout {
        spec.connect_timeout = Duration::from_secs_f64(seconds);
        spec.read_timeout = Some(Duration::from_secs_f64(seconds));
    }
    spec.recv_size = arguments.recv_size as usize;
    spec.until = Until::MessageEnd;
    Ok(spec)
}

fn fetch(arguments: &GetArguments, words: &Words, mut spec: ClientSpec, saving: Option<Saving<'_>>) -> Exit {
    spec.body_file = match saving.as_ref().map(Saving::body_file).transpose() {
        Ok(file) => file,
        Err(failure) => return complain(&words.failure(&failure).to_string(), Exit::Disk),
    };
    let clock = Clock::start();
    let (engine, reports) = Engine::new(clock, || {});
    let (handle, mut session) = match engine.client(spec) {
        Ok(started) => started,
        Err(failure) => return complain(&words.failure(&failure).to_string(), Exit::Failed),
    };
    let err = BufWriter::new(io::stderr());
    let began = clock.now();
    let teller: Box<dyn Teller> =
        if arguments.json { Box::new(Json::new(words, err, began)) } else { Box::new(Story::new(words, err, began)) };
    let mut output = Output { teller, body: saving.is_none().then(|| StdoutBody::new(stage(arguments))) };
    let watched = watch(&mut session, &reports, &mut output, || handle.stop());
    // What failed to reach stdout or stderr has stopped the run, which is all that can be done about it.
    drop(handle);
    let exit = conclude(words, &session, saving, output.body);
    match watched {
        Watched::Over => exit,
        Watched::Interrupted => Exit::Interrupted,
        Watched::Unheard => Exit::Failed,
    }
}

/// The reply that was asked for: the first that is not an interim one.
fn reply(connection: &Connection) -> Option<&Message> {
    connection.received.messages.iter().find(|message| !message.is_interim())
}

/// What to hand out: the body, unpacked up to `stage`; all bytes if they are no HTTP.
fn body(connection: &Connection, stage: Stage) -> Option<Body> {
    let received = &connection.received;
    match reply(connection) {
        Some(message) => Some(Body::of(message, received, stage, Limits::default())),
        None => received.unreadable.map(|_| Body::wire(received.spool.clone(), Span::new(0, received.bytes))),
    }
}

fn conclude(words: &Words, session: &Session, saving: Option<Saving<'_>>, out: Option<StdoutBody>) -> Exit {
    let Some(connection) = session.newest() else { return Exit::Failed };
    let verdict = Verdict::on(connection, reply(connection));
    let mut exit = Exit::of(connection, verdict);
    let mut text = words.verdict(verdict);
    if let Some(message) = reply(connection) {
        let state = words.body_state(message, connection.received.bytes);
        text = format!("{} {text}", words.with("story-body", [("state", Arg::from(state))]));
    }
    let fault = fault(words, connection, saving.as_ref(), out.as_ref());
    if let Some(fault) = &fault {
        exit = if exit == Exit::Done { Exit::Coding } else { exit };
        text = format!("{text} {fault}");
    }
    if let Some(saving) = saving {
        let path = saving.path;
        match keep(connection, verdict == Verdict::Complete && fault.is_none(), saving) {
            Ok(Kept::Whole(bytes)) => text = format!("{text} {}", saved(words, "story-saved", path, bytes)),
            Ok(Kept::Part(path, bytes)) => text = format!("{text} {}", saved(words, "story-saved-part", &path, bytes)),
            Ok(Kept::Nothing) => {}
            Err(failure) => {
                exit = Exit::Disk;
                text = format!("{text} {}", words.failure(&failure));
            }
        }
    }
    complain(&text, exit)
}

/// What is wrong with the codings of the reply, if its content was wanted.
fn fault(
    words: &Words,
    connection: &Connection,
    saving: Option<&Saving<'_>>,
    out: Option<&StdoutBody>,
) -> Option<String> {
    let stage = saving.map(|saving| saving.stage).or(out.map(|out| out.stage))?;
    let message = reply(connection).filter(|_| stage == Stage::Decoded)?;
    if let Err(error) = codings_of(&message.head, message.framing) {
        return Some(words.codings_error(&error));
    }
    let of_file = saving.and_then(|saving| saving.unpacked.get()).and_then(|unpacked| unpacked.fault.as_ref());
    of_file.or(out.and_then(|out| out.fault.as_ref())).map(|error| words.coding_error(error))
}

fn saved(words: &Words, key: &str, path: &Path, bytes: u64) -> String {
    words.with(key, [("path", Arg::from(path.display().to_string())), ("bytes", Arg::from(words.bytes(bytes)))])
}

enum Kept {
    Whole(u64),
    Part(PathBuf, u64),
    Nothing,
}

/// A file that is being saved, and what became of the body in it if that had to be unpacked.
struct Saving<'a> {
    draft: Draft,
    path: &'a Path,
    stage: Stage,
    unpacked: Arc<OnceLock<Unpacked>>,
}

impl Saving<'_> {
    /// The draft as what the connection is to write.
    fn body_file(&self) -> Result<BodyFile, Failure> {
        Ok(BodyFile {
            file: self.draft.try_clone_file()?,
            stage: self.stage,
            limits: Limits::default(),
            unpacked: Arc::clone(&self.unpacked),
        })
    }
}

/// Makes the draft the file that was asked for if the body is whole. What came of an incomplete one is kept under a name of its
/// own, so that an older file is not replaced by less than a whole one.
fn keep(connection: &Connection, is_whole: bool, saving: Saving<'_>) -> Result<Kept, Failure> {
    let Saving { mut draft, path, stage, unpacked } = saving;
    let Some(body) = body(connection, stage) else { return Ok(Kept::Nothing) };
    if !is_whole && body.wire_len() == 0 {
        return Ok(Kept::Nothing);
    }
    let target = if is_whole { path.to_owned() } else { name_of_part(path) };
    let bytes = if reply(connection).is_some_and(|reply| !matches!(reply.framing, Framing::None(_))) {
        // Bytes after the body have gone into the file as well; of those that were received, some may not have.
        let bytes = draft.cut(unpacked.get().map_or(body.wire_len(), |unpacked| unpacked.bytes))?;
        draft.retarget(&target)?;
        draft.keep(Sync::IfReplacing)?;
        bytes
    } else {
        saved_bytes(&save(&body, &target, &Watch::new(body.wire_len()))?)
    };
    Ok(if is_whole { Kept::Whole(bytes) } else { Kept::Part(target, bytes) })
}

/// Nobody cancels this watch, so a save always ends with a file.
fn saved_bytes(end: &SaveEnd) -> u64 {
    match end {
        SaveEnd::Saved(saved) => saved.bytes,
        SaveEnd::Cancelled => 0,
    }
}

/// Tells the calls, and hands the body out as it arrives.
struct Output<'a> {
    teller: Box<dyn Teller + 'a>,
    body: Option<StdoutBody>,
}

impl Teller for Output<'_> {
    fn tell(&mut self, session: &Session, place: Place, events: &[Event]) -> io::Result<()> {
        self.teller.tell(session, place, events)?;
        match (&mut self.body, session.newest()) {
            (Some(out), Some(connection)) => out.write(connection),
            _ => Ok(()),
        }
    }
}

/// A body on its way to stdout.
struct StdoutBody {
    stage: Stage,
    unpack: Option<Unpack>,
    /// Bytes of the body that have been taken in.
    taken: u64,
    fault: Option<CodingError>,
}

impl StdoutBody {
    fn new(stage: Stage) -> Self {
        Self { stage, unpack: None, taken: 0, fault: None }
    }

    /// Writes what has come since.
    fn write(&mut self, connection: &Connection) -> io::Result<()> {
        let received = &connection.received;
        let (wire, is_over) = match reply(connection) {
            Some(message) => (message.body(received.bytes), message.end.is_some()),
            None if received.unreadable.is_some() => (Span::new(0, received.bytes), connection.track.ended.is_some()),
            None => return Ok(()),
        };
        let mut out = io::stdout().lock();
        while wire.start + self.taken < wire.end && self.fault.is_none() {
            let at = wire.start + self.taken;
            let piece = received.spool.read(Span::new(at, (at + PIECE).min(wire.end)))?;
            if piece.is_empty() {
                break;
            }
            self.taken += piece.len() as u64;
            let unpacked = self.unpack(connection).push(&piece, &mut |bytes| out.write_all(bytes));
            self.note(unpacked)?;
        }
        if is_over && self.fault.is_none() && wire.start + self.taken == wire.end {
            let finished = self.unpack(connection).finish(&mut |bytes| out.write_all(bytes));
            self.note(finished)?;
        }
        out.flush()
    }

    fn unpack(&mut self, connection: &Connection) -> &mut Unpack {
        let (stage, limits) = (self.stage, Limits::default());
        self.unpack.get_or_insert_with(|| match reply(connection) {
            Some(message) => Unpack::body(&message.head, message.framing, stage, limits),
            None => Unpack::unframed(),
        })
    }

    fn note(&mut self, result: Result<(), UnpackError<io::Error>>) -> io::Result<()> {
        match result {
            Err(UnpackError::Out(error)) => return Err(error),
            Err(UnpackError::Coding(error)) => self.fault = Some(error),
            Ok(()) => {}
        }
        Ok(())
    }
}
