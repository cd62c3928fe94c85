"""Roots: every few seconds one signature over all facts committed so far, chained to the one before."""
