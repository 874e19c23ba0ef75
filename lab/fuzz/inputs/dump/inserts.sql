--
-- PostgreSQL database dump
--

\restrict 9yZn0vtug1NazBBdXdmpDDlayUDPijUZhfWKgrJwCdu2OcTnkBIRWKUQRSIsAGB

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
-- Name: atomic(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.atomic() RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN true THEN 1
             ELSE NULL::integer
         END AS "case";
 SELECT 2;
END;


--
-- Name: said(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.said() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$ BEGIN /* ' */ NEW.message := 'x'; -- $$
RETURN NEW; END $_$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: fileinfo; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.fileinfo (
    id character varying(26),
    path character varying(512),
    size bigint
);


--
-- Name: posts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.posts (
    id integer NOT NULL,
    message text DEFAULT 'a;b'::text,
    CONSTRAINT posts_message_check CHECK ((message <> '--'::text))
);


--
-- Name: TABLE posts; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.posts IS 'a
b''c';


--
-- Name: v; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.v AS
 SELECT posts.id,
    'it''s; ('::text AS t
   FROM public.posts;


--
-- Data for Name: fileinfo; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.fileinfo VALUES ('f', '20211123/f', 3);


--
-- Data for Name: posts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.posts VALUES (1, 'x	y\');
INSERT INTO public.posts VALUES (2, '\. ');
INSERT INTO public.posts VALUES (3, '\! id');


--
-- Name: posts posts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_pkey PRIMARY KEY (id);


--
-- Name: posts_message; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX posts_message ON public.posts USING btree (lower(message));


--
-- Name: posts t; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER t BEFORE INSERT ON public.posts FOR EACH ROW EXECUTE FUNCTION public.said();


--
-- PostgreSQL database dump complete
--

\unrestrict 9yZn0vtug1NazBBdXdmpDDlayUDPijUZhfWKgrJwCdu2OcTnkBIRWKUQRSIsAGB

