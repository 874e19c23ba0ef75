//! From lines to entries: an entry may be spread over lines, by a pretty printer of JSON, by a message with line
//! breaks, or by the width of a terminal.
//!
//! Not here: what an entry says (`entry`).

/// No entry has more lines than this.
const MOST_LINES: usize = 64;
/// No entry is looked at beyond this many bytes.
const MOST_BYTES: usize = 64 << 10;
/// What container engines put before a line ends within this many bytes.
const LONGEST_PREFIX: usize = 80;

/// An entry whose end was not seen yet.
#[derive(Debug)]
pub(super) struct Open {
    /// Its lines, each without what is put before every line.
    pub lines: Vec<Vec<u8>>,
    /// Number of the first line, from 1.
    pub first: u64,
    bytes: usize,
    json: Option<Braces>,
}

/// How deep in JSON an entry is.
#[derive(Debug, Clone, Copy, Default)]
struct Braces {
    depth: u32,
    is_text: bool,
    is_escaped: bool,
}

impl Braces {
    fn follow(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.is_text => self.is_escaped = true,
                b'"' => self.is_text = !self.is_text,
                b'{' if !self.is_text => self.depth += 1,
                b'}' if !self.is_text => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }
}

impl Open {
    /// The entry that `line` begins, if it may go on in the next line.
    pub fn begun_by(line: &[u8], number: u64) -> Option<Self> {
        if line.trim_ascii_end().ends_with(b"}") {
            return None;
        }
        let (content, _) = content(line);
        let json = content.starts_with(b"{").then(|| {
            let mut braces = Braces::default();
            braces.follow(content);
            braces
        });
        (json.is_some() || is_head(line, content)).then(|| Self {
            lines: vec![content.to_vec()],
            first: number,
            bytes: content.len(),
            json,
        })
    }

    /// Takes the next line if it is of this entry, and says whether it is.
    pub fn takes(&mut self, line: &[u8]) -> bool {
        let (content, has_prefix) = content(line);
        let begins = content.starts_with(b"{\"") || is_head(line, content) && (self.json.is_none() || !has_prefix);
        let is_full = self.lines.len() == MOST_LINES || self.bytes + content.len() > MOST_BYTES;
        if begins || is_full || content.is_empty() && self.json.is_none() {
            return false;
        }
        if let Some(braces) = &mut self.json {
            braces.follow(content);
        }
        self.bytes += content.len();
        self.lines.push(content.to_vec());
        true
    }

    /// Whether nothing can follow.
    pub fn is_closed(&self) -> bool {
        self.json.is_some_and(|braces| braces.depth == 0)
    }
}

/// The line without what an engine or journald puts before every line, and whether there was something.
fn content(line: &[u8]) -> (&[u8], bool) {
    let head = &line[..line.len().min(LONGEST_PREFIX)];
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b" _.-[];\x1b".contains(byte);
    let bar = memchr::memchr(b'|', head).filter(|at| head[..*at].iter().all(is_name));
    let syslog = || is_month(head).then(|| find(head, b"]: ").map(|at| at + 2)).flatten();
    match after_stream(head).or(bar.map(|at| at + 1)).or_else(syslog) {
        Some(at) => {
            let rest = &line[at..];
            let rest = rest.strip_prefix(b"\x1b[0m").unwrap_or(rest);
            (rest.trim_ascii(), true)
        }
        None => (line.trim_ascii(), false),
    }
}

/// Where the text begins after a time, the stream, and whether the line is whole, as Kubernetes keeps lines.
fn after_stream(head: &[u8]) -> Option<usize> {
    head.first().filter(|byte| byte.is_ascii_digit())?;
    [&b" stdout F "[..], b" stdout P ", b" stderr F ", b" stderr P "]
        .iter()
        .find_map(|it| Some(find(head, it)? + it.len()))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, wanted)
}

