//! What a started GitLab tells: where it is, who can sign in, which applications there are, which orders it takes.
//!
//! It tells the secrets that it made or that its documentation names. Those of a seed file belong to whoever wrote it and are
//! not repeated.

use std::io::Write as _;

use gitlab_double::{GitLab, ORDERS, Order, Secret, Seed, SeedApplication, SeedPersonalAccessToken, SeedUser};
use serde::Serialize;

/// All of it.
///
/// # Shape
/// As JSON: one object in one line, described by `lab/schemas/serve-gitlab.schema.json`.
#[derive(Debug, Serialize)]
pub struct Announcement {
    /// What it calls itself.
    url: String,
    /// Where it listens, which is another address where it has an external URL.
    listens: String,
    control: Option<String>,
    users: Vec<Person>,
    personal_access_tokens: Vec<Token>,
    applications: Vec<Application>,
}

#[derive(Debug, Serialize)]
struct Person {
    username: String,
    email: String,
    password: Option<String>,
    admin: bool,
    blocked: bool,
    confirmed: bool,
}

#[derive(Debug, Serialize)]
struct Token {
    user: String,
    token: Option<String>,
    scopes: String,
}

#[derive(Debug, Serialize)]
struct Application {
    name: String,
    client_id: String,
    client_secret: Option<String>,
    redirect_uris: Vec<String>,
}

impl Announcement {
    /// What `gitlab` has to tell, which was started with `asked`.
    pub fn of(gitlab: &GitLab, asked: &Seed) -> Self {
        let Seed { users, personal_access_tokens, applications } = gitlab.state();
        let own = Seed::default();
        let told = |secret: &Secret, is_own: bool| is_own.then(|| secret.expose().to_owned());
        let person = |user: SeedUser| Person {
            password: told(&user.password, own.users.contains(&user)),
            username: user.username,
            email: user.email,
            admin: user.admin,
            blocked: user.blocked,
            confirmed: user.confirmed,
        };
        let token = |token: SeedPersonalAccessToken| Token {
            token: told(&token.token, own.personal_access_tokens.contains(&token)),
            user: token.user,
            scopes: token.scopes,
        };
        // Applications keep their order.
        let application = |(made, asked): (SeedApplication, &SeedApplication)| Application {
            client_secret: made.client_secret.and_then(|secret| told(&secret, asked.client_secret.is_none())),
            name: made.name,
            client_id: made.client_id.unwrap_or_default(),
            redirect_uris: made.redirect_uris,
        };
        Self {
            url: gitlab.url().to_owned(),
            listens: format!("http://{}", gitlab.address()),
            control: gitlab.control_address().map(|address| format!("http://{address}")),
            users: users.into_iter().map(person).collect(),
            personal_access_tokens: personal_access_tokens.into_iter().map(token).collect(),
            applications: applications.into_iter().zip(&asked.applications).map(application).collect(),
        }
    }

    /// Tells a person: on stdout where it is, on stderr the rest.
    ///
    /// # Errors
    /// Those of stdout; a closed stderr leaves nobody to tell.
    pub fn tell(&self) -> std::io::Result<()> {
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{}", self.listens)?;
        if let Some(control) = &self.control {
            writeln!(stdout, "control {control}")?;
        }
        stdout.flush()?;
        drop(stdout);
        crate::console::aside(&self.to_text());
        Ok(())
    }

    /// Tells a program: everything in one line on stdout.
    ///
    /// # Errors
    /// Those of stdout.
    pub fn tell_as_json(&self) -> std::io::Result<()> {
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{}", gitlab_mattermost_ground::visible::to_json(self)?)?;
        stdout.flush()
    }

    fn to_text(&self) -> String {
        let unsaid = |secret: &Option<String>| secret.clone().unwrap_or_else(|| "(of the seed)".to_owned());
        let mut rows = vec![("accounts".to_owned(), String::new(), String::new(), String::new())];
        let person = |user: &Person| {
            let marks = [(user.admin, "administrator"), (user.blocked, "blocked"), (!user.confirmed, "not confirmed")];
            let marks: Vec<_> = marks.into_iter().filter_map(|(is, mark)| is.then_some(mark)).collect();
            (format!("  {}", user.username), user.email.clone(), unsaid(&user.password), marks.join(", "))
        };
        rows.extend(self.users.iter().map(person));
        let heading = |text: &str| (text.to_owned(), String::new(), String::new(), String::new());
        rows.push(heading("personal access tokens"));
        let token = |it: &Token| (format!("  {}", it.user), unsaid(&it.token), it.scopes.clone(), String::new());
        rows.extend(self.personal_access_tokens.iter().map(token));
        if !self.applications.is_empty() {
            rows.push(heading("applications"));
        }
        for it in &self.applications {
            rows.push((format!("  {}", it.name), "redirect URI".to_owned(), it.redirect_uris.join(" "), String::new()));
            rows.push((String::new(), "client ID".to_owned(), it.client_id.clone(), String::new()));
            rows.push((String::new(), "client secret".to_owned(), unsaid(&it.client_secret), String::new()));
        }
        match &self.control {
            Some(control) => {
                rows.push(heading(&format!("orders to {control}, in JSON; `/` is their reference")));
                let order = |it: &Order| heading(&format!("  {:<6} {:<25} {}", it.method, it.path, it.does));
                rows.extend(ORDERS.iter().map(order));
            }
            None => rows.push(heading("--control ADDR adds a listener that takes orders from tests")),
        }
        let line = |(a, b, c, d): (String, String, String, String)| {
            let line = if b.is_empty() { a } else { format!("{a:<14} {b:<24} {c:<24} {d}") };
            // What a seed calls its people does not get to control a terminal.
            let line = gitlab_mattermost_ground::visible::one_line(&line);
            format!("{}\n", line.trim_end())
        };
        rows.into_iter().map(line).collect()
    }
}
