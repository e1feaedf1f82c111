"""Announcements for ships and aircraft: their words turned into areas and times."""
