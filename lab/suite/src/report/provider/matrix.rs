//! Several providers side by side: a row for each requirement, a column for each provider.

use gitlab_mattermost_core::provider_requirement;
use maud::{Markup, html};
use serde::Serialize;

use super::page::{class, framed};
use super::verdict::{ProviderVerdict, Standing};

/// The table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The providers, in the order of the columns.
    pub providers: Vec<String>,
    /// The requirements.
    pub rows: Vec<Row>,
}

/// A requirement, and how each provider stands by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its name.
    pub id: String,
    /// What a provider does that meets it.
    pub short: String,
    /// `must`, `should` or `may`.
    pub level: String,
    /// In the order of the providers; nothing where the run did not ask.
    pub cells: Vec<Option<Standing>>,
}

impl Matrix {
    /// The table of these verdicts.
    pub fn of(verdicts: &[ProviderVerdict]) -> Self {
        let asked = provider_requirement::all().iter().map(|requirement| {
            let cell = |verdict: &ProviderVerdict| {
                verdict.requirements.iter().find(|it| it.id == requirement.id).map(|it| it.verdict)
            };
            Row {
                id: requirement.id.clone(),
                short: requirement.short.clone(),
                level: requirement.level.clone(),
                cells: verdicts.iter().map(cell).collect(),
            }
        });
        let rows = asked.filter(|row| row.cells.iter().any(Option::is_some)).collect();
        Self { providers: verdicts.iter().map(|verdict| verdict.provider.clone()).collect(), rows }
    }

    /// The table as text.
    pub fn text(&self) -> String {
        let width = self.rows.iter().map(|row| row.short.chars().count()).max().unwrap_or(0);
        let letter = |number: usize| char::from(b'A' + u8::try_from(number % 26).unwrap_or(0));
        let mut lines: Vec<String> =
            self.providers.iter().enumerate().map(|(number, name)| format!("{}  {name}", letter(number))).collect();
        let heads: String = (0..self.providers.len()).map(|number| format!("  {}", letter(number))).collect();
        lines.push(format!("\n{:width$}  level {heads}", ""));
        for row in &self.rows {
            let cells: String =
                row.cells.iter().map(|cell| format!("  {}", cell.map_or(" ", Standing::sign))).collect();
            lines.push(format!("{:width$}  {:6}{cells}", row.short, row.level.to_uppercase()));
        }
        lines.join("\n") + "\n"
    }

    /// The table as a page.
    pub fn page(&self) -> Markup {
        framed(
            "Providers in GitLab's place",
            &html! {
                table {
                    tr { th { "Requirement" } th { "Level" } @for name in &self.providers { th { (name) } } }
                    @for row in &self.rows {
                        tr {
                            td { (row.short) }
                            td { (row.level.to_uppercase()) }
                            @for cell in &row.cells {
                                @match cell {
                                    Some(standing) => td class=(class(*standing)) title=(standing.words()) { (standing.sign()) },
                                    None => td {},
                                }
                            }
                        }
                    }
                }
            },
        )
    }
}
