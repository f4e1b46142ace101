"""A reader's words -> what is asked.

enquiry              what a reader asks, with all that decides the answer
followup             a question and the turns before -> the question as it stands alone
date_expressions     the days that it asks for
events               days beside an event or a date: the week after the landing
names                the people, places and bodies that it names, in every spelling of the collection
spelling_correction  a word that the collection lacks -> the one that was meant
question             all of them together: text, days, names, and the words that carry it
"""
