//! P01 to P11 and P31 to P35: signing in through GitLab.

use super::Problem;

pub(in crate::diagnosis) const P01: Problem = Problem {
    rule: "P01",
    title: "redirect-not-registered",
    cause: "the redirect URI that Mattermost sends is not, character for character, one of those of its application in GitLab",
    fix: "set the site URL exactly as users type it, and register `<site URL>/signup/gitlab/complete` and `<site URL>/login/gitlab/complete` in GitLab's application",
    source: "mattermost/mattermost#873, #1899, #3944, #7152, #14390, #18990; gitlabhq/gitlabhq#9797",
};

pub(in crate::diagnosis) const P02: Problem = Problem {
    rule: "P02",
    title: "redirect-differs-between-steps",
    cause: "a proxy in front of Mattermost drops `X-Forwarded-Proto`; releases that build the redirect URI of the token request from the headers then send another one than before, and GitLab answers `invalid_grant`",
    fix: "let the proxy send `X-Forwarded-Proto: https` and the original `Host`; in the Linux package with `mattermost_nginx['proxy_set_headers']`",
    source: "mattermost/mattermost#7152, #6489, #8636, #18336, #19750, #25464, #26350; the server's source up to 11.6",
};

pub(in crate::diagnosis) const P03: Problem = Problem {
    rule: "P03",
    title: "token-endpoint-answers-something-else",
    cause: "the URL of the token endpoint leads to a page, to nothing, or to a redirect, which turns the POST into a GET",
    fix: "give `gitlab_token_endpoint` with the scheme, host, port and path that GitLab really serves, so that nothing redirects",
    source: "mattermost/mattermost#1875, #2253, #6489; mattermost-plugin-gitlab#386, #413",
};

pub(in crate::diagnosis) const P04: Problem = Problem {
    rule: "P04",
    title: "certificate-not-trusted",
    cause: "GitLab's certificate is of a private authority, has expired, is for another name, or comes without its intermediate certificate; browsers may hide the last, Mattermost does not",
    fix: "serve the full chain, and put the authority's certificate where Mattermost reads it: the Linux package's `/etc/gitlab/trusted-certs`, followed by a reconfigure, or the system's store for a server of its own; then restart Mattermost, which reads it only once",
    source: "mattermost/mattermost#745, #1596; mattermost-plugin-gitlab#92, #94; Go's library and the package's recipes, read",
};

pub(in crate::diagnosis) const P05: Problem = Problem {
    rule: "P05",
    title: "provider-unreachable-from-server",
    cause: "GitLab's name or port leads elsewhere or nowhere from where it is asked: a name inside a container network, a company proxy, a firewall, or a certificate that this side does not trust",
    fix: "make GitLab reachable under the same name and port from the browser and from Mattermost's machine; where `HTTP_PROXY` is set, name GitLab in `NO_PROXY`; Mattermost's log has the exact reason",
    source: "mattermost-docker#538; mattermost-plugin-gitlab#386; mattermost/mattermost#804; proxy variables run on 5.36.1",
};

pub(in crate::diagnosis) const P06: Problem = Problem {
    rule: "P06",
    title: "scope-missing",
    cause: "the application in GitLab does not have the scope that Mattermost asks for, or Mattermost asks for none and the application has only others",
    fix: "tick `read_user` in GitLab's application, set `mattermost['gitlab_scope'] = \"read_user\"` and restart Mattermost",
    source: "mattermost-plugin-gitlab#257; mattermost/docs#8715; GitLab's documentation from 15.x to 17.x",
};

pub(in crate::diagnosis) const P07: Problem = Problem {
    rule: "P07",
    title: "client-credentials-stale",
    cause: "the id or secret that Mattermost has is not that of an application in GitLab: deleted, created anew, rotated, swapped, or copied with a blank",
    fix: "copy id and secret from GitLab's application into `gitlab_id` and `gitlab_secret` again, reconfigure, and compare both sides",
    source: "changelogs of the package 8.15, 8.17, 11.0; GitLab's provider, run",
};

