"""English, as tables; `rag.language` says what each is for."""
