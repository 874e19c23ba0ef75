--
-- PostgreSQL database cluster dump
--

\restrict 58S04bPGTN13ArcjNy7gH0NiGdJUPulBxHmveiP9u82psLUQzLW9X6f8KNQqj9P

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Roles
--

CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;

--
-- User Configurations
--








\unrestrict 58S04bPGTN13ArcjNy7gH0NiGdJUPulBxHmveiP9u82psLUQzLW9X6f8KNQqj9P

--
-- Databases
--

--
-- Database "template1" dump
--

\connect template1

--
-- PostgreSQL database dump
--

\restrict 46mCi1M16IuhWLgRBkmbnBDYqjXPtCeM94PYNokK4BlTA2Lr4Ffhe4vH0TlNmp4

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
