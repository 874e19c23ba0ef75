//! HTML for the pages of the mock: plain, readable, without scripts that anything depends on.

use gitlab_mattermost_core::http::page::{Block, Field, FieldInput, Flash, Form, Page, Table};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Looks: a column of readable width, in the colours of the reader's system.
pub(super) const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--accent:#1f75cb}\
body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:0 1rem 3rem}\
header{padding:1rem 0;border-bottom:1px solid var(--line);margin-bottom:1.5rem;font-weight:600}\
header a{color:inherit;text-decoration:none}\
h3{margin:1.5rem 0 .5rem}\
form{display:inline-block;margin:.5rem .5rem .5rem 0}\
form.wide{display:block;max-width:28rem}\
label{display:block;margin:.75rem 0}\
label.tick{margin:.25rem 0}\
label>input[type=text],label>input[type=password],textarea{display:block;width:100%;box-sizing:border-box;\
padding:.5rem;font:inherit;border:1px solid var(--line);border-radius:.25rem}\
input[type=submit]{font:inherit;padding:.4rem 1rem;border:1px solid var(--accent);border-radius:.25rem;background:var(--accent);color:#fff}\
input.quiet{background:none;color:inherit;border-color:var(--line)}\
pre,.value{font-family:ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}\
pre{padding:1rem;border:1px solid var(--line);border-radius:.25rem}\
.value{display:block;border:1px solid var(--line);padding:.4rem;border-radius:.25rem}\
.flash-alert,.flash-notice,.errors{padding:.75rem 1rem;border-radius:.25rem;border:1px solid var(--line);margin-bottom:1rem}\
.flash-alert,.errors{border-color:#dd2b0e}.flash-notice{border-color:#108548}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem;border-bottom:1px solid var(--line)}";

/// The whole page.
pub(super) fn html(page: &Page) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                // Else a browser asks for one, and the mock would take that for the page to return to.
                link rel="icon" href="data:,";
                meta name="viewport" content="width=device-width, initial-scale=1";
                @if !page.title.is_empty() { title { (page.title) } }
                @if let Some(token) = &page.csrf_token {
                    meta name="csrf-param" content="authenticity_token";
                    meta name="csrf-token" content=(token);
                }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { a href="/" { "GitLab" } }
                main {
                    @if let Some(flash) = &page.flash { (flash_message(flash)) }
                    @for block in &page.blocks { (self::block(block)) }
                    @if let Some(target) = &page.redirect_to { (redirect_script(target)) }
                }
            }
        }
    }
}

fn flash_message(flash: &Flash) -> Markup {
    match flash {
        Flash::Alert(text) => html! { div.flash-alert role="alert" { (text) } },
        Flash::Notice(text) => html! { div.flash-notice role="status" { (text) } },
    }
}

fn block(block: &Block) -> Markup {
    match block {
        Block::Heading(text) => html! { h3 { (text) } },
        Block::Text(text) => html! { p { (text) } },
        Block::Preformatted(text) => html! { pre { (text) } },
        Block::Items(items) => html! { ul { @for item in items { li { (item) } } } },
        Block::Errors(errors) => html! { div.errors role="alert" { ul { @for error in errors { li { (error) } } } } },
        Block::Value { id, label, value } => html! {
            p { (label) " " data.value id=(id) value=(value) { (value) } }
        },
        Block::Link { text, target } => html! { a href=(target) { (text) } },
        Block::Table(table) => self::table(table),
        Block::Form(form) => self::form(form),
    }
}

fn table(table: &Table) -> Markup {
    html! {
        table {
            thead { tr { @for column in &table.columns { th { (column) } } } }
            tbody {
                @for row in &table.rows {
                    tr class=(table.row_class) {
                        @for cell in row {
                            td { @match cell { Block::Text(text) => (text), other => (block(other)) } }
                        }
                    }
                }
            }
        }
    }
}

fn form(form: &Form) -> Markup {
    let is_wide = form.fields.iter().any(|field| !matches!(field.input, FieldInput::Hidden(_)));
    let is_quiet = form.values().iter().any(|(name, value)| name == "_method" && value == "delete");
    html! {
        form.wide[is_wide] action=(form.action) method="post" accept-charset="UTF-8" {
            @for field in &form.fields { (self::field(field)) }
            input.quiet[is_quiet] type="submit" name="commit" value=(form.submit);
        }
    }
}

fn field(field: &Field) -> Markup {
    let name = &field.name;
    match &field.input {
        FieldInput::Hidden(value) => html! { input type="hidden" name=(name) value=(value); },
        FieldInput::Text { label, value } => html! { label { (label) input type="text" name=(name) value=(value); } },
        FieldInput::Password { label } => html! { label { (label) input type="password" name=(name); } },
        FieldInput::Lines { label, value } => html! { label { (label) textarea name=(name) rows="3" { (value) } } },
        FieldInput::Checkbox { label, value, checked } => html! {
            label.tick { input type="checkbox" name=(name) value=(value) checked[*checked]; " " (label) }
        },
    }
}

/// Sends the browser on; the page's link does it for browsers without scripts. The address is a string literal in which
/// nothing can end the string or the script element.
fn redirect_script(target: &str) -> Markup {
    let literal = serde_json::Value::from(target).to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028");
    html! { script { (PreEscaped(format!("window.location = {literal};"))) } }
}

#[cfg(test)]
mod tests {
    use gitlab_mattermost_core::http::page::{Block, Form, Page};

    use super::html;

    #[test]
    fn what_a_stranger_wrote_is_escaped() {
        let hostile = "\"><script>alert(1)</script>".to_owned();
        let page = Page {
            title: hostile.clone(),
            redirect_to: Some(hostile.clone()),
            blocks: vec![
                Block::Heading(hostile.clone()),
                Block::Link { text: hostile.clone(), target: hostile.clone() },
                Block::Form(Form::new(hostile.clone(), "Send").hidden(hostile.clone(), hostile)),
            ],
            ..Page::default()
        };
        let html = html(&page).into_string();
        assert_eq!(html.matches("<script").count(), 1, "only our own script: {html}");
        assert!(html.contains(r#"window.location = "\">\u003cscript>alert(1)\u003c/script>";"#), "{html}");
    }
}
