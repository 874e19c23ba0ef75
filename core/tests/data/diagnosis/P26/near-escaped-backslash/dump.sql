--
-- PostgreSQL database dump
--

-- Dumped from database version 12.7
-- Dumped by pg_dump version 12.7

CREATE TABLE public.systems (
    name character varying(26),
    value character varying(26)
);

ALTER TABLE public.systems OWNER TO gitlab_mattermost;

COPY public.systems (name, value) FROM stdin;
Version	5.36.0
\.

CREATE TABLE public.users (
    id character varying(26),
    deleteat character varying(26),
    authdata character varying(26),
    authservice character varying(26),
    email character varying(26),
    props character varying(26),
    notifyprops character varying(26),
    timezone character varying(26)
);

ALTER TABLE public.users OWNER TO gitlab_mattermost;

COPY public.users (id, deleteat, authdata, authservice, email, props, notifyprops, timezone) FROM stdin;
user0000000000000000000001	0	101	gitlab	user1@example.com	{"a": "x\\\\u0000y"}	{"email": "true"}	{"useAutomaticTimezone": "true"}
user0000000000000000000002	0	102	gitlab	user2@example.com	\N	{"email": "true"}	{"useAutomaticTimezone": "true"}
\.


--
-- PostgreSQL database dump complete
--

