//! The tabs of the lower half of a connection's view.

use egui::{Key, Modifiers, Ui};

use crate::ui::kit::UiContext;
use crate::ui::kit::widgets::segmented_control;
use crate::ui::select::Follower;

/// A tab of the lower half.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The head of a message.
    Head,
    /// The body of a message.
    #[default]
    Body,
    /// The bytes of both directions.
    Bytes,
    /// The phases and the throughput.
    Timing,
    /// The calls of both ends on two lifelines.
    Ladder,
    /// The kernel's view of the sockets.
    Kernel,
    /// The TLS session, where there is one.
    Tls,
}

impl Tab {
    /// The tabs from left to right; TLS is last, since it is not always there.
    const ALL: [Self; 7] = [Self::Head, Self::Body, Self::Bytes, Self::Timing, Self::Ladder, Self::Kernel, Self::Tls];

    /// The tab that shows what a follower of the choice does, if it has one.
    #[must_use]
    pub fn of(follower: Follower) -> Option<Self> {
        match follower {
            Follower::Body => Some(Self::Body),
            Follower::Bytes => Some(Self::Bytes),
            Follower::Ladder => Some(Self::Ladder),
            Follower::Calls | Follower::Pin => None,
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Head => "tab-head",
            Self::Body => "tab-body",
            Self::Bytes => "tab-bytes",
            Self::Timing => "tab-timing",
            Self::Ladder => "tab-ladder",
            Self::Kernel => "tab-kernel",
            Self::Tls => "tab-tls",
        }
    }

    /// Whether the tab can be searched.
    #[must_use]
    pub fn is_searchable(self) -> bool {
        matches!(self, Self::Body | Self::Bytes)
    }
}

/// Draws the tabs; returns the one that was chosen, by a click or by its number with Ctrl.
pub fn choose(ui: &mut Ui, cx: &UiContext<'_>, current: Tab, has_tls: bool) -> Option<Tab> {
    let tabs: Vec<_> =
        Tab::ALL.into_iter().filter(|tab| has_tls || *tab != Tab::Tls).map(|tab| (tab, cx.text(tab.key()))).collect();
    segmented_control(ui, current, &tabs, cx.tokens).or_else(|| by_key(ui, &tabs))
}

fn by_key(ui: &Ui, tabs: &[(Tab, String)]) -> Option<Tab> {
    let keys = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8];
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, key));
    keys.into_iter().zip(tabs).find(|(key, _)| pressed(*key)).map(|(_, (tab, _))| *tab)
}
