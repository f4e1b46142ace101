"""Ask an archive in plain words; get the archivists' own words back, dated and cited.

    cli  evaluate  schemas                    who serves, and who measures; the JSON of both
    llm  assistant                            a language model's own words; the object that all of them ask
    check  answer  search                     evidence -> an answer; a query -> records
    query  ingest                             a question -> what is asked; sources -> records -> a generation
    index  names  cite                        engines behind ports; people, places, bodies; citation styles
    embeddings                                texts -> vectors, and what they tell of words
    dates  language                           what days are meant; what is true of English, as data
    record  settings  platform  errors        values that everything passes on; what systems differ in

A source becomes an answer in this order:

    ingest.read -> record -> names, embeddings -> index -> vectors/<generation>/
    assistant.ask -> query.question -> search.ranking -> answer.compose -> answer.answer -> schemas -> cli, web
    evaluate.tuning -> embeddings.tuned -> the next build, by an encoder that learned the collection

Imports point down this list; import-linter checks them. Each package's docstring says what stands in it.
"""
