external_url 'http://gitlab.example.com'
mattermost_external_url 'http://mattermost.example.com'
mattermost['sql_driver_name'] = 'postgres'
mattermost['sql_data_source'] = "postgres://mmuser:p%40ss@db.example.com:5432/mattermost?sslmode=require&connect_timeout=10"
