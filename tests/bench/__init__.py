"""How fast Reading Room is, and how it stands to doing without it: `python -m tests.bench` measures both in one run.

The peer is what one would write by hand in an hour: the same model by sentence-transformers, FAISS' IndexFlatIP over
titles and summaries, the nearest five. It embeds everything anew with every build, knows no words, dates or names, and
composes no answer.

    __main__ -> command      arguments, table, JSON
    rounds                   round by round, each group of figures on ours and on the peer, in fresh processes
    ours, peer               what one side does in its processes
    collection, vocabulary   what is built, asked and understood
    cost, figures            what a call or a process cost; many costs -> rows
"""
