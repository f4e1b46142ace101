"""A reader's words -> what is asked, in the order in which a question passes through.

enquiry              what a reader asks, with all that decides the answer
parts                a text -> the questions in it
gloss                a question in another language -> the same in English, word by word
conversation/        a question and the turns before -> what it goes on from: records shown, or a question made anew
question             all of the following together: an enquiry -> its understanding
operators            quotation marks, AND, OR, NOT and field:value -> filters
spelling_correction  a word that the collection lacks -> the one that was meant
date_expressions     the days that it asks for; events: days beside an event, as the week after the landing
names                the people, places and bodies that it names, in every spelling of the collection
structure            intent, conditions, topic: what filters, and what ranks
conditions           who, where, which type, from whom to whom, and what not
intent, phrasing     the kind of answer that it asks for: by patterns, and by what was learned from labelled questions
word_uses            what each of its words is for: to name the subject, to say what happened, or only to ask
carry_over           the words of earlier turns that it needs, by the model's attention
substitution         a question with a name, type or days in the place of another; date_shift: days before or after
understanding        what a question is taken to ask, ready to be searched; in_words: the same, for people
"""
