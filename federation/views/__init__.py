from federation.views.pages import csrf_failure, large_type

__all__ = ["csrf_failure", "large_type"]
