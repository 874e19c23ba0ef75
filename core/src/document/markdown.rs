//! Markdown of GitLab's flavour to a flat list of blocks, each with its section and its lines.
//!
//! Not here: what a block means (`piece`).

use std::collections::BTreeMap;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// More than this is no page of documentation; it bounds time and memory.
const MOST_BYTES: usize = 2 << 20;

/// A page, read.
///
/// ```
/// use gitlab_mattermost_core::document::read;
///
/// let page = read("# GitLab Mattermost\n\n## Use a *proxy*\n\nText\n")?;
/// let anchors: Vec<_> = page.headings.iter().map(|heading| heading.anchor.as_str()).collect();
/// assert_eq!(anchors, ["gitlab-mattermost", "use-a-proxy"]);
/// assert_eq!(page.blocks[0].section, "use-a-proxy");
/// # Ok::<(), gitlab_mattermost_core::document::TooLarge>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// Everything else, in order.
    pub blocks: Vec<Block>,
}

/// A heading and the section that it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The anchor that GitLab's documentation gives it; a number is added to a repeated one.
    pub anchor: String,
    /// Its words, without markup.
    pub title: String,
    /// 1 for the page's title, up to 6.
    pub level: u8,
    /// 1-based line.
    pub line: usize,
}

/// A block between headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Anchor of its section; empty before the first heading.
    pub section: String,
    /// 1-based line where it begins.
    pub line: usize,
    /// What it is.
    pub content: Content,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A code block.
    Code {
        /// The first word after the fence, in lower case; empty without one.
        language: String,
        /// Its text.
        text: String,
    },
    /// A table.
    Table {
        /// The words of the header's cells.
        header: Vec<String>,
        /// The rows, each with its 1-based line and the words of its cells.
        rows: Vec<(usize, Vec<String>)>,
    },
    /// A paragraph, an item of a list, or whatever else is running text.
    Prose {
        /// Its words, without markup.
        text: String,
        /// The pieces of code in it.
        codes: Vec<String>,
        /// The targets of its links and pictures.
        targets: Vec<String>,
    },
}

/// A file that is larger than any page of documentation.
///
/// # Shape
/// Displayed, one sentence with the size and the limit of 2 MiB.
///
/// ```
/// use gitlab_mattermost_core::document::{TooLarge, read};
///
/// let bytes = (2 << 20) + 1;
/// assert_eq!(read(&"x".repeat(bytes)), Err(TooLarge { bytes }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the page has {bytes} bytes; pages of more than {MOST_BYTES} are not read")]
pub struct TooLarge {
    /// Its size.
    pub bytes: usize,
}

/// Reads a page. Every text is one: what is no Markdown is prose.
///
/// # Errors
/// [`TooLarge`].
pub fn read(text: &str) -> Result<Document, TooLarge> {
    if text.len() > MOST_BYTES {
        return Err(TooLarge { bytes: text.len() });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader { lines: Lines::of(text), ..Reader::default() };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let line = reader.lines.at(range.start);
        reader.take(event, line);
    }
    reader.end_prose();
    Ok(reader.document)
}

/// The page while it is read; what is open is gathered in the last fields.
#[derive(Default)]
struct Reader {
    document: Document,
    lines: Lines,
    anchors: BTreeMap<String, usize>,
    section: String,
    heading: Option<(u8, usize)>,
    code: Option<(String, usize)>,
    table: Option<Table>,
    ignored: bool,
    words: String,
    codes: Vec<String>,
    targets: Vec<String>,
    prose_line: Option<usize>,
}

