//! The names of the lab: the party that each leads to, and its address.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::RwLock;

use super::alias::Alias;
use gitlab_mattermost_ground::exchange::Party;

/// Where a name leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Who answers there.
    pub party: Party,
    /// The address they really listen on.
    pub address: SocketAddr,
}

/// The names of a network, as in a `hosts` file.
#[derive(Debug, Default)]
pub struct Names {
    places: RwLock<BTreeMap<String, Place>>,
    aliases: RwLock<BTreeMap<String, Alias>>,
}

impl Names {
    /// Lets `host` (a name with its port unless that is 80: `gitlab.example.com`, `gitlab.example.com:8080`) lead to
    /// `place`; a later call for the same name replaces the earlier one.
    pub fn set(&self, host: &str, place: Place) {
        let mut places = self.places.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        places.insert(host.to_ascii_lowercase(), place);
    }

    /// Where `host` leads.
    pub fn get(&self, host: &str) -> Option<Place> {
        let places = self.places.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let host = host.to_ascii_lowercase();
        places.get(host.strip_suffix(":80").unwrap_or(&host)).copied()
    }

    /// Lets `host` lead to `place` as [`Names::set`] does, and stand for the server of `alias` there.
    pub fn set_alias(&self, host: &str, place: Place, alias: Alias) {
        self.set(host, place);
        let mut aliases = self.aliases.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        aliases.insert(host.to_ascii_lowercase(), alias);
    }

    /// The server that `host` stands for, if it is not the one that is called so.
    pub(super) fn alias(&self, host: &str) -> Option<Alias> {
        let aliases = self.aliases.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let host = host.to_ascii_lowercase();
        aliases.get(host.strip_suffix(":80").unwrap_or(&host)).cloned()
    }

    /// The names of `party`.
    pub fn of(&self, party: Party) -> Vec<String> {
        let places = self.places.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        places.iter().filter(|(_, place)| place.party == party).map(|(name, _)| name.clone()).collect()
    }

    /// Every known name, for messages.
    pub fn known(&self) -> Vec<String> {
        self.places.read().unwrap_or_else(std::sync::PoisonError::into_inner).keys().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, Party, Place};

    #[test]
    fn a_name_is_found_whatever_its_case_and_with_the_default_port_written_out() {
        let names = Names::default();
        let place = Place { party: Party::GitLab, address: ([127, 0, 0, 1], 4000).into() };
        names.set("GitLab.example.com", place);
        assert_eq!(names.get("gitlab.example.com"), Some(place));
        assert_eq!(names.get("GITLAB.EXAMPLE.COM:80"), Some(place));
        assert_eq!(names.get("gitlab.example.com:8080"), None);
        assert_eq!(names.known(), ["gitlab.example.com"]);
    }
}
