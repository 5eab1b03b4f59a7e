//! `socketscope serve`: listen and answer until interrupted, and tell every call.

use core::net::SocketAddr;
use std::io::{self, BufWriter};
use std::time::Duration;

use super::args::{ResponderName, ServeArguments};
use super::exit::Exit;
use super::get::complain;
use super::json::Json;
use super::story::Story;
use super::watch::{Teller, Watched, watch};
use crate::capture::{Clock, Disk, Ended};
use crate::net::{Engine, ResponderChoice, ServerSpec};
use crate::view::visible;
use crate::words::{Arg, Words};

/// Runs the command, with its temporary files on `disk`.
pub fn serve(arguments: &ServeArguments, disk: Disk, words: &Words) -> Exit {
    let choice = match arguments.responder {
        ResponderName::Hello => ResponderChoice::Hello,
        ResponderName::Page => ResponderChoice::Page,
    };
    let pause = Duration::from_secs_f64(arguments.pause);
    let Ok(address) = arguments.bind.parse::<SocketAddr>() else {
        let parts = [("address", Arg::from(visible(&arguments.bind).into_owned()))];
        return complain(&words.with("bind-wrong", parts), Exit::Usage);
    };
    if !address.ip().is_loopback() {
        let parts = [("address", Arg::from(address.to_string()))];
        complain(&words.with("server-open-to-others", parts), Exit::Done);
    }
    let spec = ServerSpec { address, backlog: arguments.backlog, responder: choice.responder(pause) };
    let clock = Clock::start();
    let (engine, reports) = Engine::new(clock, || {});
    let engine = engine.keeping_on(disk);
    let (handle, mut session) = match engine.server(spec) {
        Ok(started) => started,
        Err(failure) => {
            return complain(&words.failure(&failure).to_string(), Exit::Failed);
        }
    };
    let out = BufWriter::new(io::stdout());
    let began = clock.now();
    let mut teller: Box<dyn Teller> = if arguments.json {
        Box::new(Json::new(words, out, began))
    } else {
        let mut story = Story::new(words, out, began);
        story.names_connections = true;
        Box::new(story)
    };
    let watched = watch(&mut session, 0, &reports, &mut *teller, || handle.stop());
    let ended = session.listener.as_ref().and_then(|listener| listener.track.ended);
    match (watched, ended) {
        (Watched::Interrupted, _) => Exit::Done,
        (_, Some((_, Ended::Failed))) => Exit::NoConnection,
        _ => Exit::Failed,
    }
}
