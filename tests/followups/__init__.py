"""`make followups`: the weights by which a follow-up takes words along, learned anew from people's rewritings.

`cast-2019-2020.jsonl` are 641 follow-ups of TREC CAsT 2019 and 2020 as people wrote them out (MIT licence). `over_frus`
measures sixty follow-ups of our own over FRUS.
"""
