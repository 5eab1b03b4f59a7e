//! The glossary over the window: a filtered list of all words in groups, and the explanation of one.
//!
//! In scope: the filter, the keys (arrows and Esc), the links to the standards, which are opened only by a click. Out of scope: the
//! explanations (`words`), and the word at which the glossary opens.

use egui::{
    Align, Frame, Id, Key, Layout, Margin, Modal, Modifiers, Rect, RichText, Role, ScrollArea, Sense, Stroke, TextEdit,
    TextStyle, Ui, UiBuilder, Vec2, WidgetInfo,
};

use crate::lesson::catalogue;
use crate::ui::action::{Action, LessonAction};
use crate::ui::kit::widgets::{empty, icon_button, link_button};
use crate::ui::kit::{FIELD, GRID, Icon, ListRows, UiContext, VirtualList, columns, rows_in, virtual_list};
use crate::words::{Glossary, Topic, TopicGroup};

/// The greatest size of the panel, in points.
const SIZE_MAX: Vec2 = Vec2::new(816.0, 560.0);
/// The part of the window that the panel with its frame leaves free, in points.
const MARGIN: f32 = 96.0;
/// The width of the list.
const LIST_WIDTH: f32 = 304.0;
/// The rows of a page.
const PAGE: usize = 10;
/// Nobody searches for more characters.
const FILTER_MAX: usize = 80;

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Group(TopicGroup),
    Topic(Topic),
}

/// The panel.
#[derive(Default)]
pub struct GlossaryPanel {
    is_open: bool,
    /// Read when it is first opened.
    glossary: Option<Glossary>,
    filter: String,
    rows: Vec<Row>,
    /// The topic that is explained.
    topic: Option<Topic>,
    list: VirtualList,
    /// Whether the row of the topic is to be brought into view.
    reveals_topic: bool,
    /// Whether the filter is to get the keyboard focus.
    focuses_filter: bool,
}

impl GlossaryPanel {
    /// Whether it covers the window.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// Opens it at `topic`, or where it was; closes it if it is open.
    pub fn toggle(&mut self, topic: Option<Topic>) {
        self.is_open = !self.is_open;
        if self.is_open {
            self.filter.clear();
            self.topic = topic.or(self.topic);
            self.find_rows();
            self.focuses_filter = true;
        }
    }

    /// Closes it.
    pub fn close(&mut self) {
        self.is_open = false;
    }

    /// Finds the rows that the filter lets through; if the topic is not among them, the first is.
    fn find_rows(&mut self) {
        let found = self.glossary.get_or_insert_default().find(&self.filter);
        self.rows.clear();
        for group in TopicGroup::ALL {
            let topics = found.iter().filter(|topic| topic.group() == group);
            let before = self.rows.len();
            self.rows.extend(topics.map(|topic| Row::Topic(*topic)));
            if self.rows.len() > before {
                self.rows.insert(before, Row::Group(group));
            }
        }
        if self.topic.is_none_or(|topic| !found.contains(&topic)) {
            self.topic = found.first().copied();
        }
        self.reveals_topic = true;
    }

    /// Draws it, if it is open.
    pub fn show(&mut self, ui: &Ui, cx: &UiContext<'_>) {
        if !self.is_open {
            return;
        }
        let size = (ui.ctx().content_rect().size() - Vec2::splat(MARGIN)).min(SIZE_MAX);
        let frame = Frame::popup(ui.style()).fill(cx.tokens.surface).inner_margin(Margin::same(16));
        let modal = Modal::new(Id::unique("words")).frame(frame).show(ui.ctx(), |ui| {
            ui.set_width(size.x);
            ui.set_height(size.y);
            self.keys(ui);
            let is_closed = self.top(ui, cx);
            let area = ui.available_rect_before_wrap();
            let (left, right) = area.split_left_right_at_x(area.left() + LIST_WIDTH);
            ui.painter().hline(area.x_range(), area.top(), Stroke::new(1.0, cx.tokens.line));
            ui.painter().vline(left.right(), area.y_range(), Stroke::new(1.0, cx.tokens.line));
            let below = |rect: Rect| rect.with_min_y(rect.top() + 1.0);
            ui.scope_builder(UiBuilder::new().max_rect(below(left)), |ui| self.show_list(ui, cx));
            let right = below(right).shrink2(Vec2::new(2.0 * GRID, GRID));
            ui.scope_builder(UiBuilder::new().max_rect(right), |ui| self.explanation(ui, cx));
            ui.advance_cursor_after_rect(area);
            is_closed
        });
        if modal.inner || modal.should_close() {
            self.is_open = false;
        }
    }

    /// The keys that move in the list, whoever has the keyboard.
    fn keys(&mut self, ui: &Ui) {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        for (key, rows, is_down) in [
            (Key::ArrowDown, 1, true),
            (Key::ArrowUp, 1, false),
            (Key::PageDown, PAGE, true),
            (Key::PageUp, PAGE, false),
        ] {
            if pressed(key) {
                self.step(rows, is_down);
            }
        }
    }

    /// Goes `rows` topics down, or up, as far as there are any.
    fn step(&mut self, rows: usize, is_down: bool) {
        let topics: Vec<Topic> = self.rows.iter().filter_map(Row::topic).collect();
        let Some(at) = topics.iter().position(|topic| Some(*topic) == self.topic) else { return };
        let to = if is_down { at.saturating_add(rows).min(topics.len() - 1) } else { at.saturating_sub(rows) };
        self.topic = topics.get(to).copied();
        self.reveals_topic = true;
    }

