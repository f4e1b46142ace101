"""What is English, data before code.

stopwords, question_words, followup_words    words that ask, join and point back
abbreviations, numerals, citation_words      words in which a text counts, shortens and cites
document_types                               what a record's title says that it is
claim_words.toml                             what denies, turns round and only reports
word_list                                    words that anybody may write (words.txt.xz, under words.LICENSE)
"""
