//! The tooltip that explains a word, and the topic that F1 opens.
//!
//! A panel gives the response of a word and its topic to [`explain`]. A panel with a tooltip text of its own gives it to
//! [`explain_below`], so that a word never has two tooltips. Out of scope: the explanations (`words`), and the glossary
//! (`shell::glossary_panel`).

use egui::{Context, Id, Response, RichText, Ui};

use super::tokens::GRID;
use super::ui_context::UiContext;
use super::widgets::strong;
use crate::words::Topic;

/// A tooltip is no wider, in points.
const WIDTH: f32 = 384.0;

/// Explains `topic` where `response` is; without a topic, nothing is said.
pub fn explain(response: Response, cx: &UiContext<'_>, topic: impl Into<Option<Topic>>) -> Response {
    explain_below(response, cx, "", topic)
}

/// Explains `topic` below the text `text`, which may have several lines.
pub fn explain_below(response: Response, cx: &UiContext<'_>, text: &str, topic: impl Into<Option<Topic>>) -> Response {
    let topic = topic.into();
    if let Some(topic) = topic {
        remember_hovered(&response, topic);
    }
    if topic.is_none() && text.is_empty() {
        return response;
    }
    let shown = |ui: &mut Ui| tooltip(ui, cx, text, topic);
    if response.enabled() { response.on_hover_ui(shown) } else { response.on_disabled_hover_ui(shown) }
}

/// Explains `topic` where `response` is, without a tooltip: there is one already.
pub fn remember_hovered(response: &Response, topic: Topic) {
    let by_pointer = response.contains_pointer();
    if by_pointer || response.has_focus() {
        let frame = response.ctx.cumulative_frame_nr();
        response.ctx.data_mut(|data| {
            let last = data.get_temp_mut_or(id(), HoveredTopic { frame, by_pointer, topic });
            // The word under the pointer counts more than the word with the keyboard focus.
            if last.frame != frame || by_pointer || !last.by_pointer {
                *last = HoveredTopic { frame, by_pointer, topic };
            }
        });
    }
}

/// The topic that the pointer was on, or else that had the keyboard, when the last frame was drawn.
pub fn hovered_topic(ctx: &Context) -> Option<Topic> {
    let pointed = ctx.data(|data| data.get_temp::<HoveredTopic>(id()))?;
    (pointed.frame + 1 >= ctx.cumulative_frame_nr()).then_some(pointed.topic)
}

#[derive(Clone, Copy)]
struct HoveredTopic {
    frame: u64,
    by_pointer: bool,
    topic: Topic,
}

fn id() -> Id {
    Id::unique("the explained word")
}

fn tooltip(ui: &mut Ui, cx: &UiContext<'_>, text: &str, topic: Option<Topic>) {
    ui.set_max_width(WIDTH);
    ui.spacing_mut().item_spacing.y = GRID / 2.0;
    if !text.is_empty() {
        ui.label(text);
    }
    let Some(topic) = topic else { return };
    if !text.is_empty() {
        ui.separator();
    }
    let explanation = cx.words.explain(topic);
    ui.label(strong(explanation.title));
    ui.label(explanation.text);
    let sources: Vec<String> = explanation.sources.into_iter().map(|source| source.name).collect();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0 * GRID;
        for text in [sources.join(" · "), cx.text("words-more")] {
            ui.label(RichText::new(text).small().color(cx.tokens.weak));
        }
    });
}
