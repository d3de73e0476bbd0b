"""Mail providers call us: with mail that came in, and with news of mail that went out.

Anymail knows their formats. What stands here is what a door of ours needs besides: nothing is
parsed before its size and shape are known, every call is proven, every event acts once, and
whatever fails on our side is answered so that the provider tries again (THREATS 58–62; G1, G2).
"""
