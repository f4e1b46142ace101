"""A query -> records.

ranking            meaning, words and sentences -> hits, weighed in one place
facets             all that is found, counted by field and along time
related            one record -> those related to it, and why
semantic_map       the collection drawn by meaning
example_questions  questions to begin with
stages             what a question spends its time on, for whoever watches
"""
