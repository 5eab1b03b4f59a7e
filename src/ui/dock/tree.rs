//! An arrangement as a tree of tiles, which `egui_tiles` draws and lets the user change with the mouse, and back.

use egui::Id;
use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, TileId, Tiles, Tree};

use crate::settings::{Arrangement, View};

/// The tiles of containers are numbered from here: below are those of views.
const CONTAINERS: u64 = 1000;

/// The tile of a view, the same in each tree.
pub(super) fn tile_of(view: View) -> TileId {
    TileId::from_u64(view as u64)
}

/// The view of a tile; `None`: it is a container.
pub(super) fn view_of(tile: TileId) -> Option<View> {
    View::ALL.into_iter().find(|view| tile_of(*view) == tile)
}

/// The tree of `arrangement`.
pub(super) fn tree_of(id: Id, arrangement: &Arrangement) -> Tree<View> {
    let mut tiles = Tiles::default();
    let mut next = CONTAINERS;
    let root = insert(&mut tiles, &mut next, arrangement);
    tiles.recompute_next_tile_id();
    Tree::new(id, root, tiles)
}

fn insert(tiles: &mut Tiles<View>, next: &mut u64, arrangement: &Arrangement) -> TileId {
    let id = TileId::from_u64(*next);
    *next += 1;
    let container = match arrangement {
        Arrangement::Tabs { views, active } => {
            for view in views {
                tiles.insert(tile_of(*view), Tile::Pane(*view));
            }
            let mut tabs = Tabs::new(views.iter().copied().map(tile_of).collect());
            tabs.set_active(tile_of(*active));
            Container::Tabs(tabs)
        }
        Arrangement::Row(parts) => Container::Linear(linear(tiles, next, LinearDir::Horizontal, parts)),
        Arrangement::Column(parts) => Container::Linear(linear(tiles, next, LinearDir::Vertical, parts)),
    };
    tiles.insert(id, Tile::Container(container));
    id
}

fn linear(tiles: &mut Tiles<View>, next: &mut u64, dir: LinearDir, parts: &[(f32, Arrangement)]) -> Linear {
    let children: Vec<_> = parts.iter().map(|(_, part)| insert(tiles, next, part)).collect();
    let mut linear = Linear::new(dir, children.clone());
    // The shares of a container are together as many as its children.
    let all: f32 = parts.iter().map(|(share, _)| share).sum();
    for (child, (share, _)) in children.into_iter().zip(parts) {
        linear.shares.set_share(child, share / all * parts.len() as f32);
    }
    linear
}

/// The arrangement of `tree`; `None` if it is empty.
pub(super) fn arrangement_of(tree: &Tree<View>) -> Option<Arrangement> {
    part(tree, tree.root()?)
}

fn part(tree: &Tree<View>, tile: TileId) -> Option<Arrangement> {
    match tree.tiles.get(tile)? {
        Tile::Pane(view) => Arrangement::tabs([*view]),
        Tile::Container(Container::Tabs(tabs)) => {
            let views: Vec<_> = tabs.children.iter().copied().filter_map(view_of).collect();
            let active = tabs.active.and_then(view_of).or(views.first().copied())?;
            Some(Arrangement::Tabs { views, active })
        }
        Tile::Container(Container::Linear(linear)) => {
            let parts = linear.children.iter().filter_map(|child| Some((linear.shares[*child], part(tree, *child)?)));
            let parts = parts.collect();
            Some(if linear.dir == LinearDir::Horizontal { Arrangement::Row(parts) } else { Arrangement::Column(parts) })
        }
        // Nothing makes a grid.
        Tile::Container(Container::Grid(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrangement_is_the_same_after_it_was_a_tree() {
        let tabs = Arrangement::Tabs { views: vec![View::Head, View::Body], active: View::Body };
        let column = Arrangement::Column(vec![(0.5, Arrangement::tabs([View::Calls]).unwrap()), (1.5, tabs)]);
        let whole = Arrangement::Row(vec![(1.25, column), (0.75, Arrangement::tabs([View::Program]).unwrap())]);
        let tree = tree_of(Id::unique("test"), &whole);
        assert_eq!(arrangement_of(&tree), Some(whole));
    }
}
