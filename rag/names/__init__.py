"""Names of people, places and bodies, found in records and understood in questions.

authority      the names that are known beforehand (variants.toml): places, demonyms, ranks, given names, bodies
mentions       a text -> the people it introduces
people         mentions -> one person for each, whatever the spelling
abbreviations  a text -> what it abbreviates and spells out
profile        the collection as a whole: words, names, background
build_profile  records -> their profile
annotate       record + profile -> the record with the names in it
"""
