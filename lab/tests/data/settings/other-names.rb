external_url 'https://gitlab.example.com'
mattermost_external_url 'https://chat.example.com'
mattermost['database_name'] = 'chat'
postgresql['port'] = 5433
postgresql['dir'] = '/srv/postgresql'
postgresql['sql_mattermost_user'] = 'chat_owner'
