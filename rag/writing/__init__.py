"""An answer + any OpenAI-compatible model -> the same in the model's words, each sentence checked or struck.

    prompt    the answer's records, numbered and fenced -> what is sent
    endpoint  what is sent -> the reply, piece by piece, or one fault
    drafts    pieces -> sentences with their citations
    gate      a sentence and the records it cites -> it stands, or the reasons why not
    writer    all of it together: an answer -> what is written, sentence by sentence, and what became of it

What the gate reads: `quotations`, `strangers` (names), `numbers`, `denials`, `people` (who does what) of a sentence
against the `testimony` of each record, by the words of `english`.
"""
