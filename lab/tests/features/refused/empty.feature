Feature: Empty
