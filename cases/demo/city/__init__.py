"""The fictional city of Yunzhou: units, people, figures, story and texts, made from one seed.

Everything and everybody here is invented. Counties borrow the census figures of real counties;
``census.csv`` says for every row from which code, name and year they come.
"""
