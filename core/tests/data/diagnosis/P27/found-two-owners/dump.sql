--
-- PostgreSQL database dump
--

-- Dumped from database version 12.7
-- Dumped by pg_dump version 12.7

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
user0000000000000000000001	0	101	gitlab	user1@example.com	{}	{"email": "true"}	{"useAutomaticTimezone": "true"}
\.

CREATE TABLE public.teams (
    id character varying(26)
);

ALTER TABLE public.teams OWNER TO "gitlab-psql";

COPY public.teams (id) FROM stdin;
\.


--
-- PostgreSQL database dump complete
--

