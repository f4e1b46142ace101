"""The read side: `Assistant` is the one object that pages, API and the command line talk to.

encoder      the embedder, loaded when it is first needed
context      a question and a generation -> what is asked of it
date_filter  days that a reader asks for -> their filter
ask          what is asked -> the answer, or no
search       what is asked -> a page of records
similar      a text, records or a vector -> records nearest by meaning
coverage     what the collection contains
assistant    all of them on the published generation, which it alone knows
"""
