"""The web application: JSON for programs, pages for people, one assistant behind both.

Read the modules in this order; it is the order in which a request moves:

    app -> guard -> metrics -> inputs -> api | pages -> schemas | views -> problems

`reference` renders the OpenAPI document as the page /docs.
"""
