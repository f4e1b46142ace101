"""An answer + any OpenAI-compatible model -> the same answer in the model's words, each sentence checked.

prompt    the answer's records, numbered and fenced -> the messages for a model
client    messages -> the reply, piece by piece, or one error (limits: how long and how large it may be)
claims    pieces -> sentences with their citations
gate      a sentence and the records it cites -> it stands, or it is struck with the reasons
writer    an answer -> the model's sentences, each as the gate judges it, and the outcome

The gate compares the `quotations`, `unknown_names`, `numbers`, `negation` and `roles` (who does what) of a sentence
with the `record_facts` of each record it cites; `claim_words` has the English word lists for this.
"""
