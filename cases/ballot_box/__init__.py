"""The ballot box: package, cards, envelopes, key shares, opening, disclosure and the urn.

Everything here but ``urn`` is pure. Two barriers guard a ballot: nobody knows who holds which
card, and nobody can read an envelope without two of three key shares.
"""
