"""Benchmarks against floors and peers; run by ./portal bench."""
