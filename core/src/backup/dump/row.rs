//! The lines of a dump that are understood: the head of a table's data, a row of `fileinfo`, a change of owner.

use crate::backup::Attachment;

/// The line before a table's data.
///
/// # Shape
/// `COPY public.posts (id, createat) FROM stdin;`
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CopyStatement {
    pub(super) table: String,
    columns: Vec<String>,
}

/// Where in a row of `fileinfo` the fields are that are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    path: usize,
    size: usize,
}

impl CopyStatement {
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(line).ok()?;
        let inner = text.strip_prefix("COPY ")?.strip_suffix(" FROM stdin;")?;
        // A table without columns has no parentheses.
        let (table, columns) = match inner.strip_suffix(')').and_then(|inner| inner.split_once(" (")) {
            Some((table, columns)) => {
                (table, columns.split(", ").map(|name| name.trim_matches('"').to_owned()).collect())
            }
            None => (inner, Vec::new()),
        };
        Some(Self { table: table.to_owned(), columns })
    }

    /// If the table is Mattermost's `systems`: where name and value of a setting are.
    pub(super) fn setting_columns(&self) -> Option<SettingColumns> {
        let (_, name) = self.table.rsplit_once('.')?;
        let position = |wanted| self.columns.iter().position(|name| name == wanted);
        (name == "systems").then(|| Some(SettingColumns { name: position("name")?, value: position("value")? }))?
    }

    /// If the table is Mattermost's `fileinfo`: where its path and size are.
    pub(super) fn attachment_columns(&self) -> Option<Columns> {
        let (_, name) = self.table.rsplit_once('.')?;
        if name != "fileinfo" {
            return None;
        }
        let position = |wanted| self.columns.iter().position(|name| name == wanted);
        Some(Columns { path: position("path")?, size: position("size")? })
    }
}

/// Where in a row of `systems` the fields are that are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct SettingColumns {
    name: usize,
    value: usize,
}

impl SettingColumns {
    /// What Mattermost calls its version, if this is the row that says it.
    pub(super) fn version(self, line: &[u8]) -> Option<String> {
        let field = |index| line.split(|b| *b == b'\t').nth(index).and_then(unescape);
        (field(self.name)? == b"Version").then(|| field(self.value).and_then(|it| String::from_utf8(it).ok()))?
    }
}

impl Columns {
    /// The row's attachment; `None` if it cannot be read.
    pub(super) fn read(self, line: &[u8]) -> Option<Attachment> {
        let mut fields = line.split(|b| *b == b'\t');
        let (mut path, mut size) = (None, None);
        for index in 0..=self.path.max(self.size) {
            let field = fields.next()?;
            if index == self.path {
                path = Some(String::from_utf8(unescape(field)?).ok()?);
            } else if index == self.size {
                size = Some(std::str::from_utf8(field).ok()?.parse().ok()?);
            }
        }
        Some(Attachment { path: path?, size: size? })
    }
}

/// The value of a field in COPY's text format; `None` for NULL.
fn unescape(field: &[u8]) -> Option<Vec<u8>> {
    if field == br"\N" {
        return None;
    }
    let mut value = Vec::with_capacity(field.len());
    let mut bytes = field.iter().copied();
    while let Some(byte) = bytes.next() {
        value.push(match byte {
            b'\\' => match bytes.next()? {
                b'b' => 8,
                b'f' => 12,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'v' => 11,
                other => other,
            },
            other => other,
        });
    }
    Some(value)
}

/// The role in `ALTER TABLE public.posts OWNER TO gitlab_mattermost;`.
pub(super) fn new_owner(line: &[u8]) -> Option<String> {
    if !line.starts_with(b"ALTER ") {
        return None;
    }
    let text = std::str::from_utf8(line).ok()?.strip_suffix(';')?;
    let (_, owner) = text.rsplit_once(" OWNER TO ")?;
    Some(owner.trim_matches('"').replace("\"\"", "\""))
}
