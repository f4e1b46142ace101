"""Turns such as a reference desk hears, put to a running Reading Room and judged: `python -m tests.reference_desk`.

    __main__             arguments, a table by kind of turn, JSON
    turns, turns.jsonl   a file of turns, read and put; the turns over the seeds
    expectations         what a turn may expect of its reply, one function a key
    desk                 asks one collection; what a reply cites and says

Standard library only, so that it judges any build of the program from outside. A line of `turns.jsonl` is a turn:
`id`, `collection`, `kind`, `history` (the questions before it), `question`, `expect` (`--help` lists the keys) and
`why` (what the records say, on which the expectation rests). A turn passes when everything holds that it expects.

The turns over the seeds were written by reading the 57 records, never by asking the program. Most kinds are small:
read their shares as a direction. What is judged is which records are cited, in what order, and a few words; how well
a sentence is chosen only where `quotes` says so.
"""
