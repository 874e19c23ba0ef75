//! Which Mattermost a GitLab package bundles.

use crate::version::Version;

/// The Mattermost that GitLab `gitlab` bundles; `None` if it has none or is no release of the table.
///
/// # Source
/// `data/gitlab-mattermost-releases.csv`, from the package tags; a release later than the table's last of its minor is
/// taken to bundle what that one does.
pub fn bundled_mattermost(gitlab: Version) -> Option<Version> {
    let releases = include_str!("../../data/gitlab-mattermost-releases.csv").lines().skip(1).filter_map(|line| {
        let mut fields = line.split(',');
        let release: Version = fields.next()?.parse().ok()?;
        Some((release, fields.next()?.parse::<Version>().ok()))
    });
    releases
        .filter(|(release, _)| release.minor_line() == gitlab.minor_line() && *release <= gitlab)
        .max_by_key(|(release, _)| *release)
        .and_then(|(_, mattermost)| mattermost)
}

#[cfg(test)]
mod tests {
    use super::bundled_mattermost;
    use crate::version::Version;

    #[test]
    fn the_bundled_version_follows_the_patch_release() {
        for (gitlab, mattermost) in [
            ((14, 7, 0), Some((6, 2, 1))),
            ((14, 7, 99), Some((6, 2, 5))),
            ((11, 0, 0), Some((4, 10, 1))),
            ((19, 0, 0), None),
        ] {
            let version = |(major, minor, patch)| Version::new(major, minor, patch);
            assert_eq!(bundled_mattermost(version(gitlab)), mattermost.map(version), "GitLab {gitlab:?}");
        }
    }
}
