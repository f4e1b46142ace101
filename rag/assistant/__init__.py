"""The read side: `Assistant` is the one object that pages, API and the command line talk to.

encoder             the embedder, loaded when it is first needed
context             a question and a generation -> what is asked of it
from_catalogue      what is asked of the catalogue -> records counted, listed, pointed at
from_evidence       what is asked of the records -> the sentences that answer it, or why none does
ask                 an enquiry -> the answer by either, or no
several_questions   several questions in one -> each answered on its own
search              what is asked -> a page of records
similar             a text, records or a vector -> records nearest by meaning
coverage            what the collection contains
assistant           all of them on the published generation, which it alone knows
"""
