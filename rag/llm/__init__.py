"""An answer + any OpenAI-compatible model -> the same in the model's words, each sentence checked or struck.

prompt    the answer's records, numbered and fenced -> what is sent
client    what is sent -> the reply, piece by piece, or one fault (limits: how much of it is read)
claims    pieces -> sentences with their citations
gate      a sentence and the records it cites -> it stands, or the reasons why not
writer    all of it together: an answer -> what is written, sentence by sentence, and what became of it

The gate compares `quotations`, `unknown_names`, `numbers`, `negation` and `roles` (who does what) of a sentence
with the `record_facts` of each record, by the words of `claim_words`.
"""
