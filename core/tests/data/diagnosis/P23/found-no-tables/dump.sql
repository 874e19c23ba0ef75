--
-- PostgreSQL database dump
--

-- Dumped from database version 12.7
-- Dumped by pg_dump version 12.7

SET client_encoding = 'UTF8';

--
-- PostgreSQL database dump complete
--

