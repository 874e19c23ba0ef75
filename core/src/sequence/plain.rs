//! A diagram as plain text, for terminals.

use super::{Message, Sequence, short};

/// Characters between two parties' lines, where there is room.
const GAP: usize = 38;
/// Fewer leave no room for words on an arrow.
const LEAST_GAP: usize = 16;

impl Sequence {
    /// The diagram in characters: one column per party, one line per message. Wrong ones are marked with
    /// `✗` and have the reason below.
    pub fn to_plain(&self) -> String {
        self.with_gap(GAP)
    }

    /// The same within `width` characters a line, if the parties leave words on the arrows then. What is cut is shown as
    /// an ellipsis.
    pub fn to_plain_within(&self, width: usize) -> String {
        self.with_gap((width / self.parties.len().max(1)).clamp(LEAST_GAP, GAP))
    }

    fn with_gap(&self, gap: usize) -> String {
        let mut lines = vec![self.head(gap)];
        for message in &self.messages {
            lines.push(self.arrow(gap, message));
            if let Some(why) = &message.wrong {
                lines.push(format!("  ✗ {}", short(why, 200)));
            }
        }
        let lines: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
        lines.join("\n") + "\n"
    }

    fn head(&self, gap: usize) -> String {
        self.parties.iter().map(|party| format!("{:<gap$}", short(party, gap - 1))).collect()
    }

    fn arrow(&self, gap: usize, message: &Message) -> String {
        let Message { from, to, text, answer, .. } = message;
        let (from, to) = (*from, *to);
        let width = self.parties.len().max(1) * gap;
        let mut line: Vec<char> = " ".repeat(width).chars().collect();
        for party in 0..self.parties.len() {
            line[party * gap] = '│';
        }
        let (left, right) = (from.min(to) * gap, from.max(to) * gap);
        let right = if left == right { left + gap - 1 } else { right };
        let stroke = if *answer { '╌' } else { '─' };
        for cell in &mut line[left + 1..right] {
            *cell = stroke;
        }
        if from <= to {
            line[right - 1] = '▶';
        } else {
            line[left + 1] = '◀';
        }
        let label = format!(" {} ", short(text, right - left - 8));
        for (cell, c) in line[left + 3..].iter_mut().zip(label.chars()) {
            *cell = c;
        }
        line.into_iter().collect()
    }
}
