//! The title of the window: what is asked or listened on, and the state, so that a task bar tells windows apart.
//!
//! The system is told only when the title differs.

use egui::{Context, ViewportCommand};

use super::App;
use crate::capture::{Connection, ConnectionState, Role};
use crate::view::excerpt;
use crate::words::Arg;

/// The name of the program, which every title ends with.
const NAME: &str = "Socketscope";

impl App {
    /// Gives the window the title of what is shown now.
    pub(super) fn follow_title(&mut self, ctx: &Context) {
        let title = match self.roles.shown {
            Role::Client => self.client_title(),
            Role::Server => self.server_title(),
        };
        let title = title.map_or_else(|| NAME.to_owned(), |title| format!("{} · {NAME}", excerpt(&title)));
        if title != self.title {
            self.title.clone_from(&title);
            ctx.send_viewport_cmd(ViewportCommand::Title(title));
        }
    }

    /// The method and the host, and the status code or the state.
    fn client_title(&self) -> Option<String> {
        let (asked, connection) = (self.roles.client.asked()?, self.roles.client.connection()?);
        let method = connection.sent.messages.last().and_then(|message| message.head.method());
        let target = method.map_or_else(|| asked.host.clone(), |method| format!("{method} {}", asked.host));
        let status = connection.received.messages.last().and_then(|message| message.head.status());
        let state = status.map_or_else(|| self.words.connection_state(connection), |status| status.to_string());
        Some(format!("{target} · {state}"))
    }

    /// Where the server listens, and how many connections are open.
    fn server_title(&self) -> Option<String> {
        let session = self.roles.server.session()?;
        let listener = session.listener.as_ref().filter(|listener| listener.thread.ended.is_none())?;
        let address = Arg::from(listener.address?.to_string());
        let is_open = |connection: &&Connection| connection.state() == ConnectionState::Open;
        let open = session.connections.iter().filter(is_open).count() as u64;
        let open = self.words.with("connections-open", [("count", Arg::from(open))]);
        Some(format!("{} · {open}", self.words.with("title-listening", [("address", address)])))
    }
}
