"""Names of people, places and bodies, and their spellings: found in the records, understood in questions.

spelling       text -> words as the index sees them, and how a word sounds whoever transliterated it
variants       the editable table (variants.toml): places, demonyms, ranks, given names, bodies
mentions       a text -> the people it introduces
people         mentions -> one person for each, whatever the spelling
abbreviations  a text -> what it abbreviates and spells out
profile        the collection as a whole: words, names, noise
census         records -> their profile
naming         record + profile -> the record with the names in it
speller        a word that the collection lacks -> the one that was meant
reading        question + profile -> the names it means, and every spelling under which the collection holds them
"""
