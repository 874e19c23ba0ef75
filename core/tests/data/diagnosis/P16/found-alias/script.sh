alias mmcli="chpst -e /opt/gitlab/etc/mattermost/env /opt/gitlab/embedded/bin/mattermost $1"
