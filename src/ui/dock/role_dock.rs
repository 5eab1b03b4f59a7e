//! Which views a role shows, and where: as the size of the dock says, as the user has moved them, or as a lesson wants them.

use egui::{Id, Ui, Vec2};
use egui_tiles::{Container, Tile, Tree};

use super::behavior::{DockBehavior, Panes};
use super::order::DockOrder;
use super::standard::{Room, standard};
use super::tree::{arrangement_of, tile_of, tree_of, view_of};
use crate::capture::Role;
use crate::settings::{Arrangement, View};
use crate::ui::action::{Action, ProgramAction};
use crate::ui::kit::UiContext;
use crate::ui::shortcut::Shortcut;

/// A dock is taken to have this room before it is drawn for the first time.
const NOMINAL: Room = Room { width: 960.0, height: 700.0, whole_height: 700.0, connections: 200.0 };

/// The views that have numbers, for Ctrl and a digit, and the digits.
const NUMBERED: [(Shortcut, View); 8] = [
    (Shortcut::View(1), View::Head),
    (Shortcut::View(2), View::Body),
    (Shortcut::View(3), View::Bytes),
    (Shortcut::View(4), View::Timing),
    (Shortcut::View(5), View::Ladder),
    (Shortcut::View(6), View::Kernel),
    (Shortcut::View(7), View::Tls),
    (Shortcut::View(8), View::Program),
];

/// Where the views stand, and why there.
struct Placed {
    tree: Tree<View>,
    /// The views that are seen beside the others, while the size of the dock says how; `None`: the user has moved views.
    beside: Option<Vec<View>>,
    /// The room for which the tree was made.
    room: Room,
}

/// The dock of a role.
pub struct Dock {
    role: Role,
    placed: Placed,
    /// How the user has left the views that a lesson shows in its own way.
    before_lesson: Option<Placed>,
    /// The view that was used last.
    last: View,
    /// The greatest height of the dock since the window has its size, and that size.
    tallest: (Vec2, f32),
    /// Whether TLS is to be seen once there is any.
    tls_is_held: bool,
}

impl Dock {
    /// The dock of `role`, as it was kept; `shows_program` holds where nothing was.
    #[must_use]
    pub fn new(role: Role, kept: Option<Arrangement>, shows_program: bool) -> Self {
        let beside = if shows_program { vec![View::Program] } else { Vec::new() };
        let mut placed = by_size(role, NOMINAL, View::Body, beside);
        if let Some(kept) = kept {
            placed.tree = tree_of(id(role), &kept);
            placed.beside = None;
        }
        Self { role, placed, before_lesson: None, last: View::Body, tallest: (Vec2::ZERO, 0.0), tls_is_held: false }
    }

    /// How the user has arranged the views, to be kept; `None` while the size of the dock says how they stand.
    #[must_use]
    pub fn kept(&self) -> Option<Arrangement> {
        let users = self.before_lesson.as_ref().unwrap_or(&self.placed);
        if users.beside.is_some() { None } else { arrangement_of(&users.tree) }
    }

    /// The view that was used last.
    #[must_use]
    pub fn last(&self) -> View {
        self.last
    }

    /// Whether `view` stands in the dock, seen or not.
    #[must_use]
    pub fn contains(&self, view: View) -> bool {
        self.placed.tree.tiles.get(tile_of(view)).is_some()
    }

    /// Whether `view` is seen.
    #[must_use]
    pub fn shows(&self, view: View) -> bool {
        self.placed.tree.active_tiles().contains(&tile_of(view))
    }

    /// Brings `view` to the front; one that is closed is opened among the tabs that were used last.
    pub fn open(&mut self, view: View) {
        if !self.contains(view) {
            let near = self.standing();
            self.change(|views| views.add_tab(view, near));
        }
        self.placed.tree.make_active(|tile, _| tile == tile_of(view));
        self.last = view;
    }

    /// Shows the program, or closes it.
    pub fn show_program(&mut self, is_shown: bool) {
        let program = View::Program;
        if let Some(beside) = &self.placed.beside {
            let mut beside: Vec<_> = beside.iter().copied().filter(|view| *view != program).collect();
            beside.extend(is_shown.then_some(program));
            self.placed = by_size(self.role, self.placed.room, self.first_active(), beside);
        } else if is_shown {
            self.open(program);
        } else {
            self.change(|views| views.remove(program));
        }
    }

    /// Lets the size of the dock say again how the views stand.
    pub fn reset(&mut self) {
        let beside = if self.contains(View::Program) { vec![View::Program] } else { Vec::new() };
        self.placed = by_size(self.role, self.placed.room, View::Body, beside);
    }

    /// Shows the views of a lesson, the first among the others and the rest beside it, until [`Self::end_lesson`].
    pub fn begin_lesson(&mut self, views: &[View]) {
        let (active, rest) = match views {
            [View::Program, ..] | [] => (View::Body, views),
            [first, rest @ ..] => (*first, rest),
        };
        let mut beside = Vec::new();
        for view in rest {
            if *view != active && !beside.contains(view) {
                beside.push(*view);
            }
        }
        let placed = by_size(self.role, self.placed.room, active, beside);
        let before = std::mem::replace(&mut self.placed, placed);
        self.before_lesson.get_or_insert(before);
        self.last = active;
    }

    /// Gives the user's views back.
    pub fn end_lesson(&mut self) {
        if let Some(before) = self.before_lesson.take() {
            self.placed = before;
        }
    }

