//! The views of a run as the dock draws them: those of the connection, a server's table of connections, the program.

use egui::Ui;

use super::model::ConnectionModel;
use super::view::ConnectionView;
use crate::settings::View;
use crate::ui::dock::{Dock, Panes};
use crate::ui::kit::UiContext;
use crate::ui::select::Follower;

/// Draws the program that does what a run does, which belongs to the window.
pub type DrawProgram<'a> = dyn FnMut(&mut Ui, Option<&ConnectionModel<'_>>) + 'a;

/// The views of a run.
pub struct ConnectionPanes<'a> {
    /// The texts, colours and time.
    pub cx: &'a UiContext<'a>,
    /// The views of the connection.
    pub view: &'a mut ConnectionView,
    /// The connection.
    pub model: Option<ConnectionModel<'a>>,
    /// Draws a server's table of connections.
    pub connections: Option<&'a mut dyn FnMut(&mut Ui)>,
    /// Draws the program.
    pub program: &'a mut DrawProgram<'a>,
}

impl ConnectionPanes<'_> {
    /// Draws the views in `dock`; `connections` is the height that the table of connections needs, in points.
    pub fn show_in(mut self, dock: &mut Dock, ui: &mut Ui, connections: f32) {
        let wanted = match self.view.take_wanted() {
            Some(Follower::Body) => Some(View::Body),
            Some(Follower::Bytes) => Some(View::Bytes),
            Some(Follower::Ladder) => Some(View::Ladder),
            Some(Follower::Calls | Follower::Pin) | None => None,
        };
        if let Some(view) = wanted {
            dock.open(view);
        }
        let shows_ladder = dock.shows(View::Ladder);
        self.view.begin_frame(self.model.as_ref(), shows_ladder);
        let cx = self.cx;
        dock.show(ui, cx, connections, &mut self);
        self.view.end_frame(ui, cx, self.model.as_ref(), shows_ladder);
    }
}

impl Panes for ConnectionPanes<'_> {
    fn is_there(&self, view: View) -> bool {
        match view {
            View::Connections => self.connections.is_some(),
            View::Tls => {
                self.model.and_then(|model| model.connection).is_some_and(|connection| connection.tls.is_some())
            }
            _ => true,
        }
    }

    fn show(&mut self, ui: &mut Ui, view: View) {
        match view {
            View::Connections => {
                if let Some(connections) = &mut self.connections {
                    connections(ui);
                }
            }
            View::Program => (self.program)(ui, self.model.as_ref()),
            _ => self.view.show(ui, self.cx, self.model.as_ref(), view),
        }
    }

    fn has_header(&self, view: View) -> bool {
        matches!(view, View::Head | View::Body | View::Bytes)
    }

    fn header(&mut self, ui: &mut Ui, view: View) {
        self.view.header(ui, self.cx, self.model.as_ref(), view);
    }

    fn tell(&mut self, ui: &mut Ui, view: View) {
        if self.has_header(view) {
            self.view.tell(ui, self.cx, self.model.as_ref());
        }
    }
}
