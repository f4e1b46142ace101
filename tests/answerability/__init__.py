"""How the chance that records answer a question is learned.

`make answerability VECTORS="seeds=vectors frus=DIR"` asks every judged question whose collection is named, and writes
the weights anew.
"""
