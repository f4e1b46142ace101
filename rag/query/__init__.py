"""A reader's words -> what is asked.

enquiry              what a reader asks, with all that decides the answer
conversation/        a question and the turns before -> what it goes on from: records shown, or a question made anew
substitution         a question with a name, type or days put in the place of another
date_shift           days -> the days before or after them
carry_over           a question and the turns before -> the words of theirs that it needs, by the model's attention
parts                a text -> the questions in it
intent, phrasing     the kind of answer that it asks for: by patterns, and by what was learned from labelled questions
date_expressions     the days that it asks for
events               days beside an event or a date: the week after the landing
names                the people, places and bodies that it names, in every spelling of the collection
spelling_correction  a word that the collection lacks -> the one that was meant
understanding        what a question is taken to ask, ready to be searched
question             all of them together: text, days, names, and the words that carry it
"""