/// `Jan 10 10:00:00 host`.
fn is_month(line: &[u8]) -> bool {
    const MONTHS: [&[u8; 4]; 12] =
        [b"Jan ", b"Feb ", b"Mar ", b"Apr ", b"May ", b"Jun ", b"Jul ", b"Aug ", b"Sep ", b"Oct ", b"Nov ", b"Dec "];
    MONTHS.iter().any(|month| line.starts_with(*month))
}

/// Whether a line names an exception of Ruby, as Rails does before its backtrace: `OpenSSL::SSL::SSLError (…):`.
fn names_exception(content: &[u8]) -> bool {
    const LONGEST_NAME: usize = 64;
    let head = &content[..content.len().min(LONGEST_NAME)];
    let name = head.first().filter(|byte| byte.is_ascii_uppercase()).and_then(|_| find(head, b" ("));
    name.is_some_and(|end| {
        let name = &head[..end];
        find(name, b"::").is_some() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || b":_".contains(byte))
    })
}

/// Whether a line begins an entry: with a time, a level, an address, or as Rails begins a request or an exception.
fn is_head(line: &[u8], content: &[u8]) -> bool {
    let start = &content[..content.len().min(12)];
    let numbers = start.first().is_some_and(|byte| byte.is_ascii_digit() || b"[@".contains(byte))
        && start.iter().filter(|byte| byte.is_ascii_digit()).count() >= 6;
    const LEVELS: [&[u8]; 7] = [b"error", b"warn", b"info", b"debug", b"fatal", b"critical", b"panic"];
    let level = LEVELS.iter().any(|level| {
        content
            .strip_prefix(*level)
            .is_some_and(|rest| rest.starts_with(b" ") && rest.trim_ascii_start().starts_with(b"["))
    });
    numbers || level || is_month(line) || content.starts_with(b"Started ") || names_exception(content)
}

#[cfg(test)]
mod tests {
    use super::Open;

    /// How many lines the first entry of the text takes.
    fn taken(text: &str) -> usize {
        let mut lines = text.lines();
        let Some(mut open) = lines.next().and_then(|line| Open::begun_by(line.as_bytes(), 1)) else { return 1 };
        while !open.is_closed() && lines.next().is_some_and(|line| open.takes(line.as_bytes())) {}
        open.lines.len()
    }

    #[test]
    fn an_entry_goes_on_until_it_is_closed_or_another_begins() {
        for (text, lines) in [
            ("{\"a\":1}\nx", 1),
            ("{\n  \"a\": {\n  \"b\": \"}\"\n  }\n}\nx", 5),
            ("{\"a\":\"x\nPost y\"}\nz", 2),
            ("mm_1 | {\nmm_1 |  \"a\": 1\nmm_1 | }\nx", 3),
            ("Jan 10 10:00:00 h mm[1]: {\nJan 10 10:00:00 h mm[1]:  \"a\": 1\nJan 10 10:00:00 h mm[1]: }\nx", 3),
            ("[2018/03/26 12:10:13 CEST] [EROR] x\ny\n[2018/03/26 12:10:13 CEST] [EROR] z", 2),
            ("2021-06-18T07:06:40.1Z stderr P {\"a\":\n2021-06-18T07:06:40.1Z stderr F \"x\"}\ny", 2),
            ("error [2021-06-17 18:40:22.123 Z] x\ninfo  [2021-06-17 18:40:22.123 Z] y", 1),
            ("Started POST \"/oauth/token\" for x\nProcessing\nCompleted 401\n\nStarted", 3),
            ("OpenSSL::SSL::SSLError (SSL_connect returned=1):\n  lib/mattermost/session.rb:1\n  app/x.rb:2\n\nx", 3),
            ("psql:dump.sql:5: ERROR:  x\npsql:dump.sql:6: ERROR:  y", 1),
            ("{\"a\":\n{\"b\":1}", 1),
        ] {
            assert_eq!(taken(text), lines, "{text}");
        }
    }
}