pub(in crate::diagnosis) const P08: Problem = Problem {
    rule: "P08",
    title: "invalid-state",
    cause: "the cookie set at the start of the sign-in does not come back with the callback: another host name, http instead of https, a second attempt in between, or more than half an hour",
    fix: "choose one host name and scheme, make it the site URL, and redirect all others to it before the sign-in",
    source: "Crivaledaz/Mattermost-LDAP#12, #36, #79; the server's source and runs of 5.36.1",
};

pub(in crate::diagnosis) const P09: Problem = Problem {
    rule: "P09",
    title: "account-exists-with-other-method",
    cause: "an account with this e-mail address exists in Mattermost and signs in another way, or belongs to another user of GitLab",
    fix: "convert the account in its settings or with `mmctl user convert`; never change the table by hand",
    source: "mattermost/mattermost#620, #3014, #7354, #8202; pull request #3318",
};

pub(in crate::diagnosis) const P10: Problem = Problem {
    rule: "P10",
    title: "user-api-wrong",
    cause: "the user endpoint is not `/api/v4/user`, the token may not read it, the user has to accept GitLab's terms first, or the provider leaves out id, username or email",
    fix: "set `gitlab_user_api_endpoint` to `<GitLab>/api/v4/user`, give the application the scope `read_user`, and sign in to GitLab once to accept its terms",
    source: "mattermost/mattermost#6489, #15606; goauthentik/authentik#4458; runs of 5.36.1",
};

pub(in crate::diagnosis) const P11: Problem = Problem {
    rule: "P11",
    title: "sso-gone-after-v11",
    cause: "Team Edition 11 and later has no sign-in through GitLab without a licence",
    fix: "choose an edition that has it, or convert the accounts to another sign-in method; before upgrading, stay on 10.11",
    source: "mattermost/mattermost#34576; pull request #33848; mattermost/docs#8344, #8410",
};

pub(in crate::diagnosis) const P31: Problem = Problem {
    rule: "P31",
    title: "state-altered-by-provider",
    cause: "the provider does not give the state back as it got it: it cuts it, encodes it twice, or puts its own in its place",
    fix: "make the provider, or whatever stands between it and the browser, return `state` exactly as it came; GitLab does",
    source: "Crivaledaz/Mattermost-LDAP#5, #36; `AuthorizeOAuthUser` of 3.x to 11.x, read; runs of 5.36.1",
};

pub(in crate::diagnosis) const P32: Problem = Problem {
    rule: "P32",
    title: "sign-up-closed",
    cause: "Mattermost makes no account for a user of GitLab whom it does not know: user creation is off, or the address is of no accepted domain",
    fix: "set `TeamSettings.EnableUserCreation`, add the domain to `TeamSettings.RestrictCreationToDomains`, or make the account beforehand",
    source: "runs of 5.36.1 with both settings; `CreateOAuthUser`, read",
};

pub(in crate::diagnosis) const P33: Problem = Problem {
    rule: "P33",
    title: "gitlab-sign-in-off",
    cause: "signing in through GitLab is off in Mattermost, while somebody asks for it",
    fix: "set `GitLabSettings.Enable`, in the Linux package `mattermost['gitlab_enable'] = true`, and reconfigure; look whether a variable or the console switched it off",
    source: "runs of 5.36.1; `getSSOProvider`, read",
};

pub(in crate::diagnosis) const P34: Problem = Problem {
    rule: "P34",
    title: "account-row-broken",
    cause: "the row of the account in `users` contradicts itself, for instance with a password beside `authdata`, and every sign-in that wants to save it is refused",
    fix: "repair the row: an account of GitLab has `authservice` gitlab, `authdata` GitLab's id, and an empty password; keep a backup of the database first",
    source: "mattermost/mattermost#24821, #2363; `User.IsValid`, read",
};

pub(in crate::diagnosis) const P35: Problem = Problem {
    rule: "P35",
    title: "plugin-token-revoked",
    cause: "the token that the GitLab plugin keeps for a user has expired or was revoked in GitLab; before plugin 1.4.1 none was ever renewed, and GitLab 15 lets all expire",
    fix: "update the plugin, and let the user type `/gitlab disconnect` and `/gitlab connect`; keep the plugin's application and its secret in GitLab",
    source: "mattermost-plugin-gitlab#142, #261, #275, #316, #411",
};
