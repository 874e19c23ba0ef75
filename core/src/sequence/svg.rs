//! A diagram as an SVG picture that needs nothing from outside.

use std::fmt::Write as _;

use super::{Sequence, short};

/// Pixels between two parties' lines.
const GAP: usize = 300;
/// Pixels from the edge to the first line.
const MARGIN: usize = 110;
/// Pixels between two messages.
const ROW: usize = 44;
/// Pixels above the first message.
const HEAD: usize = 70;

impl Sequence {
    /// The diagram as one `<svg>` element with a title; wrong messages are red and have their reason below the arrow.
    pub fn to_svg(&self) -> String {
        let width = MARGIN * 2 + GAP * self.parties.len().saturating_sub(1);
        let height = HEAD + ROW * (self.messages.len() + 1);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             font-family=\"sans-serif\" font-size=\"13\">\n<title>Sequence of messages</title>\n{ARROWS}\n"
        );
        for (index, party) in self.parties.iter().enumerate() {
            let x = column(index);
            let _ = write!(
                out,
                "<line x1=\"{x}\" y1=\"44\" x2=\"{x}\" y2=\"{height}\" stroke=\"#bbb\"/>\n\
                 <rect x=\"{}\" y=\"12\" width=\"180\" height=\"32\" rx=\"4\" fill=\"#eef\" stroke=\"#88a\"/>\n\
                 <text x=\"{x}\" y=\"33\" text-anchor=\"middle\" font-weight=\"bold\">{}</text>\n",
                x - 90,
                escaped(&short(party, 24)),
            );
        }
        for (row, message) in self.messages.iter().enumerate() {
            let y = HEAD + ROW * row + 20;
            let (from, to) = (column(message.from), column(message.to));
            let to = if from == to { from + GAP / 3 } else { to };
            let (color, marker) = if message.wrong.is_some() { ("#c00", "bad") } else { ("#225", "good") };
            let dash = if message.answer { " stroke-dasharray=\"6 4\"" } else { "" };
            let middle = from.midpoint(to);
            let _ = write!(
                out,
                "<line x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\" stroke=\"{color}\"{dash} \
                 marker-end=\"url(#{marker})\"/>\n\
                 <text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\" fill=\"{color}\">{}</text>\n",
                y - 6,
                escaped(&short(&message.text, from.abs_diff(to) / 7)),
            );
            if let Some(why) = &message.wrong {
                let why = escaped(&short(why, 90));
                let _ = writeln!(
                    out,
                    "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\" fill=\"#c00\" font-size=\"11\">✗ {why}</text>",
                    y + 14
                );
            }
        }
        out.push_str("</svg>\n");
        out
    }
}

/// The heads of the arrows.
const ARROWS: &str = "<defs><marker id=\"good\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" markerWidth=\"8\" \
    markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#225\"/></marker>\
    <marker id=\"bad\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" \
    orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#c00\"/></marker></defs>";

const fn column(index: usize) -> usize {
    MARGIN + GAP * index
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
