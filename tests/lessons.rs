//! Every lesson is run on real sockets, and its claims must hold on this machine.
//!
//! `SCENES=FOLDER` runs the scenes in a folder instead, and prints the observations.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it expects with them"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use crossbeam_channel::Receiver;
use socketscope::capture::{Clock, ConnectionId, Moment, Report, Role, Session, SessionId};
use socketscope::lesson::{
    Bound, Observations, POLL_INTERVAL, Scene, SceneError, SceneFault, SceneHost, SceneOrder, SceneProgress,
    SceneRunner, catalogue,
};
use socketscope::net::{ClientHandle, Engine, Order, Pace, ServerHandle};
use socketscope::settings::Language;
use socketscope::words::Topic;

/// The host of a scene that runs without a window.
struct Stage {
    engine: Engine,
    reports: Receiver<Report>,
    sessions: BTreeMap<SessionId, Session>,
    clients: BTreeMap<SessionId, ClientHandle>,
    servers: BTreeMap<SessionId, ServerHandle>,
    client_pace: Pace,
    server_pace: Pace,
}

impl SceneHost for Stage {
    fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id)
    }

    fn now(&self) -> Moment {
        self.engine.clock().now()
    }
}

impl Stage {
    fn new() -> Self {
        let (engine, reports) = Engine::new(Clock::start(), || {});
        Self {
            engine,
            reports,
            sessions: BTreeMap::new(),
            clients: BTreeMap::new(),
            servers: BTreeMap::new(),
            client_pace: Pace::default(),
            server_pace: Pace::default(),
        }
    }

    /// Runs a scene to its end.
    fn run(mut self, scene: Arc<Scene>) -> SceneProgress {
        let mut runner = SceneRunner::new(scene);
        while *runner.progress() == SceneProgress::Running {
            match runner.advance(&self) {
                Some(cue) => self.carry_out(&mut runner, cue),
                None => {
                    if let Ok(report) = self.reports.recv_timeout(POLL_INTERVAL) {
                        self.sessions.get_mut(&report.session).unwrap().apply(report);
                    }
                    while let Ok(report) = self.reports.try_recv() {
                        self.sessions.get_mut(&report.session).unwrap().apply(report);
                    }
                }
            }
        }
        // The reading end goes first, so that no worker waits for room in the channel.
        drop(self.reports);
        runner.progress().clone()
    }

    fn carry_out(&mut self, runner: &mut SceneRunner, cue: SceneOrder) {
        match cue {
            SceneOrder::Listen(_, draft) => {
                let mut spec = draft.spec(None).unwrap();
                spec.pace = self.server_pace.clone();
                let (handle, session) = self.engine.server(spec).unwrap();
                runner.started(Ok(session.id));
                self.servers.insert(session.id, handle);
                self.sessions.insert(session.id, session);
            }
            SceneOrder::Connect(_, mut spec) => {
                spec.pace = self.client_pace.clone();
                let (handle, session) = self.engine.client(*spec).unwrap();
                runner.started(Ok(session.id));
                self.clients.insert(session.id, handle);
                self.sessions.insert(session.id, session);
            }
            SceneOrder::Give(id, command) => match self.clients.get(&id) {
                Some(client) => client.give(command).unwrap(),
                None => self.servers[&id].order(self.open(id), Order::Give(command)).unwrap(),
            },
            SceneOrder::Stop(id) => match self.clients.get(&id) {
                Some(client) => client.stop(),
                None => self.servers[&id].stop(),
            },
            SceneOrder::Accepting(id, on) => self.servers[&id].pause_accepting(!on),
            SceneOrder::PaceMode(Role::Client, mode) => self.client_pace.set(mode),
            SceneOrder::PaceMode(Role::Server, mode) => self.server_pace.set(mode),
        }
    }

    fn open(&self, id: SessionId) -> Vec<ConnectionId> {
        let connections = self.sessions[&id].connections.iter();
        connections.filter(|connection| connection.thread.ended.is_none()).map(|connection| connection.id).collect()
    }
}

/// The observations, for the message of a test that failed.
fn told(scene: &Scene, observed: &Observations) -> String {
    let mut text = String::new();
    for (claim, holds) in &observed.claims {
        let _ = writeln!(text, "{} {claim}", if *holds { "holds:        " } else { "does not hold:" });
    }
    let _ = writeln!(text, "{:?}", observed.figures);
    for language in Language::ALL {
        let _ = writeln!(text, "{}", scene.answer_with(language, &|name| observed.figure(name)));
    }
    text
}

/// The scenes of the program, or those in a folder.
fn scenes(folder: Option<&str>) -> Vec<Arc<Scene>> {
    let Some(folder) = folder else { return catalogue().to_vec() };
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let scene = Scene::read(name, &std::fs::read_to_string(&path).unwrap());
        Arc::new(scene.unwrap_or_else(|error| panic!("{}: {error:?}", path.display())))
    };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(read).collect()
}

