external_url 'https://gitlab.example.com'
mattermost_external_url 'https://chat.example.com'
mattermost['sql_driver_name'] = 'mysql'
mattermost['sql_data_source'] = 'mm:not-to-be-shown@tcp(db.example.com:3306)/chat?charset=utf8mb4'
