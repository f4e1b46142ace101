"""Words that ask rather than name what is asked for."""

from rag.language.tables import word_lists

FUNCTION_WORDS = word_lists("stopwords")["function_words"]  # words that are no evidence on their own

# Further words that may rank a record, but that no list of records is of.
CLOSED_CLASS = word_lists("stopwords")["closed_class"]

ARTICLES = word_lists("stopwords")["articles"]
