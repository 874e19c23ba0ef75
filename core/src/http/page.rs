//! A page for a person, as data: what it says and which forms it offers.
//!
//! Whoever serves it makes HTML of it; whoever plays a browser reads the forms without parsing any.

/// An HTML page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// What the browser's tab shows.
    pub title: String,
    /// Message about what just happened, above everything else.
    pub flash: Option<Flash>,
    /// The anti-forgery token of the session, offered in the page's head.
    pub csrf_token: Option<String>,
    /// Where the page sends the browser by script, with a link for those without.
    pub redirect_to: Option<String>,
    /// What the page shows, from top to bottom.
    pub blocks: Vec<Block>,
}

/// A message shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flash {
    /// Something was done.
    Notice(String),
    /// Something was refused.
    Alert(String),
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// The exact text of an error.
    Preformatted(String),
    /// A list of things, in order.
    Items(Vec<String>),
    /// What is wrong with a form that was sent, in order.
    Errors(Vec<String>),
    /// One labelled value that people copy, with the identifier scripts find it by.
    Value {
        /// HTML identifier.
        id: &'static str,
        /// What the value is.
        label: String,
        /// The value.
        value: String,
    },
    /// A link.
    Link {
        /// What the link says.
        text: String,
        /// Where it leads.
        target: String,
    },
    /// A table.
    Table(Table),
    /// A form.
    Form(Form),
}

/// Rows of the same kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// HTML class of every row: says what a row stands for.
    pub row_class: &'static str,
    /// Column headings.
    pub columns: Vec<&'static str>,
    /// Cells of every row, as many as there are columns.
    pub rows: Vec<Vec<Block>>,
}

/// A form that is sent with POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it is sent.
    pub action: String,
    /// Its fields in order.
    pub fields: Vec<Field>,
    /// What its button says.
    pub submit: String,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name under which the value is sent.
    pub name: String,
    /// What the field looks like, and its value.
    pub input: FieldInput,
}

/// Kind and value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldInput {
    /// Sent, not shown.
    Hidden(String),
    /// One line of text.
    Text {
        /// What to write there.
        label: String,
        /// What stands there already.
        value: String,
    },
    /// One line that is not shown while it is typed.
    Password {
        /// What to write there.
        label: String,
    },
    /// Several lines of text.
    Lines {
        /// What to write there.
        label: String,
        /// What stands there already.
        value: String,
    },
    /// Sent with `value` only if it is ticked.
    Checkbox {
        /// What ticking it means.
        label: String,
        /// What is sent if it is ticked.
        value: String,
        /// Whether it is ticked already.
        checked: bool,
    },
}

impl Page {
    /// Every form of the page outside tables, in order.
    pub fn forms(&self) -> impl Iterator<Item = &Form> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Form(form) => Some(form),
            _ => None,
        })
    }
}

impl Form {
    /// A form with no field yet.
    pub fn new(action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self { action: action.into(), fields: Vec::new(), submit: submit.into() }
    }

    /// The form with one more field at its end.
    pub fn with(mut self, name: impl Into<String>, input: FieldInput) -> Self {
        self.fields.push(Field { name: name.into(), input });
        self
    }

    /// The form with one more hidden field at its end.
    pub fn hidden(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(name, FieldInput::Hidden(value.into()))
    }

    /// What a browser sends if the person changes nothing, in order.
    pub fn values(&self) -> Vec<(String, String)> {
        let mut values = Vec::new();
        for field in &self.fields {
            let value = match &field.input {
                FieldInput::Hidden(value) | FieldInput::Text { value, .. } | FieldInput::Lines { value, .. } => {
                    value.clone()
                }
                FieldInput::Checkbox { value, checked: true, .. } => value.clone(),
                FieldInput::Checkbox { checked: false, .. } => continue,
                FieldInput::Password { .. } => String::new(),
            };
            values.push((field.name.clone(), value));
        }
        values
    }
}
