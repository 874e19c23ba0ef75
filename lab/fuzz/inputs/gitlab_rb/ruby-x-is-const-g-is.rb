X = 'const'
$g = 'glob'
@i = 'inst'
mattermost['a'] = X + $g + @i
mattermost['b'] = @none
