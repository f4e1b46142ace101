"""How fast Reading Room is, how it grows, and how it stands to what one would use instead: `make bench`.

Whoever directs a run loads nothing of what is measured; each side answers from a process of its own.

    __main__ -> command            arguments, tables, JSON
    groups                         names of the groups of figures, in the order of a run
    against, growth, serving       what each group measures: beside the peers; at every size; of one question or page
    floor                          what the model's multiplications alone take on this machine
    run, worker                    what groups share; a program in a process of its own
    ours, site, peers              what the sides do in their processes
    collection, written            what is built and asked; generations that no `rag build` makes
    addresses, vocabulary          which pages are shown; what is understood
    cost, figures, needed          what a call or a process cost -> tables -> what was to be reached
"""
