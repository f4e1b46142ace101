"""The parts of pages, apart from templates: a module for each part."""
