//! Whether every text can be read on every background that it stands on, by the contrast of WCAG 2.2.

use egui::{Color32, Theme};

use super::tokens::{DISABLED_ALPHA, Tokens};

/// The least contrast of text.
const TEXT: f32 = 4.5;
/// The least contrast of disabled text, and of what is drawn.
const DRAWN: f32 = 3.0;

/// A colour of the tokens.
type Of = fn(&Tokens) -> Color32;

/// Backgrounds on which any text may stand.
const GROUNDS: [Of; 8] = [
    |t| t.background,
    |t| t.surface,
    |t| t.stripe,
    |t| t.button,
    |t| t.selected,
    |t| t.highlight,
    |t| t.error_background,
    |t| t.note_background,
];
/// Backgrounds of bytes, on which text is in the colour of text.
const BYTES: [Of; 6] = [|t| t.chosen, |t| t.head, |t| t.separator, |t| t.body, |t| t.hit, |t| t.hit_now];
/// Backgrounds of panels, lists and rows.
const ROWS: [Of; 5] = [|t| t.background, |t| t.surface, |t| t.stripe, |t| t.selected, |t| t.highlight];

/// Each text and the backgrounds that it stands on.
const TEXTS: [(&str, Of, &[Of]); 15] = [
    ("text", |t| t.text, &GROUNDS),
    ("text on bytes", |t| t.text, &BYTES),
    ("weak", |t| t.weak, &GROUNDS),
    ("accent", |t| t.accent, &ROWS),
    ("on accent", |t| t.on_accent, &[|t| t.accent]),
    ("link", |t| t.link, &GROUNDS),
    ("pending", |t| t.pending, &GROUNDS),
    ("sent", |t| t.sent, &ROWS),
    ("received", |t| t.received, &ROWS),
    ("success", |t| t.success, &ROWS),
    ("error", |t| t.error, &GROUNDS),
    ("text in markup", |t| t.code_text, &ROWS),
    ("a value in markup", |t| t.code_value, &ROWS),
    ("the number of a call", |_| Color32::BLACK, &[|t| t.calls[0], |t| t.calls[1], |t| t.calls[2], |t| t.calls[3]]),
    ("success of a reply", |t| t.success, &[|t| t.success_background]),
];

/// What can be disabled.
const DISABLED: [(&str, Of); 2] = [("text", |t| t.text), ("weak", |t| t.weak)];

/// What is drawn and must be seen: the ring of the focus and the line below a tab, and the marks of directions.
const SHAPES: [(&str, Of); 3] = [("accent", |t| t.accent), ("sent", |t| t.sent), ("received", |t| t.received)];

fn luminance(colour: Color32) -> f32 {
    let linear = |value: u8| {
        let share = f32::from(value) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
}

fn contrast(one: Color32, other: Color32) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Every set of tokens, with its name.
fn all() -> impl Iterator<Item = (String, Tokens)> {
    [Theme::Light, Theme::Dark]
        .into_iter()
        .flat_map(|theme| [false, true].map(|is_projected| (theme, is_projected)))
        .map(|(theme, is_projected)| (format!("{theme:?}, projected: {is_projected}"), Tokens::of(theme, is_projected)))
}

#[test]
fn contrast_is_that_of_wcag() {
    assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 0.01);
    // The lightest grey that is allowed on white.
    assert!((contrast(Color32::from_gray(0x76), Color32::WHITE) - 4.54).abs() < 0.01);
}

#[test]
fn every_text_can_be_read_where_it_stands() {
    let mut faults = Vec::new();
    for (set, tokens) in all() {
        for (name, text, grounds) in TEXTS {
            for (at, ground) in grounds.iter().enumerate() {
                let contrast = contrast(text(&tokens), ground(&tokens));
                if contrast < TEXT {
                    faults.push(format!("{set}: {name} on {at} ({:?}): {contrast:.2}", ground(&tokens)));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_disabled_can_still_be_read() {
    for (set, tokens) in all() {
        for (name, text) in DISABLED {
            for ground in [tokens.background, tokens.surface, tokens.stripe, tokens.button] {
                let drawn = ground.blend(text(&tokens).gamma_multiply(DISABLED_ALPHA));
                assert!(
                    contrast(drawn, ground) >= DRAWN,
                    "{set}: {name} on {ground:?}: {:.2}",
                    contrast(drawn, ground)
                );
            }
        }
    }
}

#[test]
fn what_is_drawn_can_be_seen() {
    for (set, tokens) in all() {
        for (name, shape) in SHAPES {
            for ground in [tokens.background, tokens.surface] {
                let contrast = contrast(shape(&tokens), ground);
                assert!(contrast >= DRAWN, "{set}: {name} on {ground:?}: {contrast:.2}");
            }
        }
    }
}
