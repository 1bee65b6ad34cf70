// SPDX-License-Identifier: MIT

//! Pictures to look at, as SVG.

use std::fmt::Write;

use super::Importance;
use crate::metrics::{precision_recall, reliability};

/// Of the area of the plot, and the space left of and above it.
const SIZE: f64 = 360.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 40.0;
/// Features that are shown.
const SHOWN: usize = 20;

/// A picture being drawn.
struct Picture {
    body: String,
    width: f64,
    height: f64,
}

impl Picture {
    fn new(title: &str, width: f64, height: f64) -> Picture {
        let mut picture = Picture { body: String::new(), width, height };
        picture.text(width / 2.0, 22.0, 15, "middle", title);
        picture
    }

    fn square(title: &str) -> Picture {
        Picture::new(title, LEFT + SIZE + 30.0, TOP + SIZE + 55.0)
    }

    fn text(&mut self, x: f64, y: f64, size: u32, anchor: &str, text: &str) {
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        // Writing to a string cannot fail.
        let _ =
            writeln!(self.body, "<text x='{x:.1}' y='{y:.1}' font-size='{size}' text-anchor='{anchor}'>{text}</text>");
    }

    /// A square from 0 to 1 in both directions.
    fn axes(&mut self, x: &str, y: &str) {
        for step in 0..=5 {
            let part = f64::from(step) / 5.0;
            let (across, up) = (LEFT + part * SIZE, TOP + SIZE - part * SIZE);
            let _ = writeln!(
                self.body,
                "<path d='M{across:.1} {TOP}V{}M{LEFT} {up:.1}H{}' stroke='#ddd'/>",
                TOP + SIZE,
                LEFT + SIZE
            );
            self.text(across, TOP + SIZE + 18.0, 11, "middle", &format!("{part:.1}"));
            self.text(LEFT - 6.0, up + 4.0, 11, "end", &format!("{part:.1}"));
        }
        self.text(LEFT + SIZE / 2.0, TOP + SIZE + 38.0, 13, "middle", x);
        let _ = writeln!(
            self.body,
            "<text transform='translate(16 {}) rotate(-90)' font-size='13' text-anchor='middle'>{y}</text>",
            TOP + SIZE / 2.0
        );
    }

    fn line(&mut self, points: impl Iterator<Item = (f64, f64)>, colour: &str, dots: bool) {
        let points: Vec<(f64, f64)> = points.map(|(x, y)| (LEFT + x * SIZE, TOP + SIZE - y * SIZE)).collect();
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            self.body,
            "<polyline points='{}' fill='none' stroke='{colour}' stroke-width='2'/>",
            path.join(" ")
        );
        if dots {
            for (x, y) in points {
                let _ = writeln!(self.body, "<circle cx='{x:.1}' cy='{y:.1}' r='3' fill='{colour}'/>");
            }
        }
    }

    fn svg(self) -> String {
        let Picture { body, width, height } = self;
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' font-family='sans-serif'>\n\
             <rect width='100%' height='100%' fill='white'/>\n{body}</svg>\n"
        )
    }
}

/// Precision against recall, for each score from which on everything would be an alert.
pub fn precision_recall_plot(scores: &[f64], truth: &[bool]) -> String {
    let mut picture = Picture::square("Fraud: precision and recall");
    picture.axes("recall", "precision");
    let curve = precision_recall(scores, truth);
    let step = (curve.len() / 400).max(1);
    // Where recall moves is at the left; so points are thinned by recall, not by number.
    let mut last = -1.0;
    let thinned = curve.iter().enumerate().filter(|(index, point)| {
        let far = point.recall - last > 0.004 || index % (step * 50) == 0;
        if far {
            last = point.recall;
        }
        far
    });
    let points: Vec<(f64, f64)> = thinned.map(|(_, point)| (point.recall, point.precision)).collect();
    picture.line(points.into_iter(), "#1f6fb4", false);
    picture.svg()
}

/// Whether what is given a probability happens so often.
pub fn calibration_plot(probabilities: &[f64], truth: &[bool]) -> String {
    let mut picture = Picture::square("Fraud: predicted and observed, both as square roots");
    picture.axes("√ predicted probability", "√ observed share");
    picture.line([(0.0, 0.0), (1.0, 1.0)].into_iter(), "#aaa", false);
    // Most payments are harmless: of parts of equal size only the last would tell anything. So all with a probability of
    // at least one in a hundred are cut anew.
    let (high, outcomes): (Vec<f64>, Vec<bool>) =
        probabilities.iter().zip(truth).filter(|(probability, _)| **probability >= 0.01).map(|(p, t)| (*p, *t)).unzip();
    let bins = reliability(&high, &outcomes, 12);
    picture.line(bins.iter().map(|bin| (bin.predicted.sqrt(), bin.observed.sqrt())), "#c0392b", true);
    picture.svg()
}

/// The columns that matter most, the first first; `title` says how that was measured.
pub fn importance_plot(title: &str, importance: &[Importance]) -> String {
    let shown = &importance[..importance.len().min(SHOWN)];
    let highest = shown.first().map_or(1.0, |first| first.value.max(1e-9));
    let mut picture = Picture::new(title, 560.0, 50.0 + 20.0 * shown.len() as f64);
    for (place, Importance { column, value }) in shown.iter().enumerate() {
        let y = 40.0 + 20.0 * place as f64;
        picture.text(190.0, y + 12.0, 12, "end", column);
        let length = (value.max(0.0) / highest) * 290.0;
        let _ = writeln!(picture.body, "<rect x='198' y='{y}' width='{length:.1}' height='15' fill='#1f6fb4'/>");
        picture.text(204.0 + length, y + 12.0, 11, "start", &format!("{value:.3}"));
    }
    picture.svg()
}
