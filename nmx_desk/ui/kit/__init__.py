"""Widgets every page is built from."""
