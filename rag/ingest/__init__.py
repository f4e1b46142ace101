"""Sources -> records -> a published generation.

    source_list -> read (formats) -> deduplicate -> build -> report

source_list   which sources the collection has, and which columns a person chose for them
read          files -> listings -> records, each file by the format that recognizes it
formats       one module for each format
deduplicate   listings of one document -> one record, with an id that lasts
build         records -> vectors -> a generation, published whole or not at all
report        what a build read, published and could not read
"""
