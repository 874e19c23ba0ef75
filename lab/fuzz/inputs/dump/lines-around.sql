Warning: Permanently added 'db' to the list of known hosts.
mesg: ttyname failed: Inappropriate ioctl for device
--
-- PostgreSQL database dump
--

\restrict Abc1

-- Dumped from database version 15.18
-- Dumped by pg_dump version 15.18

SET standard_conforming_strings = on;

CREATE COLLATION public.own (provider = icu, deterministic = false, locale = 'de', version = '153.120');
CREATE TABLE public.parts (
    id text COLLATE public.own,
    at bigint NOT NULL
)
PARTITION BY LIST (id);
CREATE TABLE public."parts_A" (
    id text,
    at bigint NOT NULL
);
ALTER TABLE ONLY public.parts ATTACH PARTITION public."parts_A" FOR VALUES IN ('a');
COPY public.parts (id, at) FROM stdin;
a	1
\.
CREATE INDEX parts_at ON ONLY public.parts USING btree (at);
--
-- PostgreSQL database dump complete
--

\unrestrict Abc1


real	0m1.234s
user	0m0.100s
command terminated with exit code 0
