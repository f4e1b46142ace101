"""A reader's words -> what is asked: text, days, names, and the words that carry it."""
