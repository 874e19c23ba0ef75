//! `GET /api/v4/system/ping`.

use gitlab_mattermost_core::http::Response;
use gitlab_mattermost_core::mattermost::query_value;
use serde_json::{Map, json};

use crate::answer;
use crate::app::App;
use crate::asked::Asked;

/// The versions of clients that the server asks for; empty: any.
const CLIENTS: [&str; 6] = [
    "AndroidLatestVersion",
    "AndroidMinVersion",
    "DesktopLatestVersion",
    "DesktopMinVersion",
    "IosLatestVersion",
    "IosMinVersion",
];

/// Says that the server is there and, with `get_server_status`, whether database and files can be written.
pub(super) async fn ping(app: &App, asked: &Asked) -> Response {
    let mut told = Map::new();
    let configuration = app.configuration();
    for name in CLIENTS {
        let path = format!("ClientRequirements.{name}");
        // Some of them are no settings any more from 6.2 on.
        if configuration.catalogue().setting(&path).is_some() {
            told.insert(name.to_owned(), json!(configuration.text(&path)));
        }
    }
    let mut healthy = true;
    let mut headers = Vec::new();
    if query_value(&asked.request.query, "get_server_status").is_some_and(|value| !value.is_empty()) {
        let written = app.store.check_writing().await;
        if let Err(error) = &written {
            let error = gitlab_mattermost_ground::error_chain::chain(error);
            app.log.error("Unable to write to database.", &[("error", json!(error))]);
        }
        let files = configuration.text("FileSettings.Directory");
        for (name, good) in [("database_status", written.is_ok()), ("filestore_status", can_be_written(files))] {
            healthy &= good;
            told.insert(name.to_owned(), json!(word(good)));
            headers.push((name, word(good)));
        }
        headers.push(("status", word(healthy)));
    }
    told.insert("status".to_owned(), json!(word(healthy)));
    told.sort_keys();
    let mut response = answer::json(if healthy { 200 } else { 500 }, serde_json::Value::Object(told).to_string());
    for (name, value) in headers {
        response.headers.push(name, value);
    }
    response
}

const fn word(good: bool) -> &'static str {
    if good { "OK" } else { "UNHEALTHY" }
}

/// Whether the folder for files can be written; it is created if it is missing.
fn can_be_written(folder: &str) -> bool {
    std::fs::create_dir_all(folder).is_ok() && tempfile::tempfile_in(folder).is_ok()
}
