"""The polling booth: an app of its own, on a host of its own, without sign-in, cookie or log."""

from cases.booth.app import create_booth

__all__ = ["create_booth"]
