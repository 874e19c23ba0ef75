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
1	migration_1
2	migration_2
3	migration_3
4	migration_4
5	migration_5
6	migration_6
7	migration_7
8	migration_8
9	migration_9
10	migration_10
11	migration_11
12	migration_12
13	migration_13
14	migration_14
15	migration_15
16	migration_16
17	migration_17
18	migration_18
19	migration_19
20	migration_20
21	migration_21
22	migration_22
23	migration_23
24	migration_24
25	migration_25
26	migration_26
27	migration_27
28	migration_28
29	migration_29
30	migration_30
31	migration_31
32	migration_32
33	migration_33
34	migration_34
35	migration_35
36	migration_36
37	migration_37
38	migration_38
39	migration_39
40	migration_40
41	migration_41
42	migration_42
43	migration_43
44	migration_44
45	migration_45
46	migration_46
47	migration_47
48	migration_48
49	migration_49
50	migration_50
51	migration_51
52	migration_52
53	migration_53
54	migration_54
55	migration_55
56	migration_56
57	migration_57
58	migration_58
59	migration_59
60	migration_60
61	migration_61
62	migration_62
63	migration_63
64	migration_64
65	migration_65
66	migration_66
67	migration_67
68	migration_68
69	migration_69
70	migration_70
71	migration_71
72	migration_72
73	migration_73
74	migration_74
75	migration_75
76	migration_76
77	migration_77
78	migration_78
79	migration_79
80	migration_80
81	migration_81
82	migration_82
83	migration_83
84	migration_84
85	migration_85
86	migration_86
87	migration_87
88	migration_88
89	migration_89
90	migration_90
91	migration_91
92	migration_92
93	migration_93
94	migration_94
95	migration_95
96	migration_96
97	migration_97
98	migration_98
99	migration_99
100	migration_100
101	migration_101
102	migration_102
103	migration_103
104	migration_104
105	migration_105
106	migration_106
107	migration_107
108	migration_108
109	migration_109
110	migration_110
111	migration_111
112	migration_112
113	migration_113
114	migration_114
115	migration_115
116	migration_116
117	migration_117
118	migration_118
119	migration_119
120	migration_120
121	migration_121
122	migration_122
123	migration_123
124	migration_124
125	migration_125
126	migration_126
127	migration_127
128	migration_128
129	migration_129
130	migration_130
131	migration_131
132	migration_132
133	migration_133
134	migration_134
135	migration_135
136	migration_136
137	migration_137
138	migration_138
139	migration_139
140	migration_140
141	migration_141
142	migration_142
143	migration_143
144	migration_144
\.


--
-- PostgreSQL database dump complete
--

