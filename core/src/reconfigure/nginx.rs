//! The text of nginx's virtual hosts.

use std::fmt::Write as _;

use super::machine::Machine;
use super::shell::command;
use crate::omnibus::VirtualHost;
use crate::plan::{Content, Effect, Step, StepList};

/// Writes the file of a virtual host, or deletes it; tells whether anything changed.
pub(super) fn plan(name: &str, file: &str, host: Option<&VirtualHost>, machine: &Machine, plan: &mut StepList) -> bool {
    let Some(host) = host else {
        let found = machine.files.contains_key(file);
        if found {
            let step = Step::new(format!("site-{name}"), format!("take the site of {name} out of nginx"));
            plan.push(step.command(command(&["rm", "-f", file])));
        }
        return found;
    };
    let text = text(name, host);
    let changed = machine.text(&host.file) != Some(&text);
    if changed {
        let (content, owner) = (Content::plain(text), "root:root".to_owned());
        let write = Effect::Write { path: host.file.clone(), content, owner, mode: "0644".to_owned() };
        plan.push(Step::new(format!("site-{name}"), format!("write the site of {name} in {}", host.file)).with(write));
    }
    changed
}

/// A virtual host as nginx reads it: the server that sends HTTP on, if there is one, and the site itself.
fn text(name: &str, host: &VirtualHost) -> String {
    let mut text = String::new();
    let mut line = |depth: usize, words: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:1$}{words}", "", depth * 2);
    };
    let https = host.https == Some(true);
    let server_name = host.server_name.as_deref().unwrap_or("_");
    let log = format!("access_log /var/log/gitlab/nginx/{}_access.log;", name.to_lowercase());
    if let Some(redirect) = &host.redirect {
        line(0, "server {");
        for address in &host.listen_addresses {
            line(1, &format!("listen {address}:{};", redirect.from_port.as_deref().unwrap_or("80")));
        }
        line(1, &format!("server_name {server_name};"));
        line(1, &log);
        line(1, &format!("return 301 {};", redirect.to));
        line(0, "}");
    }
    line(0, "server {");
    let port = host.listen_port.as_deref().unwrap_or(if https { "443" } else { "80" });
    for address in &host.listen_addresses {
        line(1, &format!("listen {address}:{port}{};", if https { " ssl" } else { "" }));
    }
    line(1, &format!("server_name {server_name};"));
    line(1, &log);
    if let Some(certificate) = &host.certificate {
        for (directive, path) in
            [("ssl_certificate", &certificate.certificate), ("ssl_certificate_key", &certificate.key)]
        {
            if let Some(path) = path {
                line(1, &format!("{directive} {path};"));
            }
        }
        line(1, "ssl_protocols TLSv1.2 TLSv1.3;");
    }
    line(1, "location / {");
    for (header, value) in &host.proxy_headers {
        line(2, &format!("proxy_set_header {header} {value};"));
    }
    line(2, "proxy_http_version 1.1;");
    line(2, "proxy_read_timeout 300;");
    line(2, "proxy_redirect off;");
    line(2, &format!("proxy_pass http://{};", host.upstream.as_deref().unwrap_or("127.0.0.1:8065")));
    line(1, "}");
    line(0, "}");
    text
}
