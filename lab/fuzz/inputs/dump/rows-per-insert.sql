--
-- PostgreSQL database dump
--

\restrict RH6HI27ZsaduwWxVtMjRGgJweDiyjRDhKB9Zp6rF0pUT5W6co28jDb6Xw0cdCTo

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
-- Data for Name: posts; Type: TABLE DATA; Schema: public; Owner: postgres
--

INSERT INTO public.posts (id, message) VALUES
	(1, 'x	y\'),
	(2, '\. ');
INSERT INTO public.posts (id, message) VALUES
	(3, '\! id');


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

\unrestrict RH6HI27ZsaduwWxVtMjRGgJweDiyjRDhKB9Zp6rF0pUT5W6co28jDb6Xw0cdCTo

