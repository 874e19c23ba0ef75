--
-- PostgreSQL database dump
--

\restrict 2c6tMbzfJ0prlc1BievBHtAEF24w6tG66QJCPRIQ1n2u8UduuNaao5PEHw581e9

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
-- Name: atomic(); Type: FUNCTION; Schema: public; Owner: postgres
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


ALTER FUNCTION public.atomic() OWNER TO postgres;

--
-- Name: said(); Type: FUNCTION; Schema: public; Owner: postgres
--

CREATE FUNCTION public.said() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$ BEGIN /* ' */ NEW.message := 'x'; -- $$
RETURN NEW; END $_$;


ALTER FUNCTION public.said() OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: fileinfo; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.fileinfo (
    id character varying(26),
    path character varying(512),
    size bigint
);


ALTER TABLE public.fileinfo OWNER TO postgres;

--
-- Name: posts; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.posts (
    id integer NOT NULL,
    message text DEFAULT 'a;b'::text,
    CONSTRAINT posts_message_check CHECK ((message <> '--'::text))
);


ALTER TABLE public.posts OWNER TO postgres;

--
-- Name: TABLE posts; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON TABLE public.posts IS 'a
b''c';


--
-- Name: v; Type: VIEW; Schema: public; Owner: postgres
--

CREATE VIEW public.v AS
 SELECT posts.id,
    'it''s; ('::text AS t
   FROM public.posts;


ALTER TABLE public.v OWNER TO postgres;

--
-- Data for Name: fileinfo; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.fileinfo (id, path, size) FROM stdin;
f	20211123/f	3
\.


--
-- Data for Name: posts; Type: TABLE DATA; Schema: public; Owner: postgres
--

COPY public.posts (id, message) FROM stdin;
1	x\ty\\
2	\\. 
3	\\! id
\.


--
-- Name: posts posts_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_pkey PRIMARY KEY (id);


--
-- Name: posts_message; Type: INDEX; Schema: public; Owner: postgres
--

CREATE INDEX posts_message ON public.posts USING btree (lower(message));


--
-- Name: posts t; Type: TRIGGER; Schema: public; Owner: postgres
--

CREATE TRIGGER t BEFORE INSERT ON public.posts FOR EACH ROW EXECUTE FUNCTION public.said();


--
-- PostgreSQL database dump complete
--

\unrestrict 2c6tMbzfJ0prlc1BievBHtAEF24w6tG66QJCPRIQ1n2u8UduuNaao5PEHw581e9

