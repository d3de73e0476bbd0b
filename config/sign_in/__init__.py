"""How staff sign in: allauth's hooks, known browsers, the second factor, single sign-on, sessions.

allauth does the protocols; what stands here says who may come in and how often they may try.
"""
