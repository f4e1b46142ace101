"""The web application: JSON for programs, pages for people, one assistant behind both.

Read the modules in this order; it is the order in which a request moves:

    app -> guard -> metrics -> inputs -> api | pages -> page -> problems

`api` has a module for each kind of call, with the shapes of `schemas`; `pages` one for each page, filled by `page`.
`addresses`, `dated`, `facets`, `histogram`, `map`, `moments`, `quoted` and `understood` are what pages show, apart from
any template. `feeds` is what other programs find and follow the collection by,
`described` what they read in a record's page; `conversation` is how questions stand in an address, `as_json` and
`as_markdown` what is kept of them; `selection` and `cited` are records that are cited together.
"""
