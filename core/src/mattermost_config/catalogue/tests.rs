use super::*;

fn catalogue(version: &str) -> Catalogue {
    Catalogue::of(version.parse().unwrap())
}

#[test]
fn a_version_between_two_measured_ones_takes_the_older_ones_defaults() {
    assert_eq!(catalogue("5.14.2").measured(), Version::new(5, 10, 0));
    assert_eq!(catalogue("6.2.1").measured(), Version::new(6, 2, 0));
    assert_eq!(catalogue("10.11.0").measured(), Version::new(6, 7, 0));
    assert!(catalogue("7.0.0").is_open_ended() && !catalogue("6.7.9").is_open_ended());
}

#[test]
fn the_variable_of_every_path_leads_back_to_it() {
    for version in ["4.10.1", "5.0.0", "5.13.0", "5.14.0", "5.31.0", "6.2.1", "10.11.0"] {
        let catalogue = catalogue(version);
        for setting in catalogue.settings() {
            let variable = catalogue.variable_of_path(setting.path()).unwrap();
            let found = catalogue.setting_of_variable(variable).unwrap();
            assert_eq!(found.path(), setting.path(), "{version}: two settings share `{variable}`");
        }
    }
}

#[test]
fn names_are_compared_without_case_from_5_30_on() {
    let name = "mm_teamSettings_MaxUsersPerTeam";
    assert!(catalogue("5.29.0").setting_of_variable(name).is_none());
    assert_eq!(catalogue("5.30.0").setting_of_variable(name).unwrap().path(), "TeamSettings.MaxUsersPerTeam");
}

#[test]
fn web_rtc_is_gone_with_5_6() {
    let variable = "MM_WEBRTCSETTINGS_ENABLE";
    assert!(catalogue("5.5.1").setting_of_variable(variable).is_some());
    let removed = catalogue("5.6.0").removed_variable(variable).unwrap();
    assert_eq!((removed.path.as_str(), removed.since), ("WebrtcSettings.Enable", Version::new(5, 6, 0)));
}

#[test]
fn a_setting_renamed_inside_the_server_changes_its_variable_three_times() {
    let (long, short) =
        ("MM_TEAMSETTINGS_DEPRECATED_DO_NOT_USE_ENABLETEAMCREATION", "MM_TEAMSETTINGS_ENABLETEAMCREATION");
    for (version, name) in [("5.0.0", short), ("5.10.0", long), ("5.20.0", short)] {
        let catalogue = catalogue(version);
        let setting = catalogue.setting_of_variable(name).unwrap();
        assert_eq!(catalogue.env_effect(setting), EnvEffect::Effective, "{version}");
        let other = if name == long { short } else { long };
        assert!(catalogue.setting_of_variable(other).is_none(), "{version}: {other}");
    }
    let catalogue = catalogue("5.31.0");
    assert_eq!(catalogue.env_effect(catalogue.setting_of_variable(long).unwrap()), EnvEffect::Never);
}

#[test]
fn the_session_length_in_days_tells_what_took_its_place() {
    let removed = catalogue("7.0.0").removed_variable("MM_SERVICESETTINGS_SESSIONLENGTHSSOINDAYS").unwrap();
    assert_eq!(removed.successor.as_deref(), Some("ServiceSettings.SessionLengthSSOInHours"));
    assert!(removed.note.unwrap().contains("24"));
    assert!(catalogue("6.7.0").setting_of_variable("MM_SERVICESETTINGS_SESSIONLENGTHSSOINDAYS").is_some());
}

#[test]
fn every_successor_exists_when_its_predecessor_is_gone() {
    for setting in settings() {
        let Some(removed) = catalogue("11.6.0").removed_path(setting.path()) else { continue };
        let Some(successor) = removed.successor else { continue };
        // The upgrade notes name two successors that have no entry of their own.
        if successor.ends_with("AdvancedLoggingJSON") {
            continue;
        }
        let then = Catalogue::of(removed.since);
        assert!(then.setting(&successor).is_some(), "{} -> {successor}", removed.path);
    }
}

