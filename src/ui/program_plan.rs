//! What the program is of: the run that is shown, or the form while it says something else than a run that is over.
//!
//! Made anew only when one of the two has changed: a request may have megabytes.

use super::client_role::ClientRole;
use super::server_role::ServerRole;
use super::shelf::Keepable;
use crate::capture::SessionId;
use crate::export::program::Plan;
use crate::settings::{ClientDraft, DraftError, ServerDraft, client_plan};

/// What the last plan was made of.
#[derive(Debug, Default)]
pub enum Known {
    /// Nothing yet.
    #[default]
    Nothing,
    /// The client's form, and its run.
    Client(Box<ClientDraft>, Option<ClientRun>),
    /// The server's form, and its run.
    Server(Box<ServerDraft>, Option<(SessionId, bool, u16)>, Box<Option<ServerDraft>>),
}

/// What a client's program depends on besides the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientRun {
    session: SessionId,
    hop: usize,
    is_v6: bool,
    is_running: bool,
}

/// What the program is to do.
#[derive(Debug)]
pub struct Planned {
    /// The plan, or what is wrong with the form.
    pub plan: Result<Plan, DraftError>,
    /// Whether it is that of the run that is shown.
    pub is_of_run: bool,
}

/// What the client's program is to do, if that is not `known`.
pub fn of_client(role: &ClientRole, known: &mut Known) -> Option<Planned> {
    let run = role.runs.shown().map(|kept| &kept.run);
    let now = run.map(|run| ClientRun {
        session: run.session().id,
        hop: run.hop(),
        is_v6: run.connection().and_then(|connection| connection.peer).is_some_and(|peer| peer.is_ipv6()),
        is_running: run.is_running(),
    });
    if matches!(known, Known::Client(draft, before) if **draft == role.draft && *before == now) {
        return None;
    }
    *known = Known::Client(Box::new(role.draft.clone()), now);
    let is_v6 = now.is_some_and(|now| now.is_v6);
    let of_form = || role.draft.spec().map(|spec| client_plan(&spec, is_v6));
    let of_run = run.and_then(|run| run.asked.get(run.hop())).map(|asked| client_plan(asked, is_v6));
    Some(match of_run {
        Some(plan)
            if run.is_some_and(|run| run.is_running() || run.asked.len() > 1) || of_form() == Ok(plan.clone()) =>
        {
            Planned { plan: Ok(Plan::Client(plan)), is_of_run: true }
        }
        _ => Planned { plan: of_form().map(Plan::Client), is_of_run: false },
    })
}

/// What the server's program is to do, if that is not `known`.
pub fn of_server(role: &ServerRole, known: &mut Known) -> Option<Planned> {
    let run = role.runs.shown().map(|kept| &kept.run);
    let now = run.map(|run| (run.session().id, run.is_running(), run.address().port()));
    let told = run.map(|run| &run.told);
    if matches!(known, Known::Server(draft, before, was) if **draft == role.draft && *before == now && was.as_ref().as_ref() == told)
    {
        return None;
    }
    *known = Known::Server(Box::new(role.draft.clone()), now, Box::new(told.cloned()));
    let told = told.filter(|told| now.is_some_and(|(_, is_running, _)| is_running) || **told == role.draft);
    let mut plan = told.unwrap_or(&role.draft).plan();
    if let (Ok(plan), Some((_, _, port)), true) = (&mut plan, now, told.is_some()) {
        // Where any free port was asked for, it is the one that the run has got.
        plan.address.set_port(port);
    }
    Some(Planned { plan: plan.map(Plan::Server), is_of_run: told.is_some() })
}
