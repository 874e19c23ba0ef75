//! P51 and P52 in `gitlab.rb`: where GitLab, Mattermost and the package's other services listen.

use crate::diagnosis::case::Case;
use crate::diagnosis::problem::{P51, P52};
use crate::diagnosis::text::address;
use crate::diagnosis::{Finding, Place};
use crate::omnibus::taken_ports;

const LISTEN: &str = "ServiceSettings.ListenAddress";

/// P51: GitLab and Mattermost are to answer under one name and port.
pub(super) fn same_address(case: &Case<'_>) -> Vec<Finding> {
    let Some(deployment) = case.deployed() else { return Vec::new() };
    let both_by_nginx =
        deployment.nginx.is_some() && deployment.gitlab_site.as_ref().is_some_and(|it| it.nginx.is_some());
    let urls = [case.ruby_call("external_url"), case.ruby_call("mattermost_external_url")];
    let [Some((gitlab, gitlab_place)), Some((mattermost, place))] = urls else { return Vec::new() };
    let (Some(gitlab), Some(mattermost)) = (address(&gitlab), address(&mattermost)) else { return Vec::new() };
    if !both_by_nginx || (&gitlab.host, gitlab.port) != (&mattermost.host, mattermost.port) {
        return Vec::new();
    }
    let evidence = format!("GitLab and Mattermost are both to answer at `{}`, port {}", gitlab.host, gitlab.port);
    vec![P51.seen(evidence).at([place, gitlab_place])]
}

/// P52: Mattermost, or its virtual host, is to listen where something else does.
pub(super) fn ports(case: &Case<'_>) -> Vec<Finding> {
    let (Some(deployment), Some(file)) = (case.deployed(), &case.evidence.gitlab_rb) else { return Vec::new() };
    let number = |text: &str| text.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
    let service = case.text(LISTEN).and_then(|(listen, place)| Some((number(&listen)?, place)));
    let host_port = deployment.nginx.as_ref().and_then(|host| number(host.listen_port.as_deref()?));
    let url_place = case.ruby_call("mattermost_external_url").map(|(_, place)| place);
    let gitlab_port =
        deployment.gitlab_site.as_ref().and_then(|site| number(site.nginx.as_ref()?.listen_port.as_deref()?));
    let mut found = Vec::new();
    let mut clash = |port: u16, whose: &str, other: &str, places: Vec<Place>| {
        found.push(P52.seen(format!("{whose} is to listen on port {port}, and so is {other}")).at(places));
    };
    if let Some((port, place)) = &service {
        if host_port == Some(*port) {
            clash(
                *port,
                "Mattermost",
                "nginx for it",
                [Some(place.clone()), url_place.clone()].into_iter().flatten().collect(),
            );
        } else if gitlab_port == Some(*port) {
            clash(*port, "Mattermost", "nginx for GitLab", vec![place.clone()]);
        }
    }
    for taken in taken_ports(&file.settings, case.gitlab) {
        let other_place = taken.span.map(|span| case.ruby_place(Some(span)));
        if let Some((_, place)) = service.as_ref().filter(|(port, _)| *port == taken.port) {
            let places = [Some(place.clone()), other_place.clone()].into_iter().flatten().collect();
            clash(taken.port, "Mattermost", taken.service, places);
        }
        if host_port == Some(taken.port) {
            let places = [url_place.clone(), other_place].into_iter().flatten().collect();
            clash(taken.port, "nginx for Mattermost", taken.service, places);
        }
    }
    found
}
