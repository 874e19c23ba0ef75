-- MySQL dump 10.13  Distrib 5.7.35, for Linux (x86_64)
--
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `Posts`;
