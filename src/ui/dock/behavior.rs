//! What `egui_tiles` asks while it draws the dock: the tabs, what stands beside them, and the panes.

use egui::{Align, Color32, Id, Layout, Response, Stroke, Style, Ui, UiBuilder, Visuals, WidgetText, vec2};
use egui_tiles::{Behavior, EditAction, ResizeState, SimplificationOptions, TabState, Tabs, TileId, Tiles, UiResponse};

use super::order::DockOrder;
use super::standard::GAP;
use super::tab::{self, TAB_ROW};
use super::tree::view_of;
use crate::capture::Role;
use crate::settings::View;
use crate::ui::kit::widgets::surface;
use crate::ui::kit::{GRID, UiContext};

/// No tile is made narrower or lower than this with the mouse, in points.
const TILE_MIN: f32 = 96.0;

/// What the views show.
pub trait Panes {
    /// Whether there is anything of this view in the run: TLS only where there is TLS.
    fn is_there(&self, view: View) -> bool;

    /// Draws the view.
    fn show(&mut self, ui: &mut Ui, view: View);

    /// Whether the view has controls that stand beside its tab, or above it.
    fn has_header(&self, view: View) -> bool;

    /// Draws these controls in a row.
    fn header(&mut self, ui: &mut Ui, view: View);

    /// Draws what the view has to tell at the right end of its tabs, in the room that there is.
    fn tell(&mut self, ui: &mut Ui, view: View);
}

/// The dock while it is drawn.
pub(super) struct DockBehavior<'a> {
    pub cx: &'a UiContext<'a>,
    role: Role,
    panes: &'a mut dyn Panes,
    /// Whether views can be closed: the last one can't.
    pub can_close: bool,
    /// Whether the tabs that are drawn are several, so that one of them can go elsewhere.
    can_split: bool,
    /// The views that stand nowhere.
    pub closed: Vec<View>,
    /// The view whose controls stand beside its tab.
    header_beside_tab: Option<View>,
    /// Whether the user has moved views, or the lines between them.
    pub is_moved: bool,
    pub orders: Vec<DockOrder>,
}

impl<'a> DockBehavior<'a> {
    pub fn new(cx: &'a UiContext<'a>, role: Role, panes: &'a mut dyn Panes) -> Self {
        Self {
            cx,
            role,
            panes,
            can_close: true,
            can_split: false,
            closed: Vec::new(),
            header_beside_tab: None,
            is_moved: false,
            orders: Vec::new(),
        }
    }

    /// Where the width of a view's controls is remembered.
    fn header_id(&self, view: View) -> Id {
        Id::unique(("view header", self.role == Role::Client, view))
    }

    fn header(&mut self, ui: &mut Ui, view: View) {
        let row = ui.horizontal(|ui| self.panes.header(ui, view));
        let (id, width) = (self.header_id(view), row.response.rect.width());
        ui.data_mut(|data| data.insert_temp(id, width));
    }
}

