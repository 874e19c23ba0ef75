external_url 'https://gitlab.example.com'
mattermost_external_url 'https://mattermost.example.com'
mattermost['env'] = {
  'MM_EMAILSETTINGS_BATCHINGINTERVAL' => '30'
}
