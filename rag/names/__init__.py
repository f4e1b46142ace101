"""Names of people, places and bodies: which are known beforehand, which a collection introduces, which a record has.

authorities/   the names that the package knows beforehand, as data
authority      files of names -> known names; RAG_AUTHORITIES adds to the package's own or replaces them
mentions       a text -> the people and towns it introduces
people         mentions -> persons, one for all spellings of a name
abbreviations  a text -> the abbreviations it spells out
profile        what is known of a collection as a whole: words, names, background
build_profile  records -> their profile
correspondence a title -> who wrote the paper and to whom, as the title has it
annotate       record + profile -> the record with the people and places that it names, senders and recipients
"""
