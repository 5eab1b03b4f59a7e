//! The icons of controls: lines of one weight on one grid, painted where a control has left room for them.
//!
//! An icon never stands alone for a screen reader: the control that has it says its name (see `kit::widgets`). Out of scope: marks in
//! texts, such as the arrows of the two directions.

use egui::emath::GuiRounding;
use egui::{Atom, Color32, Painter, Pos2, Rect, Shape, Stroke, Vec2};

/// The width and the height of an icon, and the size of the grid on which it is drawn; in points.
pub const ICON: f32 = 16.0;
/// The weight of the lines. Lines along the grid lie on the middle of a pixel, so that they are sharp.
const WEIGHT: f32 = 1.25;

/// What a control does, as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Starts something.
    Play,
    /// Closes, or takes away.
    Close,
    /// Opens a menu or closes a section; the next one below.
    ChevronDown,
    /// The one above.
    ChevronUp,
    /// Goes back.
    ChevronLeft,
    /// Goes on; opens a section.
    ChevronRight,
    /// Adds one.
    Plus,
    /// Takes one away; makes smaller.
    Minus,
    /// Explains.
    Help,
    /// Chooses a file or a folder.
    Folder,
}

/// A part of an icon, on the grid.
enum Part {
    Line(&'static [(f32, f32)]),
    Closed(&'static [(f32, f32)]),
    Dot((f32, f32), f32),
}

use Part::{Closed, Dot, Line};

impl Icon {
    fn parts(self) -> &'static [Part] {
        match self {
            Self::Play => &[Closed(&[(4.5, 2.5), (12.5, 7.5), (4.5, 12.5)])],
            Self::Close => &[Line(&[(3.5, 3.5), (11.5, 11.5)]), Line(&[(11.5, 3.5), (3.5, 11.5)])],
            Self::ChevronDown => &[Line(&[(3.5, 5.5), (7.5, 9.5), (11.5, 5.5)])],
            Self::ChevronUp => &[Line(&[(3.5, 9.5), (7.5, 5.5), (11.5, 9.5)])],
            Self::ChevronLeft => &[Line(&[(9.5, 3.5), (5.5, 7.5), (9.5, 11.5)])],
            Self::ChevronRight => &[Line(&[(5.5, 3.5), (9.5, 7.5), (5.5, 11.5)])],
            Self::Plus => &[Line(&[(7.5, 2.5), (7.5, 12.5)]), Line(&[(2.5, 7.5), (12.5, 7.5)])],
            Self::Minus => &[Line(&[(2.5, 7.5), (12.5, 7.5)])],
            Self::Help => &[
                Line(&[
                    (4.5, 5.0),
                    (5.2, 3.3),
                    (7.5, 2.5),
                    (9.8, 3.3),
                    (10.5, 5.2),
                    (9.6, 6.9),
                    (7.5, 8.2),
                    (7.5, 9.8),
                ]),
                Dot((7.5, 12.5), 1.0),
            ],
            Self::Folder => &[Closed(&[(1.5, 3.5), (5.5, 3.5), (7.5, 5.5), (13.5, 5.5), (13.5, 12.5), (1.5, 12.5)])],
        }
    }

    /// The icon as a part of a control, in the colour of the control's text.
    #[must_use]
    pub fn atom(self) -> Atom<'static> {
        Atom::paint(Vec2::splat(ICON), move |ui, args| self.paint(ui.painter(), args.rect, args.fallback_text_color))
    }

    /// Paints the icon in the middle of `place`.
    pub fn paint(self, painter: &Painter, place: Rect, colour: Color32) {
        let corner = (place.center() - Vec2::splat(ICON / 2.0)).round_to_pixels(painter.pixels_per_point());
        let at = |&(x, y): &(f32, f32)| corner + Vec2::new(x, y);
        let points = |line: &[(f32, f32)]| line.iter().map(at).collect::<Vec<Pos2>>();
        let stroke = Stroke::new(WEIGHT, colour);
        painter.extend(self.parts().iter().map(|part| match part {
            Line(line) => Shape::line(points(line), stroke),
            Closed(line) => Shape::closed_line(points(line), stroke),
            Dot(centre, radius) => Shape::circle_filled(at(centre), *radius, colour),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Icon; 10] = [
        Icon::Play,
        Icon::Close,
        Icon::ChevronDown,
        Icon::ChevronUp,
        Icon::ChevronLeft,
        Icon::ChevronRight,
        Icon::Plus,
        Icon::Minus,
        Icon::Help,
        Icon::Folder,
    ];

    #[test]
    fn no_icon_leaves_its_grid() {
        let within =
            |&(x, y): &(f32, f32), room: f32| (room..=ICON - room).contains(&x) && (room..=ICON - room).contains(&y);
        for icon in ALL {
            for part in icon.parts() {
                match part {
                    Line(line) | Closed(line) => {
                        assert!(line.len() > 1 && line.iter().all(|point| within(point, WEIGHT / 2.0)), "{icon:?}");
                    }
                    Dot(centre, radius) => assert!(within(centre, *radius), "{icon:?}"),
                }
            }
        }
    }

    #[test]
    fn a_line_along_the_grid_lies_on_the_middle_of_a_pixel() {
        for icon in ALL {
            for part in icon.parts() {
                let (Line(line) | Closed(line)) = part else { continue };
                for ends in line.windows(2) {
                    let [(x, y), (to_x, to_y)] = [ends[0], ends[1]];
                    if x == to_x {
                        assert_eq!(x.fract(), 0.5, "{icon:?}");
                    }
                    if y == to_y {
                        assert_eq!(y.fract(), 0.5, "{icon:?}");
                    }
                }
            }
        }
    }
}
