"""Sources -> records -> a published generation.

    source_list -> read (formats) -> deduplicate -> build -> report

source_list   the sources that the collection remembers, and what was chosen for them
read          files -> listings -> records, by the format that knows each file
formats       one module for each format
deduplicate   listings of one document -> one record
build         records -> vectors -> a generation, published whole or not at all
report        what a build read, published and could not read
"""
