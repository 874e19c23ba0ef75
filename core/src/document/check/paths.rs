//! Paths in running text against the package's layout.

use std::collections::BTreeSet;

use super::super::finding::Finding;
use super::super::piece::Piece;
use super::checked::Checked;
use super::page::Page;
use crate::version::Version;

/// Files of the package and of people that no deployment lists, with the GitLab from which they are there.
///
/// # Source
/// Package 14.7.0; `mmctl`: package 14.9.0.
const FIXED: [(&str, Version); 9] = [
    ("/etc/gitlab/gitlab.rb", Version::new(8, 0, 0)),
    ("/etc/gitlab/gitlab-secrets.json", Version::new(8, 0, 0)),
    ("/etc/gitlab/ssl", Version::new(8, 0, 0)),
    ("/etc/gitlab", Version::new(8, 0, 0)),
    ("/opt/gitlab/embedded/service/mattermost", Version::new(8, 0, 0)),
    ("/opt/gitlab/embedded/bin/mattermost", Version::new(8, 0, 0)),
    ("/opt/gitlab/embedded/bin/mmctl", Version::new(14, 9, 0)),
    ("~/.bashrc", Version::new(0, 0, 0)),
    ("~/.zshrc", Version::new(0, 0, 0)),
];

pub(super) fn check(piece: &Piece, page: &Page<'_>) -> Checked {
    let Some(path) = piece.facts.first().map(|path| path.trim_end_matches('/')) else { return Checked::default() };
    if let Some((_, since)) = FIXED.iter().find(|(fixed, _)| *fixed == path) {
        let early = page.gitlab < *since;
        let what = format!("`{path}` is in the package from GitLab {since} on");
        return Checked::decided(
            early.then(|| Finding::wrong(what, format!("this is GitLab {}", page.gitlab))).into_iter().collect(),
        );
    }
    let Some(deployment) = &page.deployment else { return Checked::default() };
    let directories = deployment.directories.iter().map(|directory| &directory.path);
    let files = [&deployment.env_directory.path, &deployment.config_json.path, &deployment.account.home];
    let known: BTreeSet<&str> = directories.chain(files.into_iter().flatten()).map(String::as_str).collect();
    if known.iter().any(|known| known.trim_end_matches('/') == path) {
        return Checked::decided(Vec::new());
    }
    if !path.starts_with("/var/opt/gitlab/mattermost") && !path.starts_with("/opt/gitlab/etc/mattermost") {
        return Checked::default();
    }
    let near = known.iter().find(|known| known.rsplit('/').next() == path.rsplit('/').next());
    let evidence =
        near.map_or_else(|| known.iter().copied().collect::<Vec<_>>().join(", "), |near| format!("`{near}` is"));
    Checked::decided(vec![Finding::wrong(format!("`{path}` is no path of the package"), evidence)])
}
