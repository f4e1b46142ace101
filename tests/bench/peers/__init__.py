"""What one would use instead, each in an environment and a process of its own, all with the same model.

environments   a peer's name -> the Python that has it
__main__       a peer -> what is asked of every side: load, build, ask
model          texts -> vectors by sentence-transformers
by_hand, txtai_hybrid, txtai_dense, chroma, lance   the peers
"""
