//! P17 to P21, P36, P38 and P54: network and integrations.

use super::Problem;

pub(in crate::diagnosis) const P17: Problem = Problem {
    rule: "P17",
    title: "websocket-blocked",
    cause: "a proxy does not pass `Upgrade` and `Connection` on, or the page's origin is not the site URL",
    fix: "let every proxy pass both headers by HTTP/1.1 on `/api/v4/websocket`; make the site URL what users type, or name the other origin in `AllowCorsFrom`",
    source: "mattermost/mattermost#1942, #4232; mattermost-docker#107, #282; mattermost/docker#149; mattermost/docs#2289",
};

pub(in crate::diagnosis) const P18: Problem = Problem {
    rule: "P18",
    title: "address-forbidden",
    cause: "integrations may not call private addresses, nor the server's own, unless they are listed; the list is separated by blanks, and `*` is no wildcard",
    fix: "list host names or networks (CIDR), separated by single blanks, in `AllowedUntrustedInternalConnections`",
    source: "mattermost/mattermost#7529; mattermost/docs#2203; vendor's notes of 4.2 and 5.9; runs of 5.36.1",
};

pub(in crate::diagnosis) const P19: Problem = Problem {
    rule: "P19",
    title: "gitlab-refuses-local-requests",
    cause: "GitLab does not send hooks to private addresses since 10.6",
    fix: "add Mattermost's host to GitLab's allowlist: Admin, Settings, Network, Outbound requests",
    source: "GitLab's documentation on the security of webhooks; the package's test plan",
};

pub(in crate::diagnosis) const P20: Problem = Problem {
    rule: "P20",
    title: "slash-command-fails",
    cause: "token or address of the command are not GitLab's any more, the command was made for another project path, or the user's account is not linked yet",
    fix: "make the command anew through GitLab's automatic set-up, and compare token and address on both sides",
    source: "sameersbn/docker-gitlab#1057; mattermost/mattermost#4341; commands run on 5.36.1",
};

pub(in crate::diagnosis) const P21: Problem = Problem {
    rule: "P21",
    title: "plugin-silent",
    cause: "the GitLab plugin lacks its client or its webhook secret, or there is a hook without a subscription",
    fix: "set client id, client secret and webhook secret of the plugin; make both the hook in GitLab and the subscription in the channel",
    source: "mattermost-plugin-gitlab#46, #121, #146, #147, #325, #516",
};

pub(in crate::diagnosis) const P36: Problem = Problem {
    rule: "P36",
    title: "mattermost-not-listening",
    cause: "nginx has nobody to pass requests to: Mattermost is down, still starts, or listens on another address or port than nginx asks",
    fix: "look at Mattermost's own log for why it does not start; compare its listen address with the upstream of nginx (`gitlab-ctl status mattermost`, `ss -ltn`)",
    source: "turnkeylinux/tracker#973; mattermost/mattermost#19832; nginx, run",
};

pub(in crate::diagnosis) const P38: Problem = Problem {
    rule: "P38",
    title: "incoming-webhook-refused",
    cause: "a request to an incoming webhook is refused: the hook or its channel was deleted, webhooks are off, or the body is not JSON that the server takes",
    fix: "make the hook anew and give GitLab its address; send JSON with `Content-Type: application/json`; keep `ServiceSettings.EnableIncomingWebhooks` on",
    source: "mattermost/mattermost#29791, #30071, #14485, #6652; ansible/awx#7264",
};

pub(in crate::diagnosis) const P54: Problem = Problem {
    rule: "P54",
    title: "mattermost-certificate-not-trusted",
    cause: "GitLab does not trust Mattermost's certificate: it is of a private authority, has expired, is for another name, or comes without its intermediate certificate; notifications, webhooks and the set-up of slash commands fail, signing in does not",
    fix: "let Mattermost's nginx serve the full chain (`mattermost_nginx['ssl_certificate']`), and put the authority's certificate into `/etc/gitlab/trusted-certs`; then reconfigure and restart GitLab",
    source: "sameersbn/docker-gitlab#475; requilence/integram#90; gitlabhq/gitlabhq#9167; GitLab's documentation on certificates that are not public",
};
