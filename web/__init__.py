"""The web application: JSON for programs and pages for people, both from one assistant.

A request passes these modules in this order:

    http (server, guard, metrics, admission, conditions) -> app -> parameters -> api | pages -> page -> problems

`api` has a module for each group of calls; their bodies are in `request_bodies`. `pages` has a module for each page;
`page` fills its template with what `views` make of an answer, or with the Markdown of `help`; `translation` says it in
the reader's language. `feeds` are for other programs: Atom, OpenSearch, sitemap, API catalogue; `agents` for language
models. `accept` reads what a client prefers, `conversation` keeps questions in an address, `export` saves
them as a file.
"""
