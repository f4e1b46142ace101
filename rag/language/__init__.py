"""What is true of a language: sentences, tokens, how words sound; one folder for each language, data before code."""
