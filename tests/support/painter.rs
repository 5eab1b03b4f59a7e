//! Paints egui's triangles into a picture, with nothing but the processor, so that pictures come out alike on every machine.
//!
//! In scope: what egui's own painters do: vertex colours times texture, bilinear sampling, premultiplied blending in gamma space,
//! clip rectangles, the top-left rule for shared edges. Out of scope: paint callbacks, speed beyond what tests need.

use std::collections::HashMap;

use egui::epaint::{ImageDelta, Primitive, Vertex};
use egui::{Color32, ColorImage, Context, FullOutput, ImageData, Mesh, Pos2, Rect, TextureId, TexturesDelta};
use egui_kittest::TestRenderer;
use image::{Rgba, RgbaImage};

/// The painter.
#[derive(Default)]
pub struct Painter {
    textures: HashMap<TextureId, ColorImage>,
}

impl TestRenderer for Painter {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, changes) in delta.set.drain() {
            for change in changes {
                self.change(id, &change);
            }
        }
        for id in delta.free.drain() {
            self.textures.remove(&id);
        }
    }

    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * scale;
        let ground = ctx.global_style().visuals.panel_fill;
        let mut canvas = Canvas::new(size.x.round() as usize, size.y.round() as usize, ground);
        for primitive in ctx.tessellate(output.shapes.clone(), scale) {
            let Primitive::Mesh(mesh) = primitive.primitive else { continue };
            if let Some(texture) = self.textures.get(&mesh.texture_id) {
                canvas.mesh(&mesh, texture, primitive.clip_rect, scale);
            }
        }
        Ok(canvas.finish())
    }
}

impl Painter {
    fn change(&mut self, id: TextureId, change: &ImageDelta) {
        let ImageData::Color(image) = &change.image;
        let Some([left, top]) = change.pos else {
            self.textures.insert(id, (**image).clone());
            return;
        };
        let Some(texture) = self.textures.get_mut(&id) else { return };
        for (y, row) in image.pixels.chunks(image.size[0]).enumerate() {
            let start = (top + y) * texture.size[0] + left;
            texture.pixels[start..start + row.len()].copy_from_slice(row);
        }
    }
}

/// Premultiplied colours, 0 to 255.
type Colour = [f32; 4];

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Colour>,
}

impl Canvas {
    /// A window that has been cleared to the colour of the ground.
    fn new(width: usize, height: usize, ground: Color32) -> Self {
        Self { width, height, pixels: vec![ground.to_array().map(f32::from); width * height] }
    }

    fn finish(self) -> RgbaImage {
        let bytes =
            self.pixels.iter().flat_map(|pixel| pixel.map(|part| part.round().clamp(0.0, 255.0) as u8)).collect();
        let mut image = RgbaImage::from_raw(self.width as u32, self.height as u32, bytes).unwrap_or_default();
        image.pixels_mut().for_each(|Rgba(pixel)| pixel[3] = 255);
        image
    }

    fn mesh(&mut self, mesh: &Mesh, texture: &ColorImage, clip: Rect, scale: f32) {
        let bound = |value: f32, limit: usize| (value * scale).round().clamp(0.0, limit as f32) as usize;
        let columns = bound(clip.min.x, self.width)..bound(clip.max.x, self.width);
        let rows = bound(clip.min.y, self.height)..bound(clip.max.y, self.height);
        let at = |vertex: &Vertex| Vertex { pos: (vertex.pos.to_vec2() * scale).to_pos2(), ..*vertex };
        for corners in mesh.indices.chunks_exact(3) {
            let corners = [0, 1, 2].map(|i| at(&mesh.vertices[corners[i] as usize]));
            self.triangle(corners, texture, &columns, &rows);
        }
    }

    fn triangle(
        &mut self,
        mut corners: [Vertex; 3],
        texture: &ColorImage,
        columns: &std::ops::Range<usize>,
        rows: &std::ops::Range<usize>,
    ) {
        let mut area = cross(corners[0].pos, corners[1].pos, corners[2].pos);
        if area < 0.0 {
            corners.swap(1, 2);
            area = -area;
        }
        if area == 0.0 {
            return;
        }
        let [a, b, c] = corners.map(|corner| corner.pos);
        let edges = [(b, c), (c, a), (a, b)];
        let first = |x: f32, y: f32, z: f32| x.min(y).min(z).floor().max(0.0) as usize;
        let last = |x: f32, y: f32, z: f32| x.max(y).max(z).ceil().max(0.0) as usize;
        for y in first(a.y, b.y, c.y).max(rows.start)..last(a.y, b.y, c.y).min(rows.end) {
            for x in first(a.x, b.x, c.x).max(columns.start)..last(a.x, b.x, c.x).min(columns.end) {
                let centre = Pos2::new(x as f32 + 0.5, y as f32 + 0.5);
                let weights = edges.map(|(from, to)| cross(from, to, centre));
                let inside = (0..3).all(|i| weights[i] > 0.0 || (weights[i] == 0.0 && owns(edges[i])));
                if inside {
                    let colour = shade(&corners, weights.map(|weight| weight / area), texture);
                    blend(&mut self.pixels[y * self.width + x], colour);
                }
            }
        }
    }
}

/// Twice the area of a triangle; positive if it turns right on the screen, where y grows downwards.
fn cross(a: Pos2, b: Pos2, c: Pos2) -> f32 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// The top-left rule: a pixel centre on an edge belongs to the triangle to whose top or left the edge lies.
fn owns((from, to): (Pos2, Pos2)) -> bool {
    to.y < from.y || (to.y == from.y && to.x > from.x)
}

fn shade(corners: &[Vertex; 3], weights: [f32; 3], texture: &ColorImage) -> Colour {
    let mix = |part: fn(&Vertex) -> f32| {
        corners.iter().zip(weights).map(|(corner, weight)| part(corner) * weight).sum::<f32>()
    };
    let texel = sample(texture, mix(|vertex| vertex.uv.x), mix(|vertex| vertex.uv.y));
    let colour = [
        mix(|vertex| f32::from(vertex.color.r())),
        mix(|vertex| f32::from(vertex.color.g())),
        mix(|vertex| f32::from(vertex.color.b())),
        mix(|vertex| f32::from(vertex.color.a())),
    ];
    [0, 1, 2, 3].map(|i| colour[i] * texel[i] / 255.0)
}

fn sample(texture: &ColorImage, u: f32, v: f32) -> Colour {
    let [width, height] = texture.size;
    let (x, y) = (u * width as f32 - 0.5, v * height as f32 - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let texel = |x: f32, y: f32| {
        let clamp = |value: f32, size: usize| value.clamp(0.0, (size - 1) as f32) as usize;
        channels(texture.pixels[clamp(y, height) * width + clamp(x, width)])
    };
    let mix = |a: Colour, b: Colour, t: f32| [0, 1, 2, 3].map(|i| a[i] + (b[i] - a[i]) * t);
    let upper = mix(texel(left, top), texel(left + 1.0, top), x - left);
    let lower = mix(texel(left, top + 1.0), texel(left + 1.0, top + 1.0), x - left);
    mix(upper, lower, y - top)
}

fn channels(colour: Color32) -> Colour {
    colour.to_array().map(f32::from)
}

fn blend(pixel: &mut Colour, colour: Colour) {
    let rest = 1.0 - colour[3] / 255.0;
    *pixel = [0, 1, 2, 3].map(|i| colour[i] + pixel[i] * rest);
}
