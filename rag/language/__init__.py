"""What is true of a language, apart from any collection.

tokens, phrases   text -> words; a set of phrases -> where they stand in a run of words
sentences         text -> sentences
phonetics         a word -> how it sounds, whoever transliterated it
english           the data of one language: a second one is a second folder
"""
