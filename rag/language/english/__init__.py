"""What is English: the words that ask, join, number and abbreviate, and what documents are called."""
