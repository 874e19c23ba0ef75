//! Number, name, cause and fix of each problem of signing in.

use super::super::{Finding, Severity};

/// A known problem.
pub(super) struct Problem {
    rule: &'static str,
    title: &'static str,
    cause: &'static str,
    fix: &'static str,
}

impl Problem {
    /// The problem is there.
    pub(super) fn seen(&self, evidence: impl Into<String>) -> Finding {
        self.finding(Severity::Error, evidence.into())
    }

    /// The problem is the likeliest explanation, or will strike under further conditions.
    pub(super) fn suspected(&self, evidence: impl Into<String>) -> Finding {
        self.finding(Severity::Warning, evidence.into())
    }

    fn finding(&self, severity: Severity, evidence: String) -> Finding {
        let Self { rule, title, cause, fix } = *self;
        Finding { rule, title, severity, evidence, cause, fix }
    }
}

pub(super) const P01: Problem = Problem {
    rule: "P01",
    title: "redirect-not-registered",
    cause: "the redirect URI that Mattermost sends is not, character for character, one of those of its application in GitLab",
    fix: "set the site URL exactly as users type it, and register `<site URL>/signup/gitlab/complete` and `<site URL>/login/gitlab/complete` in GitLab's application",
};

pub(super) const P02: Problem = Problem {
    rule: "P02",
    title: "redirect-differs-between-steps",
    cause: "a proxy in front of Mattermost drops `X-Forwarded-Proto`; releases that build the redirect URI of the token request from the headers then send another one than before, and GitLab answers `invalid_grant`",
    fix: "let the proxy send `X-Forwarded-Proto: https` and the original `Host`; in the Linux package with `mattermost_nginx['proxy_set_headers']`",
};

pub(super) const P03: Problem = Problem {
    rule: "P03",
    title: "token-endpoint-answers-something-else",
    cause: "the URL of the token endpoint leads to a page, to nothing, or to a redirect, which turns the POST into a GET",
    fix: "give `gitlab_token_endpoint` with the scheme, host, port and path that GitLab really serves, so that nothing redirects",
};

pub(super) const P04: Problem = Problem {
    rule: "P04",
    title: "certificate-not-trusted",
    cause: "GitLab's certificate is of a private authority, has expired, is for another name, or comes without its intermediate certificate; browsers may hide the last, Mattermost does not",
    fix: "serve the full chain, and put the authority's certificate where Mattermost reads it: the Linux package's `/etc/gitlab/trusted-certs`, the system's store for a server of its own",
};

pub(super) const P05: Problem = Problem {
    rule: "P05",
    title: "provider-unreachable-from-server",
    cause: "GitLab's name or port leads elsewhere or nowhere from where it is asked: a name inside a container network, a company proxy, a firewall, or a certificate that this side does not trust",
    fix: "make GitLab reachable under the same name and port from the browser and from Mattermost's machine; where `HTTP_PROXY` is set, name GitLab in `NO_PROXY`; Mattermost's log has the exact reason",
};

pub(super) const P06: Problem = Problem {
    rule: "P06",
    title: "scope-missing",
    cause: "the application in GitLab does not have the scope that Mattermost asks for, or Mattermost asks for none and the application has only others",
    fix: "tick `read_user` in GitLab's application, set `mattermost['gitlab_scope'] = \"read_user\"` and restart Mattermost",
};

pub(super) const P07: Problem = Problem {
    rule: "P07",
    title: "client-credentials-stale",
    cause: "the id or secret that Mattermost has is not that of an application in GitLab: deleted, created anew, rotated, swapped, or copied with a blank",
    fix: "copy id and secret from GitLab's application into `gitlab_id` and `gitlab_secret` again, reconfigure, and compare both sides",
};

pub(super) const P08: Problem = Problem {
    rule: "P08",
    title: "invalid-state",
    cause: "the cookie set at the start of the sign-in does not come back with the callback: another host name, http instead of https, a second attempt in between, or more than half an hour",
    fix: "choose one host name and scheme, make it the site URL, and redirect all others to it before the sign-in",
};

pub(super) const P09: Problem = Problem {
    rule: "P09",
    title: "account-exists-with-other-method",
    cause: "an account with this e-mail address exists in Mattermost and signs in another way, or belongs to another user of GitLab",
    fix: "convert the account in its settings or with `mmctl user convert`; never change the table by hand",
};

pub(super) const P10: Problem = Problem {
    rule: "P10",
    title: "user-api-wrong",
    cause: "the user endpoint is not `/api/v4/user`, the token may not read it, the user has to accept GitLab's terms first, or the provider leaves out id, username or email",
    fix: "set `gitlab_user_api_endpoint` to `<GitLab>/api/v4/user`, give the application the scope `read_user`, and sign in to GitLab once to accept its terms",
};

pub(super) const P11: Problem = Problem {
    rule: "P11",
    title: "sso-gone-after-v11",
    cause: "Team Edition 11 and later has no sign-in through GitLab without a licence",
    fix: "choose an edition that has it, or convert the accounts to another sign-in method; before upgrading, stay on 10.11",
};