    /// Draws the views. `connections` is the height that a server's connections need.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, connections: f32, panes: &mut dyn Panes) {
        let size = ui.available_size();
        let window = ui.ctx().content_rect().size();
        if self.tallest.0 != window {
            self.tallest = (window, size.y);
        }
        self.tallest.1 = self.tallest.1.max(size.y);
        let (width, height, whole_height) = (size.x.round(), size.y.round(), self.tallest.1.round());
        let room = Room { width, height, whole_height, connections: connections.round() };
        if self.placed.room != room {
            if let Some(beside) = self.placed.beside.take() {
                self.placed = by_size(self.role, room, self.first_active(), beside);
                // What is seen now may not have been prepared.
                ui.request_repaint();
            }
            self.placed.room = room;
        }
        self.keys(ui, cx, panes);
        self.hold_tls(panes.is_there(View::Tls));
        for view in View::ALL {
            self.placed.tree.set_visible(tile_of(view), panes.is_there(view));
        }
        let closed = View::ALL.into_iter().filter(|view| !self.contains(*view) && panes.is_there(*view)).collect();
        let mut behavior = DockBehavior::new(cx, self.role, panes);
        behavior.can_close = self.placed.tree.tiles.iter().filter(|(_, tile)| tile.is_pane()).count() > 1;
        behavior.closed = closed;
        self.placed.tree.ui(&mut behavior, ui);
        let (is_moved, orders) = (behavior.is_moved, behavior.orders);
        if is_moved {
            self.placed.beside = None;
        }
        for order in orders {
            self.carry_out(order, cx);
            ui.request_repaint();
        }
        self.note_use(ui);
    }

    fn carry_out(&mut self, order: DockOrder, cx: &UiContext<'_>) {
        match order {
            DockOrder::Open(View::Program) if !self.contains(View::Program) => {
                cx.actions.push(Action::Program(ProgramAction::Show(true)));
            }
            DockOrder::Open(view) => self.open(view),
            DockOrder::Close(View::Program) => cx.actions.push(Action::Program(ProgramAction::Show(false))),
            DockOrder::Close(view) => self.change(|views| views.remove(view)),
            DockOrder::Split { view, below } => {
                self.change(|views| {
                    if let Some(near) = views.neighbour(view) {
                        views.split(view, near, below);
                    }
                });
                self.last = view;
            }
            DockOrder::Reset => self.reset(),
        }
    }

    fn keys(&mut self, ui: &Ui, cx: &UiContext<'_>, panes: &dyn Panes) {
        for (key, view) in NUMBERED {
            if panes.is_there(view) && key.pressed(ui.ctx()) {
                self.carry_out(DockOrder::Open(view), cx);
            }
        }
    }

    /// Goes to the body while there is no TLS to show, and comes back, as when another connection of the run begins.
    fn hold_tls(&mut self, is_there: bool) {
        if is_there && std::mem::take(&mut self.tls_is_held) {
            self.placed.tree.make_active(|tile, _| tile == tile_of(View::Tls));
        } else if !is_there && self.shows(View::Tls) {
            self.tls_is_held = true;
            self.placed.tree.make_active(|tile, _| tile == tile_of(View::Body));
        }
    }

    /// Notes which view the user has clicked into, or chosen the tab of.
    fn note_use(&mut self, ui: &Ui) {
        let Some(at) = ui.input(|input| input.pointer.any_released().then(|| input.pointer.interact_pos()).flatten())
        else {
            return;
        };
        let tree = &self.placed.tree;
        let tabs = tree.tiles.iter().filter_map(|(tile, content)| match content {
            Tile::Container(Container::Tabs(tabs)) => Some((*tile, tabs.active?)),
            _ => None,
        });
        let is_at = |tile| tree.tiles.rect(tile).is_some_and(|rect| rect.contains(at));
        if let Some(view) = tabs.filter(|(tile, _)| is_at(*tile)).find_map(|(_, active)| view_of(active)) {
            self.last = view;
            self.tls_is_held = false;
        }
    }

    /// A view beside which another can be opened: the one that was used last, or else any that is seen.
    fn standing(&self) -> View {
        let seen = |view: &View| self.shows(*view) && !matches!(view, View::Calls | View::Connections);
        let any = || View::ALL.into_iter().rev().find(seen);
        Some(self.last).filter(seen).or_else(any).unwrap_or(View::Calls)
    }

    /// The view that is seen of those that are tabs of one place at first.
    fn first_active(&self) -> View {
        let tiles = &self.placed.tree.tiles;
        let place = tiles.parent_of(tile_of(View::Body)).or_else(|| tiles.parent_of(tile_of(View::Head)));
        match place.and_then(|place| tiles.get_container(place)) {
            Some(Container::Tabs(tabs)) => tabs.active.and_then(view_of).unwrap_or(View::Body),
            _ => View::Body,
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Arrangement)) {
        let Some(mut views) = arrangement_of(&self.placed.tree) else { return };
        change(&mut views);
        self.placed.tree = tree_of(id(self.role), &views);
        self.placed.beside = None;
    }
}

fn by_size(role: Role, room: Room, active: View, beside: Vec<View>) -> Placed {
    let tree = tree_of(id(role), &standard(role, room, active, &beside));
    Placed { tree, beside: Some(beside), room }
}

fn id(role: Role) -> Id {
    Id::unique(("dock", role == Role::Client))
}
