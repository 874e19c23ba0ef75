--
-- PostgreSQL database dump
--

\restrict OzaExLa8XoynmSuueTrUNltQUXcKTD4y4bUv0PccEPTGO2HxGJVItZX2VpkBeGh

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Data for Name: posts; Type: TABLE DATA; Schema: public; Owner: gitlab_mattermost
--

INSERT INTO public.posts VALUES ('p1', 'it''s two
lines; (of text)', '{"a": "b"}');
INSERT INTO public.posts VALUES ('p2', '', '{"n": "\u0000"}');


--
-- Data for Name: systems; Type: TABLE DATA; Schema: public; Owner: gitlab_mattermost
--

INSERT INTO public.systems VALUES ('Version', '5.36.1');


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: gitlab_mattermost
--

INSERT INTO public.users VALUES ('u1', 0, 'gitlab', 'a@example.com', '{}');
INSERT INTO public.users VALUES ('u2', 0, '', 'b@example.com', NULL);


--
-- PostgreSQL database dump complete
--

\unrestrict OzaExLa8XoynmSuueTrUNltQUXcKTD4y4bUv0PccEPTGO2HxGJVItZX2VpkBeGh

