"""A collection -> an encoder that has learned its language, or the reason why the packaged one stays: `rag tune`.

pairs     records -> questions that they answer, made of their own words; whole groups of records held out
trial     a few records as a collection of their own, asked with one encoder
lessons   pairs -> what a student learns from: negatives, and the ranking that it should come to
train     lessons -> weights, by torch; no other module of this package imports it
gate      a candidate and the original, measured side by side -> adopted or not
course    the whole way, and what it reports

It stands here because a candidate is judged as `rag evaluate` judges: by building, asking and counting with the
program that serves. What was adopted is served by `rag.embeddings.tuned`, which knows nothing of how it was made.
"""