#[test]
fn the_names_that_people_get_wrong_lead_to_the_right_ones() {
    for (wrong, right) in [
        ("MM_EMAILSETTINGS_BATCHINGINTERVAL", "MM_EMAILSETTINGS_EMAILBATCHINGINTERVAL"),
        ("MM_EMAILSETTINGS_NOTIFICATIONCONTENTTYPE", "MM_EMAILSETTINGS_EMAILNOTIFICATIONCONTENTSTYPE"),
        ("MM_WEBRTCSETTINGS_STUN_URI", "MM_WEBRTCSETTINGS_STUNURI"),
        ("MM_WEBRTCSETTINGS_TURN_SHAREDKEY", "MM_WEBRTCSETTINGS_TURNSHAREDKEY"),
        ("MM_SERVICE_SETTINGS_SITE_URL", "MM_SERVICESETTINGS_SITEURL"),
        ("MM_SERVICESETTINGS_SITEURI", "MM_SERVICESETTINGS_SITEURL"),
        ("mm_servicesettings_siteurl", "MM_SERVICESETTINGS_SITEURL"),
    ] {
        assert_eq!(catalogue("4.10.1").nearest_variable(wrong).as_deref(), Some(right));
    }
    assert_eq!(catalogue("5.31.0").nearest_variable("MM_WEATHER_FORECAST"), None);
    assert_eq!(catalogue("5.31.0").nearest_path("ServiceSettings.SiteUrl"), Some("ServiceSettings.SiteURL"));
    assert_eq!(
        catalogue("6.2.1").nearest_path("GitLabSettings.UserAPIEndpont"),
        Some("GitLabSettings.UserAPIEndpoint")
    );
}

#[test]
fn another_word_in_a_name_is_another_setting() {
    for name in ["ServiceSettings.EnableCustomGroups", "ServiceSettings.EnableAPIPostDeletion"] {
        assert_eq!(catalogue("6.2.1").nearest_path(name), None, "{name}");
    }
    let gone = catalogue("6.2.1").removed_path("ServiceSettings.SegmentDeveloperKey").unwrap();
    assert_eq!(gone.since, Version::new(3, 7, 0));
}

#[test]
fn plugin_maps_can_be_given_as_variables_from_7_5_on() {
    for (version, effect) in
        [("5.10.0", EnvEffect::StopsTheStart), ("5.31.0", EnvEffect::Never), ("7.5.0", EnvEffect::Effective)]
    {
        let catalogue = catalogue(version);
        assert_eq!(catalogue.env_effect(catalogue.setting("PluginSettings.Plugins").unwrap()), effect, "{version}");
    }
}

#[test]
fn every_tag_has_as_many_settings_as_its_own_code() {
    let counted = [
        ("5.36.1", 504),
        ("5.37.0", 505),
        ("5.38.0", 506),
        ("5.39.0", 506),
        ("6.0.0", 488),
        ("6.1.0", 495),
        ("6.2.1", 497),
        ("6.3.0", 497),
        ("6.4.0", 502),
        ("6.5.0", 507),
        ("6.6.0", 503),
        // Two more that it only drops from the files of older servers.
        ("6.7.0", 503),
    ];
    for (version, count) in counted {
        assert_eq!(catalogue(version).settings().count(), count, "{version}");
    }
}

#[test]
fn a_default_that_changed_twice_is_that_of_its_patch_release() {
    let default = |version: &str| {
        let path = "ServiceSettings.ThreadAutoFollow";
        catalogue(version).setting(path).unwrap().default_in(version.parse().unwrap()).as_bool()
    };
    assert_eq!(
        ["6.1.0", "6.1.3", "6.2.1", "6.2.5", "6.4.0", "6.6.0"].map(default),
        [Some(true), Some(false), Some(true), Some(false), Some(false), Some(true)]
    );
}
