//! Every colour, distance and type size of the window, in one place.
//!
//! The colours of the two directions are the vermilion and the blue of the Okabe–Ito palette, which colour-blind readers can
//! tell apart; an arrow always stands beside them.

use egui::epaint::text::{FontFamily, FontId};
use egui::{Color32, CornerRadius, Margin, Stroke, Style, TextStyle, Theme, Vec2};

use super::fonts::semi_bold;

/// The grid: distances are multiples of this.
pub const GRID: f32 = 8.0;
/// The height of a row in lists of figures.
pub const ROW: f32 = 22.0;
/// The height of buttons and fields.
pub const FIELD: f32 = 28.0;
/// The opacity of what is disabled.
pub(super) const DISABLED_ALPHA: f32 = 0.72;

/// The colours of one theme, by what they mean.
#[derive(Clone, Copy, Debug)]
pub struct Tokens {
    /// Behind everything.
    pub background: Color32,
    /// Behind lists, views and fields.
    pub surface: Color32,
    /// Every second row of a list.
    pub stripe: Color32,
    /// Behind an ordinary button.
    pub button: Color32,
    /// Hairlines.
    pub line: Color32,
    /// Text.
    pub text: Color32,
    /// Labels, units, what matters less.
    pub weak: Color32,
    /// The next thing to do, and what is selected; nothing else.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Links, and names in markup.
    pub link: Color32,
    /// What is going on or is due: a call in progress, a job at work.
    pub pending: Color32,
    /// The background of a selected row.
    pub selected: Color32,
    /// The background of selected bytes: it stands out among those of head, separator and body.
    pub chosen: Color32,
    /// The background of rows that belong to a selection in another panel.
    pub highlight: Color32,
    /// Sent bytes.
    pub sent: Color32,
    /// Received bytes.
    pub received: Color32,
    /// The background of head bytes.
    pub head: Color32,
    /// The background of the bytes of the empty line.
    pub separator: Color32,
    /// The background of body bytes.
    pub body: Color32,
    /// The background of a search hit.
    pub hit: Color32,
    /// The background of the current search hit.
    pub hit_now: Color32,
    /// The calls, in turn, that carried bytes: neighbours are told apart.
    pub calls: [Color32; 4],
    /// In JSON, HTML and XML: strings, and values of attributes.
    pub code_text: Color32,
    /// In JSON, HTML and XML: numbers, literals, and names of attributes.
    pub code_value: Color32,
    /// Success.
    pub success: Color32,
    /// Failure.
    pub error: Color32,
    /// The background of what says that all went well.
    pub success_background: Color32,
    /// The background of an error message.
    pub error_background: Color32,
    /// The background of a note.
    pub note_background: Color32,
}

