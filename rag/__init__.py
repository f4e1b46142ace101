"""Ask an archive in plain words; get the archivists' own words back, dated and cited.

The write side, in the order in which the data moves:

    sources -> record -> sentences -> embed, embedded -> index -> vectors/<generation>/
               names: the people, places and bodies of a collection, its words and their spellings
               noise: how near the collection comes to any question at all

The read side:

    followup -> when, names -> question -> retrieve -> compose (by its marks) -> answer
                                           relate, cite, spread, chart, check, examples
               kindred: how alike words are used, by the model's own table; thesaurus: those of a collection
               copies: records that say the same; scaled: vectors in eight bits

`writing` lets a language model say the same, and holds each of its sentences against the records it cites.

`build` drives the one, `assistant` the other: the object that `cli` and the pages and API of `web` talk to, in the
`shapes` of its JSON. `evaluate` (on what `judged` reads) and `doctor` look on. `dates` (over `calendar`), `settings`
and `errors` are leaves. Imports point one way; import-linter holds them to it.
"""
