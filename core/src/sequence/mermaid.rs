//! A diagram as Mermaid text, for Markdown pages.

use std::fmt::Write as _;

use super::Sequence;

impl Sequence {
    /// The diagram in Mermaid's language; no text of a message can leave its line.
    ///
    /// # Shape
    /// `sequenceDiagram`, one `participant` line per party, one arrow line per message. A wrong message stands in a red
    /// `rect` with a note that says why.
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("sequenceDiagram\n");
        for (index, party) in self.parties.iter().enumerate() {
            let _ = writeln!(out, "    participant P{index} as {}", escaped(party));
        }
        for message in &self.messages {
            let arrow = if message.answer { "-->>" } else { "->>" };
            let line = format!("    P{}{arrow}P{}: {}\n", message.from, message.to, escaped(&message.text));
            match &message.wrong {
                None => out.push_str(&line),
                Some(why) => {
                    let note = format!("    Note over P{}: ✗ {}\n", message.to, escaped(why));
                    let _ = write!(out, "    rect rgb(255, 220, 220)\n{line}{note}    end\n");
                }
            }
        }
        out
    }
}

/// What Mermaid would read as syntax is written as its character code.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '#' | ';' | '<' | '>' | '{' | '}' | '"' | ':' | '%' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
