--
-- PostgreSQL database dump
--

\restrict LCHD1xwMeWaIGvjvSd4hUVoFSCYEZ9jltHAQzpfH6EVuKlvsyO2XpgsmaIgZEd0

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

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: posts; Type: TABLE; Schema: public; Owner: gitlab_mattermost
--

CREATE TABLE public.posts (
    id character varying(26) NOT NULL,
    message character varying(65535),
    props character varying(8000)
);


ALTER TABLE public.posts OWNER TO gitlab_mattermost;

--
-- Name: systems; Type: TABLE; Schema: public; Owner: gitlab_mattermost
--

CREATE TABLE public.systems (
    name character varying(64) NOT NULL,
    value character varying(1024)
);


ALTER TABLE public.systems OWNER TO gitlab_mattermost;

--
-- Name: users; Type: TABLE; Schema: public; Owner: gitlab_mattermost
--

CREATE TABLE public.users (
    id character varying(26) NOT NULL,
    deleteat bigint,
    authservice character varying(32),
    email character varying(128),
    props character varying(4000)
);


ALTER TABLE public.users OWNER TO gitlab_mattermost;

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
-- Name: posts posts_pkey; Type: CONSTRAINT; Schema: public; Owner: gitlab_mattermost
--

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_pkey PRIMARY KEY (id);


--
-- Name: systems systems_pkey; Type: CONSTRAINT; Schema: public; Owner: gitlab_mattermost
--

ALTER TABLE ONLY public.systems
    ADD CONSTRAINT systems_pkey PRIMARY KEY (name);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: gitlab_mattermost
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- PostgreSQL database dump complete
--

\unrestrict LCHD1xwMeWaIGvjvSd4hUVoFSCYEZ9jltHAQzpfH6EVuKlvsyO2XpgsmaIgZEd0

