"""The web application: JSON for programs, pages for people, one assistant behind both.

Read the modules in this order; it is the order in which a request moves:

    app -> guard -> metrics -> parameters -> api | pages -> page -> problems

`api` has a module for each kind of call, with the bodies of `request_bodies`; `pages` one for each page, filled by
`page` with what `views` make of the answer, or with the Markdown of `help`. `feeds` is what other programs find and
follow the collection by. `conversation` is how questions stand in an address, `export` what is kept of them.
"""
