//! Filters and sorts the connections of a server, and finds the recipients of commands.
//!
//! In scope: when rows are sorted anew: at once when the user asks for another order, else a few times a second while connections change,
//! and never while the pointer moves in the rows, so that no row jumps away under it. Out of scope: drawing.

use std::time::Duration;

use super::model::ConnectionsModel;
use crate::capture::{Connection, ConnectionId, ConnectionState, Ended, Moment, SessionId};
use crate::settings::Language;
use crate::ui::kit::UiContext;
use crate::view::{ConnectionColumn, ConnectionQuery, RowSelection, RowTexts, ordered};

/// How often rows are sorted anew while connections change.
const REFRESH: Duration = Duration::from_millis(150);
/// How often rows are sorted anew by values that change with time alone.
const TICK: Duration = Duration::from_secs(1);
/// How long rows stand still after the pointer has moved in them.
const FREEZE: Duration = Duration::from_millis(400);

/// Connections that a command may go to, ordered by their numbers.
#[derive(Debug, Default)]
pub struct Recipients {
    /// The open connections.
    pub open: Vec<ConnectionId>,
    /// The open connections whose sending side is open.
    pub sending: Vec<ConnectionId>,
    /// The open connections on which messages are repeated.
    pub repeating: Vec<ConnectionId>,
}

/// What the rows were sorted from.
#[derive(Debug, PartialEq)]
struct SortInputs {
    session: SessionId,
    query: ConnectionQuery,
    language: Language,
    changes: u64,
    at: Moment,
}

/// The rows, and which of them are selected.
#[derive(Debug, Default)]
pub struct SortedConnections {
    /// The filter and the order.
    pub query: ConnectionQuery,
    /// The selected connections.
    pub picks: RowSelection,
    /// The rows.
    pub order: Vec<ConnectionId>,
    /// The recipients of a command to the selection.
    pub chosen: Recipients,
    /// The recipients of a command to all open connections.
    pub all: Recipients,
    /// The number of threads that work for the run.
    pub threads: u64,
    /// Whether anything was asked in HTTP on a connection in the rows.
    pub has_requests: bool,
    sorted_for: Option<SortInputs>,
    /// What the recipients were found from, besides the rows.
    recipients_for: Option<(u64, Option<ConnectionId>)>,
    frozen_until: Moment,
}

impl SortedConnections {
    /// Sorts the rows anew at the next frame.
    pub fn invalidate(&mut self) {
        self.sorted_for = None;
    }

    /// Keeps the rows as they are for a moment.
    pub fn freeze(&mut self, now: Moment) {
        self.frozen_until = now.plus(FREEZE);
    }

    /// Whether `id` is selected; without a selection it is the connection that is shown.
    pub fn is_selected(&self, id: ConnectionId, looked: Option<ConnectionId>) -> bool {
        if self.picks.is_empty() { looked == Some(id) } else { self.picks.has(id) }
    }

    /// Sorts the rows and finds the recipients, if it is time to.
    pub fn prepare(&mut self, model: &ConnectionsModel<'_>, cx: &UiContext<'_>, ctx: &egui::Context) {
        let Some(run) = model.run else {
            *self = Self { query: std::mem::take(&mut self.query), ..Self::default() };
            return;
        };
        let (session, changes) = (run.session(), run.record.changes());
        if self.sorted_for.as_ref().is_some_and(|sorted_for| sorted_for.session != session.id) {
            self.picks.clear();
            self.sorted_for = None;
        }
        let same =
            |sorted_for: &&SortInputs| sorted_for.query == self.query && sorted_for.language == cx.words.language();
        match self.sorted_for.as_ref().filter(same) {
            Some(sorted_for) => {
                let age = cx.now.since(sorted_for.at);
                let moves = matches!(self.query.by, ConnectionColumn::Rate | ConnectionColumn::Age)
                    || !self.all.repeating.is_empty();
                let is_stale = sorted_for.changes != changes || (moves && age >= TICK);
                // The first row does not wait.
                let rest = if self.order.is_empty() { Duration::ZERO } else { REFRESH.saturating_sub(age) };
                let wait = rest.max(self.frozen_until.since(cx.now));
                if is_stale && wait.is_zero() {
                    self.sort(model, cx, changes);
                } else if is_stale {
                    ctx.request_repaint_after(wait);
                }
            }
            None => self.sort(model, cx, changes),
        }
        if self.recipients_for != Some((self.picks.changes(), model.looked())) {
            self.find_recipients(model, cx.now);
        }
    }

    fn sort(&mut self, model: &ConnectionsModel<'_>, cx: &UiContext<'_>, changes: u64) {
        let Some(run) = model.run else { return };
        let session = run.session();
        let states = state_texts(cx);
        let state =
            |state: ConnectionState| states.iter().find(|(known, _)| *known == state).map_or("", |(_, text)| text);
        let texts = RowTexts { name: &|address| model.names.of(address), state: &state, now: cx.now };
        self.order = ordered(session.connections.iter(), &self.query, &texts);
        self.picks.keep(&self.order);
        let asks =
            |connection: &Connection| !(connection.received.messages.is_empty() && connection.sent.messages.is_empty());
        self.has_requests = session.connections.iter().any(asks);
        let (query, language) = (self.query.clone(), cx.words.language());
        self.sorted_for = Some(SortInputs { session: session.id, query, language, changes, at: cx.now });
        self.recipients_for = None;
    }

    /// Finds the recipients of commands.
    fn find_recipients(&mut self, model: &ConnectionsModel<'_>, now: Moment) {
        let Some(run) = model.run else { return };
        let session = run.session();
        let looked = model.looked();
        let group = |connections: &mut dyn Iterator<Item = &Connection>| {
            let mut group = Recipients::default();
            for connection in connections.filter(|connection| connection.thread.ended.is_none()) {
                group.open.push(connection.id);
                if connection.state() == ConnectionState::Open && !connection.sending_ended {
                    group.sending.push(connection.id);
                }
                if run.repeating.is_repeating(connection, now) {
                    group.repeating.push(connection.id);
                }
            }
            group
        };
        self.all = group(&mut session.connections.iter());
        let picked = self.picks.iter().chain(looked.filter(|_| self.picks.is_empty()));
        self.chosen = group(&mut picked.filter_map(|id| session.connection(id)));
        let listens = session.listener.as_ref().is_some_and(|listener| listener.thread.ended.is_none());
        // A connection that the accepting thread serves has no thread of its own.
        let accepting = session.listener.as_ref().map(|listener| listener.thread.name.as_str());
        let has_own = |id: &&ConnectionId| {
            let thread = session.connection(**id).map(|connection| connection.thread.name.as_str());
            thread != accepting
        };
        self.threads = self.all.open.iter().filter(has_own).count() as u64 + u64::from(listens);
        self.recipients_for = Some((self.picks.changes(), looked));
    }
}

/// The name of each state that a connection can be in.
fn state_texts(cx: &UiContext<'_>) -> [(ConnectionState, String); 9] {
    [
        ConnectionState::Preparing,
        ConnectionState::Open,
        ConnectionState::Closed(Ended::PeerFinished),
        ConnectionState::Closed(Ended::Finished),
        ConnectionState::Closed(Ended::Stopped),
        ConnectionState::Closed(Ended::Reset),
        ConnectionState::Closed(Ended::TimedOut),
        ConnectionState::Closed(Ended::OnPurpose),
        ConnectionState::Closed(Ended::Failed),
    ]
    .map(|state| (state, cx.words.state_name(state)))
}
