//! The table of the keyboard's shortcuts: who binds one asks [`Shortcut::pressed`], and the sheet of shortcuts and tooltips read the same
//! table.
//!
//! Out of scope: what a shortcut does, and the keys that every list and every text field has (arrows, Home, End, Page up and down).

use egui::gui_zoom::kb_shortcuts::{ZOOM_IN, ZOOM_OUT, ZOOM_RESET};
use egui::{Context, Event, Key, KeyboardShortcut, Modifiers};

/// A shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// Select the client's address.
    Address,
    /// Run, or listen.
    Run,
    /// Send what is typed where the keyboard is, or else run.
    RunOrSend,
    /// Leave one thing: a popup, the search, a field, a selection; or else stop.
    Leave,
    /// Make the call that waits for a step.
    Step,
    /// Pause the display, or resume it.
    PauseDisplay,
    /// Save the body.
    SaveBody,
    /// Show the program, or hide it.
    Program,
    /// Use large type and strong contrast, or the usual.
    Projector,
    /// Enlarge everything; egui does it.
    ZoomIn,
    /// Make everything smaller; egui does it.
    ZoomOut,
    /// Use the usual size; egui does it.
    ZoomReset,
    /// Open the glossary.
    Words,
    /// Open the sheet of shortcuts.
    Shortcuts,
    /// Show the view with this number, counted from 1 to 8.
    View(u8),
    /// Search what is shown.
    Search,
    /// Go to the next hit.
    NextHit,
    /// Go to the hit before.
    PreviousHit,
    /// Go to an offset in the bytes.
    GoTo,
    /// Select everything in the text or the list that has the keyboard.
    SelectAll,
    /// Copy what is selected; egui makes an event of it.
    Copy,
    /// Name the machine of the connection that is looked at.
    Rename,
}

/// A group of the sheet: the key of its title, and its rows.
pub type Group = (&'static str, &'static [(Shortcut, Option<Shortcut>)]);