const fn rgb(value: u32) -> Color32 {
    let [_, r, g, b] = value.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

const LIGHT: Tokens = Tokens {
    background: rgb(0x00f3_f4f5),
    surface: rgb(0x00ff_ffff),
    stripe: rgb(0x00f8_f9fa),
    button: rgb(0x00e6_e9ec),
    line: rgb(0x00d8_dce0),
    text: rgb(0x001b_2026),
    weak: rgb(0x0052_5c68),
    accent: rgb(0x0000_6a66),
    on_accent: rgb(0x00ff_ffff),
    link: rgb(0x0044_50b0),
    pending: rgb(0x007a_5200),
    selected: rgb(0x00d3_ecea),
    chosen: rgb(0x009a_d6d0),
    highlight: rgb(0x00ec_f7f6),
    sent: rgb(0x00ad_4600),
    received: rgb(0x0000_65a8),
    head: rgb(0x00fd_f0d2),
    separator: rgb(0x00f2_cfe2),
    body: rgb(0x00dd_f3ea),
    hit: rgb(0x00ff_f0a8),
    hit_now: rgb(0x00ff_c83d),
    calls: [rgb(0x0056_b4e9), rgb(0x00e6_9f00), rgb(0x0000_9e73), rgb(0x00cc_79a7)],
    code_text: rgb(0x008a_3b75),
    code_value: rgb(0x007a_5a00),
    success: rgb(0x0000_744a),
    error: rgb(0x00b0_2a20),
    success_background: rgb(0x00dd_f2e6),
    error_background: rgb(0x00fb_e6e3),
    note_background: rgb(0x00e4_eef6),
};

const DARK: Tokens = Tokens {
    background: rgb(0x0015_181c),
    surface: rgb(0x001b_1f24),
    stripe: rgb(0x001f_2429),
    button: rgb(0x002b_3138),
    line: rgb(0x0034_3b43),
    text: rgb(0x00e8_eaed),
    weak: rgb(0x00a6_b0bb),
    accent: rgb(0x003f_c4b8),
    on_accent: rgb(0x0008_1a19),
    link: rgb(0x00a9_b4ff),
    pending: rgb(0x00e6_b455),
    selected: rgb(0x001d_4644),
    chosen: rgb(0x0022_605c),
    highlight: rgb(0x001a_302f),
    sent: rgb(0x00ff_9a57),
    received: rgb(0x0066_bdf0),
    head: rgb(0x0044_3816),
    separator: rgb(0x0059_2a45),
    body: rgb(0x0017_3b30),
    hit: rgb(0x005a_4a10),
    hit_now: rgb(0x007d_6000),
    calls: [rgb(0x0056_b4e9), rgb(0x00e6_9f00), rgb(0x0000_9e73), rgb(0x00cc_79a7)],
    code_text: rgb(0x00e0_a3cf),
    code_value: rgb(0x00d9_bf62),
    success: rgb(0x004c_c790),
    error: rgb(0x00ff_8a7d),
    success_background: rgb(0x0017_382b),
    error_background: rgb(0x0045_2320),
    note_background: rgb(0x0020_3040),
};

impl Tokens {
    /// The tokens of `theme`; for a projector, which washes colours out, with more contrast.
    #[must_use]
    pub fn of(theme: Theme, is_projected: bool) -> Self {
        let (tokens, ink) = match theme {
            Theme::Light => (LIGHT, Color32::BLACK),
            Theme::Dark => (DARK, Color32::WHITE),
        };
        if !is_projected {
            return tokens;
        }
        let nearer = |colour: Color32, by| colour.lerp_to_gamma(ink, by);
        Self {
            text: ink,
            weak: nearer(tokens.weak, 0.55),
            line: nearer(tokens.line, 0.35),
            sent: nearer(tokens.sent, 0.15),
            received: nearer(tokens.received, 0.15),
            success: nearer(tokens.success, 0.15),
            error: nearer(tokens.error, 0.15),
            link: nearer(tokens.link, 0.15),
            pending: nearer(tokens.pending, 0.15),
            ..tokens
        }
    }

    /// The colour of a part of markup.
    #[must_use]
    pub fn paint(&self, paint: crate::view::TokenKind) -> Color32 {
        use crate::view::TokenKind;
        match paint {
            TokenKind::Plain => self.text,
            TokenKind::Name => self.link,
            TokenKind::Text => self.code_text,
            TokenKind::Value => self.code_value,
            TokenKind::Weak => self.weak,
        }
    }

    /// The colour of the call number `number`, counted from 0.
    #[must_use]
    pub fn call(&self, number: u64) -> Color32 {
        let [a, b, c, d] = self.calls;
        match number % 4 {
            0 => a,
            1 => b,
            2 => c,
            _ => d,
        }
    }

    /// The colour of a phase.
    #[must_use]
    pub fn phase(&self, kind: crate::view::PhaseKind) -> Color32 {
        use crate::view::PhaseKind;
        match kind {
            PhaseKind::Resolve => self.code_text,
            PhaseKind::Attempts => self.error,
            PhaseKind::Connect => self.success,
            PhaseKind::Tls => self.code_value,
            PhaseKind::Send => self.sent,
            PhaseKind::Wait => self.weak,
            PhaseKind::Receive => self.received,
            PhaseKind::Prepare => self.link,
        }
    }

    /// The colour of a direction.
    #[must_use]
    pub fn direction(&self, direction: crate::capture::Direction) -> Color32 {
        match direction {
            crate::capture::Direction::Sent => self.sent,
            crate::capture::Direction::Received => self.received,
        }
    }
}

/// Gives both of egui's styles this look.
pub fn install(ctx: &egui::Context, is_projected: bool) {
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| apply(style, Tokens::of(theme, is_projected)));
    }
}

fn apply(style: &mut Style, tokens: Tokens) {
    style.text_styles = [
        (TextStyle::Small, FontId::new(12.0, FontFamily::Proportional)),
        (TextStyle::Body, FontId::new(14.0, FontFamily::Proportional)),
        (TextStyle::Button, FontId::new(14.0, FontFamily::Proportional)),
        (TextStyle::Heading, FontId::new(17.0, semi_bold())),
        (TextStyle::Monospace, FontId::new(13.0, FontFamily::Monospace)),
    ]
    .into();
    style.spacing.item_spacing = Vec2::new(GRID, GRID);
    style.spacing.button_padding = Vec2::new(GRID + 2.0, 4.0);
    style.spacing.interact_size.y = FIELD;
    style.spacing.text_edit_width = 160.0;
    style.spacing.window_margin = Margin::same(16);
    colours(style, tokens);
}

fn colours(style: &mut Style, tokens: Tokens) {
    let visuals = &mut style.visuals;
    visuals.override_text_color = None;
    visuals.disabled_alpha = DISABLED_ALPHA;
    visuals.panel_fill = tokens.background;
    visuals.window_fill = tokens.surface;
    visuals.extreme_bg_color = tokens.surface;
    visuals.text_edit_bg_color = Some(tokens.surface);
    visuals.faint_bg_color = tokens.stripe;
    visuals.weak_text_color = Some(tokens.weak);
    visuals.hyperlink_color = tokens.link;
    visuals.error_fg_color = tokens.error;
    visuals.selection.bg_fill = tokens.selected;
    visuals.selection.stroke = Stroke::new(1.5, tokens.accent);
    visuals.window_stroke = Stroke::new(1.0, tokens.line);
    let widgets = &mut visuals.widgets;
    for widget in [
        &mut widgets.noninteractive,
        &mut widgets.inactive,
        &mut widgets.hovered,
        &mut widgets.active,
        &mut widgets.open,
    ] {
        widget.corner_radius = CornerRadius::same(4);
        widget.fg_stroke = Stroke::new(1.0, tokens.text);
        widget.bg_stroke = Stroke::new(1.0, tokens.line);
        widget.bg_fill = tokens.surface;
        widget.weak_bg_fill = tokens.button;
        widget.expansion = 0.0;
    }
    widgets.hovered.bg_stroke = Stroke::new(1.0, tokens.weak);
    widgets.active.bg_stroke = Stroke::new(1.0, tokens.accent);
    widgets.active.weak_bg_fill = tokens.selected;
}