impl Behavior<View> for DockBehavior<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, view: &mut View) -> UiResponse {
        let view = *view;
        let is_list = matches!(view, View::Calls | View::Connections);
        let margin = if is_list { egui::Margin::ZERO } else { egui::Margin::symmetric(8, 4) };
        // What a view has scrolled to stays when the view moves.
        let id = Id::unique(("view", self.role == Role::Client, view));
        ui.scope_builder(UiBuilder::new().scope_id(id), |ui| {
            surface(self.cx.tokens).inner_margin(margin).show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                ui.spacing_mut().item_spacing.y = 4.0;
                if self.header_beside_tab.take() != Some(view) && self.panes.has_header(view) {
                    self.header(ui, view);
                }
                self.panes.show(ui, view);
            });
        });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, view: &View) -> WidgetText {
        tab::title(self.cx, *view).into()
    }

    fn tab_ui(&mut self, _tiles: &mut Tiles<View>, ui: &mut Ui, id: Id, tile: TileId, state: &TabState) -> Response {
        let Some(view) = view_of(tile) else { return ui.response() };
        let response = tab::show(ui, self.cx, id, view, state);
        if response.middle_clicked() && self.can_close {
            self.orders.push(DockOrder::Close(view));
        }
        response.context_menu(|ui| {
            self.orders.extend(tab::view_entries(ui, self.cx, view, (self.can_split, self.can_close)));
        });
        response
    }

    fn top_bar_right_ui(&mut self, tiles: &Tiles<View>, ui: &mut Ui, _tile: TileId, tabs: &Tabs, _scroll: &mut f32) {
        let Some(view) = tabs.active.and_then(view_of) else { return };
        ui.spacing_mut().item_spacing.x = GRID;
        let views: Vec<_> = tabs.children.iter().copied().filter(|tile| tiles.is_visible(*tile)).collect();
        let views: Vec<_> = views.into_iter().filter_map(view_of).collect();
        self.can_split = views.len() > 1;
        let order = tab::menu(ui, self.cx, view, (&views, &self.closed), (self.can_split, self.can_close));
        self.orders.extend(order);
        let tabs_width: f32 = views.iter().map(|view| tab::width(ui, self.cx, *view)).sum();
        let room = ui.available_width() - tabs_width - 2.0 * GRID;
        if !self.panes.has_header(view) {
            return self.tell(ui, view, room);
        }
        let width = ui.data(|data| data.get_temp::<f32>(self.header_id(view))).filter(|width| *width <= room);
        let Some(width) = width else { return self.tell(ui, view, room) };
        self.header_beside_tab = Some(view);
        self.tell(ui, view, room - width - GRID);
        let size = vec2(width, ui.available_height());
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| self.header(ui, view));
    }

    fn tab_bar_height(&self, _style: &Style) -> f32 {
        TAB_ROW
    }

    fn is_tab_bar_visible(&self, _tile: TileId, tabs: &Tabs) -> bool {
        // The lists have a line of their own at the top.
        !matches!(tabs.children.as_slice(), [only] if matches!(view_of(*only), Some(View::Calls | View::Connections)))
    }

    fn is_tile_draggable(&self, _tiles: &Tiles<View>, tile: TileId) -> bool {
        // A row of tabs as a whole stays where it is: its ground would be one more stop of the keyboard.
        view_of(tile).is_some()
    }

    fn gap_width(&self, _style: &Style) -> f32 {
        GAP
    }

    fn min_size(&self) -> f32 {
        TILE_MIN
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: true,
            flatten_tabs_in_tabs: true,
            ..SimplificationOptions::default()
        }
    }

    fn resize_stroke(&self, _style: &Style, state: ResizeState) -> Stroke {
        let tokens = self.cx.tokens;
        match state {
            ResizeState::Idle => Stroke::NONE,
            ResizeState::Hovering => Stroke::new(2.0, tokens.weak),
            ResizeState::Dragging => Stroke::new(2.0, tokens.accent),
        }
    }

    fn tab_bar_color(&self, _visuals: &Visuals) -> Color32 {
        Color32::TRANSPARENT
    }

    fn cycle_tabs_with_keyboard(&self) -> bool {
        // It goes by the pointer, which is no use to who has only a keyboard.
        false
    }

    fn on_edit(&mut self, action: EditAction) {
        self.is_moved |= matches!(action, EditAction::TileResized | EditAction::TileDropped);
    }
}

impl DockBehavior<'_> {
    /// Draws what the view has to tell, if there is `room` for some words.
    fn tell(&mut self, ui: &mut Ui, view: View, room: f32) {
        const LEAST: f32 = 64.0;
        if room >= LEAST {
            let size = vec2(room, ui.available_height());
            let right = Layout::right_to_left(Align::Center);
            ui.allocate_ui_with_layout(size, right, |ui| self.panes.tell(ui, view));
        }
    }
}
