//! A diagram as plain text, for terminals.

use super::{Sequence, short};

/// Characters between two parties' lines.
const GAP: usize = 38;

impl Sequence {
    /// The diagram in characters: one column per party, one line per message. Wrong ones are marked with
    /// `✗` and have the reason below.
    pub fn to_plain(&self) -> String {
        let mut lines = vec![self.head()];
        for message in &self.messages {
            lines.push(self.arrow(message.from, message.to, &message.text, message.answer));
            if let Some(why) = &message.wrong {
                lines.push(format!("  ✗ {}", short(why, 200)));
            }
        }
        let lines: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
        lines.join("\n") + "\n"
    }

    fn head(&self) -> String {
        self.parties.iter().map(|party| format!("{:<GAP$}", short(party, GAP - 1))).collect()
    }

    fn arrow(&self, from: usize, to: usize, text: &str, answer: bool) -> String {
        let width = self.parties.len().max(1) * GAP;
        let mut line: Vec<char> = " ".repeat(width).chars().collect();
        for party in 0..self.parties.len() {
            line[party * GAP] = '│';
        }
        let (left, right) = (from.min(to) * GAP, from.max(to) * GAP);
        let right = if left == right { left + GAP - 1 } else { right };
        let stroke = if answer { '╌' } else { '─' };
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
