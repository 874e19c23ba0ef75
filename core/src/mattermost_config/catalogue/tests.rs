use super::*;

fn catalogue(version: &str) -> Catalogue {
    Catalogue::of(version.parse().unwrap())
}

#[test]
fn a_version_between_two_measured_ones_takes_the_older_ones_defaults() {
    assert_eq!(catalogue("5.14.2").measured(), Version::new(5, 10, 0));
    assert_eq!(catalogue("6.2.1").measured(), Version::new(5, 36, 1));
    assert!(catalogue("6.2.1").is_open_ended() && !catalogue("5.36.9").is_open_ended());
}

#[test]
fn the_variable_of_every_path_leads_back_to_it() {
    for version in ["4.10.1", "5.0.0", "5.13.0", "5.14.0", "5.31.0", "6.2.1", "10.11.0"] {
        let catalogue = catalogue(version);
        for setting in catalogue.settings() {
            let variable = catalogue.variable_of_path(setting.path()).unwrap();
            let found = catalogue.setting_of_variable(&variable).unwrap();
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
