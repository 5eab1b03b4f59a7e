//! The views of a window, and how they stand in it.
//!
//! In scope: the data, and which of it can be shown. Out of scope: the default, and changing it (`ui::dock`).

use serde::{Deserialize, Serialize};

enum_with_all! {
    /// A view of a run.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum View {
        /// The table of a server's connections.
        Connections,
        /// The list of calls.
        Calls,
        /// The head of a message.
        Head,
        /// The body of a message.
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
        /// The program that does what the run does.
        Program,
    }
}

/// How views stand. A share is the part of the width or the height, relative to the shares beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arrangement {
    /// Views of which one is seen.
    Tabs {
        /// The views, in the order of their tabs.
        views: Vec<View>,
        /// The one that is seen.
        active: View,
    },
    /// From left to right.
    Row(Vec<(f32, Self)>),
    /// From top to bottom.
    Column(Vec<(f32, Self)>),
}

impl Arrangement {
    /// So many rows and columns stand in each other at most.
    const DEPTH_MAX: usize = 8;

    /// Tabs of `views`, of which the first is seen; `None` without a view.
    #[must_use]
    pub fn tabs(views: impl IntoIterator<Item = View>) -> Option<Self> {
        let views: Vec<_> = views.into_iter().collect();
        let active = *views.first()?;
        Some(Self::Tabs { views, active })
    }

    /// Whether each view stands in it once at most, and nothing in it is empty, too deep, or without a size.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.is_sound_below(&mut Vec::new(), Self::DEPTH_MAX)
    }

    /// Whether `view` stands in it, seen or not.
    #[must_use]
    pub fn contains(&self, view: View) -> bool {
        match self {
            Self::Tabs { views, .. } => views.contains(&view),
            Self::Row(parts) | Self::Column(parts) => parts.iter().any(|(_, part)| part.contains(view)),
        }
    }

    /// Takes `view` out. The last view of all stays.
    pub fn remove(&mut self, view: View) {
        match self {
            Self::Tabs { views, active } => {
                let Some(at) = views.iter().position(|other| *other == view).filter(|_| views.len() > 1) else {
                    return;
                };
                views.remove(at);
                if *active == view
                    && let Some(next) = views.get(at).or(views.last())
                {
                    *active = *next;
                }
            }
            Self::Row(parts) | Self::Column(parts) => {
                parts.retain(|(_, part)| !matches!(part, Self::Tabs { views, .. } if *views == [view]));
                parts.iter_mut().for_each(|(_, part)| part.remove(view));
                if parts.len() == 1
                    && let Some((_, part)) = parts.pop()
                {
                    *self = part;
                }
            }
        }
    }

    /// Puts `view` among the tabs that hold `near`, behind them, and shows it. It is to stand nowhere before.
    pub fn add_tab(&mut self, view: View, near: View) {
        if let Some(Self::Tabs { views, active }) = self.tabs_of(near) {
            views.push(view);
            *active = view;
        }
    }

    /// Takes `view` out of where it stands, and gives it tabs of its own, at the right of those that hold `near`, or `below` them.
    pub fn split(&mut self, view: View, near: View, below: bool) {
        if view == near {
            return;
        }
        self.remove(view);
        let Some(beside) = self.tabs_of(near) else { return };
        let own = Self::Tabs { views: vec![view], active: view };
        let before = std::mem::replace(beside, Self::Row(Vec::new()));
        let parts = vec![(1.0, before), (1.0, own)];
        *beside = if below { Self::Column(parts) } else { Self::Row(parts) };
    }

    /// A view that stands among the same tabs as `view`; `None` if it stands alone.
    #[must_use]
    pub fn neighbour(&self, view: View) -> Option<View> {
        match self {
            Self::Tabs { views, .. } if views.contains(&view) => views.iter().copied().find(|other| *other != view),
            Self::Tabs { .. } => None,
            Self::Row(parts) | Self::Column(parts) => parts.iter().find_map(|(_, part)| part.neighbour(view)),
        }
    }

    /// The tabs that hold `view`.
    fn tabs_of(&mut self, view: View) -> Option<&mut Self> {
        match self {
            Self::Tabs { views, .. } => views.contains(&view).then_some(self),
            Self::Row(parts) | Self::Column(parts) => parts.iter_mut().find_map(|(_, part)| part.tabs_of(view)),
        }
    }

    fn is_sound_below(&self, seen: &mut Vec<View>, depth: usize) -> bool {
        match self {
            Self::Tabs { views, active } => {
                let is_new = |view: &View| {
                    !seen.contains(view) && {
                        seen.push(*view);
                        true
                    }
                };
                views.contains(active) && views.iter().all(is_new)
            }
            Self::Row(parts) | Self::Column(parts) => {
                let is_share = |share: f32| (0.001..=1000.0).contains(&share);
                let fits = |(share, part): &(f32, Self)| is_share(*share) && part.is_sound_below(seen, depth - 1);
                depth > 0 && !parts.is_empty() && parts.iter().all(fits)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(view: View) -> (f32, Arrangement) {
        (1.0, Arrangement::tabs([view]).unwrap())
    }

    #[test]
    fn what_is_kept_comes_back() {
        let views = Arrangement::Tabs { views: vec![View::Head, View::Body], active: View::Body };
        let whole = Arrangement::Row(vec![(0.45, one(View::Calls).1), (0.55, views)]);
        assert!(whole.is_sound());
        let text = serde_json::to_string(&whole).unwrap();
        assert_eq!(serde_json::from_str::<Arrangement>(&text).unwrap(), whole);
    }

    #[test]
    fn a_view_goes_beside_below_and_away_and_the_last_one_stays() {
        let mut all = Arrangement::tabs([View::Head, View::Body, View::Bytes]).unwrap();
        all.split(View::Head, View::Body, false);
        let rest = Arrangement::tabs([View::Body, View::Bytes]).unwrap();
        assert_eq!(all, Arrangement::Row(vec![(1.0, rest.clone()), one(View::Head)]));
        all.split(View::Body, View::Head, true);
        let column = Arrangement::Column(vec![one(View::Head), one(View::Body)]);
        assert_eq!(all, Arrangement::Row(vec![one(View::Bytes), (1.0, column)]));
        assert_eq!((all.neighbour(View::Body), rest.neighbour(View::Body)), (None, Some(View::Bytes)));
        all.remove(View::Bytes);
        assert_eq!(all, Arrangement::Column(vec![one(View::Head), one(View::Body)]));
        all.remove(View::Body);
        all.remove(View::Head);
        assert_eq!(all, one(View::Head).1);
        all.add_tab(View::Kernel, View::Head);
        assert_eq!(all, Arrangement::Tabs { views: vec![View::Head, View::Kernel], active: View::Kernel });
    }

    #[test]
    fn what_can_not_be_shown_is_not_sound() {
        let deep = (0..9).fold(one(View::Body).1, |inner, _| Arrangement::Row(vec![(1.0, inner)]));
        for damaged in [
            Arrangement::Tabs { views: vec![], active: View::Body },
            Arrangement::Tabs { views: vec![View::Head], active: View::Body },
            Arrangement::Row(vec![]),
            Arrangement::Column(vec![one(View::Body), one(View::Body)]),
            Arrangement::Column(vec![(f32::NAN, one(View::Body).1)]),
            Arrangement::Column(vec![(-1.0, one(View::Body).1)]),
            deep,
        ] {
            assert!(!damaged.is_sound(), "{damaged:?}");
        }
    }
}
