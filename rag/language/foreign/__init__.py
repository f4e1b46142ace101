"""Questions in other languages -> which language they are in, and their words in English.

The records are searched in the language of `rag.language.tables`. A question in another is read by tables:

function_words.tsv  words that ask and join: their kind, what each becomes in English, a column for each language
words.tsv           what archives write of, months, countries, cities, the names that languages spell in their own way
languages.toml      what else is true of each language, and what the program says in it

In a cell stand words and phrases with commas between. `*` is any ending, `#` after a word a number that follows it.
An earlier row goes before a later one. A language is a column of both files and a section of the third.
"""
