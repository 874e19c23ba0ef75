external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['env'] = {
  'MM_SERVICESETTINGS_ENABLECUSTOMGROUPS' => 'false',
  'MM_SERVICESETTINGS_POSTPRIORITY' => 'true',
  'MM_LICENSE' => 'x',
  'MM_CONFIG' => 'x',
  'MM_CUSTOM_DEFAULTS_PATH' => '/x'
}
