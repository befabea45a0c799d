"""Addresses of rows: the route is looked up once, not for each row of a list."""

from functools import cache

from django.urls import reverse


@cache
def row_address(route: str) -> str:
    """`row_address("outreach:visit_detail").format(pk)`"""
    return reverse(route, args=[0]).replace("/0/", "/{}/")
