mattermost['plugin_enable'] = true
mattermost['plugin_enable_uploads'] = true
mattermost['plugin_plugins'] = { 'com.example.demo' => { 'key' => 'v' } }
mattermost['plugin_plugin_states'] = { 'com.example.demo' => { 'Enable' => true } }