#[test]
fn every_lesson_shows_what_it_claims() {
    let folder = std::env::var("SCENES").ok();
    let mut failed = String::new();
    for scene in &scenes(folder.as_deref()) {
        match Stage::new().run(Arc::clone(scene)) {
            SceneProgress::Over(observed) => {
                let told = told(scene, &observed);
                assert!(!observed.claims.is_empty() || !observed.elsewhere.is_empty(), "{} claims nothing", scene.id);
                if !observed.holds() || told.contains('?') && !scene.answer.of(Language::English).contains('?') {
                    let _ = writeln!(failed, "== {}\n{told}", scene.id);
                } else if folder.is_some() {
                    println!("== {}\n{told}", scene.id);
                }
            }
            progress => _ = writeln!(failed, "== {}: {progress:?}", scene.id),
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn every_word_of_a_lesson_is_explained() {
    let known: Vec<String> = Topic::all().map(Topic::key).collect();
    for scene in catalogue() {
        assert!(!scene.words.is_empty(), "{}", scene.id);
        for word in &scene.words {
            assert!(known.contains(word), "{}: {word}", scene.id);
        }
    }
}

#[test]
fn every_lesson_says_everything_in_both_languages() {
    for scene in catalogue() {
        let id = &scene.id;
        for language in Language::ALL {
            let texts = [&scene.title, &scene.watch, &scene.question, &scene.answer];
            for text in texts.into_iter().chain(&scene.choices) {
                assert!(!text.of(language).is_empty(), "{id}");
            }
        }
        assert_ne!(scene.watch.of(Language::English), scene.watch.of(Language::Chinese), "{id}");
        assert!(scene.choices.len() >= 2 && scene.right.is_some_and(|right| right < scene.choices.len()), "{id}");
        assert!(!scene.look.at.is_empty(), "{id} does not say what to look at");
    }
}

const SMALL: &str = r#"title = "Mine"
steps = [
  { start = "server" },
  { start = "client" },
  { until = "client.ended != not-yet" },
]
claims = ["client.received = 5"]
answer = "{client.received} bytes"

[[server]]
name = "server"
responder = "canned"
reply = "hello"
when = "accept"

[[client]]
name = "client"
connect = "server"
"#;

#[test]
fn a_teachers_own_scene_runs() {
    let scene = Arc::new(Scene::read("mine", SMALL).unwrap());
    let SceneProgress::Over(observed) = Stage::new().run(Arc::clone(&scene)) else { panic!("it is not over") };
    assert!(observed.holds(), "{}", told(&scene, &observed));
    let answer = scene.answer_with(Language::Chinese, &|name| observed.figure(name));
    assert_eq!(answer, "5 bytes", "a text in one language is that of all");
}

#[test]
fn a_claim_that_does_not_hold_is_told() {
    let wrong = SMALL.replace("client.received = 5", "client.received = 6");
    let SceneProgress::Over(observed) = Stage::new().run(Arc::new(Scene::read("mine", &wrong).unwrap())) else {
        panic!("it is not over")
    };
    assert!(!observed.holds());
    assert_eq!(observed.figures["client.received"], "5");
}

#[test]
fn a_claim_of_another_system_is_set_apart() {
    let other = SMALL.replace(r#"["client.received = 5"]"#, r#"[{ holds = "client.received = 6", on = "beos" }]"#);
    let SceneProgress::Over(observed) = Stage::new().run(Arc::new(Scene::read("mine", &other).unwrap())) else {
        panic!("it is not over")
    };
    assert!(observed.holds() && observed.claims.is_empty());
    assert_eq!(observed.elsewhere.len(), 1);
}

/// The error of the small scene with `to` in place of `from`.
fn wrong(from: &str, to: &str) -> SceneError {
    assert!(SMALL.contains(from));
    Scene::read("mine", &SMALL.replace(from, to)).unwrap_err()
}

#[test]
fn what_can_not_be_used_is_refused_with_its_line() {
    let unknown = |key: &str| SceneFault::UnknownKey(key.to_owned());
    for (from, to, line, fault) in [
        ("responder = ", "respnder = ", 12, unknown("respnder")),
        ("connect = \"server\"", "connect = \"server\"\ncolour = 3", 19, unknown("colour")),
        ("title = ", "titel = 3\ntitle = ", 1, unknown("titel")),
        ("{ start = \"client\" }", "{ begin = \"client\" }", 4, unknown("begin")),
        ("{ start = \"client\" }", "{ start = \"clint\" }", 4, SceneFault::NoActor("clint".into())),
        ("{ start = \"client\" }", "{ start = \"client\", stop = \"client\" }", 4, SceneFault::NotOneThing),
        ("{ start = \"client\" }", "{ pace = \"soon\", of = \"client\" }", 4, SceneFault::NoPace("soon".into())),
        ("client.received = 5", "client.wealth = 5", 7, SceneFault::NoFigure("client.wealth".into())),
        ("client.received = 5", "client.received is 5", 7, SceneFault::NoComparison("client.received is 5".into())),
        ("answer = ", "choices = ['a', 'b']\nright = 2\nanswer = ", 9, SceneFault::NoChoice(2)),
        ("{client.received}", "{client.recieved}", 8, SceneFault::NoFigure("client.recieved".into())),
        ("name = \"client\"", "name = \"server\"", 16, SceneFault::Twice("server".into())),
        ("connect = \"server\"", "connect = \"http://\"", 16, SceneFault::NoAddress("http://".into())),
    ] {
        let error = wrong(from, to);
        assert_eq!((error.line, &error.fault), (line, &fault), "{to}");
    }
    assert_eq!(wrong("title = \"Mine\"", "title = \"Mine").line, 1);
    assert_eq!(Scene::read("mine", "title = \"Nobody\"").unwrap_err().fault, SceneFault::Nobody);
}

/// A few lines can ask for much: scenes that ask for more than a bound are refused.
#[test]
fn what_asks_for_too_much_is_refused_with_its_line_and_the_bound() {
    let (start, reply) = ("{ start = \"client\" }", "reply = \"hello\"");
    let long = |times| "x".repeat(times);
    for (from, to, line, bound) in [
        (reply, "reply = \"hello\"\ntimes = 209716".into(), 10, Bound::bytes("reply × times", 1 << 20)),
        (reply, format!("reply = \"{}\"\ntimes = 100000", long(10_000)), 10, Bound::bytes("reply × times", 1 << 20)),
        (reply, format!("times = {}\n{reply}", usize::MAX / 2), 10, Bound::bytes("reply × times", 1 << 20)),
        (
            "connect = \"server\"",
            format!("connect = \"{}\"\nrequest = \"{}\"", long(250), "{address}".repeat(4_200)),
            16,
            Bound::bytes("request", 1 << 20),
        ),
        (start, "{ send = ['a', 'b'], times = 50001, by = 'client' }".into(), 4, Bound::count("send × times", 100_000)),
        (start, "{ send-bytes = 67108865, by = 'client' }".into(), 4, Bound::bytes("send × times", 64 << 20)),
        (start, format!("{{ send-bytes = {}, by = 'client' }}", i64::MAX), 4, Bound::bytes("send × times", 64 << 20)),
        (
            start,
            "{ send-bytes = 40000000, by = 'client' },\n  { send-bytes = 40000000, by = 'client' }".into(),
            5,
            Bound::bytes("send × times", 64 << 20),
        ),
        (reply, format!("{reply}\nfirst-byte-ms = 86400001"), 10, Bound::count("first-byte-ms", 86_400_000)),
        ("\"Mine\"", format!("\"{}\"", long(16_385)), 1, Bound::bytes("title", 16_384)),
        ("\"{client.received} bytes\"", format!("\"{}\"", "{client.sent}".repeat(101)), 8, Bound::count("answer", 100)),
        (start, format!("{start},").repeat(500) + start, 1, Bound::count("steps", 500)),
        ("name = \"server\"", format!("name = \"{}\"", long(65)), 10, Bound::bytes("name", 64)),
    ] {
        let error = wrong(from, &to);
        assert_eq!((error.line, error.fault), (line, SceneFault::TooMuch(bound)), "{from}");
    }
    let crowd: String = (0..33).map(|n| format!("[[client]]\nname = \"{n}\"\nconnect = \"server\"\n")).collect();
    let error = Scene::read("mine", &format!("{SMALL}{crowd}")).unwrap_err();
    assert_eq!(error.fault, SceneFault::TooMuch(Bound::count("client", 32)));
    let most = SMALL.replace(reply, "reply = \"hello\"\ntimes = 209715");
    assert!(Scene::read("mine", &most).is_ok(), "so much may be asked for");
}

#[test]
fn what_is_nested_without_end_is_refused() {
    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let nested = format!("title = {}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(matches!(Scene::read("mine", &nested).unwrap_err().fault, SceneFault::Unreadable(_)));
    }
    for path in ["a.".repeat(100_000) + "a = 1", format!("[{}a]", "a.".repeat(100_000))] {
        assert!(Scene::read("mine", &path).is_err());
    }
}

#[test]
fn a_scene_that_gets_nowhere_says_what_did_not_come() {
    let never = SMALL.replace("client.ended != not-yet", "client.received = 99");
    let progress = Stage::new().run(Arc::new(Scene::read("mine", &never).unwrap()));
    // The client has received everything.
    assert_eq!(progress, SceneProgress::Stuck("client.received = 99 (5)".into()));
}
