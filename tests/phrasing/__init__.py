"""`make phrasing`: the weights by which the wording of a question is read, learned anew from labelled questions.

`intents.jsonl` are questions to archives of all kinds, each with the answer that it asks for; `moves.jsonl` are
follow-ups, each with how it goes on. `manner` is how the writer speaks: what is learned is tested on manners left out.
What a question is about, or the part that a follow-up changes, stands in brackets.
"""
