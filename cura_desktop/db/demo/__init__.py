"""The demo clinics: deterministic, believable, invented. `world.build()` makes rows, `loader` writes them.

Nothing is imported here: the sign-in screen asks `content` for the password and needs none of the rest.
"""
