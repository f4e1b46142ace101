"""Speed, memory and growth of Reading Room, and a comparison with its peers: `make bench`.

The process that runs the benchmark loads nothing of what it measures; each side runs in a process of its own.

    __main__ -> command            arguments, tables, JSON
    groups                         names of the groups of figures, in the order of a run
    against, growth, serving       the groups: beside the peers; at every size; of one question or page
    floor                          time for the model's matrix products alone on this machine
    run, worker                    what groups share; a program in a process of its own
    ours, site, peers              the functions of each side
    collection, written            records and questions; generations that no `rag build` makes
    addresses, vocabulary          addresses of pages; a large vocabulary and its questions
    cost, figures, needed          cost of a call or a process -> tables -> targets
"""
