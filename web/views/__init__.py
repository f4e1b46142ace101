"""What pages show, apart from any template: a module for each part of a page."""
