//! Does what was chosen in the menu of a connection, and fits a column to what stands in it.

use egui::Ui;

use super::columns::title;
use super::menu::{Ending, RowChoice};
use super::model::ConnectionsModel;
use super::row::{self, RowNames};
use super::table::ConnectionsPanel;
use crate::capture::ConnectionId;
use crate::net::Order;
use crate::ui::action::{Action, ServerAction};
use crate::ui::kit::{UiContext, columns};
use crate::view::{ConnectionColumn, ConnectionStates, peer_ip};

impl ConnectionsPanel {
    /// Does what the user wants done with connection `id`, and, if it is one of several that are selected, with those.
    pub(super) fn carry_out(
        &mut self,
        ui: &Ui,
        cx: &UiContext<'_>,
        model: &ConnectionsModel<'_>,
        (id, choice): (ConnectionId, RowChoice),
    ) {
        let Some(connection) = model.session().and_then(|session| session.connection(id)) else { return };
        match choice {
            RowChoice::Copy => {
                let names = RowNames { peers: model.names, wall: &self.wall };
                let texts = row::texts(cx, names, connection);
                cx.copy_row(ui.ctx(), texts.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("\t"));
            }
            RowChoice::CopyAddress => {
                cx.copy_row(ui.ctx(), connection.peer.map(|peer| peer.to_string()).unwrap_or_default());
            }
            RowChoice::Send => {
                self.bar.shows_send_bar = Some(true);
                self.send_bar.focus();
            }
            RowChoice::End(how) => {
                let is_selected = self.sorted.is_selected(id, model.looked());
                let ids = if is_selected { self.sorted.chosen.open.clone() } else { vec![id] };
                let order = if how == Ending::Reset { Order::Reset } else { Order::Close };
                cx.actions.push(Action::Server(ServerAction::SendOrder(ids, order)));
            }
            RowChoice::Name => self.name(id, model),
            RowChoice::OnlyMachine => {
                self.sorted.query.text = peer_ip(connection).map(|ip| ip.to_string()).unwrap_or_default();
            }
            RowChoice::All => {
                self.sorted.query.text.clear();
                self.sorted.query.states = ConnectionStates::All;
            }
        }
    }

    /// Makes a column as wide as what is in view of it.
    pub(super) fn fit(&self, ui: &Ui, cx: &UiContext<'_>, model: &ConnectionsModel<'_>, column: ConnectionColumn) {
        let Some(session) = model.session() else { return };
        let names = RowNames { peers: model.names, wall: &self.wall };
        let first = usize::try_from(self.list.scroll.top_row).unwrap_or(usize::MAX);
        let count = self.list.rows_in(ui.available_height()) as usize + 1;
        let shown = self.sorted.order.iter().skip(first).take(count).filter_map(|id| session.connection(*id));
        let width = |text: &str| columns::text_width(ui, text, row::font(ui, column));
        let widest = shown.map(|connection| width(&row::text(cx, names, connection, column)));
        let title = title(column);
        let widest = widest.fold(width(&cx.text(title)), f32::max);
        cx.change_views(|views| views.connections.set_width(title, widest.ceil() + 1.0));
    }
}
