"""What is true of a language, apart from any collection: the code here, the words in the language's own folder.

tables            a name -> one of the tables of the language
stopwords         words that are no evidence on their own; word_list: words that anybody may write
document_types    a title -> what type of document it is
sentences         a text -> sentences
tokens, phrases   a text -> words; a set of phrases -> where they stand in a run of words
foreign           questions in other languages: which one, and what their words are in English
message           a sentence of the program's own, which a page can say in another language
phonetics         a word -> how it sounds, whoever transliterated it

A second language is a second folder beside `english/` with the same files; `tables.FOLDER` is the one in use:

abbreviations.toml      where a full stop ends no sentence
acts.toml               words of one and the same act: a trip is a visit
citation_words.toml     what stands about a citation: dates of access, archives, types of documents
claim_words.toml        what denies, reverses and only reports
conditions.toml         what says which records are meant, and which are not
conversation.toml       how a question goes on from the turns before it
correspondence_words.toml  by what a title says who wrote to whom
date_words.toml         months, seasons, decades, ordinals, and what joins them
document_types.toml     what documents are called
carry_over_words.toml     words that point at something said before, and words that nobody would take along
intents.toml            what says which kind of answer is asked for
name_words.toml         ranks, offices, verbs, given names: by these a name is recognised
numerals.toml           numbers in words
parts.toml              where a text holds several questions
probes.toml             everyday questions, to measure how near anything at all comes
question_words.toml     what stands beside a date in a question
small_talk.toml         what the program says of itself and of the collection
spellings.toml          other spellings of words that the list of words has
stopwords.toml          words that ask rather than name
verdict_words.toml      what says of a question that records do or do not tell it
words.txt.xz            the words that anybody may write, and their licence

Two things of English are still code: the shapes of a date (rag/dates/grammar.lark) and the order of a sentence's parts
(rag/names/mentions.py, rag/llm/roles.py).
"""
