mmctl --local user list