#[derive(Default)]
struct Table {
    line: usize,
    header: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
    cells: Vec<String>,
    row_line: usize,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, line: usize) {
        match event {
            Event::Start(tag) => self.open(tag, line),
            Event::End(tag) => self.close(tag),
            Event::Text(text) if !self.ignored => self.word(&text, line),
            Event::Code(code) => {
                self.word(&code, line);
                if self.heading.is_none() {
                    self.codes.push(code.into_string());
                }
            }
            Event::SoftBreak | Event::HardBreak => self.word(" ", line),
            _ => {}
        }
    }

    fn word(&mut self, text: &str, line: usize) {
        self.words.push_str(text);
        self.prose_line.get_or_insert(line);
    }

    fn open(&mut self, tag: Tag<'_>, line: usize) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_prose();
                self.heading = Some((level as u8, line));
            }
            Tag::CodeBlock(kind) => {
                self.end_prose();
                let language = match kind {
                    CodeBlockKind::Fenced(info) => first_word(&info),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, line));
            }
            Tag::Table(_) => {
                self.end_prose();
                self.table = Some(Table { line, ..Table::default() });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.row_line = line;
                }
            }
            Tag::TableCell => self.words.clear(),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.prose_line.get_or_insert(line);
                self.targets.push(dest_url.into_string());
            }
            Tag::MetadataBlock(_) => {
                self.end_prose();
                self.ignored = true;
            }
            Tag::Paragraph | Tag::Item | Tag::List(_) | Tag::BlockQuote(_) => self.end_prose(),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::CodeBlock => {
                if let Some((language, line)) = self.code.take() {
                    let text = std::mem::take(&mut self.words);
                    self.push(line, Content::Code { language, text });
                }
                self.forget();
            }
            TagEnd::TableCell => {
                let cell = squeezed(&self.words);
                if let Some(table) = &mut self.table {
                    table.cells.push(cell);
                }
                self.words.clear();
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.header = std::mem::take(&mut table.cells);
                }
            }
            TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    let cells = std::mem::take(&mut table.cells);
                    table.rows.push((table.row_line, cells));
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.push(table.line, Content::Table { header: table.header, rows: table.rows });
                }
                self.forget();
            }
            TagEnd::MetadataBlock(_) => self.ignored = false,
            TagEnd::Paragraph | TagEnd::Item | TagEnd::HtmlBlock => self.end_prose(),
            _ => {}
        }
    }

    fn end_heading(&mut self) {
        let Some((level, line)) = self.heading.take() else { return };
        let title = squeezed(&self.words);
        self.forget();
        let anchor = self.unused(anchor(&title));
        self.section.clone_from(&anchor);
        self.document.headings.push(Heading { anchor, title, level, line });
    }

    /// A repeated anchor gets a number, as GitLab gives it one.
    fn unused(&mut self, anchor: String) -> String {
        let times = self.anchors.entry(anchor.clone()).or_default();
        *times += 1;
        if *times == 1 { anchor } else { format!("{anchor}-{}", *times - 1) }
    }

    fn end_prose(&mut self) {
        let text = squeezed(&self.words);
        if let Some(line) = self.prose_line.filter(|_| !text.is_empty() || !self.targets.is_empty()) {
            let (codes, targets) = (std::mem::take(&mut self.codes), std::mem::take(&mut self.targets));
            self.push(line, Content::Prose { text, codes, targets });
        }
        self.forget();
    }

    fn forget(&mut self) {
        self.words.clear();
        self.codes.clear();
        self.targets.clear();
        self.prose_line = None;
    }

    fn push(&mut self, line: usize, content: Content) {
        self.document.blocks.push(Block { section: self.section.clone(), line, content });
    }
}

/// Where the lines begin.
#[derive(Default)]
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at + 1).collect())
    }

    /// The 1-based line of a byte.
    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|start| *start <= offset) + 1
    }
}

fn first_word(info: &str) -> String {
    info.split([' ', ',', '\t', '{']).next().unwrap_or_default().to_lowercase()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The anchor of a heading: lower case, words and hyphens only, as GitLab's documentation makes it.
fn anchor(title: &str) -> String {
    let kept = title
        .to_lowercase()
        .chars()
        .filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'))
        .collect::<String>();
    let mut anchor = String::with_capacity(kept.len());
    for letter in kept.trim().chars() {
        let letter = if letter == ' ' { '-' } else { letter };
        if letter != '-' || !anchor.ends_with('-') {
            anchor.push(letter);
        }
    }
    anchor
}
