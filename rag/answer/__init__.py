"""Evidence -> an answer in the curators' words, or an honest no.

refusal     what is asked and what was found -> why the collection does not answer
verdict     what is asked and what records name -> what they say of its premise, before any quotation
compose     evidence -> the sentences that answer together
highlights  where a sentence answers to the question's words
answer      the answer itself: sentences, citations, the nearest records, notes
receipt     an answer -> one line, by which replay says what has changed since
"""