    /// The title, the filter, and the button that closes; returns whether that was clicked.
    fn top(&mut self, ui: &mut Ui, cx: &UiContext<'_>) -> bool {
        ui.horizontal(|ui| {
            let title = cx.text("words");
            ui.label(RichText::new(title).heading().color(cx.tokens.text));
            ui.add_space(GRID);
            let name = cx.text("words-find");
            let field = TextEdit::singleline(&mut self.filter)
                .char_limit(FILTER_MAX)
                .hint_text(cx.text("words-find-hint"))
                .align(egui::Align2::LEFT_CENTER);
            let response = ui.add_sized(Vec2::new(280.0, FIELD), field).accessible_name(&name);
            if std::mem::take(&mut self.focuses_filter) {
                response.request_focus();
            }
            if response.changed() {
                self.find_rows();
            }
            let close = cx.text("dismiss");
            let layout = Layout::right_to_left(Align::Center);
            ui.with_layout(layout, |ui| icon_button(ui, Icon::Close, &close, true).clicked()).inner
        })
        .inner
    }

    fn show_list(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        if self.rows.is_empty() {
            return empty(ui, &cx.text("words-none"), cx.tokens);
        }
        let total = self.rows.len() as u64;
        let visible = rows_in(ui.available_height());
        if std::mem::take(&mut self.reveals_topic)
            && let Some(row) = self.rows.iter().position(|row| row.topic().is_some() && row.topic() == self.topic)
        {
            self.list.scroll.clamp(visible, total);
            self.list.scroll.reveal_amid(row as u64, visible, total);
        }
        let name = cx.text("words");
        let (rows, topic) = (&self.rows, self.topic);
        let mut clicked = None;
        let shown = ListRows { name: &name, total, tokens: cx.tokens };
        self.list.show(ui, Id::unique("the words"), &shown, |ui, line, place| {
            let row = usize::try_from(line).ok().and_then(|line| rows.get(line));
            match row {
                Some(Row::Group(group)) => draw_group(ui, cx, place, *group),
                Some(Row::Topic(one)) if draw_topic(ui, cx, place, *one, Some(*one) == topic) => {
                    clicked = Some(*one);
                }
                _ => {}
            }
        });
        if clicked.is_some() {
            self.topic = clicked;
            self.focuses_filter = true;
            ui.ctx().request_repaint();
        }
    }

    fn explanation(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        let Some(topic) = self.topic.filter(|_| !self.rows.is_empty()) else { return };
        let explanation = cx.words.explain(topic);
        ScrollArea::vertical().id_salt("explanation").auto_shrink(false).show(ui, |ui| {
            ui.label(RichText::new(cx.words.group_title(topic.group())).small().color(cx.tokens.weak));
            let title = RichText::new(explanation.title).heading();
            ui.label(title.color(cx.tokens.text));
            ui.add_space(GRID / 2.0);
            ui.label(explanation.text);
            ui.add_space(GRID / 2.0);
            ui.horizontal_wrapped(|ui| {
                ui.weak(cx.text("words-source"));
                for source in explanation.sources {
                    match source.link {
                        Some(link) => drop(ui.hyperlink_to(source.name, &link).on_hover_text(link)),
                        None => drop(ui.label(source.name)),
                    }
                }
            });
            lessons(ui, cx, topic);
        });
    }
}

impl Row {
    fn topic(&self) -> Option<Topic> {
        match self {
            Self::Topic(topic) => Some(*topic),
            Self::Group(_) => None,
        }
    }
}

/// Draws the lessons that show what the word means.
fn lessons(ui: &mut Ui, cx: &UiContext<'_>, topic: Topic) {
    let key = topic.key();
    let mut scenes = catalogue().iter().filter(|scene| scene.words.contains(&key)).peekable();
    if scenes.peek().is_none() {
        return;
    }
    ui.add_space(GRID);
    ui.weak(cx.text("words-lessons"));
    for scene in scenes {
        let title = scene.title.of(cx.words.language());
        if link_button(ui, (title, Icon::ChevronRight.atom()), cx.tokens).clicked() {
            cx.actions.push(Action::Lesson(LessonAction::Open(&scene.id)));
        }
    }
}

/// Draws the title of a group.
fn draw_group(ui: &mut Ui, cx: &UiContext<'_>, place: Rect, group: TopicGroup) {
    let title = cx.words.group_title(group);
    let response = ui.interact(place, Id::unique(("words of", group)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &title));
    let font = TextStyle::Small.resolve(ui.style());
    columns::paint(ui, place.with_min_x(place.left() + GRID), &title, font, cx.tokens.weak, Align::Min);
}

/// Draws a topic; returns whether it was clicked.
fn draw_topic(ui: &mut Ui, cx: &UiContext<'_>, place: Rect, topic: Topic, is_chosen: bool) -> bool {
    let title = cx.words.topic_title(topic);
    let response = ui.interact(place, Id::unique(("word", topic)), Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &title));
    virtual_list::row_background(ui, place, u64::from(response.hovered()), is_chosen, cx.tokens);
    let font = TextStyle::Body.resolve(ui.style());
    let colour = if is_chosen { cx.tokens.accent } else { cx.tokens.text };
    let text = place.with_min_x(place.left() + 2.0 * GRID).with_max_x(place.right() - GRID);
    let is_cut = columns::paint(ui, text, &title, font, colour, Align::Min);
    let response = if is_cut { response.on_hover_text(title) } else { response };
    response.clicked()
}
