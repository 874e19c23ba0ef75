//! Which lines of a settings file may hold a secret, whether the file is valid Ruby or not.
//!
//! Rather too many than too few: a text that goes on in the next lines, a here document and what stands behind an operator
//! at the end of a line belong to the line that they began in.

/// Words in a line that say that what is in it is secret.
const WORDS: [&str; 11] = [
    "password",
    "passwd",
    "secret",
    "token",
    "salt",
    "key",
    "data_source",
    "datasource",
    "credential",
    "private",
    "passphrase",
];

/// After so many lines a text that has no end is taken for a quote that was forgotten elsewhere.
const LONGEST_TEXT: usize = 50;

/// Reads a file line by line.
#[derive(Debug, Default)]
pub(super) struct SecretLines {
    open: Open,
    lines_open: usize,
}

/// What the last secret line left open.
#[derive(Debug, Default)]
enum Open {
    #[default]
    Nothing,
    /// A text in these quotes.
    Text(char),
    /// A here document that ends with this line.
    Document(String),
    /// An expression: its rest is in the next line.
    Expression,
}

impl SecretLines {
    /// Where in the next line, if anywhere, that begins which must not be shown.
    pub(super) fn hides(&mut self, line: &str) -> Option<usize> {
        self.lines_open += 1;
        let open = if self.lines_open > LONGEST_TEXT { Open::Nothing } else { std::mem::take(&mut self.open) };
        let name = name_end(line);
        match open {
            Open::Document(end) => {
                if line.trim() == end {
                    return None;
                }
                self.open = Open::Document(end);
                Some(0)
            }
            Open::Nothing => {
                self.lines_open = 0;
                let from = name.or_else(|| login_in_url(line))?;
                self.open = left_open(&line[from..], None);
                Some(from)
            }
            Open::Text(quote) => {
                self.open = left_open(line, Some(quote));
                Some(0)
            }
            Open::Expression => {
                self.open = left_open(line, None);
                Some(0)
            }
        }
    }
}

/// Where the secret begins in a line that names one: behind the name, or behind the first `=`, if that comes earlier.
fn name_end(line: &str) -> Option<usize> {
    let lower = line.to_ascii_lowercase();
    let word = WORDS.iter().filter_map(|word| Some(lower.find(word)? + word.len())).min()?;
    let rest = &line[word..];
    let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    let closed = rest[name..].find(|c: char| !"'\"]".contains(c)).map_or(rest.len(), |at| name + at);
    let assigned = line.find('=').map_or(line.len(), |at| at + 1);
    Some((word + closed).min(assigned))
}

/// Where the user begins in a URL with a password, as in `postgres://me:hush@host`.
fn login_in_url(line: &str) -> Option<usize> {
    let from = line.find("://")? + "://".len();
    let login = line[from..].split(['/', '\'', '"', ' ']).next()?;
    login.contains('@').then_some(from)
}

/// What the rest of a secret line leaves open, read with `quote` open at its beginning.
fn left_open(rest: &str, quote: Option<char>) -> Open {
    let (mut quote, mut escaped, mut code_end) = (quote, false, rest.len());
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (_, '\\') => escaped = true,
            (None, '#') => {
                code_end = at;
                break;
            }
            (None, '\'' | '"' | '`') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    if let Some(quote) = quote {
        return Open::Text(quote);
    }
    let code = rest[..code_end].trim_end();
    if let Some((_, document)) = code.split_once("<<") {
        let word = document.trim_start_matches(['~', '-']).trim_start_matches(['\'', '"']);
        let end: String = word.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if !end.is_empty() {
            return Open::Document(end);
        }
    }
    if code.ends_with(['=', '>', '+', '\\', '(', '.', ',']) { Open::Expression } else { Open::Nothing }
}
