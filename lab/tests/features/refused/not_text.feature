Feature: ÿ
