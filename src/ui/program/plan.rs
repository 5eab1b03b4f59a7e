//! What the program is made from: the run that is shown, or the form once the run is over and the form says something else.
//!
//! A plan is made anew only when one of the two has changed, since a request may have megabytes.

use crate::capture::SessionId;
use crate::export::program::{ClientPlan, LaterMessagesReader, Plan};
use crate::settings::{ClientForm, FormError, ServerForm};
use crate::ui::client::{ClientRole, ClientRun};
use crate::ui::runs::Run;
use crate::ui::server::ServerRole;

/// What the last plan was made from.
#[derive(Debug, Default)]
pub enum PlanInputs {
    /// No plan was made yet.
    #[default]
    Nothing,
    /// The client's form, and its run.
    Client(Box<ClientForm>, Option<ClientRunKey>),
    /// The server's form, and its run.
    Server(Box<ServerForm>, Option<(SessionId, bool, u16, bool)>, Box<Option<ServerForm>>),
}

/// What a client's program depends on besides the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientRunKey {
    session: SessionId,
    hop: usize,
    is_v6: bool,
    is_running: bool,
    /// The messages after the request, when the peer closed by itself, and whether more was said.
    said: (usize, Option<u64>, bool),
}

/// The messages that were said after the request, on the connection that is shown.
#[derive(Debug, Default)]
pub struct Transcript {
    of: Option<(SessionId, usize)>,
    reader: LaterMessagesReader,
    /// Whether more of the record is to be read.
    pub is_behind: bool,
}

impl Transcript {
    fn read_on(&mut self, run: &ClientRun) {
        let of = Some((run.session().id, run.hop()));
        if self.of != of {
            *self = Self { of, ..Self::default() };
        }
        let (Some(connection), Some(asked)) = (run.connection(), run.asked.get(run.hop())) else { return };
        let (opening, has_file) = (asked.request.len() as u64, asked.request_file.is_some());
        self.is_behind = self.reader.read_on(connection, opening, has_file);
    }
}

/// What the program is to do.
#[derive(Debug)]
pub struct PlannedProgram {
    /// The plan, or what is wrong with the form.
    pub plan: Result<Plan, FormError>,
    /// Whether it is that of the run that is shown.
    pub is_of_run: bool,
}

/// What the client's program is to do, if that is not `known`.
pub fn of_client(role: &ClientRole, known: &mut PlanInputs, heard: &mut Transcript) -> Option<PlannedProgram> {
    let run = role.runs.shown().map(|kept| &kept.run);
    run.into_iter().for_each(|run| heard.read_on(run));
    let said = &heard.reader.later;
    let now = run.map(|run| ClientRunKey {
        session: run.session().id,
        hop: run.hop(),
        is_v6: run.connection().and_then(|connection| connection.peer).is_some_and(|peer| peer.is_ipv6()),
        is_running: run.is_running(),
        said: (said.messages.len(), said.closes, said.has_more),
    });
    if matches!(known, PlanInputs::Client(draft, before) if **draft == role.draft && *before == now) {
        return None;
    }
    *known = PlanInputs::Client(Box::new(role.draft.clone()), now);
    let is_v6 = now.is_some_and(|now| now.is_v6);
    let of_form = || role.draft.spec().map(|spec| ClientPlan::of(&spec, is_v6));
    let of_run = run.and_then(|run| run.asked.get(run.hop())).map(|asked| ClientPlan::of(asked, is_v6));
    Some(match of_run {
        Some(mut plan)
            if run.is_some_and(|run| run.is_running() || run.asked.len() > 1) || of_form() == Ok(plan.clone()) =>
        {
            plan.later.clone_from(said);
            PlannedProgram { plan: Ok(Plan::Client(plan)), is_of_run: true }
        }
        _ => PlannedProgram { plan: of_form().map(Plan::Client), is_of_run: false },
    })
}

/// What the server's program is to do, if that is not `known`.
pub fn of_server(role: &ServerRole, known: &mut PlanInputs) -> Option<PlannedProgram> {
    let run = role.runs.shown().map(|kept| &kept.run);
    let now = run.map(|run| (run.session().id, run.is_running(), run.address().port(), run.has_orders));
    let applied = run.map(|run| &run.applied_form);
    if matches!(known, PlanInputs::Server(draft, before, was) if **draft == role.draft && *before == now && was.as_ref().as_ref() == applied)
    {
        return None;
    }
    *known = PlanInputs::Server(Box::new(role.draft.clone()), now, Box::new(applied.cloned()));
    let applied =
        applied.filter(|applied| now.is_some_and(|(_, is_running, ..)| is_running) || **applied == role.draft);
    let mut plan = applied.unwrap_or(&role.draft).plan();
    if let (Ok(plan), Some((_, _, port, has_orders)), true) = (&mut plan, now, applied.is_some()) {
        plan.has_orders = has_orders;
        // For port 0 the program has the port that the run was given.
        plan.address.set_port(port);
    }
    Some(PlannedProgram { plan: plan.map(Plan::Server), is_of_run: applied.is_some() })
}
