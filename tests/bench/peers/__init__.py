"""Alternatives to this program, each in an environment and a process of its own, all with the same model.

environments   a peer's name -> its Python environment
__main__       the functions of every peer: load, build, ask
model          texts -> vectors by sentence-transformers
by_hand, txtai_hybrid, txtai_dense, chroma, lance   the peers
"""
