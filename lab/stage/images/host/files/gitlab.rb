# Every setting of this file but these has its default.
external_url 'http://gitlab.example.com'
