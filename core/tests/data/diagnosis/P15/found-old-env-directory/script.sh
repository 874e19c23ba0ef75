sudo /opt/gitlab/embedded/bin/chpst -e /opt/gitlab/etc/mattermost/env -u mattermost /opt/gitlab/embedded/bin/mattermost version
