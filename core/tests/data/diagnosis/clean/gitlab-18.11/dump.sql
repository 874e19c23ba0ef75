--
-- PostgreSQL database dump
--

-- Dumped from database version 16.8
-- Dumped by pg_dump version 16.8

CREATE TABLE public.systems (
    name character varying(26),
    value character varying(26)
);

ALTER TABLE public.systems OWNER TO gitlab_mattermost;

COPY public.systems (name, value) FROM stdin;
Version	10.11.17
\.

CREATE TABLE public.users (
    id character varying(26),
    deleteat character varying(26),
    authdata character varying(26),
    authservice character varying(26),
    email character varying(26),
    props jsonb,
    notifyprops jsonb,
    timezone jsonb
);

ALTER TABLE public.users OWNER TO gitlab_mattermost;

COPY public.users (id, deleteat, authdata, authservice, email, props, notifyprops, timezone) FROM stdin;
user0000000000000000000001	0	101	gitlab	user1@example.com	{}	{"email": "true"}	{"useAutomaticTimezone": "true"}
user0000000000000000000002	0	102	gitlab	user2@example.com	{}	{"email": "true"}	{"useAutomaticTimezone": "true"}
user0000000000000000000003	0	\N		user3@example.com	{}	{"email": "true"}	{"useAutomaticTimezone": "true"}
\.

CREATE TABLE public.fileinfo (
    id character varying(26),
    deleteat character varying(26),
    path character varying(26)
);

ALTER TABLE public.fileinfo OWNER TO gitlab_mattermost;

COPY public.fileinfo (id, deleteat, path) FROM stdin;
f	0	20200101/a.png
\.

CREATE TABLE public.db_migrations (
    version character varying(26),
    name character varying(26)
);

ALTER TABLE public.db_migrations OWNER TO gitlab_mattermost;

COPY public.db_migrations (version, name) FROM stdin;
1	create_teams
2	create_team_members
3	create_cluster_discovery
4	create_command_webhooks
5	create_compliances
6	create_emojis
7	create_user_groups
8	create_group_members
9	create_group_teams
10	create_group_channels
11	create_link_metadata
12	create_commands
13	create_incoming_webhooks
14	create_outgoing_webhooks
15	create_systems
16	create_reactions
17	create_roles
18	create_schemes
19	create_licenses
20	create_posts
21	create_product_notice_view_state
22	create_sessions
23	create_terms_of_service
24	create_audits
25	create_oauth_access_data
26	create_preferences
27	create_status
28	create_tokens
29	create_bots
30	create_user_access_tokens
31	create_remote_clusters
32	create_sharedchannels
33	create_sidebar_channels
34	create_oauthauthdata
35	create_sharedchannelattachments
36	create_sharedchannelusers
37	create_sharedchannelremotes
38	create_jobs
39	create_channel_member_history
40	create_sidebar_categories
41	create_upload_sessions
42	create_threads
43	thread_memberships
44	create_user_terms_of_service
45	create_plugin_key_value_store
46	create_users
47	create_file_info
48	create_oauth_apps
49	create_channels
50	create_channelmembers
51	create_msg_root_count
52	create_public_channels
53	create_retention_policies
54	create_crt_channelmembership_count
55	create_crt_thread_count_and_unreads
56	upgrade_channels_v6.0
57	upgrade_command_webhooks_v6.0
58	upgrade_channelmembers_v6.0
59	upgrade_users_v6.0
60	upgrade_jobs_v6.0
61	upgrade_link_metadata_v6.0
62	upgrade_sessions_v6.0
63	upgrade_threads_v6.0
64	upgrade_status_v6.0
65	upgrade_groupchannels_v6.0
66	upgrade_posts_v6.0
67	upgrade_channelmembers_v6.1
68	upgrade_teammembers_v6.1
69	upgrade_jobs_v6.1
70	upgrade_cte_v6.1
71	upgrade_sessions_v6.1
72	upgrade_schemes_v6.3
73	upgrade_plugin_key_value_store_v6.3
74	upgrade_users_v6.3
75	alter_upload_sessions_index
76	upgrade_lastrootpostat
77	upgrade_users_v6.5
78	create_oauth_mattermost_app_id
79	usergroups_displayname_index
80	posts_createat_id
81	threads_deleteat
82	upgrade_oauth_mattermost_app_id
83	threads_threaddeleteat
84	recent_searches
85	fileinfo_add_archived_column
86	add_cloud_limits_archived
87	sidebar_categories_index
88	remaining_migrations
89	add-channelid-to-reaction
90	create_enums
91	create_post_reminder
92	add_createat_to_teamembers
93	notify_admin
94	threads_teamid
95	remove_posts_parentid
96	threads_threadteamid
97	create_posts_priority
98	create_post_acknowledgements
99	create_drafts
100	add_draft_priority_column
101	create_true_up_review_history
102	posts_originalid_index
103	add_sentat_to_notifyadmin
104	upgrade_notifyadmin
105	remove_tokens
106	fileinfo_channelid
107	threadmemberships_cleanup
108	remove_orphaned_oauth_preferences
109	create_persistent_notifications
111	update_vacuuming
112	rework_desktop_tokens
113	create_retentionidsfordeletion_table
114	sharedchannelremotes_drop_nextsyncat_description
115	user_reporting_changes
116	create_outgoing_oauth_connections
117	msteams_shared_channels
118	create_index_poststats
119	msteams_shared_channels_opts
120	create_channelbookmarks_table
121	remove_true_up_review_history
122	preferences_value_length
123	remove_upload_file_permission
124	remove_manage_team_permission
125	remoteclusters_add_default_team_id
126	sharedchannels_remotes_add_deleteat
127	add_mfa_used_ts_to_users
128	create_scheduled_posts
129	add_property_system_architecture
130	system_console_stats
131	create_index_pagination_on_property_values
132	create_index_pagination_on_property_fields
133	add_channel_banner_fields
134	create_access_control_policies
135	sidebarchannels_categoryid
136	create_attribute_view
137	update_attribute_view
138	add_default_category_name_to_channel
139	remoteclusters_add_last_global_user_sync_at
140	add_lastmemberssyncat_to_sharedchannelremotes
141	add_remoteid_channelid_to_post_acknowledgements
142	add_schemeid_to_roles
143	backfill_roles_schemeid
144	add_roles_schemeid_index
\.


--
-- PostgreSQL database dump complete
--

