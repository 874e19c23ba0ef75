external_url 'https://gitlab.example.com'
mattermost_external_url 'https://chat.example.com'
mattermost['home'] = '/srv/mattermost'
mattermost['file_directory'] = '/srv/mm/data'
mattermost['sql_data_source'] = 'user=mm password=not-to-be-shown host=db.example.com port=5432 dbname=chat sslmode=require'
postgresql['enable'] = false
