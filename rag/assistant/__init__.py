"""The read side: `Assistant` is the one object that pages, API and the command line talk to.

assistant           each of the following on the published generation, which it alone knows
several_questions   an enquiry -> each question in it answered on its own
ask                 one question -> the answer by catalogue or evidence, or no
context             a question and a generation -> what is asked of it
encoder             the embedder, loaded when it is first needed
from_catalogue      what is asked of the catalogue -> records counted, listed, pointed at
from_evidence       what is asked of the records -> the sentences that answer it, or why none does
next_questions      an answer -> questions to go on with
search              what is asked -> a page of records; suggestions: what may have been meant
similar             a text, records or a vector -> records nearest by meaning
named               a person or place -> what the records as a whole say of it
coverage            what the collection contains
"""