impl Shortcut {
    /// What the sheet shows. A row with two shortcuts stands for all from one to the other.
    pub const SHEET: &'static [Group] = &[
        (
            "keys-run",
            &[
                (Self::Address, None),
                (Self::Run, None),
                (Self::RunOrSend, None),
                (Self::Leave, None),
                (Self::Step, None),
                (Self::PauseDisplay, None),
                (Self::SaveBody, None),
            ],
        ),
        (
            "keys-views",
            &[
                (Self::View(1), Some(Self::View(8))),
                (Self::Search, None),
                (Self::NextHit, None),
                (Self::PreviousHit, None),
                (Self::GoTo, None),
                (Self::SelectAll, None),
                (Self::Copy, None),
                (Self::Rename, None),
            ],
        ),
        (
            "keys-window",
            &[
                (Self::Program, None),
                (Self::Projector, None),
                (Self::ZoomIn, None),
                (Self::ZoomOut, None),
                (Self::ZoomReset, None),
                (Self::Words, None),
                (Self::Shortcuts, None),
            ],
        ),
    ];

    /// The shortcuts that work wherever the keyboard is, each in the order in which it is looked for. [`Shortcut::Leave`] and
    /// [`Shortcut::RunOrSend`] are not among them, as others may want their keys first.
    pub const EVERYWHERE: [Self; 10] = [
        Self::Address,
        Self::Run,
        Self::Step,
        Self::PauseDisplay,
        Self::SaveBody,
        Self::Program,
        Self::Projector,
        Self::Words,
        Self::Shortcuts,
        Self::Search,
    ];

    /// Its keys.
    #[must_use]
    pub fn keys(self) -> KeyboardShortcut {
        let (modifiers, key) = match self {
            Self::ZoomIn => return ZOOM_IN,
            Self::ZoomOut => return ZOOM_OUT,
            Self::ZoomReset => return ZOOM_RESET,
            Self::Address => (Modifiers::COMMAND, Key::L),
            Self::Run => (Modifiers::NONE, Key::F5),
            Self::RunOrSend => (Modifiers::COMMAND, Key::Enter),
            Self::Leave => (Modifiers::NONE, Key::Escape),
            Self::Step => (Modifiers::NONE, Key::F10),
            Self::PauseDisplay => (Modifiers::COMMAND, Key::P),
            Self::SaveBody => (Modifiers::COMMAND, Key::S),
            Self::Program => (Modifiers::NONE, Key::F9),
            Self::Projector => (Modifiers::NONE, Key::F11),
            Self::Words => (Modifiers::NONE, Key::F1),
            Self::Shortcuts => (Modifiers::COMMAND, Key::Slash),
            Self::View(number) => (Modifiers::COMMAND, Key::from_name(&number.to_string()).unwrap_or(Key::Num0)),
            Self::Search => (Modifiers::COMMAND, Key::F),
            Self::NextHit => (Modifiers::NONE, Key::F3),
            Self::PreviousHit => (Modifiers::SHIFT, Key::F3),
            Self::GoTo => (Modifiers::COMMAND, Key::G),
            Self::SelectAll => (Modifiers::COMMAND, Key::A),
            Self::Copy => (Modifiers::COMMAND, Key::C),
            Self::Rename => (Modifiers::NONE, Key::F2),
        };
        KeyboardShortcut::new(modifiers, key)
    }

    /// The key of the text that says what it does.
    #[must_use]
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Address => "keys-address",
            Self::Run => "keys-start",
            Self::RunOrSend => "keys-run-or-send",
            Self::Leave => "keys-leave",
            Self::Step => "keys-step",
            Self::PauseDisplay => "keys-pause-display",
            Self::SaveBody => "keys-save-body",
            Self::Program => "keys-program",
            Self::Projector => "keys-projector",
            Self::ZoomIn => "keys-zoom-in",
            Self::ZoomOut => "keys-zoom-out",
            Self::ZoomReset => "keys-zoom-reset",
            Self::Words => "keys-words",
            Self::Shortcuts => "keys-sheet",
            Self::View(_) => "keys-view",
            Self::Search => "keys-search",
            Self::NextHit => "keys-next-hit",
            Self::PreviousHit => "keys-previous-hit",
            Self::GoTo => "keys-go-to",
            Self::SelectAll => "keys-select-all",
            Self::Copy => "keys-copy",
            Self::Rename => "keys-rename",
        }
    }

    /// Whether it has been pressed in this frame, and nobody has asked before.
    #[must_use]
    pub fn pressed(self, ctx: &Context) -> bool {
        match self {
            Self::Copy => ctx.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy))),
            // With Shift it opens the menu of a row.
            Self::Step if ctx.input(|input| input.modifiers.shift) => false,
            _ => ctx.input_mut(|input| input.consume_shortcut(&self.keys())),
        }
    }

    /// Its keys as they are written on this system: `Ctrl+S`, `⌘S`.
    #[must_use]
    pub fn text(self, ctx: &Context) -> String {
        match self {
            Self::Leave => "Esc".to_owned(),
            _ => ctx.format_shortcut(&self.keys()).replace("Slash", "/"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Language;
    use crate::words::Words;

    #[test]
    fn the_sheet_has_each_shortcut_once_and_a_text_for_it_in_both_languages() {
        let rows: Vec<Shortcut> = Shortcut::SHEET.iter().flat_map(|(_, rows)| rows.iter().map(|row| row.0)).collect();
        for (at, row) in rows.iter().enumerate() {
            let same = |other: &Shortcut| other.keys() == row.keys() || other.text_key() == row.text_key();
            assert_eq!(rows.iter().position(same), Some(at), "{row:?}");
        }
        for bound in Shortcut::EVERYWHERE {
            assert!(rows.contains(&bound), "{bound:?} works and is not told");
        }
        for language in [Language::English, Language::Chinese] {
            let words = Words::new(language);
            let keys = Shortcut::SHEET.iter().map(|(title, _)| *title).chain(rows.iter().map(|row| row.text_key()));
            for key in keys {
                assert_ne!(words.text(key), key, "{language:?}");
            }
        }
    }

    #[test]
    fn keys_are_written_as_the_system_writes_them() {
        let ctx = Context::default();
        // The fonts, which decide how keys are written, are there with the first frame.
        ctx.run_ui(egui::RawInput::default(), |_| {}).textures_delta.clear();
        ctx.set_os(egui::os::OperatingSystem::Nix);
        for (shortcut, text) in [
            (Shortcut::Address, "Ctrl+L"),
            (Shortcut::PreviousHit, "Shift+F3"),
            (Shortcut::View(8), "Ctrl+8"),
            (Shortcut::Shortcuts, "Ctrl+/"),
            (Shortcut::Leave, "Esc"),
        ] {
            assert_eq!(shortcut.text(&ctx), text);
        }
        ctx.set_os(egui::os::OperatingSystem::Mac);
        assert!(!Shortcut::Address.text(&ctx).contains("Ctrl"), "{}", Shortcut::Address.text(&ctx));
    }
}
