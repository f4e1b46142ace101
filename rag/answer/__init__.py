"""Evidence -> an answer in the curators' words, or an honest no.

about          a question about the collection itself -> what the catalogue knows of the whole
catalogue      a filter -> one sentence that the program computes: how many records, from when to when
subjects       a question -> whom and what it is about
requirements   what a question asks + the sentences of a record -> how much of it each covers
answer_type    the kind of thing that a question asks for: a person, a place, a day, a role
answerability  what was found -> the chance that some record answers
refusal        what is asked and what was found -> why the collection does not answer
verdict        what is asked and what records name -> what they say of its premise, before any quotation
comparison     a question that compares two -> a section of the answer for each
overview       the records of a topic -> a sentence or a few for each period, chosen to cover
compose        evidence -> the sentences that answer together
highlights     where a sentence answers to the question's words
draft          what there is to say, before it is numbered
answer         the answer itself: sentences, citations, the nearest records, notes
why            an answer -> why it is as it is, in plain words
receipt        an answer -> one line, by which replay says what has changed since
"""
